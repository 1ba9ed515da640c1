#include "core/money.h"

#include <gtest/gtest.h>

#include "core/digest.h"

namespace trade {
namespace {

constexpr Currency usd{"USD"};
constexpr Quantity one = quantity_of(1);

struct Draw {
  std::uint64_t seed;
  std::uint64_t below(std::uint64_t n) { return mix64(seed += 0x9E3779B97F4A7C15ull) % n; }
};

Money usd_of(std::string_view amount) { return {*parse_units(amount, 16), usd}; }

TEST(Money, LinearValueIsExact) {
  EXPECT_EQ(print(linear_value(Price{12'345'678'901}, Quantity{98'765'432}, one, usd)), "121.9326309990550232 USD");
  EXPECT_EQ(linear_value(price_of(-3), quantity_of(2), one, usd), usd_of("-6"));
  EXPECT_EQ(linear_value(price_of(3), quantity_of(2), Quantity{decimal_one / 1000}, usd), usd_of("0.006"));
  // 1e-8 x 1e-8 x 0.5 lies half way between 0 and 1e-16 and goes to the even one.
  EXPECT_EQ(linear_value(Price{1}, Quantity{1}, Quantity{decimal_one / 2}, usd), usd_of("0"));
  EXPECT_EQ(linear_value(Price{3}, Quantity{1}, Quantity{decimal_one / 2}, usd), usd_of("0.0000000000000002"));
}

TEST(Money, InverseValueRoundsHalfEven) {
  EXPECT_EQ(inverse_value(price_of(50'000), quantity_of(1), quantity_of(100), usd), usd_of("0.002"));
  EXPECT_EQ(inverse_value(price_of(3), quantity_of(1), one, usd), usd_of("0.3333333333333333"));
  EXPECT_EQ(inverse_value(price_of(3), quantity_of(-2), one, usd), usd_of("-0.6666666666666667"));
  // No real exchange trades this much; the product still needs more than 128 bits on the way.
  EXPECT_EQ(inverse_value(price_of(2), Quantity{INT64_MAX}, quantity_of(100'000), usd), usd_of("4611686018427387.9035"));
}

TEST(Money, BookingRoundsToAHundredMillionth) {
  EXPECT_EQ(booked(usd_of("0.0000000050000000")), usd_of("0"));
  EXPECT_EQ(booked(usd_of("0.0000000050000001")), usd_of("0.00000001"));
  EXPECT_EQ(booked(usd_of("0.0000000150000000")), usd_of("0.00000002"));
  EXPECT_EQ(booked(usd_of("-0.0000000150000000")), usd_of("-0.00000002"));
  EXPECT_EQ(booked(usd_of("-0.0000000250000000")), usd_of("-0.00000002"));
  Draw draw{1};
  for (int i = 0; i < 50'000; ++i) {
    const Money m{static_cast<int128>(draw.below(1ull << 62)) - (1ll << 61), usd};
    const Money b = booked(m);
    ASSERT_EQ(b.units % booked_unit, 0);
    const int128 off = m.units - b.units;
    ASSERT_LE(off < 0 ? -off : off, booked_unit / 2);
    ASSERT_EQ(booked(b), b);
  }
}

// However a position is closed in parts, the shares sum to the whole when the last one takes the rest, and none goes astray by more
// than the rounding unit per part.
TEST(Money, FloorSharesSumToTheWholeWhenTheLastTakesTheRest) {
  Draw draw{2};
  for (int round = 0; round < 5'000; ++round) {
    const std::int64_t lots = 1 + static_cast<std::int64_t>(draw.below(1'000'000));
    const auto amount = static_cast<std::int64_t>(draw.below(1ull << 50)) - (1ll << 49);
    const Money whole{static_cast<int128>(amount) * booked_unit, usd};
    Money left = whole;
    Money taken{0, usd};
    std::int64_t open = lots;
    while (open > 0) {
      const std::int64_t part = 1 + static_cast<std::int64_t>(draw.below(static_cast<std::uint64_t>(open)));
      const Money share = part == open ? left : floor_share(left, Quantity{part}, Quantity{open});
      // floor: share x open <= left x part, and one unit more would exceed it.
      if (part != open) {
        ASSERT_LE(share.units * open, left.units * part);
        ASSERT_GT((share.units + booked_unit) * open, left.units * part);
      }
      ASSERT_EQ(share.units % booked_unit, 0);
      taken += share;
      left -= share;
      open -= part;
    }
    ASSERT_EQ(taken, whole);
    ASSERT_EQ(left.units, 0);
  }
  EXPECT_EQ(floor_share(usd_of("-1"), Quantity{1}, Quantity{3}), usd_of("-0.33333334"));
  EXPECT_EQ(floor_share(usd_of("5"), Quantity{0}, Quantity{3}), usd_of("0"));
  EXPECT_EQ(floor_share(usd_of("5"), Quantity{3}, Quantity{3}), usd_of("5"));
  EXPECT_DEATH((void)floor_share(usd_of("5"), Quantity{4}, Quantity{3}), "share outside");
}

TEST(Money, CurrenciesDoNotMix) {
  const Money none{};
  EXPECT_EQ((none + usd_of("5")).currency, usd);
  EXPECT_EQ(usd_of("5") + none, usd_of("5"));
  EXPECT_DEATH((void)(usd_of("5") + Money{1, "EUR"}), "two currencies");
  const Money most{static_cast<int128>(~static_cast<uint128>(0) >> 1), usd};
  EXPECT_DEATH((void)(most + Money{1, usd}), "overflow");
}

TEST(Money, TimesARate) {
  EXPECT_EQ(times(usd_of("1000"), Ratio{40'000}), usd_of("0.4"));
  EXPECT_EQ(times(usd_of("-1000"), Ratio{-10'000}), usd_of("0.1"));
  EXPECT_EQ(times(usd_of("0.0000000000000001"), Ratio{decimal_one / 2}), usd_of("0"));
}

TEST(Money, PrintsAndParses) {
  EXPECT_EQ(print(usd_of("12.50")), "12.5 USD");
  EXPECT_EQ(print(Money{}), "0");
  EXPECT_EQ(parse_money("12.5 USD"), usd_of("12.5"));
  EXPECT_EQ(parse_money("-0.0000000000000001 BTC"), (Money{-1, "BTC"}));
  EXPECT_EQ(parse_money("7"), (Money{7 * money_one, {}}));
  for (const char* bad : {"", " ", "USD", "1 ", " 1 USD", "1  USD", "1 USD ", "1 TOOLONGX", "1e3 USD", "NaN USD",
                          "0.00000000000000001 USD", "1 U\nD",
                          "99999999999999999999999 USD"})
    EXPECT_EQ(parse_money(bad), std::nullopt) << bad;
}

}  // namespace
}  // namespace trade
