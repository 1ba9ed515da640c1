#pragma once
#include <string>

#include "app/report.h"

namespace trade {

// The parts of a report's page that judge one account: key figures, equity beside holding the instrument, drawdown, rolling figures,
// returns by calendar, exposure, round trips. HTML.
std::string tear_sheet(const Report& report, const PnlSummary& account);

}  // namespace trade
