#pragma once
#include "domain/strategy/decision.h"

// Strategies that keep limit orders in the market: which orders are wanted, as pure functions.
namespace trade {

struct Best {
  Price bid, ask;  // of a trade: its price twice; 0: none
  FIELDS(Best, bid, ask)
};

// The state of a market maker: its estimate of how far the middle moves.
struct MakerState {
  std::uint64_t ticks{};
  Time last;         // of the tick before
  double middle{};   // of the tick before; 0: none yet
  double squares{};  // averaged squared move of the middle a tick
  double seconds{};  // averaged time between ticks
  FIELDS(MakerState, ticks, last, middle, squares, seconds)
};
struct GridState {
  std::uint64_t ticks{};
  Price centre;  // 0: not begun
  FIELDS(GridState, ticks, centre)
};

// The two sides of Avellaneda and Stoikov 2008, equations 29 and 30: around the reservation price s - q g v (T - t), with q the position in
// sizes, g risk_aversion, v the variance of the middle a second, at a whole distance of g v (T - t) + (2 / g) ln(1 + g / k). On tick, away
// from the middle, never crossing the touch; a side that would pass max_position is absent (0).
struct TwoSides {
  Price bid, ask;
};
TwoSides maker_quotes(const StrategyConfig& config, const MakerState& state, const Instrument& instrument, Best best, Quantity held);
// Takes a tick in; true every `every`-th time once two ticks have been seen.
bool observe_tick(const StrategyConfig& config, MakerState& state, Best best, Time now);

// Begins the grid at the first tick's middle; true when there is one and every `every`-th tick after.
bool observe_tick(const StrategyConfig& config, GridState& state, const Instrument& instrument, Best best);

struct QuoteWish {
  Side side{};
  Price limit;
  bool operator==(const QuoteWish&) const = default;
};
struct QuoteWishes {
  static constexpr std::size_t capacity = 64;
  std::array<QuoteWish, capacity> quotes{};
  std::uint32_t count = 0;
  void add(QuoteWish q) {
    if (q.limit.units > 0 && count < capacity) quotes[count++] = q;
  }
};
// A grid that holds n sizes wants buys at centre - (n + k) step and sells at centre - (n - k) step, k = 1, 2, ..., while the position stays
// within `levels` sizes.
QuoteWishes grid_quotes(const StrategyConfig& config, const GridState& state, const Instrument& instrument, Quantity held);

// ln x for x > 0 by + - * / alone, so that its bits are the same everywhere; within 1e-15 of its size.
double natural_log(double x);

}  // namespace trade
