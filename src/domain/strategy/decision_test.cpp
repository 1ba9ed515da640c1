#include "domain/strategy/decision.h"

#include <gtest/gtest.h>

#include "core/digest.h"

namespace trade {
namespace {

Candle at(Price p) { return {p, p, p, p, {}, 1}; }
Candle at(int whole) { return at(price_of(whole)); }

StrategyConfig rules(std::string long_when, std::string short_when = {}, std::string exit_when = {}) {
  StrategyConfig c;
  c.id = {1};
  c.account = {1};
  c.instrument = {1};
  c.size = quantity_of(1);
  c.long_when = std::move(long_when);
  c.short_when = std::move(short_when);
  c.exit_when = std::move(exit_when);
  return c;
}
Instrument coin() {
  Instrument i;
  i.id = {1};
  i.contract = Contract::linear;
  i.tick = {10'000'000};
  i.lot = {100'000};
  i.multiplier = quantity_of(1);
  return i;
}

// Fills every order at the close, as the venue of W1 does, and says what happened: "B1 S2" and so on, in whole units.
struct Session {
  Strategy strategy;
  RulesState state;
  Holding holding;
  Instrument instrument = coin();
  explicit Session(const StrategyConfig& c) : strategy(compile_strategy(c).value()), state(make_rules_state(strategy)) {}
  std::string bar(const Candle& candle) {
    observe(strategy, state, 0, candle, holding);
    const auto orders = decide(strategy, state, holding, instrument, candle);
    std::string said;
    for (std::uint32_t k = 0; k < orders.count; ++k) {
      const auto& o = orders.orders[k];
      said += (said.empty() ? "" : " ") + std::string(o.side == Side::buy ? "B" : "S") + print(o.quantity);
      apply_fill(holding, o.side, candle.close, o.quantity);
    }
    return said;
  }
};

TEST(decision, first_entry_is_one_order_a_flip_two) {
  Session run(rules("close > 10", "close < 10"));
  EXPECT_EQ(run.bar(at(10)), "");
  EXPECT_EQ(run.bar(at(11)), "B1");
  EXPECT_EQ(run.bar(at(12)), "");
  EXPECT_EQ(run.bar(at(9)), "S1 S1");
  EXPECT_EQ(run.bar(at(10)), "");
  EXPECT_EQ(run.bar(at(11)), "B1 B1");
}

TEST(decision, warmup_and_unready_indicators_wait) {
  auto c = rules("close > 0");
  c.warmup = 3;
  Session run(c);
  for (int k = 0; k < 3; ++k) EXPECT_EQ(run.bar(at(5)), "");
  EXPECT_EQ(run.bar(at(5)), "B1");
  Session ready(rules("sma(4) > 0"));
  for (int k = 0; k < 3; ++k) EXPECT_EQ(ready.bar(at(5)), "");
  EXPECT_EQ(ready.bar(at(5)), "B1");
}

TEST(decision, exit_flattens_and_may_enter_again) {
  Session run(rules("close > 20", "", "position > 0 and close < 15"));
  EXPECT_EQ(run.bar(at(21)), "B1");
  EXPECT_EQ(run.bar(at(16)), "");
  EXPECT_EQ(run.bar(at(14)), "S1");
  EXPECT_EQ(run.bar(at(13)), "");
  EXPECT_EQ(run.bar(at(25)), "B1");
}

TEST(decision, stop_loss_leaves_and_waits_for_a_fresh_signal) {
  auto c = rules("close < 100", "", "close > 120");
  c.stop_loss.fraction = {10'000'000};  // a tenth
  Session run(c);
  EXPECT_EQ(run.bar(at(90)), "B1");
  EXPECT_EQ(run.bar(at(82)), "");
  EXPECT_EQ(run.bar(at(81)), "S1");  // exactly a tenth below
  EXPECT_EQ(run.bar(at(70)), "");    // the rule still holds: no second try
  EXPECT_EQ(run.bar(at(105)), "");   // it has been false
  EXPECT_EQ(run.bar(at(95)), "B1");
  EXPECT_EQ(run.bar(at(130)), "S1");
}

TEST(decision, take_profit_of_a_short_by_atr) {
  auto c = rules("", "close >= 50");
  c.take_profit.atr = {2 * decimal_one};
  c.take_profit.atr_period = 2;
  Session run(c);
  EXPECT_EQ(run.bar({price_of(50), price_of(51), price_of(49), price_of(50), {}, 1}), "");
  EXPECT_EQ(run.bar({price_of(50), price_of(52), price_of(50), price_of(50), {}, 1}), "S1");  // atr 2: taken at 46
  EXPECT_EQ(run.bar(at(47)), "");
  EXPECT_EQ(run.bar(at(46)), "B1");
}

TEST(decision, a_flip_goes_before_a_stop) {
  auto c = rules("close > 10", "close < 10");
  c.stop_loss.fraction = {1'000'000};
  Session run(c);
  EXPECT_EQ(run.bar(at(11)), "B1");
  EXPECT_EQ(run.bar(at(5)), "S1 S1");
}

TEST(decision, sizes) {
  auto c = rules("close > 0");
  Instrument i = coin();
  EXPECT_EQ(entry_size(c, i, price_of(7), {}), quantity_of(1));
  c.size = {};
  c.notional = price_of(1000);
  EXPECT_EQ(entry_size(c, i, price_of(7), {}).units, 14'285'700'000);  // 142.857 after flooring to 0.001
  EXPECT_EQ(entry_size(c, i, {}, {}).units, 0);
  i.contract = Contract::inverse;
  i.lot = quantity_of(1);
  i.multiplier = quantity_of(300);
  EXPECT_EQ(entry_size(c, i, price_of(7), {}), quantity_of(3));
  i = coin();
  c.notional = {};
  c.risk = price_of(10);
  EXPECT_EQ(entry_size(c, i, price_of(100), price_of(4)), Quantity{250'000'000});  // 2.5: a fall of 4 costs 10
  EXPECT_EQ(entry_size(c, i, price_of(100), {}).units, 0);
  c.risk = {INT64_MAX};
  EXPECT_LE(entry_size(c, i, {1}, {1}).units, INT64_MAX);  // saturates, does not wrap
  EXPECT_GT(entry_size(c, i, {1}, {1}).units, 0);
}

TEST(decision, holding_averages_like_a_list_of_lots) {
  Holding h;
  apply_fill(h, Side::buy, price_of(10), quantity_of(1));
  apply_fill(h, Side::buy, price_of(13), quantity_of(2));
  EXPECT_EQ(h.average, price_of(12));
  apply_fill(h, Side::sell, price_of(20), quantity_of(1));
  EXPECT_EQ(h.average, price_of(12));
  apply_fill(h, Side::sell, price_of(20), quantity_of(5));
  EXPECT_EQ(h.average, price_of(20));
  EXPECT_EQ(h.quantity, quantity_of(-3));
  apply_fill(h, Side::buy, price_of(1), quantity_of(3));
  EXPECT_EQ(h.average, Price{});
}

// The rule of W1, as plainly as it is told: close before open, orders only on a change.
TEST(decision, ema_cross_equals_the_plain_rule) {
  auto c = rules("ema(10) >= ema(20)", "ema(10) < ema(20)");
  c.warmup = 19;
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    Session run(c);
    double fast = 0, slow = 0;
    std::int64_t units = 100 * decimal_one;
    int want = 0;
    for (std::uint64_t k = 0; k < 400; ++k) {
      units += static_cast<std::int64_t>(mix64(seed * 1000 + k) % 201) * 1'000'000 - 100'000'000;
      const double close = static_cast<double>(units) / 1e8;
      fast = k == 0 ? close : 2.0 / 11.0 * close + (1.0 - 2.0 / 11.0) * fast;
      slow = k == 0 ? close : 2.0 / 21.0 * close + (1.0 - 2.0 / 21.0) * slow;
      std::string expected;
      if (k >= 19 && want != (fast >= slow ? 1 : -1)) {
        const std::string order = fast >= slow ? "B1" : "S1";
        expected = want == 0 ? order : order + " " + order;
        want = fast >= slow ? 1 : -1;
      }
      ASSERT_EQ(run.bar(at(Price{units})), expected) << "seed " << seed << " bar " << k;
    }
  }
}

TEST(decision, requote_turns_alternate) {
  StrategyConfig c;
  c.every = 2;
  c.offset = {50'000'000};
  RequoteState state;
  Requote out;
  const Price tick{10'000'000};
  EXPECT_FALSE(count_tick(c, state, price_of(100), price_of(101), tick, out));
  ASSERT_TRUE(count_tick(c, state, price_of(100), price_of(101), tick, out));
  EXPECT_EQ(out.side, Side::buy);
  EXPECT_EQ(out.limit, Price{9'950'000'000});
  EXPECT_FALSE(count_tick(c, state, price_of(100), price_of(101), tick, out));
  ASSERT_TRUE(count_tick(c, state, price_of(100), price_of(101), tick, out));
  EXPECT_EQ(out.side, Side::sell);
  EXPECT_EQ(out.limit, Price{10'150'000'000});
  EXPECT_FALSE(count_tick(c, state, {}, {}, tick, out));
  ASSERT_TRUE(count_tick(c, state, {}, price_of(101), tick, out));
  EXPECT_EQ(out.limit, Price{});  // no bid: nothing to quote from
}

TEST(strategy, refusals_name_the_key) {
  const auto refusal = [](StrategyConfig c) {
    const auto s = compile_strategy(c);
    return s.ok() ? std::string("accepted") : s.error().text();
  };
  EXPECT_EQ(refusal(rules("close > 1")), "accepted");
  EXPECT_NE(refusal(rules("")).find("strategy.long_when: there is no rule"), std::string::npos);
  EXPECT_NE(refusal(rules("clos > 1")).find("strategy.long_when column 1: unknown name 'clos' (did you mean 'close'?)"), std::string::npos);
  auto c = rules("close > 1");
  c.notional = price_of(5);
  EXPECT_NE(refusal(c).find("exactly one"), std::string::npos);
  c = rules("close > 1");
  c.size = {};
  c.risk = price_of(5);
  EXPECT_NE(refusal(c).find("stop loss"), std::string::npos);
  c = rules("close > 1");
  c.stop_loss = {{}, {decimal_one}, 0};
  EXPECT_NE(refusal(c).find("atr_period"), std::string::npos);
  c = rules("close > 1");
  c.kind = StrategyKind::requote;
  c.every = 0;
  EXPECT_NE(refusal(c).find("every"), std::string::npos);
  c = rules("close > 1");
  c.id = {};
  EXPECT_NE(refusal(c).find("id"), std::string::npos);
}

}  // namespace
}  // namespace trade
