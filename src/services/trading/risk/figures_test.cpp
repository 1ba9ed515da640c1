#include "services/trading/risk/figures.h"

#include <gtest/gtest.h>

#include <cmath>

#include "services/trading/risk/risk_testing.h"

namespace trade {
namespace {

constexpr const char* config = R"({"risk": {"figures": {"every": "60s", "interval": "1s", "window": 20, "draws": 5000}}})";

Bar bar(std::int64_t close_units, std::int64_t second) {
  Bar b;
  b.instrument = {1};
  b.interval = seconds(1);
  b.open_time = Time{second * 1'000'000'000};
  b.open = b.high = b.low = b.close = Price{close_units};
  b.trades = 1;
  return b;
}
// A close that wanders a little, the same way every time.
std::int64_t close_at(std::int64_t n) { return price_of(100).units + (n * 7919 % 13 - 6) * decimal_one / 10; }

struct Rig : RiskRig {
  explicit Rig(int bars) : RiskRig(config) {
    const auto bought = terms(Side::buy, 1000);  // one unit
    intend(bought);
    fill_whole({order}, bought, 100);
    for (std::int64_t n = 1; n <= bars; ++n) bench.send(bar(close_at(n), n), Time{n * 1'000'000'000 + 1});
    Mark m;
    m.instrument = {1};
    m.price = price_of(100);
    bench.send(m, Time{40'000'000'000});
    bench.take<FigureRisk>();
    bench.run_timers(Time{70'000'000'000});
  }
};

TEST(risk_figures, are_asked_by_the_clock_and_answer_what_the_closes_say) {
  Rig rig(30);
  const auto asked = rig.bench.take<FigureRisk>();
  ASSERT_EQ(asked.size(), 1u) << "only the account that holds something";
  FigureRisk q = asked[0];
  EXPECT_EQ(q.account, AccountId{1});
  const ValuedPosition position{{1}, {100 * money_one, "USDT"}, false};
  std::vector<Price> closes;
  for (std::int64_t n = 10; n <= 30; ++n) closes.push_back(Price{close_at(n)});
  q.positions = std::span(&position, 1);
  q.closes = std::span<const Price>(closes);
  const auto figured = q.compute();
  ASSERT_EQ(figured.fault, FiguresFault::none);
  std::vector<double> returns;
  for (std::size_t i = 1; i < closes.size(); ++i)
    returns.push_back(static_cast<double>(closes[i].units) / static_cast<double>(closes[i - 1].units) - 1);
  const double worst = *std::min_element(returns.begin(), returns.end());
  EXPECT_NEAR(static_cast<double>(figured.historical_var.units) / static_cast<double>(money_one), -100 * worst, 1e-7);
  double mean = 0, squares = 0;
  for (const double r : returns) mean += r / 20;
  for (const double r : returns) squares += (r - mean) * (r - mean) / 20;  // one asset: nothing to shrink
  EXPECT_NEAR(static_cast<double>(figured.parametric_var.units) / static_cast<double>(money_one),
              100 * 2.3263478740408408 * std::sqrt(squares), 1e-6);
  EXPECT_EQ(figured.count, 1u);
  rig.bench.send(figured, Time{71'000'000'000});
  const auto view = rig.bench.ask(RiskFiguresQuery{});
  ASSERT_EQ(view.accounts.size(), 1u);
  EXPECT_EQ(view.accounts[0].parametric_var, figured.parametric_var);
}

TEST(risk_figures, too_short_a_past_is_said_and_nothing_is_made_of_it) {
  Rig rig(5);
  const auto asked = rig.bench.take<FigureRisk>();
  ASSERT_EQ(asked.size(), 1u);
  FigureRisk q = asked[0];
  const ValuedPosition position{{1}, {100 * money_one, "USDT"}, false};
  std::vector<Price> closes(5, price_of(100));
  q.positions = std::span(&position, 1);
  q.closes = std::span<const Price>(closes);
  EXPECT_EQ(q.compute().fault, FiguresFault::too_few_closes);
  closes.assign(21, price_of(100));  // a price that never moves
  q.closes = std::span<const Price>(closes);
  EXPECT_EQ(q.compute().fault, FiguresFault::no_definite_covariance);
}

TEST(risk_figures, a_rule_that_cannot_be_is_refused_by_name) {
  const auto refused = [](FigureRule r, std::string_view where) {
    r.every = r.every.ns == 0 ? seconds(1) : r.every;
    const auto checked = check_figures(r);
    ASSERT_FALSE(checked.ok());
    EXPECT_EQ(checked.error().where, where);
  };
  refused({Duration{-1}}, "figures.every");
  FigureRule r;
  r.window = 1;
  refused(r, "figures.window");
  r = {};
  r.confidence = Ratio{decimal_one};
  refused(r, "figures.confidence");
  r = {};
  r.draws = 0;
  refused(r, "figures.draws");
  r = {};
  r.interval = {};
  refused(r, "figures.interval");
}

}  // namespace
}  // namespace trade
