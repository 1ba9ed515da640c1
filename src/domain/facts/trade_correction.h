#pragma once
#include "core/time.h"
#include "domain/facts/instrument.h"

namespace trade {

// A venue takes a trade back (quantity 0), or says that it was at this price and quantity. `trade_id`: as VenueTrade told it.
struct VenueCorrection {
  static constexpr std::string_view subject = "feed.correction";
  InstrumentId instrument;
  VenueId venue;
  Time venue_time;
  std::uint64_t trade_id{};
  Price price;
  Quantity quantity;
  FIELDS(VenueCorrection, instrument, venue, venue_time, trade_id, price, quantity)
};

}  // namespace trade
