#pragma once
#include "domain/facts/book_cause.h"
#include "domain/facts/order.h"
#include "domain/reconciliation/statement.h"
#include "wire/message_type.h"

// Conversation: the ledger of record and valuation.
namespace trade {

// What one strategy has of an instrument in an account, by its own lots: what is open, and totals since the start, in settle currency.
struct Sleeve {
  Quantity quantity;  // signed
  Money cost;         // its sign that of the position
  Money realised, fees, funding, dividends;
  FIELDS(Sleeve, quantity, cost, realised, fees, funding, dividends)
};

// The position after an event was booked. `cost` is the booked value of the open lots (its sign that of the position). An event that
// touches several strategies is told once for each; the amounts of the event stand in the first.
struct PositionChanged {
  static constexpr std::string_view subject = "positions";
  AccountId account;
  InstrumentId instrument;
  StrategyId strategy;
  FillId fill;
  Quantity quantity;   // signed
  Money cost;
  Money realised;      // of this event alone
  Money fee;           // of this event alone
  bool trade_closed{}; // a round trip ended: the position became flat or changed sign
  BookCause cause{};
  Money funding{}, dividend{};  // of this event alone, > 0 received
  Sleeve sleeve{};     // of `strategy`
  FIELDS(PositionChanged, account, instrument, strategy, fill, quantity, cost, realised, fee, trade_closed, cause, funding, dividend,
         sleeve)
};

// What a venue, or (venue 0) whoever keeps the whole account, says of it: its positions and cash as of `as_of`, and its fills after `from`
// up to then. What is not listed is zero, or did not happen. Compared with the ledger; differences become breaks.
struct ReportStatement {
  static constexpr std::string_view subject = "ptrc.statement";
  static constexpr Role role = Role::command;
  ClientId id;
  AccountId account;
  VenueId venue;
  Time from, as_of;
  Many<StatementPosition> positions;
  Many<StatementCash> cash;
  Many<StatementFill> fills;
  FIELDS(ReportStatement, id, account, venue, from, as_of, positions, cash, fills)
};
// A person takes a break, or takes it over.
struct OwnBreak {
  static constexpr std::string_view subject = "ptrc.own_break";
  static constexpr Role role = Role::command;
  ClientId id;
  AccountId account;
  BreakId number;
  Text<31> owner;
  FIELDS(OwnBreak, id, account, number, owner)
};
// Its owner explains it and closes it.
struct ResolveBreak {
  static constexpr std::string_view subject = "ptrc.resolve_break";
  static constexpr Role role = Role::command;
  ClientId id;
  AccountId account;
  BreakId number;
  Text<31> owner;
  Text<95> note;
  FIELDS(ResolveBreak, id, account, number, owner, note)
};
// A break was opened, found with other figures, taken, cleared or resolved.
struct BreakChanged {
  static constexpr std::string_view subject = "ptrc.break";
  Break now;
  FIELDS(BreakChanged, now)
};

// The account's valuation at a mark.
struct PnlUpdated {
  static constexpr std::string_view subject = "pnl.update";
  AccountId account;
  Time time;
  Money realised, unrealised, fees, balance, equity;
  FIELDS(PnlUpdated, account, time, realised, unrealised, fees, balance, equity)
};

}  // namespace trade
