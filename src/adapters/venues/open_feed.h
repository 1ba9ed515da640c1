#pragma once
#include <memory>
#include <span>

#include "ports/feed.h"

namespace trade {

// Opens the source a configuration describes. Errors name the file, key, column or symbol that is wrong: an absent file, a broken archive,
// an instrument or (when `venues` are given) a venue that is not listed.
Result<std::unique_ptr<Feed>> open_feed(const FeedSource& source, std::span<const Instrument> instruments,
                                        std::span<const Venue> venues = {});

}  // namespace trade
