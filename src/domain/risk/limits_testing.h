#pragma once
#include "domain/risk/portfolio.h"

namespace trade {

// Limits of every level for tests of the portfolio: by default as configured by nobody.
struct TestLimits {
  Limits own, account;
  GroupLimits strategy, firm;
  Rights rights;
  std::vector<RegisteredAlgo> algos;
  Pace venue;
  LimitSet set(const OrderTerms& t) const {
    return {&own, &account, t.strategy ? &strategy : nullptr, &firm, t.venue ? &venue : nullptr, &rights, &algos};
  }
};

}  // namespace trade
