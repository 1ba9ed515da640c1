#pragma once
#include <array>

#include "domain/strategy/sizing.h"

// What rule strategies decide, as pure functions of their state and what has just been seen.
namespace trade {

enum class Stance : std::uint8_t { flat, bought, sold };
NAMES(Stance, flat, bought, sold)

// What the strategy's own fills left it with; `average`: entry price, rounded half even, for stops only (ptrc keeps the books).
struct OwnPosition {
  Quantity quantity;  // signed
  Price average;
  FIELDS(OwnPosition, quantity, average)
};
void apply_fill(OwnPosition& holding, Side side, Price price, Quantity quantity);

struct RulesState {
  Memory memory;
  std::uint64_t bars{};
  Stance stance{};                     // what the rules want
  std::uint64_t stance_bars{};         // bars since it last changed
  std::uint64_t held_bars{};           // bars that have ended since the position was opened
  bool stopped{};                      // a stop took the position; the side is entered again only after its rule has been false
  Price stop_distance, take_distance;  // of atr exits, fixed when the entry was decided
  Price best;                          // of the closes since the entry, for a trailing stop; 0: none yet
  FIELDS(RulesState, memory, bars, stance, stance_bars, held_bars, stopped, stop_distance, take_distance, best)
};
RulesState make_rules_state(const Strategy& strategy);

// Why an order is out. `open` and `close` are entries and exits; `stop` and `profit` protect what an entry opened; `quote` makes a market.
enum class Duty : std::uint8_t { open, close, stop, profit, quote };
NAMES(Duty, open, close, stop, profit, quote)

// An order a strategy wants; absent prices are 0.
struct Wish {
  Duty duty{};
  std::uint8_t leg{};  // 0: the strategy's own instrument; else legs[leg - 1]
  Side side{};
  Quantity quantity{};
  OrderType type{};
  Price limit{}, stop{}, offset{};
};
struct Wishes {
  static constexpr std::size_t capacity = 16;
  std::array<Wish, capacity> orders{};
  std::uint32_t count = 0;
  void add(const Wish& w) {
    if (w.quantity.units > 0 && count < capacity) orders[count++] = w;
  }
  const Wish* begin() const { return orders.data(); }
  const Wish* end() const { return orders.data() + count; }
};

// A further instrument the strategy trades: `price` is its input's last close, 0 when there was none.
struct LegState {
  Instrument instrument;
  OwnPosition holding;
  Price price;
  FIELDS(LegState, instrument, holding, price)
};

// What a decision may look at besides the rules.
struct Situation {
  const Instrument& instrument;
  const OwnPosition& holding;
  std::span<const LegState> legs{};
  Price cash{};  // of the account at its opening, in the instrument's quote currency; 0: not known or another currency
};

// Takes a finished bar of an input (0: the strategy's own) into the indicators; every bar, decided on or not.
void observe(const Strategy& strategy, RulesState& state, std::uint8_t input, const Candle& bar, const OwnPosition& holding,
             const std::vector<Surroundings::Stance>& stances = {});

// What the rules want at the close of an own bar, after observe: nothing, another side, the position given up, or another quantity.
enum class Intent : std::uint8_t { none, change, give_up, adjust };
struct Judgement {
  Intent intent{};
  Stance stance{};        // wanted after a change
  Quantity difference;    // of adjust, signed
  const Rule* because{};  // the rule that said so, where one did
};
// long_when goes before short_when, both before exit_when; a change before giving up. Changes of `state`: a stop's memory ends.
Judgement judge(const Strategy& strategy, RulesState& state, const Situation& situation, const Candle& bar);

// The orders of a judgement. A change closes what is held, then opens the new side; without a known size or price nothing is done and the
// stance stays.
Wishes act(const Strategy& strategy, RulesState& state, const Judgement& judgement, const Situation& situation, const Candle& bar);

// Why signals were raised: the rule, and the values its text names as they were.
enum class Cause : std::uint8_t { long_when, short_when, exit_when, stop, target, protection };
NAMES(Cause, long_when, short_when, exit_when, stop, target, protection)
struct Explanation {
  std::uint64_t signal{};  // the last of those raised together; 0: none
  Time time;
  Cause cause{};
  std::uint32_t count{};
  std::array<double, 8> values{};
  FIELDS(Explanation, signal, time, cause, count, values)
};
Explanation explanation(const Strategy& strategy, const RulesState& state, const Judgement& judgement, std::uint64_t signal, Time now);

// The entry ended and filled nothing: the rules may want it again.
void lapse(RulesState& state);

// The protecting orders of what is held: those of `resting` distances, none while flat.
Wishes protect(const Strategy& strategy, const RulesState& state, const Situation& situation);

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

// A number as a price on tick: down, up or to the nearest; 0 when it is no price.
enum class Rounding : std::uint8_t { down, up, nearest };
Price price_on_tick(const Instrument& instrument, double number, Rounding rounding);

}  // namespace trade
