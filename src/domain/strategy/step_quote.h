#pragma once
#include "domain/strategy/strategy.h"

// Quoting both sides of the touch on a clock: every `step` what stands off the touch is cancelled, then each side without an order at the
// touch gets one, post-only, while the position is inside max_position. The workload W3 of bench/peers.md.
namespace trade {

// What has been seen of the market since the strategy began.
struct StepQuoteState {
  Price bid, ask;   // 0: absent
  bool stepping{};  // its timer is set
  FIELDS(StepQuoteState, bid, ask, stepping)
};

// The touch a side's orders belong at.
inline Price touch_of(const StepQuoteState& s, Side side) { return side == Side::buy ? s.bid : s.ask; }

// True: an order of that side and limit no longer stands at the touch and goes. An absent touch takes nothing away.
bool off_touch(const StepQuoteState& s, Side side, Price limit);

// True: the side should have an order at the touch. `held` is the signed position.
bool wants_quote(const StrategyConfig& config, const StepQuoteState& s, Side side, Quantity held);

}  // namespace trade
