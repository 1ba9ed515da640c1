#include "domain/portfolio/linear_algebra.h"

#include <Eigen/Cholesky>
#include <Eigen/LU>
#include <cmath>

namespace trade {
namespace {

using Dense = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
using Column = Eigen::VectorXd;

Eigen::Map<const Dense> view(const Matrix& a) { return {a.values.data(), a.rows, a.columns}; }
Eigen::Map<const Column> view(std::span<const double> x) { return {x.data(), static_cast<Eigen::Index>(x.size())}; }

Matrix matrix_of(const Dense& d) {
  Matrix m(static_cast<std::size_t>(d.rows()), static_cast<std::size_t>(d.cols()));
  Eigen::Map<Dense>(m.values.data(), d.rows(), d.cols()) = d;
  return m;
}
Vector vector_of(const Column& c) { return {c.data(), c.data() + c.size()}; }

Error not_definite(std::string_view name) {
  return {Failure::data, std::string(name), "is not positive definite",
          "give more observations than assets, drop assets that repeat each other, or shrink it (ledoit_wolf)"};
}

// The smallest pivot that is more than rounding of the largest.
bool definite(const Eigen::LLT<Dense>& factor, const Matrix& a) {
  if (factor.info() != Eigen::Success) return false;
  double largest = 0;
  for (std::size_t i = 0; i < a.rows; ++i) largest = std::max(largest, a(i, i));
  const double least = factor.matrixLLT().diagonal().minCoeff();
  return least * least > largest * a.rows * 1e-15;
}

}  // namespace

double dot(std::span<const double> a, std::span<const double> b) {
  CHECK(a.size() == b.size(), "vectors of one length");
  double sum = 0;
  for (std::size_t i = 0; i < a.size(); ++i) sum += a[i] * b[i];
  return sum;
}

Vector multiply(const Matrix& a, std::span<const double> x) {
  CHECK(a.columns == x.size(), "as many columns as values");
  Vector y(a.rows);
  for (std::size_t i = 0; i < a.rows; ++i) y[i] = dot(a.row(i), x);
  return y;
}

double quadratic(const Matrix& a, std::span<const double> x) { return dot(multiply(a, x), x); }

Result<void> check_finite(const Matrix& a, std::string_view name) {
  for (std::size_t i = 0; i < a.values.size(); ++i)
    if (!std::isfinite(a.values[i]))
      return Error{Failure::data, std::string(name) + "[" + std::to_string(i / a.columns) + "][" + std::to_string(i % a.columns) + "]",
                   "is not a finite number", ""};
  return {};
}

Result<Matrix> cholesky(const Matrix& a, std::string_view name) {
  if (auto finite = check_finite(a, name); !finite) return finite.error();
  if (a.rows == 0 || a.rows != a.columns) return Error{Failure::data, std::string(name), "is not square", ""};
  const Eigen::LLT<Dense> factor{Dense(view(a))};
  if (!definite(factor, a)) return not_definite(name);
  return matrix_of(factor.matrixL());
}

Result<Matrix> solve_definite(const Matrix& a, const Matrix& b, std::string_view name) {
  CHECK(a.rows == b.rows, "as many rows as equations");
  if (auto finite = check_finite(a, name); !finite) return finite.error();
  if (auto finite = check_finite(b, name); !finite) return finite.error();
  const Eigen::LLT<Dense> factor{Dense(view(a))};
  if (!definite(factor, a)) return not_definite(name);
  return matrix_of(factor.solve(view(b)));
}

Result<Vector> solve(const Matrix& a, std::span<const double> b, std::string_view name) {
  CHECK(a.rows == a.columns && a.rows == b.size(), "as many equations as unknowns");
  if (auto finite = check_finite(a, name); !finite) return finite.error();
  const Eigen::FullPivLU<Dense> factor{Dense(view(a))};
  if (!factor.isInvertible()) return Error{Failure::data, std::string(name), "has no single solution", "drop constraints or assets"};
  return vector_of(factor.solve(view(b)));
}

}  // namespace trade
