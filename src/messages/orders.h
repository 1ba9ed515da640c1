#pragma once
#include "domain/facts/order.h"
#include "wire/message_type.h"

// Conversation: an order's life between its owner, oms, risk and exeq.
namespace trade {

// From a client through the edge. Same (account, id) and same body: same answer; another body: refused.
struct PlaceOrder {
  static constexpr std::string_view subject = "orders.place";
  static constexpr Role role = Role::command;
  ClientId id;
  OrderTerms terms;
  FIELDS(PlaceOrder, id, terms)
};
struct CancelOrder {
  static constexpr std::string_view subject = "orders.cancel";
  static constexpr Role role = Role::command;
  static constexpr bool urgent = true;
  ClientId id;      // of this command
  AccountId account;
  ClientId target;  // the client id of the order to cancel
  FIELDS(CancelOrder, id, account, target)
};
// New quantity is the order's total, filled part included.
struct ReplaceOrder {
  static constexpr std::string_view subject = "orders.replace";
  static constexpr Role role = Role::command;
  ClientId id;
  AccountId account;
  ClientId target;
  Quantity quantity;
  Price limit;
  FIELDS(ReplaceOrder, id, account, target, quantity, limit)
};
// One order of a group, under a client id of its own.
struct GroupLeg {
  ClientId id;
  OrderTerms terms;
  FIELDS(GroupLeg, id, terms)
};
// Orders of one account that belong together; of oto and bracket the first is the one the others wait for. Refused as a whole.
struct PlaceGroup {
  static constexpr std::string_view subject = "orders.place_group";
  static constexpr Role role = Role::command;
  ClientId id;
  AccountId account;
  GroupKind kind{};
  Many<GroupLeg> legs;
  FIELDS(PlaceGroup, id, account, kind, legs)
};
// Cancels every live order of the scope; its account is also the command's.
struct CancelOrders {
  static constexpr std::string_view subject = "orders.cancel_orders";
  static constexpr Role role = Role::command;
  static constexpr bool urgent = true;
  ClientId id;
  OrderScope scope;
  FIELDS(CancelOrders, id, scope)
};
// Blocks (or, released, admits again) new orders of one scope: an account, a desk, a strategy, a venue or an instrument; none of them
// given: the firm. Cancels always pass. `by`: who says so.
struct SetKill {
  static constexpr std::string_view subject = "risk.kill";
  static constexpr Role role = Role::command;
  static constexpr bool urgent = true;
  ClientId id;
  AccountId account;
  bool killed{};
  std::uint32_t desk{};
  StrategyId strategy{};
  VenueId venue{};
  InstrumentId instrument{};
  Text<31> by{};
  FIELDS(SetKill, id, account, killed, desk, strategy, venue, instrument, by)
};
// The durable answer to a command; repeated word for word when the command is repeated.
struct CommandAnswered {
  static constexpr std::string_view subject = "commands.answered";
  static constexpr Role role = Role::reply;
  AccountId account;
  ClientId id;
  OrderId order;      // 0 when none
  bool accepted{};
  Reason reason{};    // none when accepted
  FIELDS(CommandAnswered, account, id, order, accepted, reason)
};

// oms asks the gates whether an order may go; exposure is reserved on approval. For a replace `order` is open already and
// `terms` are the new ones: the larger of old and new stays reserved until the venue has answered. Of a basket or oco all orders are
// intended before any goes on: `group` is the first one's id, `legs` how many they are; one that is blocked takes the others with it.
struct OrderIntended {
  static constexpr std::string_view subject = "orders.intended";
  OrderId order;
  bool replace{};
  OrderTerms terms;
  OrderId group{};
  std::uint32_t legs{};
  FIELDS(OrderIntended, order, replace, terms, group, legs)
};
// `decision` numbers the gate's decisions, from 1. `limit`: a market order may only go out as a limit order at this price, immediate or
// cancel; 0: as it is.
struct OrderApproved {
  static constexpr std::string_view subject = "risk.approved";
  OrderId order;
  bool replace{};
  std::uint64_t decision{};
  Price limit{};
  FIELDS(OrderApproved, order, replace, decision, limit)
};
struct OrderBlocked {
  static constexpr std::string_view subject = "risk.blocked";
  OrderId order;
  bool replace{};
  Reason reason{};
  std::uint64_t decision{};
  FIELDS(OrderBlocked, order, replace, reason, decision)
};
// A gate's kill takes what is open with it.
struct CancelsRequested {
  static constexpr std::string_view subject = "orders.cancels_requested";
  OrderScope scope;
  Reason reason{};
  FIELDS(CancelsRequested, scope, reason)
};

// oms hands an approved order to exeq; quantity is what is still to be done.
struct OrderAccepted {
  static constexpr std::string_view subject = "orders.accepted";
  OrderId order;
  OrderTerms terms;
  FIELDS(OrderAccepted, order, terms)
};
struct OrderRejected {
  static constexpr std::string_view subject = "orders.rejected";
  OrderId order;
  AccountId account;
  Reason reason{};
  FIELDS(OrderRejected, order, account, reason)
};
// oms asks exeq to cancel, or to change, what is working at venues.
struct CancelRequested {
  static constexpr std::string_view subject = "orders.cancel_requested";
  OrderId order;
  FIELDS(CancelRequested, order)
};
struct ReplaceRequested {
  static constexpr std::string_view subject = "orders.replace_requested";
  OrderId order;
  Quantity quantity;
  Price limit;
  FIELDS(ReplaceRequested, order, quantity, limit)
};
// oms lost track of the order (restart, time-out): exeq asks the venues what became of its children.
struct OrderQueried {
  static constexpr std::string_view subject = "orders.queried";
  OrderId order;
  FIELDS(OrderQueried, order)
};

// exeq's word on an order, summed over its children.
enum class ExecutionKind : std::uint8_t {
  working, filled, cancelled, rejected, expired, replaced, cancel_rejected, replace_rejected, restated, busted, corrected
};
NAMES(ExecutionKind, working, filled, cancelled, rejected, expired, replaced, cancel_rejected, replace_rejected, restated, busted,
      corrected)
struct Execution {
  static constexpr std::string_view subject = "orders.execution";
  OrderId order;
  ExecutionKind kind{};
  Reason reason{};
  // of a fill:
  ChildId child;
  VenueId venue;
  ExecutionId execution;  // unique per venue: the key of de-duplication
  Price price;
  Quantity quantity;
  Liquidity liquidity{};
  Time venue_time;
  // of `restated` and of an end: what the venues say has been filled in all; of `restated`: whether anything still works there
  Quantity filled;
  bool open{};
  FIELDS(Execution, order, kind, reason, child, venue, execution, price, quantity, liquidity, venue_time, filled, open)
};

// Published whenever an order's state changes; the record of its life.
struct OrderChanged {
  static constexpr std::string_view subject = "orders.changed";
  OrderId order;
  AccountId account;
  StrategyId strategy;
  InstrumentId instrument;
  Side side{};
  VenueState state{};
  Pending pending{};
  Reason reason{};
  Quantity quantity, filled;
  Price limit;
  std::uint64_t decision{};  // of the gate, its last on this order
  FIELDS(OrderChanged, order, account, strategy, instrument, side, state, pending, reason, quantity, filled, limit, decision)
};

// A fill applied once: what risk, ptrc and pnl book. `value` and `fee` are booked (rounded once, half even, to 1e-8).
struct Fill {
  static constexpr std::string_view subject = "fills";
  FillId fill;
  OrderId order;
  AccountId account;
  StrategyId strategy;
  InstrumentId instrument;
  VenueId venue;
  ExecutionId execution;
  Side side{};
  Price price;
  Quantity quantity;
  Liquidity liquidity{};
  Time venue_time;
  Money value, fee;
  FIELDS(Fill, fill, order, account, strategy, instrument, venue, execution, side, price, quantity, liquidity, venue_time, value, fee)
};

// A fill that never happened, by the venue's word: everyone who booked it takes exactly this back. A correction is the old fill reversed
// and a new one under its own id.
struct FillReversed {
  static constexpr std::string_view subject = "fills.reversed";
  Fill fill;
  FIELDS(FillReversed, fill)
};

}  // namespace trade
