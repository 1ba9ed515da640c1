#pragma once
#include <chrono>

#include "ports/clock.h"

namespace trade {

// The machine's clock, UTC.
class SystemClock final : public Clock {
 public:
  Time now() const override;
};

// Recorded time passing at `pace` times the speed of real time, starting at `from` when made. Monotone.
class PacedClock final : public Clock {
 public:
  PacedClock(Time from, double pace) : from_(from), pace_(pace), started_(std::chrono::steady_clock::now()) {}
  Time now() const override;
  // When recorded time will have reached t.
  std::chrono::steady_clock::time_point due(Time t) const;

 private:
  Time from_;
  double pace_;
  std::chrono::steady_clock::time_point started_;
};

}  // namespace trade
