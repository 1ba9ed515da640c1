#include "adapters/embedded/folder_objects.h"

#include "adapters/embedded/simulated_disk.h"
#include "ports/files_world_testing.h"
#include "ports/objects_contract.h"

namespace trade {
namespace {

std::unique_ptr<ObjectsWorld> simulated_world() {
  return std::make_unique<FilesWorld<ObjectsWorld, FolderObjects, Objects>>(std::make_shared<SimulatedDisk>(), "lake");
}
INSTANTIATE_TEST_SUITE_P(Simulated, ObjectsContract, testing::Values(&simulated_world));

// Power is lost at every operation of replacing one object by another.
TEST(FolderObjectsTest, ACrashLeavesTheOldOrTheNewObject) {
  const std::string old_bytes(2000, 'o'), new_bytes(3000, 'n');
  int olds = 0, news = 0;
  for (std::uint64_t seed = 1; seed <= 20; ++seed)
    for (std::uint64_t at = 1;; ++at) {
      auto disk = std::make_shared<SimulatedDisk>(seed);
      auto store = FolderObjects::open(disk, "lake");
      ASSERT_TRUE(store.ok() && (*store)->put("a/b", old_bytes).ok());
      disk->power_off_at(disk->counts().operations + at);
      const bool put = (*store)->put("a/b", new_bytes).ok();
      if (!disk->is_off()) break;
      disk->crash();
      store = FolderObjects::open(disk, "lake");
      ASSERT_TRUE(store.ok());
      const auto got = (*store)->get("a/b");
      ASSERT_TRUE(got.ok()) << got.error().text();
      EXPECT_TRUE(*got == new_bytes || (!put && *got == old_bytes));
      ++(*got == new_bytes ? news : olds);
      EXPECT_EQ(*(*store)->list(""), std::vector<std::string>{"a/b"});
      ASSERT_TRUE((*store)->put("a/b", "third").ok());
      EXPECT_EQ(*(*store)->get("a/b"), "third");
    }
  EXPECT_GT(olds, 0);
  EXPECT_GT(news, 0);
}

TEST(FolderObjectsTest, AFlippedBitIsNamed) {
  auto disk = std::make_shared<SimulatedDisk>();
  auto opened = FolderObjects::open(disk, "lake");
  ASSERT_TRUE(opened.ok());
  auto& store = **opened;
  ASSERT_TRUE(store.put("a", "content").ok());
  for (std::uint64_t bit = 0; bit < 56; ++bit) {
    disk->flip_bit("lake/objects/a", bit);
    const auto got = store.get("a");
    ASSERT_FALSE(got.ok());
    EXPECT_EQ(got.error().kind, Failure::corruption);
    EXPECT_NE(got.error().where.find("lake/objects/a"), std::string::npos);
    disk->flip_bit("lake/objects/a", bit);
  }
  EXPECT_TRUE(store.get("a").ok());
  disk->flip_bit("lake/objects/a", 0);
  EXPECT_TRUE(store.remove("a").ok()) << "damaged objects can be removed";
  EXPECT_TRUE(store.put("a", "again").ok());
}

}  // namespace
}  // namespace trade
