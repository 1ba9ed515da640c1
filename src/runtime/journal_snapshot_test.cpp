#include "runtime/journal_snapshot.h"

#include "runtime/journal_quarantine.h"
#include "runtime/journal_testing.h"

namespace trade {
namespace {

using journal_testing::dir;

struct SnapshotTest : testing::Test {
  SimulatedDisk disk;
  Digest journal = sha256("this journal");
  void SetUp() override { ASSERT_TRUE(disk.make_dir(dir).ok()); }
  void write(Place place, const std::string& content) { ASSERT_TRUE(write_snapshot(disk, dir, {place, journal, content}).ok()); }
  FoundSnapshot read(Place end) {
    auto found = read_newest_snapshot(disk, dir, journal, end);
    EXPECT_TRUE(found.ok());
    return *found;
  }
};

TEST_F(SnapshotTest, TheNewestAtOrBelowTheEndIsRead) {
  EXPECT_FALSE(read(100).snapshot.has_value());
  write(10, "ten");
  write(20, std::string(100'000, 'x'));
  EXPECT_EQ(read(20).snapshot->content, std::string(100'000, 'x'));
  EXPECT_EQ(read(20).snapshot->place, 20u);
  const auto below = read(19);
  EXPECT_EQ(below.snapshot->content, "ten");
  ASSERT_EQ(below.warnings.size(), 1u);
  EXPECT_NE(below.warnings[0].find(snapshot_name(20)), std::string::npos);
}

TEST_F(SnapshotTest, TheLastTwoAreKept) {
  for (Place p = 1; p <= 5; ++p) write(p, "s");
  EXPECT_EQ(*disk.list(dir), (std::vector<std::string>{snapshot_name(4), snapshot_name(5)}));
}

TEST_F(SnapshotTest, EveryFlippedBitIsSeenAndTheOneBeforeServes) {
  write(10, "the older one");
  write(20, "the newer one");
  const auto path = dir + "/" + snapshot_name(20);
  const auto bits = disk.read_all(path)->size() * 8;
  for (std::uint64_t bit = 0; bit < bits; ++bit) {
    disk.flip_bit(path, bit);
    const auto found = read(30);
    disk.flip_bit(path, bit);
    ASSERT_TRUE(found.snapshot.has_value() && found.snapshot->place == 10) << bit;
    ASSERT_EQ(found.warnings.size(), 1u);
    ASSERT_NE(found.warnings[0].find(snapshot_name(20)), std::string::npos);
  }
}

TEST_F(SnapshotTest, AnotherJournalsSnapshotIsPassedOver) {
  ASSERT_TRUE(write_snapshot(disk, dir, {10, sha256("another"), "s"}).ok());
  const auto found = read(30);
  EXPECT_FALSE(found.snapshot.has_value());
  ASSERT_EQ(found.warnings.size(), 1u);
  EXPECT_NE(found.warnings[0].find("another journal"), std::string::npos);
}

TEST_F(SnapshotTest, ACrashAnywhereLeavesAGoodOne) {
  for (std::uint64_t seed = 0; seed < 300; ++seed) {
    SimulatedDisk d(seed);
    ASSERT_TRUE(d.make_dir(dir).ok());
    ASSERT_TRUE(write_snapshot(d, dir, {1, journal, "one"}).ok());
    ASSERT_TRUE(write_snapshot(d, dir, {2, journal, "two"}).ok());
    d.power_off_at(d.counts().operations + 1 + seed % 12);
    const bool written = write_snapshot(d, dir, {3, journal, "three"}).ok();
    d.crash();
    const auto found = read_newest_snapshot(d, dir, journal, 9);
    ASSERT_TRUE(found.ok() && found->snapshot.has_value());
    ASSERT_GE(found->snapshot->place, written ? 3u : 2u) << seed;
  }
}

TEST_F(SnapshotTest, QuarantineCountsByOriginAndSurvives) {
  const Origin row{255, 77, 1}, command{255, 5, 0};
  auto q = *Quarantine::read(disk, dir);
  EXPECT_FALSE(q.safe_mode());
  q.count_abort(1, RecordKind::row, row);
  EXPECT_FALSE(q.holds(1, RecordKind::row, row));
  ASSERT_TRUE(q.write(disk, dir).ok());
  q = *Quarantine::read(disk, dir);
  q.count_abort(1, RecordKind::command, command);
  q.count_abort(1, RecordKind::row, row);
  EXPECT_TRUE(q.holds(1, RecordKind::row, row));
  EXPECT_FALSE(q.holds(0, RecordKind::row, row));
  EXPECT_FALSE(q.holds(1, RecordKind::command, command));
  EXPECT_TRUE(q.safe_mode());
  q.pass_over(1, RecordKind::row, row);
  ASSERT_TRUE(q.write(disk, dir).ok());
  q = *Quarantine::read(disk, dir);
  EXPECT_TRUE(q.holds(1, RecordKind::row, row));
  EXPECT_FALSE(q.safe_mode()) << "the operator has decided";
  EXPECT_EQ(q.inputs().size(), 2u);
}

TEST_F(SnapshotTest, ADamagedQuarantineIsNamed) {
  auto q = *Quarantine::read(disk, dir);
  q.count_abort(1, RecordKind::row, {255, 77, 1});
  ASSERT_TRUE(q.write(disk, dir).ok());
  const auto path = dir + "/" + std::string(quarantine_file_name);
  const auto bits = disk.read_all(path)->size() * 8;
  for (std::uint64_t bit = 0; bit < bits; ++bit) {
    disk.flip_bit(path, bit);
    const auto damaged = Quarantine::read(disk, dir);
    disk.flip_bit(path, bit);
    ASSERT_FALSE(damaged.ok());
    ASSERT_NE(damaged.error().text().find(path), std::string::npos);
  }
}

}  // namespace
}  // namespace trade
