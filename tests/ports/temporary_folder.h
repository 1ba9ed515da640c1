#pragma once
#include <unistd.h>

#include <filesystem>
#include <memory>

#include "adapters/system/file.h"

namespace trade {

// A fresh directory, removed with its last owner.
struct TemporaryFolder {
  std::string path;
  TemporaryFolder() {
    std::string form = (std::filesystem::temp_directory_path() / "trade_ports_XXXXXX").string();
    path = ::mkdtemp(form.data());
  }
  ~TemporaryFolder() { std::filesystem::remove_all(path); }
};

// A world over the operating system's files, in a folder of its own.
template <class World, class FilesWorld>
std::unique_ptr<World> posix_world() {
  struct Owned {
    TemporaryFolder folder;
    std::unique_ptr<Files> files = posix_files();
  };
  auto owned = std::make_shared<Owned>();
  return std::make_unique<FilesWorld>(std::shared_ptr<Files>(owned, owned->files.get()), owned->folder.path + "/store");
}

}  // namespace trade
