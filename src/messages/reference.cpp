#include "messages/reference.h"

#include "wire/describe.h"

namespace trade {
DESCRIBE(InstrumentListed)
DESCRIBE(VenueListed)
DESCRIBE(AccountOpened)
DESCRIBE(ConfigChanged)
}  // namespace trade
