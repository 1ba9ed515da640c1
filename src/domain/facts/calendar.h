#pragma once
#include "core/date.h"
#include "core/fields.h"
#include "core/time.h"

// When an exchange trades, as rules by the wall clock of its zone.
namespace trade {

enum class SessionKind : std::uint8_t { closed, pre, regular, post };
NAMES(SessionKind, closed, pre, regular, post)

// Every week on `weekday`, from `start` to `end` after its midnight; end is 24 h at most.
struct SessionRule {
  Weekday weekday{};
  SessionKind kind{};
  Duration start, end;
  bool operator==(const SessionRule&) const = default;
  FIELDS(SessionRule, weekday, kind, start, end)
};
// A date on which sessions end or begin at `at` after midnight instead of as the week has it.
struct SessionChange {
  Date date;
  Duration at;
  bool operator==(const SessionChange&) const = default;
  FIELDS(SessionChange, date, at)
};

}  // namespace trade
