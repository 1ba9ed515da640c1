#include "messages/reference.h"

#include "wire/describe.h"

namespace trade {
DESCRIBE(InstrumentListed)
DESCRIBE(VenueListed)
DESCRIBE(AccountOpened)
DESCRIBE(CorporateActionDue)
DESCRIBE(ConfigChanged)
}  // namespace trade
