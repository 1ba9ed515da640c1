#pragma once
#include "core/map.h"
#include "domain/positions/corporate_action.h"
#include "domain/statistics/returns.h"
#include "messages/books.h"
#include "messages/market.h"
#include "messages/queries.h"
#include "messages/reference.h"
#include "runtime/service.h"

namespace trade {

// Values the ledger's positions at the marks: balance, unrealised, equity, its curve and drawdown, per account in its cash currency.
class Pnl {
 public:
  struct Config {
    Duration curve_interval = seconds(1);  // at most one point of the equity curve each
    std::uint32_t curve_points = 65'536;   // kept per account; when full every second one goes and the interval doubles
    FIELDS(Config, curve_interval, curve_points)
  };
  // A position as ptrc last stated it, with its gain at the last mark.
  struct Holding {
    std::uint32_t account{};  // index into State::accounts
    InstrumentId instrument;
    Quantity quantity;
    Money cost;               // a magnitude
    int128 unrealised{};
    FIELDS(Holding, account, instrument, quantity, cost, unrealised)
  };
  struct Market {
    Instrument instrument;
    Price mark;                           // 0: none yet; positions count at cost
    std::vector<std::uint32_t> holdings;  // indexes into State::holdings
    FIELDS(Market, instrument, mark, holdings)
  };
  // Equity at `time`, in units of Money.
  struct Point {
    Time time;
    int128 equity{};
    FIELDS(Point, time, equity)
  };
  // All amounts in units of Money, in the currency of the account's cash.
  struct Valued {
    Account account;
    int128 realised{}, fees{}, unrealised{};
    int128 income{};                 // funding and dividends, received less paid
    int128 peak{}, max_drawdown{};   // of equity at the marks so far
    Duration interval;               // between points of the curve
    Time next_point{INT64_MIN};
    std::vector<Point> curve;
    std::uint64_t unvalued{};        // position changes settled in another currency: left out, no rate is invented
    FIELDS(Valued, account, realised, fees, unrealised, income, peak, max_drawdown, interval, next_point, curve, unvalued)
  };
  struct State {
    std::vector<Valued> accounts;
    Map<AccountId, std::uint32_t> account_index;
    Map<InstrumentId, Market> markets;
    std::vector<Holding> holdings;
    Map<std::pair<AccountId, InstrumentId>, std::uint32_t> holding_index;
    Time last_time{INT64_MIN};       // of the last mark or position
    FIELDS(State, accounts, account_index, markets, holdings, holding_index, last_time)
  };
  // PnlUpdated has no consumer yet; the figures are served by PnlQuery instead of being published at every mark.
  using In = Consumes<PositionChanged, Mark, CorporateActionDue, AccountOpened, InstrumentListed>;
  using Out = Emits<>;
  using Queries = Answers<PnlQuery>;
  using Routes = TypeList<Route<"GET", "/pnl", PnlQuery>>;

  explicit Pnl(const Config& config) : config_(config) {}
  static Result<void> validate(const Config& config);

  void on(const InstrumentListed& m, Context<Out>&) { state.markets[m.instrument.id].instrument = m.instrument; }
  void on(const AccountOpened& m, Context<Out>& context);
  void on(const PositionChanged& m, Context<Out>& context);
  void on(const CorporateActionDue& m, Context<Out>& context);
  void on(const Mark& m, Context<Out>& context);

  PnlReport answer(const PnlQuery&) const;

  State state;

 private:
  static int128 balance(const Valued& v) { return v.account.cash.units + v.realised - v.fees + v.income; }
  static int128 equity(const Valued& v) { return balance(v) + v.unrealised; }
  void revalue(Holding& h, const Market& market);
  // Takes the account's equity at `now` into peak, drawdown and, when a point is due, the curve.
  void observe(Valued& v, Time now);
  void thin(Valued& v) const;

  Config config_;
};

}  // namespace trade
