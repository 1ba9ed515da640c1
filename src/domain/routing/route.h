#pragma once
#include <span>
#include <vector>

#include "domain/facts/order.h"

// Best-price routing: where an order goes so that, by what the venues show and charge, it costs least.
namespace trade {

// A venue as the order sees it: the best price of the side it would take, what is shown there, and the fees. price 0: nothing is shown.
struct VenueOffer {
  VenueId venue;
  Price price;
  Quantity displayed;
  Ratio maker_fee, taker_fee;
};

struct RouteRequest {
  Side side{};
  OrderType type{};
  TimeInForce tif{};
  Quantity quantity;     // > 0
  Price limit;           // of limit orders
  Quantity lot;          // pieces are multiples of it, but for the one that takes an odd rest
  Quantity least_piece;  // no piece is smaller unless the whole order is
};

struct RouteLeg {
  VenueId venue;
  Quantity quantity;
  bool operator==(const RouteLeg&) const = default;
};

// What a unit costs a buyer, or brings a seller with its sign turned, taker fee included: price x (1 + fee), or -price x (1 - fee); less is
// better. In units of 1e-16. For inverse contracts this is exact to first order in the fee.
int128 unit_cost(Side side, Price price, Ratio taker_fee);

// Splits the order: the legs sum to its quantity, at most one a venue, the best venue first. Ties go to the lower venue id.
//  - one venue: all of it there. No venue: no legs.
//  - stop and stop-limit wait whole at the venue of the lowest taker fee; fok goes whole to the cheapest venue that shows all of it,
//    else to the cheapest.
//  - what can trade at once (market; a limit that reaches the shown price) takes the shown quantities, cheapest effective price first;
//    the rest goes to the cheapest venue, or, of a limit order that may rest, to the venue of the lowest maker fee.
//  - a limit order that reaches nothing rests whole at the venue of the lowest maker fee; a market order where nothing is shown goes to
//    the venue of the lowest taker fee.
std::vector<RouteLeg> route(const RouteRequest& order, std::span<const VenueOffer> venues);

// The least quantity, a multiple of the lot, that meets the instrument's minimum quantity and, at `price` (> 0), its minimum notional.
Quantity least_piece(const Instrument& instrument, Price price);

}  // namespace trade
