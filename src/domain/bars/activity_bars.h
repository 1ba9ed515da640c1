#pragma once
#include "core/int128.h"
#include "domain/bars/bar_series.h"
#include "domain/facts/bar.h"

// Bars that end by what was traded instead of by time (M. López de Prado, Advances in Financial Machine Learning, 2018, section 2.3).
namespace trade {

struct ActivityPlan {
  Activity kind{};
  Quantity size;               // of tick, volume and dollar bars: trades (a whole number), quantity, value
  std::uint32_t expected = 0;  // of imbalance bars: trades expected in the first bar
  std::uint32_t memory = 20;   // bars over which expectations are averaged, the newest weighing 2 / (memory + 1)
  FIELDS(ActivityPlan, kind, size, expected, memory)
};
// The error names the member that breaks a rule.
Result<void> check_activity(const ActivityPlan& plan);

// A finished bar: [open_time, close_time] are the times of its first and last trade; `value` is the sum of price x quantity in 1e-16.
struct ActivityBar {
  Time open_time, close_time;
  Candle candle;
  int128 value{};
  // value / volume, half to even; 0 without volume.
  Price vwap() const;
  bool operator==(const ActivityBar&) const = default;
  FIELDS(ActivityBar, open_time, close_time, candle, value)
};

// One kind of bar of one instrument in progress. Integers only: averages are kept in 1e-8 of a trade, sums in 128 bits.
//   sign b of a trade by the tick rule: of the price change to the trade before, that of the one before when the price is the same
//   an imbalance bar ends when |sum b w| >= E[T] |E[b w]|, w = 1, quantity or value; both E are exponential averages over the finished
//   bars, of their length T and of their mean b w; the first bar has `expected` trades. Against the runaway that these averages are
//   prone to, a bar has at least expected / 10 and at most 10 expected trades.
struct ActivitySeries {
  ActivityBar bar;              // in progress when it has trades
  Price last;                   // of the trade before; 0: none yet
  std::int8_t sign = 1;         // of that trade
  int128 imbalance{};           // sum b w of this bar
  std::uint64_t bars{};         // finished
  std::int64_t expected_trades{};  // E[T], 1e-8; 0 before the first bar
  int128 expected_mean{};       // E[b w], units of w
  FIELDS(ActivitySeries, bar, last, sign, imbalance, bars, expected_trades, expected_mean)

  // Takes a trade; true when it ends the bar, which `ended` then holds and which includes it.
  bool add(const ActivityPlan& plan, Time time, Price price, Quantity quantity, ActivityBar& ended);

 private:
  bool full(const ActivityPlan& plan) const;
  void expect(const ActivityPlan& plan);
};

}  // namespace trade
