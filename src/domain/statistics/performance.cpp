#include "domain/statistics/performance.h"

#include <cmath>

#include "domain/statistics/power.h"

namespace trade {
namespace {

constexpr double year_ns = 365.0 * 86'400.0 * 1e9;

// The largest fall and the time spent below a peak.
void falls(std::span<const CurvePoint> curve, Performance& p) {
  CurvePoint peak = curve.front();
  Time since = peak.time;  // when the running peak was last stood at
  std::int64_t below_ns = 0;
  for (std::size_t n = 1; n < curve.size(); ++n) {
    const CurvePoint& now = curve[n];
    if (curve[n - 1].equity < peak.equity) below_ns += (now.time - curve[n - 1].time).ns;
    const bool fell = now.equity < peak.equity || curve[n - 1].equity < peak.equity;
    if (fell && now.time - since > p.longest_under_water) p.longest_under_water = now.time - since;
    if (now.equity >= peak.equity) {
      peak = now;
      since = now.time;
      continue;
    }
    const double fall = static_cast<double>(peak.equity - now.equity) / static_cast<double>(peak.equity);
    if (fall <= p.max_drawdown) continue;
    p.max_drawdown = fall;
    p.peak = peak.time;
    p.trough = now.time;
  }
  const auto span_ns = (curve.back().time - curve.front().time).ns;
  if (span_ns > 0) p.time_under_water = static_cast<double>(below_ns) / static_cast<double>(span_ns);
}

}  // namespace

double periods_per_year(std::span<const CurvePoint> curve) {
  if (curve.size() < 2) return 0;
  const auto span_ns = static_cast<double>((curve.back().time - curve.front().time).ns);
  return span_ns > 0 ? year_ns / (span_ns / static_cast<double>(curve.size() - 1)) : 0;
}

Performance performance_of(std::span<const CurvePoint> curve, double periods_per_year) {
  Performance p;
  p.periods_per_year = periods_per_year;
  for (const auto& point : curve)
    if (point.equity <= 0) return p;
  if (curve.size() < 2) return p;
  p.returns = static_cast<std::uint32_t>(curve.size() - 1);
  falls(curve, p);
  if (periods_per_year <= 0) return p;
  const auto n = static_cast<double>(p.returns);
  const auto return_at = [&curve](std::size_t i) {
    // The difference is exact in integers: no cancellation.
    return static_cast<double>(curve[i].equity - curve[i - 1].equity) / static_cast<double>(curve[i - 1].equity);
  };
  double sum = 0, squares = 0, downs = 0;
  for (std::size_t i = 1; i < curve.size(); ++i) sum += return_at(i);
  p.mean = sum / n;
  for (std::size_t i = 1; i < curve.size(); ++i) {
    const double r = return_at(i);
    squares += (r - p.mean) * (r - p.mean);
    if (r < 0) downs += r * r;
  }
  const double growth = static_cast<double>(curve.back().equity) / static_cast<double>(curve.front().equity);
  p.annual_return = power(growth, periods_per_year / n) - 1;
  if (!std::isfinite(p.annual_return)) p.annual_return = 0;
  if (p.max_drawdown > 0) p.calmar = p.annual_return / p.max_drawdown;
  if (p.returns < 2) return p;
  const double yearly = std::sqrt(periods_per_year);
  p.deviation = std::sqrt(squares / (n - 1));
  p.annual_volatility = p.deviation * yearly;
  if (squares > 0) p.sharpe = p.mean / p.deviation * yearly;
  if (downs > 0) p.sortino = p.mean / std::sqrt(downs / n) * yearly;
  return p;
}

PerformanceRatios performance(std::span<const CurvePoint> curve) {
  if (curve.size() < 3) return {};
  const auto p = performance_of(curve, periods_per_year(curve));
  return {p.sharpe, p.sortino};
}

}  // namespace trade
