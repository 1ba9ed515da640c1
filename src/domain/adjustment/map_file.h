#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/date.h"
#include "core/result.h"

// Which ticker a company traded under, and when: Lean's map files.
namespace trade {

struct TickerUntil {
  Date date;  // the last day of this ticker
  std::string ticker;
  bool operator==(const TickerUntil&) const = default;
};

// One security's tickers in order of time. `name` is the file's: its last ticker, with ".1", ".2" for earlier securities of that ticker.
struct MapFile {
  std::string name;
  std::vector<TickerUntil> rows;  // ascending; the first row's date is that of the listing

  // The ticker on `d`; nullopt before the listing and after the end.
  std::optional<std::string_view> ticker_on(Date d) const;
};

// Rows "yyyymmdd,ticker[,exchange]". Errors name the file, line and column.
Result<MapFile> parse_map_file(std::string_view text, std::string name);

// The security that traded under `ticker` on `d`; nullptr when none did.
const MapFile* find_security(const std::vector<MapFile>& all, std::string_view ticker, Date d);

}  // namespace trade
