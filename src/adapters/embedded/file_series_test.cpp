#include "adapters/embedded/file_series.h"

#include <algorithm>

#include "adapters/embedded/simulated_disk.h"
#include "ports/files_world_testing.h"
#include "ports/series_contract.h"

namespace trade {
namespace {

std::unique_ptr<SeriesWorld> simulated_world() {
  return std::make_unique<FilesWorld<SeriesWorld, FileSeries, Series>>(std::make_shared<SimulatedDisk>(), "disk");
}
INSTANTIATE_TEST_SUITE_P(Simulated, SeriesContract, testing::Values(&simulated_world));

// Rows of stream s are 1, 2, ...; row i has i % 700 bytes, so that batches span sectors.
struct Rows {
  std::vector<std::string> bytes;
  std::vector<SeriesRow> rows;
  Rows(std::uint64_t from, std::uint64_t n) {
    for (auto i = from; i < from + n; ++i) bytes.emplace_back(i % 700, static_cast<char>('a' + i % 26));
    for (std::uint64_t i = 0; i < n; ++i) rows.push_back({from + i, Time{static_cast<std::int64_t>(from + i)}, bytes[i]});
  }
};

struct FileSeriesTest : testing::Test {
  std::shared_ptr<SimulatedDisk> disk = std::make_shared<SimulatedDisk>();
  std::unique_ptr<FileSeries> store;

  Result<void> open() {
    store.reset();
    auto opened = FileSeries::open(disk, "d");
    if (!opened) return opened.error();
    store = std::move(opened).value();
    return {};
  }
  Result<Appended> append(std::uint64_t from, std::uint64_t n) { return store->append("t", "s", Rows(from, n).rows); }
  std::uint64_t last() { return *store->last_sequence("t", "s"); }
  // Every row from 1 to last(), as Rows makes them.
  void expect_whole() {
    std::uint64_t next = 1;
    const auto done = store->read("t", Time{INT64_MIN}, Time{INT64_MAX}, [&](const StoredRow& r) {
      EXPECT_EQ(r.row.sequence, next);
      EXPECT_EQ(r.row.bytes, Rows(next, 1).bytes[0]);
      ++next;
    });
    EXPECT_TRUE(done.ok());
    EXPECT_EQ(next, last() + 1);
    EXPECT_EQ(*store->count("t"), last());
  }
};

// Power is lost at every operation of a run in turn: what an append acknowledged is there, an append that did not end is there whole or not
// at all, and the run goes on from last_sequence.
TEST_F(FileSeriesTest, NothingAcknowledgedIsLostInACrashAtAnyOperation) {
  std::uint64_t crashes = 0, cuts = 0;
  for (std::uint64_t seed = 1; seed <= 8; ++seed)
    for (std::uint64_t at = 1;; ++at) {
      disk = std::make_shared<SimulatedDisk>(seed * 1000 + at);
      disk->power_off_at(at);
      std::uint64_t acknowledged = 0, batch = 0;
      if (open() && store->make_table("t", describe<Sample>()))
        for (std::uint64_t n : {3, 40, 1, 9}) {
          if (!append(acknowledged + 1, n)) {
            batch = n;
            break;
          }
          acknowledged += n;
        }
      if (!disk->is_off()) break;
      disk->crash();
      ++crashes;
      ASSERT_TRUE(open().ok()) << seed << " " << at;
      cuts += store->warnings().size();
      ASSERT_TRUE(store->make_table("t", describe<Sample>()).ok());
      EXPECT_TRUE(last() == acknowledged || last() == acknowledged + batch) << last() << " of " << acknowledged;
      ASSERT_TRUE(append(1, 60).ok());
      EXPECT_EQ(last(), 60u);
      expect_whole();
    }
  EXPECT_GT(crashes, 50u);
  EXPECT_GT(cuts, 0u) << "no append was torn: the test shows nothing";
}

TEST_F(FileSeriesTest, EveryPrefixOpensToTheAppendsItHolds) {
  ASSERT_TRUE(open().ok() && store->make_table("t", describe<Sample>()).ok());
  const auto head = disk->read_all("d/t.series")->size();
  std::vector<std::size_t> ends{head};
  for (std::uint64_t i = 0; i < 4; ++i) {
    ASSERT_TRUE(append(i * 3 + 1, 3).ok());
    ends.push_back(disk->read_all("d/t.series")->size());
  }
  const auto whole = *disk->read_all("d/t.series");
  for (std::size_t n = 0; n <= whole.size(); ++n) {
    disk = std::make_shared<SimulatedDisk>();
    disk->plant("d/t.series", whole.substr(0, n));
    ASSERT_TRUE(open().ok());
    if (n < head) {
      EXPECT_EQ(store->count("t").error().kind, Failure::corruption);
      continue;
    }
    const auto batches = static_cast<std::uint64_t>(std::ranges::upper_bound(ends, n) - ends.begin() - 1);
    EXPECT_EQ(last(), batches * 3);
    EXPECT_EQ(store->warnings().size(), n == ends[batches] ? 0u : 1u);
    expect_whole();
  }
}

TEST_F(FileSeriesTest, AFlippedBitIsDamageOrATornLastAppendNeverARow) {
  ASSERT_TRUE(open().ok() && store->make_table("t", describe<Sample>()).ok());
  for (std::uint64_t i = 0; i < 3; ++i) ASSERT_TRUE(append(i * 2 + 1, 2).ok());
  const auto whole = *disk->read_all("d/t.series");
  ASSERT_TRUE(append(7, 2).ok());
  const auto bytes = *disk->read_all("d/t.series");
  for (std::size_t bit = 0; bit < bytes.size() * 8; ++bit) {
    disk = std::make_shared<SimulatedDisk>();
    disk->plant("d/t.series", bytes);
    disk->flip_bit("d/t.series", bit);
    ASSERT_TRUE(open().ok()) << "bit " << bit;
    if (bit < whole.size() * 8) {
      const auto counted = store->count("t");
      ASSERT_FALSE(counted.ok()) << "bit " << bit;
      EXPECT_EQ(counted.error().kind, Failure::corruption);
      EXPECT_NE(counted.error().where.find("d/t.series"), std::string::npos);
    } else {
      EXPECT_EQ(last(), 6u);
      expect_whole();
    }
  }
}

TEST_F(FileSeriesTest, ADamagedTableKeepsNoOtherFromUseAndCanBeDropped) {
  ASSERT_TRUE(open().ok() && store->make_table("t", describe<Sample>()).ok() && append(1, 5).ok() && append(6, 5).ok());
  ASSERT_TRUE(store->make_table("other", describe<Sample>()).ok());
  disk->flip_bit("d/t.series", 8 * 150);
  ASSERT_TRUE(open().ok());
  EXPECT_EQ(append(11, 1).error().kind, Failure::corruption);
  EXPECT_EQ(store->make_table("t", describe<Sample>()).error().kind, Failure::corruption);
  EXPECT_EQ(*store->count("other"), 0u);
  ASSERT_TRUE(store->drop("t").ok());
  ASSERT_TRUE(store->make_table("t", describe<Sample>()).ok() && append(1, 5).ok());
  expect_whole();
}

TEST_F(FileSeriesTest, RotWhileOpenIsNoticedWhenRead) {
  ASSERT_TRUE(open().ok() && store->make_table("t", describe<Sample>()).ok() && append(1, 20).ok());
  disk->flip_bit("d/t.series", 8 * 400);
  EXPECT_EQ(store->read("t", Time{0}, Time{100}, [](const StoredRow&) { FAIL(); }).error().kind, Failure::corruption);
  EXPECT_EQ(store->digests("t").error().kind, Failure::corruption);
}

TEST_F(FileSeriesTest, AFullDiskFailsTheAppendAndAllAfterItUntilReopened) {
  ASSERT_TRUE(open().ok() && store->make_table("t", describe<Sample>()).ok() && append(1, 5).ok());
  disk->set_capacity(disk->read_all("d/t.series")->size() + 50);
  const auto full = append(6, 20);
  ASSERT_FALSE(full.ok());
  EXPECT_EQ(full.error().kind, Failure::resource);
  EXPECT_NE(full.error().text().find("d/t.series"), std::string::npos);
  disk->set_capacity(UINT64_MAX);
  EXPECT_FALSE(append(6, 1).ok()) << "a failed store may not go on as if nothing had been";
  expect_whole();
  ASSERT_TRUE(open().ok());
  EXPECT_EQ(last(), 5u);
  ASSERT_TRUE(append(1, 25).ok());
  expect_whole();
}

TEST_F(FileSeriesTest, AStoreHasOneHolder) {
  ASSERT_TRUE(open().ok());
  const auto second = FileSeries::open(disk, "d");
  ASSERT_FALSE(second.ok());
  EXPECT_EQ(second.error().kind, Failure::busy);
}

}  // namespace
}  // namespace trade
