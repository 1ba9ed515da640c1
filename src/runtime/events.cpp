#include "runtime/service.h"
#include "wire/describe.h"

namespace trade {
DESCRIBE(TimerFired)
DESCRIBE(Recovered)
}  // namespace trade
