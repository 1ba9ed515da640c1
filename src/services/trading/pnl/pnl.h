#pragma once
#include "domain/calendar/calendar.h"
#include "domain/valuation/valuation.h"
#include "messages/books.h"
#include "messages/market.h"
#include "messages/pnl_queries.h"
#include "messages/reference.h"
#include "runtime/service.h"

namespace trade {

// Values the ledger's positions at the marks, per strategy, instrument and account, in each currency and in the account's base currency;
// keeps the equity curve, its drawdown and snapshots, and answers for every figure.
class Pnl {
 public:
  struct Config {
    Duration curve_interval = seconds(1);  // at most one point of the equity curve each
    std::uint32_t curve_points = 65'536;   // kept per account; when full every second one goes and the interval doubles
    Duration snapshot_interval = seconds(86'400);
    std::uint32_t snapshots = 4'096;       // kept per account, as curve points are
    std::uint32_t explained = 1'024;       // events kept of each position, that its figures are explained by
    CalendarName calendar;                 // whose trading days statistics count; empty: a year of 365 days of 24 hours
    FIELDS(Config, curve_interval, curve_points, snapshot_interval, snapshots, explained, calendar)
  };
  // Base figures at `time`, in units of Money.
  struct Point {
    Time time;
    int128 equity{};
    FIELDS(Point, time, equity)
  };
  struct Snapshot {
    Time time;
    int128 equity{}, unrealised{}, fx{};
    Amounts amounts;
    FIELDS(Snapshot, time, equity, unrealised, fx, amounts)
  };
  // What an account's equity has been.
  struct Track {
    int128 peak{}, max_drawdown{};         // at the marks so far
    Duration interval, snapshot_interval;  // between what is kept
    Time next_point{INT64_MIN}, next_snapshot{INT64_MIN};
    std::vector<Point> curve;
    std::vector<Snapshot> snapshots;
    FIELDS(Track, peak, max_drawdown, interval, snapshot_interval, next_point, next_snapshot, curve, snapshots)
  };
  struct State {
    Valuation valuation;
    std::vector<Track> tracks;             // of the valuation's accounts
    std::vector<Calendar> calendar;        // the configured one, once it is listed
    Time last_time{INT64_MIN};             // of the last mark or event
    FIELDS(State, valuation, tracks, calendar, last_time)
  };
  // PnlUpdated has no consumer yet; the figures are served by queries instead of being published at every mark.
  using In = Consumes<PositionChanged, Mark, CorporateActionDue, AccountOpened, InstrumentListed, CalendarListed>;
  using Out = Emits<>;
  using Queries = Answers<PnlQuery, PnlAccountQuery, PnlExplainQuery, PnlSnapshotsQuery, PnlCurveQuery, PnlStatisticsQuery>;
  using Routes = TypeList<Route<"GET", "/pnl", PnlQuery>, Route<"GET", "/pnl/{account}", PnlAccountQuery>,
                          Route<"GET", "/pnl/explain", PnlExplainQuery>, Route<"GET", "/snapshots", PnlSnapshotsQuery>,
                          Route<"GET", "/curve", PnlCurveQuery>, Route<"GET", "/statistics", PnlStatisticsQuery>>;

  explicit Pnl(const Config& config) : config_(config) { state.valuation = Valuation(config.explained); }
  static Result<void> validate(const Config& config);

  void on(const InstrumentListed& m, Context<Out>&) { state.valuation.list(m.instrument); }
  void on(const CalendarListed& m, Context<Out>&);
  void on(const AccountOpened& m, Context<Out>& context);
  void on(const PositionChanged& m, Context<Out>& context);
  // The mark becomes what it is after the action, before the positions do; they are valued when they have been told.
  void on(const CorporateActionDue& m, Context<Out>&) { state.valuation.adjust(m.action); }
  void on(const Mark& m, Context<Out>& context);

  PnlReport answer(const PnlQuery&) const;
  PnlAccount answer(const PnlAccountQuery& q) const;
  PnlExplanation answer(const PnlExplainQuery& q) const;
  PnlSnapshots answer(const PnlSnapshotsQuery& q) const;
  PnlCurve answer(const PnlCurveQuery& q) const;
  PnlStatistics answer(const PnlStatisticsQuery& q) const;

  State state;

 private:
  // Takes the account's equity at `now` into peak, drawdown and, when they are due, curve and snapshots.
  void observe(const ValuedAccount& a, Track& t, Time now);
  // The index of the account; accounts().size() when it is not known.
  std::size_t index_of(AccountId account) const;
  // The curve and, as its last point, the present.
  std::vector<CurvePoint> curve_of(std::size_t account) const;
  std::vector<EquityPoint> points_of(std::size_t account) const;
  PnlPurse purse_line(const ValuedAccount& a, std::uint32_t purse) const;
  PnlLine holding_line(const ValuedHolding& h) const;
  PnlLine part_line(const ValuedHolding& h, const ValuedPart& part) const;

  Config config_;
};

}  // namespace trade
