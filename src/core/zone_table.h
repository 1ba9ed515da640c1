#pragma once
#include <cstdint>
#include <span>

// The embedded rules of zone.h; zone_table.cpp is printed by tools/print_zones.
namespace trade::zones {

// From this second (UTC, since 1970) on the clock is `minutes` ahead of UTC.
struct Shift {
  std::int64_t second;
  std::int16_t minutes;
};
// The `week`-th (5: last) given weekday of the month, at `minutes` after its midnight by the clock in force until then.
struct Change {
  std::uint8_t month, week, weekday;
  std::int16_t minutes;
};
// Before 2008: `shifts`. From then on the offset is `standard`, and `daylight` between the two changes of each year when month != 0.
struct Rules {
  std::span<const Shift> shifts;
  std::int16_t standard, daylight;
  Change begin, end;
};
extern const Rules table[];

}  // namespace trade::zones
