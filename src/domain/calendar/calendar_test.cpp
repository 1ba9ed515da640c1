#include "domain/calendar/calendar.h"

#include <gtest/gtest.h>

#include "domain/calendar/market_hours.h"
#include "wire/json.h"

namespace trade {

void PrintTo(const Session& s, std::ostream* out) {
  *out << name_of(s.kind) << " of " << print(s.day) << " " << print(s.open) << ".." << print(s.close);
}

namespace {

Time at(const char* text) { return parse_time(text).value(); }
Date on(const char* text) { return parse_date(text).value(); }

Calendar read(const std::string& members) {
  const auto text = R"({"entries": {"X": {)" + members + "}}}";
  const auto d = parse_json(text, "test");
  CHECK(d.ok(), d.ok() ? "" : d.error().text());
  const auto c = read_market_hours(*d, "X", "x");
  CHECK(c.ok(), c.ok() ? "" : c.error().text());
  return *c;
}
std::string week(const std::string& sessions) {
  std::string s;
  for (const auto* day : {"monday", "tuesday", "wednesday", "thursday", "friday"}) s += "\"" + std::string(day) + "\": [" + sessions + "],";
  return s;
}
std::string hours(const char* from, const char* to, const char* state = "market") {
  return std::string(R"({"start": ")") + from + R"(", "end": ")" + to + R"(", "state": ")" + state + "\"}";
}

const Calendar& stocks() {
  static const Calendar c = read(week(hours("04:00:00", "09:30:00", "premarket") + "," + hours("09:30:00", "16:00:00") + "," +
                                      hours("16:00:00", "20:00:00", "postmarket")) +
                                 R"("exchangeTimeZone": "America/New_York", "saturday": [], "sunday": [],
                                    "holidays": ["11/28/2013", "12/25/2013"], "bankHolidays": ["11/11/2013"],
                                    "earlyCloses": {"11/29/2013": "13:00:00"})");
  return c;
}
// Futures: the evening belongs to the next day; on 2013-01-21 a break from 11:30 to 18:00.
const Calendar& futures() {
  const auto evening = hours("18:00:00", "1.00:00:00", "postmarket");
  const auto day = hours("00:00:00", "09:30:00", "premarket") + "," + hours("09:30:00", "17:00:00");
  static const Calendar c = read(week(day + "," + evening) + R"("exchangeTimeZone": "America/New_York",
      "sunday": [)" + hours("18:00:00", "1.00:00:00", "premarket") + R"(], "saturday": [], "holidays": ["12/25/2013"],
      "earlyCloses": {"1/21/2013": "11:30:00", "12/24/2013": "13:15:00"}, "lateOpens": {"1/21/2013": "18:00:00"})");
  return c;
}

TEST(calendar, a_day_of_stocks) {
  const auto& c = stocks();
  const Date day = on("2013-10-07");
  EXPECT_EQ(c.sessions_of(day), (std::vector<Session>{{SessionKind::pre, day, at("2013-10-07T08:00:00"), at("2013-10-07T13:30:00")},
                                                      {SessionKind::regular, day, at("2013-10-07T13:30:00"), at("2013-10-07T20:00:00")},
                                                      {SessionKind::post, day, at("2013-10-07T20:00:00"), at("2013-10-08T00:00:00")}}));
  EXPECT_EQ(c.session_at(at("2013-10-07T13:30:00")).kind, SessionKind::regular);
  EXPECT_EQ(c.session_at(at("2013-10-07T13:29:59.999999999")).kind, SessionKind::pre);
  EXPECT_EQ(c.session_at(at("2013-10-05T12:00:00")),
            (Session{SessionKind::closed, day, at("2013-10-05T00:00:00"), at("2013-10-07T08:00:00")}));
  EXPECT_EQ(c.trading_day(at("2013-10-08T00:00:00")), on("2013-10-08"));  // after the last session: the next day
  EXPECT_EQ(c.next_open(at("2013-10-07T13:30:00"), Hours::regular), at("2013-10-08T13:30:00"));
  EXPECT_EQ(c.next_open(at("2013-10-07T13:30:00"), Hours::extended), at("2013-10-08T08:00:00"));
  EXPECT_EQ(c.next_close(at("2013-10-07T13:30:00"), Hours::regular), at("2013-10-07T20:00:00"));
  EXPECT_EQ(c.next_close(at("2013-10-07T13:30:00"), Hours::extended), at("2013-10-08T00:00:00"));
  EXPECT_TRUE(c.is_open(at("2013-10-07T20:00:00"), Hours::extended));
  EXPECT_FALSE(c.is_open(at("2013-10-07T20:00:00"), Hours::regular));
}

TEST(calendar, the_same_wall_clock_through_daylight_saving) {
  const auto& c = stocks();
  EXPECT_EQ(c.whole_day(on("2013-03-08"), Hours::regular)->open, at("2013-03-08T14:30:00"));
  EXPECT_EQ(c.whole_day(on("2013-03-11"), Hours::regular)->open, at("2013-03-11T13:30:00"));
  EXPECT_EQ(c.whole_day(on("2013-11-01"), Hours::regular)->close, at("2013-11-01T20:00:00"));
  EXPECT_EQ(c.whole_day(on("2013-11-04"), Hours::regular)->close, at("2013-11-04T21:00:00"));
}

TEST(calendar, holidays_and_early_closes) {
  const auto& c = stocks();
  EXPECT_FALSE(c.is_trading_day(on("2013-11-28")));
  EXPECT_TRUE(c.sessions_of(on("2013-11-28")).empty());
  EXPECT_EQ(c.trading_day(at("2013-11-28T16:00:00")), on("2013-11-29"));
  const auto friday = c.sessions_of(on("2013-11-29"));
  ASSERT_EQ(friday.size(), 2u);
  EXPECT_EQ(friday[1].close, at("2013-11-29T18:00:00"));
  EXPECT_EQ(c.add_trading_days(on("2013-11-27"), 1), on("2013-11-29"));
  EXPECT_EQ(c.add_trading_days(on("2013-11-27"), 2), on("2013-12-02"));
  EXPECT_EQ(c.add_trading_days(on("2013-12-02"), -2), on("2013-11-27"));
  EXPECT_EQ(c.add_trading_days(on("2013-11-28"), 0), on("2013-11-29"));
  EXPECT_EQ(c.add_trading_days(on("2013-11-29"), 0), on("2013-11-29"));
}

TEST(calendar, settles_when_banks_are_open) {
  const auto& c = stocks();
  EXPECT_TRUE(c.is_trading_day(on("2013-11-11")));
  EXPECT_FALSE(c.is_settlement_day(on("2013-11-11")));
  EXPECT_EQ(c.settlement_day(on("2013-11-08"), 2), on("2013-11-13"));
  EXPECT_EQ(c.settlement_day(on("2013-11-11"), 0), on("2013-11-12"));
  EXPECT_EQ(c.settlement_day(on("2013-11-26"), 3), on("2013-12-02"));
}

TEST(calendar, an_evening_belongs_to_the_next_trading_day) {
  const auto& c = futures();
  const Date tuesday = on("2013-10-08");
  EXPECT_EQ(c.sessions_of(tuesday),
            (std::vector<Session>{{SessionKind::pre, tuesday, at("2013-10-07T22:00:00"), at("2013-10-08T13:30:00")},
                                  {SessionKind::regular, tuesday, at("2013-10-08T13:30:00"), at("2013-10-08T21:00:00")}}));
  EXPECT_FALSE(c.is_trading_day(on("2013-10-06")));
  EXPECT_EQ(c.trading_day(at("2013-10-06T22:00:00")), on("2013-10-07"));
  EXPECT_EQ(c.session_at(at("2013-10-08T21:30:00")).kind, SessionKind::closed);
  // the evening before Christmas is gone, that of the 25th too: the 26th begins at its midnight
  EXPECT_EQ(c.sessions_of(on("2013-12-26")).front().open, at("2013-12-26T05:00:00"));
  EXPECT_EQ(c.next_close(at("2013-12-24T15:00:00"), Hours::extended), at("2013-12-24T18:15:00"));
}

TEST(calendar, a_break_between_early_close_and_late_open) {
  const auto& c = futures();
  EXPECT_EQ(c.whole_day(on("2013-01-21"), Hours::regular)->close, at("2013-01-21T16:30:00"));
  EXPECT_FALSE(c.is_open(at("2013-01-21T20:00:00"), Hours::extended));
  EXPECT_TRUE(c.is_open(at("2013-01-21T23:00:00"), Hours::extended));
  EXPECT_EQ(c.trading_day(at("2013-01-21T23:00:00")), on("2013-01-22"));
}

TEST(calendar, what_never_closes_has_a_session_a_day) {
  const auto c = Calendar::always_open();
  EXPECT_TRUE(check_calendar(c).ok());
  EXPECT_EQ(c.session_at(at("2024-02-29T23:59:59")),
            (Session{SessionKind::regular, on("2024-02-29"), at("2024-02-29T00:00:00"), at("2024-03-01T00:00:00")}));
  EXPECT_EQ(c.next_close(at("2024-02-29T00:00:00"), Hours::regular), at("2024-03-01T00:00:00"));
  EXPECT_EQ(c.settlement_day(on("2024-02-28"), 2), on("2024-03-01"));
}

TEST(calendar, the_ends_of_time_do_not_overflow) {
  for (const auto* c : {&stocks(), &futures()})
    for (const auto ns : {INT64_MIN, INT64_MIN + 1, INT64_MAX - 1, INT64_MAX}) {
      const auto s = c->session_at(Time{ns});
      EXPECT_LE(s.open.ns, ns);
      EXPECT_GE(c->next_open(Time{ns}, Hours::extended).ns, ns);
      EXPECT_GE(c->next_close(Time{ns}, Hours::regular).ns, ns);
    }
}

// Sessions found by time tile the years without gap or overlap, and agree with those found by day.
TEST(calendar, sessions_tile_time) {
  for (const auto* c : {&stocks(), &futures()}) {
    Time t = at("2012-12-20T00:00:00");
    for (auto s = c->session_at(t); t < at("2014-01-10T00:00:00"); t = s.close) {
      s = c->session_at(t);
      ASSERT_LE(s.open, t);
      ASSERT_LT(t, s.close);
      ASSERT_EQ(c->session_at(Time{s.close.ns - 1}), s);
      if (s.kind == SessionKind::closed) continue;
      const auto day = c->sessions_of(s.day);
      ASSERT_NE(std::find(day.begin(), day.end(), s), day.end());
    }
  }
}

TEST(calendar, says_what_is_wrong) {
  const auto fails = [](auto spoil, const std::string& where) {
    Calendar c = stocks();
    spoil(c);
    const auto checked = check_calendar(c);
    ASSERT_FALSE(checked.ok()) << where;
    EXPECT_EQ(checked.error().where, where);
  };
  fails([](Calendar& c) { c.sessions.clear(); }, "sessions");
  fails([](Calendar& c) { c.sessions[1].start = seconds(1); }, "sessions[1].start");
  fails([](Calendar& c) { c.sessions[2].end = seconds(86'401); }, "sessions[2]");
  fails([](Calendar& c) { c.sessions[2].end = c.sessions[2].start; }, "sessions[2]");
  fails([](Calendar& c) { c.sessions[0].kind = SessionKind::closed; }, "sessions[0].kind");
  fails([](Calendar& c) { std::swap(c.sessions[2], c.sessions[3]); }, "sessions[3].weekday");
  fails([](Calendar& c) { std::swap(c.holidays[0], c.holidays[1]); }, "holidays[1]");
  fails([](Calendar& c) { c.bank_holidays.push_back(c.bank_holidays[0]); }, "bank_holidays[1]");
  fails([](Calendar& c) { c.early_closes.push_back(c.early_closes[0]); }, "early_closes[1].date");
  fails([](Calendar& c) { c.early_closes[0].at = seconds(-1); }, "early_closes[0].at");
  fails([](Calendar& c) {
    c.sessions = {{Weekday::sunday, SessionKind::pre, {}, seconds(9)}, {Weekday::monday, SessionKind::pre, {}, {}}};
  }, "sessions[1]");
  fails([](Calendar& c) {
    for (int i = 0; i < 8; ++i) c.sessions.insert(c.sessions.begin() + i, {Weekday::sunday, SessionKind::pre, seconds(i), seconds(i + 1)});
  }, "sessions[7]");
}

TEST(market_hours, errors_name_entry_and_member) {
  const auto fails = [](const std::string& members, const std::string& where, const std::string& what) {
    const auto d = parse_json(R"({"entries": {"X": {)" + members + "}}}", "test");
    ASSERT_TRUE(d.ok()) << d.error().text();
    const auto c = read_market_hours(*d, "X", "x");
    ASSERT_FALSE(c.ok()) << members;
    EXPECT_TRUE(c.error().where.starts_with(where)) << c.error().text();
    EXPECT_NE(c.error().text().find(what), std::string::npos) << c.error().text();
  };
  const std::string zone = R"("exchangeTimeZone": "UTC",)", day = "\"monday\": [" + hours("09:00:00", "10:00:00") + "]";
  fails(day, "X.exchangeTimeZone", "is missing");
  fails(R"("exchangeTimeZone": "America/New_Yorc",)" + day, "X.exchangeTimeZone, line 1", "nearest: America/New_York");
  fails(zone + R"("monday": [{"start": "09:00:00", "end": "10:00:00"}])", "X.monday", "lacks");
  fails(zone + "\"monday\": [" + hours("09:00:00", "25:00:00") + "]", "X.monday", "not a time of day");
  fails(zone + "\"monday\": [" + hours("09:00:00", "10:00:00", "lunch") + "]", "X.monday", "\"lunch\" is no state");
  fails(zone + "\"monday\": 5", "X.monday", "not a list");
  fails(zone + "\"monday\": []", "X: sessions", "no weekday");
  fails(zone + day + R"(, "holidays": ["2/30/2013"])", "X.holidays", "\"2/30/2013\" is not a date");
  fails(zone + day + R"(, "earlyCloses": {"2/3/2013": "noon"})", "X.earlyCloses", "\"noon\" is not a time");
  fails(zone + day + R"(, "lateOpens": [])", "X.lateOpens", "not a table");
  const auto d = parse_json(R"({"entries": {"Equity-usa-[*]": {}}})", "test");
  EXPECT_NE(read_market_hours(*d, "Equity-usa", "x").error().text().find("nearest: Equity-usa-[*]"), std::string::npos);
  EXPECT_FALSE(read_market_hours(Document::make_table(1), "X", "x").ok());
}

TEST(market_hours, times_of_day) {
  EXPECT_EQ(parse_time_of_day("09:30:00"), seconds(34'200));
  EXPECT_EQ(parse_time_of_day("1.00:00:00"), seconds(86'400));
  EXPECT_EQ(parse_time_of_day("1:00:00:00"), seconds(86'400));
  EXPECT_EQ(parse_time_of_day("9:15:00"), seconds(33'300));
  EXPECT_EQ(parse_time_of_day("23:59:59.9999999")->ns, 86'399'999'999'900);
  for (const auto* bad : {"", "9", "09:30", "09:60:00", "1.00:00:01", "2.00:00:00", "-1:00:00", "09:30:00.", "09:30:00x", "24:00:01"})
    EXPECT_FALSE(parse_time_of_day(bad)) << bad;
}

TEST(calendars, an_empty_name_is_always_open) {
  Calendars all;
  EXPECT_EQ(all.of({}), Calendar::always_open());
  EXPECT_FALSE(all.has("x"));
  all.add(stocks());
  EXPECT_EQ(all.of("x"), stocks());
  all.add(futures());
  EXPECT_EQ(all.of("x"), futures());
}

}  // namespace
}  // namespace trade
