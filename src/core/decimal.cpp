#include "core/decimal.h"

#include <algorithm>

namespace trade {

std::optional<int128> parse_units(std::string_view text, int scale) {
  const bool negative = !text.empty() && text.front() == '-';
  if (negative) text.remove_prefix(1);
  const auto dot = text.find('.');
  const auto whole = text.substr(0, dot);
  const auto part = dot == std::string_view::npos ? std::string_view{} : text.substr(dot + 1);
  const auto decimals = static_cast<std::size_t>(scale);
  if (whole.empty() || (dot != std::string_view::npos && part.empty())) return std::nullopt;
  int128 v = 0;  // below zero throughout, so that the least value has a spelling
  const auto push = [&v](char c) {
    if (c < '0' || c > '9') return false;
    return !__builtin_mul_overflow(v, 10, &v) && !__builtin_sub_overflow(v, c - '0', &v);
  };
  for (const char c : whole)
    if (!push(c)) return std::nullopt;
  for (std::size_t i = 0; i < decimals; ++i)
    if (!push(i < part.size() ? part[i] : '0')) return std::nullopt;
  for (std::size_t i = decimals; i < part.size(); ++i)
    if (part[i] != '0') return std::nullopt;
  if (!negative && __builtin_sub_overflow(int128{0}, v, &v)) return std::nullopt;
  return v;
}

std::optional<std::int64_t> parse_decimal(std::string_view text) {
  const auto units = parse_units(text, 8);
  if (!units || *units < INT64_MIN || *units > INT64_MAX) return std::nullopt;
  return static_cast<std::int64_t>(*units);
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
