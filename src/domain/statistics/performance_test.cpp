#include "domain/statistics/performance.h"

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

#include "core/digest.h"
#include "domain/statistics/power.h"

namespace trade {
namespace {

std::vector<CurvePoint> curve(std::initializer_list<int> equities, Duration spacing) {
  std::vector<CurvePoint> c;
  Time t;
  for (const int e : equities) {
    c.push_back({t, static_cast<int128>(e) * 1'000'000});
    t = t + spacing;
  }
  return c;
}

// Returns +10 %, -10 %, +20 %: mean 1/15, sample deviation sqrt(7/300) = 0.152752523, downside sqrt(0.01/3) = 0.0577350269.
// Values by hand with daily points: sqrt(365) = 19.1049731745.
TEST(returns, textbook_values) {
  const auto p = performance(curve({1000, 1100, 990, 1188}, seconds(86'400)));
  EXPECT_NEAR(p.sharpe, 0.0666666667 / 0.1527525232 * 19.1049731745, 1e-6);
  EXPECT_NEAR(p.sortino, 0.0666666667 / 0.0577350269 * 19.1049731745, 1e-6);
}

TEST(returns, annualisation_follows_the_spacing) {
  const auto day = performance(curve({1000, 1100, 990, 1188}, seconds(86'400)));
  const auto quarter = performance(curve({1000, 1100, 990, 1188}, seconds(21'600)));
  EXPECT_NEAR(quarter.sharpe, 2 * day.sharpe, 1e-9);
  EXPECT_NEAR(quarter.sortino, 2 * day.sortino, 1e-9);
}

TEST(returns, nothing_to_say) {
  EXPECT_EQ(performance({}).sharpe, 0);
  EXPECT_EQ(performance(curve({1000, 1100}, seconds(1))).sharpe, 0);
  EXPECT_EQ(performance(curve({1000, 1000, 1000}, seconds(1))).sharpe, 0);
  EXPECT_EQ(performance(curve({1000, 1100, 1200}, seconds(1))).sortino, 0);  // no fall, no downside
  EXPECT_EQ(performance(curve({1000, 0, 1200}, seconds(1))).sharpe, 0);
  EXPECT_EQ(performance(curve({1000, 1100, 900}, Duration{})).sharpe, 0);
}

// 1000, 1100, 990, 1188 a day apart: one fall of a tenth from the second point, back above it two days later.
TEST(power, is_the_librarys_to_a_few_units) {
  std::uint64_t seed = 3;
  for (int n = 0; n < 200'000; ++n) {
    const auto draw = [&seed] { return static_cast<double>(mix64(seed += 0x9E3779B97F4A7C15ull) >> 11) * 0x1p-53; };
    const double x = std::exp(draw() * 40 - 20), y = draw() * 1400 - 700;
    ASSERT_NEAR(natural_logarithm(x), std::log(x), 4e-15 * std::max(1.0, std::abs(std::log(x)))) << x;
    ASSERT_NEAR(exponential(y) / std::exp(y), 1, 4e-15) << y;
  }
  EXPECT_EQ(natural_logarithm(1), 0);
  EXPECT_EQ(exponential(0), 1);
  EXPECT_EQ(exponential(-1000), 0);
  EXPECT_TRUE(std::isinf(exponential(1000)));
  EXPECT_NEAR(power(1.5, 3), 3.375, 1e-14);
}

TEST(performance, falls_and_growth) {
  const auto c = curve({1000, 1100, 990, 1188}, seconds(86'400));
  const auto p = performance_of(c, 365);
  EXPECT_DOUBLE_EQ(p.max_drawdown, 0.1);
  EXPECT_EQ(p.peak, c[1].time);
  EXPECT_EQ(p.trough, c[2].time);
  EXPECT_EQ(p.longest_under_water, seconds(2 * 86'400));
  EXPECT_DOUBLE_EQ(p.time_under_water, 1.0 / 3);
  EXPECT_NEAR(p.annual_return, std::pow(1.188, 365.0 / 3) - 1, 1e-6 * p.annual_return);
  EXPECT_DOUBLE_EQ(p.calmar, p.annual_return / 0.1);
  EXPECT_DOUBLE_EQ(p.sharpe, performance(c).sharpe);
  EXPECT_EQ(periods_per_year(c), 365);
}

TEST(performance, a_curve_that_never_recovers_is_under_water_to_its_end) {
  const auto p = performance_of(curve({1000, 900, 950, 999}, seconds(10)), 365);
  EXPECT_EQ(p.longest_under_water, seconds(30));
  EXPECT_DOUBLE_EQ(p.max_drawdown, 0.1);
  EXPECT_EQ(performance_of(curve({1000, 900}, seconds(10)), 365).sharpe, 0);
  EXPECT_EQ(performance_of(curve({1000, -1, 900}, seconds(10)), 365).max_drawdown, 0);
  EXPECT_EQ(performance_of({}, 365).returns, 0u);
  EXPECT_EQ(performance_of(curve({1000, 1000, 1001}, seconds(10)), 365).longest_under_water, Duration{});
}

TEST(performance, the_last_point_of_each_day) {
  const auto days = last_of_each_day(curve({1, 2, 3, 4, 5}, seconds(36'000)), [](Time t) { return floor_to(t, seconds(86'400)); });
  ASSERT_EQ(days.size(), 2u);  // 0, 10 and 20 o'clock; 6 and 16 o'clock
  EXPECT_TRUE(days[0].equity == 3'000'000 && days[1].equity == 5'000'000);
}

}  // namespace
}  // namespace trade
