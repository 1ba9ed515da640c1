#pragma once
#include <cstdint>
#include <string>

#include "core/fields.h"

namespace trade::sim {

// How often something worth meeting was met; the suite demands that each was.
struct TradingReach {
  std::uint64_t crashes = 0, power_losses = 0, crashes_with_open_orders = 0, snapshots = 0, ring_full = 0, torn_or_cut = 0;
  std::uint64_t flips_refused = 0, flips_in_tail = 0, survivors_folded = 0;
  std::uint64_t orders = 0, fills = 0, splits = 0, replaced = 0, expired = 0, rejected_by_venue = 0, blocked_by_limit = 0;
  std::uint64_t early_cancels = 0;
  std::uint64_t resent = 0, answers_repeated = 0, other_bodies_refused = 0, answers_lost = 0;
  std::uint64_t duplicate_fills = 0, duplicates_after_restart = 0, fills_after_the_end = 0, fills_during_replace = 0;
  std::uint64_t disconnects = 0, lost_on_way_out = 0, lost_on_way_in = 0, never_heard_of = 0, unknown_resolved = 0;
  std::uint64_t busts = 0, corrections = 0, reversed_after_the_end = 0, mass_cancels = 0;
  std::uint64_t groups = 0, groups_refused = 0, group_fills_taken = 0, children_released = 0, parents_ended_empty = 0;
  std::uint64_t kills = 0, kills_with_open_orders = 0, blocked_by_kill = 0;
  FIELDS(TradingReach, crashes, power_losses, crashes_with_open_orders, snapshots, ring_full, torn_or_cut, flips_refused, flips_in_tail,
         survivors_folded, orders, fills, splits, replaced, expired, rejected_by_venue, blocked_by_limit, early_cancels, resent,
         answers_repeated, other_bodies_refused, answers_lost, duplicate_fills, duplicates_after_restart, fills_after_the_end,
         fills_during_replace, disconnects, lost_on_way_out, lost_on_way_in, never_heard_of, unknown_resolved, busts, corrections,
         reversed_after_the_end, mass_cancels, groups, groups_refused, group_fills_taken, children_released, parents_ended_empty, kills,
         kills_with_open_orders, blocked_by_kill)
};

// Runs the product's order path - config, gateway, normalizer, oms, risk, exeq, ptrc, pnl - against clients, two model exchanges and a
// simulated disk, under crashes, delays, losses and duplicates that are all drawn from the seed. Then the faults stop, and everything has
// to come to rest. Returns the first broken promise, empty when none was.
std::string run_trading(std::uint64_t seed, TradingReach& reach);

}  // namespace trade::sim
