#include "wire/sql.h"

#include "wire/utf8.h"

namespace trade::wire {

void write_sql_text(std::string& out, std::string_view text) {
  out += '\'';
  while (!text.empty()) {
    const auto n = utf8_length(text);
    if (n == 0) out += "\xEF\xBF\xBD";
    else if (text.front() == '\'') out += "''";
    else if (text.front() != '\0') out.append(text.substr(0, n));
    text.remove_prefix(n == 0 ? 1 : n);
  }
  out += '\'';
}

std::string sql_identifier(std::string_view name) {
  std::string out = "\"";
  for (const char c : name) out.append(c == '"' ? 2 : 1, c);
  return out += '"';
}

std::string sql_create(std::string_view table, const SqlColumns& columns) {
  std::string out = "CREATE TABLE IF NOT EXISTS " + sql_identifier(table) + " (";
  for (const auto& [name, type] : columns) out.append(sql_identifier(name)).append(" ").append(type).append(", ");
  out.resize(out.size() - 2);
  return out += ");";
}

std::string sql_insert_head(std::string_view table, const SqlColumns& columns) {
  std::string out = "INSERT INTO " + sql_identifier(table) + " (";
  for (const auto& column : columns) out.append(sql_identifier(column.first)).append(",");
  out.back() = ')';
  return out += " VALUES ";
}

}  // namespace trade::wire
