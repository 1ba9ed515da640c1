#pragma once
#include <span>

#include "domain/positions/position.h"

namespace trade {

// A fill of one instrument as the rule looks at it.
struct WashFill {
  FillId fill;
  Time time;
  Side side{};
  Quantity quantity, closed;      // `closed` of `quantity` closed open lots
  Money realised;                 // by what it closed
  std::vector<ClosedLot> lots;    // which
};

// A loss that is deferred: `quantity` of what the sale closed was bought back, which takes the same share of its loss (rounded down, the
// whole for the whole).
struct WashSale {
  FillId sale;
  Quantity quantity;
  Money loss;  // > 0
};

// Wash sales of long positions by the rule for shares and securities in the United States: 26 U.S.C. 1091(a), 26 CFR 1.1091-1. A loss is
// not deductible as far as the same was bought within the 30 days before or after the sale (dates in UTC here, not the taxpayer's).
// Purchases count in the order they were made (1.1091-1(b)-(d)), each unit for one sale, and before the sale only what is still held after
// it.
// `pooled`: lots are averaged, so what was bought first counts as sold first (26 CFR 1.1012-1(e)(7)). `fills` in the order of booking.
// These are flags for the tax return; the books' own cost is not changed by them. Quantities of before a split are taken as traded.
std::vector<WashSale> wash_sales(std::span<const WashFill> fills, bool pooled);

}  // namespace trade
