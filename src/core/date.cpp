#include "core/date.h"

#include <array>
#include <cstdio>

#include "core/time.h"

namespace trade {

YearMonthDay civil_of(Date d) {
  const std::int64_t z = static_cast<std::int64_t>(d.days) + 719468;
  const std::int64_t era = (z >= 0 ? z : z - 146096) / 146097;
  const auto doe = static_cast<unsigned>(z - era * 146097);
  const unsigned yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365;
  const unsigned doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
  const unsigned mp = (5 * doy + 2) / 153;
  const unsigned month = mp < 10 ? mp + 3 : mp - 9;
  return {static_cast<std::int32_t>(static_cast<std::int64_t>(yoe) + era * 400 + (month <= 2)), month, doy - (153 * mp + 2) / 5 + 1};
}

std::optional<Date> make_date(std::int64_t year, std::int64_t month, std::int64_t day) {
  if (year < 0 || year > 9999 || month < 1 || month > 12 || day < 1) return std::nullopt;
  const bool leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
  if (day > (month == 2 ? 28 + leap : 30 + (month + month / 8) % 2)) return std::nullopt;
  return Date{static_cast<std::int32_t>(days_from_civil(year, static_cast<unsigned>(month), static_cast<unsigned>(day)))};
}

std::string print(Date d) {
  const auto c = civil_of(d);
  std::array<char, 24> out{};
  const int n = std::snprintf(out.data(), out.size(), "%04d-%02u-%02u", c.year, c.month, c.day);
  return {out.data(), static_cast<std::size_t>(n)};
}

std::optional<Date> parse_date(std::string_view s) {
  if (s.size() != 10 || s[4] != '-' || s[7] != '-') return std::nullopt;
  std::int64_t parts[3]{};
  for (std::size_t i = 0, part = 0; i < s.size(); ++i) {
    if (i == 4 || i == 7) {
      ++part;
      continue;
    }
    if (s[i] < '0' || s[i] > '9') return std::nullopt;
    parts[part] = parts[part] * 10 + (s[i] - '0');
  }
  return make_date(parts[0], parts[1], parts[2]);
}

}  // namespace trade
