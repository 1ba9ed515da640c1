#pragma once
#include <span>

#include "adapters/venues/columns.h"
#include "adapters/venues/line_feed.h"
#include "adapters/venues/symbols.h"

namespace trade::venues {

// What a file of Binance's public archive (data.binance.vision) holds, by its columns:
//   agg_trades  id, price, quantity, first id, last id, time, buyer is maker[, best match]
//   trades      id, price, quantity, quote quantity, time, buyer is maker[, best match]
//   klines      open time, open, high, low, close, volume, close time, quote volume, count, taker volume, taker quote volume, ignored
enum class BinanceCsv : std::uint8_t { agg_trades, trades, klines };
NAMES(BinanceCsv, agg_trades, trades, klines)
struct BinanceCsvLayout {
  BinanceCsv kind{};
  std::size_t columns = 0;
  bool header = false;
};
// What the first line (and, below a header, the second) shows; nullopt when it is none of these.
std::optional<BinanceCsvLayout> binance_csv_layout(std::string_view first, std::string_view second);

// Such a file, plain, gzipped or zipped. Times count milliseconds or microseconds since 1970, told by their size. Trades become VenueTrade
// under the archive's id, received at the venue's time; klines become VenueBar, received when they end. Ids must ascend; prices and
// quantities must be exact in 1e-8.
class BinanceCsvFeed final : public LineFeed {
 public:
  static Result<std::unique_ptr<Feed>> open(const FeedSource& source, std::span<const Instrument> instruments);

 private:
  BinanceCsvFeed(std::shared_ptr<const InputFile> file, Part part, VenueId venue, BinanceCsvLayout layout, const Symbols::Bound& bound)
      : LineFeed(std::move(file), part, venue, layout.header ? 1 : 0), layout_(layout), bound_(bound) {}
  bool read(std::string_view line, FeedRow& out, Refusal& why) override;
  void forget() override { last_id_ = -1, last_ = {INT64_MIN}; }

  bool read_trade(const Columns& c, FeedRow& out, Refusal& why);
  bool read_kline(const Columns& c, FeedRow& out, Refusal& why);

  BinanceCsvLayout layout_;
  Symbols::Bound bound_;
  std::int64_t last_id_ = -1;
  Time last_{INT64_MIN};  // of the row before
};

}  // namespace trade::venues
