#pragma once
#include <string>
#include <vector>

#include "core/time.h"
#include "domain/facts/market.h"
#include "domain/facts/order.h"

// Questions a service answers without being changed (never journaled). The report, later the edge, asks them.
namespace trade {

struct FeedStatistics {
  std::uint64_t messages{};      // rows taken, faults included
  std::uint64_t depth{}, trades{}, quotes{}, bars{}, snapshots{}, corrections{}, faults{};
  std::uint64_t gaps{};          // breaks in the venue's update ids, each followed by a resync
  std::uint64_t buffered{}, stale{};  // diffs held for a snapshot; diffs older than it, dropped by the venue's rule
  std::uint64_t crossed{};       // times a book or quote became crossed
  std::uint64_t duplicates{}, out_of_order{};  // rows seen before; rows older than what is known
  std::uint64_t skewed{}, silences{};  // rows whose stamp was further from local time than allowed; times a stream fell silent
  Duration max_skew{};           // largest distance between a venue's stamp and local time
  std::vector<VenueFault> first_faults;  // the first few, by line, for the report
  FIELDS(FeedStatistics, messages, depth, trades, quotes, bars, snapshots, corrections, faults, gaps, buffered, stale, crossed, duplicates,
         out_of_order, skewed, silences, max_skew, first_faults)
};
struct FeedStatisticsQuery {
  static constexpr std::string_view name = "FeedStatisticsQuery";
  using Answer = FeedStatistics;
  FIELDS(FeedStatisticsQuery)
};

struct BookLevels {
  std::vector<std::pair<Price, Quantity>> bids, asks;  // best first
  std::uint64_t last_id{};
  bool live{};
  FIELDS(BookLevels, bids, asks, last_id, live)
};
// depth 0: every level.
struct BookQuery {
  static constexpr std::string_view name = "BookQuery";
  using Answer = BookLevels;
  InstrumentId instrument;
  VenueId venue;
  std::uint32_t depth{};
  FIELDS(BookQuery, instrument, venue, depth)
};

struct OrderStatistics {
  std::uint64_t orders{};  // accepted from commands and signals, refused ones included in `rejected`
  std::uint64_t rejected{}, fills{}, cancels{}, expired{}, replaced{}, unknown{}, open{}, duplicate_fills{}, late{};
  FIELDS(OrderStatistics, orders, rejected, fills, cancels, expired, replaced, unknown, open, duplicate_fills, late)
};
struct OrderStatisticsQuery {
  static constexpr std::string_view name = "OrderStatisticsQuery";
  using Answer = OrderStatistics;
  FIELDS(OrderStatisticsQuery)
};

// One order as oms knows it; `found` false: never seen, or ended so long ago that it was forgotten.
struct OrderView {
  bool found{};
  OrderId order;
  ClientId client;
  OrderTerms terms;
  VenueState state{};
  Pending pending{};
  Reason reason{}, broken{};
  Quantity filled, leaves;
  bool late{};
  bool reversed{};           // a venue took a fill back
  std::uint64_t decision{};  // of the gate, its last on it
  OrderId group{};           // the first order of its group; 0: none
  FIELDS(OrderView, found, order, client, terms, state, pending, reason, broken, filled, leaves, late, reversed, decision, group)
};
struct OrderQuery {
  static constexpr std::string_view name = "OrderQuery";
  using Answer = OrderView;
  OrderId order;
  FIELDS(OrderQuery, order)
};

// What an account may still lose or take on, as risk reckons it.
struct RiskLine {
  AccountId account;
  bool killed{};
  Money worst;   // worst-case exposure: filled, open, in flight and unknown
  Money needed;  // of its cash: spot buys, margin, fees
  Money cash;
  Money gain;    // realised + unrealised - fees since the start
  FIELDS(RiskLine, account, killed, worst, needed, cash, gain)
};
struct RiskSummary {
  bool firm_killed{};
  std::uint64_t approved{}, blocked{};
  std::uint64_t reservations{};  // orders of which something may still fill
  std::vector<std::pair<Reason, std::uint64_t>> reasons;  // of what was blocked
  std::vector<RiskLine> accounts;
  FIELDS(RiskSummary, firm_killed, approved, blocked, reservations, reasons, accounts)
};
struct RiskQuery {
  static constexpr std::string_view name = "RiskQuery";
  using Answer = RiskSummary;
  FIELDS(RiskQuery)
};

struct PositionLine {
  AccountId account;
  InstrumentId instrument;
  Quantity quantity;
  Money cost, realised, fees;
  FIELDS(PositionLine, account, instrument, quantity, cost, realised, fees)
};
struct LedgerSummary {
  std::uint64_t fills{}, trades{};  // trades: closed round trips
  bool balanced{};                  // debits equal credits in every asset
  std::vector<PositionLine> positions;
  std::vector<std::pair<AccountId, Money>> cash;
  FIELDS(LedgerSummary, fills, trades, balanced, positions, cash)
};
struct LedgerQuery {
  static constexpr std::string_view name = "LedgerQuery";
  using Answer = LedgerSummary;
  FIELDS(LedgerQuery)
};

struct EquityPoint {
  Time time;
  Money equity;
  FIELDS(EquityPoint, time, equity)
};
struct PnlSummary {
  AccountId account;
  Money realised, unrealised, fees, balance, equity;
  Money max_drawdown;          // largest fall of equity from a running peak
  std::vector<EquityPoint> curve;
  double sharpe{}, sortino{};  // annualised from the curve's interval returns; 0 when fewer than two returns
  FIELDS(PnlSummary, account, realised, unrealised, fees, balance, equity, max_drawdown, curve, sharpe, sortino)
};
struct PnlReport {
  std::vector<PnlSummary> accounts;
  FIELDS(PnlReport, accounts)
};
struct PnlQuery {
  static constexpr std::string_view name = "PnlQuery";
  using Answer = PnlReport;
  FIELDS(PnlQuery)
};

}  // namespace trade
