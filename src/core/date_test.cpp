#include "core/date.h"

#include <gtest/gtest.h>

#include "core/time.h"
#include "core/zone.h"

namespace trade {
namespace {

// Every day for 800 years, counted one by one.
TEST(date, counts_like_a_calendar_on_the_wall) {
  int year = 1600, month = 1, day = 1, weekday = 6;  // 1600-01-01 was a Saturday
  for (Date d{static_cast<std::int32_t>(days_from_civil(1600, 1, 1))}; year < 2400; d = d + 1) {
    const auto c = civil_of(d);
    ASSERT_EQ(c.year, year);
    ASSERT_EQ(c.month, static_cast<unsigned>(month));
    ASSERT_EQ(c.day, static_cast<unsigned>(day));
    ASSERT_EQ(static_cast<int>(weekday_of(d)), weekday);
    ASSERT_EQ(make_date(year, month, day), d);
    ASSERT_EQ(parse_date(print(d)), d);
    const bool leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    const int lengths[]{31, leap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    weekday = (weekday + 1) % 7;
    if (++day <= lengths[month - 1]) continue;
    ASSERT_FALSE(make_date(year, month, day));
    day = 1;
    if (++month == 13) month = 1, ++year;
  }
}

TEST(date, refuses_what_is_no_date) {
  for (const auto* bad :
       {"", "2013-1-01", "2013-02-29", "2013-13-01", "2013-00-10", "2013-01-00", "2013/01/01", "2013-01-01 ", "+013-01-01"})
    EXPECT_FALSE(parse_date(bad)) << bad;
  EXPECT_EQ(print(Date{0}), "1970-01-01");
}

// What tests/zones holds against another implementation, by hand at the turning points.
TEST(zone, twice_and_never) {
  const auto at = [](const char* date, int minutes) { return from_wall_clock(Zone::new_york, *parse_date(date), seconds(60 * minutes)); };
  EXPECT_EQ(at("2013-03-10", 119), parse_time("2013-03-10T06:59:00"));
  EXPECT_EQ(at("2013-03-10", 150), parse_time("2013-03-10T07:30:00"));  // skipped: by standard time
  EXPECT_EQ(at("2013-03-10", 180), parse_time("2013-03-10T07:00:00"));
  EXPECT_EQ(at("2013-11-03", 90), parse_time("2013-11-03T05:30:00"));  // twice: the first
  EXPECT_EQ(at("2013-11-03", 120), parse_time("2013-11-03T07:00:00"));
  EXPECT_EQ(at("2013-11-02", 24 * 60), parse_time("2013-11-03T04:00:00"));
  EXPECT_EQ(wall_clock(Zone::new_york, *parse_time("2013-11-03T06:30:00.000000005")),
            (WallClock{*parse_date("2013-11-03"), {5'400'000'000'005}}));
  EXPECT_EQ(wall_clock(Zone::chicago, Time{-1}).date, *parse_date("1969-12-31"));
  EXPECT_EQ(offset_at(Zone::utc_minus_5, Time{0}), seconds(-5 * 3600));
  EXPECT_FALSE(from_wall_clock(Zone::utc, Date{106'752}, {}));
  EXPECT_FALSE(from_wall_clock(Zone::utc, Date{-106'753}, {}));
}

}  // namespace
}  // namespace trade
