#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "core/date.h"
#include "core/result.h"

namespace trade {

// The lines of a small CSV text that are not empty, cut at commas, with where they stand.
struct CsvRow {
  std::string_view file;
  std::size_t line = 0;  // from 1
  std::vector<std::string_view> columns;

  // "file:line, column n (name)".
  Error wrong(std::size_t column, std::string_view name, std::string what, std::string mend) const;
  // yyyymmdd in the first column.
  Result<Date> date() const;
};
std::vector<CsvRow> csv_rows(std::string_view text, std::string_view file);

}  // namespace trade
