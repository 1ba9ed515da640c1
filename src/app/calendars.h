#pragma once
#include "core/document.h"
#include "core/result.h"

namespace trade {

// Replaces every item {name, file, entry} of config.calendars by the calendar which that entry of a market-hours file (Lean's JSON
// format) spells out, so that the effective configuration carries the rules themselves. Errors name the item, the file or its line.
Result<void> read_calendar_files(Document& root);

}  // namespace trade
