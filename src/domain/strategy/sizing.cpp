#include "domain/strategy/sizing.h"

#include <limits>

namespace trade {
namespace {

constexpr int128 most = std::numeric_limits<std::int64_t>::max();

Quantity floor_to_lot(int128 units, Quantity lot) {
  if (units > most) units = most;
  const std::int64_t step = std::max<std::int64_t>(lot.units, 1);
  return {static_cast<std::int64_t>(units) / step * step};
}

// The value whose price moving by `distance` costs `amount`.
int128 value_for(Price amount, Price price, Price distance) {
  if (distance.units <= 0) return 0;
  return std::min(static_cast<int128>(amount.units) * price.units / distance.units, most);
}

}  // namespace

Quantity worth(const Instrument& i, Price price, int128 notional) {
  if (price.units <= 0 || i.multiplier.units <= 0 || notional <= 0) return {};
  const int128 contracts = std::min(notional, most) * decimal_one / i.multiplier.units;
  if (i.contract == Contract::inverse) return floor_to_lot(contracts, i.lot);
  return floor_to_lot(std::min(contracts, most) * decimal_one / price.units, i.lot);
}

Quantity entry_size(const StrategyConfig& c, const Instrument& i, Price price, const Means& means) {
  if (c.size.units > 0) return c.size;
  if (price.units <= 0) return {};
  if (c.notional.units > 0) return worth(i, price, c.notional.units);
  if (c.risk.units > 0) return worth(i, price, value_for(c.risk, price, means.stop_distance));
  if (c.volatility.units > 0) return worth(i, price, value_for(c.volatility, price, means.range));
  return worth(i, price, static_cast<int128>(means.cash.units) * c.cash_share.units / decimal_one);
}

}  // namespace trade
