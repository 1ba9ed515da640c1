#include "domain/ledger/settlement.h"

#include <algorithm>

namespace trade {

void Settlements::add(const Unsettled& u) {
  const auto later = std::upper_bound(pending_.begin(), pending_.end(), u.due, [](Time due, const Unsettled& p) { return due < p.due; });
  pending_.insert(later, u);
}

bool Settlements::cancel(FillId fill, Unsettled& out) {
  const auto at = std::find_if(pending_.begin(), pending_.end(), [fill](const Unsettled& p) { return p.fill == fill; });
  if (at == pending_.end()) return false;
  out = *at;
  pending_.erase(at);
  return true;
}

}  // namespace trade
