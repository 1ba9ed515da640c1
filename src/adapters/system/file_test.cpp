#include "adapters/system/file.h"

#include <sys/wait.h>
#include <unistd.h>

#include <filesystem>

#include "ports/file_contract.h"

namespace trade {
namespace {

// A fresh directory, removed when the test ends.
struct Folder {
  std::string path;
  Folder() {
    std::string form = (std::filesystem::temp_directory_path() / "trade_file_XXXXXX").string();
    path = ::mkdtemp(form.data());
  }
  ~Folder() { std::filesystem::remove_all(path); }
};

FileWorld posix_world() {
  struct Owned {
    Folder folder;
    std::unique_ptr<Files> files = posix_files();
  };
  auto owned = std::make_shared<Owned>();
  return {std::shared_ptr<Files>(owned, owned->files.get()), owned->folder.path};
}

INSTANTIATE_TEST_SUITE_P(Posix, FileContract, testing::Values(&posix_world));

TEST(PosixFiles, AFailedSyncIsFinal) {
  auto files = posix_files();
  auto f = files->open("/dev/full");
  ASSERT_TRUE(f.ok());
  const auto first = (*f)->sync();  // not a file that can be synced
  ASSERT_FALSE(first.ok());
  const auto write = (*f)->pwrite(0, "x");
  ASSERT_FALSE(write.ok());
  EXPECT_EQ(write.error().what, first.error().what);
  EXPECT_NE(first.error().where.find("/dev/full"), std::string::npos);
}

TEST(PosixFiles, AFullDiskIsNamed) {
  auto f = posix_files()->open("/dev/full");
  const auto write = (*f)->pwrite(0, "x");
  ASSERT_FALSE(write.ok());
  EXPECT_EQ(write.error().kind, Failure::resource);
  EXPECT_NE(write.error().what.find("No space left"), std::string::npos);
  EXPECT_FALSE(write.error().mend.empty());
}

TEST(PosixFiles, ALockOfAnotherProcessIsRefusedUntilItDies) {
  Folder folder;
  int ready[2], done[2];
  ASSERT_EQ(::pipe(ready), 0);
  ASSERT_EQ(::pipe(done), 0);
  const auto child = ::fork();
  if (child == 0) {
    auto held = posix_files()->lock(folder.path);
    char c = held.ok() ? '1' : '0';
    if (::write(ready[1], &c, 1) != 1 || ::read(done[0], &c, 1) < 0) _exit(1);
    _exit(0);  // without releasing
  }
  char c = '0';
  ASSERT_EQ(::read(ready[0], &c, 1), 1);
  ASSERT_EQ(c, '1');
  const auto refused = posix_files()->lock(folder.path);
  ASSERT_FALSE(refused.ok());
  EXPECT_NE(refused.error().what.find(std::to_string(child)), std::string::npos) << refused.error().text();
  ASSERT_EQ(::write(done[1], &c, 1), 1);
  ::waitpid(child, nullptr, 0);
  EXPECT_TRUE(posix_files()->lock(folder.path).ok());
}

}  // namespace
}  // namespace trade
