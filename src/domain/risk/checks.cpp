#include "domain/risk/checks.h"

#include <algorithm>
#include <limits>

#include "domain/risk/margin.h"

namespace trade {
namespace {

constexpr Reason none = Reason::none;

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

}  // namespace

bool has_limit(OrderType t) { return t == OrderType::limit || t == OrderType::stop_limit; }

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

bool value_fits(const Instrument& i, Price price, Quantity q) {
  if (i.contract == Contract::inverse)
    return static_cast<int128>(q.units) * i.multiplier.units / price.units <= largest_value / decimal_one;
  int128 value;
  if (i.multiplier.units == decimal_one) return static_cast<int128>(price.units) * q.units <= largest_value;
  const int128 plain = static_cast<int128>(price.units) * q.units / decimal_one + 1;
  return !__builtin_mul_overflow(plain, static_cast<int128>(i.multiplier.units), &value) && value <= largest_value;
}

Reason check_collar(const Instrument& i, Price price, Price reference, const Limits& l) {
  if (l.collar.units == 0 && l.collar_ticks == 0) return none;
  const int128 distance = static_cast<int128>(price.units) - reference.units, away = distance < 0 ? -distance : distance;
  if (away * decimal_one <= static_cast<int128>(reference.units) * l.collar.units) return none;  // 1e-16
  return away <= static_cast<int128>(l.collar_ticks) * i.tick.units ? none : Reason::risk_collar;
}

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

Reason check_capital(std::optional<int128> worst, const GroupLimits& firm) {
  if (firm.max_exposure.units == 0) return none;
  return worst ? within(*worst, firm.max_exposure, Reason::risk_capital) : Reason::risk_capital;
}

Reason check_group_exposure(std::optional<int128> worst, const GroupLimits& g) {
  if (g.max_exposure.units == 0) return none;
  return worst ? within(*worst, g.max_exposure, Reason::risk_gross) : Reason::risk_gross;
}

Reason check_share(int128 part, int128 equity, Ratio share, Reason why) {
  if (share.units == 0) return none;
  if (equity <= 0) return part <= 0 ? none : why;
  constexpr int128 small = static_cast<int128>(1) << 94;
  if (part < small && equity < small && share.units < (std::int64_t{1} << 33))
    return part * decimal_one <= equity * share.units ? none : why;
  return part <= share_down(equity, share) ? none : why;
}

Reason check_var(const std::optional<ValueAtRisk>& v, Time now, const Limits& l) {
  if (l.max_var.units == 0) return none;
  if (!v || (l.var_age.ns != 0 && now - v->at > l.var_age)) return Reason::risk_var_stale;
  return within(v->amount, l.max_var, Reason::risk_var);
}

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
