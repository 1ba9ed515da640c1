#pragma once
#include <string>
#include <vector>

#include "app/recorded_file.h"
#include "core/digest.h"

namespace trade {

// What one instrument's rows of a file span; prices of trades, quotes and bars.
struct SymbolRange {
  std::string symbol;
  std::uint64_t rows{};
  Price low, high;  // 0: no price
  FIELDS(SymbolRange, symbol, rows, low, high)
};

// A line that is not a fact, as a person looks it up.
struct NamedFault {
  std::uint64_t line{};
  FeedFault fault{};
  std::string what;
  FIELDS(NamedFault, line, fault, what)
};

// What a recorded file holds.
struct Inspection {
  std::string file;
  FeedFormat format{};
  Digest sha256;
  std::uint64_t rows{}, depths{}, snapshots{}, trades{}, quotes{}, bars{}, faults{}, other_symbols{};
  Time first, last;  // when received; of bars: when finished
  std::vector<SymbolRange> symbols;
  std::vector<NamedFault> first_faults;  // at most five
  FIELDS(Inspection, file, format, sha256, rows, depths, snapshots, trades, quotes, bars, faults, other_symbols, first, last, symbols,
         first_faults)
};

// Counts row by row what the feed gives.
class Inspector {
 public:
  explicit Inspector(const RecordedFile& file);
  void add(const FeedRow& row);
  const Inspection& found() const { return found_; }

 private:
  void add_fault(const VenueFault& fault);
  void add_price(SymbolRange& range, Price price);

  const RecordedFile& file_;
  Inspection found_;
};

std::string inspection_text(const Inspection& found);

}  // namespace trade
