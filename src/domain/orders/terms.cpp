#include "domain/orders/terms.h"

namespace trade {
namespace {

bool fits(bool wanted, Price p) { return wanted ? p.units > 0 && p.units <= largest_units : p.units == 0; }
bool fits(Quantity q) { return q.units > 0 && q.units <= largest_units; }
bool has_limit(OrderType t) { return t == OrderType::limit || t == OrderType::stop_limit; }
bool has_stop(OrderType t) { return t == OrderType::stop || t == OrderType::stop_limit; }

}  // namespace

Reason check_terms(const OrderTerms& t, Time now) {
  if (!fits(t.quantity)) return Reason::order_bad_quantity;
  if (!fits(has_limit(t.type), t.limit) || !fits(has_stop(t.type), t.stop)) return Reason::order_bad_price;
  if (t.tif == TimeInForce::gtd && t.type == OrderType::market) return Reason::order_bad_tif;
  if (t.tif == TimeInForce::gtd ? t.expire <= now : t.expire != Time{}) return Reason::order_bad_expiry;
  return Reason::none;
}

Reason check_replace(const OrderTerms& old, Quantity filled, Quantity quantity, Price limit) {
  if (old.type == OrderType::market) return Reason::order_bad_type;
  if (!fits(quantity) || quantity <= filled) return Reason::order_bad_quantity;
  if (!fits(has_limit(old.type), limit)) return Reason::order_bad_price;
  return Reason::none;
}

}  // namespace trade
