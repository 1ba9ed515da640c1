#include "adapters/venues/guess_feed.h"

#include <algorithm>

#include "adapters/venues/binance_csv_feed.h"
#include "adapters/venues/itch_feed.h"
#include "adapters/venues/lean_path.h"
#include "adapters/venues/line_reader.h"
#include "adapters/venues/number.h"

namespace trade {
namespace {

using namespace venues;
constexpr int looked_at = 2'000;

std::string upper(std::string text) {
  std::ranges::transform(text, text.begin(), [](char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c; });
  return text;
}

// "dir/btc_perp_1m.csv.gz" gives BTC_PERP_1M, BTCUSDT-1m-2024-08-08.zip up to the hyphen BTCUSDT.
std::string symbol_of_name(const std::string& path, const char* ends = ".") {
  auto name = path.substr(path.rfind('/') + 1);
  name = name.substr(0, name.find_first_of(ends, 1));
  return upper(name.substr(0, Text<23>::capacity));
}

bool is_capture_line(std::string_view line) {
  const auto space = line.substr(0, 24).find(' ');
  return space != std::string_view::npos && whole_number(line.substr(0, space)) && line.substr(space + 1, 1) == "{";
}

// Captures name an instrument as "s":"BTCUSDT".
void add_symbol(std::string_view line, std::vector<std::string>& symbols) {
  constexpr std::string_view key = "\"s\":\"";
  const auto at = line.substr(0, 512).find(key);
  if (at == std::string_view::npos) return;
  const auto rest = line.substr(at + key.size());
  const std::string symbol(rest.substr(0, rest.find('"')));
  if (Text<23>::fits(symbol) && std::ranges::find(symbols, symbol) == symbols.end()) symbols.push_back(symbol);
}

}  // namespace

Result<FeedGuess> guess_feed(const std::string& path) {
  const auto about = parse_lean_path(path);
  if (about) return FeedGuess{FeedFormat::lean, {upper(about->symbol)}};
  auto file = InputFile::open(path);
  if (!file) return file.error();
  const auto part = find_part(**file, {});
  if (!part) return path.ends_with(".zip") ? about.error() : part.error();
  const auto open = [&] { return LineReader(std::make_unique<ByteStream>(*file, part->range, part->packing, part->crc)); };
  auto lines = open();
  std::string_view line;
  auto more = lines.next(line);
  if (!more) return more.error();
  if (!*more) return Error{Failure::data, path, lines.damage().empty() ? "the file is empty" : lines.damage(), {}};
  if (is_itch(line)) {
    ByteStream stream(*file, part->range, part->packing, part->crc);
    return FeedGuess{FeedFormat::itch, itch_stocks(stream)};
  }
  const std::string first(line.substr(0, 4096));
  auto rest = open();
  std::string_view second;
  for (int i = 0; i < 2; ++i)
    if (const auto read = rest.next(second); !read || !*read) second = {};
  if (binance_csv_layout(first, second)) return FeedGuess{FeedFormat::binance_csv, {symbol_of_name(path, ".-")}};
  if (path.ends_with(".zip")) return about.error();
  if (!is_capture_line(line)) {
    if (line.find(',') != std::string_view::npos && line.find_first_of("{\"") == std::string_view::npos)
      return FeedGuess{FeedFormat::csv_bars, {symbol_of_name(path)}};
    return Error{Failure::data, path + ":1", "is neither a capture line (<local ns> {json}) nor a CSV header",
                 "say --format binance_stream, lean, csv_bars, binance_csv or itch when it is one all the same"};
  }
  FeedGuess guess{FeedFormat::binance_stream, {}};
  for (int i = 0; more && *more && i < looked_at; ++i) {
    add_symbol(line, guess.symbols);
    more = lines.next(line);
  }
  if (guess.symbols.empty())
    return Error{Failure::data, path, "its first " + std::to_string(looked_at) + " lines name no symbol", "say which one with --symbol"};
  return guess;
}

}  // namespace trade
