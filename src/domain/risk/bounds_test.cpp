// Each bound of the newer checks with generated values on both sides: the last value that passes and the first that does not.
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "domain/risk/checks.h"
#include "domain/risk/margin.h"
#include "domain/risk/rights.h"

namespace trade {
namespace {

using enum Reason;

std::int64_t draw(std::int64_t low, std::int64_t high) { return *rc::gen::inRange(low, high); }
int128 units(std::int64_t amount) { return static_cast<int128>(amount) * decimal_one; }

RC_GTEST_PROP(bounds, amounts_and_quantities, ()) {
  const auto bound = draw(1, std::int64_t{1} << 60);
  Limits l;
  const auto both_sides = [&](auto check, int128 most, Reason why) {
    RC_ASSERT(check(most) == none);
    RC_ASSERT(check(most + 1) == why);
  };
  l.max_basket = l.max_open_value = l.max_turnover = l.max_base_value = l.canary_value = {bound};
  l.max_firm_gross = l.max_firm_net = {bound};
  l.mode = TradingMode::canary;
  both_sides([&](int128 v) { return check_basket(v, l); }, units(bound), risk_basket);
  both_sides([&](int128 v) { return check_open_value(v, l); }, units(bound), risk_open_value);
  both_sides([&](int128 v) { return check_turnover(v, l); }, units(bound), risk_turnover);
  both_sides([&](int128 v) { return check_base_value(v, l); }, units(bound), risk_max_value);
  both_sides([&](int128 v) { return check_canary(v, l); }, units(bound), risk_mode);
  both_sides([&](int128 v) { return check_firm_gross(v, l); }, bound, risk_gross);
  both_sides([&](int128 v) { return check_firm_net(v, l); }, bound, risk_net);
  GroupLimits g;
  g.max_exposure = {bound};
  g.max_position = {bound};
  both_sides([&](int128 v) { return check_capital(v, g); }, units(bound), risk_capital);
  both_sides([&](int128 v) { return check_group_exposure(v, g); }, units(bound), risk_gross);
  both_sides([&](int128 v) { return check_group_position(v, g); }, bound, risk_net);
  // What has no rate to the base currency never passes, and what is not limited always.
  RC_ASSERT(check_base_value(std::nullopt, l) == risk_max_value && check_capital(std::nullopt, g) == risk_capital);
  RC_ASSERT(check_group_exposure(std::nullopt, g) == risk_gross);
  const Limits open;
  const int128 huge = units(INT64_MAX);
  RC_ASSERT(check_basket(huge, open) == none && check_open_value(huge, open) == none && check_turnover(huge, open) == none);
  RC_ASSERT(check_base_value(std::nullopt, open) == none && check_capital(std::nullopt, {}) == none);
  RC_ASSERT(check_firm_gross(huge, open) == none && check_firm_net(huge, open) == none && check_group_position(huge, {}) == none);
}

RC_GTEST_PROP(bounds, sizes, ()) {
  Limits l;
  l.max_volume_share = {draw(1, decimal_one)};
  l.size_multiple = {draw(1, 100 * decimal_one)};
  const Quantity usual{draw(decimal_one, std::int64_t{1} << 40)};
  const auto share = static_cast<std::int64_t>(static_cast<int128>(usual.units) * l.max_volume_share.units / decimal_one);
  RC_ASSERT(check_volume_share(Quantity{share}, usual, l) == none);
  RC_ASSERT(check_volume_share(Quantity{share + 1}, usual, l) == risk_max_share);
  RC_ASSERT(check_volume_share(Quantity{1}, Quantity{}, l) == risk_max_share);  // a volume nobody knows
  const auto multiple = static_cast<std::int64_t>(static_cast<int128>(usual.units) * l.size_multiple.units / decimal_one);
  RC_ASSERT(check_unlike_self(Quantity{multiple}, usual, l) == none);
  RC_ASSERT(check_unlike_self(Quantity{multiple + 1}, usual, l) == risk_unlike_self);
  RC_ASSERT(check_unlike_self(Quantity{multiple + 1}, Quantity{}, l) == none);
  RC_ASSERT(check_volume_share(usual, {}, Limits{}) == none && check_unlike_self(usual, Quantity{1}, Limits{}) == none);
}

RC_GTEST_PROP(bounds, messages_and_doubt, ()) {
  Limits l;
  l.order_to_trade = static_cast<std::uint32_t>(draw(2, 1'000));
  const auto fills = static_cast<std::uint32_t>(draw(100, 1'000));
  RC_ASSERT(check_order_to_trade(l.order_to_trade * fills, fills, l) == none);
  RC_ASSERT(check_order_to_trade(l.order_to_trade * fills + 1, fills, l) == risk_order_to_trade);
  RC_ASSERT(check_order_to_trade(99, 0, l) == none);
  RC_ASSERT(check_order_to_trade(1'001, 0, l) == risk_order_to_trade);
  l.max_unknown = static_cast<std::uint32_t>(draw(1, 1'000));
  RC_ASSERT(check_unknown(l.max_unknown, l) == none);
  RC_ASSERT(check_unknown(l.max_unknown + 1, l) == risk_unknown_orders);
  RC_ASSERT(check_unknown(~0u, Limits{}) == none && check_order_to_trade(~0u, 0, Limits{}) == none);
}

RC_GTEST_PROP(bounds, shares_of_equity, ()) {
  const Ratio share{draw(1, 50 * decimal_one)};
  const int128 equity = static_cast<int128>(draw(1, INT64_MAX)) * draw(1, 1'000'000);
  // floor(equity x share), by schoolbook parts.
  const int128 whole = equity / decimal_one * share.units, rest = equity % decimal_one * share.units / decimal_one;
  RC_ASSERT(check_share(whole + rest, equity, share, risk_leverage) == none);
  RC_ASSERT(check_share(whole + rest + 1, equity, share, risk_leverage) == risk_leverage);
  RC_ASSERT(check_share(1, 0, share, risk_sector) == risk_sector && check_share(0, -1, share, risk_sector) == none);
  RC_ASSERT(check_share(whole, -1, Ratio{}, risk_sector) == none);
}

RC_GTEST_PROP(bounds, value_at_risk_and_its_age, ()) {
  Limits l;
  l.max_var = {draw(1, std::int64_t{1} << 60)};
  l.var_age = {draw(1, 1'000'000'000'000)};
  const Time at{draw(0, 1'000'000'000'000)};
  RC_ASSERT(check_var(ValueAtRisk{units(l.max_var.units), at}, at + l.var_age, l) == none);
  RC_ASSERT(check_var(ValueAtRisk{units(l.max_var.units) + 1, at}, at, l) == risk_var);
  RC_ASSERT(check_var(ValueAtRisk{0, at}, at + l.var_age + nanoseconds(1), l) == risk_var_stale);
  RC_ASSERT(check_var(std::nullopt, at, l) == risk_var_stale);
  RC_ASSERT(check_var(std::nullopt, at, Limits{}) == none);
}

RC_GTEST_PROP(bounds, drawdown_and_ramp, ()) {
  Limits l;
  const auto bound = draw(1, std::int64_t{1} << 50);
  l.max_drawdown = {bound};
  const int128 peak = units(draw(-1'000'000, 1'000'000));
  RC_ASSERT(check_drawdown(peak, peak - units(bound) + 1, l) == none);
  RC_ASSERT(check_drawdown(peak, peak - units(bound), l) == risk_drawdown);
  l.max_exposure = {bound};
  l.ramp_first = {draw(0, decimal_one)};
  l.ramp_from = Time{draw(0, 1'000'000'000)};
  l.ramp_over = {draw(2, 1'000'000)};
  const int128 first = units(bound) / decimal_one * l.ramp_first.units;
  RC_ASSERT(check_ramp(first, l.ramp_from, l) == none);
  RC_ASSERT(check_ramp(first + 1, l.ramp_from, l) == risk_ramp);
  RC_ASSERT(check_ramp(units(bound) * 2, l.ramp_from + l.ramp_over, l) == none);  // max_exposure itself is another check's
  int128 before = first;
  for (std::int64_t n = 1; n < 8; ++n) {
    const int128 now = ramped_exposure(l, Time{l.ramp_from.ns + l.ramp_over.ns * n / 8});
    RC_ASSERT(now >= before && now <= units(bound));
    before = now;
  }
}

RC_GTEST_PROP(bounds, collar_in_ticks, ()) {
  const Instrument i{{1}, "X", Contract::linear, "BTC", "USDT", "USDT", {10'000'000}, {100'000}, {}, {}, quantity_of(1)};
  Limits l;
  l.collar = {draw(0, decimal_one / 100)};
  l.collar_ticks = static_cast<std::uint32_t>(draw(1, 1'000));
  const Price reference = i.tick * draw(10'000, 100'000);
  const auto by_share = static_cast<std::int64_t>(static_cast<int128>(reference.units) * l.collar.units / decimal_one);
  const auto reach = std::max(by_share, i.tick.units * l.collar_ticks);
  for (const std::int64_t s : {-1, 1}) {
    RC_ASSERT(check_collar(i, Price{reference.units + s * reach}, reference, l) == none);
    RC_ASSERT(check_collar(i, Price{reference.units + s * (reach + 1)}, reference, l) == risk_collar);
  }
}

RC_GTEST_PROP(bounds, ticks_by_height, ()) {
  Instrument i{{1}, "X", Contract::linear, "BTC", "USDT", "USDT", {1'000'000}, {100'000}, {}, {}, quantity_of(1)};
  i.tick_steps[0] = {price_of(100), {10'000'000}};
  OrderTerms t;
  t.type = OrderType::limit;
  const auto steps = draw(1, 1'000);
  t.limit = Price{price_of(100).units - steps * 1'000'000};
  RC_PRE(t.limit.units > 0);
  RC_ASSERT(check_tick(i, t) == none);
  t.limit = Price{price_of(100).units + steps * 10'000'000};
  RC_ASSERT(check_tick(i, t) == none);
  t.limit.units += 1'000'000;  // a small tick above where the coarse ones begin
  RC_ASSERT(check_tick(i, t) == risk_tick);
  t = {};
  t.type = OrderType::trailing_stop;
  t.offset = Price{1'000'000 * steps};
  RC_ASSERT(check_tick(i, t) == none);
  t.offset.units += 1;
  RC_ASSERT(check_tick(i, t) == risk_tick);
  t.offset = {};
  RC_ASSERT(check_tick(i, t) == risk_tick);
  t.type = OrderType::pegged;
  RC_ASSERT(check_tick(i, t) == none);
  t.stop = price_of(100);
  RC_ASSERT(check_tick(i, t) == risk_tick);
}

RC_GTEST_PROP(bounds, synthetic_limits_lie_within_and_on_the_tick, ()) {
  const Instrument i{{1}, "X", Contract::linear, "BTC", "USDT", "USDT", {10'000'000}, {100'000}, {}, {}, quantity_of(1)};
  Limits l;
  l.market_limit = {draw(1, decimal_one / 2)};
  OrderTerms t;
  t.type = OrderType::market;
  const Price reference{draw(decimal_one, 100'000 * decimal_one)};
  const auto reach = static_cast<int128>(reference.units) * l.market_limit.units;
  for (const Side side : {Side::buy, Side::sell}) {
    t.side = side;
    const Price limit = synthetic_limit(i, t, reference, l);
    RC_ASSERT(limit.units > 0 && limit.units % i.tick.units == 0);
    const int128 away = static_cast<int128>(limit.units - reference.units) * sign(side) * decimal_one;
    RC_ASSERT(away <= reach + decimal_one);                              // not beyond, but for the unit the reach is rounded by
    RC_ASSERT(away + static_cast<int128>(i.tick.units) * decimal_one > reach);  // and the next tick would be
  }
  t.type = OrderType::limit;
  RC_ASSERT(synthetic_limit(i, t, reference, l) == Price{});
}

RC_GTEST_PROP(bounds, band_and_locate, ()) {
  Limits l;
  l.band_low = {draw(1, 1'000'000)};
  l.band_high = {l.band_low.units + draw(0, 1'000'000)};
  RC_ASSERT(check_band(l.band_low, l) == none && check_band(l.band_high, l) == none && check_band({}, l) == none);
  RC_ASSERT(check_band(Price{l.band_low.units - 1}, l) == (l.band_low.units == 1 ? none : risk_band));
  RC_ASSERT(check_band(Price{l.band_high.units + 1}, l) == risk_band);
  const Quantity located{draw(0, 1'000'000)};
  RC_ASSERT(check_locate(located.units + 1, located, l) == none);
  l.needs_locate = true;
  RC_ASSERT(check_locate(located.units, located, l) == none);
  RC_ASSERT(check_locate(located.units + 1, located, l) == risk_locate);
}

TEST(rights, entitlements) {
  const std::vector<Entitlement> all{{{1}, {2}, {}, {OrderType::limit}}, {{1}, {}, {7}, {}}, {{}, {}, {9}, {OrderType::market}}};
  const auto check = [&](std::uint32_t a, std::uint32_t i, std::uint16_t v, OrderType t) {
    return check_entitlement(resolve_rights(all, {a}, {i}), {v}, t);
  };
  EXPECT_EQ(check(1, 5, 2, OrderType::limit), none);
  EXPECT_EQ(check(1, 5, 2, OrderType::market), risk_type);
  EXPECT_EQ(check(1, 5, 3, OrderType::limit), risk_entitlement);
  EXPECT_EQ(check(1, 5, 0, OrderType::limit), risk_entitlement);  // wherever it likes is more than venue 2
  EXPECT_EQ(check(1, 7, 3, OrderType::stop), none);
  EXPECT_EQ(check(2, 9, 0, OrderType::market), none);
  EXPECT_EQ(check(2, 7, 0, OrderType::market), risk_entitlement);
  EXPECT_EQ(check_entitlement(resolve_rights({}, {2}, {7}), {}, OrderType::stop), none);
}

TEST(rights, phases_and_feeds) {
  std::vector<VenueMarket> v;
  EXPECT_EQ(check_phase(v, {}), none);
  EXPECT_EQ(check_feed(v, {}, true), risk_stale_market);
  EXPECT_EQ(check_feed(v, {}, false), none);
  v.push_back({{1}, TradingPhase::halted, true, true, false});
  EXPECT_EQ(check_phase(v, {}), risk_halted);
  EXPECT_EQ(check_feed(v, {1}, true), risk_stale_market);
  v.push_back({{2}, TradingPhase::opening_auction, true, true, true});
  EXPECT_EQ(check_phase(v, {}), none);
  EXPECT_EQ(check_phase(v, {1}), risk_halted);
  EXPECT_EQ(check_feed(v, {}, true), none);
  EXPECT_EQ(check_feed(v, {1}, true), risk_stale_market);
  v[1].phase = TradingPhase::closed;
  EXPECT_EQ(check_phase(v, {2}), risk_not_tradable);
  for (const auto p : {TradingPhase::continuous, TradingPhase::volatility_auction, TradingPhase::closing_auction}) {
    v[1].phase = p;
    EXPECT_EQ(check_phase(v, {2}), none);
  }
}

TEST(rights, builds_and_modes) {
  const std::vector<RegisteredAlgo> all{{{1}, "ab12"}, {{2}, {}}};
  EXPECT_EQ(check_algo(all, {1}, "ab12"), none);
  EXPECT_EQ(check_algo(all, {1}, "ab13"), risk_algo);
  EXPECT_EQ(check_algo(all, {1}, {}), risk_algo);
  EXPECT_EQ(check_algo(all, {2}, {}), none);
  EXPECT_EQ(check_algo(all, {3}, {}), risk_algo);
  EXPECT_EQ(check_algo(all, {}, {}), none);
  EXPECT_EQ(check_algo({}, {3}, {}), none);
  for (const bool reducing : {false, true})
    for (const bool closes : {false, true}) {
      EXPECT_EQ(check_mode(TradingMode::live, reducing, closes), none);
      EXPECT_EQ(check_mode(TradingMode::canary, reducing, closes), none);
      EXPECT_EQ(check_mode(TradingMode::shadow, reducing, closes), risk_mode);
      EXPECT_EQ(check_mode(TradingMode::reduce_only, reducing, closes), reducing ? none : risk_mode);
      EXPECT_EQ(check_mode(TradingMode::close_only, reducing, closes), closes ? none : risk_mode);
    }
}

// The tiers one by one, a unit of value at a time where that is feasible.
RC_GTEST_PROP(margin, perpetual_tiers, ()) {
  const Ratio rate{draw(1, 100) * decimal_one / 100};
  const Amount step{draw(1, 50)};
  const int128 width = units(step.units), value = static_cast<int128>(draw(0, 60)) * width / 7 * 7 / 7;
  int128 slow = 0;
  std::int64_t tier = 1;
  for (int128 at = 0; at < value; at += width, ++tier) {
    const int128 part = std::min(width, value - at), asked = std::min<int128>(static_cast<int128>(rate.units) * tier, decimal_one);
    slow += (part * asked + decimal_one - 1) / decimal_one;
  }
  const int128 fast = perp_margin({value, 0, 0, 0, 0}, rate, step);
  RC_ASSERT(fast == slow);
  RC_ASSERT(perp_margin({0, value, 0, 0, 0}, rate, step) == fast);
}

RC_GTEST_PROP(margin, shares_are_exact, ()) {
  const int128 value = static_cast<int128>(draw(0, INT64_MAX)) * draw(1, 1'000'000) + draw(0, 1'000'000);
  const Ratio rate{draw(0, 10 * decimal_one)};
  const int128 whole = value / decimal_one * rate.units, rest = value % decimal_one * rate.units;
  RC_ASSERT(share_down(value, rate) == whole + rest / decimal_one);
  RC_ASSERT(share_up(value, rate) == whole + (rest + decimal_one - 1) / decimal_one);
  RC_ASSERT(rounded_up(value) % booked_unit == 0 && rounded_up(value) >= value && rounded_up(value) - value < booked_unit);
}

// Every subset of what may fill, at both ends of the range.
RC_GTEST_PROP(margin, portfolio_scan, ()) {
  const Ratio range{draw(1, 50) * decimal_one / 100};
  const int128 position = units(draw(-100, 100)), buys = units(draw(0, 100)), sells = units(draw(0, 100));
  int128 worst = 0;
  for (const int128 held : {position, position + buys, position - sells, position + buys - sells})
    for (const int s : {-1, 1}) worst = std::max(worst, -s * held * range.units / decimal_one);
  RC_ASSERT(portfolio_margin(position, buys, sells, range) == worst);
}

TEST(margin, the_rules_as_written) {
  const MarginLeg leg{units(100), units(40), 0, 0, units(-200)};
  EXPECT_TRUE(cash_margin(leg) == units(100));
  EXPECT_TRUE(reg_t_margin(leg) == units(50));
  EXPECT_TRUE(reg_t_maintenance(leg) == units(60));
  EXPECT_TRUE(reg_t_maintenance({0, 0, 0, 0, units(200)}) == units(50));
}

}  // namespace
}  // namespace trade
