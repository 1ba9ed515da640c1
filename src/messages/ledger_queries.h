#pragma once
#include <vector>

#include "domain/ledger/books.h"
#include "domain/reconciliation/breaks.h"

// Questions to ptrc (never journaled). Account 0: all accounts; instrument 0: all instruments. Lists are oldest first.
namespace trade {

// What a position was after each event that is kept.
struct PositionPoint {
  Time time;
  BookCause cause{};
  FillId fill;
  AccountId account;
  InstrumentId instrument;
  Quantity quantity;
  FIELDS(PositionPoint, time, cause, fill, account, instrument, quantity)
};
struct PositionHistory {
  std::vector<PositionPoint> points;
  FIELDS(PositionHistory, points)
};
struct PositionHistoryQuery {
  static constexpr std::string_view name = "PositionHistoryQuery";
  using Answer = PositionHistory;
  AccountId account;
  InstrumentId instrument;
  FIELDS(PositionHistoryQuery, account, instrument)
};

// An open lot: what a fill opened and is not closed. Pooled (average) lots carry the first fill's date. Quantity has the position's sign.
struct LotLine {
  AccountId account;
  InstrumentId instrument;
  FillId fill;
  Time opened;
  Quantity quantity;
  Money cost;
  FIELDS(LotLine, account, instrument, fill, opened, quantity, cost)
};
struct OpenLots {
  std::vector<LotLine> lots;
  FIELDS(OpenLots, lots)
};
struct LotsQuery {
  static constexpr std::string_view name = "LotsQuery";
  using Answer = OpenLots;
  AccountId account;
  InstrumentId instrument;
  FIELDS(LotsQuery, account, instrument)
};

// A booked fill, whether it has settled, and what of its loss is deferred: `wash_quantity` of what it closed was bought back within 30 days
// before or after, which defers `wash_loss` (domain/positions/wash_sales.h; spot only).
struct TradeLine {
  AccountId account;
  Deal deal;
  bool settled{};
  Quantity wash_quantity;
  Money wash_loss;
  FIELDS(TradeLine, account, deal, settled, wash_quantity, wash_loss)
};
struct Trades {
  std::vector<TradeLine> trades;
  FIELDS(Trades, trades)
};
struct TradesQuery {
  static constexpr std::string_view name = "TradesQuery";
  using Answer = Trades;
  AccountId account;
  InstrumentId instrument;
  FIELDS(TradesQuery, account, instrument)
};

// Cash of one currency: traded = settled + what is to come.
struct CashLine {
  AccountId account;
  Money settled, unsettled;
  FIELDS(CashLine, account, settled, unsettled)
};
struct SettlementReport {
  std::vector<Unsettled> pending;
  std::vector<CashLine> cash;
  FIELDS(SettlementReport, pending, cash)
};
struct SettlementsQuery {
  static constexpr std::string_view name = "SettlementsQuery";
  using Answer = SettlementReport;
  AccountId account;
  FIELDS(SettlementsQuery, account)
};

struct ActionReport {
  std::vector<ActionApplied> applied;
  FIELDS(ActionReport, applied)
};
struct ActionsQuery {
  static constexpr std::string_view name = "ActionsQuery";
  using Answer = ActionReport;
  AccountId account;
  FIELDS(ActionsQuery, account)
};

// An account's statement: settled cash at the end of `from`, every line after it up to `to`, settled cash then. Not found: the account is
// not known, or its lines do not reach back to `from`.
struct AccountStatement {
  bool found{};
  std::vector<Money> opening, closing;
  std::vector<StatementLine> lines;
  FIELDS(AccountStatement, found, opening, closing, lines)
};
struct StatementQuery {
  static constexpr std::string_view name = "StatementQuery";
  using Answer = AccountStatement;
  AccountId account;
  Time from, to;
  FIELDS(StatementQuery, account, from, to)
};

struct BreakLine {
  Break of;
  Duration age;  // until now, or until it was over
  FIELDS(BreakLine, of, age)
};
struct BreakList {
  std::vector<BreakLine> breaks;
  FIELDS(BreakList, breaks)
};
// `over`: those that are over as well.
struct BreaksQuery {
  static constexpr std::string_view name = "BreaksQuery";
  using Answer = BreakList;
  AccountId account;
  bool over{};
  FIELDS(BreaksQuery, account, over)
};

// How an account stands against one who keeps it: the last statement and what it found; age of the oldest break that is not over.
struct ReconLine {
  AccountId account;
  VenueId venue;
  Time as_of, compared;
  std::uint32_t open{}, owned{};
  Duration oldest;
  FIELDS(ReconLine, account, venue, as_of, compared, open, owned, oldest)
};
// The three ways: oms to ledger (dense fill ids, nothing unbooked), ledger to itself (debits = credits), ledger to statements.
struct ReconReport {
  std::uint64_t fills{}, missing{};
  bool balanced{};
  std::vector<ReconLine> statements;
  std::vector<std::pair<BreakKind, std::uint32_t>> kinds;  // breaks that are not over
  FIELDS(ReconReport, fills, missing, balanced, statements, kinds)
};
struct ReconQuery {
  static constexpr std::string_view name = "ReconQuery";
  using Answer = ReconReport;
  FIELDS(ReconQuery)
};

}  // namespace trade
