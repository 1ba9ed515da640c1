#include "domain/bars/bar_history.h"

#include <algorithm>

namespace trade {
namespace {

constexpr std::size_t most_bases = 200'000;

// Drops the first `dead` elements once they are many, so that dropping costs little for each.
template <class T>
bool drop(std::vector<T>& v, std::size_t dead) {
  if (dead < 1'024 || dead < v.size() / 2) return false;
  v.erase(v.begin(), v.begin() + static_cast<std::ptrdiff_t>(dead));
  return true;
}

void add(OpenBar& bar, const OpenBar& part) {
  if (bar.content == BarContent::none || (bar.content == BarContent::filled && part.content == BarContent::traded)) {
    bar.content = part.content;
    bar.candle = part.candle;
    return;
  }
  if (part.content != BarContent::traded) return;
  auto& c = bar.candle;
  c.high = max(c.high, part.candle.high);
  c.low = min(c.low, part.candle.low);
  c.close = part.candle.close;
  c.volume = add_volume(c.volume, part.candle.volume);
  c.trades += part.candle.trades;
}

ClosedBar closed(const OpenBar& bar, Duration interval) {
  return {bar.open_time, interval, bar.candle, bar.content == BarContent::filled};
}

OpenBar standing(OpenBar bar, Price last) {
  bar.content = BarContent::filled;
  bar.candle = {last, last, last, last, {}, 0};
  return bar;
}

}  // namespace

void BarHistory::keep(const BarPlan& plan, const OpenBar& base, Duration window) {
  bases.push_back(base);
  const Time horizon = base.end - window;
  const auto old_trades = std::ranges::lower_bound(trades, horizon, {}, &LoggedTrade::at) - trades.begin();
  if (drop(trades, static_cast<std::size_t>(old_trades))) trades_from = horizon;
  const auto old_bases = std::ranges::lower_bound(bases, horizon - plan.intervals.back(), {}, &OpenBar::open_time) - bases.begin();
  const auto too_many = bases.size() > most_bases ? bases.size() - most_bases / 2 : 0;
  if (drop(bases, std::max(static_cast<std::size_t>(old_bases), too_many))) bases_from = bases.front().open_time;
}

// Makes the bar of the logged trades in its span; false when there is none.
bool BarHistory::rebuild(OpenBar& base) const {
  OpenBar fresh{base.open_time, base.end, BarContent::none, {}};
  for (auto t = std::ranges::lower_bound(trades, base.open_time, {}, &LoggedTrade::at); t != trades.end() && t->at < base.end; ++t)
    add(fresh, {t->at, t->at, BarContent::traded, {t->price, t->price, t->price, t->price, t->quantity, 1}});
  base = fresh;
  return base.content != BarContent::none;
}

OpenBar BarHistory::joined(const BarSpan& span) const {
  OpenBar bar{span.open, span.end, BarContent::none, {}};
  for (auto b = std::ranges::lower_bound(bases, span.open, {}, &OpenBar::open_time); b != bases.end() && b->open_time < span.end; ++b)
    add(bar, *b);
  return bar;
}

// Mends the base bar that holds `at`, and those behind it that only stand at its close; `changed`: the finished ones, as they are now.
void BarHistory::mend_bases(BarSeries& s, const BarPlan& plan, Time at, std::vector<OpenBar>& changed) {
  auto bar = std::ranges::upper_bound(bases, at, {}, &OpenBar::open_time);
  if (bar == bases.begin()) return;
  --bar;
  const bool follows_one = bar != bases.begin() && (bar - 1)->end == bar->open_time;
  const bool any = rebuild(*bar);
  const bool stands = !any && plan.gaps == Gaps::fill && follows_one;
  if (stands) *bar = standing(*bar, (bar - 1)->candle.close);
  changed.push_back(*bar);
  const Time end = bar->end;
  const Price last = bar->candle.close;
  const auto index = static_cast<std::size_t>(bar - bases.begin());
  if (!any && !stands) bases.erase(bar);
  if (plan.gaps != Gaps::fill || last.units == 0) return;
  Time next = end;
  for (auto i = index + 1; i < bases.size() && bases[i].content == BarContent::filled && bases[i].open_time == next; ++i) {
    next = bases[i].end;
    bases[i] = standing(bases[i], last);
    changed.push_back(bases[i]);
  }
  if (s.base.content == BarContent::filled && s.base.open_time == next) s.base = standing(s.base, last);
}

void BarHistory::mend_larger(BarSeries& s, const BarPlan& plan, const std::vector<OpenBar>& changed, std::vector<ClosedBar>& out) {
  for (std::size_t i = 0; i < s.larger.size(); ++i) {
    Time done{std::numeric_limits<std::int64_t>::min()};
    for (const auto& base : changed) {
      if (base.open_time < done) continue;
      const auto grid = plan.calendar == nullptr ? endless_grid() : grid_at(*plan.calendar, plan.hours, base.open_time);
      const auto span = plan.span(grid, plan.intervals[i + 1], base.open_time);
      done = span.end;
      if (span.open < bases_from) {
        ++missed;
        continue;
      }
      auto& open = s.larger[i];
      const bool in_progress = open.content != BarContent::none && open.open_time == span.open;
      // what stands at the last close has none to stand at when everything in it is gone: it is withdrawn
      if (in_progress) open = joined(span);
      else out.push_back(closed(joined(span), plan.intervals[i + 1]));
    }
  }
}

std::vector<ClosedBar> BarHistory::correct(BarSeries& s, const BarPlan& plan, std::uint64_t id, Price price, Quantity quantity) {
  const auto found = std::ranges::find(trades.rbegin(), trades.rend(), id, &LoggedTrade::id);
  if (id == 0 || found == trades.rend()) {
    ++missed;
    return {};
  }
  const auto trade = found.base() - 1;
  const Time at = trade->at;
  const bool in_progress = s.base.content == BarContent::traded && at >= s.base.open_time;
  auto bar = std::ranges::upper_bound(bases, at, {}, &OpenBar::open_time);
  const Time bar_open = in_progress            ? s.base.open_time
                        : bar == bases.begin() ? Time{std::numeric_limits<std::int64_t>::min()}
                                               : (bar - 1)->open_time;
  if (bar_open < trades_from) {
    ++missed;
    return {};
  }
  if (quantity.units == 0) trades.erase(trade);
  else trade->price = price, trade->quantity = quantity;
  std::vector<ClosedBar> out;
  if (in_progress) {
    const bool follows_one = !bases.empty() && bases.back().end == s.base.open_time;
    if (!rebuild(s.base) && plan.gaps == Gaps::fill && follows_one) s.base = standing(s.base, bases.back().candle.close);
    return out;
  }
  std::vector<OpenBar> changed;
  mend_bases(s, plan, at, changed);
  for (const auto& b : changed) out.push_back(closed(b, plan.intervals[0]));
  mend_larger(s, plan, changed, out);
  return out;
}

}  // namespace trade
