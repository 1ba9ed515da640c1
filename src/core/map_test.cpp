#include "core/map.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>

namespace trade {
namespace {

// The oracle: a std::map for what is there and a list of keys for the order they came in.
struct Oracle {
  std::map<std::uint64_t, int> values;
  std::vector<std::uint64_t> order;
  void insert(std::uint64_t key, int value) {
    if (values.emplace(key, value).second) order.push_back(key);
  }
  void erase(std::uint64_t key) {
    values.erase(key);
    std::erase(order, key);
  }
};

void expect_same(const Map<OrderId, int>& map, const Oracle& oracle) {
  ASSERT_EQ(map.size(), oracle.order.size());
  ASSERT_EQ(map.empty(), oracle.order.empty());
  std::size_t i = 0;
  for (const auto& e : map) {
    ASSERT_EQ(e.key.value, oracle.order[i]);
    ASSERT_EQ(e.value, oracle.values.at(oracle.order[i]));
    ++i;
  }
  ASSERT_EQ(i, oracle.order.size());
}

void play(std::uint64_t seed, std::uint64_t keys, int steps) {
  const auto draw = [&seed](std::uint64_t n) { return mix64(seed += 0x9E3779B97F4A7C15ull) % n; };
  Map<OrderId, int> map;
  Oracle oracle;
  for (int step = 0; step < steps; ++step) {
    const OrderId key{draw(keys)};
    const int value = static_cast<int>(draw(1000));
    // Phases of growth and of shrinking, so that the table is rebuilt both ways.
    const auto kind = draw(10) + (step / 400 % 2 == 0 ? 0 : 4);
    if (kind < 4) {
      ASSERT_EQ(map.insert(key, value), !oracle.values.contains(key.value));
      oracle.insert(key.value, value);
    } else if (kind < 6) {
      map[key] = value;
      oracle.insert(key.value, value);
      oracle.values[key.value] = value;
    } else if (kind < 13) {
      ASSERT_EQ(map.erase(key), oracle.values.contains(key.value));
      oracle.erase(key.value);
    } else if (draw(50) == 0) {
      map.clear();
      oracle = {};
    }
    if (draw(100) == 0) {  // what was moved from is a map like any other
      Map<OrderId, int> moved = std::move(map);
      map = Map<OrderId, int>{};
      ASSERT_EQ(map.find(key), nullptr);
      std::swap(map, moved);
    }
    const OrderId asked{draw(keys)};
    const auto found = oracle.values.find(asked.value);
    ASSERT_EQ(map.contains(asked), found != oracle.values.end());
    if (found != oracle.values.end()) {
      ASSERT_EQ(map.at(asked), found->second);
    }
    if (step % 16 == 0) expect_same(map, oracle);
  }
  expect_same(map, oracle);
}

TEST(Map, IsAMapThatKeepsInsertionOrder) {
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    play(seed, 8, 2'000);
    play(seed, 300, 4'000);
    play(seed, 5'000, 6'000);
  }
}

TEST(Map, AnErasedKeyReinsertedGoesToTheEnd) {
  Map<OrderId, int> map;
  map.insert({1}, 10);
  map.insert({2}, 20);
  map.erase({1});
  map.insert({1}, 11);
  std::vector<int> seen;
  for (const auto& e : map) seen.push_back(e.value);
  EXPECT_EQ(seen, (std::vector<int>{20, 11}));
}

TEST(Map, TextAndPairKeys) {
  Map<Symbol, int> by_symbol;
  by_symbol["BTCUSDT"] = 1;
  by_symbol["ETHUSDT"] = 2;
  EXPECT_EQ(by_symbol.at("BTCUSDT"), 1);
  EXPECT_EQ(by_symbol.find("XRPUSDT"), nullptr);
  Map<std::pair<AccountId, InstrumentId>, int> by_pair;
  by_pair[{{1}, {2}}] = 12;
  by_pair[{{2}, {1}}] = 21;
  EXPECT_EQ((by_pair.at({{2}, {1}})), 21);
  EXPECT_EQ((by_pair.at({{1}, {2}})), 12);
}

TEST(Map, AMissingKeyIsABug) {
  Map<OrderId, int> map;
  EXPECT_DEATH((void)map.at({7}), "key not in map");
}

}  // namespace
}  // namespace trade
