#pragma once
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "core/result.h"

namespace trade {

// One open file. Closing does not sync. Every failure is an Error that names the file; not thread-safe.
class File {
 public:
  virtual ~File() = default;
  // Writes all bytes at `offset`, growing the file when needed (a gap reads as zeros). Durable only after sync().
  virtual Result<void> pwrite(std::uint64_t offset, std::string_view bytes) = 0;
  // Reads up to `n` bytes at `offset` into `to`; fewer only at the end of the file.
  virtual Result<std::size_t> pread(std::uint64_t offset, char* to, std::size_t n) = 0;
  // Makes content and size durable (fdatasync). A failed sync is final: what was written may be gone although it still reads, so
  // every later call of pwrite, sync, preallocate and truncate of this file gives the same Error.
  virtual Result<void> sync() = 0;
  // Reserves room and grows the file to `size` with zeros; never shrinks it. A full disk fails here rather than in a later write.
  virtual Result<void> preallocate(std::uint64_t size) = 0;
  virtual Result<void> truncate(std::uint64_t size) = 0;
  virtual Result<std::uint64_t> size() = 0;
};

// A directory held against other holders; released when destroyed or when the process ends.
class DirectoryLock {
 public:
  virtual ~DirectoryLock() = default;
};

// The files of a machine. Paths are the adapter's own (POSIX: relative to the working directory or absolute); '/' separates.
// Names made, renamed or removed are durable only after sync_dir() of their directory.
class Files {
 public:
  virtual ~Files() = default;
  // An existing file for reading and writing; not_found when there is none.
  virtual Result<std::unique_ptr<File>> open(const std::string& path) = 0;
  // A new empty file; fails when the name is taken.
  virtual Result<std::unique_ptr<File>> create(const std::string& path) = 0;
  // Of a file or a directory.
  virtual bool exists(const std::string& path) = 0;
  // Creates a directory and its parents; no failure when it exists.
  virtual Result<void> make_dir(const std::string& path) = 0;
  // Names in a directory, sorted, without "." and "..".
  virtual Result<std::vector<std::string>> list(const std::string& dir) = 0;
  // Replaces `to` when it exists, atomically.
  virtual Result<void> rename(const std::string& from, const std::string& to) = 0;
  virtual Result<void> remove(const std::string& path) = 0;
  virtual Result<void> sync_dir(const std::string& dir) = 0;
  // Holds `dir`; busy when another process, or another holder of this one, has it: the error names that process.
  virtual Result<std::unique_ptr<DirectoryLock>> lock(const std::string& dir) = 0;
  virtual Result<std::string> read_all(const std::string& path) = 0;
};

// The directory part of a path ("." when it has none).
inline std::string directory_of(const std::string& path) {
  const auto slash = path.rfind('/');
  return slash == std::string::npos ? "." : path.substr(0, slash == 0 ? 1 : slash);
}

// Puts `bytes` under `path` as a whole or not at all, durably: temporary name, sync, rename, sync of the directory.
inline Result<void> replace_file(Files& files, const std::string& path, std::string_view bytes) {
  const std::string temporary = path + ".tmp";
  if (files.exists(temporary))
    if (auto removed = files.remove(temporary); !removed) return removed;
  auto file = files.create(temporary);
  if (!file) return file.error();
  if (auto written = (*file)->pwrite(0, bytes); !written) return written;
  if (auto synced = (*file)->sync(); !synced) return synced;
  if (auto renamed = files.rename(temporary, path); !renamed) return renamed;
  return files.sync_dir(directory_of(path));
}

}  // namespace trade
