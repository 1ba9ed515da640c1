#pragma once
#include <span>
#include <vector>

#include "domain/facts/order.h"
#include "domain/positions/position.h"

namespace trade {

// What of an order is not filled, and the price it is reckoned at.
struct OpenOrder {
  OrderId order;
  Quantity remaining;
  Price worst;
  FIELDS(OpenOrder, order, remaining, worst)
};

// What an account may come to hold of an instrument: its position and everything that may still be filled (open, in flight, unknown).
struct Exposure {
  // Open orders of each side, the dearest per unit first, the older first among equals.
  std::vector<OpenOrder> buys, sells;
  Position position;
  int128 unrealised{};     // at the last mark, in units of Money
  Ratio margin;            // asked of its worst-case value
  // What this instrument adds to the account's totals, in units of Money.
  int128 worst{}, needed{};
  FIELDS(Exposure, buys, sells, position, unrealised, margin, worst, needed)
};

// The orders that a limit check counts on this side: every one that may still be filled.
std::span<const OpenOrder> counted_orders(const Exposure& e, Side side);

// The largest position on one side (long for buys, short for sells, never negative) if every order of that side fills and none of the
// other, in units of Quantity.
int128 worst_quantity(const Exposure& e, Side side);
// The most that position can have cost, in settle currency: the open lots at what they were booked, the rest at the dearest orders'
// prices. Exact units; no fill of a counted order at its price or better makes it larger.
Money worst_value(const Exposure& e, const Instrument& i, Side side);
// The larger of both sides.
Money worst_value(const Exposure& e, const Instrument& i);
// What the account must have for it: in spot the full value of the buys that may fill, in derivatives (and spot sold short) the margin
// on the worst case; and the fees of everything open. Rounded up to the booked unit.
Money cash_needed(const Exposure& e, const Instrument& i, Ratio fee);

// Sets what of the order is still open at the price, replacing what was there; quantity 0 takes it out.
void set_open(Exposure& e, const Instrument& i, Side side, const OpenOrder& order);

}  // namespace trade
