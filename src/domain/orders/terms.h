#pragma once
#include "domain/facts/order.h"

namespace trade {

// No price or quantity beyond these, so that no value computed from an order can overflow: 1e10 whole units.
inline constexpr std::int64_t largest_units = 1'000'000'000'000'000'000;

// The first rule of shape that the terms break at `now`, or none: quantity > 0; limit price with limit and stop_limit only, stop price with
// stop and stop_limit only; gtd, and only gtd, has an expiry in the future; a market order cannot be gtd. What the instrument
// demands (tick, lot, sizes) is risk's to check.
Reason check_terms(const OrderTerms& terms, Time now);

// The same for a change: `quantity` the new total, `limit` the new limit price of an order that has one (else 0).
Reason check_replace(const OrderTerms& old, Quantity filled, Quantity quantity, Price limit);

}  // namespace trade
