#include "messages/limits.h"

#include "wire/describe.h"

namespace trade {
DESCRIBE(ProposeLimit)
DESCRIBE(ApproveLimit)
DESCRIBE(RevokeLimit)
DESCRIBE(RiskLimitChanged)
}  // namespace trade
