#include "domain/statistics/returns.h"

#include <gtest/gtest.h>

#include <vector>

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

}  // namespace
}  // namespace trade
