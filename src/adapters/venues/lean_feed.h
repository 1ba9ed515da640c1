#pragma once
#include <span>

#include "adapters/venues/columns.h"
#include "adapters/venues/lean_path.h"
#include "adapters/venues/line_feed.h"
#include "adapters/venues/symbols.h"
#include "adapters/venues/zip_archive.h"

namespace trade::venues {

// One CSV file of a Lean zip. Trade bars become VenueBar, quote bars the VenueQuote of their close, both received when the bar is finished;
// ticks become VenueTrade and VenueQuote. Lean's files do not say who was the aggressor of a trade: it is given as buy.
// Sizes are printed doubles and are rounded half-even to 1e-8; prices must be exact. Ticks that the source marks suspicious are refused.
class LeanFeed final : public LineFeed {
 public:
  static Result<std::unique_ptr<Feed>> open(const FeedSource& source, std::span<const Instrument> instruments);

 private:
  LeanFeed(std::shared_ptr<const InputFile> file, Part part, VenueId venue, LeanPath about, const Symbols::Bound& bound)
      : LineFeed(std::move(file), part, venue, 0), about_(std::move(about)), bound_(bound) {}
  bool read(std::string_view line, FeedRow& out, Refusal& why) override;
  void forget() override { last_ = {INT64_MIN}; }

  bool read_time(std::string_view text, Time& out, Refusal& why) const;
  bool read_trade_bar(const Columns& c, FeedRow& out, Refusal& why) const;
  bool read_quote_bar(const Columns& c, FeedRow& out, Refusal& why) const;
  bool read_trade_tick(const Columns& c, FeedRow& out, Refusal& why) const;
  bool read_quote_tick(const Columns& c, FeedRow& out, Refusal& why) const;
  bool read_side(std::string_view side, std::string_view price, std::string_view size, Price& p, Quantity& q, Refusal& why) const;
  bool price(std::string_view field, std::string_view text, bool absent, Price& out, Refusal& why) const {
    return read_price(field, text, about_.divisor, bound_.tick, absent, out, why);
  }

  LeanPath about_;
  Symbols::Bound bound_;
  Time last_{INT64_MIN};  // stamp of the last row taken
};

}  // namespace trade::venues
