#include "domain/positions/position.h"

#include <utility>

namespace trade {
namespace {

// a / b < c / d for a, c >= 0 and b, d > 0, without a product that could overflow: by the continued fractions.
bool ratio_less(int128 a, int128 b, int128 c, int128 d) {
  while (true) {
    if (a / b != c / d) return a / b < c / d;
    a %= b;
    c %= d;
    if (a == 0 || c == 0) return a == 0 && c != 0;
    std::swap(a, d);
    std::swap(b, c);
  }
}

// The lot to close next.
std::size_t next_lot(const Lots& lots, LotMethod method, bool dearest) {
  if (method == LotMethod::lifo) return lots.size() - 1;
  if (method != LotMethod::hifo) return 0;
  std::size_t best = 0;
  for (std::size_t n = 1; n < lots.size(); ++n) {
    const Lot& a = lots[dearest ? best : n];
    const Lot& b = lots[dearest ? n : best];
    if (ratio_less(a.value, a.quantity.units, b.value, b.quantity.units)) best = n;
  }
  return best;
}

// Takes `quantity` from the lots and returns what it was booked at. `dearest`: hifo takes the highest value per unit first.
Money close_lots(Position& p, Quantity quantity, LotMethod method, bool dearest, std::vector<ClosedLot>* closed) {
  Money cost{0, p.cost.currency};
  while (quantity.units > 0) {
    const std::size_t n = next_lot(p.lots, method, dearest);
    Lot& lot = p.lots[n];
    const Quantity taken = min(lot.quantity, quantity);
    const Money part = taken == lot.quantity ? Money{lot.value, p.cost.currency}
                                             : floor_share({lot.value, p.cost.currency}, taken, lot.quantity);
    if (closed != nullptr) closed->push_back({lot.fill, lot.opened, taken, part.units});
    quantity -= taken;
    lot.quantity -= taken;
    lot.value -= part.units;
    cost += part;
    if (lot.quantity.units == 0) p.lots.drop(n);
  }
  return cost;
}

void open_lot(Position& p, Quantity quantity, const Money& value, const LotRule& rule) {
  if (rule.method == LotMethod::average && !p.lots.empty()) {
    p.lots[0].quantity += quantity;
    p.lots[0].value += value.units;
  } else {
    p.lots.add({quantity, value.units, rule.time, rule.fill});
  }
}

}  // namespace

Money gain(const Instrument& i, bool is_long, const Money& open, const Money& close) {
  return is_long == (i.contract != Contract::inverse) ? close - open : open - close;
}

Booking book_fill(Position& p, const Instrument& i, Side side, Quantity quantity, const Money& value, const LotRule& rule,
                  std::vector<ClosedLot>* closed) {
  CHECK(quantity.units > 0 && value.units >= 0, "a fill has a quantity");
  const bool was_long = p.quantity.units > 0;
  const bool closes = p.quantity.units != 0 && was_long == (side == Side::sell);
  if (p.cost.currency.empty()) p.cost.currency = i.settle;
  Booking b;
  b.closed = closes ? min(abs(p.quantity), quantity) : Quantity{};
  b.closed_value = b.closed == quantity ? value : floor_share(value, b.closed, quantity);
  b.opened_value = value - b.closed_value;
  b.closed_cost = close_lots(p, b.closed, rule.method, was_long == (i.contract != Contract::inverse), closed);
  b.realised = closes ? gain(i, was_long, b.closed_cost, b.closed_value) : Money{0, p.cost.currency};
  p.quantity += quantity * sign(side);
  p.cost -= b.closed_cost;
  p.cost += b.opened_value;
  if (b.closed < quantity) open_lot(p, quantity - b.closed, b.opened_value, rule);
  b.trade_closed = closes && (p.quantity.units == 0 || (p.quantity.units > 0) != was_long);
  return b;
}

void scale(Position& p, Quantity times, Quantity per) {
  CHECK(times.units >= 0 && per.units > 0, "a ratio of quantities");
  const auto scaled = [&](int128 units) {
    const int128 to = units * times.units / per.units;
    CHECK(to <= INT64_MAX, "decimal overflow");
    return static_cast<std::int64_t>(to);
  };
  int128 end = 0, orphaned = 0;
  for (std::size_t n = 0; n < p.lots.size();) {
    Lot& lot = p.lots[n];
    const auto before = scaled(end);
    end += lot.quantity.units;
    lot.quantity.units = scaled(end) - before;
    lot.value += orphaned;
    orphaned = 0;
    if (lot.quantity.units > 0) {
      ++n;
      continue;
    }
    orphaned = lot.value;
    p.lots.drop(n);
  }
  if (!p.lots.empty()) p.lots[p.lots.size() - 1].value += orphaned;
  p.quantity.units = scaled(end) * (p.quantity.units < 0 ? -1 : 1);
}

Money close_rest(Position& p, const Instrument& i, bool was_long) {
  CHECK(p.quantity.units == 0, "only what has no quantity is closed so");
  const Money lost = gain(i, was_long, p.cost, {0, p.cost.currency});
  p.cost = {0, p.cost.currency};
  return lost;
}

// At every mark of every position: in units, the two currencies compared once.
Money unrealised(const Instrument& i, Quantity quantity, const Money& cost, Price mark) {
  if (quantity.units == 0) return {0, i.settle};
  CHECK(cost.currency.empty() || cost.currency == i.settle, "money of two currencies");
  const bool plain = i.contract != Contract::inverse && i.multiplier.units == decimal_one;
  const auto size = quantity.units < 0 ? -static_cast<int128>(quantity.units) : static_cast<int128>(quantity.units);
  const int128 value = plain ? mark.units * size : value_of(i, mark, abs(quantity)).units;
  const bool grows = (quantity.units > 0) == (i.contract != Contract::inverse);
  int128 gained;
  const bool wraps = grows ? __builtin_sub_overflow(value, cost.units, &gained) : __builtin_sub_overflow(cost.units, value, &gained);
  CHECK(!wraps, "money overflow");
  return {gained, i.settle};
}

}  // namespace trade
