#include "services/trading/ptrc/ptrc.h"

#include <gtest/gtest.h>

#include <map>

#include "runtime/testing.h"
#include "wire/json.h"

namespace trade {

extern const ServiceType ptrc_service;

namespace {

Instrument linear(std::uint32_t id) {
  return {{id}, "BTCUSDT", Contract::linear, "BTC", "USDT", "USDT", {10'000'000}, {100'000}, {}, {}, quantity_of(1)};
}
Instrument spot(std::uint32_t id) {
  return {{id}, "BTCUSDT.S", Contract::spot, "BTC", "USDT", "USDT", {1'000'000}, {1'000}, {}, {}, quantity_of(1)};
}
Instrument inverse(std::uint32_t id) {
  return {{id}, "BTCUSD_PERP", Contract::inverse, "BTC", "USD", "BTC", {10'000'000}, quantity_of(1), {}, {}, quantity_of(100)};
}

struct Rig {
  TestBench bench{{{"ptrc", &ptrc_service}}};
  std::uint64_t fill = 0;
  Rig() {
    for (const auto& i : {linear(1), spot(2), inverse(3)}) bench.send(InstrumentListed{i}, Time{});
    bench.send(AccountOpened{{{1}, "desk", {money_one * 1'000'000, "USDT"}}}, Time{});
    bench.send(AccountOpened{{{2}, "coin", {money_one * 10, "BTC"}}}, Time{});
  }
  Fill make(const Instrument& i, AccountId account, Side side, Price price, Quantity quantity, std::int64_t rate) {
    Fill f;
    f.fill = {++fill};
    f.account = account;
    f.instrument = i.id;
    f.side = side;
    f.price = price;
    f.quantity = quantity;
    f.value = booked(value_of(i, price, quantity));
    f.fee = booked(times(f.value, Ratio{rate}));
    return f;
  }
};

TEST(ptrc, a_round_trip_to_the_last_digit) {
  Rig rig;
  const Price open = *parse_scaled<Price>("46385.0"), close = *parse_scaled<Price>("46377.0");
  rig.bench.send(rig.make(linear(1), {1}, Side::buy, open, {10'000'000}, 40'000), Time{1});
  auto changed = rig.bench.take<PositionChanged>();
  ASSERT_EQ(changed.size(), 1u);
  EXPECT_EQ(print(changed[0].cost), "4638.5 USDT");
  EXPECT_EQ(print(changed[0].fee), "1.8554 USDT");
  EXPECT_FALSE(changed[0].trade_closed);
  rig.bench.send(rig.make(linear(1), {1}, Side::sell, close, {10'000'000}, 40'000), Time{2});
  changed = rig.bench.take<PositionChanged>();
  EXPECT_EQ(print(changed[0].realised), "-0.8 USDT");
  EXPECT_TRUE(changed[0].trade_closed);
  const auto s = rig.bench.ask(LedgerQuery{});
  EXPECT_TRUE(s.balanced);
  EXPECT_EQ(s.trades, 1u);
  ASSERT_EQ(s.cash.size(), 2u);
  EXPECT_EQ(print(s.cash[0].second), "999995.48952 USDT");
}

TEST(ptrc, a_short_position_has_a_negative_cost) {
  Rig rig;
  rig.bench.send(rig.make(inverse(3), {2}, Side::sell, price_of(50'000), quantity_of(5), 0), Time{1});
  const auto changed = rig.bench.take<PositionChanged>();
  EXPECT_EQ(print(changed[0].quantity), "-5");
  EXPECT_EQ(print(changed[0].cost), "-0.01 BTC");
}

TEST(ptrc, a_fill_is_booked_once) {
  Rig rig;
  const auto f = rig.make(linear(1), {1}, Side::buy, price_of(100), quantity_of(1), 0);
  rig.bench.send(f, Time{1});
  const auto before = rig.bench.ask(LedgerQuery{});
  rig.bench.take<PositionChanged>();
  rig.bench.send(f, Time{2});
  EXPECT_TRUE(rig.bench.take<PositionChanged>().empty());
  const auto after = rig.bench.ask(LedgerQuery{});
  EXPECT_EQ(after.fills, before.fills);
  EXPECT_EQ(after.positions[0].quantity, quantity_of(1));
  EXPECT_TRUE(after.balanced);
}

TEST(ptrc, a_hole_in_the_books_shows) {
  Rig skipped;
  skipped.make(linear(1), {1}, Side::buy, price_of(100), quantity_of(1), 0);  // never sent
  skipped.bench.send(skipped.make(linear(1), {1}, Side::buy, price_of(100), quantity_of(1), 0), Time{1});
  EXPECT_FALSE(skipped.bench.ask(LedgerQuery{}).balanced);
  Rig unlisted;
  unlisted.bench.send(unlisted.make(linear(9), {1}, Side::buy, price_of(100), quantity_of(1), 0), Time{1});
  EXPECT_FALSE(unlisted.bench.ask(LedgerQuery{}).balanced);
}

TEST(ptrc, a_reversed_fill_leaves_what_would_be_without_it) {
  Rig rig, without;
  const auto bought = [](Rig& r, std::int64_t price) {
    return r.make(linear(1), {1}, Side::buy, price_of(price), quantity_of(1), 40'000);
  };
  const auto wrong = bought(rig, 100);
  rig.bench.send(wrong, Time{1});
  rig.bench.send(bought(rig, 110), Time{2});
  const auto sold = rig.make(linear(1), {1}, Side::sell, price_of(120), quantity_of(1), 40'000);
  rig.bench.send(sold, Time{3});
  rig.bench.take<PositionChanged>();
  rig.bench.send(FillReversed{wrong}, Time{4});
  const auto told = rig.bench.take<PositionChanged>();
  ASSERT_EQ(told.size(), 1u);
  EXPECT_EQ(told[0].cause, BookCause::reversal);
  EXPECT_EQ(print(told[0].quantity), "0");
  EXPECT_EQ(print(told[0].realised), "-10 USDT");  // 120 against 110 instead of 100
  EXPECT_EQ(print(told[0].fee), "-0.04 USDT");
  EXPECT_EQ(print(told[0].sleeve.realised), "10 USDT");
  without.bench.send(bought(without, 110), Time{2});
  without.bench.send(without.make(linear(1), {1}, Side::sell, price_of(120), quantity_of(1), 40'000), Time{3});
  EXPECT_EQ(rig.bench.ask(LedgerQuery{}).cash[0], without.bench.ask(LedgerQuery{}).cash[0]);
  rig.bench.send(FillReversed{wrong}, Time{5});
  EXPECT_TRUE(rig.bench.take<PositionChanged>().empty());
  EXPECT_TRUE(rig.bench.ask(LedgerQuery{}).balanced);
  rig.make(linear(1), {1}, Side::buy, price_of(1), quantity_of(1), 0);
  rig.bench.send(FillReversed{bought(rig, 1)}, Time{6});  // never booked: the books are not whole
  EXPECT_TRUE(rig.bench.take<PositionChanged>().empty());
  EXPECT_FALSE(rig.bench.ask(LedgerQuery{}).balanced);
}

TEST(ptrc, strategies_have_parts_of_their_own) {
  Rig rig;
  const auto fill = [&](std::uint32_t strategy, Side side, std::int64_t price) {
    auto f = rig.make(linear(1), {1}, side, price_of(price), quantity_of(1), 0);
    f.strategy = {strategy};
    rig.bench.send(f, Time{1});
    return rig.bench.take<PositionChanged>().at(0);
  };
  EXPECT_EQ(print(fill(1, Side::buy, 100).sleeve.quantity), "1");
  const auto other = fill(2, Side::sell, 110);
  EXPECT_EQ(print(other.quantity), "0");
  EXPECT_EQ(print(other.realised), "10 USDT");  // the account is flat; its strategies are not
  EXPECT_EQ(print(other.sleeve.quantity), "-1");
  EXPECT_EQ(print(other.sleeve.cost), "-110 USDT");
  EXPECT_EQ(print(fill(1, Side::sell, 105).sleeve.realised), "5 USDT");
}

TEST(ptrc, funding_is_paid_by_longs_at_its_venue) {
  Rig rig;
  auto f = rig.make(linear(1), {1}, Side::buy, price_of(100), quantity_of(2), 0);
  f.venue = {1};
  rig.bench.send(f, Time{1});
  rig.bench.take<PositionChanged>();
  rig.bench.send(FundingDue{{1}, {2}, Ratio{10'000}, price_of(100)}, Time{2});
  EXPECT_TRUE(rig.bench.take<PositionChanged>().empty());
  rig.bench.send(FundingDue{{1}, {1}, Ratio{10'000}, price_of(120)}, Time{3});
  const auto told = rig.bench.take<PositionChanged>();
  ASSERT_EQ(told.size(), 1u);
  EXPECT_EQ(told[0].cause, BookCause::funding);
  EXPECT_EQ(print(told[0].funding), "-0.024 USDT");
  EXPECT_EQ(print(told[0].sleeve.funding), "-0.024 USDT");
  EXPECT_EQ(print(rig.bench.ask(LedgerQuery{}).cash[0].second), "999999.976 USDT");
  EXPECT_TRUE(rig.bench.ask(LedgerQuery{}).balanced);
}

TEST(ptrc, a_split_is_applied_once) {
  Rig rig;
  rig.bench.send(rig.make(linear(1), {1}, Side::buy, price_of(100), quantity_of(2), 0), Time{1});
  rig.bench.take<PositionChanged>();
  CorporateAction a;
  a.id = {1};
  a.instrument = {1};
  a.shares_new = quantity_of(3);
  a.shares_old = quantity_of(1);
  for (int n = 0; n < 2; ++n) rig.bench.send(CorporateActionDue{a}, Time{2});
  const auto told = rig.bench.take<PositionChanged>();
  ASSERT_EQ(told.size(), 1u);
  EXPECT_EQ(told[0].cause, BookCause::corporate_action);
  EXPECT_EQ(print(told[0].quantity), "6");
  EXPECT_EQ(print(told[0].cost), "200 USDT");
  EXPECT_TRUE(rig.bench.ask(LedgerQuery{}).balanced);
  a.id = {2};
  a.instrument = {9};
  rig.bench.send(CorporateActionDue{a}, Time{3});
  EXPECT_FALSE(rig.bench.ask(LedgerQuery{}).balanced);
}

// New York, T+2 over a weekend: bought on a Thursday, settled on Monday's open.
TEST(ptrc, a_spot_trade_settles_two_business_days_later) {
  Rig rig;
  Calendar c = Calendar::always_open();
  c.name = "weekdays";
  std::erase_if(c.sessions, [](const SessionRule& r) { return r.weekday == Weekday::saturday || r.weekday == Weekday::sunday; });
  rig.bench.send(listing_of(c), Time{});
  auto share = spot(4);
  share.symbol = "SHARE";
  share.base = "SHARE";
  share.calendar = "weekdays";
  share.settlement_days = 2;
  rig.bench.send(InstrumentListed{share}, Time{});
  const Time thursday = *parse_time("2024-08-08T15:00:00Z"), monday = *parse_time("2024-08-12T00:00:00Z");
  rig.bench.send(rig.make(share, {1}, Side::buy, price_of(10), quantity_of(1), 0), thursday);
  EXPECT_EQ(print(rig.bench.ask(LedgerQuery{}).cash[0].second), "1000000 USDT");
  rig.bench.run_timers(monday - nanoseconds(1));
  EXPECT_EQ(print(rig.bench.ask(LedgerQuery{}).cash[0].second), "1000000 USDT");
  rig.bench.run_timers(monday);
  EXPECT_EQ(print(rig.bench.ask(LedgerQuery{}).cash[0].second), "999990 USDT");
  EXPECT_TRUE(rig.bench.ask(LedgerQuery{}).balanced);
}

TEST(ptrc, a_memory_too_short_is_refused) {
  const auto document = parse_json(R"({"kept_fills": 3})", "config");
  EXPECT_EQ(ptrc_service.make(&*document).error().where, "kept_fills, line 1");
}

TEST(ptrc, cash_is_booked_once) {
  Rig rig;
  rig.bench.send(AccountOpened{{{1}, "desk", {money_one * 5, "USDT"}}}, Time{3});
  EXPECT_EQ(print(rig.bench.ask(LedgerQuery{}).cash[0].second), "1000000 USDT");
}

// Random histories over all three contracts: state, published facts and a fold in plain integers agree; a restart changes nothing.
TEST(ptrc, random_histories_equal_their_fold) {
  std::uint64_t seed = 1;
  const auto random = [&seed](std::uint64_t n) { return mix64(seed += 0x9E3779B97F4A7C15ull) % n; };
  for (int round = 0; round < 50; ++round) {
    auto rig = std::make_unique<Rig>();
    std::map<std::uint32_t, std::int64_t> quantity;
    std::map<std::uint32_t, int128> realised, fees, cash_flow;
    const Instrument all[] = {linear(1), spot(2), inverse(3)};
    for (int n = 0; n < 120; ++n) {
      const Instrument& i = all[random(3)];
      const auto f = rig->make(i, i.contract == Contract::inverse ? AccountId{2} : AccountId{1}, random(2) ? Side::buy : Side::sell,
                               i.tick * static_cast<std::int64_t>(400'000 + random(200'000)),
                               i.lot * static_cast<std::int64_t>(1 + random(30)), static_cast<std::int64_t>(random(60'000)) - 10'000);
      rig->bench.send(f, Time{n});
      if (random(10) == 0) rig->bench.send(f, Time{n});
      quantity[i.id.value] += f.quantity.units * sign(f.side);
      fees[i.id.value] += f.fee.units;
      cash_flow[i.id.value] -= f.value.units * sign(f.side);
      for (const auto& c : rig->bench.take<PositionChanged>()) realised[c.instrument.value] += c.realised.units;
      if (random(40) == 0) {
        auto fresh = std::make_unique<Rig>();
        fresh->bench.restore(0, rig->bench.save(0));
        fresh->fill = rig->fill;
        ASSERT_EQ(fresh->bench.save(0), rig->bench.save(0));
        rig = std::move(fresh);
      }
    }
    const auto s = rig->bench.ask(LedgerQuery{});
    ASSERT_TRUE(s.balanced);
    ASSERT_EQ(s.fills, rig->fill);
    int128 usdt = money_one * 1'000'000, btc = money_one * 10;
    for (const auto& p : s.positions) {
      const auto id = p.instrument.value;
      ASSERT_EQ(p.quantity.units, quantity[id]);
      ASSERT_TRUE(p.realised.units == realised[id] && p.fees.units == fees[id]);
      // What is not realised is still open at cost.
      ASSERT_TRUE(p.realised.units == (id == 3 ? -1 : 1) * (cash_flow[id] + p.cost.units));
      (id == 3 ? btc : usdt) += (id == 2 ? cash_flow[id] : realised[id]) - fees[id];
    }
    for (const auto& [account, money] : s.cash) {
      if (money.currency == Currency("USDT")) ASSERT_TRUE(money.units == usdt);
      else ASSERT_TRUE(money.units == btc);
    }
  }
}

}  // namespace
}  // namespace trade
