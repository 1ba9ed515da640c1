#include "domain/routing/venue_record.h"

#include <algorithm>

namespace trade {
namespace {

std::int64_t bounded(int128 v) { return static_cast<std::int64_t>(std::min<int128>(v, INT64_MAX / 2)); }

void note_answer(VenueRecord& r, bool refused) { r.reject_rate += Ratio{((refused ? decimal_one : 0) - r.reject_rate.units) / 16}; }

// The means of the seconds from the one in hand to that of `now`.
void roll(TradeFlow& f, Time now) {
  const Time second = floor_to(now, seconds(1));
  constexpr int forgotten = 512;  // (7/8)^512 of any quantity is below one unit
  const auto passed = std::min<std::int64_t>((second - f.second).ns / seconds(1).ns, forgotten);
  for (std::int64_t i = 0; i < passed; ++i) {
    f.per_second += Quantity{(f.current.units - f.per_second.units) / 8};
    if (i > 0 && f.per_second.units < 8) f.per_second = {};  // what is left could never fade by eighths
    f.current = {};
  }
  if (second > f.second) f.second = second;
}

}  // namespace

void note_latency(VenueRecord& r, Duration took) {
  r.latency.ns = r.latency.ns == 0 ? took.ns : r.latency.ns + (took.ns - r.latency.ns) / 8;
}

void note_accepted(VenueRecord& r) {
  ++r.accepted;
  note_answer(r, false);
}

void note_rejected(VenueRecord& r) {
  ++r.rejected;
  note_answer(r, true);
}

void note_silent(VenueRecord& r) {
  ++r.silent;
  note_answer(r, true);
}

void note_trade(TradeFlow& f, Quantity quantity, Time now) {
  roll(f, now);
  f.current.units = bounded(static_cast<int128>(f.current.units) + std::max<std::int64_t>(quantity.units, 0));
}

Quantity flow_at(const TradeFlow& f, Time now) {
  TradeFlow rolled = f;
  roll(rolled, now);
  return rolled.per_second;
}

void note_price(PriceMovement& m, Price price, Time now) {
  if (price.units <= 0) return;
  if (m.last == Price{}) {
    m.last = price;
    m.at = now;
    return;
  }
  const Duration passed = now - m.at;
  if (passed < movement_sample) return;
  const int128 change = price > m.last ? static_cast<int128>(price.units) - m.last.units : static_cast<int128>(m.last.units) - price.units;
  const Price scaled{bounded(change * seconds(1).ns / passed.ns)};
  m.per_second += Price{(scaled.units - m.per_second.units) / 16};
  m.last = price;
  m.at = now;
}

}  // namespace trade
