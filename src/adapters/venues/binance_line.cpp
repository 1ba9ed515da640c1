#include "adapters/venues/binance_line.h"

#include "adapters/venues/json_scanner.h"
#include "adapters/venues/number.h"

namespace trade::venues {
namespace {

constexpr std::uint64_t latest_ms = static_cast<std::uint64_t>(INT64_MAX) / 1'000'000;
// The names of BinanceLine::Field, by bit.
constexpr std::array<std::string_view, 18> field_names{"e", "E", "T", "s", "U", "u", "pu", "b", "a",
                                                       "b", "B", "a", "A", "t", "p", "q",  "m", "lastUpdateId"};

}  // namespace

bool BinanceLine::refuse(FeedFault fault, std::string what) {
  refusal_ = {fault, std::move(what)};
  return false;
}
bool BinanceLine::refuse_value(FeedFault fault, std::string_view field, std::string_view value, std::string_view rule) {
  refusal_ = venues::refuse_value(fault, field, value, rule);
  return false;
}

bool BinanceLine::read(std::string_view json, FeedRow::Fact& fact) {
  m_ = {};
  bids_.clear();
  asks_.clear();
  refusal_ = {};
  JsonScanner s(json);
  if (!outer(s)) {
    if (refusal_.what.empty()) refuse(FeedFault::malformed, "not one JSON object");
    return false;
  }
  if (!s.at_end()) return refuse(FeedFault::malformed, "bytes follow the JSON object");
  return make(fact);
}

// {"stream": ..., "data": {...}}, or the bare event or REST answer.
bool BinanceLine::outer(Scanner& s) {
  if (!s.take('{')) return false;
  std::string_view key;
  bool wrapped = false, data = false, first = true;
  do {
    if (!s.text(key) || !s.take(':')) return false;
    if (first) wrapped = key == "stream" || key == "data";
    first = false;
    if (!wrapped) {
      if (!member(s, key)) return false;
    } else if (key == "stream") {
      if (!m_.stream.empty()) return refuse(FeedFault::malformed, "field stream: twice");
      if (!s.text(m_.stream)) return syntax(key);
    } else if (key == "data") {
      if (data) return refuse(FeedFault::malformed, "field data: twice");
      data = true;
      if (!s.take('{') || !members(s)) return !refusal_.what.empty() ? false : syntax(key);
    } else if (!s.skip_value()) {
      return syntax(key);
    }
  } while (s.take(','));
  if (!s.take('}')) return false;
  if (wrapped && !data) return refuse(FeedFault::malformed, "field data: missing");
  return true;
}

bool BinanceLine::members(Scanner& s) {
  std::string_view key;
  do {
    if (!s.text(key) || !s.take(':')) return false;
    if (!member(s, key)) return false;
  } while (s.take(','));
  return s.take('}');
}

bool BinanceLine::member(Scanner& s, std::string_view key) {
  if (key.size() == 1) switch (key[0]) {
      case 'e': return text(s, event, key, m_.event);
      case 'E': return whole(s, event_time, key, m_.event_time);
      case 'T': return whole(s, time, key, m_.time);
      case 's': return text(s, symbol, key, m_.symbol);
      case 'U': return whole(s, first_id, key, m_.first_id);
      case 'u': return whole(s, last_id, key, m_.last_id);
      case 'b': return s.peek() == '[' ? levels(s, bids, key, bids_) : decimal(s, bid, key, m_.bid);
      case 'B': return decimal(s, bid_quantity, key, m_.bid_quantity);
      case 'a': return s.peek() == '[' ? levels(s, asks, key, asks_) : decimal(s, ask, key, m_.ask);
      case 'A': return decimal(s, ask_quantity, key, m_.ask_quantity);
      case 't': return whole(s, trade_id, key, m_.trade_id);
      case 'p': return decimal(s, price, key, m_.price);
      case 'q': return decimal(s, quantity, key, m_.quantity);
      case 'm': return once(buyer_is_maker, key) && (s.boolean(m_.buyer_is_maker) || syntax(key));
      default: return s.skip_value() || syntax(key);
    }
  if (key == "pu") return whole(s, previous_id, key, m_.previous_id);
  if (key == "bids") return levels(s, bids, key, bids_);
  if (key == "asks") return levels(s, asks, key, asks_);
  if (key == "lastUpdateId") return whole(s, snapshot_id, key, m_.snapshot_id);
  if (key == "symbol") return text(s, symbol, key, m_.symbol);
  return s.skip_value() || syntax(key.substr(0, 24));
}

bool BinanceLine::once(std::uint32_t field, std::string_view key) {
  if ((m_.have & field) != 0) return refuse(FeedFault::malformed, "field " + std::string(key) + ": twice");
  m_.have |= field;
  return true;
}

bool BinanceLine::text(Scanner& s, std::uint32_t field, std::string_view key, std::string_view& out) {
  return once(field, key) && (s.text(out) || syntax(key));
}

bool BinanceLine::whole(Scanner& s, std::uint32_t field, std::string_view key, std::uint64_t& out) {
  std::string_view text;
  if (!once(field, key)) return false;
  if (!s.number(text)) return syntax(key);
  const auto v = whole_number(text);
  if (!v) return refuse_value(FeedFault::bad_value, "field " + std::string(key), text, "is not a whole number >= 0");
  out = *v;
  return true;
}

bool BinanceLine::decimal(Scanner& s, std::uint32_t field, std::string_view key, std::int64_t& out) {
  std::string_view text;
  if (!once(field, key)) return false;
  if (s.peek() != '"' || !s.text(text)) return syntax(key);
  const auto v = units_of(text);
  if (!v) return refuse_value(FeedFault::bad_value, "field " + std::string(key), text, number_rule(text));
  out = *v;
  return true;
}

bool BinanceLine::level_value(Scanner& s, std::string_view key, std::size_t index, std::string_view what, std::int64_t& out) {
  if (!s.take('"')) return syntax(key);
  const char* const from = s.at();
  if (const auto v = take_units(s.at()); v && *s.at() == '"') {
    ++s.at();
    out = *v;
    return true;
  }
  s.at() = from - 1;
  std::string_view text;
  if (!s.text(text)) return syntax(key);
  return refuse_value(FeedFault::bad_value, std::string(key) + "[" + std::to_string(index) + "] " + std::string(what), text,
                      number_rule(text));
}

// [["price","quantity"], ...]
bool BinanceLine::levels(Scanner& s, std::uint32_t field, std::string_view key, std::vector<Level>& out) {
  if (!once(field, key)) return false;
  if (!s.take('[')) return syntax(key);
  if (s.take(']')) return true;
  do {
    Level l;
    if (!s.take('[')) return syntax(key);
    if (!level_value(s, key, out.size(), "price", l.price.units)) return false;
    if (!s.take(',')) return syntax(key);
    if (!level_value(s, key, out.size(), "quantity", l.quantity.units)) return false;
    if (!s.take(']')) return syntax(key);
    out.push_back(l);
  } while (s.take(','));
  return s.take(']') || syntax(key);
}

Time BinanceLine::venue_time() const { return {static_cast<std::int64_t>((m_.has(time) ? m_.time : m_.event_time) * 1'000'000)}; }

bool BinanceLine::make(FeedRow::Fact& fact) {
  if (m_.time > latest_ms || m_.event_time > latest_ms) return refuse(FeedFault::bad_value, "field E or T: beyond the range of time");
  if (m_.has(snapshot_id) && !m_.has(event)) {
    const auto* s = who();
    return s != nullptr && make_snapshot(fact, *s);
  }
  // Spot book tickers name no event; their stream does.
  const bool ticker = m_.has(event) ? m_.event == "bookTicker" : m_.stream.ends_with("@bookTicker");
  if (!ticker && m_.event != "depthUpdate" && m_.event != "trade") {
    if (m_.has(event)) return refuse_value(FeedFault::malformed, "event type", m_.event, "is not known");
    return refuse(FeedFault::malformed, "field e: missing, and it is no snapshot (lastUpdateId)");
  }
  if (!need(symbol)) return false;
  const auto* s = who();
  if (s == nullptr) return false;
  return ticker ? make_quote(fact, *s) : m_.event == "trade" ? make_trade(fact, *s) : make_depth(fact, *s);
}

const Symbols::Bound* BinanceLine::who() {
  if (m_.has(symbol)) {
    const auto* s = symbols_.find(m_.symbol);
    if (s == nullptr) refuse_value(FeedFault::unknown_symbol, "symbol", m_.symbol, "is not bound to an instrument");
    return s;
  }
  if (symbols_.only() == nullptr) refuse(FeedFault::unknown_symbol, "the snapshot names no symbol and the feed no instrument");
  return symbols_.only();
}

bool BinanceLine::need(std::uint32_t fields) {
  const auto missing = fields & ~m_.have;
  if (missing == 0) return true;
  return refuse(FeedFault::malformed, "field " + std::string(field_names[static_cast<std::size_t>(__builtin_ctz(missing))]) + ": missing");
}

bool BinanceLine::on_tick(const Symbols::Bound& s, std::string_view field, std::int64_t price) {
  if (s.tick.units == 0 || price % s.tick.units == 0) [[likely]]
    return true;
  return refuse_value(FeedFault::bad_value, field, print_decimal(price), "is off the tick " + print_decimal(s.tick.units));
}

bool BinanceLine::levels_on_tick(const Symbols::Bound& s) {
  const auto check = [&](std::string_view key, const std::vector<Level>& levels) {
    for (std::size_t i = 0; i < levels.size(); ++i) {
      const auto price = levels[i].price.units;
      if (price > 0 && (s.tick.units == 0 || price % s.tick.units == 0)) [[likely]]
        continue;
      const auto field = std::string(key) + "[" + std::to_string(i) + "] price";
      return price == 0 ? refuse_value(FeedFault::bad_value, field, "0", "is not above 0") : on_tick(s, field, price);
    }
    return true;
  };
  return check("b", bids_) && check("a", asks_);
}

bool BinanceLine::make_depth(FeedRow::Fact& fact, const Symbols::Bound& s) {
  if (!need(event_time | first_id | last_id | bids | asks) || !levels_on_tick(s)) return false;
  if (m_.first_id > m_.last_id) return refuse(FeedFault::bad_value, "fields U, u: the first update id is above the last");
  if (m_.has(previous_id) && (m_.previous_id == 0 || m_.previous_id >= m_.last_id))
    return refuse(FeedFault::bad_value, "field pu: not below the last update id");
  fact = VenueDepth{s.instrument,
                    venue_,
                    venue_time(),
                    m_.first_id,
                    m_.last_id,
                    m_.previous_id,
                    std::span<const Level>(bids_),
                    std::span<const Level>(asks_)};
  return true;
}

bool BinanceLine::make_snapshot(FeedRow::Fact& fact, const Symbols::Bound& s) {
  if (!need(bids | asks) || !levels_on_tick(s)) return false;
  fact = VenueSnapshot{s.instrument, venue_, venue_time(), m_.snapshot_id, std::span<const Level>(bids_), std::span<const Level>(asks_)};
  return true;
}

bool BinanceLine::make_trade(FeedRow::Fact& fact, const Symbols::Bound& s) {
  if (!need(trade_id | price | quantity | buyer_is_maker | time)) return false;
  if (m_.price == 0) return refuse(FeedFault::bad_value, "field p: a trade's price is not above 0");
  if (m_.quantity == 0) return refuse(FeedFault::bad_value, "field q: a trade's quantity is not above 0");
  if (!on_tick(s, "field p", m_.price)) return false;
  fact = VenueTrade{
      s.instrument, venue_, venue_time(), m_.trade_id, Price{m_.price}, Quantity{m_.quantity}, m_.buyer_is_maker ? Side::sell : Side::buy};
  return true;
}

bool BinanceLine::make_quote(FeedRow::Fact& fact, const Symbols::Bound& s) {
  if (!need(last_id | bid | bid_quantity | ask | ask_quantity)) return false;
  if (!on_tick(s, "field b", m_.bid) || !on_tick(s, "field a", m_.ask)) return false;
  if ((m_.bid == 0) != (m_.bid_quantity == 0)) return refuse(FeedFault::bad_value, "fields b, B: one is 0 and the other not");
  if ((m_.ask == 0) != (m_.ask_quantity == 0)) return refuse(FeedFault::bad_value, "fields a, A: one is 0 and the other not");
  fact = VenueQuote{
      s.instrument, venue_, venue_time(), m_.last_id, Price{m_.bid}, Quantity{m_.bid_quantity}, Price{m_.ask}, Quantity{m_.ask_quantity}};
  return true;
}

}  // namespace trade::venues
