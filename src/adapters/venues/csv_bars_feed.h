#pragma once
#include <span>

#include "adapters/venues/columns.h"
#include "adapters/venues/line_feed.h"
#include "adapters/venues/symbols.h"

namespace trade::venues {

// How a CSV file of bars writes its times: ISO 8601 (UTC), or a whole number since 1970 whose unit its size tells.
enum class CsvTime : std::uint8_t { iso, s, ms, us, ns };
NAMES(CsvTime, iso, s, ms, us, ns)

// A CSV file of bars whose first line names the columns, in any order: timestamp (or time, date, datetime), open, high, low, close, volume.
// Row 0 is the line after the header. A bar that does not come after the one before is refused (out_of_order). Prices must be
// exact in 1e-8; volumes are printed doubles and are rounded half-even to it.
class CsvBarsFeed final : public LineFeed {
 public:
  // Errors name an unknown, missing or doubled column, and an interval that neither the source nor the rows tell.
  static Result<std::unique_ptr<Feed>> open(const FeedSource& source, std::span<const Instrument> instruments);

  // Where each column stands.
  struct Layout {
    std::size_t columns = 0, time = 0, open = 0, high = 0, low = 0, close = 0, volume = 0;
    CsvTime written{};
    Duration interval;
    BarStamp stamp{};
  };

 private:
  CsvBarsFeed(std::shared_ptr<const InputFile> file, Part part, VenueId venue, Layout layout, const Symbols::Bound& bound)
      : LineFeed(std::move(file), part, venue, 1), layout_(layout), bound_(bound) {}
  bool read(std::string_view line, FeedRow& out, Refusal& why) override;
  void forget() override { last_ = {INT64_MIN}; }

  Layout layout_;
  Symbols::Bound bound_;
  Time last_{INT64_MIN};  // open time of the last bar taken
};

}  // namespace trade::venues
