#pragma once
#include <cstdint>
#include <vector>

#include "core/int128.h"
#include "domain/bars/bar_series.h"

// Technical indicators over finished bars. Doubles, because they are statistics: nothing here is money. Only + - * / and sqrt are used
// (exactly rounded everywhere), in a fixed order, so equal bars give equal bits on every machine.
namespace trade {

// Of the last n bars, the newest included:
//   ema      e = c on the first bar, then e = a c + (1 - a) e, a = 2 / (n + 1)
//   sma      mean of closes
//   rsi      J. W. Wilder 1978: 100 - 100 / (1 + gain / loss), averages first plain, then (old (n - 1) + new) / n; 100 without losses,
//            50 without any move
//   atr      Wilder's average of true ranges, the first bar's being high - low
//   highest  highest high            lowest  lowest low
//   stddev   population standard deviation of closes
enum class IndicatorKind : std::uint8_t { ema, sma, rsi, atr, highest, lowest, stddev };
NAMES(IndicatorKind, ema, sma, rsi, atr, highest, lowest, stddev)

inline constexpr std::uint32_t max_period = 10'000;

// Bars that must have been seen before the value means something.
std::uint32_t bars_needed(IndicatorKind kind, std::uint32_t period);

// Price units as a plain number; exact source decimals give the double nearest to them (up to 2^53 units).
inline double plain(std::int64_t units) { return static_cast<double>(units) / 1e8; }

// One indicator and all it remembers. `window` is a ring of the last `period` prices (sma, stddev, highest, lowest).
struct Indicator {
  IndicatorKind kind{};
  std::uint32_t period = 1;
  std::uint32_t seen{};   // bars, at most 2^32 - 1
  std::uint32_t head{};   // where the next price enters the window
  double value{};         // valid from bars_needed on
  double gain{}, loss{};  // rsi: averages; ema: gain holds a
  std::int64_t last{};    // close of the bar before, units
  int128 sum{};           // sma: of the window, units
  std::vector<std::int64_t> window;
  FIELDS(Indicator, kind, period, seen, head, value, gain, loss, last, sum, window)
};

// period in 1..max_period. Allocates here, never in update.
Indicator make_indicator(IndicatorKind kind, std::uint32_t period);
// `close`: plain(bar.close.units), converted once for all indicators of a bar.
void update(Indicator& i, const Candle& bar, double close);
inline void update(Indicator& i, const Candle& bar) { update(i, bar, plain(bar.close.units)); }

}  // namespace trade
