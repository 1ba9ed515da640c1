#include "adapters/venues/feed_testing.h"

namespace trade {
namespace {

using namespace feed_testing;

const std::vector<Instrument> listed{instrument(1, "SPY", "0"), instrument(2, "BTCUSD", "0.01")};

struct BarsFeedTest : testing::Test {
  Folder folder;
  Result<std::unique_ptr<Feed>> csv(std::string_view bytes, Duration interval = {}, BarStamp stamp = BarStamp::open,
                                    const std::string& name = "b.csv") {
    FeedSource s;
    s.format = FeedFormat::csv_bars;
    s.path = folder.write(name, bytes);
    s.venue = {3};
    s.instrument = {2};
    s.interval = interval;
    s.stamp = stamp;
    return open_feed(s, listed);
  }
  Result<std::unique_ptr<Feed>> lean(const std::string& name, std::string_view bytes, InstrumentId instrument = {},
                                     const std::string& entry = {}) {
    FeedSource s;
    s.format = FeedFormat::lean;
    s.path = folder.write(name, bytes);
    s.venue = {3};
    s.instrument = instrument;
    s.entry = entry;
    return open_feed(s, listed);
  }
  static std::string error_of(const Result<std::unique_ptr<Feed>>& r) { return r.ok() ? "no error" : r.error().text(); }
  static std::string fault_line(const VenueFault& f) {
    return std::to_string(f.line) + " " + std::string(name_of(f.fault)) + " " + std::string(f.what.view());
  }
};

TEST_F(BarsFeedTest, CsvColumnsComeInAnyOrderAndTimesInAnyForm) {
  const std::string expected =
      R"(0 2024-01-01T00:01:00Z 4 {"instrument":2,"venue":3,"open_time":"2024-01-01T00:00:00Z","interval":"1m","open":10,)"
      R"("high":12,"low":9.5,"close":11,"volume":5})";
  const auto first = [&](const Result<std::unique_ptr<Feed>>& f) { return f.ok() ? all_rows(**f).at(0) : f.error().text(); };
  const std::string rest = ",10,12,9.5,11,5\n";
  const std::string header = "timestamp,open,high,low,close,volume\n";
  EXPECT_EQ(first(csv(header + "2024-01-01 00:00:00" + rest + "2024-01-01 00:01:00" + rest)), expected);
  EXPECT_EQ(first(csv(header + "2024-01-01T00:00:00.000000Z" + rest, seconds(60))), expected);
  EXPECT_EQ(first(csv(header + "2024-01-01 00:00:00+00:00" + rest, seconds(60))), expected);
  for (const std::string zeros : {"", "000", "000000", "000000000"})
    EXPECT_EQ(first(csv(header + "1704067200" + zeros + rest + "1704067260" + zeros + rest)), expected);
  EXPECT_EQ(first(csv(header + "1704067260" + rest, seconds(60), BarStamp::close)), expected);
  EXPECT_EQ(first(csv("Volume,Close,Date,Low,High,Open\r\n5,11,2024-01-01,9.5,12,10\r\n", seconds(60))), expected);
  EXPECT_EQ(first(csv(gzip(header + "1704067200" + rest + "1704067260" + rest), {}, {}, "b.csv.gz")), expected);
}

TEST_F(BarsFeedTest, CsvNamesColumnsThatAreWrong) {
  EXPECT_NE(error_of(csv("timestamp,opne,high,low,close,volume\n")).find(R"(b.csv:1: unknown column "opne" (did you mean "open")"),
            std::string::npos);
  EXPECT_NE(error_of(csv("timestamp,open,high,low,close\n")).find(R"(column "volume" is missing)"), std::string::npos);
  EXPECT_NE(error_of(csv("timestamp,open,high,low,close,volume,date\n")).find("two columns"), std::string::npos);
  EXPECT_NE(error_of(csv("")).find("the file is empty"), std::string::npos);
  EXPECT_NE(error_of(csv("timestamp,open,high,low,close,volume\n1704067200,1,1,1,1,1\n")).find("feed.interval"), std::string::npos);
  FeedSource s;
  s.format = FeedFormat::csv_bars;
  s.path = folder.write("v.csv", "timestamp,open,high,low,close,volume,vwap\n1704067200,1,1,1,1,1,x\n");
  s.venue = {3};
  s.instrument = {2};
  s.interval = seconds(60);
  s.ignore = {"vwap"};
  const auto feed = open_feed(s, listed);
  ASSERT_TRUE(feed.ok()) << feed.error().text();
  EXPECT_EQ(all_rows(**feed).size(), 1u);
  s.instrument = {};
  EXPECT_NE(error_of(open_feed(s, listed)).find("which instrument"), std::string::npos);
}

TEST_F(BarsFeedTest, CsvRowsThatBreakARuleAreNamedByLineAndKeptOut) {
  const auto feed =
      csv("timestamp,open,high,low,close,volume\n"
          "1704067200,10,12,9,11,5\n"
          "1704067200,10,12,9,11,5\n"
          "1704067100,10,12,9,11,5\n"
          "1704067260,10,12,9,NaN,5\n"
          "1704067260,-10,12,9,11,5\n"
          "1704067260,10.001,12,9,11,5\n"
          "1704067260,10,9,9,11,5\n"
          "1704067260,10,12,9,11,-5\n"
          "1704067260,10,12,9,11\n"
          "1704067260000,10,12,9,11,5\n"
          "\n"
          "1704067260,10,12,9,11,218102.59507500002\n");
  ASSERT_TRUE(feed.ok()) << feed.error().text();
  const auto rows = all_rows(**feed);
  ASSERT_EQ(rows.size(), 12u);
  EXPECT_NE(rows[11].find(R"("volume":218102.595075})"), std::string::npos) << rows[11];
  ASSERT_TRUE((*feed)->seek(0).ok());
  std::vector<std::string> faults;
  for (const auto& f : faults_of(**feed)) faults.push_back(fault_line(f));
  EXPECT_EQ(faults,
            (std::vector<std::string>{
                "3 out_of_order timestamp: the same as of the bar before", "4 out_of_order timestamp: before that of the bar before",
                "5 bad_value close \"NaN\" is not a number", "6 bad_value open \"-10\" is negative",
                "7 bad_value open \"10.001\" is off the tick 0.01", "8 bad_value open or close lies outside low and high",
                "9 bad_value volume \"-5\" is negative", "10 malformed has 5 columns; the header names 6",
                "11 malformed timestamp \"1704067260000\" is no time in s", "12 malformed has 1 columns; the header names 6"}));
}

TEST_F(BarsFeedTest, LeanRowsFollowTheConventionsOfTheirFolder) {
  const auto only = [](const Result<std::unique_ptr<Feed>>& f) { return f.ok() ? all_rows(**f).at(0) : f.error().text(); };
  EXPECT_EQ(
      only(lean("equity/usa/minute/spy/20131007_trade.zip", zip({{"a.csv", "34200000,1674100,1674200,1672500,1672700,3197\n"}}))),
      R"(0 2013-10-07T13:31:00Z 4 {"instrument":1,"venue":3,"open_time":"2013-10-07T13:30:00Z","interval":"1m","open":167.41,)"
      R"("high":167.42,"low":167.25,"close":167.27,"volume":3197})");
  EXPECT_EQ(only(lean("equity/usa/tick/spy/20131007_trade.zip", zip({{"a.csv", "14400614,139400,500,P,20002020,0\n"}}))),
            R"(0 2013-10-07T08:00:00.614Z 2 {"instrument":1,"venue":3,"venue_time":"2013-10-07T08:00:00.614Z","trade_id":0,"price":13.94,)"
            R"("quantity":500,"aggressor":"buy"})");
  EXPECT_EQ(only(lean("equity/usa/tick/spy/20131007_quote.zip", zip({{"a.csv", "14400151,0,0,140200,500,Q,1,0\n"}}))),
            R"(0 2013-10-07T08:00:00.151Z 3 {"instrument":1,"venue":3,"venue_time":"2013-10-07T08:00:00.151Z","update_id":0,"bid":0,)"
            R"("bid_quantity":0,"ask":14.02,"ask_quantity":500})");
  EXPECT_EQ(
      only(lean("equity/usa/minute/spy/20131216_quote.zip", zip({{"a.csv", "34200000,,,,,0,21500,21500,5000,5000,19\n"}}))),
      R"(0 2013-12-16T14:31:00Z 3 {"instrument":1,"venue":3,"venue_time":"2013-12-16T14:31:00Z","update_id":0,"bid":0,"bid_quantity":0,)"
      R"("ask":0.5,"ask_quantity":19})");
  EXPECT_EQ(
      only(lean("equity/usa/daily/spy.zip", zip({{"a.csv", "19980102 00:00,973100,975300,970300,970300,384500\n"}}))),
      R"(0 1998-01-03T05:00:00Z 4 {"instrument":1,"venue":3,"open_time":"1998-01-02T05:00:00Z","interval":"1d","open":97.31,"high":97.53,)"
      R"("low":97.03,"close":97.03,"volume":384500})");
  EXPECT_EQ(
      only(lean("crypto/coinbase/minute/btcusd/20171217_quote.zip",
                zip({{"a.csv", "0,19650,19650,19650,19650,0.029768000000000003,19650.01,19650.01,19650.01,19650.01,14.504536115\n"}}))),
      R"(0 2017-12-17T00:01:00Z 3 {"instrument":2,"venue":3,"venue_time":"2017-12-17T00:01:00Z","update_id":0,"bid":19650,)"
      R"("bid_quantity":0.029768,"ask":19650.01,"ask_quantity":14.50453612})");
  EXPECT_EQ(
      only(lean("cfd/oanda/tick/btcusd/20140501_quote.zip", zip({{"a.csv", "43.142,1291.67,1292.03\n"}}))),
      R"(0 2014-05-01T00:00:00.043142Z 3 {"instrument":2,"venue":3,"venue_time":"2014-05-01T00:00:00.043142Z","update_id":0,"bid":1291.67,)"
      R"("bid_quantity":0,"ask":1292.03,"ask_quantity":0})");
}

TEST_F(BarsFeedTest, LeanNamesWhatItCannotRead) {
  const auto bytes = zip({{"a.csv", "0,1,1,1,1,1\n"}, {"b.csv", "0,2,2,2,2,2\n"}});
  const std::string good = "crypto/coinbase/minute/btcusd/20171217_trade.zip";
  EXPECT_NE(error_of(lean(good, bytes)).find("set feed.entry to one of: a.csv, b.csv"), std::string::npos);
  EXPECT_NE(error_of(lean(good, bytes, {}, "c.csv")).find("holds no file \"c.csv\""), std::string::npos);
  const auto second = lean(good, bytes, {}, "b.csv");
  ASSERT_TRUE(second.ok());
  EXPECT_NE(all_rows(**second).at(0).find("\"open\":2"), std::string::npos);
  EXPECT_NE(error_of(lean("crypto/coinbase/minute/ethusd/20171217_trade.zip", bytes)).find("symbol \"ETHUSD\" is not bound"),
            std::string::npos);
  EXPECT_NE(error_of(lean("minute/btcusd/20171217_trade.zip", bytes)).find("security type"), std::string::npos);
  EXPECT_NE(error_of(lean("crypto/coinbase/btcusd/20171217_trade.zip", bytes)).find("resolution"), std::string::npos);
  EXPECT_NE(error_of(lean("crypto/coinbase/minute/btcusd/2017127_trade.zip", bytes)).find("yyyymmdd"), std::string::npos);
  EXPECT_NE(error_of(lean("crypto/coinbase/minute/btcusd/20171217_openinterest.zip", bytes)).find("only trade and quote"),
            std::string::npos);
  EXPECT_NE(error_of(lean(good, "PK nothing")).find("no end record"), std::string::npos);
  EXPECT_NE(error_of(lean(good, bytes.substr(0, bytes.size() - 30))).find("truncated"), std::string::npos);
  EXPECT_NE(error_of(lean(good, "")).find("no end record"), std::string::npos);
}

TEST_F(BarsFeedTest, LeanRowsThatBreakARuleAreNamed) {
  const auto feed = lean("equity/usa/tick/spy/20131007_trade.zip", zip({{"a.csv",
                                                                         "1000,139400,500,P,2000,0\n"
                                                                         "1000,139400,500,P,2000,1\n"
                                                                         "999,139400,500,P,2000,0\n"
                                                                         "1001,0,500,P,2000,0\n"
                                                                         "1001,139400,0,P,2000,0\n"
                                                                         "86400000,139400,5,P,2000,0\n"
                                                                         "1001,139400.00001,5,P,2000,0\n"
                                                                         "1001,139400,5\n1001,139400\n"}}));
  ASSERT_TRUE(feed.ok()) << feed.error().text();
  std::vector<std::string> faults;
  for (const auto& f : faults_of(**feed)) faults.push_back(fault_line(f));
  EXPECT_EQ(faults, (std::vector<std::string>{"2 bad_value suspicious \"1\" is not 0", "3 out_of_order time: before that of the row before",
                                              "4 bad_value price \"0\" is not above 0", "5 bad_value size: a trade's size is not above 0",
                                              "6 malformed time \"86400000\" is not milliseconds of a day",
                                              "7 bad_value price \"139400.00001\" has more than 8 decimals",
                                              "9 malformed has 2 columns; expected time, price, size[, exchange, condition, suspicious]"}));
}

TEST_F(BarsFeedTest, AFlippedByteOfAZipIsNamedOrHarmless) {
  std::string text;
  for (int i = 0; i < 50; ++i) text += std::to_string(i * 60'000) + ",10.5,11,10,10.25," + std::to_string(i * 37 % 11) + "\n";
  const auto whole = zip({{"a.csv", text}});
  const std::string name = "crypto/coinbase/minute/btcusd/20171217_trade.zip";
  const auto all = all_rows(**lean(name, whole));
  for (std::size_t i = 0; i < whole.size(); ++i)
    for (const int mask : {1, 0x80, 0xff}) {
      auto bytes = whole;
      bytes[i] = static_cast<char>(bytes[i] ^ mask);
      const auto feed = lean(name, bytes);
      if (!feed || all_rows(**feed) == all) continue;
      ASSERT_TRUE((*feed)->seek(0).ok());
      ASSERT_FALSE(faults_of(**feed).empty()) << "byte " << i;
    }
}

}  // namespace
}  // namespace trade
