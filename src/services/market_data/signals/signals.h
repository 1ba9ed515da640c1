#pragma once
#include <span>

#include "core/map.h"
#include "domain/strategy/quoting.h"
#include "domain/strategy/step_quote.h"
#include "messages/market.h"
#include "messages/orders.h"
#include "messages/reference.h"
#include "messages/signals.h"
#include "runtime/service.h"

namespace trade {

// Strategies written in the configuration: sees bars and ticks, knows its own fills and orders, raises signals that oms turns into orders.
class Signals {
 public:
  struct Config {
    std::vector<StrategyConfig> strategies;
    FIELDS(Config, strategies)
  };
  // A placed signal until its order has ended. oms answers a strategy's signals in their order, so the first OrderChanged that fits the
  // oldest one without an id names its order.
  struct Working {
    std::uint64_t signal{};
    OrderId order;
    InstrumentId instrument;
    Duty duty{};
    Side side{};
    Quantity quantity;
    Price limit;
    bool rests{};  // may stay for long; else its end is due
    bool cancelling{};
    std::uint64_t until{};  // own bars after which it is taken back; 0: never
    FIELDS(Working, signal, order, instrument, duty, side, quantity, limit, rests, cancelling, until)
  };
  // One input's data: `venue` 0 until some has been seen.
  struct Feed {
    VenueId venue;
    Time open_time{INT64_MIN};  // of its newest bar
    FIELDS(Feed, venue, open_time)
  };
  struct Progress {
    StrategyId id;
    std::uint64_t shape{};    // of the strategy it belongs to
    Instrument instrument;    // id 0: not listed yet
    std::vector<Feed> feeds;  // by input
    std::vector<LegState> legs;
    Money opening;   // the account's cash at its opening
    Price cash;      // that in the instrument's quote currency; 0: another currency
    bool waiting{};  // `own_bar` has ended, another input's of the same interval has not yet
    bool again{};    // what rested is being taken back; decide on `own_bar` once it has gone
    Candle own_bar;
    bool halted{};  // the feed's book is not to be trusted
    Best best;      // of kinds that quote
    std::uint64_t last_signal{};
    std::vector<Working> working;
    OwnPosition holding;
    RulesState rules;
    RequoteState requote;
    StepQuoteState quoting;
    MakerState maker;
    GridState grid;
    std::vector<Explanation> explanations;  // the newest few, as a ring
    std::uint32_t next_explanation{};
    FIELDS(Progress, id, shape, instrument, feeds, legs, opening, cash, waiting, again, own_bar, halted, last_signal, working, holding,
           rules, requote, quoting, maker, grid, explanations, next_explanation)
  };
  struct State {
    std::vector<Progress> strategies;  // in the order of the configuration
    FIELDS(State, strategies)
  };
  using In = Consumes<Bar, Trade, Quote, Fill, FillReversed, OrderChanged, InstrumentListed, AccountOpened, MarketStatus, TimerFired>;
  using Out = Emits<SignalRaised>;
  using Queries = Answers<StrategiesQuery, ExplainSignalQuery>;
  using Routes = TypeList<Route<"GET", "/strategies", StrategiesQuery>, Route<"GET", "/signals/explain", ExplainSignalQuery>>;
  static constexpr std::size_t max_working = 128;  // of one strategy; more are not placed
  static constexpr std::size_t explained = 16;     // of one strategy

  explicit Signals(const Config& config);
  static Result<void> validate(const Config& config);

  void on(const Bar& m, Context<Out>& context);
  void on(const Trade& m, Context<Out>& context);
  void on(const Quote& m, Context<Out>& context);
  void on(const Fill& m, Context<Out>& context);
  void on(const FillReversed& m, Context<Out>& context);
  void on(const OrderChanged& m, Context<Out>& context);
  void on(const InstrumentListed& m, Context<Out>&);
  void on(const AccountOpened& m, Context<Out>&);
  void on(const MarketStatus& m, Context<Out>&);
  void on(const TimerFired& m, Context<Out>& context);

  StrategyList answer(const StrategiesQuery&) const;
  SignalExplanation answer(const ExplainSignalQuery& q) const;

  State state;

 private:
  Progress& progress(std::size_t i);
  void align();
  // Whether this is the data input `k` looks at; the first venue seen is the one followed.
  static bool follows(const StrategyConfig& c, Progress& p, std::size_t k, InstrumentId instrument, VenueId venue);
  // The strategy's progress when this is its own data and its instrument is listed; else null.
  Progress* follower(std::size_t i, InstrumentId instrument, VenueId venue);
  static bool complete(const StrategyConfig& c, const Progress& p);
  const std::vector<Surroundings::Stance>& stances(std::size_t i);
  static void find_cash(Progress& p);
  // Takes an own bar in and, where allowed, decides on it.
  void own_bar(std::size_t i, Progress& p, bool decides, Context<Out>& context);
  void consider(std::size_t i, Progress& p, Context<Out>& context);
  bool opposed(std::size_t i, const Judgement& j) const;
  static void guard(const Strategy& s, Progress& p, Context<Out>& context);
  static void explain(const Strategy& s, Progress& p, const Judgement& j, Time now);
  static void tick(const StrategyConfig& c, Progress& p, Best best, Context<Out>& context);
  static void requote(const StrategyConfig& c, Progress& p, Best best, Context<Out>& context);
  static void step(const StrategyConfig& c, Progress& p, Context<Out>& context);
  static void quote(const StrategyConfig& c, Progress& p, const QuoteWishes& wanted, Context<Out>& context);
  static void lay_grid(const StrategyConfig& c, Progress& p, Context<Out>& context);
  static void raise(const StrategyConfig& c, Progress& p, const Wish& wish, Context<Out>& context);
  static void take_back(const StrategyConfig& c, Working& w, Context<Out>& context);
  static void take_all_back(const StrategyConfig& c, Progress& p, Context<Out>& context);

  std::vector<Strategy> strategies_;
  std::vector<std::size_t> by_bar_, by_trade_, by_quote_, by_step_;  // places of the strategies that want each
  Map<StrategyId, std::uint32_t> places_;
  std::vector<Surroundings::Stance> stances_;  // scratch
};

}  // namespace trade
