#include "app/feed_rows.h"

#include <filesystem>

#include "adapters/venues/open_feed.h"
#include "messages/facts.h"
#include "messages/market.h"

namespace trade {
namespace {

class FeedRows final : public RowSource {
 public:
  FeedRows(std::unique_ptr<Feed> feed, VenueId venue) : feed_(std::move(feed)), ended_{venue} {}

  Result<bool> next(Row& row) override {
    if (after_end_) return false;
    auto read = feed_->next(row_);
    if (!read) return read.error();
    if (!*read) {
      after_end_ = true;
      row = {next_row_, last_time_, &describe<FeedEnded>(), &ended_};
      return true;
    }
    last_time_ = row_.time;
    next_row_ = row_.row + 1;
    row.row = row_.row;
    row.time = row_.time;
    std::visit(
        [&row]<class F>(const F& fact) {
          row.type = &describe<F>();
          row.message = &fact;
        },
        row_.fact);
    return true;
  }

  // The FeedEnded row is found by walking to the feed's end.
  Result<void> seek(std::uint64_t row) override {
    after_end_ = false;
    next_row_ = row;
    if (row != 0) {
      if (auto sought = feed_->seek(row - 1); !sought) return sought;
      auto read = feed_->next(row_);
      if (!read) return read.error();
      if (*read) {
        last_time_ = row_.time;
        return {};
      }
      after_end_ = true;  // the row before is FeedEnded itself, or lies beyond it
      return {};
    }
    return feed_->seek(row);
  }

  std::string name() const override { return std::filesystem::path(feed_->path()).filename().string(); }
  Digest digest() const override { return feed_->digest(); }

 private:
  std::unique_ptr<Feed> feed_;
  FeedEnded ended_;
  FeedRow row_;
  Time last_time_;
  std::uint64_t next_row_ = 0;
  bool after_end_ = false;
};

}  // namespace

Result<std::unique_ptr<RowSource>> open_rows(const FeedSource& source, std::span<const Instrument> instruments) {
  auto feed = open_feed(source, instruments);
  if (!feed) return feed.error();
  return std::unique_ptr<RowSource>(std::make_unique<FeedRows>(std::move(feed).value(), source.venue));
}

}  // namespace trade
