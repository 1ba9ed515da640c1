#pragma once
#include "domain/facts/bar.h"
#include "domain/facts/market.h"
#include "wire/message_type.h"

// Conversation: market data as the platform trusts it (published by gateway and normalizer).
namespace trade {

// The last row of a source: no more of it will come.
struct FeedEnded {
  static constexpr std::string_view subject = "market.feed.ended";
  static constexpr Role role = Role::row;
  VenueId venue;
  FIELDS(FeedEnded, venue)
};

struct Trade {
  static constexpr std::string_view subject = "market.trade";
  InstrumentId instrument;
  VenueId venue;
  Time venue_time;
  std::uint64_t trade_id{};
  Price price;
  Quantity quantity;
  Side aggressor{};
  FIELDS(Trade, instrument, venue, venue_time, trade_id, price, quantity, aggressor)
};

// The best bid and ask of a venue; price 0: that side is empty.
struct Quote {
  static constexpr std::string_view subject = "market.quote";
  InstrumentId instrument;
  VenueId venue;
  Price bid;
  Quantity bid_quantity;
  Price ask;
  Quantity ask_quantity;
  FIELDS(Quote, instrument, venue, bid, bid_quantity, ask, ask_quantity)
};

// A change to a checked L2 book; `whole` replaces the book (after a snapshot or resync). Quantity 0 removes a level.
struct BookChanged {
  static constexpr std::string_view subject = "market.book";
  InstrumentId instrument;
  VenueId venue;
  bool whole{};
  std::uint64_t last_id{};
  Many<Level> bids, asks;
  FIELDS(BookChanged, instrument, venue, whole, last_id, bids, asks)
};

// stale: nothing was heard for as long as the configuration allows while the exchange is open.
enum class FeedState : std::uint8_t { syncing, live, gap, crossed, ended, stale };
NAMES(FeedState, syncing, live, gap, crossed, ended, stale)

// The health of one instrument's feed changed; while not `live` its book is not to be traded on.
struct MarketStatus {
  static constexpr std::string_view subject = "market.status";
  InstrumentId instrument;
  VenueId venue;
  FeedState state{};
  FIELDS(MarketStatus, instrument, venue, state)
};

// A venue's phase in one instrument changed; what may be done in each: docs/matching_rules.md.
struct PhaseChanged {
  static constexpr std::string_view subject = "market.phase";
  InstrumentId instrument;
  VenueId venue;
  TradingPhase phase{};
  FIELDS(PhaseChanged, instrument, venue, phase)
};

// The price an auction would end at now, what would trade, and what would be left over on which side; price 0: nothing would trade.
struct AuctionIndicated {
  static constexpr std::string_view subject = "market.auction";
  InstrumentId instrument;
  VenueId venue;
  Price price;
  Quantity matched;
  Quantity imbalance;
  Side surplus{};
  FIELDS(AuctionIndicated, instrument, venue, price, matched, imbalance, surplus)
};

// A perpetual's funding falls due: longs pay `rate` of their value at `mark` to shorts (negative: the other way).
struct FundingDue {
  static constexpr std::string_view subject = "market.funding";
  InstrumentId instrument;
  VenueId venue;
  Ratio rate;
  Price mark;
  FIELDS(FundingDue, instrument, venue, rate, mark)
};

// A finished bar. `filled` marks a bar made by the gap policy (no trade in it: open = high = low = close = last close, volume 0).
struct Bar {
  static constexpr std::string_view subject = "market.bar";
  InstrumentId instrument;
  VenueId venue;
  Time open_time;
  Duration interval;
  Price open, high, low, close;
  Quantity volume;
  std::uint32_t trades{};
  bool filled{};
  FIELDS(Bar, instrument, venue, open_time, interval, open, high, low, close, volume, trades, filled)
};

// A trade published before never happened (quantity 0), or was at this price and quantity.
struct TradeCorrected {
  static constexpr std::string_view subject = "market.trade.corrected";
  InstrumentId instrument;
  VenueId venue;
  std::uint64_t trade_id{};
  Price price;
  Quantity quantity;
  FIELDS(TradeCorrected, instrument, venue, trade_id, price, quantity)
};
// A bar published before reads like this since a trade of it was corrected. With neither trades nor a price it is withdrawn.
struct BarCorrected {
  static constexpr std::string_view subject = "market.bar.corrected";
  InstrumentId instrument;
  VenueId venue;
  Time open_time;
  Duration interval;
  Price open, high, low, close;
  Quantity volume;
  std::uint32_t trades{};
  FIELDS(BarCorrected, instrument, venue, open_time, interval, open, high, low, close, volume, trades)
};

// A finished bar that ended by what was traded instead of by time (domain/bars/activity_bars.h); `index` is its plan's place in the
// configuration, `vwap` the value traded by the quantity, rounded half to even.
struct ActivityBarClosed {
  static constexpr std::string_view subject = "market.bar.activity";
  InstrumentId instrument;
  VenueId venue;
  Activity kind{};
  std::uint32_t index{};
  Time open_time, close_time;  // of its first and last trade
  Price open, high, low, close, vwap;
  Quantity volume;
  std::uint32_t trades{};
  FIELDS(ActivityBarClosed, instrument, venue, kind, index, open_time, close_time, open, high, low, close, vwap, volume, trades)
};

// The price an instrument is valued at: the last trade (or source bar's close), at most once per mark interval and when the feed ends.
struct Mark {
  static constexpr std::string_view subject = "market.mark";
  InstrumentId instrument;
  VenueId venue;
  Price price;
  FIELDS(Mark, instrument, venue, price)
};

}  // namespace trade
