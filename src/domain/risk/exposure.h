#pragma once
#include <vector>

#include "domain/facts/order.h"
#include "domain/positions/position.h"

namespace trade {

// What of an order is not filled, and the price it is reckoned at.
struct OpenOrder {
  OrderId order;
  Quantity remaining;
  Price worst;
  Price limit;     // as it may trade against an order of ours; 0: at any price
  int128 value{};  // of `remaining` at `worst`, in units of Money
  FIELDS(OpenOrder, order, remaining, worst, limit, value)
};

// The open orders of one side and their sums, kept as they change.
struct OpenSide {
  std::vector<OpenOrder> orders;  // the dearest per unit first, the older first among equals
  int128 quantity{}, value{};
  FIELDS(OpenSide, orders, quantity, value)
};

// What an account (or a strategy) may come to hold of an instrument: its position and everything that may still be filled (open, in
// flight, unknown).
struct Exposure {
  OpenSide buys, sells;
  Position position;
  FIELDS(Exposure, buys, sells, position)
};

inline const OpenSide& open_side(const Exposure& e, Side side) { return side == Side::buy ? e.buys : e.sells; }

// What is held on this side, in units of Quantity: negative when the position is on the other.
inline int128 held(const Exposure& e, Side side) { return static_cast<int128>(e.position.quantity.units) * sign(side); }

// The largest position on one side (long for buys, short for sells, never negative) if every order of that side fills and none of the
// other, in units of Quantity.
inline int128 worst_quantity(const Exposure& e, Side side) {
  const int128 quantity = held(e, side) + open_side(e, side).quantity;
  return quantity > 0 ? quantity : 0;
}
// The most that position can have cost, in units of Money: the open lots at what they were booked, the rest at the dearest orders'
// prices. Exact; no fill of a counted order at its price or better makes it larger.
int128 netted_value(const Exposure& e, const Instrument& i, Side side);  // of an opposite position
inline int128 worst_value(const Exposure& e, const Instrument& i, Side side) {
  const int128 had = held(e, side);
  if (had < 0) return netted_value(e, i, side);
  return had > 0 ? e.position.cost.units + open_side(e, side).value : open_side(e, side).value;
}
// The larger of both sides.
int128 worst_value(const Exposure& e, const Instrument& i);

// Sets what of the order is still open, replacing what was there: `was` is the price it was reckoned at before. `order.value` is worked
// out here; quantity 0 takes it out.
void set_open(Exposure& e, const Instrument& i, Side side, OpenOrder order, Price was);
// The same for an order that is not there yet; `order.value` is what its remaining quantity is worth at its worst price.
void add_open(Exposure& e, const Instrument& i, Side side, const OpenOrder& order);

// Whether an order of `side` at `limit` (0: any price) could trade with an open order of the other side.
bool would_meet(const Exposure& e, Side side, Price limit);

}  // namespace trade
