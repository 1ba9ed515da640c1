#include "services/data/normalizer/normalizer.h"

#include <gtest/gtest.h>

#include "runtime/testing.h"

namespace trade {

extern const ServiceType normalizer_service;

namespace {

Document config(const std::vector<std::string>& intervals, const char* gaps = "skip") {
  auto list = Document::make_list(1);
  for (const auto& i : intervals) list.items().push_back(Document::scalar(Document::Kind::text, i, 1));
  auto section = Document::make_table(1);
  section.members().emplace_back("intervals", list);
  section.members().emplace_back("gaps", Document::scalar(Document::Kind::text, gaps, 1));
  auto all = Document::make_table(1);
  all.members().emplace_back("normalizer", section);
  return all;
}
Time at_ms(std::int64_t ms) { return Time{} + milliseconds(ms); }
Trade trade(int price, int quantity = 1, std::uint32_t instrument = 1) {
  return {{instrument}, {1}, {}, 0, price_of(price), quantity_of(quantity), Side::buy};
}
Bar minute(int k, int close) {
  const Price p = price_of(close);
  return {{1}, {1}, Time{} + seconds(60 * k), seconds(60), p, p, p, p, quantity_of(1), 0, false};
}
std::string told(const std::vector<Bar>& bars) {
  std::string s;
  for (const auto& b : bars)
    s += print(b.interval) + "@" + std::to_string(b.open_time.ns / 1'000'000'000) + " " + print(b.open) + "/" + print(b.high) + "/" +
         print(b.low) + "/" + print(b.close) + " v" + print(b.volume) + " n" + std::to_string(b.trades) + (b.filled ? "f; " : "; ");
  return s;
}
std::string told(const std::vector<Mark>& marks) {
  std::string s;
  for (const auto& m : marks) s += print(m.price) + ";";
  return s;
}

TEST(normalizer, closes_by_timer_smallest_first) {
  TestBench bench({{"normalizer", &normalizer_service}}, config({"1s", "2s"}));
  bench.send(trade(10, 2), at_ms(500));
  bench.send(trade(12), at_ms(999));
  bench.send(trade(9), at_ms(1000));
  EXPECT_EQ(told(bench.take<Bar>()), "1s@0 10/12/10/12 v3 n2; ");
  bench.run_timers(at_ms(1999));
  EXPECT_EQ(told(bench.take<Bar>()), "");
  bench.run_timers(at_ms(2000));
  EXPECT_EQ(told(bench.take<Bar>()), "1s@1 9/9/9/9 v1 n1; 2s@0 10/12/9/9 v4 n3; ");
}

TEST(normalizer, gap_policies) {
  for (const bool fill : {false, true}) {
    TestBench bench({{"normalizer", &normalizer_service}}, config({"1s", "4s"}, fill ? "fill" : "skip"));
    bench.send(trade(10), at_ms(1500));
    bench.run_timers(at_ms(4000));
    const std::string filled = "1s@2 10/10/10/10 v0 n0f; 1s@3 10/10/10/10 v0 n0f; ";
    EXPECT_EQ(told(bench.take<Bar>()), "1s@1 10/10/10/10 v1 n1; " + (fill ? filled : "") + "4s@0 10/10/10/10 v1 n1; ");
  }
}

TEST(normalizer, marks_at_most_once_an_interval_and_at_the_end) {
  TestBench bench({{"normalizer", &normalizer_service}}, config({"1s"}));
  bench.send(trade(10), at_ms(100));
  EXPECT_EQ(told(bench.take<Mark>()), "10;");
  bench.send(trade(11), at_ms(200));
  bench.send(trade(12), at_ms(300));
  EXPECT_EQ(told(bench.take<Mark>()), "");
  bench.run_timers(at_ms(1000));
  EXPECT_EQ(told(bench.take<Mark>()), "12;");
  bench.send(trade(12), at_ms(1500));
  bench.run_timers(at_ms(2000));
  EXPECT_EQ(told(bench.take<Mark>()), "");
  bench.send(FeedEnded{{1}}, at_ms(2500));
  EXPECT_EQ(told(bench.take<Mark>()), "12;");
}

TEST(normalizer, ends_with_the_feed_and_starts_again) {
  TestBench bench({{"normalizer", &normalizer_service}}, config({"1s"}, "fill"));
  bench.send(trade(10), at_ms(100));
  bench.send(FeedEnded{{1}}, at_ms(500));
  bench.run_timers(at_ms(60'000));
  EXPECT_EQ(told(bench.take<Bar>()), "");
  EXPECT_TRUE(bench.loop().timers().empty());
  bench.send(trade(20), at_ms(61'500));
  bench.run_timers(at_ms(62'000));
  const auto bars = bench.take<Bar>();
  ASSERT_FALSE(bars.empty());
  EXPECT_EQ(bars.front().open, price_of(10));
  EXPECT_EQ(bars.back().close, price_of(20));
}

TEST(normalizer, source_bars_give_larger_ones_and_marks) {
  TestBench bench({{"normalizer", &normalizer_service}}, config({"1m", "3m"}));
  for (int k = 0; k < 6; ++k) bench.send(minute(k, 10 + k), Time{} + seconds(60 * (k + 1)));
  EXPECT_EQ(told(bench.take<Bar>()), "3m@0 10/12/10/12 v3 n0; 3m@180 13/15/13/15 v3 n0; ");
  EXPECT_EQ(told(bench.take<Mark>()), "10;11;12;13;14;15;");
  EXPECT_TRUE(bench.loop().timers().empty());
}

TEST(normalizer, instruments_are_apart_and_one_timer_serves_all) {
  TestBench bench({{"normalizer", &normalizer_service}}, config({"1s"}));
  for (std::uint32_t i = 1; i <= 50; ++i) bench.send(trade(static_cast<int>(i), 1, i), at_ms(10 + i));
  EXPECT_EQ(bench.loop().timers().size(), 1u);
  bench.run_timers(at_ms(1000));
  const auto bars = bench.take<Bar>();
  ASSERT_EQ(bars.size(), 50u);
  for (std::uint32_t i = 0; i < 50; ++i) EXPECT_EQ(bars[i].close, price_of(static_cast<int>(i + 1)));
}

TEST(normalizer, a_restart_changes_nothing) {
  for (int cut = 1; cut < 20; ++cut) {
    TestBench whole({{"normalizer", &normalizer_service}}, config({"1s", "5s"}, "fill"));
    TestBench first({{"normalizer", &normalizer_service}}, config({"1s", "5s"}, "fill"));
    TestBench second({{"normalizer", &normalizer_service}}, config({"1s", "5s"}, "fill"));
    const auto feed = [](TestBench& b, int k) { b.send(trade(10 + k % 7, k), at_ms(400 * k)); };
    for (int k = 1; k < 20; ++k) feed(whole, k);
    for (int k = 1; k < cut; ++k) feed(first, k);
    second.restore(0, first.save(0));
    for (int k = cut; k < 20; ++k) feed(second, k);
    EXPECT_EQ(second.save(0), whole.save(0));
    EXPECT_EQ(told(first.take<Bar>()) + told(second.take<Bar>()), told(whole.take<Bar>()));
  }
}

TEST(normalizer, bars_follow_the_calendar_of_the_instrument) {
  TestBench bench({{"normalizer", &normalizer_service}}, config({"1h", "1d"}));
  Calendar c;
  c.name = "short";
  c.zone = Zone::new_york;
  c.sessions = {{Weekday::monday, SessionKind::regular, seconds(9 * 3600 + 1800), seconds(11 * 3600)}};
  Instrument listed;
  listed.id = {1};
  listed.calendar = "short";
  const Time monday = parse_time("2013-11-04T14:00:00").value();  // 09:00 in New York, the first day of standard time
  bench.send(listing_of(c), monday);
  bench.send(InstrumentListed{listed}, monday);
  bench.send(trade(9), monday + seconds(1700));  // before the open: in no bar
  bench.send(trade(10), monday + seconds(1900));
  bench.send(trade(11), monday + seconds(3700));
  bench.send(trade(5, 1, 2), monday + seconds(3700));  // of an instrument without a calendar
  bench.run_timers(monday + seconds(7200));
  EXPECT_EQ(told(bench.take<Bar>()),
            "1h@" + std::to_string((monday + seconds(1800)).ns / 1'000'000'000) + " 10/10/10/10 v1 n1; " +
                "1h@" + std::to_string((monday + seconds(3600)).ns / 1'000'000'000) + " 11/11/11/11 v1 n1; " +
                "1d@" + std::to_string((monday + seconds(1800)).ns / 1'000'000'000) + " 10/11/10/11 v2 n2; " +
                "1h@" + std::to_string((monday + seconds(3600)).ns / 1'000'000'000) + " 5/5/5/5 v1 n1; ");
  const auto saved = bench.save(0);
  TestBench again({{"normalizer", &normalizer_service}}, config({"1h", "1d"}));
  again.restore(0, saved);
  EXPECT_EQ(again.save(0), saved);
}

TEST(normalizer, bars_of_quotes) {
  auto all = config({"1s"});
  auto item = Document::make_table(1);
  item.members().emplace_back("instrument", Document::scalar(Document::Kind::number, "1", 1));
  auto list = Document::make_list(1);
  list.items().push_back(item);
  all.find("normalizer")->members().emplace_back("quoted", list);
  TestBench bench({{"normalizer", &normalizer_service}}, all);
  const auto quote = [](int bid, int ask, std::uint32_t instrument = 1) {
    return Quote{{instrument}, {1}, price_of(bid), quantity_of(1), price_of(ask), quantity_of(1)};
  };
  bench.send(quote(10, 12), at_ms(100));
  bench.send(quote(10, 14), at_ms(200));
  bench.send(quote(0, 14), at_ms(300));      // one side alone has no middle
  bench.send(quote(50, 60, 2), at_ms(300));  // not one of those
  bench.send(trade(99), at_ms(400));
  bench.run_timers(at_ms(1000));
  EXPECT_EQ(told(bench.take<Bar>()), "1s@0 11/12/11/12 v0 n2; ");
  all.find("normalizer")->find("quoted")->items().push_back(item);
  EXPECT_NE(normalizer_service.make(all.find("normalizer")).error().text().find("quoted[1].instrument"), std::string::npos);
}

TEST(normalizer, corrected_trades_mend_their_bars) {
  auto all = config({"1s", "4s"});
  all.find("normalizer")->members().emplace_back("correct_within", Document::scalar(Document::Kind::text, "1m", 1));
  TestBench bench({{"normalizer", &normalizer_service}}, all);
  const auto numbered = [](std::uint64_t id, int price) {
    auto t = trade(price);
    t.trade_id = id;
    return t;
  };
  bench.send(numbered(1, 10), at_ms(100));
  bench.send(numbered(2, 90), at_ms(200));
  bench.send(numbered(3, 12), at_ms(1300));
  bench.send(numbered(4, 13), at_ms(5000));
  bench.run_timers(at_ms(5500));
  EXPECT_EQ(bench.take<Bar>().size(), 3u);
  const auto mended = [&] {
    std::string s;
    for (const auto& b : bench.take<BarCorrected>())
      s += print(b.interval) + "@" + std::to_string(b.open_time.ns / 1'000'000'000) + " " + print(b.high) + " v" + print(b.volume) + "; ";
    return s;
  };
  bench.send(TradeCorrected{{1}, {1}, 2, {}, {}}, at_ms(5600));
  EXPECT_EQ(mended(), "1s@0 10 v1; 4s@0 12 v2; ");
  bench.send(TradeCorrected{{1}, {1}, 3, price_of(50), quantity_of(5)}, at_ms(5700));
  EXPECT_EQ(mended(), "1s@1 50 v5; 4s@0 50 v6; ");
  bench.send(TradeCorrected{{1}, {1}, 4, {}, {}}, at_ms(5800));    // in progress: nothing was told of it yet
  bench.send(TradeCorrected{{1}, {1}, 99, {}, {}}, at_ms(5900));   // never heard of
  bench.send(TradeCorrected{{9}, {1}, 1, {}, {}}, at_ms(5900));
  EXPECT_EQ(mended(), "");
  TestBench again({{"normalizer", &normalizer_service}}, all);
  again.restore(0, bench.save(0));
  bench.run_timers(at_ms(20'000));
  again.run_timers(at_ms(20'000));
  EXPECT_EQ(told(bench.take<Bar>()), "");
}

TEST(normalizer, bars_of_activity) {
  auto all = config({"1s"});
  auto plan = Document::make_table(1);
  plan.members().emplace_back("kind", Document::scalar(Document::Kind::text, "volume", 1));
  plan.members().emplace_back("size", Document::scalar(Document::Kind::number, "5", 1));
  auto list = Document::make_list(1);
  list.items().push_back(plan);
  all.find("normalizer")->members().emplace_back("activity", list);
  TestBench bench({{"normalizer", &normalizer_service}}, all);
  for (int k = 1; k <= 5; ++k) bench.send(trade(10 + k, 2), at_ms(100 * k));
  const auto bars = bench.take<ActivityBarClosed>();
  ASSERT_EQ(bars.size(), 1u);
  EXPECT_EQ(bars[0].kind, Activity::volume);
  EXPECT_EQ(bars[0].open_time, at_ms(100));
  EXPECT_EQ(bars[0].close_time, at_ms(300));
  EXPECT_EQ(bars[0].volume, quantity_of(6));
  EXPECT_EQ(bars[0].vwap, price_of(12));
  EXPECT_EQ(bars[0].trades, 3u);
  *all.find("normalizer")->find("activity")->items()[0].find("size") = Document::scalar(Document::Kind::number, "-5", 1);
  const auto made = normalizer_service.make(all.find("normalizer"));
  ASSERT_FALSE(made.ok());
  EXPECT_NE(made.error().text().find("activity[0].size"), std::string::npos) << made.error().text();
}

TEST(normalizer, refuses_bad_intervals) {
  const auto bad = config({"2s", "3s"});
  const auto made = normalizer_service.make(bad.find("normalizer"));
  ASSERT_FALSE(made.ok());
  EXPECT_NE(made.error().text().find("3s is not a multiple"), std::string::npos);
}

}  // namespace
}  // namespace trade
