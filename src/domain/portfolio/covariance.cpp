#include "domain/portfolio/covariance.h"

#include <algorithm>
#include <cmath>

namespace trade {
namespace {

Result<Matrix> centred(const Matrix& returns) {
  if (returns.columns == 0) return Error{Failure::data, "returns", "names no asset", ""};
  if (returns.rows < 2)
    return Error{Failure::data, "returns", "has " + std::to_string(returns.rows) + " observations", "give at least two"};
  if (auto finite = check_finite(returns, "returns"); !finite) return finite.error();
  const Vector mean = mean_returns(returns);
  Matrix x = returns;
  for (std::size_t t = 0; t < x.rows; ++t)
    for (std::size_t j = 0; j < x.columns; ++j) x(t, j) -= mean[j];
  return x;
}

// x'x / divisor.
Matrix gram(const Matrix& x, double divisor) {
  Matrix g(x.columns, x.columns);
  for (std::size_t t = 0; t < x.rows; ++t)
    for (std::size_t i = 0; i < x.columns; ++i)
      for (std::size_t j = 0; j <= i; ++j) g(i, j) += x(t, i) * x(t, j);
  for (std::size_t i = 0; i < x.columns; ++i)
    for (std::size_t j = 0; j <= i; ++j) g(j, i) = g(i, j) = g(i, j) / divisor;
  return g;
}

}  // namespace

Vector mean_returns(const Matrix& returns) {
  Vector mean(returns.columns);
  for (std::size_t t = 0; t < returns.rows; ++t)
    for (std::size_t j = 0; j < returns.columns; ++j) mean[j] += returns(t, j);
  for (double& m : mean) m /= returns.rows;
  return mean;
}

Result<Matrix> sample_covariance(const Matrix& returns) {
  auto x = centred(returns);
  if (!x) return x.error();
  return gram(*x, x->rows - 1.0);
}

Result<Shrunk> ledoit_wolf(const Matrix& returns) {
  auto x = centred(returns);
  if (!x) return x.error();
  const double n = x->rows, p = x->columns;
  Shrunk out{gram(*x, n), 0};
  Matrix& s = out.covariance;
  double trace = 0, squares = 0;
  for (std::size_t i = 0; i < s.rows; ++i) trace += s(i, i);
  for (const double v : s.values) squares += v * v;
  const double mean_variance = trace / p;
  // Of each observation's own x x' about the sample covariance: the expected squared error of the latter.
  double fourth = 0;
  for (std::size_t t = 0; t < x->rows; ++t) {
    const double norm = dot(x->row(t), x->row(t));
    fourth += norm * norm;
  }
  const double distance = (squares - p * mean_variance * mean_variance) / p;
  const double error = std::min((fourth / n - squares) / (n * p), distance);
  out.intensity = error <= 0 || distance <= 0 ? 0 : error / distance;
  for (double& v : s.values) v *= 1 - out.intensity;
  for (std::size_t i = 0; i < s.rows; ++i) s(i, i) += out.intensity * mean_variance;
  return out;
}

Result<Correlation> correlation_of(const Matrix& covariance) {
  if (auto finite = check_finite(covariance, "covariance"); !finite) return finite.error();
  Correlation c{Vector(covariance.rows), covariance};
  for (std::size_t i = 0; i < covariance.rows; ++i) {
    if (covariance(i, i) <= 0)
      return Error{Failure::data, "covariance[" + std::to_string(i) + "][" + std::to_string(i) + "]", "the variance is not positive",
                   "leave out assets whose price never moves"};
    c.deviations[i] = std::sqrt(covariance(i, i));
  }
  for (std::size_t i = 0; i < covariance.rows; ++i)
    for (std::size_t j = 0; j < covariance.rows; ++j)
      c.correlation(i, j) = i == j ? 1 : covariance(i, j) / (c.deviations[i] * c.deviations[j]);
  return c;
}

Matrix covariance_of(const Correlation& c) {
  Matrix m = c.correlation;
  for (std::size_t i = 0; i < m.rows; ++i)
    for (std::size_t j = 0; j < m.columns; ++j) m(i, j) *= c.deviations[i] * c.deviations[j];
  return m;
}

}  // namespace trade
