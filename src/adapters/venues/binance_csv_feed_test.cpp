#include "adapters/venues/binance_csv_feed.h"

#include "adapters/venues/feed_testing.h"
#include "adapters/venues/guess_feed.h"

namespace trade {
namespace {

using namespace feed_testing;

const std::vector<Instrument> listed{instrument(2, "BTCUSDT", "0.01")};

struct BinanceCsvTest : testing::Test {
  Folder folder;
  Result<std::unique_ptr<Feed>> open(std::string_view bytes, const std::string& name = "BTCUSDT-aggTrades-2024-08-08.csv") {
    FeedSource s;
    s.format = FeedFormat::binance_csv;
    s.path = folder.write(name, bytes);
    s.venue = {3};
    return open_feed(s, listed);
  }
  std::vector<std::string> rows(std::string_view bytes) {
    const auto feed = open(bytes);
    return feed.ok() ? all_rows(**feed) : std::vector<std::string>{feed.error().text()};
  }
  std::string fault(std::string_view bytes) {
    const auto feed = open(bytes);
    if (!feed.ok()) return feed.error().text();
    const auto faults = faults_of(**feed);
    if (faults.size() != 1) return std::to_string(faults.size()) + " faults";
    return std::to_string(faults[0].line) + " " + std::string(name_of(faults[0].fault)) + " " + std::string(faults[0].what.view());
  }
};

const std::string agg_row =
    R"(0 2024-08-08T00:00:00.017Z 2 {"instrument":2,"venue":3,"venue_time":"2024-08-08T00:00:00.017Z","trade_id":77,"price":61800.2,)"
    R"("quantity":0.005,"aggressor":"buy"})";

TEST_F(BinanceCsvTest, AggregateTradesOfAllMarketsAndYears) {
  EXPECT_EQ(rows("77,61800.20,0.005,900,901,1723075200017,false,true\n").at(0), agg_row);            // spot
  EXPECT_EQ(rows("77,61800.20000000,0.00500000,900,901,1723075200017000,False,True\n").at(0), agg_row);  // microseconds
  EXPECT_EQ(rows("agg_trade_id,price,quantity,first_trade_id,last_trade_id,transact_time,is_buyer_maker\n"
                 "77,61800.2,0.005,900,901,1723075200017,false\n").at(0), agg_row);                   // futures
  EXPECT_NE(rows("77,61800.20,0.005,900,901,1723075200017,true,true\n").at(0).find(R"("aggressor":"sell")"), std::string::npos);
}

TEST_F(BinanceCsvTest, Trades) {
  EXPECT_EQ(rows("77,61800.20,0.005,309.001,1723075200017,False,True\n").at(0), agg_row);  // spot
  EXPECT_EQ(rows("id,price,qty,quote_qty,time,is_buyer_maker\n77,61800.20,0.005,309.001,1723075200017,false\n").at(0), agg_row);
}

TEST_F(BinanceCsvTest, Klines) {
  const std::string expected =
      R"(0 2024-08-08T00:01:00Z 4 {"instrument":2,"venue":3,"open_time":"2024-08-08T00:00:00Z","interval":"1m","open":10,"high":12,)"
      R"("low":9.5,"close":11,"volume":5.25})";
  const std::string rest = ",10,12,9.5,11,5.25,", tail = ",57,3,2.1,23,0\n";
  EXPECT_EQ(rows("1723075200000" + rest + "1723075259999" + tail).at(0), expected);
  EXPECT_EQ(rows("1723075200000000" + rest + "1723075259999999" + tail).at(0), expected);
  EXPECT_EQ(rows("open_time,open,high,low,close,volume,close_time,quote_volume,count,taker_buy_volume,taker_buy_quote_volume,ignore\n"
                 "1723075200000" + rest + "1723075259999" + tail).at(0), expected);
  const std::string first = "1723075200000" + rest + "1723075259999" + tail;
  EXPECT_EQ(fault(first + first), R"(2 out_of_order open time "1723075200000" lies in the bar before)");
  EXPECT_EQ(fault("1723075200000" + rest + "1723075199999" + tail),
            R"(1 bad_value close time "1723075199999" does not lie after the open time)");
  EXPECT_EQ(fault("1723075200000,10,12,9.5,13,5.25,1723075259999" + tail), "1 bad_value open or close lies outside low and high");
}

TEST_F(BinanceCsvTest, PackedFilesAreTheSame) {
  const std::string text = "77,61800.20,0.005,900,901,1723075200017,false,true\n";
  for (const auto& [name, bytes] : {std::pair{"BTCUSDT-a.csv.gz", gzip(text)}, {"BTCUSDT-a.zip", zip({{"BTCUSDT-a.csv", text}})}}) {
    const auto feed = open(bytes, name);
    ASSERT_TRUE(feed.ok()) << feed.error().text();
    EXPECT_EQ(all_rows(**feed), std::vector{agg_row});
    const auto guess = guess_feed(folder.write(name, bytes));
    ASSERT_TRUE(guess.ok()) << guess.error().text();
    EXPECT_EQ(guess->format, FeedFormat::binance_csv);
    EXPECT_EQ(guess->symbols, std::vector<std::string>{"BTCUSDT"});
  }
}

TEST_F(BinanceCsvTest, FaultsNameLineFieldAndRule) {
  const std::string good = "77,61800.20,0.005,900,901,1723075200017,false,true\n";
  EXPECT_EQ(fault(good + "77,61800.20,0.005,900,901,1723075200017,false,true\n"),
            R"(2 out_of_order id "77" is not above that of the row before)");
  EXPECT_EQ(fault(good + "78,61800.20,0.005,900,901,1723075200016,false,true\n"),
            R"(2 out_of_order time "1723075200016" lies before that of the row before)");
  EXPECT_EQ(fault(good + "78,61800.205,0.005,900,901,1723075200017,false,true\n"), R"(2 bad_value price "61800.205" is off the tick 0.01)");
  EXPECT_EQ(fault(good + "78,-1,0.005,900,901,1723075200017,false,true\n"), R"(2 bad_value price "-1" is negative)");
  EXPECT_EQ(fault(good + "78,61800.20,0,900,901,1723075200017,false,true\n"), R"(2 bad_value quantity "0" is not above 0)");
  EXPECT_EQ(fault(good + "78,61800.20,NaN,900,901,1723075200017,false,true\n"), R"(2 bad_value quantity "NaN" is not a number)");
  EXPECT_EQ(fault(good + "78,61800.20,1,900,901,1723075200017,maybe,true\n"),
            R"(2 malformed buyer is maker "maybe" is neither true nor false)");
  EXPECT_EQ(fault(good + "78,61800.20,1,900,901,17,false,true\n"),
            R"(2 malformed time "17" is no count of milliseconds or microseconds since 1970)");
  EXPECT_EQ(fault(good + "x,61800.20,1,900,901,1723075200017,false,true\n"), R"(2 malformed id "x" is no whole number)");
  EXPECT_EQ(fault(good + "78,61800.20\n"), "2 malformed has 2 columns; the first row has 8");
  EXPECT_NE(fault("timestamp,open,high,low,close,volume\n").find("csv:1: its columns are those of no archive of Binance"),
            std::string::npos);
}

}  // namespace
}  // namespace trade
