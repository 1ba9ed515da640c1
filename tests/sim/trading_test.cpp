#include <gtest/gtest.h>

#include <cinttypes>
#include <cstdio>
#include <cstdlib>

#include "sim/protocol_world.h"
#include "sim/trading_world.h"

namespace trade::sim {
namespace {

std::string run_seed(std::uint64_t seed) {
  TradingReach reach;
  return run_trading(seed, reach);
}

TEST(Trading, HoldsUnderCrashesDelaysAndDuplicates) {
  TradingReach r;
  for (std::uint64_t seed = 1; seed <= 1000; ++seed) ASSERT_EQ(run_trading(seed, r), "") << "seed " << seed;
  static_assert(all_fields_named<TradingReach>);
  TradingReach::each_field([&](std::string_view name, auto field) { EXPECT_GT(r.*field, 0u) << "never met: " << name; });
}

// TRADE_SEEDS=first:last runs those instead: a search, or one seed again.
TEST(Trading, HoldsOverMoreSeeds) {
  std::uint64_t first = 52'159, last = first;
  if (const char* range = std::getenv("TRADE_SEEDS")) {
    ASSERT_EQ(std::sscanf(range, "%" SCNu64 ":%" SCNu64, &first, &last), 2) << "TRADE_SEEDS is first:last";
  }
  TradingReach r;
  for (std::uint64_t seed = first; seed <= last; ++seed) EXPECT_EQ(run_trading(seed, r), "") << "seed " << seed;
}

// The seed decides everything.
TEST(Trading, IsRepeatable) {
  for (std::uint64_t seed = 1; seed <= 10; ++seed) {
    TradingReach first, second;
    ASSERT_EQ(run_trading(seed, first), run_trading(seed, second));
    TradingReach::each_field([&](std::string_view name, auto field) { EXPECT_EQ(first.*field, second.*field) << name << " of " << seed; });
  }
}

class PlantedInTrading : public testing::TestWithParam<Bug> {};
TEST_P(PlantedInTrading, IsCaught) { EXPECT_NE(first_caught(GetParam(), 200, &run_seed), 0u); }
INSTANTIATE_TEST_SUITE_P(Rules, PlantedInTrading,
                         testing::Values(Bug::send_before_durable, Bug::no_fill_dedup, Bug::reservation_lost, Bug::ignore_open_orders,
                                         Bug::crc_skipped, Bug::unjournaled_recovery),
                         [](const auto& p) { return std::string(name_of(p.param)); });

}  // namespace
}  // namespace trade::sim
