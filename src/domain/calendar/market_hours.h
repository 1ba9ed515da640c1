#pragma once
#include <string_view>

#include "core/document.h"
#include "domain/calendar/calendar.h"

namespace trade {

// One entry of a market-hours database in QuantConnect Lean's JSON format ("entries": {"Equity-usa-[*]": {"exchangeTimeZone", "sunday",
// .., "holidays", "bankHolidays", "earlyCloses", "lateOpens"}}), under a name of ours. Its premarket, market and postmarket are pre,
// regular and post; dates are month/day/year. Errors name the entry and member, an entry that is not there the nearest one.
Result<Calendar> read_market_hours(const Document& database, std::string_view entry, const CalendarName& name);

// "1.00:00:00", "1:00:00:00", "09:30:00", "09:30:00.5": [days and . or :]hours:minutes:seconds[.fraction]; nullopt when it is none or
// above one day.
std::optional<Duration> parse_time_of_day(std::string_view text);

}  // namespace trade
