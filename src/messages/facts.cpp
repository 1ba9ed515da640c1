#include "messages/facts.h"
#include "wire/describe.h"

namespace trade {
DESCRIBE_ROW(VenueDepth)
DESCRIBE_ROW(VenueSnapshot)
DESCRIBE_ROW(VenueTrade)
DESCRIBE_ROW(VenueQuote)
DESCRIBE_ROW(VenueBar)
DESCRIBE_ROW(VenueFault)
DESCRIBE_ROW(VenueCorrection)
}  // namespace trade
