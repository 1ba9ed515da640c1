#include "domain/adjustment/map_file.h"

#include <algorithm>

#include "domain/adjustment/csv_rows.h"

namespace trade {

std::optional<std::string_view> MapFile::ticker_on(Date d) const {
  const auto row = std::ranges::lower_bound(rows, d, {}, &TickerUntil::date);
  if (row == rows.end() || d < rows.front().date) return std::nullopt;
  return row->ticker;
}

Result<MapFile> parse_map_file(std::string_view text, std::string name) {
  MapFile file{std::move(name), {}};
  for (const auto& row : csv_rows(text, file.name)) {
    if (row.columns.size() < 2) return row.wrong(row.columns.size(), {}, "has one column only", "yyyymmdd,ticker[,exchange]");
    const auto date = row.date();
    if (!date) return date.error();
    if (row.columns[1].empty()) return row.wrong(1, "ticker", "is no ticker", "name one");
    if (!file.rows.empty() && *date < file.rows.back().date)
      return row.wrong(0, "date", "lies before that of the row before", "order the rows by date");
    file.rows.push_back({*date, std::string(row.columns[1])});
  }
  if (file.rows.empty()) return Error{Failure::data, file.name, "has no rows", "yyyymmdd,ticker[,exchange]"};
  return file;
}

const MapFile* find_security(const std::vector<MapFile>& all, std::string_view ticker, Date d) {
  for (const auto& file : all)
    if (file.ticker_on(d) == ticker) return &file;
  return nullptr;
}

}  // namespace trade
