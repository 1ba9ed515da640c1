#include "services/trading/pnl/pnl.h"

#include <gtest/gtest.h>

#include <map>

#include "runtime/testing.h"
#include "wire/json.h"

namespace trade {

extern const ServiceType pnl_service;

namespace {

const Instrument linear{{1}, "BTCUSDT", Contract::linear, "BTC", "USDT", "USDT", {10'000'000}, {100'000}, {}, {}, quantity_of(1)};
const Instrument inverse{{2}, "BTCUSD", Contract::inverse, "BTC", "USD", "BTC", {10'000'000}, quantity_of(1), {}, {}, quantity_of(100)};
const Account desk{{1}, "desk", {money_one * 1'000'000, "USDT"}};
const Account coin{{2}, "coin", {money_one * 10, "BTC"}};

Document config(const char* json) { return *parse_json(json, "config"); }

struct Rig {
  TestBench bench;
  explicit Rig(const Document& d = {}) : bench({{"pnl", &pnl_service}}, d) {
    bench.send(InstrumentListed{linear}, Time{});
    bench.send(InstrumentListed{inverse}, Time{});
    bench.send(AccountOpened{desk}, Time{});
    bench.send(AccountOpened{coin}, Time{});
  }
  void position(AccountId account, const Instrument& i, Quantity quantity, Money cost, Money realised, Money fee, Time t) {
    bench.send(PositionChanged{account, i.id, {}, {}, quantity, cost, realised, fee, false}, t);
  }
  void mark(const Instrument& i, Price p, Time t) { bench.send(Mark{i.id, {1}, p}, t); }
  PnlSummary ask(std::size_t account = 0) { return bench.ask(PnlQuery{}).accounts.at(account); }
};

Money usdt(std::int64_t whole) { return {money_one * whole, "USDT"}; }

TEST(pnl, equity_is_balance_and_unrealised) {
  Rig rig;
  rig.position({1}, linear, quantity_of(2), usdt(200), usdt(0), usdt(1), Time{1});
  EXPECT_EQ(print(rig.ask().equity), "999999 USDT");  // no mark yet: at cost
  rig.mark(linear, price_of(110), Time{2});
  auto s = rig.ask();
  EXPECT_EQ(print(s.balance), "999999 USDT");
  EXPECT_EQ(print(s.unrealised), "20 USDT");
  EXPECT_EQ(print(s.equity), "1000019 USDT");
  rig.position({1}, linear, -quantity_of(1), -usdt(110), usdt(20), usdt(1), Time{3});
  rig.mark(linear, price_of(100), Time{4});
  s = rig.ask();
  EXPECT_EQ(print(s.realised), "20 USDT");
  EXPECT_EQ(print(s.fees), "2 USDT");
  EXPECT_EQ(print(s.unrealised), "10 USDT");
  EXPECT_EQ(print(s.equity), "1000028 USDT");
}

TEST(pnl, an_inverse_position_is_valued_in_coin) {
  Rig rig;
  rig.position({2}, inverse, quantity_of(10), {money_one / 50, "BTC"}, {0, "BTC"}, {0, "BTC"}, Time{1});  // 1000 USD at 50,000
  rig.mark(inverse, price_of(40'000), Time{2});
  EXPECT_EQ(print(rig.ask(1).unrealised), "-0.005 BTC");
  EXPECT_EQ(print(rig.ask(1).equity), "9.995 BTC");
}

TEST(pnl, a_currency_without_a_rate_is_left_out_and_named) {
  Rig rig;
  rig.position({1}, inverse, quantity_of(10), {money_one / 50, "BTC"}, {money_one, "BTC"}, {0, "BTC"}, Time{1});
  rig.mark(inverse, price_of(40'000), Time{2});
  EXPECT_EQ(print(rig.ask().equity), "1000000 USDT");
  const auto view = rig.bench.ask(PnlAccountQuery{{1}});
  ASSERT_EQ(view.unrated.size(), 1u);
  EXPECT_EQ(view.unrated[0], Currency("BTC"));
}

TEST(pnl, the_curve_is_sampled_and_ends_with_the_last_figure) {
  Rig rig;
  rig.position({1}, linear, quantity_of(1), usdt(100), usdt(0), usdt(0), Time{});
  for (std::int64_t n = 0; n < 10; ++n) rig.mark(linear, price_of(100 + n), Time{n * 400'000'000});
  rig.position({1}, linear, {}, usdt(0), usdt(50), usdt(0), Time{3'700'000'000});
  const auto s = rig.ask();
  std::vector<std::pair<std::int64_t, std::string>> points;
  for (const auto& p : s.curve) points.push_back({p.time.ns / 100'000'000, print_amount(p.equity)});
  const decltype(points) expected{{0, "1000000"}, {12, "1000003"}, {20, "1000005"}, {32, "1000008"}, {37, "1000050"}};
  EXPECT_EQ(points, expected);
}

TEST(pnl, the_curve_is_bounded) {
  Rig rig(config(R"({"pnl": {"curve_points": 16}})"));
  rig.position({1}, linear, quantity_of(1), usdt(100), usdt(0), usdt(0), Time{});
  for (std::int64_t n = 0; n < 1000; ++n) rig.mark(linear, price_of(100 + n), Time{n * 1'000'000'000});
  const auto s = rig.ask();
  EXPECT_LE(s.curve.size(), 17u);
  EXPECT_GE(s.curve.size(), 8u);
  EXPECT_EQ(s.curve.front().time, Time{});
  EXPECT_EQ(s.curve.back().equity, s.equity);
}

TEST(pnl, figures_are_explained_by_events_and_a_mark) {
  Rig rig;
  rig.position({1}, linear, quantity_of(2), usdt(200), usdt(0), usdt(1), Time{1});
  rig.position({1}, linear, quantity_of(1), usdt(100), usdt(20), usdt(1), Time{2});
  rig.mark(linear, price_of(130), Time{3});
  const auto why = rig.bench.ask(PnlExplainQuery{{1}, {1}});
  ASSERT_TRUE(why.found);
  ASSERT_EQ(why.contributions.size(), 2u);
  EXPECT_EQ(print(why.contributions[1].realised), "20 USDT");
  EXPECT_EQ(why.contributions[1].time, Time{2});
  EXPECT_EQ(print(why.line.realised), "20 USDT");
  EXPECT_EQ(print(why.value), "130 USDT");
  EXPECT_EQ(print(why.line.unrealised), "30 USDT");
  EXPECT_EQ(why.mark_time, Time{3});
  EXPECT_FALSE(rig.bench.ask(PnlExplainQuery{{1}, {2}}).found);
  EXPECT_FALSE(rig.bench.ask(PnlExplainQuery{{7}, {1}}).found);
}

TEST(pnl, funding_and_dividends_are_gains_of_their_own) {
  Rig rig;
  PositionChanged m{{1}, {1}, {}, {}, quantity_of(1), usdt(100), usdt(0), usdt(0), false};
  m.funding = usdt(-3);
  m.dividend = usdt(5);
  rig.bench.send(m, Time{1});
  const auto view = rig.bench.ask(PnlAccountQuery{{1}});
  EXPECT_EQ(print(view.funding), "-3 USDT");
  EXPECT_EQ(print(view.dividends), "5 USDT");
  EXPECT_EQ(print(view.equity), "1000002 USDT");
  EXPECT_EQ(print(rig.ask().balance), "1000002 USDT");
}

TEST(pnl, snapshots_are_taken_at_the_first_mark_of_each_interval) {
  Rig rig(config(R"({"pnl": {"snapshot_interval": "1h", "snapshots": 16}})"));
  rig.position({1}, linear, quantity_of(1), usdt(100), usdt(0), usdt(0), Time{});
  const auto hour = [](std::int64_t tenths) { return Time{tenths * 360'000'000'000}; };
  for (std::int64_t tenths = 3; tenths < 40; tenths += 4) rig.mark(linear, price_of(100 + tenths), hour(tenths));
  const auto s = rig.bench.ask(PnlSnapshotsQuery{{1}});
  ASSERT_EQ(s.snapshots.size(), 4u);  // at 0.3, 1.1, 2.3 and 3.1 hours
  EXPECT_EQ(s.snapshots[1].time, hour(11));
  EXPECT_EQ(print(s.snapshots[1].unrealised), "11 USDT");
  EXPECT_EQ(s.snapshots[2].time, hour(23));
  for (std::int64_t n = 0; n < 400; ++n) rig.mark(linear, price_of(100), hour(40 + n * 10));
  EXPECT_LE(rig.bench.ask(PnlSnapshotsQuery{{1}}).snapshots.size(), 16u);
  EXPECT_FALSE(rig.bench.ask(PnlSnapshotsQuery{{9}}).found);
  EXPECT_FALSE(rig.bench.ask(PnlCurveQuery{{9}}).found);
}

TEST(pnl, statistics_count_trading_days_of_the_calendar) {
  Rig rig(config(R"({"pnl": {"calendar": "weekdays"}})"));
  rig.position({1}, linear, quantity_of(1000), usdt(100'000), usdt(0), usdt(0), Time{});
  EXPECT_FALSE(rig.bench.ask(PnlStatisticsQuery{{1}}).found);  // the calendar is not listed yet
  Calendar c = Calendar::always_open();
  c.name = "weekdays";
  std::erase_if(c.sessions, [](const SessionRule& r) { return r.weekday == Weekday::saturday || r.weekday == Weekday::sunday; });
  rig.bench.send(listing_of(c), Time{});
  const Time monday = *parse_time("2024-08-05T10:00:00Z");
  for (std::int64_t n = 0; n < 40; ++n)  // every six hours, ten days
    rig.mark(linear, price_of(100 + (n % 4 == 1 ? n / 4 * (n / 4 % 2 == 0 ? 1 : -1) : 50)), monday + seconds(n * 21'600));
  const auto s = rig.bench.ask(PnlStatisticsQuery{{1}});
  ASSERT_TRUE(s.found);
  EXPECT_EQ(s.performance.periods_per_year, 261);  // 52 weeks of five and a Thursday: the 365 days up to 2024-08-15
  EXPECT_EQ(s.performance.returns, 8u);            // nine weekdays from the 5th to the 15th
  EXPECT_FALSE(rig.bench.ask(PnlStatisticsQuery{{9}}).found);
  Rig plain;
  plain.mark(linear, price_of(1), Time{});
  plain.mark(linear, price_of(1), Time{86'400'000'000'000});
  EXPECT_EQ(plain.bench.ask(PnlStatisticsQuery{{1}}).performance.periods_per_year, 365);
}

TEST(pnl, bad_settings_are_named) {
  const auto bad = [](const char* json) { return pnl_service.make(config(json).find("pnl")).error().where; };
  EXPECT_EQ(bad(R"({"pnl": {"curve_interval": "0s"}})"), "curve_interval, line 1");
  EXPECT_EQ(bad(R"({"pnl": {"curve_points": 3}})"), "curve_points, line 1");
  EXPECT_EQ(bad(R"({"pnl": {"snapshot_interval": "0s"}})"), "snapshot_interval, line 1");
  EXPECT_EQ(bad(R"({"pnl": {"snapshots": 3}})"), "snapshots, line 1");
  EXPECT_EQ(bad(R"({"pnl": {"explained": 3}})"), "explained, line 1");
}

// Random marks and positions: every figure equals one computed from the whole history, and a restart changes nothing.
TEST(pnl, random_histories_equal_a_recount) {
  std::uint64_t seed = 7;
  const auto random = [&seed](std::uint64_t n) { return static_cast<std::int64_t>(mix64(seed += 0x9E3779B97F4A7C15ull) % n); };
  for (int round = 0; round < 40; ++round) {
    auto rig = std::make_unique<Rig>();
    std::int64_t quantity = 0, cost = 0, realised = 0, fees = 0, mark = 0, peak = 1'000'000, fall = 0;
    for (int n = 0; n < 200; ++n) {
      if (random(3) == 0) {
        quantity = random(21) - 10;
        cost = quantity * (90 + random(20));
        const auto gain = random(41) - 20;
        const auto fee = random(3);
        realised += gain;
        fees += fee;
        rig->position({1}, linear, quantity_of(quantity), usdt(cost), usdt(gain), usdt(fee), Time{n});
      } else {
        mark = 80 + random(40);
        rig->mark(linear, price_of(mark), Time{n});
        const auto equity = 1'000'000 + realised - fees + quantity * mark - cost;
        peak = std::max(peak, equity);
        fall = std::max(fall, peak - equity);
      }
      if (random(50) == 0) {
        auto fresh = std::make_unique<Rig>();
        fresh->bench.restore(0, rig->bench.save(0));
        ASSERT_EQ(fresh->bench.save(0), rig->bench.save(0));
        rig = std::move(fresh);
      }
      const auto s = rig->ask();
      const auto open = mark == 0 ? 0 : quantity * mark - cost;
      ASSERT_EQ(s.unrealised, usdt(open));
      ASSERT_EQ(s.balance, usdt(1'000'000 + realised - fees));
      ASSERT_EQ(s.equity, usdt(1'000'000 + realised - fees + open));
      ASSERT_EQ(s.max_drawdown, usdt(std::max(fall, peak - (1'000'000 + realised - fees + open))));
    }
  }
}

}  // namespace
}  // namespace trade
