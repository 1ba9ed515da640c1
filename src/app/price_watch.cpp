#include "app/price_watch.h"

#include "messages/facts.h"

namespace trade {

// When there are too many points every second one goes, and from then on they lie twice as far apart.
void PriceTraces::see(InstrumentId instrument, Time time, Price price) {
  constexpr std::size_t most = 4'096;
  Points& t = traces_[instrument];
  if (!t.points.empty() && time - t.points.back().first < t.apart) return;
  t.points.emplace_back(time, price);
  if (t.points.size() < most) return;
  for (std::size_t i = 0; i < most / 2; ++i) t.points[i] = t.points[2 * i];
  t.points.resize(most / 2);
  t.apart = std::max(t.points[1].first - t.points[0].first, milliseconds(1));
}

std::vector<PriceTrace> PriceTraces::take(const std::vector<Instrument>& instruments) {
  std::vector<PriceTrace> all;
  for (const auto& i : instruments)
    if (auto* t = traces_.find(i.id)) all.push_back({i, std::move(t->points)});
  return all;
}

Result<bool> PriceWatch::next(Row& row) {
  auto more = source_.next(row);
  if (!more || !*more) return more;
  if (row.type == &describe<VenueBar>()) {
    const auto& bar = *static_cast<const VenueBar*>(row.message);
    traces_.see(bar.instrument, row.time, bar.close);
  } else if (row.type == &describe<VenueTrade>()) {
    const auto& trade = *static_cast<const VenueTrade*>(row.message);
    traces_.see(trade.instrument, row.time, trade.price);
  }
  return more;
}

}  // namespace trade
