#pragma once
#include <cstdint>

#include "core/decimal.h"
#include "core/fields.h"
#include "core/time.h"

// How fast a venue may be asked, and whether it may be asked at all.
namespace trade {

// A token bucket: `rate` tokens a second, `burst` held at most, of which `reserve` are kept for cancels. rate 0: no limit.
struct Pace {
  std::uint32_t rate = 0;
  std::uint32_t burst = 1;
  std::uint32_t reserve = 0;
  FIELDS(Pace, rate, burst, reserve)
};

// The bucket in one number, by the generic cell rate algorithm (ITU-T I.371): the instant at which it is full again.
struct PaceBucket {
  Time full;
  FIELDS(PaceBucket, full)
};
// The first instant from `now` on at which a token may be taken; urgent ones may be of the reserve. burst > reserve.
Time token_at(const PaceBucket& bucket, const Pace& pace, bool urgent, Time now);
// Takes one. It is for the caller to have asked token_at.
void take_token(PaceBucket& bucket, const Pace& pace, Time now);

// When a venue is given up for a while. failures 0: never.
struct CircuitRule {
  std::uint32_t failures = 10;     // of the last `circuit_window` answers
  Duration cooldown = seconds(5);  // then one order is let through; doubled, up to 16 times, each time that fails
  FIELDS(CircuitRule, failures, cooldown)
};
inline constexpr int circuit_window = 16;

enum class CircuitState : std::uint8_t { closed, open, probing };
NAMES(CircuitState, closed, open, probing)

// A circuit breaker (M. Nygard, "Release It!"): closed while a venue answers, open when too many answers failed, and after a cooldown
// one probe decides. Equal histories give equal circuits.
struct Circuit {
  CircuitState state{};
  std::uint32_t history{};  // one bit an answer, the newest lowest; 1: failed
  std::uint32_t opened{};   // times in a row without a success between
  Time until;               // of an open one: when a probe may go
  FIELDS(Circuit, state, history, opened, until)
};
// Whether an order may go there now.
bool admits(const Circuit& circuit, Time now);
// An order goes there: of an open circuit past its cooldown it is the probe.
void note_sent(Circuit& circuit, Time now);
void note_outcome(Circuit& circuit, const CircuitRule& rule, bool failed, Time now);

}  // namespace trade
