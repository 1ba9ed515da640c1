#include <cstring>
#include <filesystem>

#include "adapters/system/file.h"
#include "adapters/venues/open_feed.h"
#include "bench/measure.h"
#include "bench/micro/benches.h"

// A Binance capture, unpacked, into facts: megabytes of JSON lines a second.
namespace trade::bench {
namespace {

std::vector<Instrument> instruments() {
  Instrument i;
  i.id = InstrumentId{1};
  i.symbol = Symbol("BTCUSDT");
  return {i};
}

Result<std::uint64_t> read_feed(const std::string& path) {
  FeedSource source;
  source.format = FeedFormat::binance_stream;
  source.path = path;
  source.venue = VenueId{1};
  source.instrument = InstrumentId{1};
  const auto listed = instruments();
  auto feed = open_feed(source, listed);
  if (!feed) return feed.error();
  FeedRow row;
  std::uint64_t facts = 0;
  for (;;) {
    auto more = (*feed)->next(row);
    if (!more) return more.error();
    if (!*more) return facts;
    facts += std::holds_alternative<VenueFault>(row.fact) ? 0 : 1;
  }
}

std::uint64_t count_lines(Files& files, const std::string& path) {
  const auto bytes = files.read_all(path);
  std::uint64_t lines = 0;
  const char* at = bytes->data();
  for (const char* end = at + bytes->size();
       (at = static_cast<const char*>(std::memchr(at, '\n', static_cast<std::size_t>(end - at)))) != nullptr; ++at)
    ++lines;
  return lines;
}

}  // namespace

void parse(const Folders& folders) {
  const std::string path = folders.scratch + "/capture.txt";  // unpacked by bench/run
  if (!std::filesystem::exists(path)) return print_error("parse", "no capture unpacked at " + path);
  const double megabytes = static_cast<double>(std::filesystem::file_size(path)) / 1e6;
  const auto files = posix_files();
  std::uint64_t facts = 0, lines = 0;
  Result<std::uint64_t> outcome = std::uint64_t{0};
  auto f = alternate(
      "parse", "MB/s", megabytes, 5,
      [&] {
        outcome = read_feed(path);
        facts = outcome ? *outcome : 0;
      },
      [&] { lines = count_lines(*files, path); });
  if (!outcome) return print_error("parse", outcome.error().text());
  for (double* ns : {&f.value, &f.wall, &f.reference}) *ns = 1e9 / *ns;
  f.reference_is = "reading the file and counting its lines";
  f.note = std::to_string(facts) + " facts of " + std::to_string(lines) + " lines; the digest of the file is among the cost";
  print(f);
}

}  // namespace trade::bench
