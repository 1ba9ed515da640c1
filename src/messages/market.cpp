#include "messages/market.h"

#include "wire/describe.h"

namespace trade {
DESCRIBE(FeedEnded)
DESCRIBE(Trade)
DESCRIBE(Quote)
DESCRIBE(BookChanged)
DESCRIBE(MarketStatus)
DESCRIBE(PhaseChanged)
DESCRIBE(AuctionIndicated)
DESCRIBE(FundingDue)
DESCRIBE(Bar)
DESCRIBE(TradeCorrected)
DESCRIBE(BarCorrected)
DESCRIBE(ActivityBarClosed)
DESCRIBE(Mark)
}  // namespace trade
