#pragma once
#include <string>

#include "core/result.h"
#include "core/zone.h"

namespace trade::venues {

enum class LeanRows : std::uint8_t { trade_tick, quote_tick, trade_bar, quote_bar };

// What the conventional path of a Lean file says of its rows:
//   <type>/<market>/<minute|second|tick>/<symbol>/<yyyymmdd>_<trade|quote>[_...].zip,
//   <type>/<market>/<hour|daily>/<symbol>[_<year>][_trade|_quote][_...].zip
struct LeanPath {
  std::string type, symbol;
  LeanRows rows{};
  Duration interval;          // 0: ticks
  Zone zone{};                // of its times
  std::int64_t divisor = 1;   // prices are stored multiplied by it
  std::int64_t midnight = 0;  // of the file's day by the zone's wall clock, ns; hour and daily rows carry their own date
  bool own_dates = false;
};

// Errors name the part that is not as expected.
Result<LeanPath> parse_lean_path(const std::string& path);

}  // namespace trade::venues
