#include "messages/orders.h"

#include "wire/describe.h"

namespace trade {
DESCRIBE(PlaceOrder)
DESCRIBE(CancelOrder)
DESCRIBE(ReplaceOrder)
DESCRIBE(PlaceGroup)
DESCRIBE(CancelOrders)
DESCRIBE(CancelsRequested)
DESCRIBE(SetKill)
DESCRIBE(CommandAnswered)
DESCRIBE(OrderIntended)
DESCRIBE(OrderApproved)
DESCRIBE(OrderBlocked)
DESCRIBE(OrderAccepted)
DESCRIBE(OrderRejected)
DESCRIBE(CancelRequested)
DESCRIBE(ReplaceRequested)
DESCRIBE(OrderQueried)
DESCRIBE(Execution)
DESCRIBE(OrderChanged)
DESCRIBE(Fill)
DESCRIBE(FillReversed)
}  // namespace trade
