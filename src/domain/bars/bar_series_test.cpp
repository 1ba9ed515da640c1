#include "domain/bars/bar_series.h"

#include <gtest/gtest.h>

#include "core/digest.h"

namespace trade {

void PrintTo(const ClosedBar& b, std::ostream* out) {
  *out << print(b.interval) << " " << print(b.open_time) << " " << print(b.candle.open) << " " << print(b.candle.high) << " "
       << print(b.candle.low) << " " << print(b.candle.close) << " v" << print(b.candle.volume) << " n" << b.candle.trades
       << (b.filled ? " filled" : "");
}

namespace {

struct Tick {
  Time at;
  Price price;
  Quantity quantity;
};

// The obvious way: for every interval and every window up to `until`, group the ticks that lie in it.
std::vector<ClosedBar> group_by(const std::vector<Tick>& ticks, const BarPlan& plan, Time until) {
  struct Stamped { Time end; std::size_t rank; ClosedBar bar; };
  std::vector<Stamped> all;
  for (std::size_t i = 0; i < plan.intervals.size(); ++i) {
    const Duration d = plan.intervals[i];
    const Time first = floor_to(ticks.front().at, plan.intervals[0]);
    for (Time open = floor_to(ticks.front().at, d); open + d <= until; open = open + d) {
      ClosedBar bar{open, d, {}, true};
      Price last{};
      for (const auto& t : ticks) {
        if (t.at < open) last = t.price;
        if (t.at < open || t.at >= open + d) continue;
        auto& c = bar.candle;
        c = bar.filled ? Candle{t.price, t.price, t.price, t.price, t.quantity, 1}
                       : Candle{c.open, max(c.high, t.price), min(c.low, t.price), t.price, c.volume + t.quantity, c.trades + 1};
        bar.filled = false;
      }
      if (bar.filled && (plan.gaps == Gaps::skip || open < first)) continue;
      if (bar.filled) bar.candle = {last, last, last, last, {}, 0};
      all.push_back({open + d, i, bar});
    }
  }
  std::stable_sort(all.begin(), all.end(), [](const auto& a, const auto& b) { return a.end != b.end ? a.end < b.end : a.rank < b.rank; });
  std::vector<ClosedBar> bars;
  for (const auto& s : all) bars.push_back(s.bar);
  return bars;
}

std::vector<Tick> random_ticks(std::uint64_t seed, std::int64_t longest_pause) {
  std::vector<Tick> ticks;
  Time at{static_cast<std::int64_t>(mix64(seed) % 1'000'000'000'000)};
  for (std::uint64_t i = 0; i < 300; ++i) {
    const auto r = mix64(seed * 1'000'003 + i);
    if (r % 3 != 0) at = at + nanoseconds(static_cast<std::int64_t>(r / 3 % static_cast<std::uint64_t>(longest_pause)));
    if (r % 17 == 0) at = floor_to(at, seconds(1)) + seconds(1);  // exactly on a boundary
    ticks.push_back({at, Price{static_cast<std::int64_t>(1000 + mix64(r) % 50)}, Quantity{static_cast<std::int64_t>(1 + r % 9)}});
  }
  return ticks;
}

const std::vector<std::vector<Duration>> plans{
    {seconds(1)}, {seconds(1), seconds(5), seconds(60)}, {seconds(2), seconds(4), seconds(6), seconds(60)}};

// Timers either fire at every boundary or are late; the bars are the same.
TEST(bars, equal_group_by_with_and_without_timers) {
  for (std::uint64_t seed = 1; seed <= 120; ++seed) {
    const BarPlan plan{plans[seed % plans.size()], seed % 2 != 0 ? Gaps::fill : Gaps::skip};
    const auto ticks = random_ticks(seed, seed % 5 == 0 ? 20'000'000'000 : 700'000'000);
    const Time until = ticks.back().at + seconds(90);
    for (const bool timers : {false, true}) {
      std::vector<ClosedBar> got;
      const auto publish = [&got](const ClosedBar& b) { got.push_back(b); };
      BarSeries s;
      for (const auto& t : ticks) {
        for (Time due = next_close(s); timers && due <= t.at; due = next_close(s)) close_bars(s, plan, due, publish);
        add_trade(s, plan, t.at, t.price, t.quantity, publish);
      }
      close_bars(s, plan, until, publish);
      ASSERT_EQ(got, group_by(ticks, plan, until)) << "seed " << seed << (timers ? " with" : " without") << " timers";
    }
  }
}

TEST(bars, nothing_before_the_first_trade) {
  const BarPlan plan{{seconds(1), seconds(5)}, Gaps::fill};
  BarSeries s;
  int published = 0;
  close_bars(s, plan, Time{1'000'000'000'000}, [&](const ClosedBar&) { ++published; });
  EXPECT_EQ(published, 0);
  EXPECT_EQ(next_close(s), never);
}

TEST(bars, a_long_silence_is_not_filled_without_end) {
  const BarPlan plan{{seconds(1), seconds(60)}, Gaps::fill};
  BarSeries s;
  std::vector<ClosedBar> got;
  const auto publish = [&got](const ClosedBar& b) { got.push_back(b); };
  add_trade(s, plan, Time{0}, Price{5}, Quantity{1}, publish);
  add_trade(s, plan, Time{} + seconds(100'000), Price{7}, Quantity{1}, publish);
  EXPECT_LE(got.size(), static_cast<std::size_t>(max_filled_in_a_row + max_filled_in_a_row / 60 + 2));
  EXPECT_EQ(s.base.open_time, Time{} + seconds(100'000));
  got.clear();
  close_bars(s, plan, Time{} + seconds(100'020), publish);
  ASSERT_FALSE(got.empty());
  EXPECT_EQ(got[0].candle.open, Price{7});
  EXPECT_EQ(got.back().interval, seconds(60));
  EXPECT_EQ(got.back().open_time, Time{} + seconds(99'960));
}

TEST(bars, source_bars_roll_up_like_their_trades) {
  const BarPlan plan{{seconds(1), seconds(5), seconds(60)}, Gaps::skip};
  for (std::uint64_t seed = 1; seed <= 40; ++seed) {
    const auto ticks = random_ticks(seed, 900'000'000);
    const Time until = floor_to(ticks.back().at, seconds(60)) + seconds(60);
    std::vector<ClosedBar> got, want;
    BarSeries s;
    for (const auto& b : group_by(ticks, plan, until)) {
      if (b.interval == seconds(1))
        add_source_bar(s, plan, b.open_time, b.interval, b.candle, [&](const ClosedBar& larger) { got.push_back(larger); });
      else want.push_back(b);
    }
    // a bar whose last source bar is missing is late: compare each interval by itself, as far as both go
    for (const auto d : {seconds(5), seconds(60)}) {
      std::vector<ClosedBar> a, b;
      for (const auto& x : got) if (x.interval == d) a.push_back(x);
      for (const auto& x : want) if (x.interval == d) b.push_back(x);
      ASSERT_GE(a.size() + 1, b.size());
      b.resize(a.size());
      ASSERT_EQ(a, b) << "seed " << seed;
    }
  }
}

TEST(bars, volume_saturates) {
  const Quantity huge{INT64_MAX - 1};
  EXPECT_EQ(add_volume(huge, Quantity{5}).units, INT64_MAX);
}

TEST(bars, plans_are_checked) {
  EXPECT_TRUE(check_plan({{seconds(1), seconds(60)}, {}}).ok());
  EXPECT_FALSE(check_plan({{}, {}}).ok());
  EXPECT_FALSE(check_plan({{seconds(0)}, {}}).ok());
  EXPECT_FALSE(check_plan({{seconds(2), seconds(3)}, {}}).ok());
  EXPECT_FALSE(check_plan({{seconds(2), seconds(2)}, {}}).ok());
  EXPECT_FALSE(check_plan({{seconds(4), seconds(2)}, {}}).ok());
}

}  // namespace
}  // namespace trade
