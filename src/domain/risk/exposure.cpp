#include "domain/risk/exposure.h"

#include <algorithm>

namespace trade {
namespace {

std::vector<OpenOrder>& orders_of(Exposure& e, Side side) { return side == Side::buy ? e.buys : e.sells; }

int128 held(const Exposure& e, Side side) { return static_cast<int128>(e.position.quantity.units) * sign(side); }

int128 rounded_up(int128 units) {
  const int128 rest = units % booked_unit;
  return rest > 0 ? units + booked_unit - rest : units - rest;
}

}  // namespace

std::span<const OpenOrder> counted_orders(const Exposure& e, Side side) { return side == Side::buy ? e.buys : e.sells; }

int128 worst_quantity(const Exposure& e, Side side) {
  int128 quantity = held(e, side);
  for (const auto& o : counted_orders(e, side)) quantity += o.remaining.units;
  return std::max<int128>(quantity, 0);
}

Money worst_value(const Exposure& e, const Instrument& i, Side side) {
  const int128 had = std::max<int128>(held(e, side), 0);
  Money value{had > 0 ? e.position.cost.units : 0, i.settle};
  int128 left = worst_quantity(e, side) - had;  // what orders may add: an opposite position takes the cheapest
  for (const auto& o : counted_orders(e, side)) {
    if (left <= 0) break;
    const auto part = std::min<int128>(left, o.remaining.units);
    value += value_of(i, o.worst, Quantity{static_cast<std::int64_t>(part)});
    left -= part;
  }
  return value;
}

Money worst_value(const Exposure& e, const Instrument& i) {
  const Money bought = worst_value(e, i, Side::buy), sold = worst_value(e, i, Side::sell);
  return bought.units < sold.units ? sold : bought;
}

Money cash_needed(const Exposure& e, const Instrument& i, Ratio fee) {
  Money buys{0, i.settle}, sells{0, i.settle};
  for (const auto& o : counted_orders(e, Side::buy)) buys += value_of(i, o.worst, o.remaining);
  for (const auto& o : counted_orders(e, Side::sell)) sells += value_of(i, o.worst, o.remaining);
  Money needed{0, i.settle};
  if (fee.units > 0) needed += times(buys + sells, fee);
  if (i.contract == Contract::spot) needed += buys + times(worst_value(e, i, Side::sell), e.margin);
  else needed += times(worst_value(e, i), e.margin);
  needed.units = rounded_up(needed.units);
  return needed;
}

void set_open(Exposure& e, const Instrument& i, Side side, const OpenOrder& order) {
  auto& orders = orders_of(e, side);
  const auto at = std::find_if(orders.begin(), orders.end(), [&](const OpenOrder& o) { return o.order == order.order; });
  if (at != orders.end() && at->worst == order.worst && order.remaining.units > 0) {
    at->remaining = order.remaining;
    return;
  }
  if (at != orders.end()) orders.erase(at);
  if (order.remaining.units <= 0) return;
  const bool inverse = i.contract == Contract::inverse;
  const auto behind = [&](const OpenOrder& o) {
    if (o.worst == order.worst) return o.order > order.order;
    return inverse ? o.worst > order.worst : o.worst < order.worst;
  };
  orders.insert(std::find_if(orders.begin(), orders.end(), behind), order);
}

}  // namespace trade
