#include "domain/indicators/indicator.h"

#include <cmath>

namespace trade {
namespace {

// Puts `price` into the ring and returns what it pushed out (0 while the ring fills).
std::int64_t enter(Indicator& i, std::int64_t price) {
  const std::int64_t out = i.window[i.head];
  i.window[i.head] = price;
  i.head = i.head + 1 == i.period ? 0 : i.head + 1;
  return out;
}

std::uint32_t filled(const Indicator& i) { return std::min(i.seen + 1, i.period); }

void update_sma(Indicator& i, std::int64_t close) {
  const auto out = enter(i, close);
  i.sum += static_cast<int128>(close) - out;
  i.value = static_cast<double>(i.sum) / (1e8 * filled(i));
}

// Wilder's average: plain over the first n values, smoothed after.
double wilder(double average, double x, std::uint32_t count, double n) {
  const double c = static_cast<double>(count);
  return c <= n ? (average * (c - 1.0) + x) / c : (average * (n - 1.0) + x) / n;
}

void update_rsi(Indicator& i, std::int64_t close) {
  if (i.seen == 0) return;
  const double change = plain(close) - plain(i.last);
  const double n = i.period;
  i.gain = wilder(i.gain, change > 0 ? change : 0.0, i.seen, n);
  i.loss = wilder(i.loss, change < 0 ? -change : 0.0, i.seen, n);
  if (i.loss == 0.0) i.value = i.gain == 0.0 ? 50.0 : 100.0;
  else i.value = 100.0 - 100.0 / (1.0 + i.gain / i.loss);
}

void update_atr(Indicator& i, const Candle& bar) {
  std::int64_t high = bar.high.units, low = bar.low.units;
  if (i.seen > 0) {
    high = std::max(high, i.last);
    low = std::min(low, i.last);
  }
  i.value = wilder(i.value, plain(high) - plain(low), i.seen + 1, i.period);
}

template <class Better>
void update_extreme(Indicator& i, std::int64_t price, Better better) {
  const bool full = i.seen >= i.period;
  const auto out = enter(i, price);
  if (i.seen == 0 || better(price, i.last)) i.last = price;
  else if (full && out == i.last) {
    i.last = i.window[0];
    for (const auto p : i.window)
      if (better(p, i.last)) i.last = p;
  }
  i.value = plain(i.last);
}

void update_stddev(Indicator& i, std::int64_t close) {
  enter(i, close);
  const auto n = filled(i);
  double mean = 0;
  for (std::uint32_t k = 0; k < n; ++k) mean += plain(i.window[k]);
  mean /= n;
  double squares = 0;
  for (std::uint32_t k = 0; k < n; ++k) squares += (plain(i.window[k]) - mean) * (plain(i.window[k]) - mean);
  i.value = std::sqrt(squares / n);
}

}  // namespace

std::uint32_t bars_needed(IndicatorKind kind, std::uint32_t period) {
  if (kind == IndicatorKind::ema) return 1;
  return kind == IndicatorKind::rsi ? period + 1 : period;
}

Indicator make_indicator(IndicatorKind kind, std::uint32_t period) {
  CHECK(period >= 1 && period <= max_period, "indicator period");
  Indicator i;
  i.kind = kind;
  i.period = period;
  if (kind == IndicatorKind::ema) i.gain = 2.0 / (static_cast<double>(period) + 1.0);
  const bool windowed =
      kind == IndicatorKind::sma || kind == IndicatorKind::stddev || kind == IndicatorKind::highest || kind == IndicatorKind::lowest;
  if (windowed) i.window.assign(period, 0);
  return i;
}

void update(Indicator& i, const Candle& bar, double close) {
  const auto units = bar.close.units;
  switch (i.kind) {
    case IndicatorKind::ema: i.value = i.seen == 0 ? close : i.gain * close + (1.0 - i.gain) * i.value; break;
    case IndicatorKind::sma: update_sma(i, units); break;
    case IndicatorKind::rsi: update_rsi(i, units); break;
    case IndicatorKind::atr: update_atr(i, bar); break;
    case IndicatorKind::highest: update_extreme(i, bar.high.units, [](auto a, auto b) { return a > b; }); break;
    case IndicatorKind::lowest: update_extreme(i, bar.low.units, [](auto a, auto b) { return a < b; }); break;
    case IndicatorKind::stddev: update_stddev(i, units); break;
  }
  if (i.kind == IndicatorKind::rsi || i.kind == IndicatorKind::atr) i.last = units;
  if (i.seen != UINT32_MAX) ++i.seen;
}

}  // namespace trade
