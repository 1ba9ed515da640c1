#include "domain/portfolio/value_at_risk.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>

#include "core/digest.h"

namespace trade {
namespace {

Result<void> check_confidence(double c) {
  if (c > 0 && c < 1) return {};
  return Error{Failure::usage, "confidence", "is not between 0 and 1", "0.95 and 0.99 are usual"};
}

Result<void> check_sizes(std::size_t held, const Matrix& m, std::string_view name) {
  if (held != 0 && held == m.columns) return {};
  return Error{Failure::usage, std::string(name), std::to_string(m.columns) + " assets for " + std::to_string(held) + " values", ""};
}

template <std::size_t N>
double polynomial(const double (&c)[N], double x) {
  double y = 0;
  for (const double k : c) y = y * x + k;
  return y;
}

// Uniform on the open unit interval: the middle of one of 2^53 cells.
double uniform(std::uint64_t seed, std::uint64_t n) {
  return (static_cast<double>(mix64(seed + n * 0x9E3779B97F4A7C15ull) >> 11) + 0.5) * 0x1p-53;
}

Vector values_after(const std::vector<RiskPosition>& held, double move) {
  Vector x;
  for (const auto& h : held) x.push_back(h.inverse ? h.value / (1 + move) : h.value * (1 + move));
  return x;
}

}  // namespace

double normal_quantile(double p) {
  constexpr double a[] = {2.5090809287301226727e3, 3.3430575583588128105e4, 6.7265770927008700853e4, 4.5921953931549871457e4,
                          1.3731693765509461125e4, 1.9715909503065514427e3, 1.3314166789178437745e2, 3.3871328727963666080e0};
  constexpr double b[] = {5.2264952788528545610e3, 2.8729085735721942674e4, 3.9307895800092710610e4, 2.1213794301586595867e4,
                          5.3941960214247511077e3, 6.8718700749205790830e2, 4.2313330701600911252e1, 1.0};
  constexpr double c[] = {7.74545014278341407640e-4, 2.27238449892691845833e-2, 2.41780725177450611770e-1, 1.27045825245236838258e0,
                          3.64784832476320460504e0,  5.76949722146069140550e0,  4.63033784615654529590e0,  1.42343711074968357734e0};
  constexpr double d[] = {1.05075007164441684324e-9, 5.47593808499534494600e-4, 1.51986665636164571966e-2, 1.48103976427480074590e-1,
                          6.89767334985100004550e-1, 1.67638483018380384940e0,  2.05319162663775882187e0,  1.0};
  constexpr double e[] = {2.01033439929228813265e-7, 2.71155556874348757815e-5, 1.24266094738807843860e-3, 2.65321895265761230930e-2,
                          2.96560571828504891230e-1, 1.78482653991729133580e0,  5.46378491116411436990e0,  6.65790464350110377720e0};
  constexpr double f[] = {2.04426310338993978564e-15, 1.42151175831644588870e-7, 1.84631831751005468180e-5, 7.86869131145613259100e-4,
                          1.48753612908506148525e-2,  1.36929880922735805310e-1, 5.99832206555887937690e-1, 1.0};
  const double q = p - 0.5;
  if (std::abs(q) <= 0.425) {
    const double r = 0.180625 - q * q;
    return q * polynomial(a, r) / polynomial(b, r);
  }
  const double r = std::sqrt(-std::log(q < 0 ? p : 1 - p));
  const double x = r <= 5 ? polynomial(c, r - 1.6) / polynomial(d, r - 1.6) : polynomial(e, r - 5) / polynomial(f, r - 5);
  return q < 0 ? -x : x;
}

double revalued_gain(const RiskPosition& e, double r) {
  if (!e.inverse) return e.value * r;
  if (r <= -1) return e.value > 0 ? -std::numeric_limits<double>::infinity() : std::numeric_limits<double>::infinity();
  return e.value * r / (1 + r);
}

Result<TailRisk> tail_of(std::vector<double> gains, double confidence) {
  if (auto c = check_confidence(confidence); !c) return c.error();
  if (gains.empty()) return Error{Failure::data, "gains", "there are none", ""};
  std::stable_sort(gains.begin(), gains.end());
  // Rounding of n (1 - c) may not add an observation.
  const double tail = static_cast<double>(gains.size()) * (1 - confidence);
  const auto whole = static_cast<std::size_t>(std::ceil(tail - 1e-9));
  const std::size_t last = std::max<std::size_t>(whole, 1) - 1;
  double sum = 0;
  for (std::size_t i = 0; i < last; ++i) sum += gains[i];
  sum += gains[last] * (tail - static_cast<double>(last));
  return TailRisk{-gains[last], -sum / tail};
}

Result<TailRisk> historical_risk(const std::vector<RiskPosition>& held, const Matrix& returns, double confidence) {
  if (auto s = check_sizes(held.size(), returns, "returns"); !s) return s.error();
  if (auto finite = check_finite(returns, "returns"); !finite) return finite.error();
  std::vector<double> gains(returns.rows);
  for (std::size_t t = 0; t < returns.rows; ++t)
    for (std::size_t j = 0; j < held.size(); ++j) gains[t] += revalued_gain(held[j], returns(t, j));
  return tail_of(std::move(gains), confidence);
}

Result<TailRisk> parametric_risk(std::span<const double> values, const Matrix& covariance, std::span<const double> mean,
                                 double confidence) {
  if (auto c = check_confidence(confidence); !c) return c.error();
  if (auto s = check_sizes(values.size(), covariance, "covariance"); !s) return s.error();
  if (auto finite = check_finite(covariance, "covariance"); !finite) return finite.error();
  const double variance = quadratic(covariance, values);
  if (variance < 0) return Error{Failure::data, "covariance", "gives a negative variance", "it is not positive semidefinite"};
  const double deviation = std::sqrt(variance), drift = mean.empty() ? 0 : dot(mean, values);
  const double z = normal_quantile(confidence);
  const double density = std::exp(-z * z / 2) / std::sqrt(2 * std::numbers::pi);
  return TailRisk{z * deviation - drift, density / (1 - confidence) * deviation - drift};
}

Result<TailRisk> simulated_risk(const std::vector<RiskPosition>& held, const Matrix& covariance, double confidence, std::uint32_t draws,
                                std::uint64_t seed) {
  if (auto s = check_sizes(held.size(), covariance, "covariance"); !s) return s.error();
  auto factor = cholesky(covariance, "covariance");
  if (!factor) return factor.error();
  std::vector<double> gains(draws);
  Vector z(held.size());
  std::uint64_t n = 0;
  for (double& gain : gains) {
    for (double& v : z) v = normal_quantile(uniform(seed, ++n));
    for (std::size_t j = 0; j < held.size(); ++j)
      gain += revalued_gain(held[j], dot(factor->row(j).first(j + 1), std::span(z).first(j + 1)));
  }
  return tail_of(std::move(gains), confidence);
}

Result<RiskShares> risk_shares(std::span<const double> values, const Matrix& covariance, double confidence) {
  auto whole = parametric_risk(values, covariance, {}, confidence);
  if (!whole) return whole.error();
  RiskShares s{whole->value_at_risk, multiply(covariance, values), Vector(values.size())};
  const double deviation = std::sqrt(quadratic(covariance, values)), z = normal_quantile(confidence);
  for (double& m : s.marginal) m = deviation > 0 ? z * m / deviation : 0;
  for (std::size_t i = 0; i < values.size(); ++i) s.component[i] = values[i] * s.marginal[i];
  return s;
}

Result<std::vector<StressCell>> stress_grid(const std::vector<RiskPosition>& held, const Matrix& covariance, const StressRule& rule) {
  if (auto s = check_sizes(held.size(), covariance, "covariance"); !s) return s.error();
  auto now = correlation_of(covariance);
  if (!now) return now.error();
  std::vector<StressCell> cells;
  for (const double move : rule.moves) {
    if (move <= -1) return Error{Failure::usage, "moves", "a move of -100 % or more leaves no price", ""};
    double gain = 0;
    for (const auto& h : held) gain += revalued_gain(h, move);
    const Vector moved_values = values_after(held, move);
    for (const double deviation : rule.deviation)
      for (const double together : rule.correlation) {
        Correlation moved = *now;
        for (double& d : moved.deviations) d *= deviation;
        for (double& c : moved.correlation.values) c = (1 - together) * c + together;
        auto risk = parametric_risk(moved_values, covariance_of(moved), {}, rule.confidence);
        if (!risk) return risk.error();
        cells.push_back({move, deviation, together, gain, risk->value_at_risk});
      }
  }
  return cells;
}

}  // namespace trade
