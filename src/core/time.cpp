#include "core/time.h"

#include <array>
#include <charconv>
#include <cstdio>

#include "core/date.h"
#include "core/int128.h"

namespace trade {
namespace {

constexpr std::int64_t day_ns = 86'400'000'000'000;

struct Unit {
  std::string_view name;
  std::int64_t ns;
};
constexpr std::array<Unit, 7> units{{{"d", day_ns},
                                     {"h", 3'600'000'000'000},
                                     {"m", 60'000'000'000},
                                     {"s", 1'000'000'000},
                                     {"ms", 1'000'000},
                                     {"us", 1'000},
                                     {"ns", 1}}};

// Takes exactly `n` digits off the front of `s`; -1 when they are not there.
std::int64_t take_digits(std::string_view& s, std::size_t n) {
  if (s.size() < n) return -1;
  std::int64_t v = 0;
  for (std::size_t i = 0; i < n; ++i) {
    if (s[i] < '0' || s[i] > '9') return -1;
    v = v * 10 + (s[i] - '0');
  }
  s.remove_prefix(n);
  return v;
}
bool take(std::string_view& s, char c) {
  if (s.empty() || s.front() != c) return false;
  s.remove_prefix(1);
  return true;
}

// hh:mm:ss[.fraction] as nanoseconds since midnight; nullopt when malformed.
std::optional<std::int64_t> take_clock(std::string_view& s) {
  const auto h = take_digits(s, 2);
  if (h < 0 || h > 23 || !take(s, ':')) return std::nullopt;
  const auto m = take_digits(s, 2);
  if (m < 0 || m > 59 || !take(s, ':')) return std::nullopt;
  const auto sec = take_digits(s, 2);
  if (sec < 0 || sec > 59) return std::nullopt;
  std::int64_t fraction = 0;
  if (take(s, '.')) {
    std::int64_t scale = 100'000'000;
    std::size_t digits = 0;
    for (; !s.empty() && s.front() >= '0' && s.front() <= '9'; s.remove_prefix(1), ++digits) {
      fraction += (s.front() - '0') * scale;
      scale /= 10;
    }
    if (digits == 0 || digits > 9) return std::nullopt;
  }
  return ((h * 60 + m) * 60 + sec) * 1'000'000'000 + fraction;
}

}  // namespace

std::int64_t days_from_civil(std::int64_t year, unsigned month, unsigned day) {
  year -= month <= 2;
  const std::int64_t era = (year >= 0 ? year : year - 399) / 400;
  const auto yoe = static_cast<unsigned>(year - era * 400);
  const unsigned doy = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1;
  const unsigned doe = yoe * 365 + yoe / 4 - yoe / 100 + doy;
  return era * 146097 + static_cast<std::int64_t>(doe) - 719468;
}

std::string print(Time t) {
  const std::int64_t days = t.ns / day_ns - (t.ns % day_ns < 0);  // not floor_to: the first day's midnight is before the first Time
  const std::int64_t in_day = t.ns % day_ns + (t.ns % day_ns < 0 ? day_ns : 0);
  std::array<char, 64> out{};
  const std::int64_t s = in_day / 1'000'000'000;
  int n = std::snprintf(out.data(), out.size(), "%sT%02lld:%02lld:%02lld.%09lld",
                        print(Date{static_cast<std::int32_t>(days)}).c_str(), static_cast<long long>(s / 3600),
                        static_cast<long long>(s / 60 % 60), static_cast<long long>(s % 60),
                        static_cast<long long>(in_day % 1'000'000'000));
  std::string text(out.data(), static_cast<std::size_t>(n));
  while (text.back() == '0') text.pop_back();
  if (text.back() == '.') text.pop_back();
  return text + "Z";
}

std::optional<Time> parse_time(std::string_view s) {
  const auto date = parse_date(s.substr(0, 10));
  if (!date) return std::nullopt;
  s.remove_prefix(10);
  std::int64_t in_day = 0;
  if (take(s, 'T') || take(s, ' ')) {
    const auto clock = take_clock(s);
    if (!clock) return std::nullopt;
    in_day = *clock;
    take(s, 'Z');
  }
  if (!s.empty()) return std::nullopt;
  const int128 ns = static_cast<int128>(date->days) * day_ns + in_day;
  if (ns < INT64_MIN || ns > INT64_MAX) return std::nullopt;
  return Time{static_cast<std::int64_t>(ns)};
}

std::string print(Duration d) {
  for (const auto& u : units)
    if (d.ns % u.ns == 0 && (d.ns != 0 || u.name == "s")) return std::to_string(d.ns / u.ns).append(u.name);
  return "0s";
}

std::optional<Duration> parse_duration(std::string_view text) {
  std::int64_t n = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), n);
  if (error != std::errc{}) return std::nullopt;
  const std::string_view unit(end, static_cast<std::size_t>(text.data() + text.size() - end));
  for (const auto& u : units) {
    std::int64_t ns;
    if (u.name == unit && !__builtin_mul_overflow(n, u.ns, &ns)) return Duration{ns};
  }
  return std::nullopt;
}

}  // namespace trade
