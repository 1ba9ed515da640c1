#pragma once
#include "app/inspection.h"
#include "app/series_batch.h"

namespace trade {

// Rows of the tables "import.bar" and "import.trade": as a file says them, under the instrument's own name.
struct ImportedBar {
  Symbol symbol;
  Time open_time;
  Duration interval;
  Price open, high, low, close;
  Quantity volume;
  FIELDS(ImportedBar, symbol, open_time, interval, open, high, low, close, volume)
};
struct ImportedTrade {
  Symbol symbol;
  Time time;        // the venue's; when received, where the venue gives none
  std::uint64_t trade_id{};
  Price price;
  Quantity quantity;
  Side aggressor{};
  FIELDS(ImportedTrade, symbol, time, trade_id, price, quantity, aggressor)
};
template <> const MessageType& describe<ImportedBar>();
template <> const MessageType& describe<ImportedTrade>();

// What importing a file came to.
struct Imported {
  std::uint64_t stored{}, known{}, left_out{};  // left out: rows that are neither bars nor trades, and faults
  FIELDS(Imported, stored, known, left_out)
};

// Puts the bars and trades of one file into a store: a stream a symbol, file and way of reading it, numbered by row, so that importing the
// same file again stores nothing.
class Import {
 public:
  // `reading`: what besides the file's bytes decides its rows.
  static Result<Import> begin(Series& series, const RecordedFile& file, const std::string& reading);
  Result<void> add(const FeedRow& row);
  Result<Imported> finish();

 private:
  Import(Series& series, const RecordedFile& file) : series_(series), file_(file) {}
  Result<void> store();

  Series& series_;
  const RecordedFile& file_;
  std::vector<SeriesPart> parts_;  // bars by symbol, then trades by symbol
  SeriesBatch batch_;
  Imported done_;
};

}  // namespace trade
