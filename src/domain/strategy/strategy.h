#pragma once
#include <string>
#include <vector>

#include "core/time.h"
#include "domain/facts/order.h"
#include "domain/strategy/expression.h"

// What a user writes about a strategy, and its compiled form.
namespace trade {

// rules: orders when its conditions change. requote: one limit order, laid anew every so many ticks. maker: quotes both sides.
// grid: limit orders at fixed steps. step_quote: both sides of the touch on a clock (step_quote.h).
enum class StrategyKind : std::uint8_t { rules, requote, step_quote, maker, grid };
NAMES(StrategyKind, rules, requote, step_quote, maker, grid)
enum class TickKind : std::uint8_t { trades, quotes };
NAMES(TickKind, trades, quotes)
// Of an entry against what another strategy of the same account holds or is about to in the same instrument: both stand, or it is withheld.
enum class Conflict : std::uint8_t { allow, yield };
NAMES(Conflict, allow, yield)

// How far from the average entry price a position is given up: the larger duty first met closes it. Zero: not used.
struct ExitDistance {
  Ratio fraction;  // of the entry price: 0.02 is two percent
  Ratio atr;       // times atr(atr_period), taken when the entry was decided
  std::uint32_t atr_period = 14;
  bool trailing{};  // stop loss: from the best close since the entry (resting: the best trade the venue saw)
  bool resting{};   // an order at the venue; else the strategy watches the closes of its bars and leaves by a market order
  bool used() const { return fraction.units > 0 || atr.units > 0; }
  FIELDS(ExitDistance, fraction, atr, atr_period, trailing, resting)
};

// The order an entry becomes. Prices are number expressions, rounded to the tick away from the market for limits, to the nearest for stops.
struct EntryConfig {
  OrderType type = OrderType::market;
  std::string limit, stop, offset;  // of the types that have them
  Peg peg{};
  std::uint32_t valid_bars{};  // taken back when so many own bars have ended since; 0: never
  bool post_only{};
  Quantity display;
  Algo algo{};
  Duration over{};  // the algo's time from the decision on; 0: as long as the order lives
  Ratio participation;
  FIELDS(EntryConfig, type, limit, stop, offset, peg, valid_bars, post_only, display, algo, over, participation)
};

// A further instrument traded together with the strategy's own, at `weight` times the entry's value: -1 is as much the other way.
struct LegConfig {
  std::string input;  // the input whose instrument it is
  Ratio weight;
  VenueId venue;
  FIELDS(LegConfig, input, weight, venue)
};

// M. Avellaneda, S. Stoikov 2008, "High-frequency trading in a limit order book", with the inventory counted in sizes of an order.
struct MakerConfig {
  Ratio risk_aversion{10'000'000};  // gamma, per price unit
  Ratio intensity{150'000'000};     // k: fills fall as exp(-k distance), per price unit
  Duration horizon = seconds(1);    // T - t, held constant
  std::uint32_t span = 200;         // quotes over which the variance of the middle is averaged
  Quantity max_position;
  FIELDS(MakerConfig, risk_aversion, intensity, horizon, span, max_position)
};

// Buys below and sells above the price it began at, `step` apart, `levels` to each side; what one level fills the next one gives back.
struct GridConfig {
  Price step;
  std::uint32_t levels = 5;
  FIELDS(GridConfig, step, levels)
};

// Bars a strategy looks at besides its own; rules write `name.close`, `name.ema(9)`. The bars of another interval count from the
// strategy's next own bar on; with the same interval the strategy decides once all of them have ended.
struct InputConfig {
  std::string name;
  InstrumentId instrument;  // 0: the strategy's own
  Duration bars{};          // 0: the strategy's own
  VenueId data_venue;       // 0: the first venue that has any
  FIELDS(InputConfig, name, instrument, bars, data_venue)
};

struct StrategyConfig {
  StrategyId id;
  std::string name;
  AccountId account;
  InstrumentId instrument;
  VenueId venue;       // orders go there; 0: exeq chooses
  VenueId data_venue;  // whose market data it follows; 0: the first venue that has any
  StrategyKind kind{};
  Quantity size;          // of an entry; or, when 0,
  Price notional;         //   quote currency per entry, floored to lots; or, when 0,
  Price risk;             //   quote currency lost when the stop loss is met, floored to lots; or, when 0,
  Price volatility;       //   quote currency a move of one atr(14) is worth, floored to lots; or, when 0,
  Ratio cash_share;       //   of the account's opening cash, floored to lots
  Quantity max_position;  // no entry goes beyond, nothing is quoted at or beyond it; 0: no bound
  bool advise{};          // raises no orders: others ask its stance
  Conflict conflict{};
  // rules: decided on finished bars
  std::vector<InputConfig> inputs;
  std::vector<Definition> define;
  Duration bars = seconds(60);
  std::uint32_t warmup{};  // bars without a decision
  std::string long_when, short_when, exit_when;
  std::string target;  // instead of conditions: the signed quantity wanted; the difference is ordered,
  Quantity band;       //   when it is at least this
  EntryConfig entry;
  std::vector<LegConfig> legs;
  ExitDistance stop_loss, take_profit;
  // requote: decided on every `every`-th tick
  TickKind ticks{};
  std::uint32_t every = 100;
  Price offset;
  Duration step{10'000'000};  // step_quote: decided every `step` from its first quote on
  MakerConfig maker;
  GridConfig grid;
  FIELDS(StrategyConfig, id, name, account, instrument, venue, data_venue, kind, size, notional, risk, volatility, cash_share, max_position,
         advise, conflict, inputs, define, bars, warmup, long_when, short_when, exit_when, target, band, entry, legs, stop_loss,
         take_profit, ticks, every, offset, step, maker, grid)
};

// A strategy ready to run.
struct Strategy {
  StrategyConfig config;
  Program program;
  Rule long_when, short_when, exit_when, target;
  Rule entry_limit, entry_stop, entry_offset;
  Rule stop_atr, take_atr, range;        // the average true ranges of atr distances and of sizing
  std::vector<std::uint8_t> leg_inputs;  // by leg
  bool asks_stances = false;
  std::uint64_t shape = 0;  // of what its state must look like: a state of another shape starts anew
};

// Errors name the key and, in a rule, the column; `where` is the strategy's own path in the configuration. `earlier`: the strategies
// whose stances its rules may ask, with their places in Surroundings::stances.
Result<Strategy> compile_strategy(const StrategyConfig& config, const std::string& where = "strategy",
                                  const Map<StrategyId, std::uint32_t>& earlier = {});

}  // namespace trade
