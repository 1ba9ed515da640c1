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
    before = d;
  }
  return {};
}

namespace detail {

void merge(OpenBar& into, const OpenBar& part, Duration interval) {
  if (into.content == BarContent::none) {
    into.open_time = floor_to(part.open_time, interval);
    into.end = into.open_time + interval;
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

void succeed(OpenBar& bar, Duration interval, Gaps gaps) {
  if (gaps == Gaps::skip) {
    bar.content = BarContent::none;
    return;
  }
  bar.open_time = bar.end;
  bar.end = bar.end + interval;
  bar.content = BarContent::filled;
  const Price last = bar.candle.close;
  bar.candle = {last, last, last, last, {}, 0};
}

}  // namespace detail
}  // namespace trade
