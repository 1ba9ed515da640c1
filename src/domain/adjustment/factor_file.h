#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/date.h"
#include "core/decimal.h"
#include "core/result.h"
#include "domain/bars/bar_series.h"

// Prices of the past made comparable with today's: Lean's factor files.
namespace trade {

// Up to and with `date` prices are multiplied by price_factor (cash dividends) and split_factor. `reference` is the close of that date.
struct FactorRow {
  Date date;
  Ratio price_factor, split_factor;
  Price reference;
  bool operator==(const FactorRow&) const = default;
};

// raw: as traded. split: splits undone, so that only dividends make gaps. total: dividends undone as well (total return).
enum class Adjustment : std::uint8_t { raw, split, total };
NAMES(Adjustment, raw, split, total)

struct FactorFile {
  std::vector<FactorRow> rows;  // dates ascending

  // The row that holds for prices of `d`; both factors are 1 after the last row, and where there is none.
  FactorRow on(Date d) const;
  // A candle of `d`: prices times the factors, volume by the split factor, each rounded half to even once. An overflow is an error.
  Result<Candle> adjusted(const Candle& c, Date d, Adjustment how) const;
};

// Rows "yyyymmdd,price factor,split factor[,reference price]"; factors are above 0. Errors name the file, line and column.
Result<FactorFile> parse_factor_file(std::string_view text, std::string_view name);

}  // namespace trade
