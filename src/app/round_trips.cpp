#include "app/round_trips.h"

#include "core/map.h"

namespace trade {
namespace {

double units(Quantity q) { return static_cast<double>(q.units) / decimal_one; }
double amount(const Money& m) { return static_cast<double>(m.units) / static_cast<double>(money_one); }

struct Open {
  std::int64_t position{};  // signed
  RoundTrip trip;
};

// Counts `share` of a fill, `quantity` of it.
void take(RoundTrip& t, const Fill& f, std::int64_t quantity) {
  const double share = static_cast<double>(quantity) / static_cast<double>(f.quantity.units), value = amount(f.value) * share;
  (f.side == Side::buy ? t.bought : t.sold) += value;
  (f.side == Side::buy ? t.bought_quantity : t.sold_quantity) += units(Quantity{quantity});
  if (t.fees.currency == Currency{}) t.fees.currency = f.fee.currency;
  t.fees.units += quantity == f.quantity.units ? f.fee.units : static_cast<int128>(static_cast<double>(f.fee.units) * share);
  t.to = f.venue_time;
}

}  // namespace

std::vector<RoundTrip> round_trips(const std::vector<Fill>& fills) {
  std::vector<RoundTrip> done;
  Map<std::pair<AccountId, InstrumentId>, Open> open;
  for (const auto& f : fills) {
    Open& o = open[{f.account, f.instrument}];
    std::int64_t left = f.quantity.units;
    const bool closing = o.position != 0 && (o.position > 0) == (f.side == Side::sell);
    if (closing) {
      const auto closed = std::min(left, o.position > 0 ? o.position : -o.position);
      take(o.trip, f, closed);
      o.position += sign(f.side) * closed;
      left -= closed;
      if (o.position == 0) {
        o.trip.closed = true;
        done.push_back(o.trip);
      }
    }
    if (left == 0) continue;
    if (o.position == 0) {
      o.trip = {};
      o.trip.account = f.account;
      o.trip.instrument = f.instrument;
      o.trip.strategy = f.strategy;
      o.trip.side = f.side;
      o.trip.from = f.venue_time;
    }
    take(o.trip, f, left);
    o.position += sign(f.side) * left;
    o.trip.largest = std::max(o.trip.largest, units(Quantity{o.position > 0 ? o.position : -o.position}));
  }
  for (const auto& e : open)
    if (e.value.position != 0) done.push_back(e.value.trip);
  return done;
}

}  // namespace trade
