#include "domain/routing/route.h"

#include <algorithm>

namespace trade {
namespace {

bool reaches(const RouteRequest& o, const VenueOffer& v) {
  if (v.price.units <= 0 || v.displayed.units <= 0) return false;
  if (o.type == OrderType::market) return true;
  return o.side == Side::buy ? v.price <= o.limit : v.price >= o.limit;
}

VenueId lowest(std::span<const VenueOffer> venues, Ratio VenueOffer::*fee) {
  const VenueOffer* best = &venues[0];
  for (const auto& v : venues)
    if (v.*fee < best->*fee || (v.*fee == best->*fee && v.venue < best->venue)) best = &v;
  return best->venue;
}

// The offers the order can trade with, cheapest first.
std::vector<VenueOffer> reachable(const RouteRequest& o, std::span<const VenueOffer> venues) {
  const auto cheaper = [&](const VenueOffer& a, const VenueOffer& b) {
    const int128 cost_a = unit_cost(o.side, a.price, a.taker_fee), cost_b = unit_cost(o.side, b.price, b.taker_fee);
    return cost_a != cost_b ? cost_a < cost_b : a.venue < b.venue;
  };
  std::vector<VenueOffer> found;
  for (const auto& v : venues)
    if (reaches(o, v)) found.insert(std::upper_bound(found.begin(), found.end(), v, cheaper), v);
  return found;
}

void add(std::vector<RouteLeg>& legs, VenueId venue, Quantity quantity) {
  for (auto& leg : legs)
    if (leg.venue == venue) {
      leg.quantity += quantity;
      return;
    }
  legs.push_back({venue, quantity});
}

}  // namespace

int128 unit_cost(Side side, Price price, Ratio taker_fee) {
  return static_cast<int128>(sign(side)) * price.units * (decimal_one + sign(side) * taker_fee.units);
}

std::vector<RouteLeg> route(const RouteRequest& o, std::span<const VenueOffer> venues) {
  if (venues.empty()) return {};
  if (venues.size() == 1) return {{venues[0].venue, o.quantity}};
  if (o.type == OrderType::stop || o.type == OrderType::stop_limit) return {{lowest(venues, &VenueOffer::taker_fee), o.quantity}};
  const auto offers = reachable(o, venues);
  const bool may_rest = o.type == OrderType::limit && o.tif != TimeInForce::ioc && o.tif != TimeInForce::fok;
  if (offers.empty()) return {{lowest(venues, may_rest ? &VenueOffer::maker_fee : &VenueOffer::taker_fee), o.quantity}};
  if (o.tif == TimeInForce::fok) {
    for (const auto& v : offers)
      if (v.displayed >= o.quantity) return {{v.venue, o.quantity}};
    return {{offers[0].venue, o.quantity}};
  }
  std::vector<RouteLeg> legs;
  Quantity left = o.quantity;
  for (const auto& v : offers) {
    const std::int64_t lot = std::max<std::int64_t>(o.lot.units, 1);
    const Quantity piece = left <= v.displayed ? left : Quantity{v.displayed.units / lot * lot};
    if (piece.units <= 0 || piece < o.least_piece) continue;
    legs.push_back({v.venue, piece});
    left -= piece;
    if (left == Quantity{}) return legs;
  }
  const bool rests = may_rest && left >= o.least_piece;
  add(legs, rests ? lowest(venues, &VenueOffer::maker_fee) : legs.empty() ? offers[0].venue : legs[0].venue, left);
  return legs;
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
