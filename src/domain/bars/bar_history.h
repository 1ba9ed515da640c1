#pragma once
#include <vector>

#include "domain/bars/bar_series.h"

// What is kept of a series' past so that a trade that is taken back or changed later mends the bars it was in.
namespace trade {

struct LoggedTrade {
  Time at;
  std::uint64_t id{};
  Price price;
  Quantity quantity;
  FIELDS(LoggedTrade, at, id, price, quantity)
};

struct BarHistory {
  std::vector<LoggedTrade> trades;  // in order of arrival, complete from `trades_from` on
  std::vector<OpenBar> bases;       // finished bars of the smallest interval, complete from `bases_from` on
  Time trades_from{std::numeric_limits<std::int64_t>::min()}, bases_from{std::numeric_limits<std::int64_t>::min()};
  std::uint64_t missed{};           // bars, and trades, that could not be mended: what they were made of is no longer kept
  FIELDS(BarHistory, trades, bases, trades_from, bases_from, missed)

  void log(Time at, std::uint64_t id, Price price, Quantity quantity) { trades.push_back({at, id, price, quantity}); }
  // Takes a base bar as it ends, and forgets trades older than `window` and bases older than the largest bars that overlap it.
  void keep(const BarPlan& plan, const OpenBar& base, Duration window);
  // The logged trade `id` was at this price and quantity (0: never happened). Mends the bars in progress, and returns the finished ones
  // that changed, by time and smallest first; a bar with neither trades nor a price is withdrawn. Empty when nothing that ended changed.
  std::vector<ClosedBar> correct(BarSeries& s, const BarPlan& plan, std::uint64_t id, Price price, Quantity quantity);

 private:
  bool rebuild(OpenBar& base) const;
  void mend_bases(BarSeries& s, const BarPlan& plan, Time at, std::vector<OpenBar>& changed);
  void mend_larger(BarSeries& s, const BarPlan& plan, const std::vector<OpenBar>& changed, std::vector<ClosedBar>& out);
  OpenBar joined(const BarSpan& span) const;
};

}  // namespace trade
