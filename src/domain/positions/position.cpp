#include "domain/positions/position.h"

namespace trade {
namespace {

// Takes `quantity` from the oldest lots and returns what they were booked at.
Money close_oldest(Position& p, Quantity quantity) {
  Money cost{0, p.cost.currency};
  while (quantity.units > 0) {
    Lot& lot = p.lots.oldest();
    if (lot.quantity <= quantity) {
      quantity -= lot.quantity;
      cost.units += lot.value;
      p.lots.drop_oldest();
      continue;
    }
    const Money part = floor_share({lot.value, p.cost.currency}, quantity, lot.quantity);
    lot.value -= part.units;
    lot.quantity -= quantity;
    cost += part;
    quantity = {};
  }
  return cost;
}

}  // namespace

Money gain(const Instrument& i, bool is_long, const Money& open, const Money& close) {
  return is_long == (i.contract != Contract::inverse) ? close - open : open - close;
}

Booking book_fill(Position& p, const Instrument& i, Side side, Quantity quantity, const Money& value) {
  CHECK(quantity.units > 0 && value.units >= 0, "a fill has a quantity");
  const bool was_long = p.quantity.units > 0;
  const bool closes = p.quantity.units != 0 && was_long == (side == Side::sell);
  if (p.cost.currency.empty()) p.cost.currency = i.settle;
  Booking b;
  b.closed = closes ? min(abs(p.quantity), quantity) : Quantity{};
  b.closed_value = b.closed == quantity ? value : floor_share(value, b.closed, quantity);
  b.opened_value = value - b.closed_value;
  b.closed_cost = close_oldest(p, b.closed);
  b.realised = closes ? gain(i, was_long, b.closed_cost, b.closed_value) : Money{0, p.cost.currency};
  p.quantity += quantity * sign(side);
  p.cost -= b.closed_cost;
  p.cost += b.opened_value;
  if (b.closed < quantity) p.lots.add({quantity - b.closed, b.opened_value.units});
  b.trade_closed = closes && (p.quantity.units == 0 || (p.quantity.units > 0) != was_long);
  return b;
}

Money unrealised(const Instrument& i, Quantity quantity, const Money& cost, Price mark) {
  if (quantity.units == 0) return {0, i.settle};
  return gain(i, quantity.units > 0, cost, value_of(i, mark, abs(quantity)));
}

}  // namespace trade
