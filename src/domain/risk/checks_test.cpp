#include "domain/risk/checks.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace trade {
namespace {

// Every check is tried with generated values on both sides of its bound: the last value that passes and the first that does not.

Instrument linear(std::int64_t multiplier = 1) {
  return {{1}, "BTCUSDT", Contract::linear, "BTC", "USDT", "USDT", {10'000'000}, {100'000}, {}, {}, quantity_of(multiplier)};
}
Instrument inverse() {
  return {{2}, "BTCUSD", Contract::inverse, "BTC", "USD", "BTC", {10'000'000}, quantity_of(1), {}, {}, quantity_of(100)};
}
std::int64_t draw(std::int64_t low, std::int64_t high) { return *rc::gen::inRange(low, high); }

RC_GTEST_PROP(checks, tick, ()) {
  const auto i = linear();
  const Price on = i.tick * draw(1, 1'000'000);
  const Price off{on.units + draw(1, i.tick.units)};
  OrderTerms t;
  t.type = OrderType::limit;
  t.limit = on;
  RC_ASSERT(check_tick(i, t) == Reason::none);
  t.limit = off;
  RC_ASSERT(check_tick(i, t) == Reason::risk_tick);
  t.limit = {};
  RC_ASSERT(check_tick(i, t) == Reason::risk_tick);
  t.limit = -on;
  RC_ASSERT(check_tick(i, t) == Reason::risk_tick);
  t.limit = on;
  t.stop = on;  // a limit order has no stop
  RC_ASSERT(check_tick(i, t) == Reason::risk_tick);
  t.type = OrderType::stop_limit;
  RC_ASSERT(check_tick(i, t) == Reason::none);
  t.stop = off;
  RC_ASSERT(check_tick(i, t) == Reason::risk_tick);
  t.type = OrderType::stop;
  t.limit = {};
  t.stop = on;
  RC_ASSERT(check_tick(i, t) == Reason::none);
  t.type = OrderType::market;
  RC_ASSERT(check_tick(i, t) == Reason::risk_tick);
  t.stop = {};
  RC_ASSERT(check_tick(i, t) == Reason::none);
}

RC_GTEST_PROP(checks, lot, ()) {
  auto i = linear();
  const auto lots = draw(2, 1'000'000);
  const Quantity on = i.lot * lots;
  RC_ASSERT(check_lot(i, on) == Reason::none);
  RC_ASSERT(check_lot(i, Quantity{on.units + draw(1, i.lot.units)}) == Reason::risk_lot);
  RC_ASSERT(check_lot(i, Quantity{}) == Reason::risk_lot);
  RC_ASSERT(check_lot(i, -on) == Reason::risk_lot);
  i.min_quantity = on;
  RC_ASSERT(check_lot(i, on) == Reason::none);
  RC_ASSERT(check_lot(i, on - i.lot) == Reason::risk_lot);
}

RC_GTEST_PROP(checks, min_notional, ()) {
  auto i = linear(draw(1, 50));
  const Price p = i.tick * draw(1, 1'000'000);
  const Quantity q = i.lot * draw(1, 100'000);
  const int128 value = static_cast<int128>(p.units) * q.units / decimal_one * i.multiplier.units / decimal_one;
  RC_PRE(value > 1);
  i.min_notional = {static_cast<std::int64_t>(value)};
  RC_ASSERT(check_min_notional(i, p, q) == Reason::none);
  i.min_notional.units += 1;
  RC_ASSERT(check_min_notional(i, p, q) == Reason::risk_min_notional);
  auto coin = inverse();
  const auto contracts = draw(1, 1'000);
  coin.min_notional = price_of(100 * contracts);  // the face, whatever the price
  RC_ASSERT(check_min_notional(coin, p, quantity_of(contracts)) == Reason::none);
  coin.min_notional.units += 1;
  RC_ASSERT(check_min_notional(coin, p, quantity_of(contracts)) == Reason::risk_min_notional);
}

RC_GTEST_PROP(checks, quantity_value_exposure, ()) {
  Limits l;
  const auto bound = draw(1, std::int64_t{1} << 60);
  l.max_quantity = {bound};
  RC_ASSERT(check_quantity(Quantity{bound}, l) == Reason::none);
  RC_ASSERT(check_quantity(Quantity{bound + 1}, l) == Reason::risk_max_quantity);
  l.max_value = {bound};
  const int128 units = static_cast<int128>(bound) * decimal_one;
  RC_ASSERT(check_value(Money{units, "USDT"}, l) == Reason::none);
  RC_ASSERT(check_value(Money{units + 1, "USDT"}, l) == Reason::risk_max_value);
  l.max_exposure = {bound};
  RC_ASSERT(check_exposure(units, l) == Reason::none);
  RC_ASSERT(check_exposure(units + 1, l) == Reason::risk_exposure);
  l = {};
  l.max_quantity = {};
  l.max_value = l.max_exposure = {};
  RC_ASSERT(check_quantity(Quantity{bound + 1}, l) == Reason::none);
  RC_ASSERT(check_value(Money{units + 1, "USDT"}, l) == Reason::none);
  RC_ASSERT(check_exposure(units + 1, l) == Reason::none);
}

RC_GTEST_PROP(checks, position, ()) {
  Limits l;
  const auto bound = draw(1, std::int64_t{1} << 60);
  l.max_position = {bound};
  RC_ASSERT(check_position(bound, l) == Reason::none);
  RC_ASSERT(check_position(bound + 1, l) == Reason::risk_position);
  l.max_position = {};
  RC_ASSERT(check_position(bound + 1, l) == Reason::none);
  RC_ASSERT(check_position(static_cast<int128>(INT64_MAX), l) == Reason::risk_position);  // what the books cannot hold never passes
}

RC_GTEST_PROP(checks, reference_and_collar, ()) {
  Limits l;
  l.reference_age = {draw(1, 1'000'000'000'000)};
  const Time at{draw(0, 1'000'000'000'000)};
  RC_ASSERT(check_reference({price_of(1), at}, at + l.reference_age, l) == Reason::none);
  RC_ASSERT(check_reference({price_of(1), at}, at + l.reference_age + nanoseconds(1), l) == Reason::risk_no_reference);
  RC_ASSERT(check_reference({Price{}, at}, at, l) == Reason::risk_no_reference);
  l.reference_age = {};
  RC_ASSERT(check_reference({price_of(1), {}}, Time{INT64_MAX}, l) == Reason::none);

  l.collar = {draw(1, decimal_one)};
  const Price reference{draw(1, 100'000) * decimal_one};
  const auto reach = static_cast<std::int64_t>(static_cast<int128>(reference.units) * l.collar.units / decimal_one);  // floor
  for (const std::int64_t s : {-1, 1}) {
    RC_ASSERT(check_collar(linear(), Price{reference.units + s * reach}, reference, l) == Reason::none);
    RC_ASSERT(check_collar(linear(), Price{reference.units + s * (reach + 1)}, reference, l) == Reason::risk_collar);
  }
  l.collar = {};
  RC_ASSERT(check_collar(linear(), Price{reference.units * 9}, reference, l) == Reason::none);
}

RC_GTEST_PROP(checks, cash_holding_loss, ()) {
  Limits l;
  const int128 bound = draw(1, std::int64_t{1} << 60);
  RC_ASSERT(check_cash(bound, bound) == Reason::none);
  RC_ASSERT(check_cash(bound + 1, bound) == Reason::risk_cash);
  RC_ASSERT(check_cash(1, -bound) == Reason::risk_cash);
  RC_ASSERT(check_holding(0, l) == Reason::none);
  RC_ASSERT(check_holding(1, l) == Reason::risk_cash);
  l.allow_short = true;
  RC_ASSERT(check_holding(bound, l) == Reason::none);
  l.max_loss = {static_cast<std::int64_t>(bound)};
  RC_ASSERT(check_loss(-bound * decimal_one + 1, l) == Reason::none);
  RC_ASSERT(check_loss(-bound * decimal_one, l) == Reason::risk_loss);
  l.max_loss = {};
  RC_ASSERT(check_loss(-bound * decimal_one, l) == Reason::none);
}

RC_GTEST_PROP(checks, values_that_fit_are_valued, ()) {
  for (const auto& i : {linear(1'000'000), linear(), inverse()}) {
    const Price p{draw(1, INT64_MAX)};
    const Quantity q{draw(1, INT64_MAX)};
    if (value_fits(i, p, q)) RC_ASSERT(value_of(i, p, q).units <= static_cast<int128>(1'000'000'000'000'000) * money_one);
  }
  RC_ASSERT(value_fits(linear(), price_of(100'000), quantity_of(1'000'000)));
  RC_ASSERT(!value_fits(linear(), Price{INT64_MAX}, Quantity{INT64_MAX}));
}

TEST(checks, worst_prices) {
  const Price low = price_of(90), mid = price_of(100), high = price_of(110);
  const auto worst = [&](const Instrument& i, Side side, OrderType type, Price limit, Price stop, std::int64_t slippage = 0) {
    OrderTerms t;
    t.side = side;
    t.type = type;
    t.limit = limit;
    t.stop = stop;
    return worst_price(i, price_range(t, mid, Ratio{slippage}));
  };
  const Price no{};
  EXPECT_EQ(worst(linear(), Side::buy, OrderType::limit, low, no), low);
  EXPECT_EQ(worst(linear(), Side::sell, OrderType::limit, low, no), mid);
  EXPECT_EQ(worst(linear(), Side::sell, OrderType::limit, high, no), high);
  EXPECT_EQ(worst(inverse(), Side::buy, OrderType::limit, high, no), mid);
  EXPECT_EQ(worst(inverse(), Side::sell, OrderType::limit, low, no), low);
  EXPECT_EQ(worst(linear(), Side::buy, OrderType::market, no, no), mid);
  EXPECT_EQ(worst(linear(), Side::buy, OrderType::market, no, no, decimal_one / 10), high);
  EXPECT_EQ(worst(inverse(), Side::sell, OrderType::market, no, no, decimal_one / 10), low);
  EXPECT_EQ(worst(linear(), Side::buy, OrderType::stop, no, high), high);
  EXPECT_EQ(worst(linear(), Side::sell, OrderType::stop, no, low), mid);
  EXPECT_EQ(worst(linear(), Side::buy, OrderType::stop_limit, high, mid), high);
}

TEST(limits, overrides_apply_in_order) {
  Limits defaults;
  std::vector<LimitOverride> overrides(3);
  overrides[0].account = {1};
  overrides[0].max_quantity = quantity_of(5);
  overrides[0].rate = 7;
  overrides[1].instrument = {2};
  overrides[1].max_quantity = quantity_of(3);
  overrides[1].allow_short = true;
  overrides[2].account = {1};
  overrides[2].instrument = {2};
  overrides[2].collar = Ratio{1};
  EXPECT_EQ(resolve(defaults, overrides, {9}, {9}), defaults);
  EXPECT_EQ(resolve(defaults, overrides, {1}, {9}).max_quantity, quantity_of(5));
  EXPECT_EQ(resolve(defaults, overrides, {1}, {}).rate, 7u);
  const Limits both = resolve(defaults, overrides, {1}, {2});
  EXPECT_EQ(both.max_quantity, quantity_of(3));
  EXPECT_TRUE(both.allow_short);
  EXPECT_EQ(both.collar, Ratio{1});
  EXPECT_EQ(both.rate, 7u);
}

}  // namespace
}  // namespace trade
