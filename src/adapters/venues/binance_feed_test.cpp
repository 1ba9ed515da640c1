#include "adapters/venues/feed_testing.h"

namespace trade {
namespace {

using namespace feed_testing;

const std::vector<Instrument> listed{instrument(1, "BTCUSDT", "0.1")};
const std::string depth =
    R"({"stream":"btcusdt@depth@0ms","data":{"e":"depthUpdate","E":1700000000001,"T":1700000000000,"s":"BTCUSDT","U":10,"u":12,"pu":9,)"
    R"("b":[["100.1","2"],["100.0","0.000"]],"a":[["100.2","1.5"]]}})";
const std::string trade =
    R"({"stream":"btcusdt@trade","data":{"e":"trade","E":1700000000001,"T":1700000000000,"s":"BTCUSDT","t":5,"p":"100.1",)"
    R"("q":"0.5","m":true}})";
const std::string ticker = R"({"stream":"btcusdt@bookTicker","data":{"u":7,"s":"BTCUSDT","b":"100.1","B":"2","a":"100.2","A":"3"}})";
const std::string snapshot = R"({"lastUpdateId":11,"bids":[["100.1","2"]],"asks":[]})";

std::string replaced(std::string s, std::string_view from, std::string_view to) {
  const auto at = s.find(from);
  CHECK(at != std::string::npos, from);
  return s.replace(at, from.size(), to);
}
std::string line(std::string_view json, std::int64_t at = 1'700'000'000'500'000'000) {
  return std::to_string(at) + " " + std::string(json) + "\n";
}

struct BinanceFeedTest : testing::Test {
  Folder folder;
  std::unique_ptr<Feed> open(std::string_view bytes, const std::string& name = "capture") {
    FeedSource s;
    s.path = folder.write(name, bytes);
    s.venue = {3};
    auto feed = open_feed(s, listed);
    EXPECT_TRUE(feed.ok()) << (feed.ok() ? "" : feed.error().text());
    return std::move(feed).value();
  }
};

TEST_F(BinanceFeedTest, ReadsWhatTheLinesSay) {
  const auto feed = open(line(depth) + line(trade) + line(ticker) + line(snapshot));
  const auto rows = all_rows(*feed);
  ASSERT_EQ(rows.size(), 4u);
  EXPECT_EQ(rows[0],
            R"(0 2023-11-14T22:13:20.5Z 0 {"instrument":1,"venue":3,"venue_time":"2023-11-14T22:13:20Z","first_id":10,"last_id":12,)"
            R"("previous_id":9,"bids":[{"price":100.1,"quantity":2},{"price":100,"quantity":0}],"asks":[{"price":100.2,"quantity":1.5}]})");
  EXPECT_EQ(rows[1],
            R"(1 2023-11-14T22:13:20.5Z 2 {"instrument":1,"venue":3,"venue_time":"2023-11-14T22:13:20Z","trade_id":5,"price":100.1,)"
            R"("quantity":0.5,"aggressor":"sell"})");
  EXPECT_EQ(rows[2],
            R"(2 2023-11-14T22:13:20.5Z 3 {"instrument":1,"venue":3,"venue_time":"1970-01-01T00:00:00Z","update_id":7,"bid":100.1,)"
            R"("bid_quantity":2,"ask":100.2,"ask_quantity":3})");
  EXPECT_EQ(rows[3], R"(3 2023-11-14T22:13:20.5Z 1 {"instrument":1,"venue":3,"venue_time":"1970-01-01T00:00:00Z","last_id":11,)"
                     R"("bids":[{"price":100.1,"quantity":2}],"asks":[]})");
}

TEST_F(BinanceFeedTest, MembersInAnyOrderSpacesAndUnknownOnesAreRead) {
  const auto feed =
      open(line(R"({ "data" : {"q":"0.5", "new":{"x":[1,-2.5e3,null,"\u00e9\n"]}, "m" : true, "s":"BTCUSDT","p":"100.1","t":5,)"
                R"("T":1700000000000,"e":"trade"} , "stream":"x"})") +
           line(trade));
  const auto rows = all_rows(*feed);
  ASSERT_EQ(rows.size(), 2u);
  EXPECT_EQ(rows[0].substr(2), rows[1].substr(2));
}

TEST_F(BinanceFeedTest, EveryBrokenRuleIsNamedAndOnlyThatLineIsLost) {
  struct Case {
    std::string line;
    FeedFault fault;
    std::string_view says;
  };
  const auto at = std::string("1700000000500000000 ");
  const std::vector<Case> cases{
      {"", FeedFault::malformed, "receive time"},
      {"garbage", FeedFault::malformed, "receive time"},
      {"-1 " + trade, FeedFault::malformed, "receive time"},
      {at, FeedFault::malformed, "not one JSON object"},
      {at + "{}", FeedFault::malformed, "not one JSON object"},
      {at + trade + "}", FeedFault::malformed, "bytes follow"},
      {at + trade.substr(0, trade.size() - 1), FeedFault::malformed, "not one JSON object"},
      {at + depth.substr(0, depth.size() / 2), FeedFault::malformed, "field data: not the JSON"},
      {at + replaced(trade, "\"e\":\"trade\"", "\"e\":\"kline\""), FeedFault::malformed, "event type \"kline\" is not known"},
      {at + replaced(trade, "\"e\":\"trade\",", ""), FeedFault::malformed, "field e: missing"},
      {at + replaced(trade, "\"q\":\"0.5\",", ""), FeedFault::malformed, "field q: missing"},
      {at + replaced(depth, "\"U\":10,", ""), FeedFault::malformed, "field U: missing"},
      {at + replaced(depth, ",\"a\":[[\"100.2\",\"1.5\"]]", ""), FeedFault::malformed, "field a: missing"},
      {at + replaced(trade, "\"t\":5", "\"t\":5,\"t\":5"), FeedFault::malformed, "field t: twice"},
      {at + replaced(trade, "\"t\":5", "\"t\":\"5\""), FeedFault::malformed, "field t: not the JSON"},
      {at + replaced(trade, "\"t\":5", "\"t\":-5"), FeedFault::bad_value, "field t \"-5\" is not a whole number"},
      {at + replaced(trade, "\"m\":true", "\"m\":1"), FeedFault::malformed, "field m: not the JSON"},
      {at + replaced(trade, "\"p\":\"100.1\"", "\"p\":NaN"), FeedFault::malformed, "field p: not the JSON"},
      {at + replaced(trade, "\"p\":\"100.1\"", "\"p\":100.1"), FeedFault::malformed, "field p: not the JSON"},
      {at + replaced(trade, "100.1", "NaN"), FeedFault::bad_value, "field p \"NaN\" is not a number"},
      {at + replaced(trade, "100.1", "inf"), FeedFault::bad_value, "is not a number"},
      {at + replaced(trade, "100.1", "-100.1"), FeedFault::bad_value, "field p \"-100.1\" is negative"},
      {at + replaced(trade, "100.1", "1e2"), FeedFault::bad_value, "is not a number"},
      {at + replaced(trade, "100.1", "100.123456789"), FeedFault::bad_value, "more than 8 decimals"},
      {at + replaced(trade, "100.1", "99999999999999999999"), FeedFault::bad_value, "too large"},
      {at + replaced(trade, "100.1", ""), FeedFault::bad_value, "is empty"},
      {at + replaced(trade, "100.1", "100.15"), FeedFault::bad_value, "field p \"100.15\" is off the tick 0.1"},
      {at + replaced(trade, "100.1", "0"), FeedFault::bad_value, "not above 0"},
      {at + replaced(trade, "\"0.5\"", "\"0\""), FeedFault::bad_value, "field q"},
      {at + replaced(trade, "BTCUSDT", "ETHUSDT"), FeedFault::unknown_symbol, "symbol \"ETHUSDT\" is not bound"},
      {at + replaced(trade, "BTCUSDT", "BTC\\u0055SDT"), FeedFault::malformed, "field s"},
      {at + replaced(depth, "\"100.1\"", "\"100.15\""), FeedFault::bad_value, "b[0] price \"100.15\" is off the tick"},
      {at + replaced(depth, "\"1.5\"", "\"-1.5\""), FeedFault::bad_value, "a[0] quantity \"-1.5\" is negative"},
      {at + replaced(depth, "\"1.5\"", "\"nan\""), FeedFault::bad_value, "a[0] quantity \"nan\" is not a number"},
      {at + replaced(depth, "\"100.0\"", "\"0\""), FeedFault::bad_value, "b[1] price \"0\" is not above 0"},
      {at + replaced(depth, "[\"100.2\",\"1.5\"]", "[\"100.2\"]"), FeedFault::malformed, "field a: not the JSON"},
      {at + replaced(depth, "\"U\":10", "\"U\":13"), FeedFault::bad_value, "first update id is above the last"},
      {at + replaced(depth, "\"pu\":9", "\"pu\":12"), FeedFault::bad_value, "field pu"},
      {at + replaced(ticker, "\"B\":\"2\"", "\"B\":\"0\""), FeedFault::bad_value, "fields b, B"},
      {at + replaced(snapshot, "lastUpdateId", "last"), FeedFault::malformed, "no snapshot"},
      {"1900000000500000000 " + trade, FeedFault::bad_value, "more than a day from the venue's own stamp"},
      {"1600000000500000000 " + ticker, FeedFault::out_of_order, "before that of the row before"},
  };
  for (const auto& c : cases) {
    const auto feed = open(line(trade) + c.line + "\n" + line(trade));
    const auto good = all_rows(*feed);
    ASSERT_EQ(good.size(), 3u) << c.line;
    EXPECT_EQ(good[0].substr(1), good[2].substr(1));
    ASSERT_TRUE(feed->seek(0).ok());
    const auto faults = faults_of(*feed);
    ASSERT_EQ(faults.size(), 1u) << c.line;
    EXPECT_EQ(faults[0].line, 2u);
    EXPECT_EQ(name_of(faults[0].fault), name_of(c.fault)) << c.line << ": " << faults[0].what.view();
    EXPECT_NE(faults[0].what.view().find(c.says), std::string_view::npos) << c.line << "\n  says: " << faults[0].what.view();
  }
}

TEST_F(BinanceFeedTest, OneWrongClockStampCostsOneRowNotTheRest) {
  std::string bytes = line(ticker, 100) + line(ticker, 900'000'000'000'000);
  for (std::int64_t t = 200; t < 230; ++t) bytes += line(ticker, t);
  const auto feed = open(bytes);
  const auto faults = faults_of(*feed);
  ASSERT_EQ(faults.size(), 1u);
  EXPECT_EQ(faults[0].fault, FeedFault::out_of_order);
  EXPECT_EQ(faults[0].line, 3u);
}

TEST_F(BinanceFeedTest, DamagedGzipGivesTheRowsBeforeTheDamageAndNamesIt) {
  std::string text;
  for (int i = 0; i < 3000; ++i)
    text += line(replaced(trade, "\"t\":5", "\"t\":" + std::to_string(i)), 1'700'000'000'500'000'000 + i * 7919);
  const auto whole = gzip(text);
  const auto all = all_rows(*open(whole, "whole.gz"));
  ASSERT_EQ(all.size(), 3000u);
  EXPECT_EQ(all, all_rows(*open(text)));
  EXPECT_EQ(all, all_rows(*open(text.substr(0, text.size() - 1), "no_newline")));
  EXPECT_EQ(all, all_rows(*open(gzip(text.substr(0, 100'001)) + gzip(text.substr(100'001)) + std::string(512, '\0'), "members.gz")));

  const auto damaged = [&](std::string bytes, std::string_view says) {
    const auto feed = open(bytes, "damaged.gz");
    const auto rows = all_rows(*feed);
    ASSERT_FALSE(rows.empty());
    for (std::size_t i = 0; i + 1 < rows.size() && i < all.size(); ++i) ASSERT_EQ(rows[i], all[i]);
    ASSERT_TRUE(feed->seek(rows.size() - 1).ok());
    const auto faults = faults_of(*feed);
    ASSERT_EQ(faults.size(), 1u);
    EXPECT_EQ(faults[0].fault, FeedFault::truncated);
    EXPECT_EQ(faults[0].line, rows.size());
    EXPECT_NE(faults[0].what.view().find(says), std::string_view::npos) << faults[0].what.view();
  };
  for (const std::size_t keep : {2ul, 5ul, 18ul, whole.size() / 3, whole.size() / 2, whole.size() - 9, whole.size() - 1})
    damaged(whole.substr(0, keep), "ends early");
  auto flipped = whole;
  flipped[whole.size() - 6] ^= 1;  // in the checksum
  damaged(flipped, "incorrect data check");
  damaged(whole + "junk", "not gzip");

  const auto wrong = open_feed({FeedFormat::binance_stream, folder.write("x.gz", text), {3}, {}, {}, {}, {}, {}, {}}, listed);
  ASSERT_FALSE(wrong.ok());
  EXPECT_NE(wrong.error().text().find("is not gzip"), std::string::npos);
}

TEST_F(BinanceFeedTest, AnySingleBitFlipOfAGzipIsNamedOrHarmless) {
  std::string text;
  for (int i = 0; i < 40; ++i) text += line(replaced(trade, "\"t\":5", "\"t\":" + std::to_string(i)), 1'700'000'000'500'000'000 + i * 7919);
  const auto whole = gzip(text);
  const auto all = all_rows(*open(whole, "whole.gz"));
  for (std::size_t bit = 0; bit < whole.size() * 8; bit += 3) {
    auto bytes = whole;
    bytes[bit / 8] = static_cast<char>(bytes[bit / 8] ^ (1 << (bit % 8)));
    FeedSource s;
    s.path = folder.write("flipped", bytes);
    s.venue = {3};
    const auto feed = open_feed(s, listed);
    if (!feed) continue;
    const auto rows = all_rows(**feed);
    if (rows == all) continue;  // a header byte that means nothing
    ASSERT_TRUE((*feed)->seek(0).ok());
    ASSERT_FALSE(faults_of(**feed).empty()) << "bit " << bit;
  }
}

TEST_F(BinanceFeedTest, SeekingGivesTheSameRowsAsReading) {
  const auto path = std::string(TRADE_SOURCE_DIR) + "/examples/data/binance_usdm_btcusdt_60s.gz";
  FeedSource s;
  s.path = path;
  s.venue = {1};
  const auto feed = open_feed(s, listed);
  ASSERT_TRUE(feed.ok()) << feed.error().text();
  const auto rows = all_rows(**feed);
  ASSERT_EQ(rows.size(), 15'738u);
  FeedRow r;
  for (const std::size_t at : {0ul, 1ul, 54ul, 9'999ul, 15'737ul}) {
    ASSERT_TRUE((*feed)->seek(at).ok());
    const auto more = (*feed)->next(r);
    ASSERT_TRUE(more.ok() && *more);
    EXPECT_EQ(print_row(r), rows[at]);
  }
  ASSERT_TRUE((*feed)->seek(15'738).ok());
  EXPECT_FALSE(*(*feed)->next(r));
  ASSERT_TRUE((*feed)->seek(1'000'000).ok());
  EXPECT_FALSE(*(*feed)->next(r));
  std::ifstream in(path, std::ios::binary);
  EXPECT_EQ((*feed)->digest(), sha256(std::string(std::istreambuf_iterator<char>(in), {})));
}

// Mutated lines: never a crash, always one row a line, and what is accepted obeys the rules.
TEST_F(BinanceFeedTest, MutatedLinesAreRowsWhateverTheySay) {
  std::uint64_t seed = 11;
  const auto below = [&](std::uint64_t n) { return (seed = mix64(seed + 0x9E3779B97F4A7C15ull)) % n; };
  const std::vector<std::string> lines{line(depth), line(trade), line(ticker), line(snapshot)};
  const std::string alphabet = "0123456789.-\"[]{},:eEbBaAuUptTqms\\ntrue\t \x01\xff";
  std::size_t accepted = 0, refused = 0;
  for (int round = 0; round < 60; ++round) {
    std::string bytes;
    std::size_t count = 0;
    for (int i = 0; i < 400; ++i, ++count) {
      auto l = lines[below(lines.size())];
      l.pop_back();
      for (auto n = below(4); n > 0 && !l.empty(); --n) {
        const auto at = below(l.size());
        switch (below(4)) {
          case 0: l[at] = alphabet[below(alphabet.size())]; break;
          case 1: l.erase(at, 1 + below(6)); break;
          case 2: l.insert(at, 1, alphabet[below(alphabet.size())]); break;
          default: l.insert(at, l.substr(below(l.size()), below(12))); break;
        }
      }
      bytes += l + "\n";
    }
    const auto feed = open(round % 2 == 0 ? bytes : gzip(bytes), round % 2 == 0 ? "mutated" : "mutated.gz");
    FeedRow r;
    std::size_t rows = 0;
    for (;;) {
      const auto more = feed->next(r);
      ASSERT_TRUE(more.ok());
      if (!*more) break;
      ASSERT_EQ(r.row, rows++);
      if (const auto* f = std::get_if<VenueFault>(&r.fact)) {
        ++refused;
        ASSERT_FALSE(f->what.empty());
        ASSERT_EQ(f->line, rows);
      } else {
        ++accepted;
      }
      const auto* d = std::get_if<VenueDepth>(&r.fact);
      for (std::size_t i = 0; d != nullptr && i < d->bids.size(); ++i) {
        ASSERT_GT(d->bids[i].price.units, 0);
        ASSERT_EQ(d->bids[i].price.units % 10'000'000, 0);
        ASSERT_GE(d->bids[i].quantity.units, 0);
      }
    }
    ASSERT_EQ(rows, count);
  }
  EXPECT_GT(accepted, 5'000u);
  EXPECT_GT(refused, 5'000u);
}

TEST(OpenFeed, NamesWhatIsWrongWithTheDescription) {
  const auto says = [](FeedSource s, std::string_view expected, std::span<const Venue> venues = {}) {
    const auto feed = open_feed(s, listed, venues);
    ASSERT_FALSE(feed.ok());
    EXPECT_NE(feed.error().text().find(expected), std::string::npos) << feed.error().text();
  };
  FeedSource s;
  says(s, "feed.path");
  s.path = "/nowhere/capture.gz";
  says(s, "feed.venue");
  s.venue = {3};
  says(s, "/nowhere/capture.gz: No such file");
  Venue other;
  other.id = {4};
  says(s, "venue 3 is not listed", std::span(&other, 1));
  s.path = "/";
  says(s, "is not a file");
  s.instrument = {9};
  says(s, "instrument 9");
  s.instrument = {1};
  s.symbols = {{"A", {2}}};
  says(s, "instrument 2");
  s.symbols = {{"A", {1}}, {"A", {1}}};
  says(s, "bound twice");
}

}  // namespace
}  // namespace trade
