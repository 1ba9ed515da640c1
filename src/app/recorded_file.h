#pragma once
#include <memory>
#include <string>
#include <vector>

#include "ports/feed.h"

namespace trade {

// What a user says of a file; what is left empty is guessed from its name and first lines.
struct RecordedFileOptions {
  std::string path, format, symbol, interval, entry;
  std::vector<std::string> ignore;
};

// A feed opened without a configuration: instruments are numbered from 1 in order of their symbols, no price is held against a tick.
struct RecordedFile {
  FeedFormat format{};
  std::vector<std::string> symbols;
  bool one_symbol = false;  // asked for: rows of other symbols are left out, not wrong
  std::unique_ptr<Feed> feed;

  // "BTCUSDT"; of instrument 0 or beyond: "?".
  std::string_view symbol(InstrumentId id) const;
};
Result<RecordedFile> open_recorded_file(const RecordedFileOptions& options);

}  // namespace trade
