#pragma once
#include <algorithm>
#include <cstdint>
#include <vector>

#include "core/decimal.h"
#include "core/fields.h"
#include "core/result.h"
#include "core/time.h"
#include "domain/bars/bar_grid.h"

// Bars of one instrument at one venue, built from trades (or rolled up from finished bars), integers only.
namespace trade {

// What happens in an interval without a trade. skip: no bar. fill: a bar at the last close with volume 0, never before a first trade.
enum class Gaps : std::uint8_t { skip, fill };
NAMES(Gaps, skip, fill)

struct Candle {
  Price open, high, low, close;
  Quantity volume;
  std::uint32_t trades{};
  bool operator==(const Candle&) const = default;
  FIELDS(Candle, open, high, low, close, volume, trades)
};

// Which bars are wanted: intervals ascending, each a multiple of the first, so that larger bars are sums of the smallest; from one day on
// whole days. With a calendar (not owned) bars follow its sessions, and trades outside `hours` are in none.
struct BarPlan {
  std::vector<Duration> intervals;
  Gaps gaps{};
  const Calendar* calendar = nullptr;
  Hours hours = Hours::extended;

  BarSpan span(const BarGrid& g, Duration interval, Time t) const { return span_at(g, calendar, hours, interval, t); }
};
// The error names the interval that breaks the rule.
Result<void> check_plan(const BarPlan& plan);

enum class BarContent : std::uint8_t { none, filled, traded };
NAMES(BarContent, none, filled, traded)

// A bar in progress: [open_time, end).
struct OpenBar {
  Time open_time, end;
  BarContent content{};
  Candle candle;
  FIELDS(OpenBar, open_time, end, content, candle)
};

// A finished bar as handed to the publisher.
struct ClosedBar {
  Time open_time;
  Duration interval;
  Candle candle;
  bool filled{};
  bool operator==(const ClosedBar&) const = default;
};

inline constexpr int max_filled_in_a_row = 4096;  // a longer silence, seen at once, is not filled

// The sum of quantities, held at the largest value instead of overflowing: volumes are statistics, not money.
inline Quantity add_volume(Quantity a, Quantity b) {
  Quantity sum;
  if (__builtin_add_overflow(a.units, b.units, &sum.units)) sum.units = std::numeric_limits<std::int64_t>::max();
  return sum;
}

// The bars in progress; `base` is of the smallest interval, `larger` of the others in plan order. A trade touches only the base bar:
// larger ones take finished base bars, which gives the same result as adding every trade to each.
struct BarSeries {
  OpenBar base;
  std::vector<OpenBar> larger;
  BarGrid grid;              // of the bars in progress
  std::uint64_t outside{};   // trades left out: they lie outside the hours
  FIELDS(BarSeries, base, larger, grid, outside)
};

// The next instant at which a bar has to be closed; `never` when none is in progress.
inline Time next_close(const BarSeries& s) {
  if (s.base.content != BarContent::none) return s.base.end;
  Time next = never;
  for (const auto& bar : s.larger)
    if (bar.content != BarContent::none) next = std::min(next, bar.end);
  return next;
}

namespace detail {

void merge(const BarSeries& s, const BarPlan& plan, OpenBar& into, const OpenBar& part, Duration interval);
// Makes the base bar the one after it that ended: empty, or under `fill` standing at the last close to the end of the session.
void succeed(BarSeries& s, const BarPlan& plan);
// Moves the grid to the session that holds t.
void move_grid(BarSeries& s, const BarPlan& plan, Time t);

template <class Publish>
void publish_open(OpenBar& bar, Duration interval, Publish& publish) {
  publish(ClosedBar{bar.open_time, interval, bar.candle, bar.content == BarContent::filled});
  bar.content = BarContent::none;
}

// Closes all that ends at `t`, smallest interval first.
template <class Publish>
void close_at(BarSeries& s, const BarPlan& plan, Time t, Publish& publish) {
  if (s.base.content != BarContent::none && s.base.end == t) {
    for (std::size_t i = 0; i < s.larger.size(); ++i) merge(s, plan, s.larger[i], s.base, plan.intervals[i + 1]);
    publish(ClosedBar{s.base.open_time, plan.intervals[0], s.base.candle, s.base.content == BarContent::filled});
    succeed(s, plan);
  }
  for (std::size_t i = 0; i < s.larger.size(); ++i)
    if (s.larger[i].content != BarContent::none && s.larger[i].end == t) publish_open(s.larger[i], plan.intervals[i + 1], publish);
}

}  // namespace detail

// Closes every bar whose end is not after `now`, in order of time and at one instant smallest interval first.
template <class Publish>
void close_bars(BarSeries& s, const BarPlan& plan, Time now, Publish&& publish) {
  int filled = 0;
  for (Time t = next_close(s); t <= now; t = next_close(s)) {
    if (s.base.content == BarContent::filled && ++filled > max_filled_in_a_row) s.base.content = BarContent::none;
    else detail::close_at(s, plan, t, publish);
  }
  if (filled <= max_filled_in_a_row || !s.grid.holds(now)) return;
  const auto span = plan.span(s.grid, plan.intervals[0], now);
  s.base.open_time = span.open;
  s.base.end = span.end;
  s.base.content = BarContent::filled;
}

// Adds a trade of time `now`, after closing what ended before it. A time before the base bar counts into the base bar.
template <class Publish>
void add_trade(BarSeries& s, const BarPlan& plan, Time now, Price price, Quantity quantity, Publish&& publish) {
  auto& bar = s.base;
  if (bar.content != BarContent::traded || now >= bar.end) [[unlikely]] {
    close_bars(s, plan, now, publish);
    if (!s.grid.holds(now)) detail::move_grid(s, plan, now);
    if (!s.grid.admitted) {
      ++s.outside;
      return;
    }
    if (bar.content != BarContent::traded) {
      if (s.larger.size() + 1 != plan.intervals.size()) s.larger.resize(plan.intervals.size() - 1);
      const auto span = plan.span(s.grid, plan.intervals[0], now);
      bar.open_time = span.open;
      bar.end = span.end;
      bar.content = BarContent::traded;
      bar.candle = {price, price, price, price, quantity, 1};
      return;
    }
  }
  auto& c = bar.candle;
  c.high = std::max(c.high, price);
  c.low = std::min(c.low, price);
  c.close = price;
  c.volume = add_volume(c.volume, quantity);
  ++c.trades;
}

// Adds a finished source bar of `interval` to the larger intervals of the plan that are multiples of it. No timer closes these: a larger
// bar is published when its last source bar has come, or, that one missing, when a source bar beyond its end comes.
template <class Publish>
void add_source_bar(BarSeries& s, const BarPlan& plan, Time open_time, Duration interval, const Candle& candle, Publish&& publish) {
  if (s.larger.size() != plan.intervals.size()) s.larger.resize(plan.intervals.size());
  const OpenBar part{open_time, open_time + interval, BarContent::traded, candle};
  if (!s.grid.holds(open_time)) detail::move_grid(s, plan, open_time);
  for (std::size_t i = 0; i < s.larger.size(); ++i)
    if (s.larger[i].content != BarContent::none && s.larger[i].end <= open_time)
      detail::publish_open(s.larger[i], plan.intervals[i], publish);
  if (!s.grid.admitted) {
    s.outside += candle.trades;
    return;
  }
  for (std::size_t i = 0; i < s.larger.size(); ++i) {
    if (plan.intervals[i] <= interval || plan.intervals[i].ns % interval.ns != 0) continue;
    detail::merge(s, plan, s.larger[i], part, plan.intervals[i]);
    if (s.larger[i].end <= part.end) detail::publish_open(s.larger[i], plan.intervals[i], publish);
  }
}

}  // namespace trade
