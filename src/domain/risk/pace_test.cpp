#include "domain/risk/pace.h"

#include <gtest/gtest.h>

#include "core/digest.h"

namespace trade {
namespace {

struct Random {
  std::uint64_t seed;
  std::int64_t operator()(std::uint64_t n) { return static_cast<std::int64_t>(mix64(seed += 0x9E3779B97F4A7C15ull) % n); }
};

OrderTerms terms(std::int64_t price, Side side = Side::buy) {
  OrderTerms t;
  t.account = {1};
  t.instrument = {1};
  t.side = side;
  t.type = OrderType::limit;
  t.quantity = quantity_of(1);
  t.limit = price_of(price);
  return t;
}

TEST(recent_orders, more_than_k_alike_within_the_window) {
  Limits l;
  l.duplicates = 2;
  l.duplicate_window = milliseconds(100);
  RecentOrders recent;
  const auto send = [&](const OrderTerms& t, std::int64_t ms) {
    const Time now{ms * 1'000'000};
    const Reason r = recent.check(t, now, l);
    if (r == Reason::none) recent.add(t, now, l);
    return r;
  };
  EXPECT_EQ(send(terms(10), 0), Reason::none);
  EXPECT_EQ(send(terms(10), 50), Reason::none);
  EXPECT_EQ(send(terms(10), 99), Reason::risk_duplicate);
  EXPECT_EQ(send(terms(11), 99), Reason::none);
  EXPECT_EQ(send(terms(10, Side::sell), 99), Reason::none);
  EXPECT_EQ(send(terms(10), 100), Reason::none);  // the first has left the window
  EXPECT_EQ(send(terms(10), 149), Reason::risk_duplicate);
  EXPECT_EQ(send(terms(10), 150), Reason::none);
}

TEST(recent_orders, equals_a_search_of_the_whole_history) {
  for (std::uint64_t round = 0; round < 100; ++round) {
    Random random{round};
    Limits l;
    l.duplicates = static_cast<std::uint32_t>(1 + random(3));
    l.duplicate_window = nanoseconds(1 + random(50));
    RecentOrders recent;
    std::vector<std::pair<OrderTerms, Time>> history;
    Time now{};
    for (int n = 0; n < 300; ++n) {
      now = now + nanoseconds(random(9));
      const auto t = terms(1 + random(3), random(2) ? Side::buy : Side::sell);
      std::uint32_t alike = 0;
      for (const auto& [old, at] : history) alike += old == t && (now - at) < l.duplicate_window;
      const Reason expected = alike >= l.duplicates ? Reason::risk_duplicate : Reason::none;
      ASSERT_EQ(recent.check(t, now, l), expected);
      if (expected != Reason::none) continue;
      recent.add(t, now, l);
      history.push_back({t, now});
    }
  }
}

TEST(recent_orders, memory_is_bounded) {
  Limits l;
  RecentOrders recent;
  std::size_t refused = 0;
  constexpr std::size_t sent = RecentOrders::most * RecentOrders::slots * 2;
  for (std::size_t n = 0; n < sent; ++n) {
    const auto t = terms(static_cast<std::int64_t>(n + 1));
    const Reason r = recent.check(t, Time{}, l);
    EXPECT_TRUE(r == Reason::none || r == Reason::risk_rate);
    if (r == Reason::none) recent.add(t, Time{}, l);
    else ++refused;
  }
  EXPECT_GE(refused, sent / 2);  // no slot holds more than its most
  EXPECT_EQ(recent.check(terms(1'000'000), Time{} + l.duplicate_window, l), Reason::none);
  l.duplicates = 0;
  EXPECT_EQ(recent.check(terms(1'000'000), Time{}, l), Reason::none);
}

}  // namespace
}  // namespace trade
