#include "domain/routing/pacing.h"

#include <gtest/gtest.h>

#include "core/digest.h"
#include "domain/routing/venue_record.h"

namespace trade {
namespace {

struct Draw {
  std::uint64_t seed = 1;
  std::int64_t operator()(std::int64_t n) {
    seed += 0x9E3779B97F4A7C15ull;
    return static_cast<std::int64_t>(mix64(seed) % static_cast<std::uint64_t>(n));
  }
};

// The bucket as one would draw it: tokens in units of a nanosecond's worth, topped up as time passes.
struct Tub {
  std::int64_t each, most, level;
  Time at{};
  bool take(std::int64_t keep, Time now) {
    level = std::min(most, level + (now - at).ns);
    at = now;
    if (level - each < keep) return false;
    level -= each;
    return true;
  }
};

TEST(Pacing, the_bucket_is_a_tub_of_tokens) {
  Draw draw;
  for (int round = 0; round < 200; ++round) {
    Pace p{static_cast<std::uint32_t>(1 + draw(50)), static_cast<std::uint32_t>(2 + draw(10)), 0};
    p.reserve = static_cast<std::uint32_t>(draw(p.burst));
    const std::int64_t each = (seconds(1).ns + p.rate - 1) / p.rate;
    Tub tub{each, each * p.burst, each * p.burst};
    PaceBucket bucket;
    Time now = seconds(1) == Duration{} ? Time{} : Time{seconds(1000).ns};
    tub.at = now;
    for (int i = 0; i < 500; ++i) {
      now = now + Duration{draw(each)};
      const bool urgent = draw(4) == 0;
      const bool may = token_at(bucket, p, urgent, now) == now;
      ASSERT_EQ(may, tub.take(urgent ? 0 : each * p.reserve, now)) << round << " " << i;
      if (may) take_token(bucket, p, now);
      const Time next = token_at(bucket, p, urgent, now);  // it says when, to the nanosecond
      if (next > now) {
        Tub probe = tub;
        ASSERT_FALSE(probe.take(urgent ? 0 : each * p.reserve, Time{next.ns - 1}));
        probe = tub;
        ASSERT_TRUE(probe.take(urgent ? 0 : each * p.reserve, next));
      }
    }
  }
}

TEST(Pacing, without_a_rate_there_is_no_limit) {
  PaceBucket b;
  for (int i = 0; i < 1000; ++i) {
    EXPECT_EQ(token_at(b, Pace{}, false, Time{5}), Time{5});
    take_token(b, Pace{}, Time{5});
  }
}

TEST(Circuit, opens_probes_and_closes) {
  const CircuitRule rule{3, seconds(5)};
  Circuit c;
  const Time t{seconds(100).ns};
  note_outcome(c, rule, true, t);
  note_outcome(c, rule, false, t);
  note_outcome(c, rule, true, t);
  EXPECT_TRUE(admits(c, t));
  note_outcome(c, rule, true, t);
  EXPECT_EQ(c.state, CircuitState::open);
  EXPECT_FALSE(admits(c, t + Duration{seconds(5).ns - 1}));
  EXPECT_TRUE(admits(c, t + seconds(5)));
  note_sent(c, t + seconds(5));
  EXPECT_FALSE(admits(c, t + seconds(6)));  // one probe
  note_outcome(c, rule, true, t + seconds(6));
  EXPECT_FALSE(admits(c, t + seconds(15)));  // twice as long
  EXPECT_TRUE(admits(c, t + seconds(16)));
  note_sent(c, t + seconds(16));
  note_outcome(c, rule, false, t + seconds(17));
  EXPECT_EQ(c.state, CircuitState::closed);
  EXPECT_EQ(c.opened, 0u);
  Circuit never;
  for (int i = 0; i < 100; ++i) note_outcome(never, CircuitRule{0, seconds(5)}, true, t);
  EXPECT_TRUE(admits(never, t));
}

TEST(Circuit, only_the_last_answers_count) {
  const CircuitRule rule{9, seconds(1)};
  Draw draw;
  Circuit c;
  std::vector<bool> all;
  for (int i = 0; i < 5000 && c.state == CircuitState::closed; ++i) {
    all.push_back(draw(3) == 0);
    note_outcome(c, rule, all.back(), Time{i});
    std::size_t failed = 0;
    for (std::size_t k = all.size() > 16 ? all.size() - 16 : 0; k < all.size(); ++k) failed += all[k];
    ASSERT_EQ(c.state == CircuitState::open, failed >= 9);
  }
  EXPECT_EQ(c.state, CircuitState::open);
}

TEST(VenueRecord, rates_and_latencies_settle_where_the_truth_is) {
  Draw draw;
  VenueRecord r;
  for (int i = 0; i < 2000; ++i) {
    note_latency(r, milliseconds(18 + draw(5)));
    draw(5) == 0 ? note_rejected(r) : note_accepted(r);
  }
  EXPECT_NEAR(static_cast<double>(r.latency.ns), 20e6, 2e6);
  EXPECT_NEAR(static_cast<double>(r.reject_rate.units), 0.2e8, 0.15e8);
  for (int i = 0; i < 300; ++i) note_silent(r);
  EXPECT_GT(r.reject_rate.units, decimal_one * 99 / 100);
  EXPECT_LE(r.reject_rate.units, decimal_one);
  EXPECT_EQ(r.silent, 300u);
}

TEST(VenueRecord, flow_is_what_trades_in_a_second) {
  TradeFlow f;
  for (int i = 0; i < 1000; ++i) note_trade(f, Quantity{1'000}, Time{milliseconds(100).ns * i});
  EXPECT_NEAR(static_cast<double>(flow_at(f, Time{seconds(100).ns}).units), 10'000.0, 10.0);
  EXPECT_LT(flow_at(f, Time{seconds(110).ns}).units, 3'000);
  EXPECT_EQ(flow_at(f, Time{seconds(100'000).ns}).units, 0);
  for (int i = 0; i < 5; ++i) note_trade(f, Quantity{INT64_MAX}, Time{seconds(200 + i).ns});
  EXPECT_GT(f.per_second.units, 0);
}

TEST(VenueRecord, movement_is_the_mean_change_in_a_second) {
  PriceMovement m;
  for (int i = 0; i < 2000; ++i) note_price(m, Price{100'000 + (i % 20 < 10 ? 0 : 50)}, Time{milliseconds(20).ns * i});
  EXPECT_NEAR(static_cast<double>(m.per_second.units), 50.0 / 0.2, 60.0);  // one move of 50 every 200 ms
  note_price(m, Price{}, Time{seconds(1000).ns});
  EXPECT_NE(m.last, Price{});
}

}  // namespace
}  // namespace trade
