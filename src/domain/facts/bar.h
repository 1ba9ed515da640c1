#pragma once
#include "core/fields.h"

namespace trade {

// What ends a bar. tick, volume, dollar: so many trades, so much quantity, so much value in quote currency. imbalance_*: the sum of signed
// trades, quantities or values since the last bar exceeds what was expected of a bar.
enum class Activity : std::uint8_t { tick, volume, dollar, imbalance_tick, imbalance_volume, imbalance_dollar };
NAMES(Activity, tick, volume, dollar, imbalance_tick, imbalance_volume, imbalance_dollar)
constexpr bool is_imbalance(Activity a) { return a >= Activity::imbalance_tick; }

}  // namespace trade
