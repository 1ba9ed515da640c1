#include "domain/bars/bar_grid.h"

#include <algorithm>

namespace trade {
namespace {

// The trading days of the dates that share a bar of `days` dates with `day`.
BarSpan many_days(const BarGrid& g, const Calendar& c, Hours hours, std::int64_t days) {
  const auto into = static_cast<std::int32_t>(((g.day.days % days) + days) % days);
  const Date first = g.day - into, behind = first + static_cast<std::int32_t>(days);
  BarSpan span{g.day_open, g.day_close};
  for (Date d = first; d < behind; d = d + 1)
    if (const auto whole = c.whole_day(d, hours)) {
      span.open = std::min(span.open, whole->open);
      span.end = std::max(span.end, whole->close);
    }
  return span;
}

}  // namespace

BarGrid grid_at(const Calendar& c, Hours hours, Time t) {
  const auto s = c.session_at(t);
  BarGrid g;
  g.open = s.open;
  g.close = s.close;
  g.day = s.day;
  g.admitted = s.kind == SessionKind::regular || (hours == Hours::extended && s.kind != SessionKind::closed);
  g.anchor = from_wall_clock(c.zone, wall_clock(c.zone, s.open).date, {}).value_or(Time{});
  if (const auto whole = c.whole_day(s.day, hours)) {
    g.day_open = whole->open;
    g.day_close = whole->close;
  }
  return g;
}

BarSpan span_at(const BarGrid& g, const Calendar* c, Hours hours, Duration interval, Time t) {
  if (c == nullptr) {
    const Time open = floor_to(t, interval);
    return {open, open + interval};
  }
  if (interval == whole_day) return {g.day_open, g.day_close};
  if (interval > whole_day) return many_days(g, *c, hours, interval.ns / whole_day.ns);
  const Time open = g.anchor + Duration{floor_to(Time{(t - g.anchor).ns}, interval).ns};
  return {std::max(open, g.open), std::min(open + interval, g.close)};
}

}  // namespace trade
