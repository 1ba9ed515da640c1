#pragma once
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

// Nothing passes a latched kill of the firm or the account.
Reason check_kill(bool firm_killed, bool account_killed);
// Prices the order's type needs are there, positive and on the tick; others are 0.
Reason check_tick(const Instrument& i, const OrderTerms& t);
// Positive, a multiple of the lot, at least the minimum.
Reason check_lot(const Instrument& i, Quantity q);
// price x quantity (inverse: the face) is at least the instrument's minimum.
Reason check_min_notional(const Instrument& i, Price price, Quantity q);
Reason check_quantity(Quantity q, const Limits& l);
// Whether value_of(i, price, q) stays within 1e15 whole units of currency, where no sum of such values can overflow.
bool value_fits(const Instrument& i, Price price, Quantity q);
Reason check_value(const Money& worst, const Limits& l);
// There is a reference and it is not older than allowed.
Reason check_reference(const Reference& r, Time now, const Limits& l);
// |price - reference| <= collar x reference, exactly.
Reason check_collar(Price price, Price reference, const Limits& l);
// Worst-case quantity on one side, in units; quantities beyond what the books can hold never pass.
Reason check_position(int128 worst, const Limits& l);
// Worst-case value over the account's instruments, in units of Money.
Reason check_exposure(int128 worst, const Limits& l);
// What the account's orders and positions may cost against what it has, in units of Money.
Reason check_cash(int128 needed, int128 available);
// What is sold beyond what is held, in units: refused unless short sales are allowed.
Reason check_holding(int128 short_quantity, const Limits& l);
// Whether the account's gain since its start has reached the loss stop.
Reason check_loss(int128 gain, const Limits& l);

// The prices an order may fill at, as far as risk must reckon. Limits bound one side; the other is the reference, where there is one.
struct PriceRange {
  Price low, high;
};
PriceRange price_range(const OrderTerms& t, Price reference, Ratio slippage);
// The end of the range at which the instrument's value is largest: high for linear and spot, low for inverse.
Price worst_price(const Instrument& i, const PriceRange& r);
// The price the form checks and the collar look at: the limit, the stop of a stop order, the reference of a market order.
Price stated_price(const OrderTerms& t, Price reference);

}  // namespace trade
