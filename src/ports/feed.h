#pragma once
#include <string>
#include <variant>
#include <vector>

#include "core/digest.h"
#include "core/result.h"
#include "domain/facts/market.h"
#include "domain/facts/trade_correction.h"

// Port: recorded market data, row by row. Made from a FeedSource by adapters/venues (open_feed).
namespace trade {

// binance_stream: lines "<local ns> <raw JSON>", gzip or plain. lean: a zip of CSV under its conventional path.
// csv_bars: CSV with a header naming its columns, gzip or plain. binance_csv: aggTrades, trades or klines of Binance's archive, zip, gzip
// or plain. itch: NASDAQ TotalView-ITCH 5.0, messages behind their lengths, gzip or plain.
enum class FeedFormat : std::uint8_t { binance_stream, lean, csv_bars, binance_csv, itch };
NAMES(FeedFormat, binance_stream, lean, csv_bars, binance_csv, itch)

// Which end of its interval a bar's time names.
enum class BarStamp : std::uint8_t { open, close };
NAMES(BarStamp, open, close)

// The name by which a source calls one of our instruments.
struct SymbolBinding {
  Text<47> name;
  InstrumentId instrument;
  FIELDS(SymbolBinding, name, instrument)
};

// A source as a configuration describes it.
struct FeedSource {
  FeedFormat format{};
  std::string path;
  VenueId venue;
  InstrumentId instrument;             // what rows without a symbol are about; 0: the only one bound
  std::vector<SymbolBinding> symbols;  // empty: the source calls an instrument by our own symbol
  std::string entry;                   // of a zip that holds several files: the name of the one to read
  Duration interval;                   // of csv bars; 0: the smallest step between the first rows
  BarStamp stamp{};                    // of csv bars
  std::vector<std::string> ignore;     // csv columns that are known and not wanted
  FIELDS(FeedSource, format, path, venue, instrument, symbols, entry, interval, stamp, ignore)
};

// One row of a source. Many elements of the fact point into the feed's buffers, valid until its next call.
struct FeedRow {
  using Fact = std::variant<VenueDepth, VenueSnapshot, VenueTrade, VenueQuote, VenueBar, VenueFault, VenueCorrection>;
  std::uint64_t row{};  // 0-based, dense: every line of data is a row, a malformed one too (VenueFault)
  Time time;            // when it was received; of a bar: when it was finished
  Fact fact;
};

// A recorded source. Equal bytes give equal rows, however they are reached. A file that is damaged gives the rows up to the damage, then
// one VenueFault (truncated) that names it, then the end. Not for sharing between threads.
class Feed {
 public:
  virtual ~Feed() = default;
  // Fills `out` with the next row; false at the end. An error: the file could be opened but no longer read.
  virtual Result<bool> next(FeedRow& out) = 0;
  // Makes next() return row `row`; beyond the last one next() is at the end. Costs a reading of all rows before it.
  virtual Result<void> seek(std::uint64_t row) = 0;
  // SHA-256 of the file's bytes as they were at opening.
  virtual Digest digest() const = 0;
  // The file's path, for messages.
  virtual const std::string& path() const = 0;
};

}  // namespace trade
