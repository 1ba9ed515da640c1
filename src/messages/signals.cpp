#include "messages/signals.h"

#include "wire/describe.h"

namespace trade {
DESCRIBE(SignalRaised)
}  // namespace trade
