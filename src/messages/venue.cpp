#include "messages/venue.h"

#include "wire/describe.h"

namespace trade {
DESCRIBE(VenuePlace)
DESCRIBE(VenueCancel)
DESCRIBE(VenueReplace)
DESCRIBE(VenueQuery)
DESCRIBE(VenueReport)
}  // namespace trade
