#include "adapters/venues/guess_feed.h"

#include <algorithm>

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

// "dir/btc_perp_1m.csv.gz" gives BTC_PERP_1M.
std::string symbol_of_name(const std::string& path) {
  auto name = path.substr(path.rfind('/') + 1);
  name = name.substr(0, name.find('.', 1));
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
  if (path.ends_with(".zip")) {
    auto about = parse_lean_path(path);
    if (!about) return about.error();
    return FeedGuess{FeedFormat::lean, {upper(about->symbol)}};
  }
  auto file = InputFile::open(path);
  if (!file) return file.error();
  const auto packing = packing_of(**file);
  if (!packing) return packing.error();
  LineReader lines(std::make_unique<ByteStream>(*file, ByteStream::Range{0, (*file)->size()}, *packing));
  std::string_view line;
  auto more = lines.next(line);
  if (!more) return more.error();
  if (!*more) return Error{Failure::data, path, lines.damage().empty() ? "the file is empty" : lines.damage(), {}};
  if (!is_capture_line(line)) {
    if (line.find(',') != std::string_view::npos && line.find_first_of("{\"") == std::string_view::npos)
      return FeedGuess{FeedFormat::csv_bars, {symbol_of_name(path)}};
    return Error{Failure::data, path + ":1", "is neither a capture line (<local ns> {json}) nor a CSV header",
                 "say --format binance_stream, lean or csv_bars when it is one all the same"};
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
