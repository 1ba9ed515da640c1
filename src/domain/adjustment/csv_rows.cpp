#include "domain/adjustment/csv_rows.h"

#include <algorithm>

namespace trade {
namespace {

std::string shown(std::string_view text) {
  std::string s = "\"";
  for (const char c : text.substr(0, 32)) s += c >= ' ' && c <= '~' ? c : '?';
  return s + "\"";
}

}  // namespace

Error CsvRow::wrong(std::size_t column, std::string_view name, std::string what, std::string mend) const {
  auto where = std::string(file) + ":" + std::to_string(line);
  if (column < columns.size()) {
    where += ", column " + std::to_string(column + 1) + " (" + std::string(name) + ")";
    what = shown(columns[column]) + " " + what;
  }
  return {Failure::data, std::move(where), std::move(what), std::move(mend)};
}

Result<Date> CsvRow::date() const {
  const auto text = columns[0];
  const bool digits = text.size() == 8 && std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
  if (digits) {
    const auto number = [&](std::size_t from, std::size_t n) {
      std::int64_t v = 0;
      for (const char c : text.substr(from, n)) v = v * 10 + (c - '0');
      return v;
    };
    if (const auto d = make_date(number(0, 4), number(4, 2), number(6, 2))) return *d;
  }
  return wrong(0, "date", "is no date", "yyyymmdd, as in 20131007");
}

std::vector<CsvRow> csv_rows(std::string_view text, std::string_view file) {
  std::vector<CsvRow> rows;
  for (std::size_t number = 1; !text.empty(); ++number) {
    const auto end = std::min(text.find('\n'), text.size());
    auto line = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    if (line.ends_with('\r')) line.remove_suffix(1);
    if (line.empty()) continue;
    CsvRow row{file, number, {}};
    for (;;) {
      const auto comma = line.find(',');
      row.columns.push_back(line.substr(0, comma));
      if (comma == std::string_view::npos) break;
      line.remove_prefix(comma + 1);
    }
    rows.push_back(std::move(row));
  }
  return rows;
}

}  // namespace trade
