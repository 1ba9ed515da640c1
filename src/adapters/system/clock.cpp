#include "adapters/system/clock.h"

namespace trade {

Time SystemClock::now() const {
  const auto since_epoch = std::chrono::system_clock::now().time_since_epoch();
  return {std::chrono::duration_cast<std::chrono::nanoseconds>(since_epoch).count()};
}

Time PacedClock::now() const {
  const auto elapsed = std::chrono::duration<double, std::nano>(std::chrono::steady_clock::now() - started_).count();
  return {from_.ns + static_cast<std::int64_t>(elapsed * pace_)};
}

std::chrono::steady_clock::time_point PacedClock::due(Time t) const {
  const auto ns = static_cast<std::int64_t>(static_cast<double>(t.ns - from_.ns) / pace_);
  return started_ + std::chrono::nanoseconds(ns);
}

}  // namespace trade
