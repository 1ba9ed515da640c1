// Properties that hold whatever the numbers; agreement with numpy, scipy and scikit-learn on recorded returns: tests/references/portfolio.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "core/digest.h"
#include "domain/portfolio/optimise.h"
#include "domain/portfolio/value_at_risk.h"

namespace trade {
namespace {

struct Draw {
  std::uint64_t state;
  double operator()() { return static_cast<double>(mix64(state += 0x9E3779B97F4A7C15ull) >> 11) * 0x1p-53 - 0.5; }
};

Matrix random_returns(std::uint64_t seed, std::size_t days, std::size_t assets) {
  Draw draw{seed};
  Matrix r(days, assets);
  for (std::size_t t = 0; t < days; ++t) {
    const double market = draw() * 0.02;
    for (std::size_t j = 0; j < assets; ++j) r(t, j) = market * static_cast<double>(j % 3) + draw() * 0.01 * static_cast<double>(1 + j % 4);
  }
  return r;
}
Matrix random_covariance(std::uint64_t seed, std::size_t assets) { return sample_covariance(random_returns(seed, 200, assets)).value(); }
double sum(const Vector& w) { return std::accumulate(w.begin(), w.end(), 0.0); }

TEST(portfolio, components_sum_to_the_whole_and_margins_are_its_derivative) {
  const Matrix c = random_covariance(1, 6);
  const Vector x{1000, -500, 250, 0, 4000, -3000};
  const auto s = risk_shares(x, c, 0.99).value();
  EXPECT_NEAR(sum(s.component), s.value_at_risk, 1e-9 * s.value_at_risk);
  for (std::size_t i = 0; i < x.size(); ++i) {
    Vector more = x, less = x;
    more[i] += 1e-3;
    less[i] -= 1e-3;
    const double slope = (parametric_risk(more, c, {}, 0.99)->value_at_risk - parametric_risk(less, c, {}, 0.99)->value_at_risk) / 2e-3;
    EXPECT_NEAR(s.marginal[i], slope, 1e-7);
  }
}

TEST(portfolio, shortfall_is_the_mean_of_exactly_the_tail) {
  std::vector<double> gains;
  for (int i = 1; i <= 1000; ++i) gains.push_back(i - 501.0);
  const auto ten = tail_of(gains, 0.99).value();
  EXPECT_DOUBLE_EQ(ten.value_at_risk, 491);  // the tenth worst of 1000
  EXPECT_DOUBLE_EQ(ten.shortfall, 495.5);
  gains.resize(250);
  const auto part = tail_of(gains, 0.99).value();  // two and a half observations
  EXPECT_DOUBLE_EQ(part.value_at_risk, 498);
  EXPECT_DOUBLE_EQ(part.shortfall, (500 + 499 + 0.5 * 498) / 2.5);
}

TEST(portfolio, simulation_repeats_and_comes_near_the_closed_form) {
  const Matrix c = random_covariance(2, 4);
  const std::vector<RiskPosition> held{{1000, false}, {-2000, false}, {500, false}, {100, false}};
  const auto one = simulated_risk(held, c, 0.95, 200'000, 7).value(), same = simulated_risk(held, c, 0.95, 200'000, 7).value();
  EXPECT_EQ(one.value_at_risk, same.value_at_risk);
  const auto exact = parametric_risk(Vector{1000, -2000, 500, 100}, c, {}, 0.95).value();
  EXPECT_NEAR(one.value_at_risk, exact.value_at_risk, 0.015 * exact.value_at_risk);
  EXPECT_NEAR(one.shortfall, exact.shortfall, 0.015 * exact.shortfall);
  EXPECT_NE(simulated_risk(held, c, 0.95, 1000, 8)->value_at_risk, simulated_risk(held, c, 0.95, 1000, 9)->value_at_risk);
}

TEST(portfolio, a_coin_margined_position_gains_by_the_reciprocal) {
  EXPECT_DOUBLE_EQ(revalued_gain({10, true}, 0.25), 10 * (1 - 1 / 1.25));
  EXPECT_TRUE(std::isinf(revalued_gain({10, true}, -1)));
  EXPECT_DOUBLE_EQ(revalued_gain({10, false}, -1), -10);
}

// No weights near the optimum, moved between any two assets within the bounds, are better.
void expect_optimal(const Matrix& c, const Vector& mean, double aversion, const Vector& w, const WeightBounds& bounds) {
  const auto worth = [&](const Vector& x) { return dot(mean, x) - aversion / 2 * quadratic(c, x); };
  const double best = worth(w);
  EXPECT_NEAR(sum(w), 1, 1e-12);
  for (std::size_t i = 0; i < w.size(); ++i) {
    EXPECT_GE(w[i], bounds.least - 1e-12);
    EXPECT_LE(w[i], bounds.largest + 1e-12);
    for (std::size_t j = 0; j < w.size(); ++j)
      for (const double step : {1e-2, 1e-4}) {
        Vector x = w;
        x[i] += step;
        x[j] -= step;
        if (x[i] > bounds.largest || x[j] < bounds.least) continue;
        EXPECT_LE(worth(x), best + 1e-15);
      }
  }
}

TEST(portfolio, no_neighbour_of_an_optimum_is_better) {
  Draw draw{3};
  for (std::uint64_t seed = 1; seed <= 60; ++seed) {
    const std::size_t n = 2 + seed % 9;
    const Matrix c = random_covariance(seed, n);
    Vector mean(n);
    for (double& m : mean) m = draw() * 0.004;
    for (const WeightBounds bounds : {WeightBounds{0, 1}, WeightBounds{-0.5, 1.5}, WeightBounds{0, 0.6}, WeightBounds{0.01, 0.9}}) {
      const auto w = mean_variance(c, mean, 4, bounds);
      ASSERT_TRUE(w.ok()) << w.error().text();
      expect_optimal(c, mean, 4, *w, bounds);
      const auto least = minimum_variance(c, bounds);
      ASSERT_TRUE(least.ok()) << least.error().text();
      expect_optimal(c, Vector(n), 1, *least, bounds);
    }
  }
}

TEST(portfolio, tangency_has_the_largest_ratio) {
  for (std::uint64_t seed = 1; seed <= 40; ++seed) {
    const Matrix c = random_covariance(seed, 5);
    Draw draw{seed};
    Vector mean(5);
    for (double& m : mean) m = draw() * 0.004;
    mean[seed % 5] = 0.002;
    const auto w = tangency(c, mean, 0.0001);
    ASSERT_TRUE(w.ok()) << w.error().text();
    const auto ratio = [&](const Vector& x) { return (dot(mean, x) - 0.0001 * sum(x)) / std::sqrt(quadratic(c, x)); };
    EXPECT_NEAR(sum(*w), 1, 1e-12);
    for (std::size_t i = 0; i < 5; ++i)
      for (const double step : {-1e-3, 1e-3}) {
        Vector x = *w;
        x[i] = std::max(0.0, x[i] + step);
        EXPECT_LE(ratio(x), ratio(*w) * (1 + 1e-12));
      }
  }
}

TEST(portfolio, every_asset_adds_its_share_of_risk) {
  const Matrix c = random_covariance(5, 7);
  const Vector budget{0.1, 0.2, 0.1, 0.1, 0.2, 0.2, 0.1};
  const auto w = risk_parity(c, budget).value();
  EXPECT_NEAR(sum(w), 1, 1e-12);
  const Vector slope = multiply(c, w);
  for (std::size_t i = 0; i < w.size(); ++i) EXPECT_NEAR(w[i] * slope[i] / quadratic(c, w), budget[i], 1e-12);
}

TEST(portfolio, hierarchical_weights_do_not_need_an_inverse) {
  Matrix returns = random_returns(6, 60, 5);
  for (std::size_t t = 0; t < returns.rows; ++t) returns(t, 4) = returns(t, 3);  // two assets alike: singular
  const Matrix c = sample_covariance(returns).value();
  EXPECT_FALSE(minimum_variance(c).ok());
  const auto w = hierarchical_risk_parity(c).value();
  EXPECT_NEAR(sum(w), 1, 1e-12);
  EXPECT_GT(*std::min_element(w.begin(), w.end()), 0);
  EXPECT_TRUE(minimum_variance(ledoit_wolf(returns)->covariance).ok());
}

TEST(portfolio, a_sure_view_is_met_and_an_idle_one_changes_nothing) {
  const Matrix c = random_covariance(8, 3);
  Views views{Matrix(1, 3), {0.01}, {1e-18}};
  views.picks(0, 0) = 1;
  views.picks(0, 2) = -1;
  const auto p = black_litterman(c, Vector{0.5, 0.3, 0.2}, 2.5, 0.05, views).value();
  EXPECT_NEAR(p.mean[0] - p.mean[2], 0.01, 1e-9);
  const auto none = black_litterman(c, Vector{0.5, 0.3, 0.2}, 2.5, 0.05, {}).value();
  EXPECT_EQ(none.mean, none.prior);
}

TEST(portfolio, what_cannot_be_worked_out_is_refused_by_name) {
  const auto refused = [](const auto& r, std::string_view where) {
    ASSERT_FALSE(r.ok());
    EXPECT_EQ(r.error().where, where) << r.error().text();
  };
  const Matrix c = random_covariance(9, 3);
  refused(sample_covariance(Matrix(1, 3)), "returns");
  Matrix nan = random_returns(9, 10, 3);
  nan(4, 1) = std::nan("");
  refused(sample_covariance(nan), "returns[4][1]");
  refused(ledoit_wolf(nan), "returns[4][1]");
  refused(historical_risk({{1, false}, {1, false}, {1, false}}, nan, 0.99), "returns[4][1]");
  refused(parametric_risk(Vector{1, 2, 3}, c, {}, 1), "confidence");
  refused(parametric_risk(Vector{1, 2}, c, {}, 0.9), "covariance");
  refused(minimum_variance(Matrix(3, 3)), "covariance");
  refused(minimum_variance(c, {0.5, 1}), "bounds");
  refused(mean_variance(c, Vector{1, 2}, 1), "mean");
  refused(mean_variance(c, Vector{1, 2, 3}, 0), "aversion");
  refused(tangency(c, Vector{-1, -1, 0}, 0), "mean");
  refused(risk_parity(c, Vector{1, 0, 1}), "budget");
  refused(correlation_of(Matrix(2, 2)), "covariance[0][0]");
  refused(black_litterman(c, Vector{1, 2, 3}, 1, 0, {}), "tau");
  refused(stress_grid({{1, false}}, c, {}), "covariance");
}

}  // namespace
}  // namespace trade
