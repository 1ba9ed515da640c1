#pragma once
#include "core/map.h"
#include "domain/strategy/decision.h"
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
    Side side{};
    Quantity quantity;
    Price limit;
    bool cancelling{};
    FIELDS(Working, signal, order, side, quantity, limit, cancelling)
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
    bool waiting{};           // `own_bar` has ended, another input's of the same interval has not yet
    Candle own_bar;
    bool halted{};  // the feed's book is not to be trusted
    std::uint64_t last_signal{};
    std::vector<Working> working;
    Holding holding;
    RulesState rules;
    RequoteState requote;
    StepQuoteState quoting;
    FIELDS(Progress, id, shape, instrument, feeds, waiting, own_bar, halted, last_signal, working, holding, rules, requote, quoting)
  };
  struct State {
    std::vector<Progress> strategies;  // in the order of the configuration
    FIELDS(State, strategies)
  };
  using In = Consumes<Bar, Trade, Quote, Fill, FillReversed, OrderChanged, InstrumentListed, MarketStatus, TimerFired>;
  using Out = Emits<SignalRaised>;
  static constexpr std::size_t max_working = 64;  // of one strategy; more are not placed

  explicit Signals(const Config& config);
  static Result<void> validate(const Config& config);

  void on(const Bar& m, Context<Out>& context);
  void on(const Trade& m, Context<Out>& context);
  void on(const Quote& m, Context<Out>& context);
  void on(const Fill& m, Context<Out>&);
  void on(const FillReversed& m, Context<Out>&);
  void on(const OrderChanged& m, Context<Out>&);
  void on(const InstrumentListed& m, Context<Out>&);
  void on(const MarketStatus& m, Context<Out>&);
  void on(const TimerFired& m, Context<Out>& context);

  State state;

 private:
  Progress& progress(std::size_t i);
  void align();
  // Whether this is the data input `k` looks at; the first venue seen is the one followed.
  static bool follows(const StrategyConfig& c, Progress& p, std::size_t k, InstrumentId instrument, VenueId venue);
  // The strategy's progress when this is its own data and its instrument is listed; else null.
  Progress* follower(std::size_t i, InstrumentId instrument, VenueId venue);
  static bool complete(const StrategyConfig& c, const Progress& p);
  void own_bar(std::size_t i, Progress& p, const Candle& bar, bool decide, Context<Out>& context);
  std::span<const Surroundings::Stance> stances(std::size_t i);
  void tick(std::size_t i, Progress& p, Price bid, Price ask, Context<Out>& context);
  void step(std::size_t i, Context<Out>& context);
  void cancel(const StrategyConfig& c, Working& w, Context<Out>& context);
  void place(const StrategyConfig& c, Progress& p, OrderTerms terms, Context<Out>& context);

  std::vector<Strategy> strategies_;
  std::vector<std::size_t> by_bar_, by_trade_, by_quote_, by_step_;  // places of the strategies that want each
  Map<StrategyId, std::uint32_t> places_;
  std::vector<Surroundings::Stance> stances_;  // scratch
};

}  // namespace trade
