#include "adapters/venues/zone.h"

namespace trade::venues {
namespace {

constexpr std::int64_t hour = 3'600'000'000'000, day = 24 * hour;

// 0 = Sunday. 1970-01-01 was a Thursday.
std::int64_t weekday(std::int64_t days) { return ((days + 4) % 7 + 7) % 7; }
std::int64_t nth_sunday(std::int64_t year, unsigned month, int n) {
  const auto first = days_from_civil(year, month, 1);
  return first + (7 - weekday(first)) % 7 + 7 * (n - 1);
}
std::int64_t last_sunday(std::int64_t year, unsigned month, unsigned last_day) {
  const auto last = days_from_civil(year, month, last_day);
  return last - weekday(last);
}

struct Summer {
  std::int64_t first, last;  // days since 1970; it begins and ends at 02:00 of the wall clock
};
Summer summer_of(std::int64_t year) {
  if (year >= 2007) return {nth_sunday(year, 3, 2), nth_sunday(year, 11, 1)};
  const auto end = last_sunday(year, 10, 31);
  if (year >= 1987) return {nth_sunday(year, 4, 1), end};
  if (year == 1974) return {days_from_civil(1974, 1, 6), end};
  if (year == 1975) return {days_from_civil(1975, 2, 23), end};
  return {last_sunday(year, 4, 30), end};
}

// The year that holds a day; found by search, since years are few.
std::int64_t year_of(std::int64_t days) {
  auto year = 1970 + days / 366;
  while (days_from_civil(year + 1, 1, 1) <= days) ++year;
  return year;
}

}  // namespace

std::optional<Time> from_wall_clock(Zone zone, std::int64_t wall_ns) {
  if (zone == Zone::utc) return Time{wall_ns};
  if (wall_ns < 0 || wall_ns > INT64_MAX - 2 * day) return std::nullopt;
  const auto summer = summer_of(year_of(wall_ns / day));
  // Inside spring's missing hour the clock is read as standard time, hence begin + 1 h.
  const bool daylight = wall_ns >= summer.first * day + 3 * hour && wall_ns < summer.last * day + 2 * hour;
  const auto behind = (zone == Zone::new_york ? 5 : 6) * hour - (daylight ? hour : 0);
  return Time{wall_ns + behind};
}

}  // namespace trade::venues
