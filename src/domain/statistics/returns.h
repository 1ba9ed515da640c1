#pragma once
#include <span>

#include "core/fields.h"
#include "core/int128.h"
#include "core/time.h"

// Figures of an equity curve, computed when asked and never kept: floating point is allowed here and nowhere near the books.
namespace trade {

struct CurvePoint {
  Time time;
  int128 equity{};  // units of Money
};

struct PerformanceRatios {
  double sharpe{}, sortino{};
};

// Sharpe (1994) and Sortino (1994) ratios of the simple returns between neighbouring points, risk-free rate and target 0:
//   sharpe  = mean / sample deviation (n - 1) x sqrt(periods a year)
//   sortino = mean / sqrt(mean of min(return, 0)^2 over all n) x sqrt(periods a year)
// A period is the mean spacing of the points and a year 365 days of 24 hours (markets that never close). Zero when there are fewer
// than two returns, no dispersion, or a point whose equity is not positive.
PerformanceRatios performance(std::span<const CurvePoint> curve);

}  // namespace trade
