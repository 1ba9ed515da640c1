#include "adapters/venues/csv_bars_feed.h"

#include <algorithm>
#include <optional>

#include "core/document.h"

namespace trade::venues {
namespace {

using Layout = CsvBarsFeed::Layout;
constexpr std::size_t probed_rows = 64;
constexpr std::array<std::int64_t, 5> unit_ns{0, 1'000'000'000, 1'000'000, 1'000, 1};

// The unit of a count since 1970, told by its size: each unit spans 1973 to 5138 by the next one's reckoning.
CsvTime unit_of(std::uint64_t v) {
  if (v < 100'000'000'000) return CsvTime::s;
  if (v < 100'000'000'000'000) return CsvTime::ms;
  return v < 100'000'000'000'000'000 ? CsvTime::us : CsvTime::ns;
}

std::optional<Time> read_csv_time(std::string_view text, CsvTime written) {
  if (written == CsvTime::iso) {
    if (text.ends_with("+00:00")) text.remove_suffix(6);
    return parse_time(text);
  }
  const auto v = whole_number(text);
  std::int64_t ns;
  if (!v || unit_of(*v) != written || __builtin_mul_overflow(*v, unit_ns[static_cast<std::size_t>(written)], &ns)) return std::nullopt;
  return Time{ns};
}

std::string lower(std::string_view s) {
  std::string out(s);
  std::ranges::transform(out, out.begin(), [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
  return out;
}

constexpr std::array<std::string_view, 6> wanted{"timestamp", "open", "high", "low", "close", "volume"};

Result<Layout> read_header(const FeedSource& source, std::string_view line) {
  if (line.starts_with("\xEF\xBB\xBF")) line.remove_prefix(3);
  const Columns header(line);
  const auto wrong = [&](std::string what, std::string mend) {
    return Error{Failure::data, source.path + ":1", std::move(what), std::move(mend)};
  };
  if (header.count() > Columns::most) return wrong("has more than 32 columns", "leave out what is no bar");
  std::array<std::size_t, wanted.size()> at;
  at.fill(header.count());
  for (std::size_t i = 0; i < header.count(); ++i) {
    const auto name = lower(header[i]);
    const bool time = name == "time" || name == "date" || name == "datetime";
    const auto known = std::ranges::find(wanted, time ? "timestamp" : std::string_view(name));
    if (known == wanted.end()) {
      if (std::ranges::find(source.ignore, std::string(header[i])) != source.ignore.end()) continue;
      const auto near = nearest(name, {wanted.begin(), wanted.end()});
      return wrong(
          "unknown column \"" + std::string(header[i].substr(0, 40)) + "\"",
          near.empty() ? std::string("list it in feed.ignore") : "did you mean \"" + std::string(near) + "\"? Else list it in feed.ignore");
    }
    auto& place = at[static_cast<std::size_t>(known - wanted.begin())];
    if (place != header.count()) return wrong("two columns are a bar's " + std::string(*known), "list one of them in feed.ignore");
    place = i;
  }
  for (std::size_t k = 0; k < wanted.size(); ++k)
    if (at[k] == header.count()) return wrong("column \"" + std::string(wanted[k]) + "\" is missing", "name it in the first line");
  return Layout{header.count(), at[0], at[1], at[2], at[3], at[4], at[5], {}, source.interval, source.stamp};
}

// How times are written, from the first row; the interval, when the source does not say, from the smallest step of the first rows.
Result<Layout> probe(const FeedSource& source, LineReader& lines) {
  std::string_view line;
  const auto header = lines.next(line);
  if (!header) return header.error();
  if (!*header)
    return Error{Failure::data, source.path + ":1", lines.damage().empty() ? "the file is empty" : lines.damage(),
                 "its first line names the columns"};
  auto layout = read_header(source, line);
  if (!layout) return layout;
  bool first = true;
  std::optional<Time> before;
  for (std::size_t i = 0; i < probed_rows; ++i) {
    const auto more = lines.next(line);
    if (!more) return more.error();
    if (!*more) break;
    const Columns c(line);
    if (c.count() != layout->columns) continue;
    const auto text = c[layout->time];
    if (first) {
      const auto v = whole_number(text);
      layout->written = v ? unit_of(*v) : CsvTime::iso;
    }
    const auto t = read_csv_time(text, layout->written);
    if (!t) continue;
    first = false;
    if (before && *t > *before && source.interval.ns == 0 && (layout->interval.ns == 0 || *t - *before < layout->interval))
      layout->interval = *t - *before;
    before = t;
  }
  if (layout->interval.ns <= 0)
    return Error{Failure::config, source.path, "the interval of its bars is not known", "set feed.interval, for example 1m"};
  return layout;
}

}  // namespace

Result<std::unique_ptr<Feed>> CsvBarsFeed::open(const FeedSource& source, std::span<const Instrument> instruments) {
  const auto symbols = Symbols::bind(source, instruments);
  if (!symbols) return symbols.error();
  if (symbols->only() == nullptr)
    return Error{Failure::config, "feed.instrument", "which instrument " + source.path + " is about is not said", "set it"};
  auto file = InputFile::open(source.path);
  if (!file) return file.error();
  const auto packing = packing_of(**file);
  if (!packing) return packing.error();
  const Part whole{{0, (*file)->size()}, *packing, {}};
  LineReader lines(std::make_unique<ByteStream>(*file, whole.range, whole.packing));
  const auto layout = probe(source, lines);
  if (!layout) return layout.error();
  return std::unique_ptr<Feed>(new CsvBarsFeed(*file, whole, source.venue, *layout, *symbols->only()));
}

bool CsvBarsFeed::read(std::string_view line, FeedRow& out, Refusal& why) {
  const Columns c(line);
  const auto refuse = [&](Refusal r) { return why = std::move(r), false; };
  if (c.count() != layout_.columns)
    return refuse(
        {FeedFault::malformed, "has " + std::to_string(c.count()) + " columns; the header names " + std::to_string(layout_.columns)});
  auto open_time = read_csv_time(c[layout_.time], layout_.written);
  if (!open_time || open_time->ns < layout_.interval.ns || open_time->ns > INT64_MAX - layout_.interval.ns)
    return refuse(
        refuse_value(FeedFault::malformed, "timestamp", c[layout_.time], "is no time in " + std::string(name_of(layout_.written))));
  if (layout_.stamp == BarStamp::close) *open_time = *open_time - layout_.interval;
  if (*open_time <= last_)
    return refuse({FeedFault::out_of_order,
                   *open_time == last_ ? "timestamp: the same as of the bar before" : "timestamp: before that of the bar before"});
  VenueBar b{bound_.instrument, venue(), *open_time, layout_.interval, {}, {}, {}, {}, {}};
  const auto price = [&](std::size_t at, std::string_view name, Price& p) {
    return read_price(name, c[at], 1, bound_.tick, false, p, why);
  };
  if (!price(layout_.open, "open", b.open) || !price(layout_.high, "high", b.high) || !price(layout_.low, "low", b.low) ||
      !price(layout_.close, "close", b.close) || !check_bar(b, why))
    return false;
  if (!read_size("volume", c[layout_.volume], b.volume, why)) return false;
  out.fact = b;
  out.time = *open_time + layout_.interval;
  last_ = *open_time;
  return true;
}

}  // namespace trade::venues
