#include "app/chart.h"

#include <algorithm>
#include <cmath>
#include <cstdio>

#include "app/page.h"

namespace trade {
namespace {

constexpr int width = 1000, height = 260, margin = 8, label_room = 26;  // above and below the lines

std::string point(double x, double y) {
  char text[48];
  std::snprintf(text, sizeof text, "%.1f,%.1f ", x, y);
  return text;
}

struct Scale {
  double low, high;
  std::size_t points;
  double x(std::size_t i) const {
    return margin + (points < 2 ? 0.0 : static_cast<double>(i) / static_cast<double>(points - 1)) * (width - 2 * margin);
  }
  double y(double v) const { return height - label_room - (v - low) / (high > low ? high - low : 1) * (height - 2 * label_room); }
};

std::string line(const Scale& scale, const ChartLine& s) {
  const bool filled = s.style == "fall";
  std::string points;
  if (filled) points += point(scale.x(0), scale.y(0));
  for (std::size_t i = 0; i < s.values.size(); ++i) points += point(scale.x(i), scale.y(s.values[i]));
  if (filled) points += point(scale.x(s.values.size() - 1), scale.y(0));
  return std::string(filled ? "<polygon" : "<polyline") + " class=\"" + s.style + "\" points=\"" + points + "\"/>";
}

std::string label(int x, int y, std::string_view style, std::string_view text) {
  return "<text" + (style.empty() ? std::string() : " class=\"" + std::string(style) + "\"") + " x=\"" + std::to_string(x) + "\" y=\"" +
         std::to_string(y) + "\">" + escaped(text) + "</text>";
}

}  // namespace

std::string figure_text(double v) {
  char text[32];
  const double size = std::abs(v);
  if (size >= 1e5) std::snprintf(text, sizeof text, "%.0f", v);
  else if (size >= 1e3) std::snprintf(text, sizeof text, "%.2f", v);
  else if (size >= 1e-3 || v == 0) std::snprintf(text, sizeof text, "%.4g", v);
  else std::snprintf(text, sizeof text, "%.2e", v);
  return text;
}

std::string chart(std::string_view title, const std::vector<ChartLine>& series, std::string_view unit) {
  if (series.empty() || series.front().values.empty()) return {};
  Scale scale{series.front().values.front(), series.front().values.front(), series.front().values.size()};
  for (const auto& s : series)
    for (const double v : s.values) {
      scale.low = std::min(scale.low, v);
      scale.high = std::max(scale.high, v);
    }
  std::string out = "<svg role=\"img\" aria-label=\"" + escaped(title) + "\" viewBox=\"0 0 " + std::to_string(width) + " " +
                    std::to_string(height) + "\">";
  for (const auto& s : series) out += line(scale, s);
  out += label(12, 18, "", figure_text(scale.high) + std::string(unit)) +
         label(12, height - 9, "", figure_text(scale.low) + std::string(unit));
  int x = width - 12;
  for (std::size_t i = 0; series.size() > 1 && i < series.size(); ++i, x -= 160)
    out += label(x, 18, "key " + series[i].style, series[i].name);
  return out + "</svg>";
}

}  // namespace trade
