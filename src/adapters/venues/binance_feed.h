#pragma once
#include "adapters/venues/binance_line.h"
#include "adapters/venues/line_feed.h"

namespace trade::venues {

// A capture of a Binance market stream: lines "<local receive time in ns> <raw JSON>", gzip or plain. Row n is line n + 1.
// A line whose receive time lies before that of the row before is refused (out_of_order); when the line after it agrees with it, the
// earlier stamp was the wrong one and the feed goes on from there. Times of rows never decrease.
class BinanceFeed final : public LineFeed {
 public:
  static Result<std::unique_ptr<Feed>> open(const FeedSource& source, std::span<const Instrument> instruments);

 private:
  BinanceFeed(std::shared_ptr<const InputFile> file, Part part, VenueId venue, Symbols symbols)
      : LineFeed(std::move(file), part, venue, 0), parser_(std::move(symbols), venue) {}
  bool read(std::string_view line, FeedRow& out, Refusal& why) override;
  void forget() override;
  bool accept_time(std::int64_t local);

  BinanceLine parser_;
  std::int64_t last_ = INT64_MIN;     // receive time of the last row taken
  std::int64_t refused_ = INT64_MAX;  // of the row refused just before, if it was
};

}  // namespace trade::venues
