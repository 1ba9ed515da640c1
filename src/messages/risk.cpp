#include "messages/risk.h"

#include "wire/describe.h"

namespace trade {
DESCRIBE(SetCondition)
DESCRIBE(GrantLocate)
DESCRIBE(AttestBuild)
DESCRIBE(OverrideCheck)
DESCRIBE(SetValueAtRisk)
DESCRIBE(RiskAlert)
}  // namespace trade
