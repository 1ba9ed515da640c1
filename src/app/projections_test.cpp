#include "app/projections.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <fstream>

#include "adapters/system/file.h"
#include "app/catalogue.h"
#include "app/journal_inputs.h"
#include "app/output.h"
#include "runtime/virtual_time.h"

namespace trade {
namespace {

using TableDays = std::vector<std::pair<std::string, std::vector<DayDigest>>>;

// A data folder and the demo's configuration on the bundled sample.
struct ProjectionsTest : testing::Test {
  std::string dir;
  Tape tape;
  Projected projected{catalogue()};

  void SetUp() override {
    std::string form = (std::filesystem::temp_directory_path() / "trade_series_XXXXXX").string();
    dir = ::mkdtemp(form.data());
  }
  void TearDown() override { std::filesystem::remove_all(dir); }

  Settings settings() {
    const std::string root = TRADE_SOURCE_DIR;
    const std::string sample = root + "/examples/data/binance_usdm_btcusdt_60s.gz\"";
    auto s = load_settings(catalogue(), root + "/examples/demo.yaml", {"feed.0.path=\"" + sample, "feed.1.path=\"" + sample}, {});
    EXPECT_TRUE(s.ok());
    return std::move(s).value();
  }
  enum class End : std::uint8_t { orderly, crash };
  // Runs on for `steps`, or to the end. A crash forgets what waits to be written.
  void run(std::uint64_t steps, End how) {
    auto projections = std::make_unique<Projections>(catalogue(), dir, tape);
    auto platform = Platform::start(catalogue(), settings(), {dir + "/journal", false});
    ASSERT_TRUE(platform.ok()) << platform.error().text();
    auto& p = **platform;
    projections->begin(p);
    VirtualTime time(p.process(), p.sources(), *projections, p.mark(), false);
    ASSERT_TRUE(time.open().ok());
    bool ended = true;
    for (; time.next_time(); --steps) {
      if (steps == 0) {
        ended = false;
        break;
      }
      ASSERT_TRUE(time.step().ok());
    }
    p.mark()->wait(p.process().last_claimed());
    if (how == End::orderly) time.let_leave();
    const auto last = p.process().last_claimed();
    ASSERT_TRUE(p.close(ended).ok());
    if (how == End::orderly) projections->close(last);
  }
  TableDays stored() {
    auto folder = SeriesFolder::open(dir);
    EXPECT_TRUE(folder.ok());
    TableDays out;
    for (const auto& t : projected.tables()) {
      auto days = folder->series->digests(t.name);
      out.emplace_back(t.name, days.ok() ? *days : std::vector<DayDigest>{});
    }
    return out;
  }
  // What a fold of the journal says the store must hold; built in a store of its own.
  TableDays folded() {
    auto files = posix_files();
    auto inputs = open_journal_inputs(*files, dir + "/journal", {});
    EXPECT_TRUE(inputs.ok());
    auto machine = Machine::make(catalogue(), inputs->settings.document);
    const auto other = dir + "/other";
    std::filesystem::remove_all(other);
    auto folder = SeriesFolder::open(other);
    EXPECT_TRUE(rebuild_projected(projected, *folder->series, *files, dir + "/journal", **machine, pointers(inputs->sources)).ok());
    TableDays out;
    for (const auto& t : projected.tables()) out.emplace_back(t.name, *folder->series->digests(t.name));
    return out;
  }
  static std::uint64_t rows(const TableDays& all, std::string_view table) {
    std::uint64_t n = 0;
    for (const auto& [name, days] : all)
      for (const auto& d : days) n += name == table ? d.rows : 0;
    return n;
  }
};

TEST_F(ProjectionsTest, TheCatalogueSaysWhatIsStored) {
  std::vector<std::string> names;
  for (const auto& t : projected.tables()) names.push_back(t.name);
  EXPECT_NE(std::ranges::find(names, "market.bar"), names.end());
  EXPECT_NE(std::ranges::find(names, "fills"), names.end());
  for (const auto& e : catalogue().entries)
    for (const auto& s : e.stores) EXPECT_NE(std::ranges::find(names, s), names.end()) << s << " is stored and nobody emits it";
}

TEST_F(ProjectionsTest, AfterARunTheStoreIsTheFoldOfTheJournal) {
  run(UINT64_MAX, End::orderly);
  const auto held = stored();
  EXPECT_GT(rows(held, "market.bar"), 60u);
  EXPECT_EQ(rows(held, "fills"), tape.take().size());
  EXPECT_EQ(held, folded());
}

TEST_F(ProjectionsTest, AnInterruptedRunGoesOnWhereItWas) {
  run(9'000, End::orderly);
  const auto half = stored();
  EXPECT_EQ(half, folded());
  run(UINT64_MAX, End::orderly);
  EXPECT_GT(rows(stored(), "market.bar"), rows(half, "market.bar"));
  EXPECT_EQ(stored(), folded());
}

TEST_F(ProjectionsTest, WhatACrashKeptFromTheStoreIsRebuilt) {
  run(9'000, End::crash);
  run(9'000, End::crash);
  auto folder = SeriesFolder::open(dir);
  ASSERT_TRUE(folder.ok());
  EXPECT_EQ(folder->whole_up_to(), 0u);
  folder->series.reset();
  // The worst a crash may leave: a store that knows of nothing.
  for (const auto& t : projected.tables()) std::filesystem::remove(dir + "/series/" + t.name + ".series");
  run(UINT64_MAX, End::orderly);
  EXPECT_EQ(stored(), folded());
}

TEST_F(ProjectionsTest, ANewSessionBeginsWithAnEmptyStore) {
  run(UINT64_MAX, End::orderly);
  run(9'000, End::orderly);
  EXPECT_EQ(stored(), folded());
}

TEST_F(ProjectionsTest, ADamagedStoreStopsNothingAndIsRebuilt) {
  run(9'000, End::orderly);
  {
    auto folder = SeriesFolder::open(dir);
    ASSERT_TRUE(folder.ok());
    const auto place = folder->whole_up_to();
    EXPECT_GT(place, 0u);
  }
  std::fstream file(dir + "/series/market.bar.series", std::ios::in | std::ios::out | std::ios::binary);
  file.seekp(300);
  file.put('!');
  file.close();
  run(UINT64_MAX, End::orderly);
  EXPECT_EQ(stored(), folded());
}

TEST_F(ProjectionsTest, AStoreThatCannotBeOpenedStopsNothing) {
  std::filesystem::create_directories(dir);
  std::ofstream(dir + "/series") << "in the way";
  run(UINT64_MAX, End::orderly);
  EXPECT_GT(tape.take().size(), 0u);
  std::filesystem::remove(dir + "/series");
  EXPECT_NE(stored(), folded());
}

}  // namespace
}  // namespace trade
