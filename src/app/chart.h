#pragma once
#include <string>
#include <string_view>
#include <vector>

namespace trade {

// A line of a chart; `style` is its class in the page: curve, reference, fall (filled from zero).
struct ChartLine {
  std::string name, style;
  std::vector<double> values;
};

// ChartLine of one length over the same points, on one scale, as SVG; with two or more each is named. Empty when there are no points.
std::string chart(std::string_view title, const std::vector<ChartLine>& series, std::string_view unit = "");

// A number for people: four significant digits, no exponent where it can be helped.
std::string figure_text(double v);

}  // namespace trade
