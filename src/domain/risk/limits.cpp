#include "domain/risk/limits.h"

namespace trade {
namespace {

template <class T>
void take(T& limit, const std::optional<T>& own) {
  if (own) limit = *own;
}

}  // namespace

Limits resolve(const Limits& defaults, const std::vector<LimitOverride>& overrides, AccountId account, InstrumentId instrument) {
  Limits l = defaults;
  for (const auto& o : overrides) {
    if ((o.account && o.account != account) || (o.instrument && o.instrument != instrument)) continue;
    take(l.max_quantity, o.max_quantity);
    take(l.max_value, o.max_value);
    take(l.collar, o.collar);
    take(l.reference_age, o.reference_age);
    take(l.duplicates, o.duplicates);
    take(l.duplicate_window, o.duplicate_window);
    take(l.max_position, o.max_position);
    take(l.initial_margin, o.initial_margin);
    take(l.market_slippage, o.market_slippage);
    take(l.allow_short, o.allow_short);
    if (o.instrument) continue;
    take(l.rate, o.rate);
    take(l.burst, o.burst);
    take(l.max_exposure, o.max_exposure);
    take(l.max_loss, o.max_loss);
  }
  return l;
}

}  // namespace trade
