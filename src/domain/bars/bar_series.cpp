#include "domain/bars/bar_series.h"

#include <string>

namespace trade {

Result<void> check_plan(const BarPlan& plan) {
  const auto bad = [](Duration d, const char* what) {
    return Error{Failure::config, "intervals", print(d) + " " + what, "for example [1s, 1m, 1h]: ascending, each a multiple of the first"};
  };
  if (plan.intervals.empty()) return Error{Failure::config, "intervals", "no interval is given", "for example [1s, 1m]"};
  Duration before{};
  for (const auto d : plan.intervals) {
    if (d.ns <= 0) return bad(d, "is not a positive length");
    if (d <= before) return bad(d, "does not ascend");
    if (d.ns % plan.intervals[0].ns != 0) return bad(d, "is not a multiple of the smallest interval");
    if (d > whole_day && d.ns % whole_day.ns != 0) return bad(d, "is above a day and not whole days");
    before = d;
  }
  return {};
}

namespace detail {

void merge(const BarSeries& s, const BarPlan& plan, OpenBar& into, const OpenBar& part, Duration interval) {
  if (into.content == BarContent::none) {
    const auto span = plan.span(s.grid, interval, part.open_time);
    into.open_time = span.open;
    into.end = span.end;
    into.content = part.content;
    into.candle = part.candle;
    return;
  }
  if (part.content == BarContent::filled) return;
  if (into.content == BarContent::filled) {
    into.content = BarContent::traded;
    into.candle = part.candle;
    return;
  }
  auto& c = into.candle;
  c.high = std::max(c.high, part.candle.high);
  c.low = std::min(c.low, part.candle.low);
  c.close = part.candle.close;
  c.volume = add_volume(c.volume, part.candle.volume);
  c.trades += part.candle.trades;
}

void succeed(BarSeries& s, const BarPlan& plan) {
  auto& bar = s.base;
  if (plan.gaps == Gaps::skip || bar.end >= s.grid.close) {
    bar.content = BarContent::none;
    return;
  }
  const auto span = plan.span(s.grid, plan.intervals[0], bar.end);
  bar.open_time = span.open;
  bar.end = span.end;
  bar.content = BarContent::filled;
  const Price last = bar.candle.close;
  bar.candle = {last, last, last, last, {}, 0};
}

void move_grid(BarSeries& s, const BarPlan& plan, Time t) {
  s.grid = plan.calendar == nullptr ? endless_grid() : grid_at(*plan.calendar, plan.hours, t);
}

}  // namespace detail
}  // namespace trade
