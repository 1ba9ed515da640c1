#include "core/time.h"

#include <gtest/gtest.h>

#include "core/digest.h"

namespace trade {
namespace {

TEST(Time, PrintsKnownInstants) {
  EXPECT_EQ(print(Time{0}), "1970-01-01T00:00:00Z");
  EXPECT_EQ(print(Time{-1}), "1969-12-31T23:59:59.999999999Z");
  EXPECT_EQ(print(Time{1'723'161'255'030'314'667}), "2024-08-08T23:54:15.030314667Z");
  EXPECT_EQ(print(Time{951'782'400'000'000'000}), "2000-02-29T00:00:00Z");
  EXPECT_EQ(print(Time{INT64_MIN}), "1677-09-21T00:12:43.145224192Z");
  EXPECT_EQ(print(Time{INT64_MAX}), "2262-04-11T23:47:16.854775807Z");
}

TEST(Time, EveryInstantRoundTrips) {
  std::uint64_t seed = 0;
  for (int i = 0; i < 100'000; ++i) {
    const Time t{static_cast<std::int64_t>(mix64(seed += 0x9E3779B97F4A7C15ull))};
    ASSERT_EQ(parse_time(print(t)), t) << t.ns;
  }
  for (const auto ns : {INT64_MIN, INT64_MIN + 1, INT64_MAX, INT64_MAX - 1}) EXPECT_EQ(parse_time(print(Time{ns})), Time{ns});
}

// Counts days one by one through the civil calendar.
TEST(Time, DaysFollowTheCalendar) {
  std::int64_t day = 0;
  for (int year = 1970; year < 2262; ++year) {
    const bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
    const unsigned lengths[] = {31, leap ? 29u : 28u, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    for (unsigned m = 1; m <= 12; ++m)
      for (unsigned d = 1; d <= lengths[m - 1]; ++d, ++day) ASSERT_EQ(days_from_civil(year, m, d), day);
  }
}

TEST(Time, AcceptsItsForms) {
  const Time t{1'723'161'255'500'000'000};
  for (const char* form : {"2024-08-08T23:54:15.5Z", "2024-08-08T23:54:15.500000000Z", "2024-08-08 23:54:15.5", "2024-08-08T23:54:15.50"})
    EXPECT_EQ(parse_time(form), t) << form;
  EXPECT_EQ(parse_time("2024-08-08"), (Time{1'723'075'200'000'000'000}));
}

TEST(Time, RefusesWhatIsNoTime) {
  const char* const table[] = {
      "", "2024", "2024-8-8", "2024-13-01", "2024-00-01", "2024-01-00", "2024-01-32", "2023-02-29", "2024-02-30", "2024-04-31",
      " 2024-01-01", "2024-01-01 ", "2024-01-01T24:00:00Z", "2024-01-01T00:60:00Z", "2024-01-01T00:00:60Z", "2024-01-01T00:00Z",
      "2024-01-01T00:00:00.Z",
      "2024-01-01T00:00:00.1234567890Z", "2024-01-01T00:00:00+01:00", "2024-01-01T00:00:00ZZ", "1677-09-21T00:12:43.145224191Z",
      "2262-04-11T23:47:16.854775808Z", "9999-01-01", "-024-01-01"};
  for (const char* bad : table) EXPECT_EQ(parse_time(bad), std::nullopt) << bad;
}

TEST(Time, FloorsTowardsThePast) {
  EXPECT_EQ(floor_to(Time{1'500}, nanoseconds(1'000)), Time{1'000});
  EXPECT_EQ(floor_to(Time{-1}, nanoseconds(1'000)), Time{-1'000});
  EXPECT_EQ(floor_to(Time{-1'000}, nanoseconds(1'000)), Time{-1'000});
}

TEST(Duration, PrintsTheLargestExactUnit) {
  EXPECT_EQ(print(milliseconds(250)), "250ms");
  EXPECT_EQ(print(milliseconds(1'000)), "1s");
  EXPECT_EQ(print(seconds(86'400)), "1d");
  EXPECT_EQ(print(seconds(90)), "90s");
  EXPECT_EQ(print(seconds(5'400)), "90m");
  EXPECT_EQ(print(nanoseconds(1'001)), "1001ns");
  EXPECT_EQ(print(nanoseconds(0)), "0s");
  EXPECT_EQ(print(microseconds(-10)), "-10us");
}

TEST(Duration, RoundTrips) {
  std::uint64_t seed = 0;
  for (int i = 0; i < 50'000; ++i) {
    const auto raw = static_cast<std::int64_t>(mix64(seed += 0x9E3779B97F4A7C15ull)) >> (i % 60);
    const std::int64_t scales[] = {1, 1'000, 1'000'000, 1'000'000'000, 60'000'000'000};
    std::int64_t ns;
    if (__builtin_mul_overflow(raw, scales[i % 5], &ns)) ns = raw;
    ASSERT_EQ(parse_duration(print(Duration{ns})), Duration{ns});
  }
  EXPECT_EQ(parse_duration(print(Duration{INT64_MIN})), Duration{INT64_MIN});
}

TEST(Duration, RefusesWhatIsNoDuration) {
  for (const char* bad : {"", "5", "s", "5 s", "1.5s", "+5s", "5S", "5sec", "s5", "200000000000d", "1h30m", "99999999999999999999ns"})
    EXPECT_EQ(parse_duration(bad), std::nullopt) << bad;
}

}  // namespace
}  // namespace trade
