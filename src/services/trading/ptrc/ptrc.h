#pragma once
#include "domain/calendar/calendar.h"
#include "domain/ledger/books.h"
#include "messages/books.h"
#include "messages/ledger_queries.h"
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
  // The last statement of an account by a venue (0: by who keeps the whole of it).
  struct Reported {
    ClientId id;
    Time as_of, compared;
    FIELDS(Reported, id, as_of, compared)
  };
  struct State {
    Books books;
    Calendars calendars;
    FillId last_fill;           // ids are dense: everything up to it is booked, or counted in `missing`
    std::uint64_t fills{};
    std::uint64_t repeated{};   // fills, reversals and actions seen before: not booked again
    std::uint64_t missing{};    // ids skipped, and events that could not be booked: the books are not whole
    Time settling{INT64_MAX};   // when the next settlement timer fires
    Breaks breaks;
    Map<std::pair<AccountId, VenueId>, Reported> statements;
    Time now;                   // of the last input: what ages are counted to
    FIELDS(State, books, calendars, last_fill, fills, repeated, missing, settling, breaks, statements, now)
  };
  using In = Consumes<Fill, FillReversed, FundingDue, CorporateActionDue, AccountOpened, InstrumentListed, CalendarListed, TimerFired,
                      ReportStatement, OwnBreak, ResolveBreak>;
  using Out = Emits<PositionChanged, BreakChanged, CommandAnswered>;
  using Queries = Answers<LedgerQuery, PositionHistoryQuery, LotsQuery, TradesQuery, SettlementsQuery, ActionsQuery, StatementQuery,
                          BreaksQuery, ReconQuery>;
  using Routes = TypeList<
      Route<"GET", "/positions", LedgerQuery>, Route<"GET", "/positions/history", PositionHistoryQuery>, Route<"GET", "/lots", LotsQuery>,
      Route<"GET", "/trades", TradesQuery>, Route<"GET", "/settlements", SettlementsQuery>,
      Route<"GET", "/corporate_actions", ActionsQuery>, Route<"GET", "/statements", StatementQuery>,
      Route<"POST", "/statements", ReportStatement>, Route<"GET", "/breaks", BreaksQuery>,
      Route<"POST", "/breaks/{number}/owner", OwnBreak>, Route<"POST", "/breaks/{number}/resolution", ResolveBreak>,
      Route<"GET", "/recon", ReconQuery>>;

  explicit Ptrc(const Config& config) { state.books = Books(config.kept_fills); }
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
  void on(const ReportStatement& m, Context<Out>& context);
  void on(const OwnBreak& m, Context<Out>& context);
  void on(const ResolveBreak& m, Context<Out>& context);

  LedgerSummary answer(const LedgerQuery&) const;
  PositionHistory answer(const PositionHistoryQuery& q) const;
  OpenLots answer(const LotsQuery& q) const;
  Trades answer(const TradesQuery& q) const;
  SettlementReport answer(const SettlementsQuery& q) const;
  ActionReport answer(const ActionsQuery& q) const;
  AccountStatement answer(const StatementQuery& q) const;
  BreakList answer(const BreaksQuery& q) const;
  ReconReport answer(const ReconQuery&) const;

  State state;

 private:
  // True the first time a fill is seen: the one place that keeps a fill from being booked twice.
  bool first_time(const Fill& fill, Context<Out>& context);
  // Something came that the books cannot take in: counted as missing, and a break.
  void miss(BreakKind kind, AccountId account, InstrumentId instrument, FillId fill, Context<Out>& context);
  void found(const Finding& finding, Context<Out>& context);
  Reason refusal_of(const ReportStatement& m, Time now) const;
  // The account by our books as of the statement; `other` gets our fills outside its time.
  struct OurWord {
    std::vector<StatementPosition> positions;
    std::vector<StatementCash> cash;
    std::vector<StatementFill> fills, other;
  };
  OurWord our_word(const ReportStatement& m) const;
  static void answer_command(AccountId account, const ClientId& id, Reason reason, Context<Out>& context);
  // When a trade of now settles; 0: at once.
  Time settlement_of(const Instrument& i, Time now) const;
  // Tells what a holding has become: once for the strategy of a fill, once for each strategy after anything else.
  void tell(const HoldingChange& change, const Fill& fill, Context<Out>& context) const;
  void tell(const std::vector<HoldingChange>& changes, BookCause cause, FillId fill, Context<Out>& context) const;
  void arm(Context<Out>& context);
};

}  // namespace trade
