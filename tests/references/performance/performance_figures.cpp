// performance_figures CURVE.csv PERIODS: what domain/statistics says of a curve of "nanoseconds,equity" rows, a figure a line. PERIODS a
// year: a number, "spacing" (365 days of 24 hours), or "days N" for the last points of UTC days, N of them a year.
#include <cstdio>
#include <fstream>
#include <string>

#include "domain/statistics/performance.h"

int main(int argc, char** argv) {
  using namespace trade;
  if (argc < 3) return 2;
  std::ifstream in(argv[1]);
  std::vector<CurvePoint> curve;
  for (std::string line; std::getline(in, line);) {
    const auto comma = line.find(',');
    curve.push_back({Time{std::stoll(line.substr(0, comma))}, static_cast<int128>(std::stoll(line.substr(comma + 1)))});
  }
  const std::string periods = argv[2];
  if (periods == "days") curve = last_of_each_day(curve, [](Time t) { return floor_to(t, seconds(86'400)); });
  const double a_year = periods == "spacing" ? periods_per_year(curve) : std::stod(periods == "days" ? argv[3] : argv[2]);
  const Performance p = performance_of(curve, a_year);
  const std::pair<const char*, double> figures[] = {
      {"returns", p.returns}, {"periods_per_year", p.periods_per_year}, {"mean", p.mean}, {"deviation", p.deviation},
      {"annual_return", p.annual_return}, {"annual_volatility", p.annual_volatility}, {"sharpe", p.sharpe}, {"sortino", p.sortino},
      {"calmar", p.calmar}, {"max_drawdown", p.max_drawdown}, {"time_under_water", p.time_under_water},
      {"longest_under_water", static_cast<double>(p.longest_under_water.ns)}, {"peak", static_cast<double>(p.peak.ns)},
      {"trough", static_cast<double>(p.trough.ns)}};
  for (const auto& [name, value] : figures) std::printf("%s %.17g\n", name, value);
}
