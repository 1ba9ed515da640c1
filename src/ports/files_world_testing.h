#pragma once
#include <gtest/gtest.h>

#include <memory>
#include <string>

#include "ports/file.h"

namespace trade {

// A world of a contract suite for an adapter that lies over ports/file.h. Tests only.
template <class World, class Adapter, class Port>
struct FilesWorld final : World {
  std::shared_ptr<Files> files;
  std::string root;
  std::unique_ptr<Adapter> adapter;

  FilesWorld(std::shared_ptr<Files> f, std::string at) : files(std::move(f)), root(std::move(at)) { reopen(); }
  Port& store() override { return *adapter; }
  void reopen() override {
    adapter.reset();
    auto opened = Adapter::open(files, root);
    ASSERT_TRUE(opened.ok()) << opened.error().text();
    adapter = std::move(opened).value();
  }
};

}  // namespace trade
