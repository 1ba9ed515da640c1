#pragma once
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "wire/json.h"

// The SQL form, understood by DuckDB and PostgreSQL alike. A nested struct becomes columns "outer_inner", Money an amount and a currency
// column, Time and Duration nanoseconds, Date a date, enumerators their names, everything that is a list (or saves itself) its JSON text.
namespace trade::wire {

// Column names with their SQL types, in order.
using SqlColumns = std::vector<std::pair<std::string, std::string>>;

// Appends 'text' with quotes doubled; bytes that are no UTF-8 become U+FFFD and NUL is left out (PostgreSQL's text knows none).
void write_sql_text(std::string& out, std::string_view text);
// "name" as an identifier, quoted so that no reserved word matters.
std::string sql_identifier(std::string_view name);
std::string sql_create(std::string_view table, const SqlColumns& columns);
// "INSERT INTO table (columns) VALUES ".
std::string sql_insert_head(std::string_view table, const SqlColumns& columns);

// The type and literal of a value that is one column.
template <class T>
struct SqlScalar {
  static constexpr std::string_view type = "VARCHAR";
  static void write(std::string& out, const T& v) {
    std::string json;
    write_json(json, v);
    write_sql_text(out, json);
  }
};
template <class T>
  requires std::is_integral_v<T>
struct SqlScalar<T> {
  static constexpr std::string_view type = std::is_signed_v<T> || sizeof(T) < 8 ? "BIGINT" : "DECIMAL(20,0)";
  static void write(std::string& out, T v) { Json<T>::write(out, v); }
};
template <>
struct SqlScalar<bool> {
  static constexpr std::string_view type = "BOOLEAN";
  static void write(std::string& out, bool v) { out += v ? "TRUE" : "FALSE"; }
};
template <>
struct SqlScalar<double> {
  static constexpr std::string_view type = "DOUBLE PRECISION";
  static void write(std::string& out, double v) {
    const auto from = out.size();
    write_double(out, v);
    if (out.substr(from) == "null") out.replace(from, std::string::npos, "NULL");
  }
};
template <class Tag>
struct SqlScalar<Scaled<Tag>> {
  static constexpr std::string_view type = "DECIMAL(38,16)";
  static void write(std::string& out, Scaled<Tag> v) { out += print(v); }
};
template <class Tag, class N>
struct SqlScalar<Id<Tag, N>> : SqlScalar<N> {
  static void write(std::string& out, Id<Tag, N> v) { SqlScalar<N>::write(out, v.value); }
};
template <class T>
  requires std::is_same_v<T, Time> || std::is_same_v<T, Duration>
struct SqlScalar<T> {
  static constexpr std::string_view type = "BIGINT";
  static void write(std::string& out, T v) { write_signed(out, v.ns); }
};
template <>
struct SqlScalar<Date> {
  static constexpr std::string_view type = "DATE";
  static void write(std::string& out, Date v) { write_sql_text(out, print(v)); }
};
template <NamedEnum E>
struct SqlScalar<E> {
  static constexpr std::string_view type = "VARCHAR";
  static void write(std::string& out, E v) { write_sql_text(out, name_of(v)); }
};
template <std::size_t N>
struct SqlScalar<Text<N>> {
  static constexpr std::string_view type = "VARCHAR";
  static void write(std::string& out, const Text<N>& v) { write_sql_text(out, v.view()); }
};
template <>
struct SqlScalar<std::string> {
  static constexpr std::string_view type = "VARCHAR";
  static void write(std::string& out, const std::string& v) { write_sql_text(out, v); }
};
template <>
struct SqlScalar<Digest> {
  static constexpr std::string_view type = "VARCHAR";
  static void write(std::string& out, const Digest& v) { write_sql_text(out, to_hex(v)); }
};

// Appends the columns of a T called `name`; and the literals of `v`, each followed by a comma.
template <class T>
void add_columns(SqlColumns& columns, const std::string& name) {
  if constexpr (HasFields<T>) {
    T::each_field([&]<class F>(std::string_view field, F T::*) {
      add_columns<F>(columns, name.empty() ? std::string(field) : name + "_" + std::string(field));
    });
  } else if constexpr (std::is_same_v<T, Money>) {
    columns.emplace_back(name, "DECIMAL(38,16)");
    columns.emplace_back(name + "_currency", "VARCHAR");
  } else {
    columns.emplace_back(name, SqlScalar<T>::type);
  }
}
template <class T>
void write_literals(std::string& out, const T& v) {
  if constexpr (HasFields<T>) {
    T::each_field([&](std::string_view, auto member) { write_literals(out, v.*member); });
  } else if constexpr (std::is_same_v<T, Money>) {
    out.append(print_amount(v)).append(",");
    SqlScalar<Currency>::write(out, v.currency);
    out += ',';
  } else {
    SqlScalar<T>::write(out, v);
    out += ',';
  }
}

template <HasFields T>
SqlColumns sql_columns() {
  static_assert(field_count<T>() > 0, "a table needs a column");
  SqlColumns columns;
  add_columns<T>(columns, {});
  return columns;
}

// CREATE TABLE IF NOT EXISTS for rows of T.
template <HasFields T>
std::string create_table(std::string_view table) { return sql_create(table, sql_columns<T>()); }

// One INSERT of all `rows`; empty when there are none.
template <HasFields T>
std::string insert_rows(std::string_view table, std::span<const T> rows) {
  if (rows.empty()) return {};
  std::string out = sql_insert_head(table, sql_columns<T>());
  for (const auto& row : rows) {
    out += '(';
    write_literals(out, row);
    out.back() = ')';
    out += ',';
  }
  out.back() = ';';
  return out;
}

}  // namespace trade::wire
