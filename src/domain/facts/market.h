#pragma once
#include "core/many.h"
#include "core/time.h"
#include "domain/facts/instrument.h"

// What a venue's stream says, line by line, before anything is checked. Made by venue adapters; only gateway consumes it.
// `row` facts carry the time they were received (`local`) beside the venue's own stamp (`venue_time`, 0 when it has none).
namespace trade {

struct Level {
  Price price;
  Quantity quantity;  // 0 in a diff: the level is gone
  FIELDS(Level, price, quantity)
};

// An incremental book update covering the venue's update ids first_id..last_id; previous_id is the last_id of the diff before
// where the venue states it (futures `pu`), else 0.
struct VenueDepth {
  static constexpr std::string_view subject = "feed.depth";
  InstrumentId instrument;
  VenueId venue;
  Time venue_time;
  std::uint64_t first_id{}, last_id{}, previous_id{};
  Many<Level> bids, asks;
  FIELDS(VenueDepth, instrument, venue, venue_time, first_id, last_id, previous_id, bids, asks)
};

// A whole book as of update id last_id (REST snapshot).
struct VenueSnapshot {
  static constexpr std::string_view subject = "feed.snapshot";
  InstrumentId instrument;
  VenueId venue;
  Time venue_time;
  std::uint64_t last_id{};
  Many<Level> bids, asks;
  FIELDS(VenueSnapshot, instrument, venue, venue_time, last_id, bids, asks)
};

struct VenueTrade {
  static constexpr std::string_view subject = "feed.trade";
  InstrumentId instrument;
  VenueId venue;
  Time venue_time;
  std::uint64_t trade_id{};
  Price price;
  Quantity quantity;
  Side aggressor{};
  FIELDS(VenueTrade, instrument, venue, venue_time, trade_id, price, quantity, aggressor)
};

// Best bid and ask; a side that is absent has price 0.
struct VenueQuote {
  static constexpr std::string_view subject = "feed.quote";
  InstrumentId instrument;
  VenueId venue;
  Time venue_time;
  std::uint64_t update_id{};
  Price bid;
  Quantity bid_quantity;
  Price ask;
  Quantity ask_quantity;
  FIELDS(VenueQuote, instrument, venue, venue_time, update_id, bid, bid_quantity, ask, ask_quantity)
};

// A finished bar from a file of bars; open_time is its first instant.
struct VenueBar {
  static constexpr std::string_view subject = "feed.bar";
  InstrumentId instrument;
  VenueId venue;
  Time open_time;
  Duration interval;
  Price open, high, low, close;
  Quantity volume;
  FIELDS(VenueBar, instrument, venue, open_time, interval, open, high, low, close, volume)
};

// What an exchange admits at the moment. In an auction orders gather and trade at its end, at one price.
enum class TradingPhase : std::uint8_t { continuous, closed, opening_auction, volatility_auction, closing_auction, halted };
NAMES(TradingPhase, continuous, closed, opening_auction, volatility_auction, closing_auction, halted)
constexpr bool is_auction(TradingPhase p) {
  return p == TradingPhase::opening_auction || p == TradingPhase::volatility_auction || p == TradingPhase::closing_auction;
}

enum class FeedFault : std::uint8_t { malformed, unknown_symbol, bad_value, out_of_order, truncated };
NAMES(FeedFault, malformed, unknown_symbol, bad_value, out_of_order, truncated)

// A line of the source that is not a fact. Nothing is guessed from it; `what` names the rule and field it broke.
struct VenueFault {
  static constexpr std::string_view subject = "feed.fault";
  VenueId venue;
  FeedFault fault{};
  std::uint64_t line{};
  Text<95> what;
  FIELDS(VenueFault, venue, fault, line, what)
};

}  // namespace trade
