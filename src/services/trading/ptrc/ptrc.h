#pragma once
#include "domain/ledger/ledger.h"
#include "messages/books.h"
#include "messages/orders.h"
#include "messages/queries.h"
#include "messages/reference.h"
#include "runtime/service.h"

namespace trade {

// The ledger of record: folds every fill once into FIFO lots and a double-entry ledger, and says what the position has become.
class Ptrc {
 public:
  struct Config {
    FIELDS(Config)
  };
  // One account's dealings in one instrument: its open position and the totals of what was booked.
  struct Holding {
    Position position;
    Money realised, fees;
    FIELDS(Holding, position, realised, fees)
  };
  struct State {
    Map<InstrumentId, Instrument> instruments;
    Map<AccountId, bool> accounts;
    Map<std::pair<AccountId, InstrumentId>, Holding> holdings;
    Ledger ledger;
    FillId last_fill;           // ids are dense: everything up to it is booked, or counted in `missing`
    std::uint64_t fills{}, trades{};
    std::uint64_t repeated{};   // fills seen before: not booked again
    std::uint64_t missing{};    // ids skipped, and fills of instruments nobody listed: the books are not whole
    FIELDS(State, instruments, accounts, holdings, ledger, last_fill, fills, trades, repeated, missing)
  };
  using In = Consumes<Fill, AccountOpened, InstrumentListed>;
  using Out = Emits<PositionChanged>;
  using Queries = Answers<LedgerQuery>;
  using Routes = TypeList<Route<"GET", "/positions", LedgerQuery>>;

  explicit Ptrc(const Config&) {}

  void on(const InstrumentListed& m, Context<Out>&) { state.instruments[m.instrument.id] = m.instrument; }
  void on(const AccountOpened& m, Context<Out>& context);
  void on(const Fill& m, Context<Out>& context);

  LedgerSummary answer(const LedgerQuery&) const;

  State state;

 private:
  // True the first time a fill is seen: the one place that keeps a fill from being booked twice.
  bool first_time(FillId fill);
};

}  // namespace trade
