#include "core/decimal.h"

#include <gtest/gtest.h>

#include "core/digest.h"

namespace trade {
namespace {

struct Draw {
  std::uint64_t seed;
  std::uint64_t next() { return mix64(seed += 0x9E3779B97F4A7C15ull); }
  // Of every magnitude alike: a random number of bits.
  std::int64_t number() {
    const auto shift = next() % 64;
    const auto v = next() >> shift;
    return static_cast<std::int64_t>(v);
  }
};

// Long division on digits, the obvious way: text of units/10^8.
std::string slow_print(std::int64_t units) {
  std::string digits = std::to_string(units);
  const bool negative = digits[0] == '-';
  if (negative) digits.erase(0, 1);
  if (digits.size() < 9) digits.insert(0, 9 - digits.size(), '0');
  digits.insert(digits.size() - 8, ".");
  while (digits.back() == '0') digits.pop_back();
  if (digits.back() == '.') digits.pop_back();
  return negative ? "-" + digits : digits;
}

TEST(Decimal, PrintsLikeTheOracleAndParsesBack) {
  Draw draw{1};
  for (int i = 0; i < 100'000; ++i) {
    const auto units = draw.number();
    const auto text = print_decimal(units);
    ASSERT_EQ(text, slow_print(units));
    ASSERT_EQ(parse_decimal(text), units) << text;
  }
}

TEST(Decimal, PrintsEdges) {
  EXPECT_EQ(print_decimal(0), "0");
  EXPECT_EQ(print_decimal(-1), "-0.00000001");
  EXPECT_EQ(print_decimal(decimal_one), "1");
  EXPECT_EQ(print_decimal(-decimal_one / 2), "-0.5");
  EXPECT_EQ(print_decimal(100, 0), "100");
  EXPECT_EQ(print_decimal(INT64_MIN), "-92233720368.54775808");
  EXPECT_EQ(print_decimal(static_cast<int128>(static_cast<uint128>(1) << 127), 16), "-17014118346046923173168.7303715884105728");
}

TEST(Decimal, ParsesEdges) {
  EXPECT_EQ(parse_decimal("0"), 0);
  EXPECT_EQ(parse_decimal("-0"), 0);
  EXPECT_EQ(parse_decimal("007.10"), 710'000'000);
  EXPECT_EQ(parse_decimal("1.2345678900"), 123'456'789);
  EXPECT_EQ(parse_decimal("92233720368.54775807"), INT64_MAX);
  EXPECT_EQ(parse_decimal("-92233720368.54775808"), INT64_MIN);
  for (const char* bad : {"", "-", ".", "1.", ".5", "+1", " 1", "1 ", "1e3", "--1", "1.2.3", "0x10", "NaN", "nan", "inf", "Infinity",
                          "1,000",
                          "1.234567891", "92233720368.54775808", "-92233720368.54775809", "99999999999999999999999999999999999999999999",
                          "1.00000000x", "\xD9\xA1"})
    EXPECT_EQ(parse_decimal(bad), std::nullopt) << bad;
  EXPECT_EQ(parse_decimal(std::string_view("1\0", 2)), std::nullopt);
}

TEST(Decimal, UnitsOf128BitsRoundTrip) {
  Draw draw{2};
  for (int i = 0; i < 50'000; ++i) {
    const auto high = draw.number();
    const auto units = static_cast<int128>((static_cast<uint128>(static_cast<std::uint64_t>(high)) << 64) | draw.next());
    const int scale = static_cast<int>(draw.next() % 39);
    ASSERT_EQ(parse_units(print_decimal(units, scale), scale), units);
  }
  EXPECT_EQ(parse_units("170141183460469231731687303715884105728", 0), std::nullopt);
  EXPECT_EQ(print_decimal(*parse_units("-170141183460469231731687303715884105728", 0), 0), "-170141183460469231731687303715884105728");
}

// Tries the neighbours of the truncated quotient and keeps the nearest, the even one when two are.
std::int64_t slow_half_even(std::int64_t n, std::int64_t d) {
  const std::int64_t guess = n / d;
  std::int64_t best = guess;
  std::int64_t best_off = INT64_MAX;
  for (std::int64_t q = guess - 1; q <= guess + 1; ++q) {
    const std::int64_t off = std::abs(n - q * d);
    if (off < best_off || (off == best_off && q % 2 == 0)) {
      best = q;
      best_off = off;
    }
  }
  return best;
}

TEST(Decimal, DividesHalfEvenLikeTheOracle) {
  for (std::int64_t n = -60; n <= 60; ++n)
    for (std::int64_t d = -13; d <= 13; ++d)
      if (d != 0) {
        ASSERT_EQ(static_cast<std::int64_t>(divide_half_even(n, d)), slow_half_even(n, d)) << n << "/" << d;
      }
  Draw draw{3};
  for (int i = 0; i < 100'000; ++i) {
    const auto n = draw.number() / 4;
    const auto d = draw.number() / 4;
    if (d == 0) continue;
    ASSERT_EQ(static_cast<std::int64_t>(divide_half_even(n, d)), slow_half_even(n, d)) << n << "/" << d;
  }
  const int128 huge = static_cast<int128>(~static_cast<uint128>(0) >> 1);
  EXPECT_EQ(divide_half_even(huge, huge), 1);
  EXPECT_EQ(divide_half_even(huge / 2 + 1, huge), 1);
  EXPECT_EQ(divide_half_even(huge / 2, huge), 0);
}

TEST(Decimal, ArithmeticIsChecked) {
  EXPECT_EQ(price_of(2) + price_of(3), price_of(5));
  EXPECT_EQ(price_of(2) - price_of(3), -price_of(1));
  EXPECT_EQ(quantity_of(2) * -4, quantity_of(-8));
  EXPECT_EQ(abs(quantity_of(-8)), quantity_of(8));
  EXPECT_DEATH((void)(Price{INT64_MAX} + Price{1}), "overflow");
  EXPECT_DEATH((void)(Price{INT64_MIN} - Price{1}), "overflow");
  EXPECT_DEATH((void)-Price{INT64_MIN}, "overflow");
  EXPECT_DEATH((void)(Price{INT64_MAX} * 2), "overflow");
  EXPECT_DEATH((void)divide_half_even(1, 0), "denominator");
}

}  // namespace
}  // namespace trade
