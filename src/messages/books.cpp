#include "messages/books.h"

#include "wire/describe.h"

namespace trade {
DESCRIBE(PositionChanged)
DESCRIBE(ReportStatement)
DESCRIBE(OwnBreak)
DESCRIBE(ResolveBreak)
DESCRIBE(BreakChanged)
DESCRIBE(PnlUpdated)
}  // namespace trade
