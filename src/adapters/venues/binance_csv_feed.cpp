#include "adapters/venues/binance_csv_feed.h"

#include "adapters/venues/zip_archive.h"

namespace trade::venues {
namespace {

std::optional<bool> read_flag(std::string_view text) {
  if (text == "true" || text == "True") return true;
  if (text == "false" || text == "False") return false;
  return std::nullopt;
}

// The unit of a count since 1970: milliseconds until the year 5138, then microseconds.
std::int64_t unit_of(std::uint64_t v) { return v < 100'000'000'000'000 ? 1'000'000 : 1'000; }

bool read_stamp(std::string_view field, std::string_view text, Time& out, Refusal& why) {
  const auto v = whole_number(text);
  if (v && *v >= 100'000'000'000 && !__builtin_mul_overflow(static_cast<std::int64_t>(*v), unit_of(*v), &out.ns)) return true;
  why = refuse_value(FeedFault::malformed, field, text, "is no count of milliseconds or microseconds since 1970");
  return false;
}

std::optional<BinanceCsvLayout> layout_of(std::string_view line) {
  const Columns c(line);
  if (c.count() < 6 || c.count() > 12 || !whole_number(c[0])) return std::nullopt;
  if (c.count() == 12 && whole_number(c[6])) return BinanceCsvLayout{BinanceCsv::klines, 12, false};
  if ((c.count() == 6 || c.count() == 7) && read_flag(c[5])) return BinanceCsvLayout{BinanceCsv::trades, c.count(), false};
  if ((c.count() == 7 || c.count() == 8) && read_flag(c[6])) return BinanceCsvLayout{BinanceCsv::agg_trades, c.count(), false};
  return std::nullopt;
}

}  // namespace

std::optional<BinanceCsvLayout> binance_csv_layout(std::string_view first, std::string_view second) {
  if (const auto layout = layout_of(first)) return layout;
  const bool named = first.starts_with("agg_trade_id,") || first.starts_with("id,") || first.starts_with("open_time,");
  auto layout = named ? layout_of(second) : std::nullopt;
  if (layout) layout->header = true;
  return layout;
}

Result<std::unique_ptr<Feed>> BinanceCsvFeed::open(const FeedSource& source, std::span<const Instrument> instruments) {
  const auto symbols = Symbols::bind(source, instruments);
  if (!symbols) return symbols.error();
  if (symbols->only() == nullptr)
    return Error{Failure::config, "feed.instrument", "which instrument " + source.path + " is about is not said", "set it"};
  auto file = InputFile::open(source.path);
  if (!file) return file.error();
  const auto part = find_part(**file, source.entry);
  if (!part) return part.error();
  LineReader lines(std::make_unique<ByteStream>(*file, part->range, part->packing, part->crc));
  std::string texts[2];
  for (auto& text : texts) {
    std::string_view line;
    const auto more = lines.next(line);
    if (!more) return more.error();
    if (*more) text = line;
  }
  const auto layout = binance_csv_layout(texts[0], texts[1]);
  if (!layout)
    return Error{Failure::data, source.path + ":1", "its columns are those of no archive of Binance", "aggTrades, trades or klines"};
  return std::unique_ptr<Feed>(new BinanceCsvFeed(*file, *part, source.venue, *layout, *symbols->only()));
}

bool BinanceCsvFeed::read(std::string_view line, FeedRow& out, Refusal& why) {
  const Columns c(line);
  if (c.count() != layout_.columns) {
    why = {FeedFault::malformed, "has " + std::to_string(c.count()) + " columns; the first row has " + std::to_string(layout_.columns)};
    return false;
  }
  return layout_.kind == BinanceCsv::klines ? read_kline(c, out, why) : read_trade(c, out, why);
}

bool BinanceCsvFeed::read_trade(const Columns& c, FeedRow& out, Refusal& why) {
  const std::size_t time = layout_.kind == BinanceCsv::agg_trades ? 5 : 4;
  const auto refuse = [&](FeedFault fault, std::string_view field, std::string_view text, std::string_view rule) {
    return why = refuse_value(fault, field, text, rule), false;
  };
  VenueTrade t{bound_.instrument, venue(), {}, 0, {}, {}, {}};
  const auto id = whole_number(c[0]);
  if (!id) return refuse(FeedFault::malformed, "id", c[0], "is no whole number");
  if (static_cast<std::int64_t>(*id) <= last_id_) return refuse(FeedFault::out_of_order, "id", c[0], "is not above that of the row before");
  if (!read_stamp("time", c[time], t.venue_time, why)) return false;
  if (t.venue_time < last_) return refuse(FeedFault::out_of_order, "time", c[time], "lies before that of the row before");
  const auto quantity = units_of(c[2]);
  const auto maker = read_flag(c[time + 1]);
  if (!read_price("price", c[1], 1, bound_.tick, false, t.price, why)) return false;
  if (!quantity) return refuse(FeedFault::bad_value, "quantity", c[2], number_rule(c[2]));
  if (*quantity == 0) return refuse(FeedFault::bad_value, "quantity", c[2], "is not above 0");
  if (!maker) return refuse(FeedFault::malformed, "buyer is maker", c[time + 1], "is neither true nor false");
  t.trade_id = *id;
  t.quantity = {*quantity};
  t.aggressor = *maker ? Side::sell : Side::buy;
  last_id_ = static_cast<std::int64_t>(*id);
  last_ = out.time = t.venue_time;
  out.fact = t;
  return true;
}

bool BinanceCsvFeed::read_kline(const Columns& c, FeedRow& out, Refusal& why) {
  VenueBar b{bound_.instrument, venue(), {}, {}, {}, {}, {}, {}, {}};
  Time last_instant;  // the archive's close time is the last instant of the bar, in its unit
  if (!read_stamp("open time", c[0], b.open_time, why) || !read_stamp("close time", c[6], last_instant, why)) return false;
  const Time end = last_instant + Duration{unit_of(*whole_number(c[6]))};
  if (end <= b.open_time) return why = refuse_value(FeedFault::bad_value, "close time", c[6], "does not lie after the open time"), false;
  if (b.open_time < last_) return why = refuse_value(FeedFault::out_of_order, "open time", c[0], "lies in the bar before"), false;
  b.interval = end - b.open_time;
  const auto price = [&](std::size_t at, std::string_view name, Price& p) {
    return read_price(name, c[at], 1, bound_.tick, false, p, why);
  };
  if (!price(1, "open", b.open) || !price(2, "high", b.high) || !price(3, "low", b.low) || !price(4, "close", b.close) ||
      !check_bar(b, why) || !read_size("volume", c[5], b.volume, why))
    return false;
  last_ = out.time = end;
  out.fact = b;
  return true;
}

}  // namespace trade::venues
