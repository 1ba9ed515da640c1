#pragma once
#include <array>
#include <optional>

#include "core/date.h"
#include "core/time.h"

// Time zones, embedded: every machine agrees, whatever time-zone files it has. Rules: the IANA time zone database, from 1970 on.
namespace trade {

// Append only: snapshots hold the number.
enum class Zone : std::uint8_t {
  utc, utc_minus_5, new_york, chicago, los_angeles, toronto, singapore, kolkata, hong_kong, seoul, shanghai, tokyo, berlin, london, zurich,
  paris, amsterdam, sydney
};
inline constexpr std::size_t zone_count = 18;
// Their printed names are those of the IANA database; "UTC-05" is a fixed offset.
constexpr auto enum_names(Zone) {
  return std::to_array<std::string_view>(
      {"UTC", "UTC-05", "America/New_York", "America/Chicago", "America/Los_Angeles", "America/Toronto", "Asia/Singapore", "Asia/Kolkata",
       "Asia/Hong_Kong", "Asia/Seoul", "Asia/Shanghai", "Asia/Tokyo", "Europe/Berlin", "Europe/London", "Europe/Zurich", "Europe/Paris",
       "Europe/Amsterdam", "Australia/Sydney"});
}

// How far the zone's clock is ahead of UTC at `t`; before 1970 as at the beginning of 1970.
Duration offset_at(Zone zone, Time t);

// What a clock on the wall shows: the date and the time since its midnight, below 24 h.
struct WallClock {
  Date date;
  Duration since_midnight;
  bool operator==(const WallClock&) const = default;
};
WallClock wall_clock(Zone zone, Time t);

// The instant at which the wall clock shows `date` plus `since_midnight` (which may be 24 h or more: the next days). An hour that occurs
// twice means the first; one that is skipped is read by the offset before the change. nullopt beyond the range of Time.
std::optional<Time> from_wall_clock(Zone zone, Date date, Duration since_midnight);

}  // namespace trade
