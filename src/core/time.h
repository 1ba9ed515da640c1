#pragma once
#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace trade {

// A span of nanoseconds.
struct Duration {
  std::int64_t ns{};
  auto operator<=>(const Duration&) const = default;
};
constexpr Duration nanoseconds(std::int64_t n) { return {n}; }
constexpr Duration microseconds(std::int64_t n) { return {n * 1'000}; }
constexpr Duration milliseconds(std::int64_t n) { return {n * 1'000'000}; }
constexpr Duration seconds(std::int64_t n) { return {n * 1'000'000'000}; }

// Nanoseconds since 1970-01-01T00:00Z (UTC, no leap seconds).
struct Time {
  std::int64_t ns{};
  auto operator<=>(const Time&) const = default;
  friend constexpr Time operator+(Time t, Duration d) { return {t.ns + d.ns}; }
  friend constexpr Time operator-(Time t, Duration d) { return {t.ns - d.ns}; }
  friend constexpr Duration operator-(Time a, Time b) { return {a.ns - b.ns}; }
};

// The start of the interval of length `d` that holds t, counted from the epoch.
constexpr Time floor_to(Time t, Duration d) {
  const auto r = t.ns % d.ns;
  return {t.ns - (r < 0 ? r + d.ns : r)};
}

// "2024-08-08T23:54:15.030314667Z", fraction trimmed to what is needed.
std::string print(Time t);
// Accepts that form, a space for 'T', an absent 'Z', and dates alone; nullopt otherwise.
std::optional<Time> parse_time(std::string_view text);

// "250ms", "1s", "5m", "1h", "1d", "10us", "7ns": a whole number and its unit. print gives the largest exact unit.
std::string print(Duration d);
std::optional<Duration> parse_duration(std::string_view text);

// Days since 1970-01-01 of a civil date (proleptic Gregorian; H. Hinnant, chrono-compatible date algorithms).
std::int64_t days_from_civil(std::int64_t year, unsigned month, unsigned day);

}  // namespace trade
