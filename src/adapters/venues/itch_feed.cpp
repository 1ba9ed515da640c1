#include "adapters/venues/itch_feed.h"

#include <algorithm>

#include "adapters/venues/number.h"
#include "core/zone.h"

namespace trade::venues {
namespace {

constexpr std::int64_t price_unit = 10'000;  // ITCH prices have 4 decimals
constexpr std::size_t header = 11;

// Length of each message by type; 0: no such type.
std::size_t length_of(char type) {
  static constexpr std::pair<char, std::size_t> lengths[] = {
      {'S', 12}, {'R', 39}, {'H', 25}, {'Y', 20}, {'L', 26}, {'V', 35}, {'W', 12}, {'K', 28}, {'J', 35}, {'h', 21}, {'A', 36}, {'F', 40},
      {'E', 31}, {'C', 36}, {'X', 23}, {'D', 19}, {'U', 35}, {'P', 44}, {'Q', 40}, {'B', 19}, {'I', 50}, {'N', 20}, {'O', 48}};
  const auto at = std::ranges::find(lengths, type, [](const auto& l) { return l.first; });
  return at == std::end(lengths) ? 0 : at->second;
}

// "dir/01302019.NASDAQ_ITCH50.gz" or "dir/S013019-v50.txt".
std::optional<Date> day_of_name(const std::string& path) {
  auto name = std::string_view(path).substr(path.rfind('/') + 1);
  if (name.starts_with('S')) name.remove_prefix(1);
  const auto digits = std::min(name.find_first_not_of("0123456789"), name.size());
  if (digits != 6 && digits != 8) return std::nullopt;
  const auto month = whole_number(name.substr(0, 2)), day = whole_number(name.substr(2, 2)),
             year = whole_number(name.substr(4, digits - 4));
  return make_date(static_cast<std::int64_t>(*year) + (digits == 6 ? 2000 : 0), static_cast<std::int64_t>(*month),
                   static_cast<std::int64_t>(*day));
}

}  // namespace

// Big-endian fields of a message, one after the other.
class ItchFeed::Fields {
 public:
  explicit Fields(std::string_view bytes) : rest_(bytes) {}
  std::uint64_t number(std::size_t bytes) {
    std::uint64_t v = 0;
    for (const char c : text(bytes)) v = v << 8 | static_cast<unsigned char>(c);
    return v;
  }
  std::uint32_t shares() { return static_cast<std::uint32_t>(number(4)); }
  Price price() { return {static_cast<std::int64_t>(number(4)) * price_unit}; }
  Side side() { return text(1) == "B" ? Side::buy : Side::sell; }
  std::string_view text(std::size_t bytes) {
    const auto t = rest_.substr(0, bytes);
    rest_.remove_prefix(bytes);
    return t;
  }
  std::string_view stock() {
    const auto t = text(8);
    return t.substr(0, t.find(' '));
  }

 private:
  std::string_view rest_;
};

std::vector<std::string> itch_stocks(ByteStream& stream) {
  std::string bytes(std::size_t{1} << 20, '\0');
  std::size_t have = 0;
  while (have < bytes.size()) {
    const auto got = stream.read(bytes.data() + have, bytes.size() - have);
    if (!got || *got == 0) break;
    have += *got;
  }
  std::vector<std::string> names;
  for (auto rest = std::string_view(bytes).substr(0, have); rest.size() > 2;) {
    const auto length = static_cast<std::size_t>(static_cast<unsigned char>(rest[0]) << 8 | static_cast<unsigned char>(rest[1]));
    const auto message = rest.substr(2, length);
    rest.remove_prefix(std::min(rest.size(), 2 + length));
    if (message.size() != 39 || message[0] != 'R') continue;
    const auto stock = message.substr(header, 8);
    names.emplace_back(stock.substr(0, stock.find(' ')));
  }
  return names;
}

Result<std::unique_ptr<Feed>> ItchFeed::open(const FeedSource& source, std::span<const Instrument> instruments) {
  auto symbols = Symbols::bind(source, instruments);
  if (!symbols) return symbols.error();
  const auto day = day_of_name(source.path);
  if (!day)
    return Error{Failure::data, source.path, "its name does not tell the day", "as in 01302019.NASDAQ_ITCH50.gz or S013019-v50.txt.gz"};
  auto file = InputFile::open(source.path);
  if (!file) return file.error();
  const auto part = find_part(**file, source.entry);
  if (!part) return part.error();
  return std::unique_ptr<Feed>(new ItchFeed(*file, *part, source.venue, std::move(*symbols), *day));
}

void ItchFeed::restart() {
  stream_ = std::make_unique<ByteStream>(file_, part_.range, part_.packing, part_.crc);
  stocks_.clear();
  by_locate_.assign(65'536, -1);
  ready_.clear();
  given_ = 0;
  messages_ = rows_ = 0;
  last_ = from_wall_clock(Zone::new_york, day_, {}).value();
  ended_ = false;
}

Result<void> ItchFeed::seek(std::uint64_t row) {
  restart();
  FeedRow passed;
  while (rows_ < row) {
    const auto more = next(passed);
    if (!more) return more.error();
    if (!*more) break;
  }
  return {};
}

Result<bool> ItchFeed::next(FeedRow& out) {
  while (given_ == ready_.size()) {
    if (ended_) return false;
    ready_.clear();
    given_ = 0;
    const auto more = take_message(message_);
    if (!more) return more.error();
    if (*more) read(message_);
    else ended_ = true;
  }
  out = ready_[given_++];
  out.row = rows_++;
  return true;
}

// False at the end; damage leaves a fault in ready_.
Result<bool> ItchFeed::take_message(std::string& message) {
  const auto take = [&](std::size_t n) -> Result<std::size_t> {
    message.resize(n);
    std::size_t have = 0;
    while (have < n) {
      const auto got = stream_->read(message.data() + have, n - have);
      if (!got) return got.error();
      if (*got == 0) break;
      have += *got;
    }
    return have;
  };
  const auto prefix = take(2);
  if (!prefix) return prefix.error();
  ++messages_;
  if (*prefix == 0 && stream_->damage().empty()) return false;
  const std::size_t length = *prefix < 2 ? 0 : static_cast<std::size_t>(Fields(message).number(2));
  const auto body = *prefix < 2 ? Result<std::size_t>(std::size_t{0}) : take(length);
  if (!body) return body.error();
  if (*prefix == 2 && *body == length) return true;
  refuse(FeedFault::truncated, stream_->damage().empty() ? "the file ends inside a message" : stream_->damage());
  return false;
}

void ItchFeed::refuse(FeedFault fault, std::string what) {
  put(fault_of(venue_, messages_, {fault, std::move(what)}), last_);
}

ItchFeed::Stock* ItchFeed::stock_of(std::uint16_t locate, std::string_view name) {
  auto& place = by_locate_[locate];
  if (place == -1 && !name.empty()) {
    const auto* bound = symbols_.find(name);
    if (bound == nullptr) return place = -2, nullptr;
    place = static_cast<std::int32_t>(stocks_.size());
    stocks_.push_back({bound->instrument, bound->tick, {}, 0});
  }
  return place < 0 ? nullptr : &stocks_[static_cast<std::size_t>(place)];
}

void ItchFeed::read(std::string_view message) {
  const char type = message.empty() ? '\0' : message[0];
  const auto length = length_of(type);
  if (length == 0) return refuse(FeedFault::malformed, refuse_value({}, "type", message.substr(0, 1), "is no message of ITCH 5.0").what);
  if (message.size() != length)
    return refuse(FeedFault::malformed, std::string("message ") + type + " has " + std::to_string(message.size()) + " bytes, not " +
                                            std::to_string(length));
  Fields f(message.substr(1));
  const auto locate = static_cast<std::uint16_t>(f.number(2));
  f.number(2);
  const auto at = from_wall_clock(Zone::new_york, day_, {static_cast<std::int64_t>(f.number(6))});
  if (!at || *at < last_) return refuse(FeedFault::out_of_order, "timestamp: before that of the message before");
  const bool names_stock = type == 'R' || type == 'A' || type == 'F' || type == 'P' || type == 'Q';
  const auto from = type == 'R' ? header : type == 'Q' ? header + 8 : header + 13;
  auto* s = stock_of(locate, names_stock ? Fields(message.substr(from)).stock() : std::string_view{});
  last_ = *at;
  if (s == nullptr) return;
  if (std::string_view("AFECXDU").find(type) != std::string_view::npos) read_order(type, f, *s, *at);
  else if (type == 'P' || type == 'Q') read_trade(type, f, *s, *at);
  else if (type == 'B') put(VenueCorrection{s->instrument, venue_, *at, f.number(8), {}, {}}, *at);
}

void ItchFeed::read_order(char type, Fields& f, Stock& s, Time at) {
  if (type == 'A' || type == 'F') return add_order(f, s, at);
  if (type == 'U') return replace_order(f, s, at);
  if (type == 'E' || type == 'C') return execute(type, f, s, at);
  const auto reference = f.number(8);
  const auto* order = s.book.find(reference);
  if (order == nullptr) return refuse(FeedFault::bad_value, "order " + std::to_string(reference) + ": is not in the book");
  const std::pair<Side, Price> touched{order->side, order->price};
  const auto shares = type == 'D' ? order->shares : f.shares();
  if (shares == 0 || !s.book.reduce(reference, shares))
    return refuse(FeedFault::bad_value, "order " + std::to_string(reference) + ": has not " + std::to_string(shares) + " shares to cancel");
  put_depth(s, at, {&touched, 1});
}

void ItchFeed::add_order(Fields& f, Stock& s, Time at) {
  const auto reference = f.number(8);
  ItchBook::Order order;
  order.side = f.side();
  order.shares = f.shares();
  f.stock();
  order.price = f.price();
  if (order.shares == 0 || order.price.units == 0 || (s.tick.units != 0 && order.price.units % s.tick.units != 0))
    return refuse(FeedFault::bad_value, "order " + std::to_string(reference) + ": no shares, no price, or a price off the tick");
  if (!s.book.add(reference, order)) return refuse(FeedFault::bad_value, "order " + std::to_string(reference) + ": is in the book already");
  const std::pair<Side, Price> touched{order.side, order.price};
  put_depth(s, at, {&touched, 1});
}

void ItchFeed::replace_order(Fields& f, Stock& s, Time at) {
  const auto reference = f.number(8), fresh = f.number(8);
  const auto* old = s.book.find(reference);
  if (old == nullptr) return refuse(FeedFault::bad_value, "order " + std::to_string(reference) + ": is not in the book");
  ItchBook::Order order{old->side, {}, f.shares()};
  order.price = f.price();
  if (order.shares == 0 || order.price.units == 0 || (s.tick.units != 0 && order.price.units % s.tick.units != 0) ||
      s.book.find(fresh) != nullptr)
    return refuse(FeedFault::bad_value,
                  "order " + std::to_string(reference) + ": its replacement has no shares, price or number of its own");
  const std::pair<Side, Price> touched[2]{{old->side, old->price}, {order.side, order.price}};
  s.book.reduce(reference, old->shares);
  s.book.add(fresh, order);
  put_depth(s, at, {touched, touched[0] == touched[1] ? 1u : 2u});
}

void ItchFeed::execute(char type, Fields& f, Stock& s, Time at) {
  const auto reference = f.number(8);
  const auto shares = f.shares();
  const auto id = f.number(8);
  const auto* order = s.book.find(reference);
  if (order == nullptr) return refuse(FeedFault::bad_value, "order " + std::to_string(reference) + ": is not in the book");
  const std::pair<Side, Price> touched{order->side, order->price};
  if (shares == 0 || !s.book.reduce(reference, shares))
    return refuse(FeedFault::bad_value,
                  "order " + std::to_string(reference) + ": has not " + std::to_string(shares) + " shares to execute");
  put_depth(s, at, {&touched, 1});
  const bool printable = type == 'E' || f.text(1) == "Y";
  const Price price = type == 'E' ? touched.second : f.price();
  if (printable) put_trade(s, at, id, price, shares, opposite(touched.first));
}

void ItchFeed::read_trade(char type, Fields& f, Stock& s, Time at) {
  if (type == 'P') {
    f.number(8);
    const auto resting = f.side();
    const auto shares = f.shares();
    f.stock();
    const auto price = f.price();
    return put_trade(s, at, f.number(8), price, shares, opposite(resting));
  }
  const auto shares = f.number(8);
  f.stock();
  const auto price = f.price();
  const auto id = f.number(8);
  if (shares != 0) put_trade(s, at, id, price, shares, Side::buy);  // a cross without shares says that nothing was matched
}

void ItchFeed::put_depth(Stock& s, Time at, std::span<const std::pair<Side, Price>> touched) {
  if (s.changes == 0) put(VenueSnapshot{s.instrument, venue_, at, ++s.changes, {}, {}}, at);
  bids_.clear();
  asks_.clear();
  for (const auto& [side, price] : touched) (side == Side::buy ? bids_ : asks_).push_back(s.book.level(side, price));
  const auto id = ++s.changes;
  put(VenueDepth{s.instrument, venue_, at, id, id, id - 1, std::span<const Level>(bids_), std::span<const Level>(asks_)}, at);
}

void ItchFeed::put(FeedRow::Fact fact, Time at) {
  FeedRow row;
  row.time = at;
  row.fact = fact;
  ready_.push_back(row);
}

void ItchFeed::put_trade(const Stock& s, Time at, std::uint64_t id, Price price, std::uint64_t shares, Side aggressor) {
  if (price.units == 0 || shares == 0 || shares > static_cast<std::uint64_t>(INT64_MAX / decimal_one))
    return refuse(FeedFault::bad_value, "trade " + std::to_string(id) + ": no price or no shares");
  put(VenueTrade{s.instrument, venue_, at, id, price, quantity_of(static_cast<std::int64_t>(shares)), aggressor}, at);
}

}  // namespace trade::venues
