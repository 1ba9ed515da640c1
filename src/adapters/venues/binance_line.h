#pragma once
#include <vector>

#include "adapters/venues/refusal.h"
#include "adapters/venues/symbols.h"

namespace trade::venues {

// Reads one raw message of a Binance market stream (spot, USD-M or coin-M futures): depthUpdate, trade, bookTicker, or the answer of the
// REST depth request. Members may come in any order and unknown ones are passed over; a known one that is missing, doubled or of another
// type, an unknown event, a number that is negative, not exact in 1e-8 or off the tick refuse the whole line.
// Field names: developers.binance.com, "Diff. Book Depth Streams", "Trade Streams", "Individual Symbol Book Ticker Streams", "Order Book".
class BinanceLine {
 public:
  BinanceLine(Symbols symbols, VenueId venue) : symbols_(std::move(symbols)), venue_(venue) {}

  // Fills `fact` (never with a VenueFault); false: refusal() says why. Levels stay valid until the next call. `json` is followed by '\n'.
  bool read(std::string_view json, FeedRow::Fact& fact);
  const Refusal& refusal() const { return refusal_; }

 private:
  enum Field : std::uint32_t {
    event = 1,
    event_time = 2,
    time = 4,
    symbol = 8,
    first_id = 16,
    last_id = 32,
    previous_id = 64,
    bids = 128,
    asks = 256,
    bid = 512,
    bid_quantity = 1024,
    ask = 2048,
    ask_quantity = 4096,
    trade_id = 8192,
    price = 16384,
    quantity = 32768,
    buyer_is_maker = 65536,
    snapshot_id = 131072
  };
  struct Message {
    std::uint32_t have = 0;
    std::string_view event, symbol, stream;
    std::uint64_t event_time = 0, time = 0, first_id = 0, last_id = 0, previous_id = 0, trade_id = 0, snapshot_id = 0;
    std::int64_t bid = 0, bid_quantity = 0, ask = 0, ask_quantity = 0, price = 0, quantity = 0;
    bool buyer_is_maker = false;
    bool has(std::uint32_t fields) const { return (have & fields) == fields; }
  };
  using Scanner = class JsonScanner;

  bool refuse(FeedFault fault, std::string what);
  bool refuse_value(FeedFault fault, std::string_view field, std::string_view value, std::string_view rule);
  bool syntax(std::string_view field) {
    return refuse(FeedFault::malformed, "field " + std::string(field) + ": not the JSON expected there");
  }
  bool outer(Scanner& s);
  bool members(Scanner& s);
  bool member(Scanner& s, std::string_view key);
  bool once(std::uint32_t field, std::string_view key);
  bool whole(Scanner& s, std::uint32_t field, std::string_view key, std::uint64_t& out);
  bool decimal(Scanner& s, std::uint32_t field, std::string_view key, std::int64_t& out);
  bool text(Scanner& s, std::uint32_t field, std::string_view key, std::string_view& out);
  bool levels(Scanner& s, std::uint32_t field, std::string_view key, std::vector<Level>& out);
  bool level_value(Scanner& s, std::string_view key, std::size_t index, std::string_view what, std::int64_t& out);

  bool make(FeedRow::Fact& fact);
  bool make_depth(FeedRow::Fact& fact, const Symbols::Bound& s);
  bool make_snapshot(FeedRow::Fact& fact, const Symbols::Bound& s);
  bool make_trade(FeedRow::Fact& fact, const Symbols::Bound& s);
  bool make_quote(FeedRow::Fact& fact, const Symbols::Bound& s);
  const Symbols::Bound* who();
  bool need(std::uint32_t fields);
  bool on_tick(const Symbols::Bound& s, std::string_view field, std::int64_t price);
  bool levels_on_tick(const Symbols::Bound& s);
  Time venue_time() const;

  Symbols symbols_;
  VenueId venue_;
  Message m_;
  std::vector<Level> bids_, asks_;
  Refusal refusal_;
};

}  // namespace trade::venues
