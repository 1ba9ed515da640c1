#pragma once
#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "core/fields.h"

namespace trade {

enum class Weekday : std::uint8_t { sunday, monday, tuesday, wednesday, thursday, friday, saturday };
NAMES(Weekday, sunday, monday, tuesday, wednesday, thursday, friday, saturday)

// A civil date of the proleptic Gregorian calendar, as days since 1970-01-01.
struct Date {
  std::int32_t days{};
  auto operator<=>(const Date&) const = default;
  friend constexpr Date operator+(Date d, std::int32_t n) { return {d.days + n}; }
  friend constexpr Date operator-(Date d, std::int32_t n) { return {d.days - n}; }
  friend constexpr std::int32_t operator-(Date a, Date b) { return a.days - b.days; }
};

struct YearMonthDay {
  std::int32_t year;
  unsigned month, day;  // from 1
};
YearMonthDay civil_of(Date d);
// nullopt when there is no such day, or the year is not 0 to 9999.
std::optional<Date> make_date(std::int64_t year, std::int64_t month, std::int64_t day);

// 1970-01-01 was a Thursday.
constexpr Weekday weekday_of(Date d) { return static_cast<Weekday>(((d.days % 7) + 11) % 7); }

// "2013-10-07".
std::string print(Date d);
std::optional<Date> parse_date(std::string_view text);

}  // namespace trade
