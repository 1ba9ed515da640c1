#include "domain/bars/activity_bars.h"

#include <gtest/gtest.h>

#include <cmath>

#include "core/digest.h"

namespace trade {
namespace {

struct Tick {
  Time at;
  Price price;
  Quantity quantity;
};
std::vector<Tick> walk(std::uint64_t seed, int n) {
  std::vector<Tick> ticks;
  std::int64_t price = 10'000;
  for (int i = 0; i < n; ++i) {
    const auto r = mix64(seed * 7'919 + static_cast<std::uint64_t>(i));
    const bool drift = (i / 700) % 2 == 0;  // stretches in which one side dominates
    price += r % 3 == 0 ? (r >> 8) % (drift ? 10 : 2) != 0 ? 1 : -1 : 0;
    ticks.push_back(
        {Time{i * 1'000'000ll}, Price{price * 1'000'000}, Quantity{static_cast<std::int64_t>(1 + (r >> 16) % 500) * 1'000'000}});
  }
  return ticks;
}
std::vector<ActivityBar> bars_of(const std::vector<Tick>& ticks, const ActivityPlan& plan) {
  std::vector<ActivityBar> bars;
  ActivitySeries s;
  ActivityBar ended;
  for (const auto& t : ticks)
    if (s.add(plan, t.at, t.price, t.quantity, ended)) bars.push_back(ended);
  return bars;
}
ActivityBar bar_over(const std::vector<Tick>& ticks, std::size_t from, std::size_t to) {
  ActivityBar b{ticks[from].at, ticks[to - 1].at, {ticks[from].price, ticks[from].price, ticks[from].price, ticks[to - 1].price, {}, 0}, 0};
  for (std::size_t i = from; i < to; ++i) {
    b.candle.high = max(b.candle.high, ticks[i].price);
    b.candle.low = min(b.candle.low, ticks[i].price);
    b.candle.volume += ticks[i].quantity;
    b.value += static_cast<int128>(ticks[i].price.units) * ticks[i].quantity.units;
    ++b.candle.trades;
  }
  return b;
}

// The obvious way: cut points by summing from each start anew.
TEST(activity_bars, equal_cutting_by_running_sums) {
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    const auto ticks = walk(seed, 3'000);
    for (const auto& plan : {ActivityPlan{Activity::tick, quantity_of(37)}, ActivityPlan{Activity::volume, quantity_of(90)},
                             ActivityPlan{Activity::dollar, quantity_of(20'000)}}) {
      std::vector<ActivityBar> want;
      for (std::size_t from = 0, to = 1; to <= ticks.size(); ++to) {
        const auto b = bar_over(ticks, from, to);
        const long double size = static_cast<long double>(plan.size.units) / 1e8L;
        const bool full = plan.kind == Activity::tick     ? b.candle.trades == static_cast<std::uint32_t>(size)
                          : plan.kind == Activity::volume ? static_cast<long double>(b.candle.volume.units) / 1e8L >= size
                                                          : static_cast<long double>(b.value) / 1e16L >= size;
        if (!full) continue;
        want.push_back(b);
        from = to;
      }
      ASSERT_GT(want.size(), 20u);
      ASSERT_EQ(bars_of(ticks, plan), want) << name_of(plan.kind) << " seed " << seed;
    }
  }
}

// The book's rule in floating point; cut points may differ only where the two sides of the comparison are within rounding.
TEST(activity_bars, imbalance_bars_follow_the_book) {
  for (const auto kind : {Activity::imbalance_tick, Activity::imbalance_volume, Activity::imbalance_dollar}) {
    const auto ticks = walk(3, 60'000);
    const ActivityPlan plan{kind, {}, 100, 10};
    const auto got = bars_of(ticks, plan);
    ASSERT_GT(got.size(), 50u);
    double expected_t = 0, expected_b = 0, sign = 1, theta = 0;
    std::size_t from = 0, made = 0;
    for (std::size_t i = 0; i < ticks.size(); ++i) {
      if (i > 0 && ticks[i].price != ticks[i - 1].price) sign = ticks[i].price > ticks[i - 1].price ? 1 : -1;
      const double quantity = static_cast<double>(ticks[i].quantity.units) / 1e8, price = static_cast<double>(ticks[i].price.units) / 1e8;
      theta += sign * (kind == Activity::imbalance_tick ? 1 : kind == Activity::imbalance_volume ? quantity : quantity * price);
      const double length = static_cast<double>(i + 1 - from);
      const double bound = expected_t * std::abs(expected_b);
      const bool ends = made == 0 ? length >= 100 : length >= 10 && (length >= 1000 || std::abs(theta) >= bound * (1 - 1e-6) - 1e-6);
      if (made < got.size() && got[made].close_time == ticks[i].at) {
        ASSERT_TRUE(ends) << "bar " << made << " ended early";
      } else {
        ASSERT_TRUE(!ends || std::abs(std::abs(theta) - bound) < 1e-5 * (1 + bound)) << "bar " << made << " went on";
        continue;
      }
      ASSERT_EQ(got[made], bar_over(ticks, from, i + 1));
      const double mean = theta / length, weight = made == 0 ? 1.0 : 2.0 / 11;
      expected_t += weight * (length - expected_t);
      expected_b += weight * (mean - expected_b);
      theta = 0;
      from = i + 1;
      ++made;
    }
    EXPECT_EQ(made, got.size());
  }
}

TEST(activity_bars, the_largest_values_do_not_overflow) {
  for (const auto kind : {Activity::dollar, Activity::imbalance_dollar, Activity::imbalance_volume}) {
    const ActivityPlan plan{kind, is_imbalance(kind) ? Quantity{} : Quantity{INT64_MAX}, is_imbalance(kind) ? 10u : 0u, 5};
    ActivitySeries s;
    ActivityBar ended;
    for (int i = 0; i < 1'000; ++i) s.add(plan, Time{i}, Price{INT64_MAX - (i * 37) % 11}, Quantity{INT64_MAX}, ended);
    EXPECT_GT(s.bars, 0u);
    EXPECT_GT(ended.vwap().units, 0);
  }
}

TEST(activity_bars, plans_are_checked) {
  const auto where = [](ActivityPlan p) {
    const auto checked = check_activity(p);
    return checked ? std::string("good") : checked.error().where;
  };
  EXPECT_EQ(where({Activity::tick, quantity_of(10)}), "good");
  EXPECT_EQ(where({Activity::imbalance_tick, {}, 100, 20}), "good");
  EXPECT_EQ(where({Activity::tick, Quantity{1}}), "size");
  EXPECT_EQ(where({Activity::volume, {}}), "size");
  EXPECT_EQ(where({Activity::dollar, Quantity{-1}}), "size");
  EXPECT_EQ(where({Activity::dollar, quantity_of(1), 5}), "expected");
  EXPECT_EQ(where({Activity::imbalance_tick, quantity_of(1), 100}), "size");
  EXPECT_EQ(where({Activity::imbalance_tick, {}, 9}), "expected");
  EXPECT_EQ(where({Activity::imbalance_tick, {}, 10'000'001}), "expected");
  EXPECT_EQ(where({Activity::imbalance_tick, {}, 100, 0}), "memory");
  EXPECT_EQ(where({Activity::imbalance_tick, {}, 100, 10'001}), "memory");
}

}  // namespace
}  // namespace trade
