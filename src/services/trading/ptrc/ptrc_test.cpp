#include "services/trading/ptrc/ptrc.h"

#include <gtest/gtest.h>

#include <map>

#include "runtime/testing.h"

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
