#pragma once
#include <span>
#include <vector>

#include "adapters/venues/itch_book.h"
#include "adapters/venues/refusal.h"
#include "adapters/venues/symbols.h"
#include "adapters/venues/zip_archive.h"
#include "core/date.h"
#include "ports/feed.h"

namespace trade::venues {

// The stocks that the directory messages at the beginning of a file name (its first MiB), in order.
std::vector<std::string> itch_stocks(ByteStream& stream);
// True for the beginning of an ITCH file: a system event behind its length.
inline bool is_itch(std::string_view bytes) { return bytes.starts_with(std::string_view("\0\x0CS", 3)); }

// NASDAQ TotalView-ITCH 5.0 (Nasdaq's specification of that name): messages each behind a big-endian length of two bytes, in a file whose
// name tells the day as Nasdaq's do ("01302019.NASDAQ_ITCH50", "S013019-v50.txt"); times count from midnight in New York.
//   A F E C X D U   change displayed orders: a VenueDepth of the levels they touch, the stock's first an empty VenueSnapshot
//   E C             executions: a VenueTrade besides, unless not printable; the aggressor is the other side
//   P               trades against hidden orders: the aggressor is the other side of what is said, which the venue masks as buy
//   Q               crosses: the aggressor is given as buy
//   B               takes a trade back: a VenueCorrection
//   others          are read over (directory R binds stocks to their numbers)
// A row is a fact: messages without one, and of stocks that are not bound, are no rows. A message that contradicts the ones before is a
// fault and changes nothing; its line is the number of the message.
class ItchFeed final : public Feed {
 public:
  static Result<std::unique_ptr<Feed>> open(const FeedSource& source, std::span<const Instrument> instruments);

  Result<bool> next(FeedRow& out) override;
  Result<void> seek(std::uint64_t row) override;
  Digest digest() const override { return file_->digest(); }
  const std::string& path() const override { return file_->path(); }

 private:
  struct Stock {
    InstrumentId instrument;
    Price tick;
    ItchBook book;
    std::uint64_t changes = 0;  // update id of its last depth; 0: nothing was said of it yet
  };
  class Fields;

  ItchFeed(std::shared_ptr<const InputFile> file, FilePart part, VenueId venue, Symbols symbols, Date day)
      : file_(std::move(file)), part_(part), venue_(venue), symbols_(std::move(symbols)), day_(day) { restart(); }
  void restart();
  Result<bool> take_message(std::string& message);
  void read(std::string_view message);
  void read_order(char type, Fields& f, Stock& s, Time at);
  void add_order(Fields& f, Stock& s, Time at);
  void replace_order(Fields& f, Stock& s, Time at);
  void execute(char type, Fields& f, Stock& s, Time at);
  void read_trade(char type, Fields& f, Stock& s, Time at);
  Stock* stock_of(std::uint16_t locate, std::string_view name);
  void put(FeedRow::Fact fact, Time at);
  void put_depth(Stock& s, Time at, std::span<const std::pair<Side, Price>> touched);
  void put_trade(const Stock& s, Time at, std::uint64_t id, Price price, std::uint64_t shares, Side aggressor);
  void refuse(FeedFault fault, std::string what);

  std::shared_ptr<const InputFile> file_;
  FilePart part_;
  VenueId venue_;
  Symbols symbols_;
  Date day_;
  std::unique_ptr<ByteStream> stream_;
  std::vector<Stock> stocks_;
  std::vector<std::int32_t> by_locate_;  // place in stocks_; -1: not known yet, -2: not bound
  std::vector<FeedRow> ready_;           // of the last message; given from `given_` on
  std::size_t given_ = 0;
  std::vector<Level> bids_, asks_;        // what the depth in ready_ points to
  std::string message_;
  std::uint64_t messages_ = 0, rows_ = 0;
  Time last_{};
  bool ended_ = false;
};

}  // namespace trade::venues
