#include "adapters/venues/lean_feed.h"

#include <algorithm>

namespace trade::venues {
namespace {

constexpr std::int64_t day_ms = 86'400'000;

bool refuse_columns(std::size_t count, std::string_view wanted, Refusal& why) {
  why = {FeedFault::malformed, "has " + std::to_string(count) + " columns; expected " + std::string(wanted)};
  return false;
}

// The symbol of the path, as the source binds it or as we call it (in capitals).
Result<Symbols::Bound> bind_symbol(const FeedSource& source, const LeanPath& about, std::span<const Instrument> instruments) {
  auto symbols = Symbols::bind(source, instruments);
  if (!symbols) return symbols.error();
  if (source.instrument) return *symbols->only();
  auto name = about.symbol;
  if (const auto* b = symbols->find(name)) return *b;
  std::ranges::transform(name, name.begin(), [](char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c; });
  if (const auto* b = symbols->find(name)) return *b;
  return Error{Failure::config, source.path, "symbol \"" + name + "\" is not bound to an instrument",
               "set feed.instrument or feed.symbols"};
}

}  // namespace

Result<std::unique_ptr<Feed>> LeanFeed::open(const FeedSource& source, std::span<const Instrument> instruments) {
  auto about = parse_lean_path(source.path);
  if (!about) return about.error();
  const auto bound = bind_symbol(source, *about, instruments);
  if (!bound) return bound.error();
  auto file = InputFile::open(source.path);
  if (!file) return file.error();
  const auto part = find_part(**file, source.entry);
  if (!part) return part.error();
  return std::unique_ptr<Feed>(new LeanFeed(*file, *part, source.venue, std::move(*about), *bound));
}

bool LeanFeed::read(std::string_view line, FeedRow& out, Refusal& why) {
  const Columns c(line);
  Time at;
  if (!read_time(c[0], at, why)) return false;
  const bool ticks = about_.interval.ns == 0;
  if (ticks ? at < last_ : at <= last_) {
    why = {FeedFault::out_of_order, at == last_ ? "time: the same as of the row before" : "time: before that of the row before"};
    return false;
  }
  out.time = at + about_.interval;
  bool good = false;
  switch (about_.rows) {
    case LeanRows::trade_tick: good = read_trade_tick(c, out, why); break;
    case LeanRows::quote_tick: good = read_quote_tick(c, out, why); break;
    case LeanRows::trade_bar: good = read_trade_bar(c, out, why); break;
    case LeanRows::quote_bar: good = read_quote_bar(c, out, why); break;
  }
  if (good) last_ = at;
  return good;
}

// Milliseconds since midnight (decimals allowed), or "yyyymmdd hh:mm".
bool LeanFeed::read_time(std::string_view text, Time& out, Refusal& why) const {
  std::int64_t wall = -1;
  if (about_.own_dates) {
    if (text.size() == 14 && text[8] == ' ') {
      std::string iso(text);
      iso.insert(6, 1, '-').insert(4, 1, '-');
      if (const auto t = parse_time(iso + ":00")) wall = t->ns;
    }
  } else if (const auto ms = units_of(text); ms && *ms < day_ms * decimal_one) {
    wall = about_.midnight + *ms / 100;  // 1e-8 ms to ns
  }
  constexpr std::int64_t day_ns = day_ms * 1'000'000;
  const Date date{static_cast<std::int32_t>(wall / day_ns)};
  const auto t = wall < 0 ? std::nullopt : from_wall_clock(about_.zone, date, {wall % day_ns});
  if (t) return out = *t, true;
  why = refuse_value(FeedFault::malformed, "time", text, about_.own_dates ? "is not yyyymmdd hh:mm" : "is not milliseconds of a day");
  return false;
}

bool LeanFeed::read_trade_bar(const Columns& c, FeedRow& out, Refusal& why) const {
  if (c.count() != 6) return refuse_columns(c.count(), "time, open, high, low, close, volume", why);
  VenueBar b{bound_.instrument, venue(), out.time - about_.interval, about_.interval, {}, {}, {}, {}, {}};
  if (!price("open", c[1], false, b.open, why) || !price("high", c[2], false, b.high, why) || !price("low", c[3], false, b.low, why) ||
      !price("close", c[4], false, b.close, why) || !read_size("volume", c[5], b.volume, why) || !check_bar(b, why))
    return false;
  out.fact = b;
  return true;
}

// A side whose price is empty or 0 is absent, then its size must be 0 too.
bool LeanFeed::read_side(std::string_view side, std::string_view text, std::string_view size, Price& p, Quantity& q, Refusal& why) const {
  if (!text.empty() && !price(side, text, true, p, why)) return false;
  if (!size.empty() && !read_size(side, size, q, why)) return false;
  if (p.units == 0 && q.units != 0) return why = {FeedFault::bad_value, std::string(side) + ": a size without a price"}, false;
  return true;
}

bool LeanFeed::read_quote_bar(const Columns& c, FeedRow& out, Refusal& why) const {
  if (c.count() != 11) return refuse_columns(c.count(), "time, bid open high low close, size, ask open high low close, size", why);
  VenueQuote q{bound_.instrument, venue(), out.time, 0, {}, {}, {}, {}};
  if (!read_side("bid close", c[4], c[5], q.bid, q.bid_quantity, why) || !read_side("ask close", c[9], c[10], q.ask, q.ask_quantity, why))
    return false;
  out.fact = q;
  return true;
}

bool LeanFeed::read_trade_tick(const Columns& c, FeedRow& out, Refusal& why) const {
  if (c.count() != 6 && c.count() != 3) return refuse_columns(c.count(), "time, price, size[, exchange, condition, suspicious]", why);
  VenueTrade t{bound_.instrument, venue(), out.time, 0, {}, {}, Side::buy};
  if (!price("price", c[1], false, t.price, why) || !read_size("size", c[2], t.quantity, why)) return false;
  if (c.count() == 6 && c[5] != "0") return why = refuse_value(FeedFault::bad_value, "suspicious", c[5], "is not 0"), false;
  if (t.quantity.units == 0) return why = {FeedFault::bad_value, "size: a trade's size is not above 0"}, false;
  out.fact = t;
  return true;
}

bool LeanFeed::read_quote_tick(const Columns& c, FeedRow& out, Refusal& why) const {
  const bool bare = c.count() == 3;  // forex and cfd: no sizes
  if (!bare && c.count() != 8 && c.count() != 5)
    return refuse_columns(c.count(), "time, bid, ask or time, bid, size, ask, size[, exchange, condition, suspicious]", why);
  VenueQuote q{bound_.instrument, venue(), out.time, 0, {}, {}, {}, {}};
  if (!read_side("bid", c[1], bare ? "" : c[2], q.bid, q.bid_quantity, why) ||
      !read_side("ask", c[bare ? 2 : 3], bare ? "" : c[4], q.ask, q.ask_quantity, why))
    return false;
  if (c.count() == 8 && c[7] != "0") return why = refuse_value(FeedFault::bad_value, "suspicious", c[7], "is not 0"), false;
  out.fact = q;
  return true;
}

}  // namespace trade::venues
