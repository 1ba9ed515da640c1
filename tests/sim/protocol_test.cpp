#include <gtest/gtest.h>

#include "sim/protocol_world.h"

namespace trade::sim {
namespace {

std::string run_seed(std::uint64_t seed) {
  Reached reached;
  return run_protocol(seed, reached);
}

TEST(Protocol, HoldsUnderCrashesDelaysAndDuplicates) {
  Reached reached;
  for (std::uint64_t seed = 1; seed <= 200; ++seed) ASSERT_EQ(run_protocol(seed, reached), "") << "seed " << seed;
  EXPECT_GT(reached.crashes, 200u);
  EXPECT_GT(reached.power_losses, 100u);
  EXPECT_GT(reached.blocked, 0u);
  EXPECT_GT(reached.conflated, 0u);
  EXPECT_GT(reached.duplicates, 0u);
  EXPECT_GT(reached.resubmitted, 0u);
  EXPECT_GT(reached.snapshots, 0u);
}

class PlantedInProtocol : public testing::TestWithParam<Bug> {};
TEST_P(PlantedInProtocol, IsCaught) { EXPECT_NE(first_caught(GetParam(), 200, &run_seed), 0u); }
INSTANTIATE_TEST_SUITE_P(Rules, PlantedInProtocol,
                         testing::Values(Bug::claim_at_enqueue, Bug::mark_first, Bug::cause_root, Bug::dup_ack_early, Bug::reoffer_late,
                                         Bug::snap_no_rings, Bug::unjournaled_recovery, Bug::send_before_durable, Bug::no_fill_dedup,
                                         Bug::stale_tail, Bug::no_resync, Bug::snap_ahead),
                         [](const auto& p) { return std::string(name_of(p.param)); });

}  // namespace
}  // namespace trade::sim
