// bars_probe CALENDARS ENTRY HOURS PRICE INTERVALS FILE...: prints the bars that gateway and normalizer make of recorded ticks, as CSV
// interval_ns,open_ns,open,high,low,close,volume,trades in units of 1e-8. ENTRY "-": no calendar. PRICE: trades, mid, bid or ask.
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <sstream>

#include "adapters/venues/guess_feed.h"
#include "adapters/venues/open_feed.h"
#include "domain/calendar/market_hours.h"
#include "messages/facts.h"
#include "messages/market.h"
#include "messages/queries.h"
#include "messages/reference.h"
#include "runtime/testing.h"
#include "wire/json.h"

namespace trade {
extern const ServiceType gateway_service, normalizer_service;
}
using namespace trade;

namespace {

template <class T>
T must(Result<T> r) {
  if (!r) {
    std::fprintf(stderr, "bars_probe: %s\n", r.error().text().c_str());
    std::exit(1);
  }
  return std::move(r).value();
}

Document configuration(const std::string& hours, const std::string& price, const std::string& intervals) {
  std::string list;
  for (const char c : intervals) list += c == ',' ? "\",\"" : std::string(1, c);
  auto json = R"({"normalizer": {"hours": ")" + hours + R"(", "intervals": [")" + list + "\"]";
  if (price != "trades") json += R"(, "quoted": [{"instrument": 1, "price": ")" + price + "\"}]";
  return must(parse_json(json + "}}", "configuration"));
}

void print_bars(TestBench& bench) {
  for (const auto& b : bench.take<Bar>())
    std::printf("%lld,%lld,%lld,%lld,%lld,%lld,%lld,%u\n", static_cast<long long>(b.interval.ns), static_cast<long long>(b.open_time.ns),
                static_cast<long long>(b.open.units), static_cast<long long>(b.high.units), static_cast<long long>(b.low.units),
                static_cast<long long>(b.close.units), static_cast<long long>(b.volume.units), b.trades);
  bench.take<BookChanged>();
  bench.take<Quote>();
  bench.take<Trade>();
  bench.take<Mark>();
}

Instrument listed(const std::string& path, const std::string& calendar) {
  Instrument i;
  i.id = {1};
  i.symbol = Symbol(must(guess_feed(path)).symbols.at(0));
  if (calendar != "-") i.calendar = "probed";
  return i;
}

}  // namespace

int main(int count, char** words) {
  if (count < 7) return 2;
  const std::string calendars = words[1], entry = words[2];
  TestBench bench({{"gateway", &gateway_service}, {"normalizer", &normalizer_service}}, configuration(words[3], words[4], words[5]));
  const auto instrument = listed(words[6], entry);
  if (entry != "-") {
    std::ostringstream text;
    text << std::ifstream(calendars).rdbuf();
    const auto calendar = must(read_market_hours(must(parse_json(text.str(), calendars)), entry, "probed"));
    bench.send(listing_of(calendar), Time{1});
  }
  bench.send(InstrumentListed{instrument}, Time{1});
  Time last{};
  for (int i = 6; i < count; ++i) {
    FeedSource source;
    source.path = words[i];
    source.format = must(guess_feed(source.path)).format;
    source.venue = {1};
    source.instrument = instrument.id;
    const auto feed = must(open_feed(source, std::span(&instrument, 1)));
    FeedRow row;
    while (must(feed->next(row))) {
      bench.run_timers(row.time);
      std::visit([&](const auto& fact) { bench.send(fact, row.time); }, row.fact);
      last = row.time;
      if (row.row % 4096 == 0) print_bars(bench);
    }
  }
  bench.run_timers(last + seconds(100 * 86'400));
  print_bars(bench);
  const auto found = bench.ask(FeedStatisticsQuery{});
  std::fprintf(stderr, "%llu rows, %llu faults, %llu duplicates, %llu out of order\n", static_cast<unsigned long long>(found.messages),
               static_cast<unsigned long long>(found.faults), static_cast<unsigned long long>(found.duplicates),
               static_cast<unsigned long long>(found.out_of_order));
}
