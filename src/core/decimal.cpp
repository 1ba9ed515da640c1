#include "core/decimal.h"

#include <algorithm>

namespace trade {

std::optional<std::int64_t> parse_decimal(std::string_view text) {
  const bool negative = !text.empty() && text.front() == '-';
  if (negative) text.remove_prefix(1);
  const auto dot = text.find('.');
  const auto whole = text.substr(0, dot);
  const auto part = dot == std::string_view::npos ? std::string_view{} : text.substr(dot + 1);
  if (whole.empty() || (dot != std::string_view::npos && part.empty())) return std::nullopt;
  std::uint64_t v = 0;
  const auto push = [&v](char c) {
    if (c < '0' || c > '9') return false;
    return !__builtin_mul_overflow(v, 10u, &v) && !__builtin_add_overflow(v, static_cast<std::uint64_t>(c - '0'), &v);
  };
  for (const char c : whole)
    if (!push(c)) return std::nullopt;
  for (std::size_t i = 0; i < 8; ++i)
    if (!push(i < part.size() ? part[i] : '0')) return std::nullopt;
  for (std::size_t i = 8; i < part.size(); ++i)
    if (part[i] != '0') return std::nullopt;
  if (v > static_cast<std::uint64_t>(INT64_MAX)) return std::nullopt;
  const auto units = static_cast<std::int64_t>(v);
  return negative ? -units : units;
}

std::string print_decimal(int128 units, int scale) {
  const bool negative = units < 0;
  auto magnitude = negative ? uint128{0} - static_cast<uint128>(units) : static_cast<uint128>(units);
  std::string reversed;
  int digits = 0;
  bool significant = false;
  while (magnitude != 0 || digits <= scale) {
    const char c = static_cast<char>('0' + static_cast<int>(magnitude % 10));
    magnitude /= 10;
    if (digits == scale && significant) reversed.push_back('.');
    significant = significant || c != '0' || digits >= scale;
    if (significant) reversed.push_back(c);
    ++digits;
  }
  if (negative && units != 0) reversed.push_back('-');
  std::reverse(reversed.begin(), reversed.end());
  return reversed;
}

int128 divide_half_even(int128 numerator, int128 denominator) {
  CHECK(denominator != 0);
  if (denominator < 0) {
    numerator = -numerator;
    denominator = -denominator;
  }
  int128 quotient = numerator / denominator;
  int128 rest = numerator % denominator;
  if (rest < 0) {
    rest += denominator;
    --quotient;
  }
  const int128 other = denominator - rest;
  if (rest > other || (rest == other && (quotient & 1) != 0)) ++quotient;
  return quotient;
}

}  // namespace trade
