#include "domain/risk/checks.h"

#include <algorithm>
#include <limits>

#include "domain/risk/margin.h"

namespace trade {
namespace {

constexpr Reason none = Reason::none;
constexpr int128 largest_position = static_cast<int128>(40'000'000'000) * decimal_one;  // below half of what Quantity holds
constexpr int128 largest_value = static_cast<int128>(1'000'000'000'000'000) * money_one;

bool has_stop(OrderType t) { return t == OrderType::stop || t == OrderType::stop_limit; }

bool on_tick(const Instrument& i, Price p) { return p.units > 0 && p.units % tick_at(i, p).units == 0; }
bool good_price(const Instrument& i, Price p, bool wanted) { return wanted ? on_tick(i, p) : p.units == 0; }

// price x (1 + rate), away from the price by whole units, kept a positive price.
Price moved(Price price, Ratio rate) {
  const int128 product = static_cast<int128>(price.units) * rate.units;
  int128 step = product / decimal_one;
  if (product % decimal_one != 0) step += product > 0 ? 1 : -1;
  const int128 most = std::numeric_limits<std::int64_t>::max();
  return Price{static_cast<std::int64_t>(std::clamp<int128>(price.units + step, 1, most))};
}

// limit <= 0 does not limit; both in units of Money.
Reason within(int128 value, Amount limit, Reason why) { return limit.units == 0 || value <= money_units(limit) ? none : why; }
Reason within(int128 quantity, Quantity limit, Reason why) { return limit.units == 0 || quantity <= limit.units ? none : why; }

}  // namespace

bool has_limit(OrderType t) { return t == OrderType::limit || t == OrderType::stop_limit; }

Reason check_kill(bool killed) { return killed ? Reason::risk_killed : none; }

Reason check_tick(const Instrument& i, const OrderTerms& t) {
  if (t.type == OrderType::pegged || t.type == OrderType::trailing_stop) {
    const bool pegged = t.type == OrderType::pegged;
    const Price optional = pegged ? t.limit : t.stop, absent = pegged ? t.stop : t.limit;
    const bool good = (optional.units == 0 || on_tick(i, optional)) && absent.units == 0 && t.offset.units % i.tick.units == 0;
    return good && (pegged || t.offset.units > 0) ? none : Reason::risk_tick;
  }
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
  if (i.multiplier.units == decimal_one) return static_cast<int128>(price.units) * q.units <= largest_value;
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

Reason check_collar(const Instrument& i, Price price, Price reference, const Limits& l) {
  if (l.collar.units == 0 && l.collar_ticks == 0) return none;
  const int128 distance = static_cast<int128>(price.units) - reference.units, away = distance < 0 ? -distance : distance;
  if (away * decimal_one <= static_cast<int128>(reference.units) * l.collar.units) return none;  // 1e-16
  return away <= static_cast<int128>(l.collar_ticks) * i.tick.units ? none : Reason::risk_collar;
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

Reason check_volume_share(Quantity q, Quantity average, const Limits& l) {
  if (l.max_volume_share.units == 0) return none;
  const int128 allowed = static_cast<int128>(average.units) * l.max_volume_share.units;
  return static_cast<int128>(q.units) * decimal_one <= allowed ? none : Reason::risk_max_share;
}

Reason check_base_value(std::optional<int128> worst, const Limits& l) {
  if (l.max_base_value.units == 0) return none;
  return worst && *worst <= money_units(l.max_base_value) ? none : Reason::risk_max_value;
}

Reason check_unlike_self(Quantity q, Quantity percentile, const Limits& l) {
  if (l.size_multiple.units == 0 || percentile.units == 0) return none;
  const int128 allowed = static_cast<int128>(percentile.units) * l.size_multiple.units;
  return static_cast<int128>(q.units) * decimal_one <= allowed ? none : Reason::risk_unlike_self;
}

Reason check_basket(int128 worst, const Limits& l) { return within(worst, l.max_basket, Reason::risk_basket); }

Reason check_order_to_trade(std::uint32_t messages, std::uint32_t fills, const Limits& l) {
  if (l.order_to_trade == 0 || messages < 100) return none;
  return messages <= std::uint64_t{l.order_to_trade} * std::max<std::uint32_t>(fills, 1) ? none : Reason::risk_order_to_trade;
}

Reason check_firm_gross(int128 quantity, const Limits& l) { return within(quantity, l.max_firm_gross, Reason::risk_gross); }
Reason check_firm_net(int128 quantity, const Limits& l) { return within(quantity, l.max_firm_net, Reason::risk_net); }
Reason check_open_value(int128 value, const Limits& l) { return within(value, l.max_open_value, Reason::risk_open_value); }

Reason check_capital(std::optional<int128> worst, const GroupLimits& firm) {
  if (firm.max_exposure.units == 0) return none;
  return worst ? within(*worst, firm.max_exposure, Reason::risk_capital) : Reason::risk_capital;
}

Reason check_group_position(int128 quantity, const GroupLimits& g) { return within(quantity, g.max_position, Reason::risk_net); }

Reason check_group_exposure(std::optional<int128> worst, const GroupLimits& g) {
  if (g.max_exposure.units == 0) return none;
  return worst ? within(*worst, g.max_exposure, Reason::risk_gross) : Reason::risk_gross;
}

Reason check_share(int128 part, int128 equity, Ratio share, Reason why) {
  if (share.units == 0) return none;
  if (equity <= 0) return part <= 0 ? none : why;
  return part <= share_down(equity, share) ? none : why;
}

Reason check_var(const std::optional<ValueAtRisk>& v, Time now, const Limits& l) {
  if (l.max_var.units == 0) return none;
  if (!v || (l.var_age.ns != 0 && now - v->at > l.var_age)) return Reason::risk_var_stale;
  return within(v->amount, l.max_var, Reason::risk_var);
}

Reason check_turnover(int128 value, const Limits& l) { return within(value, l.max_turnover, Reason::risk_turnover); }

int128 ramped_exposure(const Limits& l, Time now) {
  const int128 whole = money_units(l.max_exposure);
  if (l.ramp_over.ns <= 0 || now - l.ramp_from >= l.ramp_over) return whole;
  const int128 first = whole / decimal_one * l.ramp_first.units;
  if (now <= l.ramp_from) return std::min(first, whole);
  const int128 rest = std::max<int128>(whole - first, 0);
  return whole - rest + rest / l.ramp_over.ns * (now - l.ramp_from).ns;
}

Reason check_ramp(int128 worst, Time now, const Limits& l) {
  if (l.ramp_over.ns <= 0 || l.max_exposure.units == 0 || now - l.ramp_from >= l.ramp_over) return none;
  return worst <= ramped_exposure(l, now) ? none : Reason::risk_ramp;
}

Reason check_unknown(std::uint32_t orders, const Limits& l) {
  return l.max_unknown == 0 || orders <= l.max_unknown ? none : Reason::risk_unknown_orders;
}

Reason check_loss(int128 gain, const Limits& l) {
  return l.max_loss.units == 0 || gain > -money_units(l.max_loss) ? none : Reason::risk_loss;
}

Reason check_drawdown(int128 peak, int128 gain, const Limits& l) {
  return l.max_drawdown.units == 0 || peak - gain < money_units(l.max_drawdown) ? none : Reason::risk_drawdown;
}

PriceRange price_range(const OrderTerms& t, Price reference, Ratio slippage) {
  if (has_limit(t.type) || (t.type == OrderType::pegged && t.limit.units > 0)) {
    const Price other = reference.units > 0 ? reference : t.limit;
    return t.side == Side::buy ? PriceRange{min(t.limit, other), t.limit} : PriceRange{t.limit, max(t.limit, other)};
  }
  PriceRange r{reference, reference};
  if (t.stop.units > 0) {
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

Price synthetic_limit(const Instrument& i, const OrderTerms& t, Price reference, const Limits& l) {
  if (t.type != OrderType::market || l.market_limit.units == 0 || reference.units <= 0) return {};
  const Price far = moved(reference, t.side == Side::buy ? l.market_limit : -l.market_limit);
  const std::int64_t tick = tick_at(i, far).units, below = far.units - far.units % tick;
  const std::int64_t units = t.side == Side::buy || below == far.units ? below : below + tick;
  return Price{std::max(units, tick)};
}

}  // namespace trade
