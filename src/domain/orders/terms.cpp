#include "domain/orders/terms.h"

namespace trade {
namespace {

enum class Wanted { no, may, must };

bool fits(Wanted wanted, Price p) {
  if (wanted == Wanted::no || (wanted == Wanted::may && p.units == 0)) return p.units == 0;
  return p.units > 0 && p.units <= largest_units;
}
bool fits(Quantity q) { return q.units > 0 && q.units <= largest_units; }
Wanted limit_of(OrderType t) {
  if (t == OrderType::limit || t == OrderType::stop_limit) return Wanted::must;
  return t == OrderType::pegged ? Wanted::may : Wanted::no;
}
Wanted stop_of(OrderType t) {
  if (t == OrderType::stop || t == OrderType::stop_limit) return Wanted::must;
  return t == OrderType::trailing_stop ? Wanted::may : Wanted::no;
}
bool for_auction(TimeInForce t) { return t == TimeInForce::at_open || t == TimeInForce::at_close; }
bool at_once(TimeInForce t) { return t == TimeInForce::ioc || t == TimeInForce::fok; }
bool may_rest(const OrderTerms& t) { return t.type != OrderType::market && !at_once(t.tif); }

bool offset_fits(const OrderTerms& t) {
  if (t.type == OrderType::trailing_stop) return t.offset.units > 0 && t.offset.units <= largest_units;
  return t.type == OrderType::pegged ? t.offset.units <= largest_units && t.offset.units >= -largest_units : t.offset.units == 0;
}

Reason check_conditions(const OrderTerms& t) {
  const bool triggered = is_stop(t.type);
  if (!offset_fits(t)) return Reason::order_bad_offset;
  if (t.type != OrderType::pegged && t.peg != Peg::primary) return Reason::order_bad_peg;
  if (for_auction(t.tif) && (triggered || t.type == OrderType::pegged || t.post_only)) return Reason::order_bad_tif;
  if (at_once(t.tif) && (t.type == OrderType::pegged || t.post_only)) return Reason::order_bad_tif;
  if (t.display.units < 0 || t.display > t.quantity || (t.display.units > 0 && !may_rest(t))) return Reason::order_bad_display;
  const bool no_minimum = t.display.units > 0 || for_auction(t.tif);
  if (t.minimum.units < 0 || t.minimum > t.quantity || (t.minimum.units > 0 && no_minimum)) return Reason::order_bad_minimum;
  if (t.post_only && (triggered || t.type == OrderType::market || t.type == OrderType::market_to_limit)) return Reason::order_bad_type;
  const bool of_algo = t.start != Time{} || t.end != Time{} || t.participation != Ratio{};
  return t.algo == Algo::none && of_algo ? Reason::order_bad_algo : Reason::none;
}

}  // namespace

Reason check_terms(const OrderTerms& t, Time now) {
  if (!fits(t.quantity)) return Reason::order_bad_quantity;
  if (!fits(limit_of(t.type), t.limit) || !fits(stop_of(t.type), t.stop)) return Reason::order_bad_price;
  if (t.tif == TimeInForce::gtd && t.type == OrderType::market) return Reason::order_bad_tif;
  if (t.tif == TimeInForce::gtd ? t.expire <= now : t.expire != Time{}) return Reason::order_bad_expiry;
  return check_conditions(t);
}

Reason check_replace(const OrderTerms& old, Quantity filled, Quantity quantity, Price limit) {
  if (old.type == OrderType::market) return Reason::order_bad_type;
  if (!fits(quantity) || quantity <= filled) return Reason::order_bad_quantity;
  if (!fits(limit_of(old.type), limit)) return Reason::order_bad_price;
  if (quantity < old.display) return Reason::order_bad_display;
  return quantity < old.minimum ? Reason::order_bad_minimum : Reason::none;
}

}  // namespace trade
