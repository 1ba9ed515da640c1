#include "domain/statistics/power.h"

#include <bit>
#include <cstdint>
#include <limits>

namespace trade {
namespace {

// ln 2 as a number with trailing zeros, whose whole multiples are exact, and the rest.
constexpr double ln2_high = 6.93147180369123816490e-01, ln2_low = 1.90821492927058770002e-10;
constexpr std::uint64_t mantissa = (std::uint64_t{1} << 52) - 1;

}  // namespace

double natural_logarithm(double x) {
  const auto bits = std::bit_cast<std::uint64_t>(x);
  int exponent = static_cast<int>(bits >> 52) - 1023;
  double m = std::bit_cast<double>((bits & mantissa) | (std::uint64_t{1023} << 52));
  if (m > 1.4142135623730951) {
    m /= 2;
    ++exponent;
  }
  const double z = (m - 1) / (m + 1), square = z * z;
  double series = 0;
  for (int n = 25; n >= 1; n -= 2) series = series * square + 1.0 / n;
  return exponent * ln2_high + (2 * z * series + exponent * ln2_low);
}

double exponential(double x) {
  if (x > 709.0) return std::numeric_limits<double>::infinity();
  if (x < -708.0) return 0;
  const auto k = static_cast<std::int64_t>(x / (ln2_high + ln2_low) + (x < 0 ? -0.5 : 0.5));
  const double r = (x - static_cast<double>(k) * ln2_high) - static_cast<double>(k) * ln2_low;
  double series = 1;
  for (int n = 18; n >= 1; --n) series = 1 + series * r / n;
  return series * std::bit_cast<double>(static_cast<std::uint64_t>(k + 1023) << 52);
}

}  // namespace trade
