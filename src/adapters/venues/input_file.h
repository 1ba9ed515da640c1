#pragma once
#include <cstdint>
#include <memory>
#include <string>

#include "core/digest.h"
#include "core/result.h"

namespace trade::venues {

// A file opened for reading at any place. Owns the descriptor.
class InputFile {
 public:
  // Opens it and reads it once for its digest. Errors name the path and what is wrong (absent, a folder, unreadable).
  static Result<std::shared_ptr<const InputFile>> open(const std::string& path);
  ~InputFile();
  InputFile(const InputFile&) = delete;
  InputFile& operator=(const InputFile&) = delete;

  // Reads up to n bytes at `offset`; fewer only at the end of the file.
  Result<std::size_t> read_at(std::uint64_t offset, void* to, std::size_t n) const;
  std::uint64_t size() const { return size_; }
  const std::string& path() const { return path_; }
  const Digest& digest() const { return digest_; }

 private:
  InputFile(std::string path, int descriptor) : path_(std::move(path)), descriptor_(descriptor) {}

  std::string path_;
  int descriptor_;
  std::uint64_t size_ = 0;
  Digest digest_;
};

}  // namespace trade::venues
