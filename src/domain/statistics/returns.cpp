#include "domain/statistics/returns.h"

#include <cmath>

namespace trade {

PerformanceRatios performance(std::span<const CurvePoint> curve) {
  if (curve.size() < 3) return {};
  const auto n = static_cast<double>(curve.size() - 1);
  const auto span_ns = static_cast<double>((curve.back().time - curve.front().time).ns);
  if (span_ns <= 0) return {};
  const auto each = [&curve](auto&& take) {
    for (std::size_t i = 1; i < curve.size(); ++i) {
      // The difference is exact in integers: no cancellation.
      const auto gained = static_cast<double>(curve[i].equity - curve[i - 1].equity);
      take(gained / static_cast<double>(curve[i - 1].equity));
    }
  };
  for (const auto& p : curve)
    if (p.equity <= 0) return {};
  double sum = 0;
  each([&](double r) { sum += r; });
  const double mean = sum / n;
  double squares = 0, downs = 0;
  each([&](double r) {
    squares += (r - mean) * (r - mean);
    if (r < 0) downs += r * r;
  });
  constexpr double year_ns = 365.0 * 86'400.0 * 1e9;
  const double yearly = std::sqrt(year_ns / (span_ns / n));
  PerformanceRatios p;
  if (squares > 0) p.sharpe = mean / std::sqrt(squares / (n - 1)) * yearly;
  if (downs > 0) p.sortino = mean / std::sqrt(downs / n) * yearly;
  return p;
}

}  // namespace trade
