#pragma once
#include <optional>

#include "core/time.h"

namespace trade::venues {

// The zones in which recorded data states times; their rules are embedded, so every machine agrees.
enum class Zone : std::uint8_t { utc, new_york, chicago };

// The instant of a wall-clock time: nanoseconds since the civil 1970-01-01T00:00 of the zone. United States rules: Uniform Time Act of 1966
// with its changes of 1974, 1975, 1986 and 2005; nullopt before 1970. An hour that occurs twice in autumn means the first, one
// that does not occur in spring is read by standard time.
std::optional<Time> from_wall_clock(Zone zone, std::int64_t wall_ns);

}  // namespace trade::venues
