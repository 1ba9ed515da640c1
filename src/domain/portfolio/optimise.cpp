#include "domain/portfolio/optimise.h"

#include <algorithm>
#include <cmath>
#include <optional>

namespace trade {
namespace {

enum class Held : std::uint8_t { free, least, largest };

// The step to the optimum of the free weights, the others staying, and the equality's multiplier.
struct Step {
  Vector d;
  double multiplier{};
};

Error no_weights() {
  return {Failure::usage, "bounds", "no weights fit: they cannot sum to one", "widen least or largest"};
}

Result<Step> free_step(const Matrix& q, std::span<const double> gradient, std::span<const double> a, const std::vector<Held>& held) {
  std::vector<std::size_t> free;
  for (std::size_t i = 0; i < held.size(); ++i)
    if (held[i] == Held::free) free.push_back(i);
  const std::size_t n = free.size();
  Matrix kkt(n + 1, n + 1);
  Vector right(n + 1);
  for (std::size_t i = 0; i < n; ++i) {
    for (std::size_t j = 0; j < n; ++j) kkt(i, j) = q(free[i], free[j]);
    kkt(i, n) = kkt(n, i) = a[free[i]];
    right[i] = -gradient[free[i]];
  }
  auto x = solve(kkt, right, "covariance");
  if (!x) return x.error();
  Step step{Vector(held.size()), x->back()};
  for (std::size_t i = 0; i < n; ++i) step.d[free[i]] = (*x)[i];
  return step;
}

// How far along d the bounds let go, at most 1, and what is met first.
double room(const Vector& w, const Vector& d, const WeightBounds& bounds, std::size_t& met) {
  double alpha = 1;
  for (std::size_t i = 0; i < w.size(); ++i) {
    if (d[i] == 0) continue;
    const double to = ((d[i] < 0 ? bounds.least : bounds.largest) - w[i]) / d[i];
    if (to < alpha) {
      alpha = std::max(to, 0.0);
      met = i;
    }
  }
  return alpha;
}

// Lets go of the bound that presses most the wrong way; false: the weights are optimal.
bool let_go(std::vector<Held>& held, std::span<const double> gradient, std::span<const double> a, double multiplier, double scale) {
  double most = 1e-13 * scale;
  std::size_t which = held.size();
  for (std::size_t i = 0; i < held.size(); ++i) {
    if (held[i] == Held::free) continue;
    const double pull = -(gradient[i] + a[i] * multiplier);  // the objective falls this way
    const double gain = held[i] == Held::least ? pull : -pull;
    if (gain <= most) continue;
    most = gain;
    which = i;
  }
  if (which == held.size()) return false;
  held[which] = Held::free;
  return true;
}

// Weights within the bounds with a'w = b: from all at the least, filled up in order. The last one touched is free.
std::optional<Vector> first_weights(std::span<const double> a, double b, const WeightBounds& bounds, std::vector<Held>& held) {
  Vector w(a.size(), bounds.least);
  held.assign(a.size(), Held::least);
  double left = b - dot(a, w);
  for (std::size_t i = 0; i < w.size() && left >= 0; ++i) {
    const double take = std::min(left / a[i], bounds.largest - bounds.least);
    w[i] += take;
    left -= a[i] * take;
    held[i] = w[i] >= bounds.largest ? Held::largest : Held::free;
    if (held[i] == Held::free) return w;
  }
  if (std::abs(left) > 1e-12 * std::max(1.0, std::abs(b))) return std::nullopt;
  held.back() = Held::free;
  return w;
}

Vector ones(std::size_t n) { return Vector(n, 1.0); }

// From weights that fit, `held` saying which stand at a bound.
Result<Vector> solve_from(Vector w, std::vector<Held> held, const Matrix& q, std::span<const double> c, std::span<const double> a,
                          const WeightBounds& bounds) {
  if (auto factor = cholesky(q, "covariance"); !factor) return factor.error();
  double scale = 0;
  for (std::size_t i = 0; i < q.rows; ++i) scale = std::max({scale, q(i, i), std::abs(c[i])});
  for (std::size_t turn = 0; turn < 50 * (w.size() + 1); ++turn) {
    Vector gradient = multiply(q, w);
    for (std::size_t i = 0; i < w.size(); ++i) gradient[i] -= c[i];
    auto step = free_step(q, gradient, a, held);
    if (!step) return step.error();
    std::size_t met = w.size();
    const double alpha = room(w, step->d, bounds, met);
    for (std::size_t i = 0; i < w.size(); ++i) w[i] += alpha * step->d[i];
    if (met != w.size()) {
      held[met] = step->d[met] < 0 ? Held::least : Held::largest;
      w[met] = step->d[met] < 0 ? bounds.least : bounds.largest;
      if (std::count(held.begin(), held.end(), Held::free) == 0) held[met] = Held::free;
      if (alpha < 1) continue;
    }
    gradient = multiply(q, w);
    for (std::size_t i = 0; i < w.size(); ++i) gradient[i] -= c[i];
    if (!let_go(held, gradient, a, step->multiplier, scale)) return w;
  }
  return Error{Failure::data, "covariance", "the optimum was not found", "it is close to singular: shrink it (ledoit_wolf)"};
}

}  // namespace

Result<Vector> solve_quadratic(const Matrix& q, std::span<const double> c, std::span<const double> a, double b,
                               const WeightBounds& bounds) {
  if (a.empty() || c.size() != q.rows || a.size() != q.rows)
    return Error{Failure::usage, "mean", "has another number of assets than the covariance", ""};
  std::vector<Held> held;
  auto start = first_weights(a, b, bounds, held);
  if (!start) return no_weights();
  return solve_from(*std::move(start), std::move(held), q, c, a, bounds);
}

Result<Vector> minimum_variance(const Matrix& covariance, const WeightBounds& bounds) {
  return solve_quadratic(covariance, Vector(covariance.rows), ones(covariance.rows), 1, bounds);
}

Result<Vector> mean_variance(const Matrix& covariance, std::span<const double> mean, double aversion, const WeightBounds& bounds) {
  if (!(aversion > 0)) return Error{Failure::usage, "aversion", "is not positive", ""};
  Matrix q = covariance;
  for (double& v : q.values) v *= aversion;
  return solve_quadratic(q, mean, ones(q.rows), 1, bounds);
}

// w = y / sum(y) with y the least variance among those that earn one unit above the risk-free rate.
Result<Vector> tangency(const Matrix& covariance, std::span<const double> mean, double risk_free) {
  if (mean.empty() || mean.size() != covariance.rows)
    return Error{Failure::usage, "mean", "has another number of assets than the covariance", ""};
  Vector excess(mean.begin(), mean.end());
  for (double& e : excess) e -= risk_free;
  const auto best = std::max_element(excess.begin(), excess.end());
  if (!(*best > 0)) return Error{Failure::data, "mean", "no asset earns more than the risk-free rate", ""};
  const auto first = static_cast<std::size_t>(best - excess.begin());
  Vector start(mean.size());
  start[first] = 1 / *best;
  std::vector<Held> held(mean.size(), Held::least);
  held[first] = Held::free;
  auto y = solve_from(std::move(start), std::move(held), covariance, Vector(mean.size()), excess, {0, 1e300});
  if (!y) return y.error();
  double sum = 0;
  for (const double v : *y) sum += v;
  for (double& v : *y) v /= sum;
  return y;
}

Result<Vector> risk_parity(const Matrix& covariance, std::span<const double> budget) {
  if (auto factor = cholesky(covariance, "covariance"); !factor) return factor.error();
  const std::size_t n = covariance.rows;
  const Vector share = budget.empty() ? Vector(n, 1.0 / static_cast<double>(n)) : Vector(budget.begin(), budget.end());
  if (share.size() != n || std::any_of(share.begin(), share.end(), [](double s) { return !(s > 0); }))
    return Error{Failure::usage, "budget", "wants one positive share an asset", ""};
  Vector w(n);
  for (std::size_t i = 0; i < n; ++i) w[i] = std::sqrt(share[i] / covariance(i, i));
  for (int turn = 0; turn < 10'000; ++turn) {
    double moved = 0;
    for (std::size_t i = 0; i < n; ++i) {
      const double own = covariance(i, i), others = dot(covariance.row(i), w) - own * w[i];
      const double next = (-others + std::sqrt(others * others + 4 * own * share[i])) / (2 * own);
      moved = std::max(moved, std::abs(next - w[i]) / next);
      w[i] = next;
    }
    if (moved > 1e-15) continue;
    break;
  }
  double sum = 0;
  for (const double v : w) sum += v;
  for (double& v : w) v /= sum;
  return w;
}

Result<Posterior> black_litterman(const Matrix& covariance, std::span<const double> market, double aversion, double tau, const Views& v) {
  const std::size_t n = covariance.rows, k = v.views.size();
  if (market.size() != n) return Error{Failure::usage, "market", "has another number of assets than the covariance", ""};
  if (!(tau > 0)) return Error{Failure::usage, "tau", "is not positive", "0.025 to 0.05 are usual"};
  if (v.picks.rows != k || (k != 0 && v.picks.columns != n) || (!v.uncertainty.empty() && v.uncertainty.size() != k))
    return Error{Failure::usage, "views", "picks, views and uncertainty do not fit each other", ""};
  Posterior out{multiply(covariance, market), {}, covariance};
  for (double& p : out.prior) p *= aversion;
  out.mean = out.prior;
  Matrix spread(n, k);  // tau C picks'
  for (std::size_t j = 0; j < k; ++j) {
    const Vector column = multiply(covariance, v.picks.row(j));
    for (std::size_t i = 0; i < n; ++i) spread(i, j) = tau * column[i];
  }
  Matrix among(k, k), right(k, n + 1);  // picks tau C picks' + uncertainty; its right sides: spread' and the surprise
  for (std::size_t j = 0; j < k; ++j) {
    for (std::size_t l = 0; l < k; ++l)
      for (std::size_t i = 0; i < n; ++i) among(j, l) += v.picks(j, i) * spread(i, l);
    for (std::size_t i = 0; i < n; ++i) right(j, i) = spread(i, j);
    right(j, n) = v.views[j] - dot(v.picks.row(j), out.prior);
  }
  for (std::size_t j = 0; j < k; ++j) {
    const double own = v.uncertainty.empty() ? among(j, j) : v.uncertainty[j];
    if (!(own > 0)) return Error{Failure::usage, "uncertainty[" + std::to_string(j) + "]", "is not positive", ""};
    among(j, j) += own;
  }
  Matrix gain(0, n + 1);
  if (k != 0) {
    auto solved = solve_definite(among, right, "views");
    if (!solved) return solved.error();
    gain = *std::move(solved);
  }
  for (std::size_t i = 0; i < n; ++i) {
    for (std::size_t j = 0; j < k; ++j) out.mean[i] += spread(i, j) * gain(j, n);
    for (std::size_t m = 0; m < n; ++m) {
      out.covariance(i, m) += tau * covariance(i, m);
      for (std::size_t j = 0; j < k; ++j) out.covariance(i, m) -= spread(i, j) * gain(j, m);
    }
  }
  return out;
}

}  // namespace trade
