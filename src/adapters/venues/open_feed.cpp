#include "adapters/venues/open_feed.h"

#include <algorithm>

#include "adapters/venues/binance_csv_feed.h"
#include "adapters/venues/binance_feed.h"
#include "adapters/venues/csv_bars_feed.h"
#include "adapters/venues/itch_feed.h"
#include "adapters/venues/lean_feed.h"

namespace trade {

Result<std::unique_ptr<Feed>> open_feed(const FeedSource& source, std::span<const Instrument> instruments, std::span<const Venue> venues) {
  if (source.path.empty()) return Error{Failure::config, "feed.path", "is empty", "name a data file"};
  if (!source.venue) return Error{Failure::config, "feed.venue", "is missing", "set it to the id of a venue"};
  if (!venues.empty() && std::ranges::none_of(venues, [&](const Venue& v) { return v.id == source.venue; }))
    return Error{Failure::config, "feed.venue", "venue " + std::to_string(source.venue.value) + " is not listed",
                 "list it under config.venues"};
  switch (source.format) {
    case FeedFormat::binance_stream: return venues::BinanceFeed::open(source, instruments);
    case FeedFormat::lean: return venues::LeanFeed::open(source, instruments);
    case FeedFormat::binance_csv: return venues::BinanceCsvFeed::open(source, instruments);
    case FeedFormat::itch: return venues::ItchFeed::open(source, instruments);
    case FeedFormat::csv_bars: return venues::CsvBarsFeed::open(source, instruments);
  }
  return Error{Failure::config, "feed.format", "is not known", {}};
}

}  // namespace trade
