#pragma once
#include <vector>

#include "domain/portfolio/covariance.h"

// Which weights of a portfolio are best under a covariance of returns. Weights sum to one; `weights[i]` is of asset i.
namespace trade {

// The least and largest weight of every asset; least 0: no short sales.
struct WeightBounds {
  double least = 0, largest = 1;
  FIELDS(WeightBounds, least, largest)
};

// min w'Qw / 2 - c'w with a'w = b and least <= w <= largest, by a primal active-set method: J. Nocedal, S. Wright, Numerical Optimization,
// 2nd ed., algorithm 16.3. Q positive definite, every a_i > 0. Refused when no w fits the bounds, or it does not end.
Result<Vector> solve_quadratic(const Matrix& q, std::span<const double> c, std::span<const double> a, double b, const WeightBounds& bounds);

Result<Vector> minimum_variance(const Matrix& covariance, const WeightBounds& bounds = {});
// max mean'w - aversion / 2 x w'Cw: H. Markowitz, "Portfolio Selection", Journal of Finance 7 (1952). aversion > 0.
Result<Vector> mean_variance(const Matrix& covariance, std::span<const double> mean, double aversion, const WeightBounds& bounds = {});
// The largest (mean'w - risk_free) / deviation without short sales; some asset must beat the risk-free rate.
Result<Vector> tangency(const Matrix& covariance, std::span<const double> mean, double risk_free);

// Every asset adds its share of `budget` (empty: equal shares) to the variance: T. Griveau-Billion, J.-C. Richard, T. Roncalli, "A fast
// algorithm for computing high-dimensional risk parity portfolios" (2013), cyclical coordinate descent.
Result<Vector> risk_parity(const Matrix& covariance, std::span<const double> budget = {});

// Hierarchical risk parity: single linkage over the Euclidean distances between rows of d = sqrt((1 - rho) / 2), quasi-diagonal order,
// recursive bisection by inverse variance: M. Lopez de Prado, "Building diversified portfolios that outperform out of sample" (2016).
Result<Vector> hierarchical_risk_parity(const Matrix& covariance);

// Views on returns: row k of `picks` times the returns is views[k], with variance uncertainty[k]. The prior is what the market's weights
// imply, aversion x C x weights, as sure as tau x C. F. Black, R. Litterman, Financial Analysts Journal 48 (1992); the form is that of
// G. He, R. Litterman (1999).
struct Views {
  Matrix picks;
  Vector views, uncertainty;  // an empty uncertainty: diag(picks x tau C x picks')
  FIELDS(Views, picks, views, uncertainty)
};
struct Posterior {
  Vector prior, mean;
  Matrix covariance;  // of returns: C + the posterior's own
};
Result<Posterior> black_litterman(const Matrix& covariance, std::span<const double> market, double aversion, double tau,
                                  const Views& views);

}  // namespace trade
