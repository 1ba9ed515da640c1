#include "domain/strategy/step_quote.h"

#include <gtest/gtest.h>

namespace trade {
namespace {

StrategyConfig config() {
  StrategyConfig c;
  c.kind = StrategyKind::step_quote;
  c.max_position = Quantity{5};
  return c;
}

TEST(StepQuote, KeepsOrdersAtTheTouchOnly) {
  const StepQuoteState s{Price{100}, Price{101}, true};
  EXPECT_FALSE(off_touch(s, Side::buy, Price{100}));
  EXPECT_TRUE(off_touch(s, Side::buy, Price{99}));
  EXPECT_TRUE(off_touch(s, Side::buy, Price{101}));
  EXPECT_FALSE(off_touch(s, Side::sell, Price{101}));
  EXPECT_TRUE(off_touch(s, Side::sell, Price{100}));
  const StepQuoteState no_bid{Price{}, Price{101}, true};
  EXPECT_FALSE(off_touch(no_bid, Side::buy, Price{99}));
}

TEST(StepQuote, QuotesEachSideWhileThePositionIsInside) {
  const auto c = config();
  const StepQuoteState s{Price{100}, Price{101}, true};
  for (std::int64_t held = -8; held <= 8; ++held) {
    EXPECT_EQ(wants_quote(c, s, Side::buy, Quantity{held}), held < 5) << held;
    EXPECT_EQ(wants_quote(c, s, Side::sell, Quantity{held}), held > -5) << held;
  }
  auto free = c;
  free.max_position = {};
  EXPECT_TRUE(wants_quote(free, s, Side::buy, Quantity{1000}));
}

TEST(StepQuote, QuotesNothingWithoutATouchOrInACrossedBook) {
  const auto c = config();
  EXPECT_FALSE(wants_quote(c, {Price{}, Price{101}, true}, Side::buy, {}));
  EXPECT_FALSE(wants_quote(c, {Price{100}, Price{}, true}, Side::sell, {}));
  EXPECT_FALSE(wants_quote(c, {Price{101}, Price{101}, true}, Side::buy, {}));
}

TEST(StepQuote, NeedsASizeAndAStep) {
  StrategyConfig c = config();
  c.id = StrategyId{1};
  c.account = AccountId{1};
  c.instrument = InstrumentId{1};
  c.size = Quantity{1};
  EXPECT_TRUE(compile_strategy(c).ok());
  c.step = {};
  EXPECT_EQ(compile_strategy(c).error().where, "strategy.step");
  c = config();
  c.id = StrategyId{1};
  c.account = AccountId{1};
  c.instrument = InstrumentId{1};
  c.notional = Price{1};
  EXPECT_EQ(compile_strategy(c).error().where, "strategy.size");
  c.notional = {};
  c.size = Quantity{1};
  c.max_position = Quantity{-1};
  EXPECT_EQ(compile_strategy(c).error().where, "strategy.max_position");
}

}  // namespace
}  // namespace trade
