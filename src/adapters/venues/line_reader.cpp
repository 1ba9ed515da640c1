#include "adapters/venues/line_reader.h"

#include <cstring>

namespace trade::venues {

LineReader::LineReader(std::unique_ptr<ByteStream> stream) : stream_(std::move(stream)), buffer_(std::size_t{1} << 16) {}

// Makes room and reads; false at the end of the stream. Keeps one byte free for the '\n' of a last line.
Result<bool> LineReader::fill() {
  if (ended_) return false;
  if (begin_ != 0) {
    std::memmove(buffer_.data(), buffer_.data() + begin_, end_ - begin_);
    searched_ -= begin_;
    end_ -= begin_;
    begin_ = 0;
  }
  if (end_ + 1 >= buffer_.size()) {
    if (buffer_.size() >= longest) {
      ended_ = true;
      begin_ = end_ = searched_ = 0;
      too_long_ = "line is longer than 64 MiB";
      return false;
    }
    buffer_.resize(buffer_.size() * 2);
  }
  auto got = stream_->read(buffer_.data() + end_, buffer_.size() - 1 - end_);
  if (!got) return got.error();
  end_ += *got;
  ended_ = *got == 0;
  return !ended_;
}

Result<bool> LineReader::next(std::string_view& line) {
  for (;;) {
    if (const auto* at = static_cast<const char*>(std::memchr(buffer_.data() + searched_, '\n', end_ - searched_)); at != nullptr) {
      line = {buffer_.data() + begin_, static_cast<std::size_t>(at - buffer_.data()) - begin_};
      begin_ = searched_ = begin_ + line.size() + 1;
      ++count_;
      return true;
    }
    searched_ = end_;
    auto more = fill();
    if (!more) return more;
    if (*more) continue;
    if (begin_ == end_ || !damage().empty()) return false;
    buffer_[end_] = '\n';
    line = {buffer_.data() + begin_, end_ - begin_};
    begin_ = searched_ = end_;
    ++count_;
    return true;
  }
}

}  // namespace trade::venues
