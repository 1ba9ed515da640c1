#pragma once
#include "domain/facts/order.h"

namespace trade {

// No price or quantity beyond these, so that no value computed from an order can overflow: 1e10 whole units.
inline constexpr std::int64_t largest_units = 1'000'000'000'000'000'000;

// The first rule of shape that the terms break at `now`, or none. Quantity above 0. A limit with limit and stop_limit, allowed as a bound
// with pegged; a stop with stop and stop_limit, allowed as a start with trailing_stop. An offset above 0 with trailing_stop, of any sign
// with pegged; what is followed with pegged only. Display and minimum at most the quantity, the first of what may rest, the two not
// together. post_only of what may rest without a trigger. gtd, and only gtd, has an expiry in the future; a market order cannot be gtd;
// what waits for a trigger or follows a price cannot be for an auction, nor can what names a minimum. Members of the algo without one are
// refused here, those of an algo by domain/execution. What the instrument demands (tick, lot, sizes) is risk's to check.
Reason check_terms(const OrderTerms& terms, Time now);

// The price an order's value is reckoned at when nothing else is known: its limit, else its stop; 0: it names none.
inline Price named_price(const OrderTerms& t) { return t.limit != Price{} ? t.limit : t.stop; }

// The same for a change: `quantity` the new total, `limit` the new limit price of an order that has one (else 0).
Reason check_replace(const OrderTerms& old, Quantity filled, Quantity quantity, Price limit);

}  // namespace trade
