#pragma once
#include "core/time.h"
#include "domain/facts/instrument.h"

// The vocabulary of orders, shared by everything that handles them.
namespace trade {

// What each type and condition means at a venue: docs/matching_rules.md.
enum class OrderType : std::uint8_t { market, limit, stop, stop_limit, trailing_stop, market_to_limit, pegged };
NAMES(OrderType, market, limit, stop, stop_limit, trailing_stop, market_to_limit, pegged)
// True for the types that wait for a trigger.
constexpr bool is_stop(OrderType t) { return t == OrderType::stop || t == OrderType::stop_limit || t == OrderType::trailing_stop; }
enum class TimeInForce : std::uint8_t { day, gtc, ioc, fok, gtd, at_open, at_close };
NAMES(TimeInForce, day, gtc, ioc, fok, gtd, at_open, at_close)
enum class Liquidity : std::uint8_t { maker, taker };
NAMES(Liquidity, maker, taker)
// What a pegged order follows: the best price of its own side, of the other side, or the middle.
enum class Peg : std::uint8_t { primary, market, mid };
NAMES(Peg, primary, market, mid)
// What happens instead of a trade between two orders of one owner.
enum class SelfMatch : std::uint8_t { allow, cancel_newest, cancel_oldest, cancel_both, decrement };
NAMES(SelfMatch, allow, cancel_newest, cancel_oldest, cancel_both, decrement)
// How exeq works a parent order off; none: it goes out at once. Definitions and sources: domain/execution.
enum class Algo : std::uint8_t { none, twap, vwap, pov, iceberg, shortfall, sniper };
NAMES(Algo, none, twap, vwap, pov, iceberg, shortfall, sniper)

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
  Quantity display{};       // iceberg: shown at a time; 0: all of it
  Quantity minimum{};       // hidden least quantity of an execution; 0: any
  Price offset{};           // trailing stop: distance behind the best price seen, > 0; pegged: added to what it follows, signed
  Peg peg{};                // of pegged orders
  SelfMatch self_match{};
  bool post_only{};         // refused rather than take liquidity
  bool reduce_only{};       // may only bring the account's position closer to zero
  Algo algo{};
  Time start{}, end{};      // of the algo's schedule; 0: now, and as long as the order lives
  Ratio participation{};    // pov: share of the volume; shortfall: urgency, 0 to 1; others: none
  bool operator==(const OrderTerms&) const = default;
  FIELDS(OrderTerms, account, strategy, instrument, venue, side, type, tif, quantity, limit, stop, expire, display, minimum, offset, peg,
         self_match, post_only, reduce_only, algo, start, end, participation)
};

// Orders that belong together. oco: a fill of one takes as much from the others. oto: the first fills before the others go out. bracket:
// an oto whose later orders are an oco. basket: all are admitted, or none.
enum class GroupKind : std::uint8_t { none, oco, oto, bracket, basket };
NAMES(GroupKind, none, oco, oto, bracket, basket)

// Which orders are meant: those that fit every field given; a field left 0 fits all, and both sides unless `one_side`.
struct OrderScope {
  AccountId account;
  StrategyId strategy;
  InstrumentId instrument;
  VenueId venue;
  bool one_side{};
  Side side{};
  FIELDS(OrderScope, account, strategy, instrument, venue, one_side, side)
};
inline bool fits(const OrderScope& s, const OrderTerms& t) {
  return (!s.account || s.account == t.account) && (!s.strategy || s.strategy == t.strategy) &&
         (!s.instrument || s.instrument == t.instrument) && (!s.venue || s.venue == t.venue) && (!s.one_side || s.side == t.side);
}

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
  order_bad_display, order_bad_minimum, order_bad_offset, order_bad_peg, order_bad_algo, order_bad_group, order_value_per_account,
  order_market_closed, order_group_ended, order_parent_ended, order_strategy_stopped,
  risk_killed, risk_tick, risk_lot, risk_min_notional, risk_max_quantity, risk_max_value, risk_no_reference, risk_collar,
  risk_duplicate, risk_rate, risk_position, risk_exposure, risk_cash, risk_loss,
  risk_entitlement, risk_not_tradable, risk_halted, risk_band, risk_restricted, risk_locate, risk_account_hold, risk_algo, risk_type,
  risk_max_share, risk_unlike_self, risk_basket, risk_cumulative_collar, risk_order_to_trade, risk_repeated, risk_gross, risk_net,
  risk_open_value, risk_margin, risk_capital, risk_concentration, risk_sector, risk_currency, risk_leverage, risk_var, risk_var_stale,
  risk_drawdown, risk_turnover, risk_ramp, risk_self_match, risk_mode, risk_children, risk_venue_down, risk_unknown_orders,
  risk_not_reconciled, risk_stale_market,
  limit_not_found, limit_bad_value, limit_needs_approver, limit_same_person, limit_expired,
  route_no_venue, route_venue_down, route_paced, route_circuit_open, route_children,
  venue_no_liquidity, venue_unfilled, venue_too_late, venue_unknown_order, venue_bad_order, venue_halted,
  venue_tick, venue_band, venue_closed, venue_would_trade, venue_self_match, venue_no_reference, venue_minimum, venue_liquidated,
  venue_overfill, venue_mismatch, venue_busted,  // a venue's word that breaks the books, or takes a trade back
  break_not_found, break_not_open, break_no_owner, statement_unknown_account, statement_unknown_instrument, statement_repeated_line,
  statement_stale
};
NAMES(Reason,
      none,
      order_unknown_instrument, order_unknown_account, order_unknown_venue, order_bad_quantity, order_bad_price, order_bad_type,
      order_bad_tif, order_bad_expiry, order_duplicate_id, order_not_found, order_not_open, order_pending, order_limit_per_account,
      order_bad_display, order_bad_minimum, order_bad_offset, order_bad_peg, order_bad_algo, order_bad_group, order_value_per_account,
      order_market_closed, order_group_ended, order_parent_ended, order_strategy_stopped,
      risk_killed, risk_tick, risk_lot, risk_min_notional, risk_max_quantity, risk_max_value, risk_no_reference, risk_collar,
      risk_duplicate, risk_rate, risk_position, risk_exposure, risk_cash, risk_loss,
      risk_entitlement, risk_not_tradable, risk_halted, risk_band, risk_restricted, risk_locate, risk_account_hold, risk_algo, risk_type,
      risk_max_share, risk_unlike_self, risk_basket, risk_cumulative_collar, risk_order_to_trade, risk_repeated, risk_gross, risk_net,
      risk_open_value, risk_margin, risk_capital, risk_concentration, risk_sector, risk_currency, risk_leverage, risk_var, risk_var_stale,
      risk_drawdown, risk_turnover, risk_ramp, risk_self_match, risk_mode, risk_children, risk_venue_down, risk_unknown_orders,
      risk_not_reconciled, risk_stale_market,
      limit_not_found, limit_bad_value, limit_needs_approver, limit_same_person, limit_expired,
      route_no_venue, route_venue_down, route_paced, route_circuit_open, route_children,
      venue_no_liquidity, venue_unfilled, venue_too_late, venue_unknown_order, venue_bad_order, venue_halted,
      venue_tick, venue_band, venue_closed, venue_would_trade, venue_self_match, venue_no_reference, venue_minimum, venue_liquidated,
      venue_overfill, venue_mismatch, venue_busted,
      break_not_found, break_not_open, break_no_owner, statement_unknown_account, statement_unknown_instrument, statement_repeated_line,
      statement_stale)

}  // namespace trade
