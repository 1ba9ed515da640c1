#include "core/zone.h"

#include <algorithm>

#include "core/zone_table.h"

namespace trade {
namespace {

constexpr std::int64_t day_s = 86'400, second_ns = 1'000'000'000;
constexpr std::int64_t rules_from = 13'879 * day_s;  // 2008-01-01

constexpr std::int64_t floor_div(std::int64_t a, std::int64_t b) { return a / b - (a % b < 0); }

// The day of a year's change, since 1970.
std::int64_t day_of(std::int64_t year, const zones::Change& c) {
  const auto at = [&](unsigned month, unsigned day) { return static_cast<std::int32_t>(days_from_civil(year, month, day)); };
  const Date first{at(c.month, 1)};
  const auto ahead = (7 + c.weekday - static_cast<int>(weekday_of(first))) % 7;
  auto day = first + ahead + 7 * (c.week - 1);
  const Date next_month{c.month == 12 ? static_cast<std::int32_t>(days_from_civil(year + 1, 1, 1)) : at(c.month + 1u, 1)};
  while (day >= next_month) day = day - 7;
  return day.days;
}

// Minutes ahead of UTC at a second since 1970.
std::int64_t minutes_at(Zone zone, std::int64_t second) {
  const auto& r = zones::table[static_cast<std::size_t>(zone)];
  if (second < rules_from && !r.shifts.empty()) {
    const auto later = std::ranges::upper_bound(r.shifts.begin() + 1, r.shifts.end(), second, {}, &zones::Shift::second);
    return (later - 1)->minutes;
  }
  if (r.begin.month == 0) return r.standard;
  const auto year = civil_of({static_cast<std::int32_t>(floor_div(second, day_s))}).year;
  const auto begin = day_of(year, r.begin) * day_s + (r.begin.minutes - r.standard) * 60;
  const auto end = day_of(year, r.end) * day_s + (r.end.minutes - r.daylight) * 60;
  const bool daylight = begin < end ? second >= begin && second < end : second >= begin || second < end;
  return daylight ? r.daylight : r.standard;
}

}  // namespace

Duration offset_at(Zone zone, Time t) { return seconds(60 * minutes_at(zone, floor_div(t.ns, second_ns))); }

WallClock wall_clock(Zone zone, Time t) {
  const auto second = floor_div(t.ns, second_ns);
  const auto wall = second + 60 * minutes_at(zone, second);
  const auto day = floor_div(wall, day_s);
  return {{static_cast<std::int32_t>(day)}, {(wall - day * day_s) * second_ns + (t.ns - second * second_ns)}};
}

std::optional<Time> from_wall_clock(Zone zone, Date date, Duration since_midnight) {
  const auto whole = floor_div(since_midnight.ns, second_ns);
  const auto wall = date.days * day_s + whole;
  // No zone changes twice within two days.
  const auto before = 60 * minutes_at(zone, wall - day_s), after = 60 * minutes_at(zone, wall + day_s);
  const bool by_after = 60 * minutes_at(zone, wall - before) != before && 60 * minutes_at(zone, wall - after) == after;
  const auto second = wall - (by_after ? after : before);
  Time t;
  if (__builtin_mul_overflow(second, second_ns, &t.ns) || __builtin_add_overflow(t.ns, since_midnight.ns - whole * second_ns, &t.ns))
    return std::nullopt;
  return t;
}

}  // namespace trade
