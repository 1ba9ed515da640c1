#pragma once
#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "core/check.h"
#include "core/int128.h"

namespace trade {

inline constexpr std::int64_t decimal_one = 100'000'000;  // units per whole: 1e-8

// A fixed-point number of 1e-8 units whose meaning is its Tag. Arithmetic is checked: overflow is a bug.
template <class Tag>
struct Scaled {
  using tag_type = Tag;
  std::int64_t units{};

  auto operator<=>(const Scaled&) const = default;
  friend Scaled operator+(Scaled a, Scaled b) {
    Scaled r;
    CHECK(!__builtin_add_overflow(a.units, b.units, &r.units), "decimal overflow");
    return r;
  }
  friend Scaled operator-(Scaled a, Scaled b) {
    Scaled r;
    CHECK(!__builtin_sub_overflow(a.units, b.units, &r.units), "decimal overflow");
    return r;
  }
  Scaled operator-() const { return Scaled{} - *this; }
  Scaled& operator+=(Scaled b) { return *this = *this + b; }
  Scaled& operator-=(Scaled b) { return *this = *this - b; }
  // The product with a whole number.
  friend Scaled operator*(Scaled a, std::int64_t n) {
    Scaled r;
    CHECK(!__builtin_mul_overflow(a.units, n, &r.units), "decimal overflow");
    return r;
  }
};

using Price = Scaled<struct PriceTag>;        // quote currency per unit of base
using Quantity = Scaled<struct QuantityTag>;  // base units, or contracts
using Ratio = Scaled<struct RatioTag>;        // dimensionless: fee rates, percentages as fractions

// Parses [-]digits[.digits], at most 8 decimals (further ones must be zeros), no exponent, no sign '+', no space.
// nullopt on anything else, on overflow, and on NaN and infinity.
std::optional<std::int64_t> parse_decimal(std::string_view text);

// The same for any scale and 128 bits: [-]digits[.digits] in units of 10^-scale, 0 <= scale <= 38.
std::optional<int128> parse_units(std::string_view text, int scale);

// Prints units of 10^-scale canonically: shortest form, no trailing zeros, "-0" never occurs.
std::string print_decimal(int128 units, int scale = 8);

template <class S>
std::optional<S> parse_scaled(std::string_view text) {
  const auto u = parse_decimal(text);
  if (!u) return std::nullopt;
  return S{*u};
}
template <class Tag>
std::string print(Scaled<Tag> v) { return print_decimal(v.units); }

constexpr Price price_of(std::int64_t whole) { return Price{whole * decimal_one}; }
constexpr Quantity quantity_of(std::int64_t whole) { return Quantity{whole * decimal_one}; }

// Smaller and absolute value, spelled once for all scaled types.
template <class Tag>
constexpr Scaled<Tag> min(Scaled<Tag> a, Scaled<Tag> b) { return a < b ? a : b; }
template <class Tag>
constexpr Scaled<Tag> max(Scaled<Tag> a, Scaled<Tag> b) { return a < b ? b : a; }
template <class Tag>
Scaled<Tag> abs(Scaled<Tag> a) { return a.units < 0 ? -a : a; }

// numerator / denominator rounded half to even; denominator != 0.
int128 divide_half_even(int128 numerator, int128 denominator);

}  // namespace trade
