#include "app/recorded_file.h"

#include <algorithm>

#include "adapters/venues/guess_feed.h"
#include "adapters/venues/open_feed.h"
#include "core/document.h"

namespace trade {
namespace {

Result<FeedFormat> parse_format(const std::string& text) {
  constexpr auto names = enum_names(FeedFormat{});
  const auto at = std::ranges::find(names, text);
  if (at != names.end()) return static_cast<FeedFormat>(at - names.begin());
  const auto near = nearest(text, {names.begin(), names.end()});
  return Error{Failure::usage, "--format " + text, "is not known",
               near.empty() ? "binance_stream, lean, csv_bars, binance_csv or itch" : "did you mean " + std::string(near) + "?"};
}

std::vector<Instrument> instruments_named(const std::vector<std::string>& symbols) {
  std::vector<Instrument> out;
  for (const auto& s : symbols) {
    Instrument i;
    i.id = InstrumentId{static_cast<std::uint32_t>(out.size() + 1)};
    i.symbol = Symbol(std::string_view(s));
    out.push_back(i);
  }
  return out;
}

}  // namespace

std::string_view RecordedFile::symbol(InstrumentId id) const {
  return id.value >= 1 && id.value <= symbols.size() ? std::string_view(symbols[id.value - 1]) : "?";
}

Result<RecordedFile> open_recorded_file(const RecordedFileOptions& options) {
  FeedSource source;
  source.path = options.path;
  source.venue = VenueId{1};
  source.entry = options.entry;
  source.ignore = options.ignore;
  if (!options.interval.empty()) {
    const auto interval = parse_duration(options.interval);
    if (!interval || interval->ns <= 0) return Error{Failure::usage, "--interval " + options.interval, "is not a duration", "e.g. 1m, 1h"};
    source.interval = *interval;
  }
  if (options.symbol.size() > Symbol::capacity) return Error{Failure::usage, "--symbol", "is longer than 23 bytes", {}};
  RecordedFile file;
  file.one_symbol = !options.symbol.empty();
  if (!options.format.empty()) {
    const auto format = parse_format(options.format);
    if (!format) return format.error();
    source.format = *format;
  }
  if (options.format.empty() || options.symbol.empty()) {
    auto guess = guess_feed(options.path);
    if (!guess) return guess.error();
    if (options.format.empty()) source.format = guess->format;
    file.symbols = std::move(guess->symbols);
  }
  if (file.one_symbol) file.symbols = {options.symbol};
  if (file.symbols.size() == 1) source.instrument = InstrumentId{1};
  file.format = source.format;
  auto feed = open_feed(source, instruments_named(file.symbols));
  if (!feed) return feed.error();
  file.feed = std::move(feed).value();
  return file;
}

}  // namespace trade
