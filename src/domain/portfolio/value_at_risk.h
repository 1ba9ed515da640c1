#pragma once
#include <vector>

#include "domain/portfolio/covariance.h"

// What a portfolio may lose over one period, in the currency its positions are valued in. Losses are positive.
namespace trade {

// Losses are at most `value_at_risk` with the confidence asked; `shortfall` is the mean of the losses beyond (expected shortfall).
struct TailRisk {
  double value_at_risk{}, shortfall{};
  FIELDS(TailRisk, value_at_risk, shortfall)
};

// A position revalued under a return: linear: value x return; inverse (coin margined), stated in coin: value x (1 - 1 / (1 + r)).
struct RiskPosition {
  double value{};  // signed market value
  bool inverse{};
  FIELDS(RiskPosition, value, inverse)
};
// -infinity for an inverse position whose price is gone (r <= -1 held long).
double revalued_gain(const RiskPosition& e, double change);

// Of gains that were seen or drawn. VaR: minus the ceil(n (1 - c))-th smallest gain, the lower empirical quantile. Shortfall by
// C. Acerbi, D. Tasche, "On the coherence of expected shortfall" (2002): the mean over exactly n (1 - c) observations, the last one in
// part. 0 < confidence < 1; at least one gain.
Result<TailRisk> tail_of(std::vector<double> gains, double confidence);

// Every past observation applied to today's positions.
Result<TailRisk> historical_risk(const std::vector<RiskPosition>& held, const Matrix& returns, double confidence);
// Normal returns with this covariance and mean (empty: zero): J.P. Morgan, RiskMetrics Technical Document (1996).
Result<TailRisk> parametric_risk(std::span<const double> values, const Matrix& covariance, std::span<const double> mean, double confidence);
// `draws` normal returns from a seeded generator, positions revalued in full. Equal seed, equal result.
Result<TailRisk> simulated_risk(const std::vector<RiskPosition>& held, const Matrix& covariance, double confidence, std::uint32_t draws,
                                std::uint64_t seed);

// How parametric VaR (mean zero) comes about: marginal is its derivative by each position's value, component = value x marginal, and the
// components sum to the whole. P. Jorion, Value at Risk, 3rd ed., ch. 7. All zero when nothing is held.
struct RiskShares {
  double value_at_risk{};
  Vector marginal, component;
};
Result<RiskShares> risk_shares(std::span<const double> values, const Matrix& covariance, double confidence);

// One corner of the stress grid: every price moved by `move`, deviations multiplied, correlations drawn towards one by `correlation`
// (0: as they are, 1: all move together). `gain` is that of the price move; `value_at_risk` what then threatens on top.
struct StressRule {
  Vector moves{-0.2, -0.1, -0.05, 0, 0.05, 0.1, 0.2};
  Vector deviation{1, 1.5, 2};
  Vector correlation{0, 0.5, 1};
  double confidence = 0.99;
  FIELDS(StressRule, moves, deviation, correlation, confidence)
};
struct StressCell {
  double move{}, deviation{}, correlation{};
  double gain{}, value_at_risk{};
  FIELDS(StressCell, move, deviation, correlation, gain, value_at_risk)
};
Result<std::vector<StressCell>> stress_grid(const std::vector<RiskPosition>& held, const Matrix& covariance, const StressRule& rule);

// The standard normal quantile, 0 < p < 1, to about 1e-16: M. J. Wichura, Algorithm AS 241, Applied Statistics 37 (1988).
double normal_quantile(double p);

}  // namespace trade
