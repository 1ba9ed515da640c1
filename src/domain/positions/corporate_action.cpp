#include "domain/positions/corporate_action.h"

namespace trade {
namespace {

constexpr std::int64_t largest_ratio = 1'000'000;

Side closing_side(const Position& p) { return p.quantity.units > 0 ? Side::sell : Side::buy; }

// Closes `quantity` of the position at the price.
void close_at(Position& p, const Instrument& i, Quantity quantity, Price price, LotMethod method, ActionEffect& effect) {
  const Booking b = book_fill(p, i, closing_side(p), quantity, booked(value_of(i, price, quantity)), {method, {}, {}});
  effect.realised += b.realised;
  effect.trade_closed |= b.trade_closed;
}

// What a ratio leaves below 1e-8 of a unit, valued in 1e-16.
int128 dust_value(Quantity quantity, QuantityRatio r, const Instrument& i, Price price) {
  const int128 rest = static_cast<int128>(quantity.units) * r.times.units % r.per.units;
  const Money per_unit = value_of(i, price, Quantity{1});
  return divide_half_even(per_unit.units * rest, r.per.units);
}

// Pays out what is less than a lot.
void pay_fraction(Position& p, const Instrument& i, Price price, LotMethod method, ActionEffect& effect) {
  const Quantity fraction{abs(p.quantity).units % i.lot.units};
  if (price.units == 0 || fraction.units == 0) return;
  const Money exact = value_of(i, price, fraction);
  effect.rounding += p.quantity.units > 0 ? exact - booked(exact) : booked(exact) - exact;
  close_at(p, i, fraction, price, method, effect);
}

void split(Position& p, const CorporateAction& a, const Instrument& i, LotMethod method, bool pay_fractions, ActionEffect& effect) {
  const auto ratio = quantity_ratio(a);
  const bool was_long = p.quantity.units > 0;
  const int128 dust = dust_value(abs(p.quantity), ratio, i, a.price);
  effect.rounding.units += was_long ? dust : -dust;
  scale(p, ratio.times, ratio.per);
  if (p.quantity.units == 0) {
    effect.realised += close_rest(p, i, was_long);
    effect.trade_closed = true;
  } else if (pay_fractions) {
    pay_fraction(p, i, a.price, method, effect);
  }
}

// value x part / whole, toward zero in units of 1e-8; value, part and whole are booked and not negative, part <= whole.
int128 booked_share(int128 value, int128 part, int128 whole) {
  int128 product;
  CHECK(!__builtin_mul_overflow(value / booked_unit, part / booked_unit, &product), "money overflow");
  return product / (whole / booked_unit) * booked_unit;
}

void merge(Position& p, const CorporateAction& a, const Instrument& i, const Instrument& into, Position& target, LotMethod method,
           bool pay_fractions, ActionEffect& effect) {
  const bool was_long = p.quantity.units > 0;
  const Side side = was_long ? Side::buy : Side::sell;
  const Quantity held = abs(p.quantity);
  const auto ratio = quantity_ratio(a);
  const Money cash = booked(value_of(i, a.price, held));
  if (ratio.times.units == 0) {
    close_at(p, i, held, a.price, method, effect);
    return;
  }
  const int128 dust = dust_value(held, ratio, into, a.into_price);
  effect.rounding.units += was_long ? dust : -dust;
  Position moved = p;
  p = {{}, {0, p.cost.currency}, {}};
  scale(moved, ratio.times, ratio.per);
  const int128 whole = cash.units + booked(value_of(into, a.into_price, abs(moved.quantity))).units;
  Money paid_cost{0, moved.cost.currency};
  for (std::size_t n = 0; n < moved.lots.size() && cash.units > 0; ++n) {
    const int128 share = booked_share(moved.lots[n].value, cash.units, whole);
    moved.lots[n].value -= share;
    paid_cost.units += share;
  }
  if (moved.quantity.units == 0) {
    effect.realised += gain(i, was_long, moved.cost, cash);
  } else if (cash.units > 0) {
    effect.realised += gain(i, was_long, paid_cost, cash);
  }
  for (std::size_t n = 0; n < moved.lots.size(); ++n) {
    const Lot& lot = moved.lots[n];
    const Booking b = book_fill(target, into, side, lot.quantity, {lot.value, into.settle}, {method, lot.fill, lot.opened});
    effect.realised += b.realised;
    effect.trade_closed |= b.trade_closed;
  }
  if (pay_fractions && target.quantity.units != 0) pay_fraction(target, into, a.into_price, method, effect);
}

}  // namespace

std::string_view unsound_field(const CorporateAction& a, const Instrument& i, const Instrument* into) {
  const auto within = [](Quantity many, Quantity few) { return few.units > 0 && many.units / largest_ratio <= few.units; };
  const auto ratio = [&]() -> std::string_view {
    if (!within(a.shares_old, a.shares_new)) return "shares_new";
    return within(a.shares_new, a.shares_old) ? "" : "shares_old";
  };
  if (!a.id) return "id";
  if (i.contract == Contract::inverse || i.lot.units <= 0) return "instrument";
  if (a.price.units < 0) return "price";
  switch (a.kind) {
    case ActionKind::split:
    case ActionKind::stock_dividend: return ratio();
    case ActionKind::cash_dividend: return a.price.units > 0 ? "" : "price";
    case ActionKind::rename: return a.symbol.empty() ? "symbol" : "";
    case ActionKind::delisting: return "";
    case ActionKind::merger: break;
  }
  if (into == nullptr || into->id == i.id || into->lot.units <= 0) return "into";
  if (into->settle != i.settle || into->contract != i.contract) return "into";
  if (a.shares_new.units == 0) return a.shares_old.units <= 0 ? "shares_old" : a.price.units > 0 ? "" : "price";
  if (a.into_price.units <= 0) return "into_price";
  return ratio();
}

QuantityRatio quantity_ratio(const CorporateAction& a) {
  switch (a.kind) {
    case ActionKind::split:
    case ActionKind::merger: return {a.shares_new, a.shares_old};
    case ActionKind::stock_dividend: return {a.shares_old + a.shares_new, a.shares_old};
    case ActionKind::delisting: return {{}, quantity_of(1)};
    case ActionKind::cash_dividend:
    case ActionKind::rename: break;
  }
  return {quantity_of(1), quantity_of(1)};
}

Price adjusted(Price price, const CorporateAction& a) {
  if (price.units == 0) return price;
  switch (a.kind) {
    case ActionKind::split:
    case ActionKind::stock_dividend: {
      const auto ratio = quantity_ratio(a);
      const int128 units = divide_half_even(static_cast<int128>(price.units) * ratio.per.units, ratio.times.units);
      return {units > INT64_MAX ? 0 : static_cast<std::int64_t>(units)};
    }
    case ActionKind::cash_dividend: return max(price - a.price, Price{});
    case ActionKind::merger:
    case ActionKind::delisting: return {};
    case ActionKind::rename: break;
  }
  return price;
}

ActionEffect act_on(Position& p, const CorporateAction& a, const Instrument& i, const Instrument* into, Position* target, LotMethod method,
                    bool pay_fractions) {
  ActionEffect effect{{0, i.settle}, {0, i.settle}, {0, i.settle}, false};
  if (p.quantity.units == 0) return effect;
  switch (a.kind) {
    case ActionKind::split:
    case ActionKind::stock_dividend: split(p, a, i, method, pay_fractions, effect); break;
    case ActionKind::cash_dividend: {
      const Money amount = booked(value_of(i, a.price, abs(p.quantity)));
      effect.dividend = p.quantity.units > 0 ? amount : -amount;
      break;
    }
    case ActionKind::merger: merge(p, a, i, *into, *target, method, pay_fractions, effect); break;
    case ActionKind::delisting: close_at(p, i, abs(p.quantity), a.price, method, effect); break;
    case ActionKind::rename: break;
  }
  return effect;
}

}  // namespace trade
