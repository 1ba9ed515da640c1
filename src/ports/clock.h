#pragma once
#include "core/time.h"

namespace trade {

// What stamps inputs at ingress and tells a live loop which timers are due. Callable from any thread.
class Clock {
 public:
  virtual ~Clock() = default;
  virtual Time now() const = 0;
};

}  // namespace trade
