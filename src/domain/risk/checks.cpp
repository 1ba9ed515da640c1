#include "domain/risk/checks.h"

#include <algorithm>
#include <limits>

namespace trade {
namespace {

constexpr Reason none = Reason::none;
constexpr int128 largest_position = static_cast<int128>(40'000'000'000) * decimal_one;  // below half of what Quantity holds
constexpr int128 largest_value = static_cast<int128>(1'000'000'000'000'000) * money_one;

bool has_limit(OrderType t) { return t == OrderType::limit || t == OrderType::stop_limit; }
bool has_stop(OrderType t) { return t == OrderType::stop || t == OrderType::stop_limit; }

bool good_price(const Instrument& i, Price p, bool wanted) {
  return wanted ? p.units > 0 && p.units % i.tick.units == 0 : p.units == 0;
}

// price x (1 + rate), away from the price by whole units, kept a positive price.
Price moved(Price price, Ratio rate) {
  const int128 product = static_cast<int128>(price.units) * rate.units;
  int128 step = product / decimal_one;
  if (product % decimal_one != 0) step += product > 0 ? 1 : -1;
  const int128 most = std::numeric_limits<std::int64_t>::max();
  return Price{static_cast<std::int64_t>(std::clamp<int128>(price.units + step, 1, most))};
}

}  // namespace

Reason check_kill(bool firm_killed, bool account_killed) { return firm_killed || account_killed ? Reason::risk_killed : none; }

Reason check_tick(const Instrument& i, const OrderTerms& t) {
  return good_price(i, t.limit, has_limit(t.type)) && good_price(i, t.stop, has_stop(t.type)) ? none : Reason::risk_tick;
}

Reason check_lot(const Instrument& i, Quantity q) {
  return q.units > 0 && q.units % i.lot.units == 0 && q >= i.min_quantity ? none : Reason::risk_lot;
}

Reason check_min_notional(const Instrument& i, Price price, Quantity q) {
  if (i.min_notional.units == 0) return none;
  const Money face = linear_value(i.contract == Contract::inverse ? price_of(1) : price, q, i.multiplier, i.quote);
  return face.units >= static_cast<int128>(i.min_notional.units) * decimal_one ? none : Reason::risk_min_notional;
}

Reason check_quantity(Quantity q, const Limits& l) {
  return l.max_quantity.units == 0 || q <= l.max_quantity ? none : Reason::risk_max_quantity;
}

bool value_fits(const Instrument& i, Price price, Quantity q) {
  if (i.contract == Contract::inverse)
    return static_cast<int128>(q.units) * i.multiplier.units / price.units <= largest_value / decimal_one;
  int128 value;
  const int128 plain = static_cast<int128>(price.units) * q.units / decimal_one + 1;
  return !__builtin_mul_overflow(plain, static_cast<int128>(i.multiplier.units), &value) && value <= largest_value;
}

Reason check_value(const Money& worst, const Limits& l) {
  return l.max_value.units == 0 || worst.units <= money_units(l.max_value) ? none : Reason::risk_max_value;
}

Reason check_reference(const Reference& r, Time now, const Limits& l) {
  const bool fresh = l.reference_age.ns == 0 || (now - r.at) <= l.reference_age;
  return r.price.units > 0 && fresh ? none : Reason::risk_no_reference;
}

Reason check_collar(Price price, Price reference, const Limits& l) {
  if (l.collar.units == 0) return none;
  const int128 distance = static_cast<int128>(price.units) - reference.units;
  const int128 allowed = static_cast<int128>(reference.units) * l.collar.units;  // 1e-16
  return (distance < 0 ? -distance : distance) * decimal_one <= allowed ? none : Reason::risk_collar;
}

Reason check_position(int128 worst, const Limits& l) {
  const bool within = l.max_position.units == 0 || worst <= l.max_position.units;
  return within && worst <= largest_position ? none : Reason::risk_position;
}

Reason check_exposure(int128 worst, const Limits& l) {
  return l.max_exposure.units == 0 || worst <= money_units(l.max_exposure) ? none : Reason::risk_exposure;
}

Reason check_cash(int128 needed, int128 available) { return needed <= available ? none : Reason::risk_cash; }

Reason check_holding(int128 short_quantity, const Limits& l) { return l.allow_short || short_quantity <= 0 ? none : Reason::risk_cash; }

Reason check_loss(int128 gain, const Limits& l) {
  return l.max_loss.units == 0 || gain > -money_units(l.max_loss) ? none : Reason::risk_loss;
}

PriceRange price_range(const OrderTerms& t, Price reference, Ratio slippage) {
  if (has_limit(t.type)) {
    const Price other = reference.units > 0 ? reference : t.limit;
    return t.side == Side::buy ? PriceRange{min(t.limit, other), t.limit} : PriceRange{t.limit, max(t.limit, other)};
  }
  PriceRange r{reference, reference};
  if (t.type == OrderType::stop) {
    const Price other = reference.units > 0 ? reference : t.stop;
    r = {min(t.stop, other), max(t.stop, other)};
  }
  return {moved(r.low, -slippage), moved(r.high, slippage)};
}

Price worst_price(const Instrument& i, const PriceRange& r) { return i.contract == Contract::inverse ? r.low : r.high; }

Price stated_price(const OrderTerms& t, Price reference) {
  if (has_limit(t.type)) return t.limit;
  return t.type == OrderType::stop ? t.stop : reference;
}

}  // namespace trade
