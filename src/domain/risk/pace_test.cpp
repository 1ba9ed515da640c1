#include "domain/risk/pace.h"

#include <gtest/gtest.h>

#include "core/digest.h"

namespace trade {
namespace {

struct Random {
  std::uint64_t seed;
  std::int64_t operator()(std::uint64_t n) { return static_cast<std::int64_t>(mix64(seed += 0x9E3779B97F4A7C15ull) % n); }
};

// The bucket against its definition: m messages pass within every span iff none holds more than burst + rate x span.
TEST(bucket, admits_exactly_what_its_rate_allows) {
  for (std::uint64_t round = 0; round < 200; ++round) {
    Random random{round};
    const auto rate = static_cast<std::uint32_t>(1 + random(50));
    const auto burst = static_cast<std::uint32_t>(random(6));
    const std::int64_t most = std::max<std::int64_t>(burst, 1);
    Bucket bucket;
    std::vector<Time> passed;
    Time now{1'700'000'000'000'000'000};
    for (int n = 0; n < 300; ++n) {
      now = now + nanoseconds(random(3) == 0 ? 0 : random(120'000'000));
      bool allowed = true;
      for (std::size_t k = 0; k < passed.size(); ++k) {
        const auto within = static_cast<int128>(passed.size() - k) + 1;
        allowed = allowed && (within - most) * 1'000'000'000 <= static_cast<int128>((now - passed[k]).ns) * rate;
      }
      ASSERT_EQ(bucket.take(now, rate, burst), allowed) << "round " << round << " message " << n;
      if (allowed) passed.push_back(now);
    }
  }
}

TEST(bucket, both_sides_of_the_bound) {
  Bucket b;
  const Time start{5};
  for (int n = 0; n < 3; ++n) EXPECT_TRUE(b.take(start, 10, 3));
  EXPECT_FALSE(b.take(start, 10, 3));
  EXPECT_FALSE(b.take(start + nanoseconds(99'999'999), 10, 3));
  EXPECT_TRUE(b.take(start + nanoseconds(100'000'000), 10, 3));
  EXPECT_FALSE(b.take(start + nanoseconds(100'000'000), 10, 3));
  Bucket off;
  for (int n = 0; n < 100'000; ++n) ASSERT_TRUE(off.take(start, 0, 0));
}

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
  for (std::size_t n = 0; n < RecentOrders::most; ++n) {
    ASSERT_EQ(recent.check(terms(static_cast<std::int64_t>(n + 1)), Time{}, l), Reason::none);
    recent.add(terms(static_cast<std::int64_t>(n + 1)), Time{}, l);
  }
  EXPECT_EQ(recent.check(terms(1'000'000), Time{}, l), Reason::risk_rate);
  EXPECT_EQ(recent.check(terms(1'000'000), Time{} + l.duplicate_window, l), Reason::none);
  l.duplicates = 0;
  EXPECT_EQ(recent.check(terms(1'000'000), Time{}, l), Reason::none);
}

}  // namespace
}  // namespace trade
