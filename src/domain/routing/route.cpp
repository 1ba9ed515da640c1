#include "domain/routing/route.h"

#include <algorithm>
#include <optional>

namespace trade {
namespace {

constexpr int128 dearest = static_cast<int128>(1) << 125;

// So much of an order can be done at a venue at so much a unit.
struct Tranche {
  int128 cost;
  std::uint32_t venue;  // its index
  Quantity quantity;
};

bool within(const RouteRequest& o, Price price) {
  if (o.type != OrderType::limit) return true;
  return o.side == Side::buy ? price <= o.limit : price >= o.limit;
}

int128 resting_cost(const RouteRequest& o, const VenueOffer& v) {
  return static_cast<int128>(o.limit.units) * v.maker_fee.units + delay_cost(o.move, v);
}

// Cheapest first; equal ones by venue and, of one venue, in the order its book holds them.
void sort(std::vector<Tranche>& all, std::span<const VenueOffer> venues) {
  std::stable_sort(all.begin(), all.end(), [&](const Tranche& a, const Tranche& b) {
    return a.cost != b.cost ? a.cost < b.cost : venues[a.venue].venue < venues[b.venue].venue;
  });
}

std::vector<Tranche> takeable(const RouteRequest& o, std::span<const VenueOffer> venues) {
  std::vector<Tranche> found;
  for (std::uint32_t i = 0; i < venues.size(); ++i) {
    const int128 delay = delay_cost(o.move, venues[i]);
    for (const auto& l : venues[i].levels) {
      if (!within(o, l.price)) break;
      found.push_back({unit_cost(o.side, l.price, venues[i].taker_fee) + delay, i, l.quantity});
    }
  }
  sort(found, venues);
  return found;
}

std::vector<Tranche> restable(const RouteRequest& o, std::span<const VenueOffer> venues) {
  std::vector<Tranche> found;
  for (std::uint32_t i = 0; i < venues.size(); ++i) found.push_back({resting_cost(o, venues[i]), i, resting_capacity(venues[i])});
  sort(found, venues);
  return found;
}

template <class Cost>
std::uint32_t lowest(std::span<const VenueOffer> venues, Cost cost) {
  std::uint32_t best = 0;
  for (std::uint32_t i = 1; i < venues.size(); ++i) {
    const auto here = cost(venues[i]), there = cost(venues[best]);
    if (here < there || (here == there && venues[i].venue < venues[best].venue)) best = i;
  }
  return best;
}
std::uint32_t lowest_taker(std::span<const VenueOffer> venues) {
  return lowest(venues, [](const VenueOffer& v) { return v.taker_fee; });
}

void add(std::vector<RouteLeg>& legs, VenueId venue, Quantity quantity) {
  for (auto& leg : legs)
    if (leg.venue == venue) {
      leg.quantity += quantity;
      return;
    }
  legs.push_back({venue, quantity});
}

// Fills the tranches in their order. A venue's pieces are whole lots and together no smaller than the least piece; what that leaves over
// goes on to the next. Returns what is left.
Quantity fill(const RouteRequest& o, const std::vector<Tranche>& tranches, std::span<const VenueOffer> venues, Quantity left,
              std::vector<RouteLeg>& legs) {
  const std::int64_t lot = std::max<std::int64_t>(o.lot.units, 1);
  std::vector<Quantity> open(venues.size());  // of a venue not chosen yet: its tranches so far, together still below the least piece
  for (const auto& t : tranches) {
    if (left == Quantity{}) break;
    const VenueId venue = venues[t.venue].venue;
    const bool chosen = std::any_of(legs.begin(), legs.end(), [&](const RouteLeg& l) { return l.venue == venue; });
    const Quantity there = open[t.venue] + t.quantity;
    const Quantity piece = left <= there ? left : Quantity{there.units / lot * lot};
    if (piece.units <= 0 || (!chosen && piece < o.least_piece)) {
      open[t.venue] = there;
      continue;
    }
    open[t.venue] = there - piece;
    add(legs, venue, piece);
    left -= piece;
  }
  return left;
}

// a x b; what cannot be counted costs more than anything.
int128 product(int128 a, std::int64_t b) {
  int128 r = 0;
  if (!__builtin_mul_overflow(a, static_cast<int128>(b), &r) && r < dearest && r > -dearest) return r;
  return (a < 0) == (b < 0) ? dearest : -dearest;
}

// What the order's whole quantity costs at one venue, or, where that does not show it all, what the first unit does.
struct WholeCost {
  bool all = false;
  int128 cost = 0;
};
WholeCost whole_cost(const RouteRequest& o, const VenueOffer& v) {
  const int128 delay = delay_cost(o.move, v);
  Quantity left = o.quantity;
  int128 cost = 0;
  for (const auto& l : v.levels) {
    if (left == Quantity{} || !within(o, l.price)) break;
    const Quantity piece = min(left, l.quantity);
    cost = std::clamp(cost + product(unit_cost(o.side, l.price, v.taker_fee) + delay, piece.units), -dearest, dearest);
    left -= piece;
  }
  if (left == Quantity{}) return {true, cost};
  return {false, unit_cost(o.side, v.levels[0].price, v.taker_fee) + delay};
}

std::uint32_t whole(const RouteRequest& o, std::span<const VenueOffer> venues) {
  std::optional<WholeCost> least;
  std::uint32_t best = lowest_taker(venues);
  for (std::uint32_t i = 0; i < venues.size(); ++i) {
    if (venues[i].levels.empty() || !within(o, venues[i].levels[0].price)) continue;
    const WholeCost here = whole_cost(o, venues[i]);
    const bool better = !least || (here.all != least->all     ? here.all
                                   : here.cost != least->cost ? here.cost < least->cost
                                                              : venues[i].venue < venues[best].venue);
    if (!better) continue;
    least = here;
    best = i;
  }
  return best;
}

std::vector<RouteLeg> take_and_rest(const RouteRequest& o, std::span<const VenueOffer> venues) {
  const bool may_rest = o.type == OrderType::limit && o.tif != TimeInForce::ioc;
  std::vector<RouteLeg> legs;
  const auto takes = o.post_only ? std::vector<Tranche>{} : takeable(o, venues);
  Quantity left = fill(o, takes, venues, o.quantity, legs);
  if (left == Quantity{}) return legs;
  if (!may_rest) {
    const std::uint32_t first = takes.empty() ? lowest_taker(venues) : takes[0].venue;
    add(legs, legs.empty() ? venues[first].venue : legs[0].venue, left);
    return legs;
  }
  const auto rests = restable(o, venues);
  if (left < o.least_piece) {
    add(legs, legs.empty() ? venues[rests[0].venue].venue : legs[0].venue, left);
    return legs;
  }
  std::vector<RouteLeg> resting;
  left = fill(o, rests, venues, left, resting);
  if (left != Quantity{}) {
    const VenueId cheapest = venues[rests[0].venue].venue;
    const bool chosen = std::any_of(resting.begin(), resting.end(), [&](const RouteLeg& l) { return l.venue == cheapest; });
    const bool fits = chosen || left >= o.least_piece;
    add(resting, fits || resting.empty() ? cheapest : resting[0].venue, left);
  }
  for (const auto& leg : resting) add(legs, leg.venue, leg.quantity);
  return legs;
}

}  // namespace

int128 unit_cost(Side side, Price price, Ratio taker_fee) {
  return static_cast<int128>(sign(side)) * price.units * (decimal_one + sign(side) * taker_fee.units);
}

int128 delay_cost(Price move, const VenueOffer& v) {
  const Ratio refused = min(max(v.reject_rate, Ratio{}), most_rejected);
  return static_cast<int128>(move.units) * v.latency.ns / 10 * decimal_one / (decimal_one - refused.units);
}

Quantity resting_capacity(const VenueOffer& v) {
  const int128 outflow = static_cast<int128>(v.flow.units) * resting_horizon.ns / seconds(1).ns - v.queue_ahead.units;
  return Quantity{static_cast<std::int64_t>(std::clamp<int128>(outflow, 0, INT64_MAX / 4))};
}

std::vector<RouteLeg> route(const RouteRequest& o, std::span<const VenueOffer> venues) {
  if (venues.empty()) return {};
  if (venues.size() == 1) return {{venues[0].venue, o.quantity}};
  if (o.type == OrderType::pegged) return {{venues[lowest(venues, [](const VenueOffer& v) { return v.maker_fee; })].venue, o.quantity}};
  if (is_stop(o.type) || o.tif == TimeInForce::at_open || o.tif == TimeInForce::at_close)
    return {{venues[lowest_taker(venues)].venue, o.quantity}};
  if (o.tif == TimeInForce::fok) return {{venues[whole(o, venues)].venue, o.quantity}};
  return take_and_rest(o, venues);
}

Quantity least_piece(const Instrument& i, Price price) {
  int128 least = std::max(i.min_quantity.units, i.lot.units);
  const int128 one = decimal_one;
  if (i.min_notional.units > 0 && i.multiplier.units > 0) {
    const int128 per = i.contract == Contract::inverse ? i.multiplier.units * one : static_cast<int128>(price.units) * i.multiplier.units;
    if (per > 0) least = std::max(least, (i.min_notional.units * one * one + per - 1) / per);
  }
  const int128 lot = std::max<std::int64_t>(i.lot.units, 1);
  least = (least + lot - 1) / lot * lot;
  return Quantity{static_cast<std::int64_t>(std::min<int128>(least, INT64_MAX))};
}

}  // namespace trade
