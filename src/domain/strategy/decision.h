#pragma once
#include <array>

#include "domain/strategy/strategy.h"

// What strategies decide, as pure functions of their state and what has just been seen.
namespace trade {

enum class Stance : std::uint8_t { flat, bought, sold };
NAMES(Stance, flat, bought, sold)

// What the strategy's own fills left it with; `average`: entry price, rounded half even, for stops only (ptrc keeps the books).
struct Holding {
  Quantity quantity;  // signed
  Price average;
  FIELDS(Holding, quantity, average)
};
void apply_fill(Holding& holding, Side side, Price price, Quantity quantity);

struct RulesState {
  Memory memory;
  std::uint64_t bars{};
  Stance stance{};                     // what the rules want
  std::uint64_t stance_bars{};         // bars since it last changed
  std::uint64_t held_bars{};           // bars that have ended since the position was opened
  bool stopped{};                      // a stop took the position; the side is entered again only after its rule has been false
  Price stop_distance, take_distance;  // of atr exits, fixed when the entry was decided
  FIELDS(RulesState, memory, bars, stance, stance_bars, held_bars, stopped, stop_distance, take_distance)
};
RulesState make_rules_state(const Strategy& strategy);

struct MarketOrder {
  Side side{};
  Quantity quantity;
};
struct MarketOrders {
  std::array<MarketOrder, 2> orders{};
  std::uint32_t count = 0;
  void add(Side side, Quantity quantity) {
    if (quantity.units > 0) orders[count++] = {side, quantity};
  }
};

// Takes a finished bar of an input (0: the strategy's own) into the indicators; every bar, decided on or not.
void observe(const Strategy& strategy, RulesState& state, std::uint8_t input, const Candle& bar, const Holding& holding,
             std::span<const Surroundings::Stance> stances = {});

// After observe of an own bar: what to do at this bar's close. Orders only when the wanted side changes (the held quantity is closed, then
// the new side opened) or an exit distance is met by the close. long_when goes before short_when, both before exit_when; a flip before a
// stop.
MarketOrders decide(const Strategy& strategy, RulesState& state, const Holding& holding, const Instrument& instrument, const Candle& bar);

struct RequoteState {
  std::uint64_t ticks{}, turns{};
  FIELDS(RequoteState, ticks, turns)
};
struct Requote {
  Side side{};
  Price limit;  // 0: no price to quote from, nothing is placed
};
// Counts a tick whose best prices (of a trade: its price twice) are `bid`, `ask`; true every `every`-th time, with the new order in
// `out`: buy on odd turns `offset` below the bid, sell on even ones above the ask, rounded to the tick, half away from zero.
bool count_tick(const StrategyConfig& config, RequoteState& state, Price bid, Price ask, Price tick, Requote& out);

}  // namespace trade
