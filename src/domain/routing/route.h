#pragma once
#include <span>
#include <vector>

#include "core/time.h"
#include "domain/facts/market.h"
#include "domain/facts/order.h"

// Routing by expected cost: where an order goes so that, by what the venues show, charge and have been like so far, it costs least.
// After Cont and Kukanov, "Optimal order placement in limit order markets", Quantitative Finance 17 (2017): what is shown is taken at its
// price and fee, what rests fills by the outflow of the queue in front of it, what stays unfilled pays the way over the spread.
namespace trade {

// A venue as the order sees it.
struct VenueOffer {
  VenueId venue;
  std::vector<Level> levels;  // the side it would take, best first; empty: nothing is shown. Quantities > 0
  Ratio maker_fee, taker_fee;
  Duration latency{};      // from sending to the venue's word
  Ratio reject_rate{};     // share of orders it refuses, 0 to 1
  Quantity queue_ahead{};  // shown where the order would rest, at its price or better
  Quantity flow{};         // traded there in a second
};

struct RouteRequest {
  Side side{};
  OrderType type{};
  TimeInForce tif{};
  Quantity quantity;     // > 0
  Price limit;           // of limit orders
  Quantity lot;          // pieces are multiples of it, but for the one that takes an odd rest
  Quantity least_piece;  // no piece is smaller unless the whole order is
  bool post_only = false;
  Price move{};  // mean absolute move of the instrument's price in a second
};

struct RouteLeg {
  VenueId venue;
  Quantity quantity;
  bool operator==(const RouteLeg&) const = default;
};

// How long a resting piece is given to fill before the way over the spread is reckoned for it; and what is assumed at most to be refused.
inline constexpr Duration resting_horizon = seconds(10);
inline constexpr Ratio most_rejected{99'000'000};

// What a unit costs a buyer, or brings a seller with its sign turned, taker fee included: price x (1 + fee), or -price x (1 - fee); less is
// better. In units of 1e-16. For inverse contracts this is exact to first order in the fee.
int128 unit_cost(Side side, Price price, Ratio taker_fee);

// What a unit is expected to lose while the order is on its way: move x latency / (1 - reject rate), the rounds to an answer that is not
// a refusal being geometric. In units of 1e-16, rounded down.
int128 delay_cost(Price move, const VenueOffer& venue);

// How much of an order that rests at the venue is expected to fill within the horizon: the outflow less the queue ahead; never below 0.
Quantity resting_capacity(const VenueOffer& venue);

// Splits the order: the legs sum to its quantity, at most one a venue, in the order in which they were chosen. Ties go to the lower venue.
//  - one venue: all of it there. No venue: no legs.
//  - what waits for a trigger, an auction or a price of its own (stops, trailing, at open, at close, pegged) goes whole to the venue of the
//    lowest taker fee, pegged orders of the lowest maker fee; fok goes whole where taking all of it costs least, of the venues that show
//    all of it, else to the cheapest.
//  - what can trade at once (market; a limit that reaches shown levels) takes them by unit_cost + delay_cost, cheapest first, over all
//    venues and levels; the rest of an order that may not rest goes to the venue taken from first.
//  - what rests (the rest of a limit order that may; all of post-only) goes where maker fee + delay is lowest, as much as is expected to
//    fill there; what is expected to fill nowhere, to the lowest of all, which also takes what is too small a piece.
//  - a market order where nothing is shown goes to the venue of the lowest taker fee.
std::vector<RouteLeg> route(const RouteRequest& order, std::span<const VenueOffer> venues);

// The least quantity, a multiple of the lot, that meets the instrument's minimum quantity and, at `price` (> 0), its minimum notional.
Quantity least_piece(const Instrument& instrument, Price price);

}  // namespace trade
