#include "adapters/embedded/simulated_disk.h"

#include "ports/file_contract.h"

namespace trade {
namespace {

FileWorld simulated_world() {
  auto disk = std::make_shared<SimulatedDisk>();
  EXPECT_TRUE(disk->make_dir("disk").ok());
  return {disk, "disk"};
}

INSTANTIATE_TEST_SUITE_P(Simulated, FileContract, testing::Values(&simulated_world));

struct SimulatedDiskTest : testing::Test {
  std::unique_ptr<SimulatedDisk> disk_with(std::uint64_t seed, const std::string& synced) {
    auto disk = std::make_unique<SimulatedDisk>(seed);
    disk->plant("d/a", synced);
    return disk;
  }
};

TEST_F(SimulatedDiskTest, SyncedBytesSurviveEveryCrash) {
  for (std::uint64_t seed = 0; seed < 100; ++seed) {
    SimulatedDisk disk(seed);
    ASSERT_TRUE(disk.make_dir("d").ok());
    auto f = disk.create("d/a");
    ASSERT_TRUE((*f)->pwrite(0, std::string(3000, 'x')).ok());
    ASSERT_TRUE((*f)->sync().ok());
    ASSERT_TRUE(disk.sync_dir("d").ok());
    ASSERT_TRUE((*f)->pwrite(3000, std::string(3000, 'y')).ok());
    disk.crash();
    EXPECT_EQ(disk.read_all("d/a")->substr(0, 3000), std::string(3000, 'x'));
    EXPECT_FALSE((*f)->pwrite(0, "z").ok()) << "a file opened before the crash is dead";
  }
}

TEST_F(SimulatedDiskTest, UnsyncedSectorsAreKeptLostOrTornOneByOne) {
  int kept = 0, lost = 0, torn = 0;
  for (std::uint64_t seed = 0; seed < 200; ++seed) {
    auto disk = disk_with(seed, std::string(2048, 'o'));
    ASSERT_TRUE((*disk->open("d/a"))->pwrite(0, std::string(2048, 'n')).ok());
    disk->crash();
    const auto after = *disk->read_all("d/a");
    for (std::size_t i = 0; i < 4; ++i) {
      const auto sector = after.substr(i * 512, 512);
      if (sector == std::string(512, 'n')) ++kept;
      else if (sector == std::string(512, 'o')) ++lost;
      else ++torn;
    }
  }
  EXPECT_GT(kept, 100);
  EXPECT_GT(lost, 100);
  EXPECT_GT(torn, 50);
}

TEST_F(SimulatedDiskTest, UnsyncedNamesMayBeLost) {
  int made = 0;
  for (std::uint64_t seed = 0; seed < 100; ++seed) {
    SimulatedDisk disk(seed);
    ASSERT_TRUE(disk.make_dir("d").ok());
    ASSERT_TRUE((*disk.create("d/a"))->sync().ok());
    disk.crash();
    made += disk.exists("d/a");
  }
  EXPECT_GT(made, 10);
  EXPECT_LT(made, 90);
}

TEST_F(SimulatedDiskTest, RenameIsOldOrNewNeverMixed) {
  int now_new = 0;
  for (std::uint64_t seed = 0; seed < 100; ++seed) {
    auto disk = disk_with(seed, "old");
    disk->power_off_at(seed % 8 + 1);
    const bool ok = replace_file(*disk, "d/a", "new").ok();
    disk->crash();
    const auto after = *disk->read_all("d/a");
    EXPECT_TRUE(after == "new" || (after == "old" && !ok)) << after;
    now_new += after == "new";
  }
  EXPECT_GT(now_new, 10);
}

TEST_F(SimulatedDiskTest, KillLosesNothingButMakesNothingDurable) {
  int survived = 0;
  for (std::uint64_t seed = 0; seed < 50; ++seed) {
    auto disk = disk_with(seed, "old");
    ASSERT_TRUE((*disk->open("d/a"))->pwrite(0, "new").ok());
    disk->kill();
    EXPECT_EQ(*disk->read_all("d/a"), "new");
    EXPECT_EQ(disk->durable_bytes("d/a"), "old");
    disk->crash();
    survived += *disk->read_all("d/a") == "new";
  }
  EXPECT_GT(survived, 5);
  EXPECT_LT(survived, 45);
}

TEST_F(SimulatedDiskTest, AFailedSyncIsFinalAndTheNextOneLies) {
  auto disk = disk_with(3, "old");
  auto f = disk->open("d/a");
  ASSERT_TRUE((*f)->pwrite(0, "new").ok());
  disk->fail_at(disk->counts().operations + 1, SimulatedDisk::Fault::io);
  const auto first = (*f)->sync();
  ASSERT_FALSE(first.ok());
  EXPECT_NE(first.error().text().find("d/a: sync"), std::string::npos);
  EXPECT_FALSE((*f)->sync().ok());
  EXPECT_FALSE((*f)->pwrite(0, "x").ok());
  EXPECT_TRUE((*disk->open("d/a"))->sync().ok()) << "another descriptor would believe all is well";
}

TEST_F(SimulatedDiskTest, FullDiskRefusesToGrowButAllowsWhatIsReserved) {
  SimulatedDisk disk;
  ASSERT_TRUE(disk.make_dir("d").ok());
  disk.set_capacity(1000);
  auto f = disk.create("d/a");
  ASSERT_TRUE((*f)->preallocate(900).ok());
  auto g = disk.create("d/b");
  const auto refused = (*g)->preallocate(200);
  ASSERT_FALSE(refused.ok());
  EXPECT_NE(refused.error().what.find("No space left"), std::string::npos);
  EXPECT_TRUE((*f)->pwrite(800, std::string(100, 'x')).ok());
}

TEST_F(SimulatedDiskTest, ALyingSyncKeepsNothing) {
  int lost = 0;
  for (std::uint64_t seed = 0; seed < 50; ++seed) {
    auto disk = disk_with(seed, "old");
    disk->lie_about_syncs(true);
    auto f = disk->open("d/a");
    ASSERT_TRUE((*f)->pwrite(0, "new").ok() && (*f)->sync().ok());
    disk->crash();
    lost += *disk->read_all("d/a") != "new";
  }
  EXPECT_GT(lost, 10);
}

TEST_F(SimulatedDiskTest, SameSeedSameDisk) {
  std::string first;
  for (int run = 0; run < 2; ++run) {
    auto disk = disk_with(7, std::string(5000, 'o'));
    ASSERT_TRUE((*disk->open("d/a"))->pwrite(100, std::string(6000, 'n')).ok());
    disk->crash();
    if (run == 0) first = *disk->read_all("d/a");
    else EXPECT_EQ(*disk->read_all("d/a"), first);
  }
}

}  // namespace
}  // namespace trade
