#pragma once
#include <string>
#include <vector>

#include "core/time.h"
#include "domain/facts/order.h"
#include "domain/strategy/expression.h"

// What a user writes about a strategy, and its compiled form.
namespace trade {

enum class StrategyKind : std::uint8_t { rules, requote, step_quote };
NAMES(StrategyKind, rules, requote, step_quote)
enum class TickKind : std::uint8_t { trades, quotes };
NAMES(TickKind, trades, quotes)

// How far from the average entry price a position is given up: the larger duty first met closes it. Zero: not used.
struct ExitDistance {
  Ratio fraction;  // of the entry price: 0.02 is two percent
  Ratio atr;       // times atr(atr_period), taken when the entry was decided
  std::uint32_t atr_period = 14;
  bool used() const { return fraction.units > 0 || atr.units > 0; }
  FIELDS(ExitDistance, fraction, atr, atr_period)
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
  Quantity size;   // of an entry; or, when 0,
  Price notional;  //   quote currency per entry, floored to lots; or, when 0,
  Price risk;      //   quote currency lost when the stop loss is met, floored to lots
  // rules: decided on finished bars
  std::vector<InputConfig> inputs;
  std::vector<Definition> define;
  Duration bars = seconds(60);
  std::uint32_t warmup{};  // bars without a decision
  std::string long_when, short_when, exit_when;
  ExitDistance stop_loss, take_profit;
  // requote: decided on every `every`-th tick
  TickKind ticks{};
  std::uint32_t every = 100;
  Price offset;
  // step_quote: decided every `step` from its first quote on (step_quote.h)
  Duration step{10'000'000};
  Quantity max_position;  // no order that would be asked for at or beyond it; 0: any
  FIELDS(StrategyConfig, id, name, account, instrument, venue, data_venue, kind, size, notional, risk, inputs, define, bars, warmup,
         long_when, short_when, exit_when, stop_loss, take_profit, ticks, every, offset, step, max_position)
};

// A strategy ready to run.
struct Strategy {
  StrategyConfig config;
  Program program;
  Rule long_when, short_when, exit_when;
  Rule stop_atr, take_atr;  // the average true ranges of atr distances
  bool asks_stances = false;
  std::uint64_t shape = 0;  // of what its state must look like: a state of another shape starts anew
};

// Errors name the key and, in a rule, the column; `where` is the strategy's own path in the configuration. `earlier`: the strategies
// whose stances its rules may ask, with their places in Surroundings::stances.
Result<Strategy> compile_strategy(const StrategyConfig& config, const std::string& where = "strategy",
                                  const Map<StrategyId, std::uint32_t>& earlier = {});

// The quantity of an entry at `price`, a multiple of the lot; 0 when it is less than one lot or cannot be known.
// `stop_distance`: price distance of the stop loss, 0 when there is none.
Quantity entry_size(const StrategyConfig& config, const Instrument& instrument, Price price, Price stop_distance);

}  // namespace trade
