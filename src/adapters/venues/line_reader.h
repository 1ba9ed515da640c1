#pragma once
#include <string_view>
#include <vector>

#include "adapters/venues/byte_stream.h"

namespace trade::venues {

// Cuts a stream into lines. A line that lies in front of damage and has no end is not given.
class LineReader {
 public:
  static constexpr std::size_t longest = std::size_t{64} << 20;
  explicit LineReader(std::unique_ptr<ByteStream> stream);

  // The next line without its '\n'; valid until the next call. The byte after it may be read and is '\n'. False: no more of them.
  Result<bool> next(std::string_view& line);
  // Lines given so far.
  std::uint64_t count() const { return count_; }
  // After the last line: what is wrong with what follows; empty: nothing.
  const std::string& damage() const { return too_long_.empty() ? stream_->damage() : too_long_; }

 private:
  Result<bool> fill();

  std::unique_ptr<ByteStream> stream_;
  std::vector<char> buffer_;
  std::size_t begin_ = 0, end_ = 0, searched_ = 0;
  std::uint64_t count_ = 0;
  bool ended_ = false;
  std::string too_long_;
};

}  // namespace trade::venues
