#pragma once
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "adapters/venues/input_file.h"

namespace trade::venues {

enum class Packing : std::uint8_t { plain, gzip, deflate };

// A range of a file as the bytes it stands for: as they are, or unpacked while reading. After the end, damage() tells whether the bytes
// before it are all that was packed.
class ByteStream {
 public:
  struct Range {
    std::uint64_t offset = 0, bytes = 0;
  };
  // `expected_crc` of the unpacked bytes is checked at the end (zip entries carry it outside; gzip carries its own).
  ByteStream(std::shared_ptr<const InputFile> file, Range range, Packing packing, std::optional<std::uint32_t> expected_crc = {});
  ~ByteStream();
  ByteStream(const ByteStream&) = delete;
  ByteStream& operator=(const ByteStream&) = delete;

  // Up to n bytes; 0: the end, or damage. An error: the file could not be read.
  Result<std::size_t> read(char* to, std::size_t n);
  // What is wrong with the bytes after those read; empty: nothing.
  const std::string& damage() const { return damage_; }

 private:
  struct Inflater;
  Result<bool> fill();
  Result<std::size_t> read_plain(char* to, std::size_t n);
  Result<std::size_t> read_packed(char* to, std::size_t n);
  bool next_member();

  std::shared_ptr<const InputFile> file_;
  std::uint64_t at_, end_;
  Packing packing_;
  std::optional<std::uint32_t> expected_crc_;
  std::uint32_t crc_ = 0;
  bool done_ = false;
  std::string damage_;
  std::unique_ptr<Inflater> inflater_;
  std::vector<unsigned char> input_;
};

// gzip when the file begins with its magic bytes, else plain; a file named .gz without them is an error.
Result<Packing> packing_of(const InputFile& file);

}  // namespace trade::venues
