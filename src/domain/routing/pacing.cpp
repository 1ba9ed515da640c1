#include "domain/routing/pacing.h"

#include <algorithm>

namespace trade {
namespace {

std::int64_t interval_ns(const Pace& p) { return (seconds(1).ns + p.rate - 1) / p.rate; }

}  // namespace

Time token_at(const PaceBucket& b, const Pace& p, bool urgent, Time now) {
  if (p.rate == 0) return now;
  const std::int64_t tokens = urgent ? p.burst : p.burst - p.reserve;
  const Time ready{std::max(b.full, now).ns + interval_ns(p) - tokens * interval_ns(p)};
  return std::max(ready, now);
}

void take_token(PaceBucket& b, const Pace& p, Time now) {
  if (p.rate != 0) b.full = Time{std::max(b.full, now).ns + interval_ns(p)};
}

bool admits(const Circuit& c, Time now) { return c.state == CircuitState::closed || (c.state == CircuitState::open && now >= c.until); }

void note_sent(Circuit& c, Time now) {
  if (c.state == CircuitState::open && now >= c.until) c.state = CircuitState::probing;
}

void note_outcome(Circuit& c, const CircuitRule& rule, bool failed, Time now) {
  if (rule.failures == 0) return;
  const auto open = [&] {
    c.state = CircuitState::open;
    c.history = 0;
    c.until = now + Duration{rule.cooldown.ns << std::min<std::uint32_t>(c.opened, 4)};
    ++c.opened;
  };
  if (c.state == CircuitState::probing) {
    if (failed) return open();
    c = {};
    return;
  }
  if (c.state == CircuitState::open) return;  // an answer to what was sent before
  c.history = ((c.history << 1) | (failed ? 1u : 0u)) & ((1u << circuit_window) - 1);
  if (!failed) c.opened = 0;
  if (static_cast<std::uint32_t>(__builtin_popcount(c.history)) >= rule.failures) open();
}

}  // namespace trade
