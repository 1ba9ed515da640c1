#pragma once
#include <string>
#include <vector>

#include "core/time.h"
#include "domain/facts/order.h"
#include "domain/strategy/expression.h"

// What a user writes about a strategy, and its compiled form.
namespace trade {

enum class StrategyKind : std::uint8_t { rules, requote };
NAMES(StrategyKind, rules, requote)
enum class TickKind : std::uint8_t { trades, quotes };
NAMES(TickKind, trades, quotes)

// How far from the average entry price a position is given up: the larger duty first met closes it. Zero: not used.
struct ExitDistance {
  Ratio fraction;              // of the entry price: 0.02 is two percent
  Ratio atr;                   // times atr(atr_period), taken when the entry was decided
  std::uint32_t atr_period = 14;
  bool used() const { return fraction.units > 0 || atr.units > 0; }
  FIELDS(ExitDistance, fraction, atr, atr_period)
};

struct StrategyConfig {
  StrategyId id;
  std::string name;
  AccountId account;
  InstrumentId instrument;
  VenueId venue;                // orders go there; 0: exeq chooses
  VenueId data_venue;           // whose market data it follows; 0: the first venue that has any
  StrategyKind kind{};
  Quantity size;                // of an entry; or, when 0,
  Price notional;               //   quote currency per entry, floored to lots; or, when 0,
  Price risk;                   //   quote currency lost when the stop loss is met, floored to lots
  // rules: decided on finished bars
  Duration bars = seconds(60);
  std::uint32_t warmup{};       // bars without a decision
  std::string long_when, short_when, exit_when;
  ExitDistance stop_loss, take_profit;
  // requote: decided on every `every`-th tick
  TickKind ticks{};
  std::uint32_t every = 100;
  Price offset;
  FIELDS(StrategyConfig, id, name, account, instrument, venue, data_venue, kind, size, notional, risk, bars, warmup, long_when, short_when,
         exit_when, stop_loss, take_profit, ticks, every, offset)
};

inline constexpr std::uint32_t no_indicator = UINT32_MAX;

// A strategy ready to run: programs without ops never hold.
struct Strategy {
  StrategyConfig config;
  Program long_when, short_when, exit_when;
  std::vector<IndicatorName> indicators;
  std::uint32_t stop_atr = no_indicator, take_atr = no_indicator;  // places in `indicators`
  std::uint64_t first_decision = 0;                                // index from 0 of the first bar decided on
  std::uint64_t shape = 0;                                         // of what its state must look like: a state of another shape starts anew
};

// Errors name the key and, in a rule, the column; `where` is the strategy's own path in the configuration.
Result<Strategy> compile_strategy(const StrategyConfig& config, const std::string& where = "strategy");

// The quantity of an entry at `price`, a multiple of the lot; 0 when it is less than one lot or cannot be known.
// `stop_distance`: price distance of the stop loss, 0 when there is none.
Quantity entry_size(const StrategyConfig& config, const Instrument& instrument, Price price, Price stop_distance);

}  // namespace trade
