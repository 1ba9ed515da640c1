#include "services/trading/risk/risk_testing.h"

namespace trade {
namespace {

using Rig = RiskRig;

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

TEST(risk, a_kill_is_for_one_scope) {
  const auto blocked = [](const SetKill& kill, std::uint32_t account, StrategyId strategy, VenueId venue) {
    Rig rig(R"({"risk": {"desks": [{"desk": 4, "accounts": [2]}]}})");
    rig.send(kill);
    EXPECT_TRUE(rig.answered().accepted);
    const auto cancels = rig.bench.take<CancelsRequested>();
    EXPECT_EQ(cancels.size(), 1u);
    OrderTerms would;
    would.account = kill.desk != 0 ? AccountId{2} : kill.account;
    would.strategy = kill.strategy;
    would.venue = kill.venue;
    would.instrument = kill.instrument;
    EXPECT_TRUE(fits(cancels.at(0).scope, would));
    auto t = rig.terms(Side::buy, 1, 100, account);
    t.strategy = strategy;
    t.venue = venue;
    return rig.intend(t) == Reason::risk_killed;
  };
  const SetKill desk{"k", {}, true, 4}, strategy{"k", {}, true, 0, {7}}, venue{"k", {}, true, 0, {}, {1}},
      instrument{"k", {}, true, 0, {}, {}, {1}};
  EXPECT_TRUE(blocked(desk, 2, {}, {}));
  EXPECT_FALSE(blocked(desk, 1, {}, {}));
  EXPECT_TRUE(blocked(strategy, 1, {7}, {}));
  EXPECT_FALSE(blocked(strategy, 1, {8}, {}));
  EXPECT_TRUE(blocked(venue, 1, {}, {1}));
  EXPECT_FALSE(blocked(venue, 1, {}, {}));
  EXPECT_TRUE(blocked(instrument, 1, {}, {}));
  Rig rig;
  rig.send(SetKill{"a", {1}, true, 4});
  EXPECT_EQ(rig.answered().reason, Reason::limit_bad_value);  // two scopes
  rig.send(SetKill{"b", {}, true, 9});
  EXPECT_EQ(rig.answered().reason, Reason::limit_not_found);
  rig.send(SetKill{"c", {}, true, 0, {}, {9}});
  EXPECT_EQ(rig.answered().reason, Reason::order_unknown_venue);
  rig.send(SetKill{"d", {}, true, 0, {}, {}, {9}});
  EXPECT_EQ(rig.answered().reason, Reason::order_unknown_instrument);
}

TEST(risk, a_release_by_two_people) {
  Rig rig(R"({"risk": {"release_by_two": true}})");
  const auto say = [&](const char* id, bool killed, const char* by) {
    rig.send(SetKill{id, {1}, killed, 0, {}, {}, {}, by});
    return rig.answered().reason;
  };
  EXPECT_EQ(say("1", true, "ann"), Reason::none);
  EXPECT_EQ(say("2", false, ""), Reason::limit_needs_approver);
  EXPECT_EQ(say("3", false, "ann"), Reason::limit_needs_approver);
  EXPECT_EQ(say("4", false, "ann"), Reason::limit_same_person);
  EXPECT_EQ(rig.intend(rig.terms(Side::buy, 1, 100)), Reason::risk_killed);
  EXPECT_EQ(say("5", true, "bob"), Reason::none);  // killed again: the word given before is gone
  EXPECT_EQ(say("6", false, "bob"), Reason::limit_needs_approver);
  EXPECT_EQ(say("7", false, "ann"), Reason::none);
  EXPECT_EQ(rig.intend(rig.terms(Side::buy, 1, 100)), Reason::none);
}

ProposeLimit proposal(const char* id, const char* limit, std::int64_t value, const char* by) {
  ProposeLimit m;
  m.id = id;
  m.account = {1};
  m.limit = limit;
  m.value = LimitValue{value};
  m.owner = "desk";
  m.by = by;
  m.reason = "test";
  return m;
}

TEST(risk, limits_change_by_people_and_by_the_clock) {
  Rig rig(R"({"risk": {"limits": {"max_position": 0.02}}})");
  auto tighter = proposal("p1", "max_position", perp.lot.units * 10, "ann");
  tighter.to = rig.now + seconds(60);
  rig.send(tighter);
  EXPECT_TRUE(rig.answered().accepted);
  auto steps = rig.bench.take<RiskLimitChanged>();
  ASSERT_EQ(steps.size(), 1u);
  EXPECT_EQ(steps[0].step, LimitStep::applied);
  EXPECT_EQ(steps[0].before.units, perp.lot.units * 20);
  EXPECT_EQ(steps[0].after.units, perp.lot.units * 10);
  EXPECT_EQ(rig.intend(rig.terms(Side::buy, 11, 100)), Reason::risk_position);
  EXPECT_EQ(rig.intend(rig.terms(Side::buy, 11, 100, 2)), Reason::none);  // another account

  rig.send(proposal("p2", "max_position", perp.lot.units * 30, "ann"));
  EXPECT_TRUE(rig.answered().accepted);
  steps = rig.bench.take<RiskLimitChanged>();
  EXPECT_EQ(steps.at(0).step, LimitStep::proposed);
  EXPECT_EQ(rig.intend(rig.terms(Side::buy, 12, 100)), Reason::risk_position);
  const auto approve = [&](const char* id, const char* by) {
    rig.send(ApproveLimit{id, {1}, steps[0].number, by});
    return rig.answered().reason;
  };
  EXPECT_EQ(approve("a1", "ann"), Reason::limit_same_person);
  EXPECT_EQ(approve("a2", ""), Reason::limit_needs_approver);
  EXPECT_EQ(approve("a3", "bob"), Reason::none);
  EXPECT_EQ(approve("a4", "bob"), Reason::limit_not_found);
  EXPECT_EQ(rig.intend(rig.terms(Side::buy, 13, 100)), Reason::none);
  EXPECT_EQ(rig.bench.ask(LimitsQuery{{1}}).changes.size(), 2u);

  rig.send(RevokeLimit{"r", {1}, steps[0].number, "cat", "done"});
  EXPECT_TRUE(rig.answered().accepted);
  EXPECT_EQ(rig.intend(rig.terms(Side::buy, 14, 100)), Reason::risk_position);  // ten again, thirteen are open
  const auto alerts = rig.bench.take<RiskAlert>();
  ASSERT_EQ(alerts.size(), 1u);
  EXPECT_EQ(alerts[0].kind, AlertKind::over_limit);
  EXPECT_EQ(alerts[0].reason, Reason::risk_position);
  rig.bench.take<RiskLimitChanged>();
  rig.bench.run_timers(rig.now + seconds(60));
  steps = rig.bench.take<RiskLimitChanged>();
  ASSERT_EQ(steps.size(), 1u);
  EXPECT_EQ(steps[0].step, LimitStep::expired);
  EXPECT_EQ(steps[0].after.units, perp.lot.units * 20);
  EXPECT_EQ(rig.decide({99}, false, rig.terms(Side::buy, 7, 100), rig.now + seconds(60)), Reason::none);
  EXPECT_EQ(rig.decide({100}, false, rig.terms(Side::buy, 1, 100), rig.now + seconds(60)), Reason::risk_position);
}

TEST(risk, what_stands_over_a_cut_limit_is_cancelled_where_asked) {
  Rig rig(R"({"risk": {"when_over": "cancel"}})");
  ASSERT_EQ(rig.intend(rig.terms(Side::buy, 11, 100)), Reason::none);
  ASSERT_EQ(rig.intend(rig.terms(Side::buy, 10, 100, 2)), Reason::none);
  rig.send(proposal("p", "max_position", perp.lot.units * 10, "ann"));
  const auto cancels = rig.bench.take<CancelsRequested>();
  ASSERT_EQ(cancels.size(), 1u);
  EXPECT_EQ(cancels[0].scope.account, AccountId{1});
  EXPECT_EQ(cancels[0].scope.instrument, InstrumentId{1});
  EXPECT_EQ(cancels[0].reason, Reason::risk_position);
}

TEST(risk, a_limit_that_cannot_be_is_refused) {
  Rig rig;
  const auto say = [&](ProposeLimit m) {
    const auto before = rig.quiet_state();
    rig.send(m);
    EXPECT_TRUE(rig.bench.take<RiskLimitChanged>().empty());
    return rig.answered().reason;
  };
  EXPECT_EQ(say(proposal("1", "max_posit", 5, "ann")), Reason::limit_not_found);
  EXPECT_EQ(say(proposal("2", "max_position", -5, "ann")), Reason::limit_bad_value);
  EXPECT_EQ(say(proposal("3", "max_position", 5, "")), Reason::limit_bad_value);
  auto m = proposal("4", "max_exposure", 5, "ann");
  m.instrument = {1};
  EXPECT_EQ(say(m), Reason::limit_bad_value);  // the account's own
  m = proposal("5", "max_position", 5, "ann");
  m.instrument = {9};
  EXPECT_EQ(say(m), Reason::order_unknown_instrument);
  m = proposal("6", "max_position", 5, "ann");
  m.account = {9};
  EXPECT_EQ(say(m), Reason::order_unknown_account);
  m = proposal("7", "max_position", 5, "ann");
  m.to = rig.now;
  EXPECT_EQ(say(m), Reason::limit_expired);
  m = proposal("8", "max_exposure", 5, "ann");
  m.firm = true;
  EXPECT_EQ(say(m), Reason::limit_bad_value);  // an account's and the firm's
  rig.send(RevokeLimit{"9", {1}, 77, "ann", ""});
  EXPECT_EQ(rig.answered().reason, Reason::limit_not_found);
}

TEST(risk, a_stop_is_latched_until_released) {
  Rig rig(R"({"risk": {"limits": {"max_drawdown": 0.1}}})");
  const auto t = rig.terms(Side::buy, 10, 100);
  ASSERT_EQ(rig.intend(t), Reason::none);
  rig.fill_whole({rig.order}, t, 100);
  rig.mark(90);
  const auto alerts = rig.bench.take<RiskAlert>();
  ASSERT_EQ(alerts.size(), 1u);
  EXPECT_EQ(alerts[0].kind, AlertKind::stopped);
  rig.mark(100);
  EXPECT_TRUE(rig.bench.take<RiskAlert>().empty());  // said once
  EXPECT_EQ(rig.intend(rig.terms(Side::buy, 1, 100)), Reason::risk_drawdown);
  EXPECT_EQ(rig.intend(rig.terms(Side::sell, 10, 100)), Reason::none);
  EXPECT_TRUE(rig.kill("r", 1, false).accepted);
  EXPECT_EQ(rig.intend(rig.terms(Side::buy, 1, 100)), Reason::none);
}

TEST(risk, a_market_order_gets_a_limit) {
  Rig rig(R"({"risk": {"limits": {"market_limit": 0.01}}})");
  rig.bench.send(OrderIntended{{1}, false, rig.terms(Side::buy, 1), {}, 0}, rig.now);
  EXPECT_EQ(rig.bench.take<OrderApproved>().at(0).limit, price_of(101));
  rig.bench.send(OrderIntended{{2}, false, rig.terms(Side::sell, 1), {}, 0}, rig.now);
  EXPECT_EQ(rig.bench.take<OrderApproved>().at(0).limit, price_of(99));
}

TEST(risk, cancels_use_messages_but_are_never_refused) {
  Rig rig(R"({"risk": {"limits": {"rate": 1, "burst": 3, "cancel_reserve": 1, "duplicates": 0}}})");
  const auto t = rig.terms(Side::buy, 1, 100);
  EXPECT_EQ(rig.intend(t), Reason::none);
  EXPECT_EQ(rig.intend(t), Reason::none);
  EXPECT_EQ(rig.intend(t), Reason::risk_rate);  // the third token is for cancels
  rig.send(CancelRequested{{1}});
  rig.send(CancelRequested{{2}});
  EXPECT_EQ(rig.intend(t, rig.now + seconds(2)), Reason::risk_rate);  // overdrawn by one, and one is kept
  EXPECT_EQ(rig.intend(t, rig.now + seconds(3)), Reason::none);
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
    return made.ok() ? std::string() : made.error().where.substr(0, made.error().where.find(','));
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
