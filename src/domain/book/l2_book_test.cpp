#include "domain/book/l2_book.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <map>

namespace trade {
namespace {

struct Random {
  std::uint64_t seed;
  std::uint64_t next() { return mix(seed += 0x9E3779B97F4A7C15ull); }
  std::uint64_t below(std::uint64_t n) { return next() % n; }
  static std::uint64_t mix(std::uint64_t x) {
    x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9ull;
    x = (x ^ (x >> 27)) * 0x94D049BB133111EBull;
    return x ^ (x >> 31);
  }
};

// The obvious twin.
struct NaiveBook {
  std::map<std::int64_t, std::int64_t, std::greater<>> bids;
  std::map<std::int64_t, std::int64_t> asks;
  template <class M>
  static void set(M& side, const std::vector<Level>& changes) {
    for (const auto& c : changes)
      if (c.quantity.units == 0) side.erase(c.price.units);
      else side[c.price.units] = c.quantity.units;
  }
};

template <class M>
void expect_same(const M& naive, const L2Book& book, Side side) {
  const auto levels = book.levels(side);
  ASSERT_EQ(naive.size(), levels.size());
  std::size_t i = levels.size();
  for (const auto& [price, quantity] : naive) {
    --i;
    ASSERT_EQ(price, levels[i].price.units);
    ASSERT_EQ(quantity, levels[i].quantity.units);
    ASSERT_EQ(quantity, book.quantity_at(side, Price{price}).units);
  }
  if (naive.empty()) ASSERT_EQ(book.best(side), nullptr);
  else ASSERT_EQ(book.best(side)->price.units, naive.begin()->first);
}

std::vector<Level> random_changes(Random& random, std::int64_t centre, std::int64_t spread, std::size_t most) {
  std::vector<Level> changes(random.below(most));
  for (auto& c : changes) {
    c.price.units = centre + static_cast<std::int64_t>(random.below(static_cast<std::uint64_t>(spread)));
    c.quantity.units = random.below(3) == 0 ? 0 : static_cast<std::int64_t>(1 + random.below(1000));
  }
  const auto order = random.below(3);
  if (order == 1) std::stable_sort(changes.begin(), changes.end(), [](auto& a, auto& b) { return a.price < b.price; });
  if (order == 2) std::stable_sort(changes.begin(), changes.end(), [](auto& a, auto& b) { return a.price > b.price; });
  if (order != 0 && random.below(2) == 0)  // strictly ordered: the merging pass
    changes.erase(std::unique(changes.begin(), changes.end(), [](auto& a, auto& b) { return a.price == b.price; }), changes.end());
  return changes;
}

TEST(L2Book, EqualsTheNaiveBookUnderRandomChanges) {
  for (std::uint64_t seed = 1; seed <= 40; ++seed) {
    Random random{seed};
    L2Book book;
    NaiveBook naive;
    const std::int64_t spread = seed % 2 == 0 ? 50 : 4000;
    for (int step = 0; step < 120; ++step) {
      const auto bids = random_changes(random, 0, spread, 400), asks = random_changes(random, spread / 2, spread, 400);
      if (random.below(20) == 0) {
        naive = {};
        book.assign(bids, asks);
      } else {
        book.apply(bids, asks);
      }
      NaiveBook::set(naive.bids, bids);
      NaiveBook::set(naive.asks, asks);
      expect_same(naive.bids, book, Side::buy);
      expect_same(naive.asks, book, Side::sell);
      const bool crossed = !naive.bids.empty() && !naive.asks.empty() && naive.bids.begin()->first >= naive.asks.begin()->first;
      ASSERT_EQ(crossed, book.crossed());
      if (HasFatalFailure()) return;
    }
  }
}

TEST(L2Book, HoldsTheWholeRangeOfPrices) {
  const std::vector<Level> levels{{Price{INT64_MIN}, Quantity{1}}, {Price{INT64_MAX}, Quantity{2}}, {Price{0}, Quantity{INT64_MAX}}};
  L2Book book;
  book.apply(levels, levels);
  EXPECT_EQ(book.best(Side::buy)->price.units, INT64_MAX);
  EXPECT_EQ(book.best(Side::sell)->price.units, INT64_MIN);
  EXPECT_EQ(book.quantity_at(Side::buy, Price{0}).units, INT64_MAX);
  EXPECT_TRUE(book.crossed());
}

TEST(L2Book, EqualBooksSaveEqualBytesHoweverReached) {
  L2Book a, b;
  a.apply(std::vector<Level>{{Price{3}, Quantity{1}}, {Price{5}, Quantity{2}}, {Price{4}, Quantity{9}}}, {});
  a.apply(std::vector<Level>{{Price{4}, Quantity{0}}}, {});
  b.assign(std::vector<Level>{{Price{5}, Quantity{2}}, {Price{3}, Quantity{1}}}, {});
  ByteWriter wa, wb;
  a.save(wa);
  b.save(wb);
  EXPECT_EQ(wa.bytes(), wb.bytes());
  EXPECT_EQ(a, b);
  L2Book c;
  ByteReader r(wa.bytes());
  c.load(r);
  EXPECT_TRUE(r.at_end());
  EXPECT_EQ(a, c);
}

TEST(L2Book, RefusesBytesThatAreNoBook) {
  const auto refused = [](std::vector<std::int64_t> bids) {
    ByteWriter w;
    w.put(static_cast<std::uint32_t>(bids.size() / 2));
    for (const auto v : bids) w.put(v);
    w.put(std::uint32_t{0});
    L2Book book;
    ByteReader r(w.bytes());
    book.load(r);
    return !r.ok();
  };
  EXPECT_FALSE(refused({5, 1, 4, 1}));
  EXPECT_TRUE(refused({4, 1, 5, 1}));  // not best first
  EXPECT_TRUE(refused({5, 1, 5, 1}));
  EXPECT_TRUE(refused({5, 0}));
  EXPECT_TRUE(refused({5, -1}));
  ByteReader huge(std::string_view("\xff\xff\xff\xff", 4));
  L2Book book;
  book.load(huge);
  EXPECT_FALSE(huge.ok());
}

}  // namespace
}  // namespace trade
