#include "app/tear_sheet.h"

#include <algorithm>
#include <cmath>

#include "app/chart.h"
#include "app/page.h"
#include "app/round_trips.h"
#include "core/date.h"
#include "domain/statistics/performance.h"

namespace trade {
namespace {

constexpr std::size_t chart_points = 1'000, rows_shown = 500;

double number(const Money& m) { return static_cast<double>(m.units) / static_cast<double>(money_one); }
std::string percent(double share) { return figure_text(100 * share) + " %"; }

// At most `limit` points, each the last of its stretch.
template <class T>
std::vector<T> thinned(const std::vector<T>& all, std::size_t limit) {
  if (all.size() <= limit) return all;
  std::vector<T> out;
  for (std::size_t i = 1; i <= limit; ++i) out.push_back(all[i * all.size() / limit - 1]);
  return out;
}

std::vector<CurvePoint> points_of(const std::vector<EquityPoint>& curve) {
  std::vector<CurvePoint> points;
  for (const auto& p : curve) points.push_back({p.time, p.equity.units});
  return points;
}

// What one account did, for the page.
struct Sheet {
  const PnlSummary& account;
  std::vector<EquityPoint> curve;
  std::vector<CurvePoint> points;
  double opening{};
  std::vector<Fill> fills;
  std::vector<RoundTrip> trips;
  bool whole{};                    // `fills` are all of them
  const PriceTrace* held{};        // of the instrument it trades, when that is one
  double multiplier = 1;
  bool inverse{};
};

// The price of the trace at a time; the first one before it begins.
double level_at(const PriceTrace& trace, Time t) {
  const auto after = std::upper_bound(trace.points.begin(), trace.points.end(), t, [](Time a, const auto& p) { return a < p.first; });
  const auto& at = after == trace.points.begin() ? *after : *std::prev(after);
  return static_cast<double>(at.second.units) / decimal_one;
}

Sheet sheet_of(const Report& r, const PnlSummary& a) {
  Sheet s{a, a.curve, points_of(a.curve), number(a.balance) - number(a.realised) + number(a.fees), {}, {}, {}, nullptr, 1, false};
  for (const auto& f : r.fills)
    if (f.account == a.account) s.fills.push_back(f);
  s.trips = round_trips(s.fills);
  s.whole = r.fills.size() == r.ledger.fills;
  for (const auto& trace : r.prices) {
    const auto trades = std::any_of(s.fills.begin(), s.fills.end(), [&](const Fill& f) { return f.instrument == trace.instrument.id; });
    if (!trades || trace.points.empty()) continue;
    s.held = s.held == nullptr ? &trace : nullptr;
    s.inverse = trace.instrument.contract == Contract::inverse;
    if (const auto m = trace.instrument.multiplier.units; m != 0) s.multiplier = static_cast<double>(m) / decimal_one;  // left out: 1
    if (s.held == nullptr) break;
  }
  return s;
}

void key_figures(std::string& out, const Sheet& s) {
  const auto p = performance_of(s.points, periods_per_year(s.points));
  std::size_t closed = 0, won = 0;
  double gains = 0, losses = 0, traded = 0;
  for (const auto& t : s.trips) {
    if (!t.closed) continue;
    const double net = t.gain(s.inverse) - number(t.fees);
    ++closed;
    won += net > 0;
    (net > 0 ? gains : losses) += std::abs(net);
  }
  for (const auto& f : s.fills) traded += number(f.value);
  out += "<dl>";
  out += figure_of("final equity", print(s.account.equity));
  out += figure_of("return", percent(s.opening > 0 ? number(s.account.equity) / s.opening - 1 : 0));
  if (s.held != nullptr && !s.curve.empty())
    out += figure_of("holding instead", percent(level_at(*s.held, s.curve.back().time) / level_at(*s.held, s.curve.front().time) - 1));
  out += figure_of("balance", print(s.account.balance));
  out += figure_of("realised", print(s.account.realised));
  out += figure_of("unrealised", print(s.account.unrealised));
  out += figure_of("fees", print(s.account.fees));
  out += figure_of("max drawdown", print(s.account.max_drawdown) + " (" + percent(p.max_drawdown) + ")");
  out += figure_of("Sharpe, Sortino, Calmar",
         figure_text(s.account.sharpe) + ", " + figure_text(s.account.sortino) + ", " + figure_text(p.calmar));
  out += figure_of("volatility a year", percent(p.annual_volatility));
  out += figure_of("time under water", percent(p.time_under_water));
  if (s.whole && closed != 0) {
    out += figure_of("round trips, won", std::to_string(closed) + ", " + percent(static_cast<double>(won) / static_cast<double>(closed)));
    if (losses > 0) out += figure_of("profit factor", figure_text(gains / losses));
  }
  if (s.whole && s.opening > 0) out += figure_of("turnover", figure_text(traded / s.opening) + " times equity");
  out += "</dl>";
}

void curves(std::string& out, const Sheet& s) {
  const auto curve = thinned(s.curve, chart_points);
  ChartLine equity{"equity", "curve", {}}, held{"holding the instrument", "reference", {}}, fall{"drawdown", "fall", {}};
  double peak = number(curve.front().equity);
  for (const auto& p : curve) {
    const double e = number(p.equity);
    peak = std::max(peak, e);
    equity.values.push_back(e);
    fall.values.push_back(peak > 0 ? 100 * (e / peak - 1) : 0);
    if (s.held != nullptr)
      held.values.push_back(number(curve.front().equity) * level_at(*s.held, p.time) / level_at(*s.held, curve.front().time));
  }
  out += "<h2>Equity, " + std::string(s.account.equity.currency.view()) + "</h2>" + chart("equity", {equity});
  if (s.held != nullptr) out += "<h2>Beside holding the instrument with all of it</h2>" + chart("equity and benchmark", {held, equity});
  out += "<h2>Drawdown from the running peak</h2>" + chart("drawdown", {fall}, " %");
  out += "<p class=\"hash\">" + print(curve.front().time) + " to " + print(curve.back().time) + "</p>";
}

// Over windows of a tenth of the curve.
void rolling(std::string& out, const Sheet& s) {
  const std::size_t window = std::max<std::size_t>(30, s.points.size() / 10);
  if (s.points.size() < 2 * window) return;
  const std::size_t step = std::max<std::size_t>(1, s.points.size() / chart_points);
  const double yearly = periods_per_year(s.points);
  ChartLine sharpe{"Sharpe ratio", "curve", {}}, volatility{"volatility a year", "curve", {}};
  for (std::size_t end = window; end <= s.points.size(); end += step) {
    const auto p = performance_of(std::span(s.points).subspan(end - window, window), yearly);
    sharpe.values.push_back(p.sharpe);
    volatility.values.push_back(100 * p.annual_volatility);
  }
  const auto over = ", over " + std::to_string(window) + " points";
  out += "<h2>Rolling Sharpe ratio" + over + "</h2>" + chart("rolling Sharpe ratio", {sharpe});
  out += "<h2>Rolling volatility a year" + over + "</h2>" + chart("rolling volatility", {volatility}, " %");
}

// Returns by month; of a run shorter than two months by day, shorter than two days by hour. UTC.
void by_calendar(std::string& out, const Sheet& s) {
  const Duration span = s.curve.back().time - s.curve.front().time;
  const std::size_t length = span >= seconds(60 * 86'400) ? 7 : span >= seconds(2 * 86'400) ? 10 : span >= seconds(7'200) ? 13 : 16;
  std::vector<std::pair<std::string, double>> cells;
  double before = number(s.curve.front().equity);
  for (std::size_t i = 0; i < s.curve.size(); ++i) {
    const auto name = print(s.curve[i].time).substr(0, length);
    if (i + 1 < s.curve.size() && print(s.curve[i + 1].time).substr(0, length) == name) continue;
    const double e = number(s.curve[i].equity);
    cells.emplace_back(name, before > 0 ? e / before - 1 : 0);
    before = e;
  }
  if (cells.size() < 2) return;
  out += std::string("<h2>Returns by ") + (length == 7 ? "month" : length == 10 ? "day" : length == 13 ? "hour" : "minute") +
         "</h2><div class=\"table\"><table class=\"grid\"><tr>";
  std::size_t n = 0;
  for (const auto& [name, value] : cells) {
    if (n == rows_shown) break;
    if (n++ % 5 == 0 && n != 1) out += "</tr><tr>";
    out += "<td class=\"" + std::string(value < 0 ? "loss" : "gain") + "\"><small>" + name + "</small> " + percent(value) + "</td>";
  }
  out += "</tr></table></div>";
}

void exposure(std::string& out, const Sheet& s) {
  if (!s.whole || s.held == nullptr) return;
  ChartLine line{"position", "curve", {}};
  std::size_t next = 0;
  double position = 0;
  for (const auto& p : thinned(s.curve, chart_points)) {
    for (; next < s.fills.size() && s.fills[next].venue_time <= p.time; ++next)
      position += static_cast<double>(sign(s.fills[next].side)) * static_cast<double>(s.fills[next].quantity.units) / decimal_one;
    const double at = level_at(*s.held, p.time), value = s.inverse ? position * s.multiplier / at : position * s.multiplier * at;
    const double e = number(p.equity);
    line.values.push_back(e > 0 ? 100 * value / e : 0);
  }
  out += "<h2>Exposure: position value over equity</h2>" + chart("exposure", {line}, " %");
}

void trips(std::string& out, const Sheet& s) {
  if (s.trips.empty()) return;
  out += "<h2>Round trips (" + std::to_string(s.trips.size()) + (s.whole ? "" : " of the latest fills") +
         ")</h2><div class=\"table\"><table><tr><th>from</th><th>to</th><th>instrument</th><th>strategy</th><th>side</th><th>most held</th>"
         "<th>average bought</th><th>average sold</th><th>gain</th><th>fees</th></tr>";
  std::size_t n = 0;
  for (const auto& t : s.trips) {
    if (n++ == rows_shown) break;
    const auto average = [&](double value, double units) {
      return units == 0 ? std::string("–") : figure_text(s.inverse ? units * s.multiplier / value : value / units / s.multiplier);
    };
    out += "<tr><td>" + print(t.from) + "</td><td>" + (t.closed ? print(t.to) : "open");
    for (const auto& cell : {std::to_string(t.instrument.value), std::to_string(t.strategy.value), std::string(name_of(t.side)),
                             figure_text(t.largest), average(t.bought, t.bought_quantity), average(t.sold, t.sold_quantity),
                             t.closed ? figure_text(t.gain(s.inverse)) : "–", print(t.fees)})
      out += "</td><td>" + escaped(cell);
    out += "</td></tr>";
  }
  out += "</table></div>";
}

}  // namespace

std::string tear_sheet(const Report& r, const PnlSummary& a) {
  const auto s = sheet_of(r, a);
  std::string out = "<h2>Account " + std::to_string(a.account.value) + "</h2>";
  key_figures(out, s);
  if (s.curve.empty()) return out + "<p>No mark was seen, so there is no curve.</p>";
  curves(out, s);
  rolling(out, s);
  by_calendar(out, s);
  exposure(out, s);
  trips(out, s);
  return out;
}

}  // namespace trade
