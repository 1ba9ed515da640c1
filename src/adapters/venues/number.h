#pragma once
#include <array>
#include <optional>
#include <string_view>

#include "core/decimal.h"

namespace trade::venues {

// Reads digits[.digits] at `p` as 1e-8 units and moves p behind it; nullopt when there is no such number there or it does not fit
// (more than 8 decimals that are not zero, above int64). The text must be followed by a byte that is neither digit nor dot.
inline std::optional<std::int64_t> take_units(const char*& p) {
  static constexpr std::array<std::uint64_t, 9> scale{100'000'000, 10'000'000, 1'000'000, 100'000, 10'000, 1'000, 100, 10, 1};
  const char* const start = p;
  std::uint64_t v = 0;
  while (static_cast<unsigned char>(*p - '0') < 10) v = v * 10 + static_cast<unsigned>(*p++ - '0');
  const auto whole = p - start;
  if (whole == 0) return std::nullopt;
  std::ptrdiff_t part = 0;
  if (*p == '.') {
    const char* const dot = p++;
    while (static_cast<unsigned char>(*p - '0') < 10) v = v * 10 + static_cast<unsigned>(*p++ - '0');
    part = p - dot - 1;
    if (part == 0) return std::nullopt;
  }
  if (whole + part > 18 || part > 8) return parse_decimal({start, static_cast<std::size_t>(p - start)});
  std::uint64_t units;
  if (__builtin_mul_overflow(v, scale[static_cast<std::size_t>(part)], &units) || units > INT64_MAX) return std::nullopt;
  return static_cast<std::int64_t>(units);
}

// A whole text as 1e-8 units >= 0.
inline std::optional<std::int64_t> units_of(std::string_view text) {
  const auto v = parse_decimal(text);
  return v && *v >= 0 && (text.empty() || text.front() != '-') ? v : std::nullopt;
}

// Which rule a text broke that units_of refused.
inline std::string_view number_rule(std::string_view text) {
  if (text.empty()) return "is empty";
  if (text.front() == '-' && text.find_first_not_of("0123456789.", 1) == std::string_view::npos) return "is negative";
  if (text.find_first_not_of("0123456789.") != std::string_view::npos) return "is not a number";
  const auto dot = text.find('.');
  if (dot == 0 || dot + 1 == text.size() || (dot != std::string_view::npos && text.find('.', dot + 1) != std::string_view::npos))
    return "is not a number";
  return "has more than 8 decimals or is too large";
}

// Digits only, at most 19, as an unsigned number that fits int64.
inline std::optional<std::uint64_t> whole_number(std::string_view text) {
  if (text.empty() || text.size() > 19) return std::nullopt;
  std::uint64_t v = 0;
  for (const char c : text) {
    if (c < '0' || c > '9') return std::nullopt;
    v = v * 10 + static_cast<unsigned>(c - '0');
  }
  return v <= static_cast<std::uint64_t>(INT64_MAX) ? std::optional(v) : std::nullopt;
}

}  // namespace trade::venues
