#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <fstream>
#include <map>
#include <sstream>

#include "app/catalogue.h"
#include "app/output.h"
#include "app/platform.h"
#include "app/report.h"
#include "captures/recorded_data.h"
#include "messages/signals.h"

namespace trade {
namespace {

struct Outcome {
  Report report;
  RiskSummary risk;
  StrategyList strategies;
  std::vector<Fill> fills;
};

const std::string bars = "nautilus/btc_perp_1m.csv";

// One example run to its end; `data` replaces the feeds' paths in their order.
Outcome backtest(const std::string& name, const std::vector<std::string>& data, std::vector<std::string> overrides = {}) {
  for (std::size_t k = 0; k < data.size(); ++k) overrides.push_back("feed." + std::to_string(k) + ".path=\"" + data[k] + "\"");
  auto settings = load_settings(catalogue(), TRADE_SOURCE_DIR "/examples/strategy_" + name + ".yaml", overrides, {});
  CHECK(settings.ok(), settings.ok() ? "" : settings.error().text());
  Tape tape;
  auto platform = Platform::start(catalogue(), std::move(settings).value(), {});
  CHECK(platform.ok(), platform.ok() ? "" : platform.error().text());
  VirtualTime run((*platform)->process(), (*platform)->sources(), tape, (*platform)->mark());
  CHECK(run.open().ok() && run.run(1).ok());
  Outcome o;
  o.report = make_report((*platform)->machine().kernel());
  (*platform)->machine().kernel().ask(RiskQuery{}, o.risk);
  (*platform)->machine().kernel().ask(StrategiesQuery{}, o.strategies);
  CHECK((*platform)->close().ok());
  o.fills = tape.take();
  EXPECT_TRUE(o.report.ledger.balanced);
  EXPECT_EQ(o.report.feed.faults, 0u);
  EXPECT_EQ(o.report.feed.gaps, 0u);
  return o;
}
Outcome on_bars(const std::string& name, std::vector<std::string> overrides = {}) {
  return backtest(name, {recorded::root() + "/" + bars}, std::move(overrides));
}
Outcome on_sample(const std::string& name) { return backtest(name, {TRADE_SOURCE_DIR "/examples/data/binance_usdm_btcusdt_60s.gz"}); }
bool no_bars() {
  if (recorded::there(bars)) return false;
  std::printf("[  SKIPPED ] no recorded bars in %s (set TRADE_DATA)\n", recorded::root().c_str());
  EXPECT_EQ(std::getenv("CI"), nullptr);
  return true;
}

// The position after each fill, of one instrument.
std::vector<std::int64_t> positions(const std::vector<Fill>& fills, std::uint32_t instrument = 1) {
  std::vector<std::int64_t> out;
  std::int64_t held = 0;
  for (const auto& f : fills)
    if (f.instrument.value == instrument) out.push_back(held += sign(f.side) * f.quantity.units);
  return out;
}
void expect_within(const std::vector<Fill>& fills, std::int64_t most) {
  for (const auto p : positions(fills)) EXPECT_LE(std::abs(p), most);
}
void expect_solvent(const Outcome& o, std::size_t account, double cash) {
  EXPECT_NEAR(static_cast<double>(o.report.pnl.accounts.at(account).equity.units) / 1e16, cash, 0.1 * cash);
}

// Hours of the recorded minutes: (start, close).
std::vector<std::pair<std::int64_t, double>> hours() {
  std::ifstream file(recorded::root() + "/" + bars);
  std::string line, cell;
  std::getline(file, line);
  std::vector<std::pair<std::int64_t, double>> out;
  while (std::getline(file, line)) {
    std::stringstream cells(line);
    std::getline(cells, cell, ',');
    const std::int64_t hour = parse_time(cell)->ns / 3'600'000'000'000;
    for (int k = 0; k < 4; ++k) std::getline(cells, cell, ',');
    if (out.empty() || out.back().first != hour) out.emplace_back(hour, 0);
    out.back().second = std::stod(cell);
  }
  out.pop_back();  // its hour has not ended
  return out;
}

TEST(strategies, golden_cross_equals_a_plain_reading_of_its_rule) {
  if (no_bars()) return;
  const auto o = on_bars("golden_cross");
  const auto bar = hours();
  const auto average = [&](std::size_t at, std::size_t n) {
    double sum = 0;
    for (std::size_t k = at + 1 - n; k <= at; ++k) sum += bar[k].second;
    return sum / static_cast<double>(n);
  };
  std::vector<std::pair<double, double>> wanted;  // signed quantity, price
  double held = 0;
  for (std::size_t at = 200; at < bar.size(); ++at) {
    const double now = average(at, 50) - average(at, 200), before = average(at - 1, 50) - average(at - 1, 200);
    const int side = now > 0 && before <= 0 ? 1 : now < 0 && before >= 0 ? -1 : 0;
    if (side == 0 || (held != 0 && (held > 0) == (side > 0))) continue;
    if (held != 0) wanted.emplace_back(-held, bar[at].second);
    held = side * std::floor(50'000 / bar[at].second * 10'000) / 10'000;
    wanted.emplace_back(held, bar[at].second);
  }
  ASSERT_EQ(o.fills.size(), wanted.size());
  ASSERT_GE(wanted.size(), 3u);
  for (std::size_t k = 0; k < wanted.size(); ++k) {
    EXPECT_NEAR(static_cast<double>(sign(o.fills[k].side) * o.fills[k].quantity.units) / 1e8, wanted[k].first, 1e-9) << k;
    EXPECT_NEAR(static_cast<double>(o.fills[k].price.units) / 1e8, wanted[k].second, 1e-9) << k;
  }
  expect_solvent(o, 0, 100'000);
}

TEST(strategies, rsi_reversion_trades_small_and_ends_flat_or_within_bounds) {
  if (no_bars()) return;
  const auto o = on_bars("rsi_reversion");
  EXPECT_GE(o.fills.size(), 10u);
  EXPECT_EQ(o.report.orders.rejected, 0u);
  expect_within(o.fills, 2 * decimal_one);
  expect_solvent(o, 0, 100'000);
}

TEST(strategies, breakout_never_holds_unprotected) {
  if (no_bars()) return;
  const auto o = on_bars("breakout");
  EXPECT_GE(o.fills.size(), 5u);
  EXPECT_EQ(o.report.orders.rejected, 0u);
  const auto held = positions(o.fills);
  for (const auto p : held) EXPECT_GE(p, 0);  // neither half of a bracket fills after the other
  EXPECT_GT(std::count(held.begin(), held.end(), 0), 1);
  EXPECT_EQ(o.report.orders.open, held.back() != 0 ? 2u : o.report.orders.open);
  EXPECT_LE(o.report.orders.open, 2u);
  expect_solvent(o, 0, 100'000);
}

TEST(strategies, a_resting_stop_may_trail) {
  if (no_bars()) return;
  const auto o = on_bars("breakout", {"signals.strategies.0.stop_loss.trailing=true"});
  EXPECT_GE(o.fills.size(), 5u);
  EXPECT_EQ(o.report.orders.rejected, 0u);
  for (const auto p : positions(o.fills)) EXPECT_GE(p, 0);
  EXPECT_LE(o.report.orders.open, 2u);
}

// The same decisions, each worked off over two hours: as much is bought and sold, in many pieces at other prices.
TEST(strategies, an_entry_is_worked_off_by_an_algo) {
  if (no_bars()) return;
  const auto whole = on_bars("golden_cross");
  const auto pieces = on_bars("golden_cross", {"signals.strategies.0.entry.algo=twap", "signals.strategies.0.entry.over=2h"});
  EXPECT_GT(pieces.fills.size(), 20 * whole.fills.size());
  EXPECT_EQ(pieces.report.orders.orders, whole.report.orders.orders);
  EXPECT_EQ(pieces.report.orders.rejected, 0u);
  EXPECT_EQ(positions(pieces.fills).back(), positions(whole.fills).back());
}

TEST(strategies, momentum_holds_what_the_votes_want) {
  if (no_bars()) return;
  const auto o = on_bars("momentum");
  EXPECT_GE(o.fills.size(), 20u);
  for (const auto& f : o.fills) EXPECT_EQ(f.strategy, StrategyId{4});  // advisers raise nothing
  expect_within(o.fills, decimal_one);
  ASSERT_EQ(o.strategies.strategies.size(), 4u);
  for (const auto& s : o.strategies.strategies) EXPECT_TRUE(s.ready);
  EXPECT_EQ(o.strategies.strategies[3].held.units, positions(o.fills).back());
  expect_solvent(o, 0, 100'000);
}

TEST(strategies, pairs_trade_both_legs_or_none) {
  const std::string folder = "lean/crypto/coinbase/minute/", day = "/20170903_trade.zip";
  if (!recorded::there(folder + "ethusd" + day)) {
    std::printf("[  SKIPPED ] no Lean recordings in %s (set TRADE_DATA)\n", recorded::root().c_str());
    EXPECT_EQ(std::getenv("CI"), nullptr);
    return;
  }
  const auto root = recorded::root() + "/" + folder;
  const auto o = backtest("pairs", {root + "btcusd" + day, root + "ethusd" + day});
  const auto first = positions(o.fills, 1), second = positions(o.fills, 2);
  EXPECT_GE(first.size(), 10u);
  ASSERT_EQ(first.size(), second.size());
  for (std::size_t k = 0; k < first.size(); ++k) EXPECT_TRUE(first[k] == 0 ? second[k] == 0 : (first[k] > 0) == (second[k] < 0)) << k;
  expect_solvent(o, 0, 100'000);
}

TEST(strategies, a_maker_fills_on_both_sides_within_its_bound) {
  const auto o = on_sample("maker"), again = on_sample("maker");
  EXPECT_EQ(o.report.state_hash, again.report.state_hash);
  const auto bought = std::count_if(o.fills.begin(), o.fills.end(), [](const Fill& f) { return f.side == Side::buy; });
  EXPECT_GE(bought, 5);
  EXPECT_GE(static_cast<std::ptrdiff_t>(o.fills.size()) - bought, 5);
  for (const auto& f : o.fills) EXPECT_EQ(f.liquidity, Liquidity::maker);
  expect_within(o.fills, 5'000'000);
  expect_solvent(o, 0, 100'000);
}

TEST(strategies, a_grid_fills_on_its_steps_within_its_levels) {
  const auto o = on_sample("grid");
  EXPECT_GE(o.fills.size(), 10u);
  expect_within(o.fills, 5'000'000);
  for (const auto& f : o.fills) EXPECT_EQ((f.price.units - o.fills[0].price.units) % (5 * decimal_one), 0);
  expect_solvent(o, 0, 100'000);
}

// A strategy that asks for too much is told why, order by order; its account and everyone else are as if it had asked for nothing.
TEST(strategies, a_breach_is_refused_by_name_and_changes_nothing_else) {
  if (no_bars()) return;
  const auto o = on_bars("limit_breach"), without = on_bars("limit_breach", {"signals.strategies.1.advise=true"});
  EXPECT_GE(o.risk.blocked, 10u);
  EXPECT_EQ(o.report.orders.rejected, o.risk.blocked);
  ASSERT_EQ(o.risk.reasons.size(), 1u);
  EXPECT_EQ(o.risk.reasons[0].first, Reason::risk_position);
  EXPECT_EQ(o.risk.reasons[0].second, o.risk.blocked);
  EXPECT_EQ(without.risk.blocked, 0u);
  const auto same = [](const Fill& a, const Fill& b) {
    return a.account == b.account && a.side == b.side && a.price == b.price && a.quantity == b.quantity && a.value == b.value &&
           a.fee == b.fee && a.venue_time == b.venue_time;
  };
  EXPECT_TRUE(std::equal(o.fills.begin(), o.fills.end(), without.fills.begin(), without.fills.end(), same));
  EXPECT_GE(o.fills.size(), 20u);
  for (const auto& f : o.fills) EXPECT_EQ(f.account, AccountId{1});
  EXPECT_EQ(o.report.ledger.cash, without.report.ledger.cash);
  ASSERT_EQ(o.report.pnl.accounts.size(), 2u);
  EXPECT_EQ(o.report.pnl.accounts[0].equity, without.report.pnl.accounts[0].equity);
  EXPECT_EQ(o.report.pnl.accounts[1].equity.units, static_cast<int128>(100'000) * decimal_one * decimal_one);
  EXPECT_EQ(o.strategies.strategies[1].held, Quantity{});
}

}  // namespace
}  // namespace trade
