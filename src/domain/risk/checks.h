#pragma once
#include <optional>

#include "domain/risk/limits.h"

// The pre-trade checks, one pure function each: Reason::none, or why the order may not go. Sources: TRUST 5.2, RTS 6 art. 15.
namespace trade {

// The price that orders are judged by, and since when it has stood; price 0: none yet.
struct Reference {
  Price price;
  Time at;
  FIELDS(Reference, price, at)
};

// An amount of a limit in units of Money.
constexpr int128 money_units(Amount a) { return static_cast<int128>(a.units) * decimal_one; }

// limit 0 does not limit; a value in units of Money, a quantity in its own.
inline Reason within(int128 value, Amount limit, Reason why) {
  return limit.units == 0 || value <= money_units(limit) ? Reason::none : why;
}
inline Reason within(int128 quantity, Quantity limit, Reason why) {
  return limit.units == 0 || quantity <= limit.units ? Reason::none : why;
}
// What the books can hold at most: a position in units of Quantity, a value in units of Money.
inline constexpr int128 largest_position = static_cast<int128>(40'000'000'000) * decimal_one;  // below half of what Quantity holds
inline constexpr int128 largest_value = static_cast<int128>(1'000'000'000'000'000) * money_one;

// Nothing passes a latched kill of any scope the order is in.
inline Reason check_kill(bool killed) { return killed ? Reason::risk_killed : Reason::none; }
// Prices the order's type needs are there, positive and on the tick of their height; others are 0. A pegged order may have a limit, a
// trailing stop a first stop; their offset is on the tick too.
Reason check_tick(const Instrument& i, const OrderTerms& t);
// Positive, a multiple of the lot, at least the minimum.
Reason check_lot(const Instrument& i, Quantity q);
// price x quantity (inverse: the face) is at least the instrument's minimum.
Reason check_min_notional(const Instrument& i, Price price, Quantity q);
inline Reason check_quantity(Quantity q, const Limits& l) {
  return l.max_quantity.units == 0 || q <= l.max_quantity ? Reason::none : Reason::risk_max_quantity;
}
// Whether value_of(i, price, q) stays within 1e15 whole units of currency, where no sum of such values can overflow.
bool value_fits(const Instrument& i, Price price, Quantity q);
inline Reason check_value(const Money& worst, const Limits& l) {
  return l.max_value.units == 0 || worst.units <= money_units(l.max_value) ? Reason::none : Reason::risk_max_value;
}
// There is a reference and it is not older than allowed.
inline Reason check_reference(const Reference& r, Time now, const Limits& l) {
  const bool fresh = l.reference_age.ns == 0 || (now - r.at) <= l.reference_age;
  return r.price.units > 0 && fresh ? Reason::none : Reason::risk_no_reference;
}
// |price - reference| <= the larger of collar x reference and collar_ticks ticks, exactly.
Reason check_collar(const Instrument& i, Price price, Price reference, const Limits& l);
// Worst-case quantity on one side, in units; quantities beyond what the books can hold never pass.
inline Reason check_position(int128 worst, const Limits& l) {
  const bool within = l.max_position.units == 0 || worst <= l.max_position.units;
  return within && worst <= largest_position ? Reason::none : Reason::risk_position;
}
// Worst-case value over the account's instruments, in units of Money.
inline Reason check_exposure(int128 worst, const Limits& l) {
  return l.max_exposure.units == 0 || worst <= money_units(l.max_exposure) ? Reason::none : Reason::risk_exposure;
}
// What the account's orders and positions may cost against what it has, in units of Money.
inline Reason check_cash(int128 needed, int128 available) { return needed <= available ? Reason::none : Reason::risk_cash; }
// What is sold beyond what is held, in units: refused unless short sales are allowed.
inline Reason check_holding(int128 short_quantity, const Limits& l) {
  return l.allow_short || short_quantity <= 0 ? Reason::none : Reason::risk_cash;
}
// At most the share of the average daily volume; a volume nobody knows admits nothing.
Reason check_volume_share(Quantity q, Quantity average, const Limits& l);
// The order's worst value in the base currency, in units of Money; no rate to it: refused.
Reason check_base_value(std::optional<int128> worst, const Limits& l);
// At most size_multiple x the 99th percentile of its own orders; 0: not known yet, passes.
Reason check_unlike_self(Quantity q, Quantity percentile, const Limits& l);
// The worst value of a basket's legs together, in units of Money.
inline Reason check_basket(int128 worst, const Limits& l) { return within(worst, l.max_basket, Reason::risk_basket); }
// Messages a fill: judged from 100 messages on.
inline Reason check_order_to_trade(std::uint32_t messages, std::uint32_t fills, const Limits& l) {
  if (l.order_to_trade == 0 || messages < 100) return Reason::none;
  return messages <= std::uint64_t{l.order_to_trade} * std::max<std::uint32_t>(fills, 1) ? Reason::none : Reason::risk_order_to_trade;
}
// Worst-case quantities of an instrument over all accounts, in units of Quantity.
inline Reason check_firm_gross(int128 quantity, const Limits& l) { return within(quantity, l.max_firm_gross, Reason::risk_gross); }
inline Reason check_firm_net(int128 quantity, const Limits& l) { return within(quantity, l.max_firm_net, Reason::risk_net); }
inline Reason check_open_value(int128 value, const Limits& l) { return within(value, l.max_open_value, Reason::risk_open_value); }
// `worst` over all accounts in the base currency; nothing: an amount has no rate to it.
Reason check_capital(std::optional<int128> worst, const GroupLimits& firm);
inline Reason check_group_position(int128 quantity, const GroupLimits& g) { return within(quantity, g.max_position, Reason::risk_net); }
Reason check_group_exposure(std::optional<int128> worst, const GroupLimits& g);
// `part` is at most the share of `equity`; share 0: not limited; no equity admits nothing. `why` is the refusal.
Reason check_share(int128 part, int128 equity, Ratio share, Reason why);
// The vector's value at risk and what has been opened since, at an age that is allowed; nothing: there is no vector.
struct ValueAtRisk {
  int128 amount;
  Time at;
};
Reason check_var(const std::optional<ValueAtRisk>& v, Time now, const Limits& l);
inline Reason check_turnover(int128 value, const Limits& l) { return within(value, l.max_turnover, Reason::risk_turnover); }
// max_exposure of the ramp at `now`, in units of Money; 0: no limit.
int128 ramped_exposure(const Limits& l, Time now);
Reason check_ramp(int128 worst, Time now, const Limits& l);
inline Reason check_unknown(std::uint32_t orders, const Limits& l) {
  return l.max_unknown == 0 || orders <= l.max_unknown ? Reason::none : Reason::risk_unknown_orders;
}
// Whether the account's gain since its start has reached the loss stop; whether it has fallen from its best by the drawdown stop.
Reason check_loss(int128 gain, const Limits& l);
Reason check_drawdown(int128 peak, int128 gain, const Limits& l);

// The prices an order may fill at, as far as risk must reckon. Limits bound one side; the other is the reference, where there is one.
struct PriceRange {
  Price low, high;
};
bool has_limit(OrderType t);
PriceRange price_range(const OrderTerms& t, Price reference, Ratio slippage);
// The end of the range at which the instrument's value is largest: high for linear and spot, low for inverse.
Price worst_price(const Instrument& i, const PriceRange& r);
// The price the form checks and the collar look at: the limit, the stop of a stop order, else the reference.
Price stated_price(const OrderTerms& t, Price reference);
// The limit a market order is sent with: the reference moved against it by market_limit, on the tick, inwards; 0: as it is.
Price synthetic_limit(const Instrument& i, const OrderTerms& t, Price reference, const Limits& l);

}  // namespace trade
