#pragma once
#include <vector>

#include "domain/statistics/returns.h"

namespace trade {

// What an equity curve says of itself. Fractions, not percent; 0 where a figure is not defined (fewer than two returns, no dispersion, no
// fall, an equity that is not positive, a growth beyond what a double holds).
struct Performance {
  std::uint32_t returns{};         // simple returns between neighbouring points
  double periods_per_year{};
  double mean{}, deviation{};      // of a return; sample deviation (n - 1)
  double annual_return{};          // compound: (last / first) ^ (1 / years) - 1
  double annual_volatility{};      // deviation x sqrt(periods a year)
  double sharpe{};                 // Sharpe (1994), The Sharpe Ratio: mean / deviation x sqrt(periods a year), risk-free rate 0
  double sortino{};                // Sortino and Price (1994): mean / sqrt(mean of min(return, 0)^2) x sqrt(periods a year), target 0
  double calmar{};                 // Young (1991): annual_return / max_drawdown, here over the whole curve instead of 36 months
  double max_drawdown{};           // largest fall from a running peak, as a fraction of that peak
  Time peak, trough;               // where that fall began and ended
  Duration longest_under_water{};  // the longest time from a peak until equity was there again, or until the curve's end
  double time_under_water{};       // share of the curve's time spent below a former peak: from a point below it to the next point
  FIELDS(Performance, returns, periods_per_year, mean, deviation, annual_return, annual_volatility, sharpe, sortino, calmar, max_drawdown,
         peak, trough, longest_under_water, time_under_water)
};

// For what never closes: a year is 365 days of 24 hours, a period the mean spacing of the points.
double periods_per_year(std::span<const CurvePoint> curve);

// Every figure, with this many periods (and so returns) a year: the one above, or for the last points of trading days how many of those
// the calendar has a year.
Performance performance_of(std::span<const CurvePoint> curve, double periods_per_year);

// The last point of each day; day_of(Time) is not descending along the curve.
template <class F>
std::vector<CurvePoint> last_of_each_day(std::span<const CurvePoint> curve, F&& day_of) {
  std::vector<CurvePoint> last;
  for (std::size_t n = 0; n < curve.size(); ++n)
    if (n + 1 == curve.size() || day_of(curve[n].time) != day_of(curve[n + 1].time)) last.push_back(curve[n]);
  return last;
}

}  // namespace trade
