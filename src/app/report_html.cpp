#include <algorithm>
#include <cstdio>

#include "app/page.h"
#include "app/report.h"

namespace trade {
namespace {

constexpr int chart_width = 1000, chart_height = 240, chart_margin = 8;

double number(const Money& m) { return static_cast<double>(m.units) / static_cast<double>(money_one); }

void figure(std::string& out, std::string_view label, const std::string& value) {
  out.append("<div><dt>").append(label).append("</dt><dd>").append(escaped(value)).append("</dd></div>");
}

struct Chart {
  double low, high;
  std::size_t points;
  double x(std::size_t i) const {
    return chart_margin + (points < 2 ? 0.0 : static_cast<double>(i) / static_cast<double>(points - 1)) * (chart_width - 2 * chart_margin);
  }
  double y(double v) const {
    const double span = high > low ? high - low : 1;
    return chart_height - chart_margin - (v - low) / span * (chart_height - 2 * chart_margin);
  }
};

void append_point(std::string& out, double x, double y) {
  char text[48];
  std::snprintf(text, sizeof text, "%.1f,%.1f ", x, y);
  out += text;
}

// One series as an SVG line; `filled` closes it to the top edge (drawdown).
std::string chart(const std::vector<double>& values, std::string_view name, std::string_view low, std::string_view high, bool filled) {
  const auto [least, most] = std::minmax_element(values.begin(), values.end());
  const Chart c{*least, *most, values.size()};
  std::string points;
  if (filled) append_point(points, c.x(0), c.y(c.high));
  for (std::size_t i = 0; i < values.size(); ++i) append_point(points, c.x(i), c.y(values[i]));
  if (filled) append_point(points, c.x(values.size() - 1), c.y(c.high));
  std::string out = "<svg role=\"img\" aria-label=\"" + std::string(name) + "\" viewBox=\"0 0 " + std::to_string(chart_width) + " " +
                    std::to_string(chart_height) + "\">";
  out += filled ? "<polygon class=\"fall\" points=\"" : "<polyline class=\"curve\" points=\"";
  out += points + "\"/><text x=\"12\" y=\"20\">" + std::string(high) + "</text><text x=\"12\" y=\"" + std::to_string(chart_height - 10) +
         "\">" + std::string(low) + "</text></svg>";
  return out;
}

// At most `limit` points, each the last of its stretch.
std::vector<EquityPoint> thinned(const std::vector<EquityPoint>& curve, std::size_t limit) {
  if (curve.size() <= limit) return curve;
  std::vector<EquityPoint> out;
  for (std::size_t i = 1; i <= limit; ++i) out.push_back(curve[i * curve.size() / limit - 1]);
  return out;
}

void account_section(std::string& out, const PnlSummary& a) {
  out += "<h2>Account " + std::to_string(a.account.value) + ": equity</h2>";
  const auto curve = thinned(a.curve, 2000);
  if (curve.empty()) {
    out += "<p>No mark was seen, so there is no curve.</p>";
    return;
  }
  std::vector<double> equity, fall;
  Money least = curve.front().equity, most = least, deepest = Money{0, least.currency};
  Money peak = least;
  for (const auto& p : curve) {
    equity.push_back(number(p.equity));
    if (p.equity.units > peak.units) peak = p.equity;
    const Money down = p.equity - peak;
    fall.push_back(number(down));
    if (p.equity.units < least.units) least = p.equity;
    if (p.equity.units > most.units) most = p.equity;
    if (down.units < deepest.units) deepest = down;
  }
  out += chart(equity, "equity", print(least), print(most), false);
  out += "<h2>Drawdown from the running peak</h2>" + chart(fall, "drawdown", print(deepest), "0", true);
  out += "<p class=\"hash\">" + print(curve.front().time) + " to " + print(curve.back().time) + "</p>";
}

void fills_section(std::string& out, const std::vector<Fill>& fills) {
  if (fills.empty()) return;
  out += "<h2>Fills (" + std::to_string(fills.size()) +
         ")</h2><div class=\"table\"><table><tr><th>time</th><th>order</th><th>strategy</th><th>"
         "instrument</th><th>venue</th><th>side</th><th>quantity</th><th>price</th><th>value</th><th>fee</th></tr>";
  for (const auto& f : fills) {
    out += "<tr><td>" + print(f.venue_time);
    for (const auto& cell :
         {std::to_string(f.order.value), std::to_string(f.strategy.value), std::to_string(f.instrument.value),
          std::to_string(f.venue.value), std::string(name_of(f.side)), print(f.quantity), print(f.price), print(f.value), print(f.fee)})
      out += "</td><td>" + escaped(cell);
    out += "</td></tr>";
  }
  out += "</table></div>";
}

}  // namespace

std::string report_html(const Report& r, const std::string& title) {
  std::string out = page_start(title) + "<div class=\"hash\">state " + r.state_hash + "</div><dl>";
  figure(out, "messages", std::to_string(r.feed.messages));
  figure(out, "gaps", std::to_string(r.feed.gaps));
  figure(out, "orders", std::to_string(r.orders.orders));
  figure(out, "fills", std::to_string(r.ledger.fills));
  figure(out, "round trips", std::to_string(r.ledger.trades));
  for (const auto& a : r.pnl.accounts) {
    figure(out, "final equity", print(a.equity));
    figure(out, "balance", print(a.balance));
    figure(out, "realised", print(a.realised));
    figure(out, "unrealised", print(a.unrealised));
    figure(out, "fees", print(a.fees));
    figure(out, "max drawdown", print(a.max_drawdown));
  }
  out += "</dl>";
  for (const auto& a : r.pnl.accounts) account_section(out, a);
  if (!r.ledger.positions.empty()) {
    out +=
        "<h2>Positions</h2><div "
        "class=\"table\"><table><tr><th>account</th><th>instrument</th><th>quantity</th><th>cost</th><th>realised</th><th>fees</th></tr>";
    for (const auto& p : r.ledger.positions)
      out += "<tr><td>" + std::to_string(p.account.value) + "</td><td>" + std::to_string(p.instrument.value) + "</td><td>" +
             print(p.quantity) + "</td><td>" + print(p.cost) + "</td><td>" + print(p.realised) + "</td><td>" + print(p.fees) + "</td></tr>";
    out += "</table></div>";
  }
  fills_section(out, r.fills);
  return out + "</html>\n";
}

}  // namespace trade
