#pragma once
#include <limits>
#include <utility>

#include "domain/calendar/calendar.h"

// Where bars begin and end.
namespace trade {

inline constexpr Time never{std::numeric_limits<std::int64_t>::max()};
inline constexpr Duration whole_day = seconds(86'400);

// [open, end).
struct BarSpan {
  Time open, end;
  bool operator==(const BarSpan&) const = default;
};

// The grid of bars that holds from `open` to `close`, one session (without a calendar: always, counted from 1970-01-01 UTC). Bars are
// counted from the midnight, by the exchange's clock, of the date on which the session opens, and cut at the session's edges: a bar
// never mixes two sessions. From one day on a bar is a trading day, or as many dates from 1970-01-01 as it has days, from the first
// open to the last close.
struct BarGrid {
  Time open = never, close{std::numeric_limits<std::int64_t>::min()};  // holds nothing until it is made
  Time anchor;
  Date day;
  Time day_open, day_close;  // of the trading day; equal without a calendar
  bool admitted = true;      // trades of this time count
  FIELDS(BarGrid, open, close, anchor, day, day_open, day_close, admitted)

  bool holds(Time t) const { return t >= open && t < close; }
};

// The grid of what has no calendar.
inline BarGrid endless_grid() {
  BarGrid g;
  std::swap(g.open, g.close);
  return g;
}
// The grid at t. Regular hours admit the regular sessions alone; in closed time nothing is admitted.
BarGrid grid_at(const Calendar& c, Hours hours, Time t);

// The bar of this interval that holds t; t lies in the grid. `c` may be null only where the grid was made without one.
BarSpan span_at(const BarGrid& g, const Calendar* c, Hours hours, Duration interval, Time t);

}  // namespace trade
