#pragma once
#include <vector>

#include "core/time.h"
#include "domain/facts/book_cause.h"
#include "domain/facts/order.h"
#include "domain/statistics/performance.h"
#include "messages/queries.h"

// Questions to pnl about one account (never journaled). Where `found` is false the account, or what was asked of it, is not known.
namespace trade {

// Gains and costs of one instrument, or of one strategy in it, in the currency it settles in. `cost` has the sign of the position.
struct PnlLine {
  InstrumentId instrument;
  StrategyId strategy;
  Quantity quantity;
  Money cost, realised, unrealised, fees, funding, dividends;
  FIELDS(PnlLine, instrument, strategy, quantity, cost, realised, unrealised, fees, funding, dividends)
};

// Everything an account has in one currency. cash = opening + realised - fees + funding + dividends - inventory, exactly the ledger's,
// settled or not; inventory is what spot positions cost. `rate` turns it into the base currency: as quoted, or `inverted`; 0: not known.
struct PnlPurse {
  Currency currency;
  Money opening, realised, fees, funding, dividends, inventory, cash, unrealised;
  bool rated{};
  InstrumentId rate_from;
  Price rate;
  bool inverted{};
  Money equity_base;
  FIELDS(PnlPurse, currency, opening, realised, fees, funding, dividends, inventory, cash, unrealised, rated, rate_from, rate, inverted,
         equity_base)
};

// equity = opening + realised - fees + funding + dividends + unrealised + fx, in base currency, exactly; each gain at the rate of its time,
// fx what rates did to it since. `unrated`: currencies no listed instrument's mark turns into the base; they are in none of these figures.
// `instruments` sum over strategies; where strategies have traded against each other `netting` is what the sum over them is off.
struct PnlAccount {
  bool found{};
  AccountId account;
  Currency base;
  Money opening, realised, fees, funding, dividends, unrealised, fx, equity;
  std::vector<Currency> unrated;
  std::vector<PnlPurse> purses;
  std::vector<PnlLine> instruments, strategies, netting;
  FIELDS(PnlAccount, found, account, base, opening, realised, fees, funding, dividends, unrealised, fx, equity, unrated, purses,
         instruments, strategies, netting)
};
struct PnlAccountQuery {
  static constexpr std::string_view name = "PnlAccountQuery";
  using Answer = PnlAccount;
  AccountId account;
  FIELDS(PnlAccountQuery, account)
};

// An event that moved the figures of a position.
struct PnlContribution {
  Time time;
  BookCause cause{};
  FillId fill;
  StrategyId strategy;
  Quantity quantity;  // of the position after it
  Money realised, fees, funding, dividends;
  FIELDS(PnlContribution, time, cause, fill, strategy, quantity, realised, fees, funding, dividends)
};
// Why a position's figures are what they are. realised, fees, funding and dividends are `earlier` (of events no longer kept) plus the
// contributions; unrealised is the value of `quantity` at `mark` against `cost` (with the instrument's sign rules). mark 0: none is known.
struct PnlExplanation {
  bool found{};
  PnlLine line, earlier;
  std::vector<PnlContribution> contributions;
  Price mark;
  VenueId mark_venue;
  Time mark_time;
  Money value;
  FIELDS(PnlExplanation, found, line, earlier, contributions, mark, mark_venue, mark_time, value)
};
struct PnlExplainQuery {
  static constexpr std::string_view name = "PnlExplainQuery";
  using Answer = PnlExplanation;
  AccountId account;
  InstrumentId instrument;
  FIELDS(PnlExplainQuery, account, instrument)
};

// An account's base figures at the first mark of each snapshot interval.
struct PnlSnapshot {
  Time time;
  Money equity, realised, unrealised, fees, funding, dividends, fx;
  FIELDS(PnlSnapshot, time, equity, realised, unrealised, fees, funding, dividends, fx)
};
struct PnlSnapshots {
  bool found{};
  std::vector<PnlSnapshot> snapshots;
  FIELDS(PnlSnapshots, found, snapshots)
};
struct PnlSnapshotsQuery {
  static constexpr std::string_view name = "PnlSnapshotsQuery";
  using Answer = PnlSnapshots;
  AccountId account;
  FIELDS(PnlSnapshotsQuery, account)
};

struct PnlCurve {
  bool found{};
  std::vector<EquityPoint> points;
  FIELDS(PnlCurve, found, points)
};
struct PnlCurveQuery {
  static constexpr std::string_view name = "PnlCurveQuery";
  using Answer = PnlCurve;
  AccountId account;
  FIELDS(PnlCurveQuery, account)
};

// `calendar` empty: a year is 365 days of 24 hours and a period the curve's mean spacing; else returns are of its trading days, and a year
// has as many as its last 365 days had. Not found also while the configured calendar has not been listed.
struct PnlStatistics {
  bool found{};
  Text<23> calendar;
  Performance performance;
  FIELDS(PnlStatistics, found, calendar, performance)
};
struct PnlStatisticsQuery {
  static constexpr std::string_view name = "PnlStatisticsQuery";
  using Answer = PnlStatistics;
  AccountId account;
  FIELDS(PnlStatisticsQuery, account)
};

}  // namespace trade
