#pragma once
#include <cstdint>
#include <span>
#include <vector>

#include "core/fields.h"
#include "core/result.h"

// The few operations portfolio mathematics needs. Statistics, not money: doubles. What enters hashed state is a journaled input.
namespace trade {

using Vector = std::vector<double>;

// Row-major; owns its values.
struct Matrix {
  std::uint32_t rows{}, columns{};
  std::vector<double> values;

  Matrix() = default;
  Matrix(std::size_t r, std::size_t c) : rows(static_cast<std::uint32_t>(r)), columns(static_cast<std::uint32_t>(c)), values(r * c) {}
  double& operator()(std::size_t i, std::size_t j) { return values[i * columns + j]; }
  double operator()(std::size_t i, std::size_t j) const { return values[i * columns + j]; }
  std::span<const double> row(std::size_t i) const { return {values.data() + i * columns, columns}; }
  FIELDS(Matrix, rows, columns, values)
};

double dot(std::span<const double> a, std::span<const double> b);
// Sizes must fit (a bug otherwise).
Vector multiply(const Matrix& a, std::span<const double> x);
// x' A x.
double quadratic(const Matrix& a, std::span<const double> x);

// Every value is finite; the error names row and column.
Result<void> check_finite(const Matrix& a, std::string_view name);
// The lower factor L of a symmetric positive definite matrix, L L' = a; refused when it is not one.
Result<Matrix> cholesky(const Matrix& a, std::string_view name);
// X of a X = b, a symmetric positive definite.
Result<Matrix> solve_definite(const Matrix& a, const Matrix& b, std::string_view name);
// x of a x = b for any square a of full rank (the equations of a constrained optimum).
Result<Vector> solve(const Matrix& a, std::span<const double> b, std::string_view name);

}  // namespace trade
