#pragma once
#include "core/time.h"
#include "domain/facts/instrument.h"

// The vocabulary of orders, shared by everything that handles them.
namespace trade {

enum class OrderType : std::uint8_t { market, limit, stop, stop_limit };
NAMES(OrderType, market, limit, stop, stop_limit)
enum class TimeInForce : std::uint8_t { day, gtc, ioc, fok, gtd };
NAMES(TimeInForce, day, gtc, ioc, fok, gtd)
enum class Liquidity : std::uint8_t { maker, taker };
NAMES(Liquidity, maker, taker)

// What the owner wants. Absent prices are 0; `expire` matters for gtd only. venue 0: exeq chooses.
struct OrderTerms {
  AccountId account;
  StrategyId strategy;
  InstrumentId instrument;
  VenueId venue;
  Side side{};
  OrderType type{};
  TimeInForce tif{};
  Quantity quantity;
  Price limit;
  Price stop;
  Time expire;
  bool operator==(const OrderTerms&) const = default;
  FIELDS(OrderTerms, account, strategy, instrument, venue, side, type, tif, quantity, limit, stop, expire)
};

// First axis: what the venue is known to hold. `unknown` is a state: nobody can say until the venue has answered.
enum class VenueState : std::uint8_t { none, working, partly_filled, filled, cancelled, rejected, expired, unknown };
NAMES(VenueState, none, working, partly_filled, filled, cancelled, rejected, expired, unknown)
// Second axis: what we have asked and not yet heard of.
enum class Pending : std::uint8_t { none, approval, placing, cancelling, replacing, querying };
NAMES(Pending, none, approval, placing, cancelling, replacing, querying)

// Why something was refused: CATEGORY_CONDITION, printed in lower case.
enum class Reason : std::uint8_t {
  none,
  order_unknown_instrument, order_unknown_account, order_unknown_venue, order_bad_quantity, order_bad_price, order_bad_type,
  order_bad_tif, order_bad_expiry, order_duplicate_id, order_not_found, order_not_open, order_pending, order_limit_per_account,
  risk_killed, risk_tick, risk_lot, risk_min_notional, risk_max_quantity, risk_max_value, risk_no_reference, risk_collar,
  risk_duplicate, risk_rate, risk_position, risk_exposure, risk_cash, risk_loss,
  route_no_venue, route_venue_down,
  venue_no_liquidity, venue_unfilled, venue_too_late, venue_unknown_order, venue_bad_order, venue_halted,
  venue_overfill, venue_mismatch  // a venue's word that breaks the books: quarantined
};
NAMES(Reason, none,
      order_unknown_instrument, order_unknown_account, order_unknown_venue, order_bad_quantity, order_bad_price, order_bad_type,
      order_bad_tif, order_bad_expiry, order_duplicate_id, order_not_found, order_not_open, order_pending, order_limit_per_account,
      risk_killed, risk_tick, risk_lot, risk_min_notional, risk_max_quantity, risk_max_value, risk_no_reference, risk_collar,
      risk_duplicate, risk_rate, risk_position, risk_exposure, risk_cash, risk_loss,
      route_no_venue, route_venue_down,
      venue_no_liquidity, venue_unfilled, venue_too_late, venue_unknown_order, venue_bad_order, venue_halted,
      venue_overfill, venue_mismatch)

}  // namespace trade
