#include "services/trading/risk/risk.h"

#include <gtest/gtest.h>

#include <functional>

#include "runtime/testing.h"
#include "wire/json.h"

namespace trade {

extern const ServiceType risk_service;

namespace {

const Instrument perp{{1}, "BTCUSDT", Contract::linear, "BTC", "USDT", "USDT", {10'000'000}, {100'000}, {}, {}, quantity_of(1)};

struct Rig {
  TestBench bench;
  std::uint64_t order = 0, fill = 0;
  explicit Rig(const char* config = "{}") : bench({{"risk", &risk_service}}, *parse_json(config, "config")) {
    bench.send(InstrumentListed{perp}, Time{1});
    bench.send(VenueListed{{{1}, "v", {}, {40'000}, {}, {}}}, Time{1});
    bench.send(AccountOpened{{{1}, "desk", {money_one * 1'000'000, "USDT"}}}, Time{1});
    bench.send(AccountOpened{{{2}, "other", {money_one * 1'000'000, "USDT"}}}, Time{1});
    trade(100, Time{1});
  }
  void trade(std::int64_t price, Time t) {
    Trade m;
    m.instrument = {1};
    m.price = price_of(price);
    bench.send(m, t);
  }
  OrderTerms terms(Side side, std::int64_t lots, std::int64_t price = 0, std::uint32_t account = 1) const {
    OrderTerms t;
    t.account = {account};
    t.instrument = {1};
    t.side = side;
    t.type = price == 0 ? OrderType::market : OrderType::limit;
    t.quantity = perp.lot * lots;
    t.limit = price_of(price);
    return t;
  }
  Reason intend(const OrderTerms& t, Time now) { return decide({++order}, false, t, now); }
  Reason decide(OrderId id, bool replace, const OrderTerms& t, Time now) {
    bench.send(OrderIntended{id, replace, t}, now);
    const auto approved = bench.take<OrderApproved>();
    const auto blocked = bench.take<OrderBlocked>();
    EXPECT_EQ(approved.size() + blocked.size(), 1u);
    EXPECT_EQ(approved.empty() ? blocked[0].order : approved[0].order, id);
    EXPECT_EQ(approved.empty() ? blocked[0].replace : approved[0].replace, replace);
    return approved.empty() ? blocked[0].reason : Reason::none;
  }
  void change(OrderId id, const OrderTerms& t, VenueState state, Pending pending, Quantity filled, Time now) {
    bench.send(OrderChanged{id, t.account, {}, t.instrument, t.side, state, pending, {}, t.quantity, filled, t.limit}, now);
  }
  void fill_whole(OrderId id, const OrderTerms& t, std::int64_t price, Time now) {
    Fill f;
    f.fill = {++fill};
    f.order = id;
    f.account = t.account;
    f.instrument = t.instrument;
    f.side = t.side;
    f.quantity = t.quantity;
    f.value = booked(value_of(perp, price_of(price), t.quantity));
    f.fee = booked(times(f.value, Ratio{40'000}));
    bench.send(f, now);
    change(id, t, VenueState::filled, Pending::none, t.quantity, now);
  }
  CommandAnswered kill(const char* id, std::uint32_t account, bool killed, Time now = Time{9}) {
    bench.send(SetKill{id, {account}, killed}, now);
    const auto answers = bench.take<CommandAnswered>();
    EXPECT_EQ(answers.size(), 1u);
    return answers.at(0);
  }
};

TEST(risk, defaults_let_the_benchmark_strategy_through) {
  Rig rig;
  Time now{2};
  Side side = Side::buy;
  ASSERT_EQ(rig.intend(rig.terms(side, 100), now), Reason::none);
  rig.fill_whole({rig.order}, rig.terms(side, 100), 100, now);
  for (int turn = 0; turn < 50; ++turn) {
    now = now + seconds(60);
    rig.trade(100 + turn % 7, now);
    side = opposite(side);
    const auto close = rig.terms(side, 100);
    ASSERT_EQ(rig.intend(close, now), Reason::none);  // two alike orders at one instant: k = 2 allows them
    ASSERT_EQ(rig.intend(close, now), Reason::none);
    EXPECT_EQ(rig.intend(close, now), Reason::risk_duplicate);
    rig.fill_whole({rig.order - 2}, close, 100 + turn % 7, now);
    rig.fill_whole({rig.order - 1}, close, 100 + turn % 7, now);
  }
  const auto s = rig.bench.ask(RiskQuery{});
  EXPECT_EQ(s.approved, 101u);
  EXPECT_EQ(s.blocked, 50u);
  EXPECT_EQ(s.reservations, 0u);
  ASSERT_EQ(s.reasons.size(), 1u);
  EXPECT_EQ(s.reasons[0].first, Reason::risk_duplicate);
}

TEST(risk, each_configured_limit_binds) {
  const auto judge = [](const char* limits, std::int64_t lots, std::int64_t price) {
    Rig rig((std::string(R"({"risk": {"limits": )") + limits + "}}").c_str());
    return rig.intend(rig.terms(Side::buy, lots, price), Time{2});
  };
  EXPECT_EQ(judge(R"({"max_quantity": 0.01})", 10, 100), Reason::none);
  EXPECT_EQ(judge(R"({"max_quantity": 0.01})", 11, 100), Reason::risk_max_quantity);
  EXPECT_EQ(judge(R"({"max_value": 1})", 10, 100), Reason::none);
  EXPECT_EQ(judge(R"({"max_value": 1})", 11, 100), Reason::risk_max_value);
  EXPECT_EQ(judge(R"({"collar": 0.05})", 1, 105), Reason::none);
  EXPECT_EQ(judge(R"({"collar": 0.04})", 1, 105), Reason::risk_collar);
  EXPECT_EQ(judge(R"({"max_position": 0.01})", 11, 100), Reason::risk_position);
  EXPECT_EQ(judge(R"({"max_exposure": 1})", 11, 100), Reason::risk_exposure);
  EXPECT_EQ(judge(R"({"initial_margin": 1, "max_value": 0})", 10'000'000, 100), Reason::risk_cash);
}

TEST(risk, an_override_is_for_those_it_names) {
  Rig rig(R"({"risk": {"overrides": [{"account": 1, "max_quantity": 0.001}]}})");
  EXPECT_EQ(rig.intend(rig.terms(Side::buy, 2, 100), Time{2}), Reason::risk_max_quantity);
  EXPECT_EQ(rig.intend(rig.terms(Side::buy, 2, 100, 2), Time{2}), Reason::none);
}

TEST(risk, a_reference_ages) {
  Rig rig(R"({"risk": {"limits": {"reference_age": "1s"}}})");
  const Time seen{1'000};
  rig.trade(100, seen);
  EXPECT_EQ(rig.intend(rig.terms(Side::buy, 1), seen + seconds(1)), Reason::none);
  EXPECT_EQ(rig.intend(rig.terms(Side::buy, 1), seen + seconds(1) + nanoseconds(1)), Reason::risk_no_reference);
  Quote q{{1}, {1}, price_of(90), quantity_of(1), price_of(92), quantity_of(1)};
  rig.bench.send(q, seen + seconds(2));
  EXPECT_EQ(rig.intend(rig.terms(Side::buy, 1, 100), seen + seconds(2)), Reason::none);          // within a tenth of 91
  EXPECT_EQ(rig.intend(rig.terms(Side::buy, 1, 101), seen + seconds(2)), Reason::risk_collar);
  q.bid = {};
  rig.bench.send(q, seen + seconds(4));  // one side says nothing
  EXPECT_EQ(rig.intend(rig.terms(Side::buy, 2), seen + seconds(4)), Reason::risk_no_reference);
}

TEST(risk, reservations_survive_a_restart) {
  constexpr const char* config = R"({"risk": {"limits": {"max_position": 0.01}}})";
  Rig rig(config);
  const auto t = rig.terms(Side::buy, 6, 100);
  ASSERT_EQ(rig.intend(t, Time{2}), Reason::none);
  rig.change({1}, t, VenueState::none, Pending::placing, {}, Time{2});

  Rig back(config);
  back.bench.restore(0, rig.bench.save(0));
  EXPECT_EQ(back.bench.save(0), rig.bench.save(0));
  back.order = 1;
  back.change({1}, t, VenueState::unknown, Pending::querying, {}, Time{3});
  EXPECT_EQ(back.intend(back.terms(Side::buy, 5, 100), Time{3}), Reason::risk_position);
  EXPECT_EQ(back.intend(back.terms(Side::buy, 4, 100), Time{3}), Reason::none);
  back.change({1}, t, VenueState::cancelled, Pending::none, {}, Time{4});
  EXPECT_EQ(back.intend(back.terms(Side::buy, 6, 99), Time{4}), Reason::none);
  EXPECT_EQ(back.intend(back.terms(Side::buy, 1, 99), Time{4}), Reason::risk_position);
}

TEST(risk, a_replace_holds_the_larger_until_answered) {
  Rig rig(R"({"risk": {"limits": {"max_position": 0.01}}})");
  const auto old = rig.terms(Side::buy, 8, 100), next = rig.terms(Side::buy, 3, 99);
  ASSERT_EQ(rig.intend(old, Time{2}), Reason::none);
  rig.change({1}, old, VenueState::working, Pending::none, {}, Time{2});
  ASSERT_EQ(rig.decide({1}, true, next, Time{3}), Reason::none);
  rig.change({1}, old, VenueState::working, Pending::replacing, {}, Time{3});
  EXPECT_EQ(rig.intend(rig.terms(Side::buy, 3, 98), Time{3}), Reason::risk_position);
  rig.change({1}, next, VenueState::working, Pending::none, {}, Time{4});
  EXPECT_EQ(rig.intend(rig.terms(Side::buy, 7, 98), Time{4}), Reason::none);
  EXPECT_EQ(rig.decide({1}, true, rig.terms(Side::buy, 4, 99), Time{5}), Reason::risk_position);
}

TEST(risk, kills_are_latched_and_answered_once) {
  Rig rig;
  EXPECT_TRUE(rig.kill("k1", 1, true).accepted);
  EXPECT_EQ(rig.intend(rig.terms(Side::buy, 1, 100), Time{10}), Reason::risk_killed);
  EXPECT_EQ(rig.intend(rig.terms(Side::buy, 1, 100, 2), Time{10}), Reason::none);

  Rig back;
  back.bench.restore(0, rig.bench.save(0));
  back.order = rig.order;
  EXPECT_EQ(back.intend(back.terms(Side::buy, 1, 100), Time{11}), Reason::risk_killed);
  EXPECT_TRUE(back.kill("k2", 1, false).accepted);
  EXPECT_TRUE(back.kill("k1", 1, true).accepted);  // a late repeat: the same answer, and no kill
  EXPECT_EQ(back.intend(back.terms(Side::buy, 1, 100), Time{12}), Reason::none);
  const auto other_body = back.kill("k1", 1, false);
  EXPECT_FALSE(other_body.accepted);
  EXPECT_EQ(other_body.reason, Reason::order_duplicate_id);
  EXPECT_EQ(back.kill("k3", 77, true).reason, Reason::order_unknown_account);
  EXPECT_TRUE(back.kill("k4", 0, true).accepted);
  EXPECT_EQ(back.intend(back.terms(Side::buy, 1, 100, 2), Time{13}), Reason::risk_killed);
}

TEST(risk, message_rate_binds_new_orders_and_replaces) {
  Rig rig(R"({"risk": {"limits": {"rate": 1, "burst": 2, "duplicates": 0}}})");
  const auto t = rig.terms(Side::buy, 1, 100);
  EXPECT_EQ(rig.intend(t, Time{1'000}), Reason::none);
  EXPECT_EQ(rig.decide({1}, true, t, Time{1'000}), Reason::none);
  EXPECT_EQ(rig.intend(t, Time{1'000}), Reason::risk_rate);
  EXPECT_EQ(rig.intend(t, Time{1'000} + seconds(1)), Reason::none);
}

TEST(risk, bad_settings_are_named) {
  const auto bad = [](const char* json) {
    const auto made = risk_service.make(&*parse_json(json, "risk"));
    return made.ok() ? std::string() : made.error().where;
  };
  EXPECT_EQ(bad(R"({"limits": {"max_quantity": -1}})"), "limits.max_quantity");
  EXPECT_EQ(bad(R"({"limits": {"market_slippage": 1}})"), "limits.market_slippage");
  EXPECT_EQ(bad(R"({"overrides": [{"account": 1, "collar": -0.1}]})"), "overrides[0].collar");
  EXPECT_EQ(bad(R"({"overrides": [{"collar": 0.1}]})"), "overrides[0]");
  EXPECT_EQ(bad(R"({"overrides": [{"instrument": 1, "max_loss": 5}]})"), "overrides[0]");
  EXPECT_EQ(bad(R"({"max_ids": 0})"), "max_ids");
  EXPECT_EQ(bad(R"({"overrides": [{"account": 1, "instrument": 1, "allow_short": true}]})"), "");
}

}  // namespace
}  // namespace trade
