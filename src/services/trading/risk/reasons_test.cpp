// Every reason that risk gives, provoked through its messages: the order is blocked for it, and nothing else has changed.
#include <gtest/gtest.h>

#include <functional>

#include "services/trading/risk/risk_testing.h"

namespace trade {
namespace {

using enum Reason;

struct Case {
  const char* name;
  const char* config;
  std::function<void(RiskRig&)> prepare;
  std::function<OrderTerms(RiskRig&)> order;
  Reason reason;
  friend void PrintTo(const Case& c, std::ostream* out) { *out << c.name; }
};

OrderTerms of_strategy(OrderTerms t) {
  t.strategy = {7};
  return t;
}
OrderTerms plain(RiskRig& r) { return r.terms(Side::buy, 10, 100); }
OrderTerms sale(RiskRig& r) { return r.terms(Side::sell, 10, 100); }
void nothing(RiskRig&) {}
// Ten lots held, bought at 100.
void long_ten(RiskRig& r) {
  const auto t = r.terms(Side::buy, 10, 100);
  ASSERT_EQ(r.intend(t), none);
  r.fill_whole({r.order}, t, 100);
}

// Checks of the order by itself.
std::vector<Case> order_cases() {
  return {
      {"entitlement", R"({"entitlements": [{"account": 2}]})", nothing, plain, risk_entitlement},
      {"type", R"({"entitlements": [{"account": 1, "types": ["market"]}]})", nothing, plain, risk_type},
      {"closed", "{}", [](RiskRig& r) { r.send(PhaseChanged{{1}, {1}, TradingPhase::closed}); }, plain, risk_not_tradable},
      {"halted", "{}", [](RiskRig& r) { r.send(PhaseChanged{{1}, {1}, TradingPhase::halted}); }, plain, risk_halted},
      {"band", R"({"limits": {"band_high": 99}})", nothing, plain, risk_band},
      {"restricted", "{}", [](RiskRig& r) { r.send(SetCondition{"c", {}, Condition::restricted, {1}, {}, true, 3, "ann"}); }, plain,
       risk_restricted},
      {"restricted_account", "{}",
       [](RiskRig& r) { r.send(SetCondition{"c", {1}, Condition::restricted, {1}, {}, true, 3, "ann"}); }, plain, risk_restricted},
      {"hold", "{}", [](RiskRig& r) { r.send(SetCondition{"c", {1}, Condition::account_hold, {}, {}, true, 0, "ann"}); }, plain,
       risk_account_hold},
      {"algo", R"({"algos": [{"strategy": 7, "build": "ab"}]})", nothing, [](RiskRig& r) { return of_strategy(plain(r)); }, risk_algo},
      {"other_build", R"({"algos": [{"strategy": 7, "build": "ab"}]})",
       [](RiskRig& r) { r.send(AttestBuild{"b", {1}, {7}, "ac"}); }, [](RiskRig& r) { return of_strategy(plain(r)); }, risk_algo},
      {"tick", "{}", nothing, [](RiskRig& r) { auto t = plain(r); t.limit.units += 1; return t; }, risk_tick},
      {"lot", "{}", nothing, [](RiskRig& r) { auto t = plain(r); t.quantity.units += 1; return t; }, risk_lot},
      {"quantity", R"({"limits": {"max_quantity": 0.009}})", nothing, plain, risk_max_quantity},
      {"volume", R"({"limits": {"max_volume_share": 0.1}})", nothing, plain, risk_max_share},
      {"unlike", R"({"limits": {"size_multiple": 2, "duplicates": 0}})",
       [](RiskRig& r) { for (int n = 0; n < 100; ++n) ASSERT_EQ(r.intend(r.terms(Side::buy, 1, 100)), none); }, plain, risk_unlike_self},
      {"reference", "{}", nothing, [](RiskRig& r) { auto t = plain(r); t.instrument = {2}; return t; }, risk_no_reference},
      {"notional", "{}", [](RiskRig& r) { r.trade(100, 3); }, [](RiskRig& r) { auto t = plain(r); t.instrument = {3}; return t; },
       risk_min_notional},
      {"value", R"({"limits": {"max_value": 0.9}})", nothing, plain, risk_max_value},
      {"base_value", R"({"base_currency": "USDT", "limits": {"max_base_value": 0.9}})", nothing, plain, risk_max_value},
      {"no_rate", R"({"base_currency": "EUR", "limits": {"max_base_value": 100}})", nothing, plain, risk_max_value},
      {"collar", R"({"limits": {"collar": 0.01}})", nothing, [](RiskRig& r) { return r.terms(Side::buy, 10, 102); }, risk_collar},
      {"move", R"({"limits": {"max_move": 0.02}})", [](RiskRig& r) { r.trade(100), r.trade(103); },
       [](RiskRig& r) { return r.terms(Side::buy, 10, 103); }, risk_cumulative_collar},
      {"duplicate", R"({"limits": {"duplicates": 1}})", [](RiskRig& r) { ASSERT_EQ(r.intend(plain(r)), none); }, plain, risk_duplicate},
      {"rate", R"({"limits": {"rate": 1, "burst": 1}})", [](RiskRig& r) { ASSERT_EQ(r.intend(sale(r)), none); }, plain, risk_rate},
      {"strategy_rate", R"({"strategies": [{"strategy": 7, "limits": {"rate": 1}}]})",
       [](RiskRig& r) { ASSERT_EQ(r.intend(of_strategy(sale(r))), none); }, [](RiskRig& r) { return of_strategy(plain(r)); }, risk_rate},
      {"venue_rate", R"({"venues": [{"venue": 1, "pace": {"rate": 1, "burst": 1}}]})",
       [](RiskRig& r) { auto t = sale(r); t.venue = {1}; ASSERT_EQ(r.intend(t), none); },
       [](RiskRig& r) { auto t = plain(r); t.venue = {1}; return t; }, risk_rate},
      {"order_to_trade", R"({"limits": {"order_to_trade": 2, "duplicates": 0}})",
       [](RiskRig& r) { for (int n = 0; n < 99; ++n) ASSERT_EQ(r.intend(r.terms(Side::buy, 1, 100)), none); }, plain, risk_order_to_trade},
      {"repeated", R"({"strategy": {"max_executions": 1}})",
       [](RiskRig& r) {
         for (int n = 0; n < 2; ++n) {
           const auto t = of_strategy(r.terms(Side::buy, 1 + n, 100));
           ASSERT_EQ(r.intend(t), none);
           r.fill_whole({r.order}, t, 100);
         }
         ASSERT_EQ(r.bench.take<RiskAlert>().size(), 1u);
       },
       [](RiskRig& r) { return of_strategy(plain(r)); }, risk_repeated},
  };
}

// Checks of the worst case: what is limited in quantities and values.
std::vector<Case> exposure_cases() {
  return {
      {"position", R"({"limits": {"max_position": 0.009}})", nothing, plain, risk_position},
      {"firm_gross", R"({"limits": {"max_firm_gross": 0.015}})",
       [](RiskRig& r) { ASSERT_EQ(r.intend(r.terms(Side::sell, 6, 100, 2)), none); }, plain, risk_gross},
      {"firm_net", R"({"limits": {"max_firm_net": 0.015}})", [](RiskRig& r) { ASSERT_EQ(r.intend(r.terms(Side::buy, 6, 100, 2)), none); },
       plain, risk_net},
      {"strategy_net", R"({"strategy": {"max_position": 0.015}})",
       [](RiskRig& r) { ASSERT_EQ(r.intend(of_strategy(r.terms(Side::buy, 6, 100, 2))), none); },
       [](RiskRig& r) { return of_strategy(plain(r)); }, risk_net},
      {"exposure", R"({"limits": {"max_exposure": 0.9}})", nothing, plain, risk_exposure},
      {"strategy_exposure", R"({"base_currency": "USDT", "strategy": {"max_exposure": 1.5}})",
       [](RiskRig& r) { ASSERT_EQ(r.intend(of_strategy(r.terms(Side::buy, 6, 100, 2))), none); },
       [](RiskRig& r) { return of_strategy(plain(r)); }, risk_gross},
      {"open_value", R"({"limits": {"max_open_value": 0.9}})", nothing, plain, risk_open_value},
      {"holding", "{}", [](RiskRig& r) { r.trade(100, 3); },
       [](RiskRig& r) { auto t = r.terms(Side::sell, 200, 100); t.instrument = {3}; return t; }, risk_cash},
      {"locate", R"({"limits": {"needs_locate": true}})", [](RiskRig& r) { r.send(GrantLocate{"l", {1}, {1}, perp.lot * 9, "ann"}); }, sale,
       risk_locate},
      {"cash", R"({"limits": {"initial_margin": 1, "max_value": 0}})", nothing,
       [](RiskRig& r) { return r.terms(Side::buy, 10'000'001, 100); }, risk_cash},
      {"margin", R"({"limits": {"margin_model": "reg_t", "max_value": 0}})", nothing,
       [](RiskRig& r) { return r.terms(Side::buy, 20'000'001, 100); }, risk_margin},
      {"cash_account", R"({"limits": {"margin_model": "cash"}})", nothing, sale, risk_margin},
      {"portfolio_margin", R"({"limits": {"margin_model": "portfolio", "initial_margin": 0.5, "max_value": 0}})", nothing,
       [](RiskRig& r) { return r.terms(Side::buy, 20'000'001, 100); }, risk_margin},
      {"perp_margin", R"({"limits": {"margin_model": "perp", "initial_margin": 0.5, "margin_step": 1000000, "max_value": 0}})", nothing,
       [](RiskRig& r) { return r.terms(Side::buy, 15'000'001, 100); }, risk_margin},
      {"capital", R"({"base_currency": "USDT", "firm": {"max_exposure": 1.5}})",
       [](RiskRig& r) { ASSERT_EQ(r.intend(r.terms(Side::buy, 6, 100, 2)), none); }, plain, risk_capital},
      {"capital_without_rate", R"({"base_currency": "EUR", "firm": {"max_exposure": 1000}})", nothing, plain, risk_capital},
      {"concentration", R"({"limits": {"max_concentration": 0.0000009}})", nothing, plain, risk_concentration},
      {"sector", R"({"limits": {"max_sector": 0.0000009}})", nothing, plain, risk_sector},
      {"currency", R"({"limits": {"max_currency": 0.0000009}})", nothing, plain, risk_currency},
      {"leverage", R"({"limits": {"max_leverage": 0.0000009}})", nothing, plain, risk_leverage},
  };
}

// Value at risk, stops, pace of capital, the last hop.
std::vector<Case> last_cases() {
  return {
      {"var", R"({"limits": {"max_var": 5.09}})", [](RiskRig& r) { r.var(5, 0.1); }, plain, risk_var},
      {"var_stale", R"({"limits": {"max_var": 500, "var_age": "1s"}})",
       [](RiskRig& r) { r.var(5, 0.1), r.now = r.now + seconds(1) + nanoseconds(1); }, plain, risk_var_stale},
      {"no_var", R"({"limits": {"max_var": 500}})", nothing, plain, risk_var_stale},
      {"loss", R"({"limits": {"max_loss": 0.1}})", [](RiskRig& r) { long_ten(r), r.mark(90), r.mark(100); }, plain, risk_loss},
      {"drawdown", R"({"limits": {"max_drawdown": 0.2}})", [](RiskRig& r) { long_ten(r), r.mark(130), r.mark(110), r.mark(130); }, plain,
       risk_drawdown},
      {"turnover", R"({"limits": {"max_turnover": 1.9}})", long_ten, [](RiskRig& r) { return r.terms(Side::buy, 10, 99); }, risk_turnover},
      {"ramp", R"({"limits": {"max_exposure": 100, "ramp_first": 0.009, "ramp_over": "1d", "ramp_from": "1970-01-01T00:00:00Z"}})", nothing,
       plain, risk_ramp},
      {"self_match", R"({"limits": {"forbid_self_match": true}})", [](RiskRig& r) { ASSERT_EQ(r.intend(sale(r)), none); }, plain,
       risk_self_match},
      {"linked", R"({"limits": {"forbid_self_match": true}, "owners": [{"accounts": [1, 2]}]})",
       [](RiskRig& r) { ASSERT_EQ(r.intend(r.terms(Side::sell, 10, 100, 2)), none); }, plain, risk_self_match},
      {"shadow", R"({"limits": {"mode": "shadow"}})", nothing, plain, risk_mode},
      {"canary", R"({"limits": {"mode": "canary", "canary_value": 0.9}})", nothing, plain, risk_mode},
      {"reduce_only_mode", R"({"overrides": [{"account": 1, "mode": "reduce_only"}]})", nothing, plain, risk_mode},
      {"close_only", R"({"overrides": [{"account": 1, "mode": "close_only"}]})", nothing, sale, risk_mode},
      {"reduce_only_order", "{}", long_ten,
       [](RiskRig& r) { auto t = r.terms(Side::sell, 11, 100); t.reduce_only = true; return t; }, risk_mode},
      {"venue_down", "{}", [](RiskRig& r) { r.send(SetCondition{"c", {}, Condition::venue_down, {}, {1}, true, 0, "ann"}); },
       [](RiskRig& r) { auto t = plain(r); t.venue = {1}; return t; }, risk_venue_down},
      {"unknown", R"({"limits": {"max_unknown": 1}})",
       [](RiskRig& r) {
         for (int n = 0; n < 2; ++n) {
           const auto t = r.terms(Side::buy, 1 + n, 100);
           ASSERT_EQ(r.intend(t), none);
           r.change({r.order}, t, VenueState::unknown, Pending::querying, {});
         }
       },
       plain, risk_unknown_orders},
      {"unreconciled", "{}", [](RiskRig& r) { r.send(SetCondition{"c", {1}, Condition::unreconciled, {}, {}, true, 0, "ann"}); }, plain,
       risk_not_reconciled},
      {"feed", R"({"limits": {"needs_live_market": true}})", [](RiskRig& r) { r.send(MarketStatus{{1}, {1}, FeedState::gap}); }, plain,
       risk_stale_market},
  };
}

std::vector<Case> cases() {
  auto all = order_cases();
  for (const auto& more : {exposure_cases(), last_cases()}) all.insert(all.end(), more.begin(), more.end());
  return all;
}

class Provoked : public testing::TestWithParam<Case> {};
INSTANTIATE_TEST_SUITE_P(All, Provoked, testing::ValuesIn(cases()), [](const auto& p) { return std::string(p.param.name); });

TEST_P(Provoked, blocks_and_changes_nothing_else) {
  const Case& c = GetParam();
  RiskRig rig((std::string("{\"risk\": ") + c.config + "}").c_str());
  c.prepare(rig);
  rig.bench.take<RiskAlert>();
  rig.bench.take<CommandAnswered>();
  const auto t = c.order(rig);
  const auto before = rig.quiet_state();
  EXPECT_EQ(rig.intend(t), c.reason) << name_of(c.reason);
  EXPECT_TRUE(rig.quiet_state() == before);
  EXPECT_TRUE(rig.bench.take<RiskAlert>().empty());
  EXPECT_TRUE(rig.bench.take<CommandAnswered>().empty());
}

// The table's reasons, all of them, are among those provoked here and in risk_test.
TEST(reasons, none_is_left_out) {
  std::vector<Reason> seen{risk_killed, risk_basket};
  for (const auto& c : cases()) seen.push_back(c.reason);
  for (const auto& row : risk_checks())
    for (const Reason r : row.reasons) EXPECT_TRUE(r == none || std::find(seen.begin(), seen.end(), r) != seen.end()) << name_of(r);
}

TEST(reasons, a_basket_is_judged_as_a_whole) {
  RiskRig rig(R"({"risk": {"limits": {"max_basket": 1.5}}})");
  const auto leg = [&](std::uint64_t order) {
    rig.bench.send(OrderIntended{{order}, false, plain(rig), {1}, 2}, rig.now);
    const auto blocked = rig.bench.take<OrderBlocked>();
    rig.bench.take<OrderApproved>();
    return blocked.empty() ? none : blocked[0].reason;
  };
  EXPECT_EQ(leg(1), none);
  const auto before = rig.quiet_state();
  EXPECT_EQ(leg(2), risk_basket);
  EXPECT_TRUE(rig.quiet_state() == before);
}

TEST(reasons, a_persons_word_lets_one_order_pass_a_soft_check) {
  RiskRig rig(R"({"risk": {"limits": {"max_volume_share": 0.1}}})");
  const auto t = plain(rig);
  const OverrideCheck word{"o", {1}, {1}, Side::buy, t.quantity, risk_max_share, rig.now + seconds(1), "ann", "client asked"};
  const auto refused = [&](OverrideCheck w, const char* id) {
    w.id = id;
    rig.send(w);
    return rig.bench.take<CommandAnswered>().at(0).reason;
  };
  auto bad = word;
  bad.check = risk_collar;
  EXPECT_EQ(refused(bad, "x1"), limit_not_found);  // hard: nobody's word helps
  bad = word;
  bad.by = {};
  EXPECT_EQ(refused(bad, "x2"), limit_needs_approver);
  bad = word;
  bad.until = rig.now;
  EXPECT_EQ(refused(bad, "x3"), limit_expired);
  EXPECT_EQ(rig.intend(t), risk_max_share);
  EXPECT_EQ(refused(word, "o"), none);
  EXPECT_EQ(rig.bench.ask(OverridesQuery{}).given.size(), 1u);
  EXPECT_EQ(rig.intend(rig.terms(Side::buy, 11, 100)), risk_max_share);  // another quantity
  EXPECT_EQ(rig.intend(t), none);
  const auto alerts = rig.bench.take<RiskAlert>();
  ASSERT_EQ(alerts.size(), 1u);
  EXPECT_EQ(alerts[0].kind, AlertKind::soft_passed);
  EXPECT_EQ(alerts[0].check, 8);
  EXPECT_EQ(rig.intend(rig.terms(Side::buy, 10, 100)), risk_max_share);  // used up
  EXPECT_EQ(rig.bench.ask(OverridesQuery{}).used, 1u);
}

}  // namespace
}  // namespace trade
