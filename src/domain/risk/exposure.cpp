#include "domain/risk/exposure.h"

#include <algorithm>

namespace trade {
namespace {

OpenSide& side_of(Exposure& e, Side side) { return side == Side::buy ? e.buys : e.sells; }

// Where an order of this price and id stands, or would stand.
std::vector<OpenOrder>::iterator place_of(std::vector<OpenOrder>& orders, const Instrument& i, Price worst, OrderId id) {
  const bool inverse = i.contract == Contract::inverse;
  return std::lower_bound(orders.begin(), orders.end(), id, [&](const OpenOrder& o, OrderId wanted) {
    if (o.worst == worst) return o.order < wanted;
    return inverse ? o.worst < worst : o.worst > worst;
  });
}

}  // namespace

// An opposite position takes the cheapest: what is left is everything but them.
int128 netted_value(const Exposure& e, const Instrument& i, Side side) {
  const OpenSide& open = open_side(e, side);
  int128 taken = -held(e, side), value = open.value;
  if (taken >= open.quantity) return 0;
  for (auto o = open.orders.rbegin(); taken > 0; ++o) {
    const auto part = std::min<int128>(taken, o->remaining.units);
    taken -= part;
    value -= o->value;
    if (part < o->remaining.units) value += value_of(i, o->worst, Quantity{o->remaining.units - static_cast<std::int64_t>(part)}).units;
  }
  return value;
}

int128 worst_value(const Exposure& e, const Instrument& i) {
  return std::max(worst_value(e, i, Side::buy), worst_value(e, i, Side::sell));
}

void set_open(Exposure& e, const Instrument& i, Side side, OpenOrder order, Price was) {
  OpenSide& open = side_of(e, side);
  const auto at = place_of(open.orders, i, was, order.order);
  const bool there = at != open.orders.end() && at->order == order.order;
  order.value = order.remaining.units > 0 ? value_of(i, order.worst, order.remaining).units : 0;
  if (there) {
    open.quantity -= at->remaining.units;
    open.value -= at->value;
    if (order.remaining.units > 0 && at->worst == order.worst) {
      open.quantity += order.remaining.units;
      open.value += order.value;
      *at = order;
      return;
    }
    open.orders.erase(at);
  }
  if (order.remaining.units > 0) add_open(e, i, side, order);
}

void add_open(Exposure& e, const Instrument& i, Side side, const OpenOrder& order) {
  OpenSide& open = side_of(e, side);
  open.quantity += order.remaining.units;
  open.value += order.value;
  open.orders.insert(place_of(open.orders, i, order.worst, order.order), order);
}

bool would_meet(const Exposure& e, Side side, Price limit) {
  const OpenSide& other = open_side(e, opposite(side));
  return std::any_of(other.orders.begin(), other.orders.end(), [&](const OpenOrder& o) {
    if (limit.units == 0 || o.limit.units == 0) return true;
    return side == Side::buy ? o.limit <= limit : o.limit >= limit;
  });
}

}  // namespace trade
