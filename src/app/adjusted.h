#pragma once
#include <functional>
#include <string>
#include <vector>

#include "domain/adjustment/factor_file.h"
#include "domain/adjustment/map_file.h"

namespace trade {

// The securities of one of Lean's equity folders ("…/equity/usa": map_files, factor_files, daily), by which a name means whatever
// traded under it.
class LeanSecurities {
 public:
  static Result<LeanSecurities> open(const std::string& folder);

  // Calls take(day, candle) for the daily bars of a security over all its tickers, in order, adjusted by its factor file. `name`: a map
  // file's, or a ticker, which then means the security that bore it on `as_of`; with neither there, the ticker's file as it is.
  Result<void> daily(const std::string& name, Date as_of, Adjustment how,
                     const std::function<void(Date, const std::string& ticker, const Candle&)>& take) const;

 private:
  std::string folder_;
  std::vector<MapFile> maps_;
};

}  // namespace trade
