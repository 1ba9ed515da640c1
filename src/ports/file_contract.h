#pragma once
#include <gtest/gtest.h>

#include "ports/file.h"

// What every adapter of ports/file.h must do. An adapter's test includes this once and instantiates it:
//   INSTANTIATE_TEST_SUITE_P(Posix, FileContract, testing::Values(&posix_world));
namespace trade {

// An empty directory of an adapter.
struct FileWorld {
  std::shared_ptr<Files> files;
  std::string root;
};

class FileContract : public testing::TestWithParam<FileWorld (*)()> {
 protected:
  FileWorld world = GetParam()();
  Files& files = *world.files;
  std::string path(const std::string& name) const { return world.root + "/" + name; }
  static std::string read(File& f, std::uint64_t offset, std::size_t n) {
    std::string s(n, '?');
    const auto got = f.pread(offset, s.data(), n);
    EXPECT_TRUE(got.ok());
    s.resize(got.ok() ? *got : 0);
    return s;
  }
};

TEST_P(FileContract, NewFileIsEmptyAndItsNameIsTaken) {
  auto f = files.create(path("a"));
  ASSERT_TRUE(f.ok());
  EXPECT_EQ(*(*f)->size(), 0u);
  EXPECT_TRUE(files.exists(path("a")));
  const auto again = files.create(path("a"));
  ASSERT_FALSE(again.ok());
  EXPECT_EQ(again.error().kind, Failure::busy);
}

TEST_P(FileContract, OpenOfAMissingFileIsNotFoundAndNamesIt) {
  const auto f = files.open(path("none"));
  ASSERT_FALSE(f.ok());
  EXPECT_EQ(f.error().kind, Failure::not_found);
  EXPECT_NE(f.error().text().find("none"), std::string::npos);
  EXPECT_FALSE(files.read_all(path("none")).ok());
  EXPECT_FALSE(files.exists(path("none")));
  EXPECT_EQ(files.list(path("no_dir")).ok(), false);
  EXPECT_FALSE(files.create(path("no_dir/x")).ok());
}

TEST_P(FileContract, WritesReadBackGapsAreZeros) {
  auto f = files.create(path("a"));
  ASSERT_TRUE((*f)->pwrite(3, "hello").ok());
  EXPECT_EQ(read(**f, 0, 100), std::string("\0\0\0hello", 8));
  ASSERT_TRUE((*f)->pwrite(5, "__").ok());
  EXPECT_EQ(read(**f, 3, 5), "he__o");
  EXPECT_EQ(read(**f, 8, 5), "");
  ASSERT_TRUE((*f)->sync().ok());
  EXPECT_EQ(*files.read_all(path("a")), std::string("\0\0\0he__o", 8));
}

TEST_P(FileContract, LongWriteAcrossSectors) {
  auto f = files.create(path("a"));
  std::string s(100'000, 'x');
  for (std::size_t i = 0; i < s.size(); ++i) s[i] = static_cast<char>(i * 7);
  ASSERT_TRUE((*f)->pwrite(511, s).ok());
  EXPECT_EQ(read(**f, 511, s.size()), s);
}

TEST_P(FileContract, PreallocateGrowsWithZerosAndNeverShrinks) {
  auto f = files.create(path("a"));
  ASSERT_TRUE((*f)->pwrite(0, "abc").ok());
  ASSERT_TRUE((*f)->preallocate(10'000).ok());
  EXPECT_EQ(*(*f)->size(), 10'000u);
  EXPECT_EQ(read(**f, 0, 4), std::string("abc\0", 4));
  ASSERT_TRUE((*f)->preallocate(10).ok());
  EXPECT_EQ(*(*f)->size(), 10'000u);
}

TEST_P(FileContract, TruncateCutsAndGrowsWithZeros) {
  auto f = files.create(path("a"));
  ASSERT_TRUE((*f)->pwrite(0, "abcdef").ok());
  ASSERT_TRUE((*f)->truncate(2).ok());
  EXPECT_EQ(*files.read_all(path("a")), "ab");
  ASSERT_TRUE((*f)->truncate(4).ok());
  EXPECT_EQ(*files.read_all(path("a")), std::string("ab\0\0", 4));
}

TEST_P(FileContract, ListIsSortedAndRemoveRemoves) {
  for (const auto* n : {"b", "a", "c"}) ASSERT_TRUE(files.create(path(n)).ok());
  EXPECT_EQ(*files.list(world.root), (std::vector<std::string>{"a", "b", "c"}));
  ASSERT_TRUE(files.remove(path("b")).ok());
  EXPECT_EQ(*files.list(world.root), (std::vector<std::string>{"a", "c"}));
  EXPECT_FALSE(files.remove(path("b")).ok());
}

TEST_P(FileContract, RenameReplaces) {
  ASSERT_TRUE((*files.create(path("a")))->pwrite(0, "new").ok());
  ASSERT_TRUE((*files.create(path("b")))->pwrite(0, "old").ok());
  ASSERT_TRUE(files.rename(path("a"), path("b")).ok());
  EXPECT_EQ(*files.read_all(path("b")), "new");
  EXPECT_FALSE(files.exists(path("a")));
  EXPECT_FALSE(files.rename(path("a"), path("b")).ok());
}

TEST_P(FileContract, ReplaceFileIsWholeAndLeavesNoTemporary) {
  ASSERT_TRUE(replace_file(files, path("a"), "one").ok());
  ASSERT_TRUE(files.create(path("a.tmp")).ok());  // left by a crash
  ASSERT_TRUE(replace_file(files, path("a"), "two").ok());
  EXPECT_EQ(*files.read_all(path("a")), "two");
  EXPECT_EQ(*files.list(world.root), std::vector<std::string>{"a"});
}

TEST_P(FileContract, DirectoriesNest) {
  ASSERT_TRUE(files.make_dir(path("x/y")).ok());
  ASSERT_TRUE(files.make_dir(path("x/y")).ok());
  EXPECT_TRUE(files.exists(path("x")) && files.exists(path("x/y")));
  ASSERT_TRUE(files.create(path("x/y/f")).ok());
  ASSERT_TRUE(files.sync_dir(path("x/y")).ok());
  EXPECT_EQ(*files.list(path("x")), std::vector<std::string>{"y"});
  EXPECT_EQ(*files.list(path("x/y")), std::vector<std::string>{"f"});
}

TEST_P(FileContract, SecondHolderIsRefusedAndTheFirstNamed) {
  auto held = files.lock(world.root);
  ASSERT_TRUE(held.ok());
  const auto second = files.lock(world.root);
  ASSERT_FALSE(second.ok());
  EXPECT_EQ(second.error().kind, Failure::busy);
  EXPECT_NE(second.error().what.find("process "), std::string::npos);
  EXPECT_NE(second.error().where.find(world.root), std::string::npos);
  held->reset();
  EXPECT_TRUE(files.lock(world.root).ok());
}

}  // namespace trade
