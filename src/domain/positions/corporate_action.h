#pragma once
#include "domain/facts/corporate_action.h"
#include "domain/positions/position.h"

namespace trade {

// What a corporate action did to one position besides changing its lots. Amounts in settle currency, > 0 gained.
struct ActionEffect {
  Money realised, dividend;
  // The value the ratio promised, at the action's price, less what was delivered and paid: under 1e-8 of a unit, and the rounding of the
  // cash for the fraction. Nothing else is ever lost or made.
  Money rounding;
  bool trade_closed{};
};

// The field that makes no sense for these instruments (`into` matters for a merger only), or nothing when the action is sound: ratios
// positive and at most 1,000,000, prices not negative, one settle currency, no inverse contract.
std::string_view unsound_field(const CorporateAction& a, const Instrument& i, const Instrument* into);

// Applies a sound action to a position of `i`; a merger's lots go to `target`, a position of `into`, with their dates.
//   split, stock dividend: lots scaled, cost unchanged; with a price and `pay_fractions`, what is less than a lot is closed at it.
//   cash dividend: booked(price x quantity). delisting: all closed at its price.
//   merger: each lot's cost is split in proportion of cash and shares received (floor to the cash); the cash part is realised, the rest is
//   the cost in the new instrument (the treatment of taxable "boot" by relative value; stock for stock realises nothing).
// A short position owes where a long one gets.
ActionEffect act_on(Position& p, const CorporateAction& a, const Instrument& i, const Instrument* into, Position* target, LotMethod method,
                    bool pay_fractions);

// A price of `i` from before the action as it reads after it, half even to 1e-8: what marks and references become. 0: none is known.
Price adjusted(Price price, const CorporateAction& a);

// The ratio by which quantities of `i` change: new for old.
struct QuantityRatio {
  Quantity times, per;
};
QuantityRatio quantity_ratio(const CorporateAction& a);

}  // namespace trade
