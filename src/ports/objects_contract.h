#pragma once
#include <gtest/gtest.h>

#include <memory>

#include "ports/objects.h"

// What every adapter of ports/objects.h must do.
namespace trade {

// An empty store of an adapter; reopen() closes and opens it.
struct ObjectsWorld {
  virtual ~ObjectsWorld() = default;
  virtual Objects& store() = 0;
  virtual void reopen() = 0;
};

class ObjectsContract : public testing::TestWithParam<std::unique_ptr<ObjectsWorld> (*)()> {
 protected:
  std::unique_ptr<ObjectsWorld> world = GetParam()();
  Objects& store() { return world->store(); }
};

TEST_P(ObjectsContract, WhatIsPutIsGot) {
  std::string bytes(100'000, '\0');
  for (std::size_t i = 0; i < bytes.size(); ++i) bytes[i] = static_cast<char>(i * 31);
  const auto put = store().put("lake/day=2024-08-08/part-0.bin", bytes);
  ASSERT_TRUE(put.ok());
  EXPECT_EQ(*put, (StoredObject{"lake/day=2024-08-08/part-0.bin", bytes.size(), sha256(bytes)}));
  ASSERT_TRUE(store().put("empty", "").ok());
  for (int pass = 0; pass < 2; ++pass) {
    EXPECT_EQ(*store().get("lake/day=2024-08-08/part-0.bin"), bytes);
    EXPECT_EQ(*store().look("lake/day=2024-08-08/part-0.bin"), *put);
    EXPECT_EQ(*store().get("empty"), "");
    world->reopen();
  }
}

TEST_P(ObjectsContract, PuttingAgainReplaces) {
  ASSERT_TRUE(store().put("a", "one").ok());
  ASSERT_TRUE(store().put("a", "two").ok());
  ASSERT_TRUE(store().put("a", "two").ok());
  EXPECT_EQ(*store().get("a"), "two");
  EXPECT_EQ(*store().list(""), std::vector<std::string>{"a"});
}

TEST_P(ObjectsContract, ListIsSortedAndByPrefix) {
  for (const auto* n : {"b", "a/2", "a/1", "a/c/3", "ab"}) ASSERT_TRUE(store().put(n, n).ok());
  EXPECT_EQ(*store().list(""), (std::vector<std::string>{"a/1", "a/2", "a/c/3", "ab", "b"}));
  EXPECT_EQ(*store().list("a/"), (std::vector<std::string>{"a/1", "a/2", "a/c/3"}));
  EXPECT_EQ(*store().list("none"), std::vector<std::string>{});
}

TEST_P(ObjectsContract, RemovedIsGone) {
  ASSERT_TRUE(store().put("a", "x").ok());
  ASSERT_TRUE(store().remove("a").ok());
  world->reopen();
  EXPECT_EQ(store().get("a").error().kind, Failure::not_found);
  EXPECT_EQ(store().remove("a").error().kind, Failure::not_found);
  EXPECT_EQ(store().look("a").error().kind, Failure::not_found);
  EXPECT_EQ(*store().list(""), std::vector<std::string>{});
}

TEST_P(ObjectsContract, ANameThatIsNoneIsRefused) {
  ASSERT_TRUE(store().put("a/b", "x").ok());
  for (const auto* bad : {"", "/a", "a/", "a//b", "..", "a/../b", ".hidden", "a b", "x.tmp", "a"}) {
    const auto put = store().put(bad, "x");
    ASSERT_FALSE(put.ok()) << bad;
    EXPECT_EQ(put.error().kind, Failure::usage) << bad;
  }
  EXPECT_EQ(store().put("a/b/c", "x").error().kind, Failure::usage) << "an object is no folder";
  EXPECT_EQ(store().put(std::string(201, 'a'), "x").error().kind, Failure::usage);
  EXPECT_EQ(store().get("../a").error().kind, Failure::usage);
  EXPECT_EQ(*store().list(""), std::vector<std::string>{"a/b"});
}

}  // namespace trade
