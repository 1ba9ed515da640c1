#pragma once
#include "domain/calendar/calendar.h"
#include "domain/ledger/books.h"
#include "messages/books.h"
#include "messages/market.h"
#include "messages/orders.h"
#include "messages/queries.h"
#include "messages/reference.h"
#include "runtime/service.h"

namespace trade {

// The ledger of record: folds every fill, reversal, funding and corporate action once into lots and a double-entry ledger, settles what
// falls due, and says what each position has become.
class Ptrc {
 public:
  struct Config {
    std::uint32_t kept_fills = 65'536;  // of an account, that can be taken back exactly and are listed as trades
    FIELDS(Config, kept_fills)
  };
  struct State {
    Books books;
    Calendars calendars;
    FillId last_fill;           // ids are dense: everything up to it is booked, or counted in `missing`
    std::uint64_t fills{};
    std::uint64_t repeated{};   // fills, reversals and actions seen before: not booked again
    std::uint64_t missing{};    // ids skipped, and events that could not be booked: the books are not whole
    Time settling{INT64_MAX};   // when the next settlement timer fires
    FIELDS(State, books, calendars, last_fill, fills, repeated, missing, settling)
  };
  using In = Consumes<Fill, FillReversed, FundingDue, CorporateActionDue, AccountOpened, InstrumentListed, CalendarListed, TimerFired>;
  using Out = Emits<PositionChanged>;
  using Queries = Answers<LedgerQuery>;
  using Routes = TypeList<Route<"GET", "/positions", LedgerQuery>>;

  explicit Ptrc(const Config& config) : config_(config) {}
  static Result<void> validate(const Config& config);

  void on(const CalendarListed& m, Context<Out>&) { state.calendars.add(calendar_of(m)); }
  void on(const InstrumentListed& m, Context<Out>&) { state.books.list(m.instrument); }
  // Cash is booked once: a configuration that lists the account again moves no money.
  void on(const AccountOpened& m, Context<Out>&) { state.books.open(m.account); }
  void on(const Fill& m, Context<Out>& context);
  void on(const FillReversed& m, Context<Out>& context);
  void on(const FundingDue& m, Context<Out>& context);
  void on(const CorporateActionDue& m, Context<Out>& context);
  void on(const TimerFired& m, Context<Out>& context);

  LedgerSummary answer(const LedgerQuery&) const;

  State state;

 private:
  // True the first time a fill is seen: the one place that keeps a fill from being booked twice.
  bool first_time(FillId fill);
  // When a trade of now settles; 0: at once.
  Time settlement_of(const Instrument& i, Time now) const;
  // Tells what a holding has become: once for the strategy of a fill, once for each strategy after anything else.
  void tell(const HoldingChange& change, const Fill& fill, Context<Out>& context) const;
  void tell(const std::vector<HoldingChange>& changes, BookCause cause, FillId fill, Context<Out>& context) const;
  void arm(Context<Out>& context);

  Config config_;
};

}  // namespace trade
