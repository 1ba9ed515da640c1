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

std::string told(const Wish& o) {
  std::string said = (o.side == Side::buy ? "B" : "S") + print(o.quantity);
  if (o.type != OrderType::market) said += " " + std::string(name_of(o.type));
  if (o.limit.units != 0) said += " @" + print(o.limit);
  if (o.stop.units != 0) said += " !" + print(o.stop);
  if (o.offset.units != 0) said += " ~" + print(o.offset);
  return said;
}
std::string told(const Wishes& wishes) {
  std::string said;
  for (const auto& o : wishes) said += (said.empty() ? "" : " ") + told(o);
  return said;
}

// Fills every order at the close, as the venue of W1 does, and says what happened: "B1 S2" and so on, in whole units.
struct Session {
  Strategy strategy;
  RulesState state;
  OwnPosition holding;
  Instrument instrument = coin();
  std::vector<LegState> legs;
  Price cash;
  explicit Session(const StrategyConfig& c) : strategy(compile_strategy(c).value()), state(make_rules_state(strategy)) {}
  Situation situation() const { return {instrument, holding, legs, cash}; }
  Wishes wishes(const Candle& candle) {
    observe(strategy, state, 0, candle, holding);
    const auto j = judge(strategy, state, situation(), candle);
    return act(strategy, state, j, situation(), candle);
  }
  std::string bar(const Candle& candle) {
    const auto orders = wishes(candle);
    for (const auto& o : orders) {
      if (o.leg == 0) apply_fill(holding, o.side, candle.close, o.quantity);
      else apply_fill(legs[o.leg - 1u].holding, o.side, legs[o.leg - 1u].price, o.quantity);
    }
    return told(orders);
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
  EXPECT_EQ(entry_size(c, i, price_of(100), {.stop_distance = price_of(4)}), Quantity{250'000'000});  // 2.5: a fall of 4 costs 10
  EXPECT_EQ(entry_size(c, i, price_of(100), {}).units, 0);
  c.risk = {INT64_MAX};
  EXPECT_LE(entry_size(c, i, {1}, {.stop_distance = {1}}).units, INT64_MAX);  // saturates, does not wrap
  EXPECT_GT(entry_size(c, i, {1}, {.stop_distance = {1}}).units, 0);
  c.risk = {};
  c.volatility = price_of(30);
  EXPECT_EQ(entry_size(c, i, price_of(100), {.range = price_of(12)}), Quantity{250'000'000});
  c.volatility = {};
  c.cash_share = {25'000'000};
  EXPECT_EQ(entry_size(c, i, price_of(100), {.cash = price_of(1000)}), Quantity{250'000'000});
  EXPECT_EQ(entry_size(c, i, price_of(100), {}).units, 0);
}

TEST(decision, entries_by_limit_and_stop_take_their_price_from_a_rule) {
  auto c = rules("close > 10", "close < 10");
  c.entry.type = OrderType::limit;
  c.entry.limit = "close - 0.33";
  Session limits(c);
  EXPECT_EQ(told(limits.wishes(at(11))), "B1 limit @10.6");  // 10.67 down to the tick of 0.1
  EXPECT_EQ(limits.state.stance, Stance::bought);
  lapse(limits.state);
  EXPECT_EQ(told(limits.wishes(at(12))), "B1 limit @11.6");
  EXPECT_EQ(told(limits.wishes(at(9))), "S1 limit @8.7");  // of a sell up
  c.entry = {};
  c.entry.type = OrderType::stop_limit;
  c.entry.stop = "highest(1)";
  c.entry.limit = "highest(2) + 1";
  Session stops(c);
  EXPECT_EQ(told(stops.wishes(at(11))), "");  // highest(2) is not known yet
  EXPECT_EQ(told(stops.wishes(at(11))), "B1 stop_limit @12 !11");
  c.entry = {};
  c.entry.type = OrderType::limit;
  c.entry.limit = "close - 20";
  Session none(c);
  EXPECT_EQ(told(none.wishes(at(11))), "");  // no price: no order, and the stance stays
  EXPECT_EQ(none.state.stance, Stance::flat);
  c.entry = {};
  c.entry.type = OrderType::trailing_stop;
  c.entry.offset = "2.04";
  Session trails(c);
  EXPECT_EQ(told(trails.wishes(at(11))), "B1 trailing_stop ~2");
}

TEST(decision, a_watched_stop_trails_the_best_close) {
  auto c = rules("close > 100", "close < 1");
  c.stop_loss.fraction = {10'000'000};  // a tenth
  c.stop_loss.trailing = true;
  Session run(c);
  EXPECT_EQ(run.bar(at(110)), "B1");
  EXPECT_EQ(run.bar(at(200)), "");
  EXPECT_EQ(run.bar(at(181)), "");
  EXPECT_EQ(run.bar(at(180)), "S1");
}

TEST(decision, resting_protection_is_laid_by_distance) {
  auto c = rules("close > 100", "close < 1");
  c.stop_loss.fraction = {10'000'000};
  c.stop_loss.resting = true;
  c.take_profit.fraction = {25'000'000};
  c.take_profit.resting = true;
  Session run(c);
  EXPECT_EQ(told(protect(run.strategy, run.state, run.situation())), "");  // flat
  EXPECT_EQ(run.bar(at(110)), "B1");
  EXPECT_EQ(told(protect(run.strategy, run.state, run.situation())), "S1 stop !99 S1 limit @137.5");
  EXPECT_EQ(run.bar(at(105)), "");
  c.stop_loss.trailing = true;
  Session trails(c);
  trails.bar(at(110));
  EXPECT_EQ(told(protect(trails.strategy, trails.state, trails.situation())), "S1 trailing_stop ~11 S1 limit @137.5");
  Session sold(c);
  sold.holding = {quantity_of(-2), price_of(50)};
  EXPECT_EQ(told(protect(sold.strategy, sold.state, sold.situation())), "B2 trailing_stop ~5 B2 limit @37.5");
}

TEST(decision, legs_trade_the_other_way_or_nothing_is_done) {
  auto c = rules("close > 10", "close < 10");
  c.inputs = {{"eth", {2}, {}, {}}};
  c.legs = {{"eth", {-2 * decimal_one}, {}}};
  Session run(c);
  run.legs.resize(1);
  EXPECT_EQ(run.bar(at(11)), "");  // the leg has no price yet
  EXPECT_EQ(run.state.stance, Stance::flat);
  run.legs[0].instrument = coin();
  run.legs[0].instrument.id = {2};
  run.legs[0].price = price_of(2);
  EXPECT_EQ(run.bar(at(12)), "B1 S12");  // twice the value of 1 at 12
  EXPECT_EQ(run.legs[0].holding.quantity, quantity_of(-12));
  EXPECT_EQ(run.bar(at(8)), "S1 B12 S1 B8");
  EXPECT_EQ(run.bar(at(11)), "B1 S8 B1 S11");
}

TEST(decision, targets_are_followed_by_the_difference) {
  auto c = rules("");
  c.size = {};
  c.target = "close - 10";
  c.band = quantity_of(2);
  c.max_position = quantity_of(5);
  Session run(c);
  EXPECT_EQ(run.bar(at(11)), "");  // within the band
  EXPECT_EQ(run.bar(at(13)), "B3");
  EXPECT_EQ(run.bar(at(12)), "");
  EXPECT_EQ(run.bar(at(40)), "B2");  // up to the bound
  EXPECT_EQ(run.bar(at(7)), "S8");
  EXPECT_EQ(run.holding.quantity, quantity_of(-3));
  EXPECT_EQ(run.state.stance, Stance::sold);
  EXPECT_EQ(run.bar(at(10)), "B3");
  EXPECT_EQ(run.state.stance, Stance::flat);
}

TEST(decision, advice_changes_the_stance_alone) {
  auto c = rules("close > 10", "close < 10");
  c.size = {};
  c.advise = true;
  Session run(c);
  EXPECT_EQ(run.bar(at(11)), "");
  EXPECT_EQ(run.state.stance, Stance::bought);
  EXPECT_EQ(run.state.stance_bars, 0u);
  run.bar(at(12));
  EXPECT_EQ(run.state.stance_bars, 1u);
  run.bar(at(9));
  EXPECT_EQ(run.state.stance, Stance::sold);
}

TEST(decision, entries_stay_within_the_most) {
  auto c = rules("close > 10", "close < 10");
  c.max_position = {50'000'000};
  Session run(c);
  EXPECT_EQ(run.bar(at(11)), "B0.5");
  EXPECT_EQ(run.bar(at(9)), "S0.5 S0.5");
}

TEST(decision, prices_meet_their_tick) {
  Instrument i = coin();
  i.tick_steps[0] = {price_of(100), price_of(1)};
  EXPECT_EQ(price_on_tick(i, 10.19, Rounding::down), Price{1'010'000'000});
  EXPECT_EQ(price_on_tick(i, 10.11, Rounding::up), Price{1'020'000'000});
  EXPECT_EQ(price_on_tick(i, 10.15, Rounding::nearest), Price{1'020'000'000});
  EXPECT_EQ(price_on_tick(i, 10.1, Rounding::up), Price{1'010'000'000});  // 10.1 is on the tick whatever its binary form
  EXPECT_EQ(price_on_tick(i, 100.4, Rounding::up), price_of(101));
  EXPECT_EQ(price_on_tick(i, -3, Rounding::up), Price{});
  EXPECT_EQ(price_on_tick(i, 0.0 / 0.0, Rounding::up), Price{});
  EXPECT_EQ(price_on_tick(i, 1e300, Rounding::down), Price{});
}

TEST(decision, holding_averages_like_a_list_of_lots) {
  OwnPosition h;
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

TEST(strategy, refusals_of_orders_inputs_and_legs_name_the_key) {
  const auto refusal = [](StrategyConfig c) {
    const auto s = compile_strategy(c);
    return s.ok() ? std::string("accepted") : s.error().text();
  };
  const auto broken = [&](auto breaks) {
    auto bad = rules("close > 1");
    bad.inputs = {{"eth", {2}, {}, {}}, {"slow", {}, seconds(300), {}}};
    breaks(bad);
    return refusal(bad);
  };
  EXPECT_EQ(broken([](auto&) {}), "accepted");
  EXPECT_NE(broken([](auto& b) { b.target = "1"; }).find("strategy.target: stands beside"), std::string::npos);
  EXPECT_NE(broken([](auto& b) { b.entry.limit = "1"; }).find("strategy.entry.limit: is of no use"), std::string::npos);
  EXPECT_NE(broken([](auto& b) { b.entry.type = OrderType::stop; }).find("strategy.entry.stop: is missing"), std::string::npos);
  EXPECT_NE(broken([](auto& b) { b.entry.type = OrderType::trailing_stop; }).find("entry.offset: is missing"), std::string::npos);
  EXPECT_NE(broken([](auto& b) { b.entry.over = seconds(1); }).find("entry.algo: is missing"), std::string::npos);
  EXPECT_NE(broken([](auto& b) { b.entry.participation = {-1}; }).find("entry.participation"), std::string::npos);
  EXPECT_NE(broken([](auto& b) { b.take_profit.trailing = true; }).find("only a stop loss trails"), std::string::npos);
  EXPECT_NE(broken([](auto& b) { b.legs = {{"btc", {1}, {}}}; }).find("legs[0].input: 'btc' is no input"), std::string::npos);
  EXPECT_NE(broken([](auto& b) { b.legs = {{"slow", {1}, {}}}; }).find("strategy's own instrument"), std::string::npos);
  EXPECT_NE(broken([](auto& b) { b.legs = {{"eth", {}, {}}}; }).find("legs[0].weight"), std::string::npos);
  EXPECT_NE(broken([](auto& b) { b.legs = {{"eth", {1}, {}}, {"eth", {1}, {}}}; }).find("legs[1].input: is used twice"), std::string::npos);
  EXPECT_NE(broken([](auto& b) { b.inputs[1].name = "eth"; }).find("inputs[1].name: is used twice"), std::string::npos);
  EXPECT_NE(broken([](auto& b) { b.inputs[1].name = ""; }).find("inputs[1].name: is missing"), std::string::npos);
  EXPECT_NE(broken([](auto& b) { b.inputs.resize(9, b.inputs[0]); }).find("too many"), std::string::npos);
  EXPECT_NE(broken([](auto& b) { b.exit_when = "close +"; }).find("strategy.exit_when column 8"), std::string::npos);
  EXPECT_NE(broken([](auto& b) {
              b.entry.type = OrderType::limit;
              b.entry.limit = "close > 1";
            }).find("entry.limit column 1: the rule is a condition"),
            std::string::npos);
}

TEST(strategy, refusals_of_quoting_kinds_name_the_key) {
  const auto refusal = [](StrategyConfig c) {
    const auto s = compile_strategy(c);
    return s.ok() ? std::string("accepted") : s.error().text();
  };
  const auto quoting = [&](StrategyKind kind, auto breaks) {
    auto bad = rules("");
    bad.kind = kind;
    bad.maker.max_position = quantity_of(3);
    bad.grid.step = price_of(1);
    breaks(bad);
    return refusal(bad);
  };
  EXPECT_EQ(quoting(StrategyKind::maker, [](auto&) {}), "accepted");
  EXPECT_EQ(quoting(StrategyKind::grid, [](auto&) {}), "accepted");
  EXPECT_NE(quoting(StrategyKind::maker, [](auto& b) { b.maker.risk_aversion = {}; }).find("maker.risk_aversion"), std::string::npos);
  EXPECT_NE(quoting(StrategyKind::maker, [](auto& b) { b.maker.intensity = {}; }).find("maker.intensity"), std::string::npos);
  EXPECT_NE(quoting(StrategyKind::maker, [](auto& b) { b.maker.horizon = {}; }).find("maker.horizon"), std::string::npos);
  EXPECT_NE(quoting(StrategyKind::maker, [](auto& b) { b.maker.span = 1; }).find("maker.span"), std::string::npos);
  EXPECT_NE(quoting(StrategyKind::maker, [](auto& b) { b.maker.max_position = {}; }).find("maker.max_position"), std::string::npos);
  EXPECT_NE(quoting(StrategyKind::grid, [](auto& b) { b.grid.step = {}; }).find("grid.step"), std::string::npos);
  EXPECT_NE(quoting(StrategyKind::grid, [](auto& b) { b.grid.levels = 17; }).find("grid.levels"), std::string::npos);
  EXPECT_NE(quoting(StrategyKind::grid,
                    [](auto& b) {
                      b.size = {};
                      b.notional = price_of(1);
                    })
                .find("needs a fixed size"),
            std::string::npos);
}

}  // namespace
}  // namespace trade
