#pragma once
#include "domain/strategy/strategy.h"

// How much an entry is.
namespace trade {

// What sizes are measured by, in quote currency; 0: not known.
struct Means {
  Price stop_distance{};  // price distance of the stop loss
  Price range{};          // average true range
  Price cash{};           // of the account at its opening
};

// The quantity of an entry at `price`, a multiple of the lot; 0 when it is less than one lot or cannot be known. Saturates.
Quantity entry_size(const StrategyConfig& config, const Instrument& instrument, Price price, const Means& means);
// What is worth `notional` quote currency at `price`, floored to lots.
Quantity worth(const Instrument& instrument, Price price, int128 notional);

}  // namespace trade
