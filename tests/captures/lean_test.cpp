#include <gtest/gtest.h>

#include "adapters/venues/open_feed.h"
#include "recorded_data.h"

// Whole Lean files: rows, exact sums of all prices and sizes, first and last time, as Python's zipfile, decimal and zoneinfo read them.
namespace trade {
namespace {

struct LeanFile {
  std::string_view path, entry;
  std::int64_t interval_s;
  std::uint64_t rows, faults, prices, sizes;  // sums of 1e-8 units, modulo 2^64
  std::int64_t first_ns, last_ns;
};
void PrintTo(const LeanFile& f, std::ostream* out) { *out << f.path; }

const std::vector<LeanFile> files{
    {"equity/usa/tick/bac/20131007_quote.zip", "", 0, 476855, 0, 661440826000000ull, 3747112680000000000ull, 1381132800151000000,
     1381190400601000000},
    {"equity/usa/tick/spy/20131010_trade.zip", "", 0, 460032, 10, 7738943731000000ull, 18512762400000000ull, 1381392000795000000,
     1381449576983000000},
    {"equity/usa/second/spy/20131007_trade.zip", "", 1, 16675, 0, 1120070164000000ull, 9272057600000000ull, 1381132801000000000,
     1381190400000000000},
    {"equity/usa/minute/spy/20131007_trade.zip", "", 60, 828, 0, 55537607000000ull, 9272057600000000ull, 1381132860000000000,
     1381190400000000000},
    {"equity/usa/minute/spy/20131007_quote.zip", "", 60, 908, 0, 30444345000000ull, 1739450000000000ull, 1381132860000000000,
     1381190460000000000},
    {"equity/usa/daily/aapl.zip", "", 86400, 5849, 0, 384904532660000ull, 13801195318600000000ull, 883803600000000000, 1617249600000000000},
    {"equity/usa/hour/spy.zip", "", 3600, 40832, 0, 2675889663790000ull, 15506088651080896768ull, 883753200000000000, 1617220800000000000},
    {"crypto/coinbase/minute/btcusd/20171217_quote.zip", "", 60, 1439, 0, 5623011210000000ull, 2280643705443ull, 1513468860000000000,
     1513555140000000000},
    {"crypto/binance/minute/btcbusd/20221213_trade.zip", "", 60, 1440, 0, 10064404758000000ull, 18286134542000ull, 1670889660000000000,
     1670976000000000000},
    {"cfd/oanda/tick/xauusd/20140502_quote.zip", "", 0, 265015, 0, 68354009955700000ull, 0ull, 1398988800046204200, 1399064398570086000},
    {"index/usa/minute/spx/20210104_trade.zip", "", 60, 411, 0, 608500845000000ull, 2460100000000ull, 1609770660000000000,
     1609795260000000000},
    {"option/usa/minute/goog/20151224_quote_american.zip", "20151224_goog_minute_quote_american_call_10000000_20151224.csv", 60, 96, 0,
     4700000000ull, 657500000000ull, 1450967460000000000, 1450980000000000000},
    {"future/cme/minute/es/20131007_trade.zip", "20131007_es_minute_trade_201312.csv", 60, 1344, 0, 899011475000000ull, 78770100000000ull,
     1381104060000000000, 1381190400000000000},
};

struct Lean : testing::TestWithParam<LeanFile> {};

TEST_P(Lean, EveryRowIsReadExactly) {
  const auto& f = GetParam();
  Instrument i;
  i.id = {1};
  FeedSource s;
  s.format = FeedFormat::lean;
  s.path = recorded::root() + "/lean/" + std::string(f.path);
  s.entry = f.entry;
  s.venue = {2};
  s.instrument = i.id;
  const auto feed = open_feed(s, std::span(&i, 1));
  ASSERT_TRUE(feed.ok()) << feed.error().text();
  std::uint64_t rows = 0, faults = 0, prices = 0, sizes = 0;
  std::int64_t first = 0, last = 0;
  const auto add = [](std::uint64_t& sum, std::int64_t v) { sum += static_cast<std::uint64_t>(v); };
  FeedRow r;
  for (;; ++rows) {
    const auto more = (*feed)->next(r);
    ASSERT_TRUE(more.ok());
    if (!*more) break;
    if (std::holds_alternative<VenueFault>(r.fact)) {
      ++faults;
      continue;
    }
    if (first == 0) first = r.time.ns;
    last = r.time.ns;
    if (const auto* b = std::get_if<VenueBar>(&r.fact)) {
      for (const auto p : {b->open, b->high, b->low, b->close}) add(prices, p.units);
      add(sizes, b->volume.units);
      ASSERT_EQ((r.time - b->open_time).ns, f.interval_s * 1'000'000'000);
    } else if (const auto* q = std::get_if<VenueQuote>(&r.fact)) {
      add(prices, q->bid.units);
      add(prices, q->ask.units);
      add(sizes, q->bid_quantity.units);
      add(sizes, q->ask_quantity.units);
    } else if (const auto* t = std::get_if<VenueTrade>(&r.fact)) {
      add(prices, t->price.units);
      add(sizes, t->quantity.units);
    }
  }
  EXPECT_EQ(rows, f.rows);
  EXPECT_EQ(faults, f.faults);
  EXPECT_EQ(prices, f.prices);
  EXPECT_EQ(sizes, f.sizes);
  EXPECT_EQ(first, f.first_ns);
  EXPECT_EQ(last, f.last_ns);
}
GTEST_ALLOW_UNINSTANTIATED_PARAMETERIZED_TEST(Lean);
INSTANTIATE_TEST_SUITE_P(Files, Lean, testing::ValuesIn(recorded::there("lean") ? files : std::vector<LeanFile>{}));

TEST(CsvBars, TheNautilusFileGivesEveryBar) {
  if (!recorded::there("nautilus")) return;  // RecordedData.IsThere says so
  Instrument i;
  i.id = {1};
  FeedSource s;
  s.format = FeedFormat::csv_bars;
  s.path = recorded::root() + "/nautilus/btc_perp_1m.csv";
  s.venue = {2};
  const auto feed = open_feed(s, std::span(&i, 1));
  ASSERT_TRUE(feed.ok()) << feed.error().text();
  FeedRow r;
  std::uint64_t rows = 0;
  for (; *(*feed)->next(r); ++rows) {
    const auto* b = std::get_if<VenueBar>(&r.fact);
    ASSERT_NE(b, nullptr) << "row " << rows;
    ASSERT_EQ(b->interval.ns, 60'000'000'000);
    if (rows == 0) { EXPECT_EQ(print(b->open_time), "2021-12-31T23:01:00Z"); }
  }
  EXPECT_EQ(rows, 45'031u);
  EXPECT_EQ(print(r.time), "2022-02-01T05:32:00Z");
}

}  // namespace
}  // namespace trade
