#include <gtest/gtest.h>

#include <map>

#include "core/digest.h"
#include "domain/bars/bar_series.h"

namespace trade {
namespace {

Date on(const char* text) { return parse_date(text).value(); }

Calendar stocks() {
  Calendar c;
  c.name = "stocks";
  c.zone = Zone::new_york;
  for (int d = 1; d <= 5; ++d)
    for (const auto& [kind, from, to] :
         {std::tuple{SessionKind::pre, 4 * 60, 570}, {SessionKind::regular, 570, 960}, {SessionKind::post, 960, 1200}})
      c.sessions.push_back({static_cast<Weekday>(d), kind, seconds(60 * from), seconds(60 * to)});
  c.holidays = {on("2013-11-28")};
  c.early_closes = {{on("2013-11-29"), seconds(13 * 3600)}};
  return c;
}
// A market of 23 hours whose day begins the evening before.
Calendar futures() {
  Calendar c;
  c.name = "futures";
  c.zone = Zone::chicago;
  c.sessions.push_back({Weekday::sunday, SessionKind::regular, seconds(17 * 3600), whole_day});
  for (int d = 1; d <= 5; ++d) {
    c.sessions.push_back({static_cast<Weekday>(d), SessionKind::regular, {}, seconds(16 * 3600)});
    if (d < 5) c.sessions.push_back({static_cast<Weekday>(d), SessionKind::regular, seconds(17 * 3600), whole_day});
  }
  return c;
}

using Key = std::pair<std::int64_t, std::int64_t>;  // interval, open

// The obvious way: step from the midnight before the session, bar by bar, to the one that holds t.
bool find_bar(const Calendar& c, Hours hours, Duration d, Time t, Time& open, Time& end) {
  const auto s = c.session_at(t);
  if (s.kind == SessionKind::closed || (hours == Hours::regular && s.kind != SessionKind::regular)) return false;
  if (d >= whole_day) {
    const auto n = static_cast<std::int32_t>(d.ns / whole_day.ns);
    Date first = s.day;
    while (first.days % n != 0) first = first - 1;
    open = never, end = Time{0};
    for (Date day = first; day < first + n; day = day + 1)
      for (const auto& part : c.sessions_of(day))
        if (hours == Hours::extended || part.kind == SessionKind::regular)
          open = std::min(open, part.open), end = std::max(end, part.close);
    return true;
  }
  open = from_wall_clock(c.zone, wall_clock(c.zone, s.open).date, {}).value();
  while (open + d <= t) open = open + d;
  end = std::min(open + d, s.close);
  open = std::max(open, s.open);
  return true;
}

// Ticks over both daylight-saving changes, a holiday and an early close, with some exactly on edges and some while it is closed.
TEST(session_bars, equal_stepping_bar_by_bar) {
  const auto stock = stocks(), future = futures();
  const std::vector<Duration> intervals{seconds(60), seconds(300), seconds(3600), seconds(4 * 3600), whole_day, seconds(7 * 86'400)};
  for (const auto* c : {&stock, &future})
    for (const auto hours : {Hours::regular, Hours::extended})
      for (const auto* from : {"2013-03-07", "2013-10-31", "2013-11-26"}) {
        const BarPlan plan{intervals, Gaps::skip, c, hours};
        BarSeries s;
        std::map<Key, std::pair<Time, Candle>> want, got;
        const auto publish = [&](const ClosedBar& b) {
          ASSERT_TRUE(got.emplace(Key{b.interval.ns, b.open_time.ns}, std::pair{Time{}, b.candle}).second) << print(b.open_time);
        };
        std::uint64_t outside = 0;
        Time t = parse_time(from).value();
        const Time until = t + seconds(7 * 86'400);
        for (std::uint64_t i = 0; t < until; ++i) {
          const auto r = mix64(i + static_cast<std::uint64_t>(t.ns));
          t = t + milliseconds(static_cast<std::int64_t>(r % 400'000));
          if (r % 5 == 0) t = floor_to(t, seconds(60)) + seconds(60);
          const Price price{static_cast<std::int64_t>(1'000 + (r >> 20) % 40)};
          const Quantity quantity{static_cast<std::int64_t>(1 + (r >> 40) % 9)};
          add_trade(s, plan, t, price, quantity, publish);
          for (const auto d : intervals) {
            Time open, end;
            if (!find_bar(*c, hours, d, t, open, end)) {
              outside += d == intervals[0];
              continue;
            }
            auto [at, fresh] = want.try_emplace(Key{d.ns, open.ns}, end, Candle{price, price, price, price, {}, 0});
            auto& b = at->second.second;
            ASSERT_EQ(at->second.first, end);
            b = {b.open, max(b.high, price), min(b.low, price), price, b.volume + quantity, b.trades + 1};
          }
        }
        close_bars(s, plan, until + seconds(30 * 86'400), publish);
        ASSERT_EQ(got.size(), want.size());
        for (const auto& [key, bar] : want) {
          ASSERT_TRUE(got.contains(key)) << print(Time{key.second}) << " of " << print(Duration{key.first});
          ASSERT_EQ(got[key].second, bar.second) << print(Time{key.second});
        }
        ASSERT_EQ(s.outside, outside);
        ASSERT_GT(got.size(), 500u);
      }
}

TEST(session_bars, filling_stops_with_the_session) {
  const auto c = stocks();
  const BarPlan plan{{seconds(3600)}, Gaps::fill, &c, Hours::regular};
  BarSeries s;
  std::vector<Time> opens;
  const auto publish = [&](const ClosedBar& b) { opens.push_back(b.open_time); };
  add_trade(s, plan, *parse_time("2013-11-29T15:10:00"), Price{5}, Quantity{1}, publish);
  EXPECT_EQ(next_close(s), *parse_time("2013-11-29T16:00:00"));
  close_bars(s, plan, *parse_time("2013-12-02T20:00:00"), publish);
  EXPECT_EQ(opens, (std::vector<Time>{*parse_time("2013-11-29T15:00:00"), *parse_time("2013-11-29T16:00:00"),
                                      *parse_time("2013-11-29T17:00:00")}));
  EXPECT_EQ(next_close(s), never);
}

TEST(session_bars, source_bars_make_the_day_of_the_calendar) {
  const auto c = stocks();
  const BarPlan plan{{seconds(60), seconds(3600), whole_day}, Gaps::skip, &c, Hours::regular};
  BarSeries s;
  std::vector<ClosedBar> got;
  const auto publish = [&](const ClosedBar& b) { got.push_back(b); };
  for (int minute = 8 * 60; minute < 14 * 60; ++minute)  // 08:00 to 14:00 in New York, closing at 13:00
    add_source_bar(s, plan, *parse_time("2013-11-29T05:00:00") + seconds(60 * minute), seconds(60),
                   {Price{minute}, Price{minute}, Price{minute}, Price{minute}, Quantity{1}, 1}, publish);
  ASSERT_EQ(got.size(), 5u);
  EXPECT_EQ(got[0].open_time, *parse_time("2013-11-29T14:30:00"));
  EXPECT_EQ(got[0].candle.trades, 30u);
  EXPECT_EQ(got[4].interval, whole_day);
  EXPECT_EQ(got[4].open_time, *parse_time("2013-11-29T14:30:00"));
  EXPECT_EQ(got[4].candle.open, Price{9 * 60 + 30});
  EXPECT_EQ(got[4].candle.close, Price{12 * 60 + 59});
  EXPECT_EQ(s.outside, 150u);
}

}  // namespace
}  // namespace trade
