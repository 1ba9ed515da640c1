#pragma once
#include <cstdint>

#include "core/fields.h"

namespace trade {

// Plausible wrong readings of a rule, one per rule, which the simulator must catch. They exist in the simulator's build only:
// elsewhere planted() is a constant false and the seam is compiled away.
enum class Bug : std::uint8_t {
  none, send_before_durable, no_fill_dedup, reservation_lost, ignore_open_orders, crc_skipped, claim_at_enqueue, mark_first, cause_root,
  dup_ack_early, reoffer_late, snap_no_rings, unjournaled_recovery, stale_tail, no_resync, snap_ahead, query_dirty, ports_early,
  hw_single, answers_hw, push_mid, count_by_place
};
NAMES(Bug, none, send_before_durable, no_fill_dedup, reservation_lost, ignore_open_orders, crc_skipped, claim_at_enqueue, mark_first,
      cause_root, dup_ack_early, reoffer_late, snap_no_rings, unjournaled_recovery, stale_tail, no_resync, snap_ahead, query_dirty,
      ports_early, hw_single, answers_hw, push_mid, count_by_place)

#ifdef TRADE_PLANTED_BUGS
inline Bug planted_bug = Bug::none;
inline bool planted(Bug bug) { return planted_bug == bug; }
#else
constexpr bool planted(Bug) { return false; }
#endif

}  // namespace trade
