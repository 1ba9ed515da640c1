#include "adapters/venues/line_feed.h"

#include <algorithm>

namespace trade::venues {

Result<void> LineFeed::restart() {
  lines_ = std::make_unique<LineReader>(std::make_unique<ByteStream>(file_, part_.range, part_.packing, part_.crc));
  rows_ = 0;
  ended_ = false;
  given_ = {};
  forget();
  std::string_view line;
  while (lines_->count() < header_) {
    const auto more = lines_->next(line);
    if (!more) return more.error();
    if (!*more) break;
  }
  return {};
}

Result<void> LineFeed::seek(std::uint64_t row) {
  if (auto begun = restart(); !begun) return begun;
  FeedRow passed;
  while (rows_ < row) {
    const auto more = next(passed);
    if (!more) return more.error();
    if (!*more) break;
  }
  return {};
}

Result<bool> LineFeed::next(FeedRow& out) {
  if (lines_ == nullptr)
    if (auto begun = restart(); !begun) return begun.error();
  if (ended_) return false;
  std::string_view line;
  const auto more = lines_->next(line);
  if (!more) return more.error();
  out.row = rows_;
  out.time = given_;
  const auto number = rows_ + header_ + 1;
  Refusal why;
  if (!*more) {
    ended_ = true;
    if (lines_->damage().empty()) return false;
    out.fact = fault_of(venue_, number, {FeedFault::truncated, lines_->damage()});
  } else if (!read(line, out, why)) {
    out.time = given_;
    out.fact = fault_of(venue_, number, why);
  }
  given_ = out.time = std::max(given_, out.time);
  ++rows_;
  return true;
}

}  // namespace trade::venues
