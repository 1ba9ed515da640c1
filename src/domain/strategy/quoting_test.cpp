#include "domain/strategy/quoting.h"

#include <gtest/gtest.h>

#include <cmath>
#include <set>

#include "core/digest.h"

namespace trade {
namespace {

Instrument coin() {
  Instrument i;
  i.id = {1};
  i.tick = {1'000'000};
  i.lot = {100'000};
  i.multiplier = quantity_of(1);
  return i;
}
StrategyConfig maker() {
  StrategyConfig c;
  c.kind = StrategyKind::maker;
  c.size = quantity_of(1);
  c.every = 1;
  c.maker.max_position = quantity_of(3);
  c.maker.span = 9;
  return c;
}

TEST(quoting, logarithms_are_right) {
  for (double x = 1e-6; x < 1e9; x *= 1.37) EXPECT_NEAR(natural_log(x), std::log(x), 2e-15 * (1 + std::abs(std::log(x)))) << x;
  EXPECT_EQ(natural_log(1.0), 0.0);
}

// The published formulas over the whole history, in floating point as the paper writes them.
TEST(quoting, a_makers_quotes_equal_the_paper) {
  const auto c = maker();
  const auto i = coin();
  MakerState state;
  std::vector<double> middles, times;
  std::int64_t cents = 10'000;
  Time now{};
  for (std::uint64_t k = 0; k < 500; ++k) {
    cents += static_cast<std::int64_t>(mix64(k) % 21) - 10;
    now = now + milliseconds(1 + static_cast<std::int64_t>(mix64(k + 999) % 400));
    const Best best{Price{(cents - 2) * 1'000'000}, Price{(cents + 3) * 1'000'000}};
    const bool due = observe_tick(c, state, best, now);
    middles.push_back((static_cast<double>(cents) + 0.5) / 100);
    times.push_back(static_cast<double>(now.ns) / 1e9);
    ASSERT_EQ(due, k >= 1);
    if (!due) continue;
    double squares = 0, passed = 0;
    for (std::size_t n = 1; n < middles.size(); ++n) {
      const double share = n == 1 ? 1.0 : 0.2;
      squares = (1 - share) * squares + share * std::pow(middles[n] - middles[n - 1], 2);
      passed = (1 - share) * passed + share * (times[n] - times[n - 1]);
    }
    const int q = static_cast<int>(k % 7) - 3;
    const double g = 0.1, kappa = 1.5, risk = g * squares / passed * 1.0;
    const double r = middles.back() - q * risk, spread = risk + 2 / g * std::log(1 + g / kappa);
    const auto sides = maker_quotes(c, state, i, best, quantity_of(q));
    if (q == 3) {
      EXPECT_EQ(sides.bid, Price{});
    } else {
      EXPECT_NEAR(plain(sides.bid.units), std::min(std::floor((r - spread / 2) * 100) / 100, plain(best.ask.units) - 0.01), 1e-9);
      EXPECT_LT(sides.bid, best.ask);
    }
    if (q == -3) {
      EXPECT_EQ(sides.ask, Price{});
    } else {
      EXPECT_NEAR(plain(sides.ask.units), std::max(std::ceil((r + spread / 2) * 100) / 100, plain(best.bid.units) + 0.01), 1e-9);
      EXPECT_GT(sides.ask, best.bid);
    }
    EXPECT_EQ(sides.bid.units % i.tick.units, 0);
  }
}

TEST(quoting, a_maker_without_a_market_quotes_nothing) {
  MakerState state;
  const auto c = maker();
  EXPECT_FALSE(observe_tick(c, state, {}, Time{1}));
  EXPECT_FALSE(observe_tick(c, state, {price_of(1), {}}, Time{1}));
  const auto sides = maker_quotes(c, state, coin(), {price_of(1), price_of(2)}, {});
  EXPECT_EQ(sides.bid, Price{});
  EXPECT_EQ(sides.ask, Price{});
}

std::string told(const QuoteWishes& w) {
  std::string s;
  for (std::uint32_t k = 0; k < w.count; ++k) s += (w.quotes[k].side == Side::buy ? "B" : "S") + print(w.quotes[k].limit) + " ";
  return s;
}

TEST(quoting, a_grid_gives_back_a_step_away) {
  StrategyConfig c = maker();
  c.kind = StrategyKind::grid;
  c.grid = {price_of(2), 2};
  GridState state;
  const auto i = coin();
  EXPECT_FALSE(observe_tick(c, state, i, {price_of(1), {}}));
  EXPECT_TRUE(observe_tick(c, state, i, {price_of(99), price_of(101)}));
  EXPECT_EQ(told(grid_quotes(c, state, i, {})), "B98 B96 S102 S104 ");
  EXPECT_EQ(told(grid_quotes(c, state, i, quantity_of(1))), "B96 S100 S102 S104 ");
  EXPECT_EQ(told(grid_quotes(c, state, i, quantity_of(2))), "S98 S100 S102 S104 ");
  EXPECT_EQ(told(grid_quotes(c, state, i, quantity_of(-1))), "B100 B98 B96 S104 ");
  EXPECT_EQ(told(grid_quotes(c, state, i, Quantity{50'000'000})), "B98 B96 S102 S104 ");  // half of a level: it still rests
  state.centre = price_of(3);
  EXPECT_EQ(told(grid_quotes(c, state, i, {})), "B1 S5 S7 ");  // no price below nought
}

// Whatever the price does, what a grid has earned is a step a round trip, and its position stays within its levels.
TEST(quoting, a_grid_earns_a_step_a_round_trip) {
  StrategyConfig c = maker();
  c.kind = StrategyKind::grid;
  c.grid = {price_of(1), 4};
  const auto i = coin();
  GridState state;
  std::int64_t price = 100, held = 0, cash = 0, fills = 0;
  observe_tick(c, state, i, {price_of(100), price_of(100)});
  for (std::uint64_t k = 0; k < 3000; ++k) {
    price = std::clamp<std::int64_t>(price + static_cast<std::int64_t>(mix64(k) % 3) - 1, 92, 108);
    for (bool filled = true; filled;) {
      filled = false;
      const auto quotes = grid_quotes(c, state, i, quantity_of(held));
      for (std::uint32_t n = 0; n < quotes.count && !filled; ++n) {
        const auto& q = quotes.quotes[n];
        if (q.side == Side::buy ? price_of(price) >= q.limit : price_of(price) <= q.limit) continue;  // it must be passed
        held += sign(q.side);
        cash -= sign(q.side) * (q.limit.units / decimal_one);
        ++fills;
        filled = true;
      }
    }
    ASSERT_LE(std::abs(held), 4);
    // Bought down from the centre at 99, 98, ..., sold up at 101, 102, ...: the rest of the cash is earned.
    std::int64_t cost = 0;
    for (std::int64_t n = 1; n <= std::abs(held); ++n) cost += held > 0 ? -(100 - n) : 100 + n;
    const std::int64_t trips = (fills - std::abs(held)) / 2;
    ASSERT_EQ(cash - cost, trips) << k;
  }
  EXPECT_GT(fills, 100);
}

}  // namespace
}  // namespace trade
