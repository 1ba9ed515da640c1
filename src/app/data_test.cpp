#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "adapters/embedded/file_series.h"
#include "adapters/embedded/simulated_disk.h"
#include "app/imported.h"

namespace trade {
namespace {

constexpr const char* bars_csv =
    "timestamp,open,high,low,close,volume\n"
    "2024-01-01T00:00:00Z,10,12,9,11,1.5\n"
    "2024-01-01T00:01:00Z,11,13,10,12,2\n"
    "2024-01-01T00:02:00Z,12,11,10,11,2\n"  // open above high
    "2024-01-01T00:03:00Z,11,14,8,12,0\n";

constexpr const char* capture =
    "1723161255030314667 {\"stream\":\"btcusdt@trade\",\"data\":{\"e\":\"trade\",\"E\":1723161256299,\"T\":1723161256298,\"s\":\"BTCUSDT\","
    "\"t\":7,\"p\":\"61800.10\",\"q\":\"0.5\",\"X\":\"MARKET\",\"m\":true}}\n"
    "1723161255030314668 {\"stream\":\"ethusdt@trade\",\"data\":{\"e\":\"trade\",\"E\":1723161256299,\"T\":1723161256298,\"s\":\"ETHUSDT\","
    "\"t\":9,\"p\":\"2500.10\",\"q\":\"2\",\"X\":\"MARKET\",\"m\":false}}\n";

struct DataTest : testing::Test {
  std::string dir;
  std::shared_ptr<SimulatedDisk> disk = std::make_shared<SimulatedDisk>();

  void SetUp() override {
    std::string form = (std::filesystem::temp_directory_path() / "trade_data_XXXXXX").string();
    dir = ::mkdtemp(form.data());
  }
  void TearDown() override { std::filesystem::remove_all(dir); }
  std::string file(const std::string& name, std::string_view text) {
    std::ofstream(dir + "/" + name, std::ios::binary) << text;
    return dir + "/" + name;
  }
  static RecordedFileOptions of(const std::string& path, const std::string& symbol = {}) {
    RecordedFileOptions o;
    o.path = path;
    o.symbol = symbol;
    return o;
  }
  static Inspection inspect(const RecordedFileOptions& o) {
    auto opened = open_recorded_file(o);
    EXPECT_TRUE(opened.ok()) << opened.error().text();
    Inspector inspector(*opened);
    FeedRow row;
    while (*opened->feed->next(row)) inspector.add(row);
    return inspector.found();
  }
  static Error refused(const RecordedFileOptions& o) {
    const auto opened = open_recorded_file(o);
    EXPECT_FALSE(opened.ok());
    return opened.ok() ? Error{} : opened.error();
  }
  Imported import(Series& store, const RecordedFileOptions& o) {
    auto opened = open_recorded_file(o);
    EXPECT_TRUE(opened.ok());
    auto import = Import::begin(store, *opened, {});
    FeedRow row;
    while (*opened->feed->next(row)) EXPECT_TRUE(import->add(row).ok());
    auto done = import->finish();
    EXPECT_TRUE(done.ok());
    return *done;
  }
};

TEST_F(DataTest, ABarFileIsToldByItsHeaderAndItsFaultsByLine) {
  const auto path = file("btc_1m.csv", bars_csv);
  const auto found = inspect(of(path));
  EXPECT_EQ(found.format, FeedFormat::csv_bars);
  EXPECT_EQ(found.rows, 4u);
  EXPECT_EQ(found.bars, 3u);
  EXPECT_EQ(found.faults, 1u);
  ASSERT_EQ(found.first_faults.size(), 1u);
  EXPECT_EQ(found.first_faults[0].line, 4u);
  ASSERT_EQ(found.symbols.size(), 1u);
  EXPECT_EQ(found.symbols[0].symbol, "BTC_1M");
  EXPECT_EQ(print(found.symbols[0].low) + " " + print(found.symbols[0].high), "8 14");
  EXPECT_EQ(print(found.last), "2024-01-01T00:04:00Z") << "a bar's row is there when it is finished";
  EXPECT_EQ(to_hex(found.sha256), to_hex(sha256(bars_csv)));
  EXPECT_NE(inspection_text(found).find("btc_1m.csv:4: bad_value"), std::string::npos);
}

TEST_F(DataTest, ACaptureIsToldByItsFirstLineAndNamesItsSymbols) {
  const auto path = file("capture", capture);
  const auto all = inspect(of(path));
  EXPECT_EQ(all.format, FeedFormat::binance_stream);
  EXPECT_EQ(all.trades, 2u);
  EXPECT_EQ(all.faults, 0u);
  ASSERT_EQ(all.symbols.size(), 2u);
  EXPECT_EQ(all.symbols[1].symbol, "ETHUSDT");
  const auto one = inspect(of(path, "ETHUSDT"));
  EXPECT_EQ(one.trades, 1u);
  EXPECT_EQ(one.other_symbols, 1u);
  EXPECT_EQ(one.faults, 0u) << "a symbol that was not asked for is no fault";
}

TEST_F(DataTest, TheBundledSampleIsWhole) {
  const auto found = inspect(of(std::string(TRADE_SOURCE_DIR) + "/examples/data/binance_usdm_btcusdt_60s.gz"));
  EXPECT_EQ(found.format, FeedFormat::binance_stream);
  EXPECT_EQ(found.faults, 0u);
  EXPECT_EQ(found.rows, found.depths + found.snapshots + found.trades + found.quotes);
}

TEST_F(DataTest, WhatIsNoRecordedFileIsNamedWithTheRule) {
  EXPECT_EQ(refused(of(dir + "/none.gz")).kind, Failure::not_found);
  EXPECT_EQ(refused(of(dir + "/none.zip")).kind, Failure::not_found);
  EXPECT_EQ(refused(of(file("notes.zip", "PK nothing"))).kind, Failure::usage) << "a Lean path says what is inside";
  const auto prose = refused(of(file("prose", "To whom it may concern\n")));
  EXPECT_EQ(prose.kind, Failure::data);
  EXPECT_NE(prose.where.find("prose:1"), std::string::npos);
  EXPECT_EQ(refused(of(file("empty", ""))).kind, Failure::data);
  EXPECT_NE(refused(of(file("unknown.csv", "timestamp,open,hihg,low,close,volume\n"))).text().find("high"), std::string::npos);
  EXPECT_EQ(refused(of(file("broken.gz", "\x1f\x8b\x08 not gzip at all"))).kind, Failure::data);
  auto o = of(file("b.csv", bars_csv));
  o.format = "csv_bar";
  EXPECT_NE(refused(o).mend.find("csv_bars"), std::string::npos);
  o.format.clear();
  o.interval = "5";
  EXPECT_EQ(refused(o).kind, Failure::usage);
}

TEST_F(DataTest, ImportingAgainStoresNothing) {
  auto opened = FileSeries::open(disk, "series");
  ASSERT_TRUE(opened.ok());
  auto* store = opened->get();
  const auto bars = of(file("btc.csv", bars_csv)), trades = of(file("capture", capture));
  auto done = import(*store, bars);
  EXPECT_EQ(done.stored, 3u);
  EXPECT_EQ(done.left_out, 1u);
  done = import(*store, bars);
  EXPECT_EQ(done.stored, 0u);
  EXPECT_EQ(done.known, 3u);
  EXPECT_EQ(import(*store, of(trades.path, "ETHUSDT")).stored, 1u);
  done = import(*store, trades);
  EXPECT_EQ(done.stored, 1u) << "of the other symbol";
  EXPECT_EQ(done.known, 1u);
  EXPECT_EQ(import(*store, of(file("more.csv", std::string(bars_csv) + "2024-01-01T00:04:00Z,11,14,8,12,0\n"), "BTC")).stored, 4u)
      << "another file is another stream";
  EXPECT_EQ(*store->count("import.bar"), 7u);
  std::vector<std::string> read;
  ASSERT_TRUE(store->read("import.trade", Time{0}, Time{INT64_MAX}, [&](const StoredRow& r) {
    std::string json;
    describe<ImportedTrade>().to_json(json, describe<ImportedTrade>().decode(r.row.bytes)->data());
    read.push_back(json);
  }).ok());
  ASSERT_EQ(read.size(), 2u);
  EXPECT_EQ(read[0], R"({"symbol":"BTCUSDT","time":"2024-08-08T23:54:16.298Z","trade_id":7,"price":61800.1,"quantity":0.5,)"
                     R"("aggressor":"sell"})");
}

}  // namespace
}  // namespace trade
