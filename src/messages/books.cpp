#include "messages/books.h"

#include "wire/describe.h"

namespace trade {
DESCRIBE(PositionChanged)
DESCRIBE(PnlUpdated)
}  // namespace trade
