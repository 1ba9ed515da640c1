#include "domain/valuation/rate.h"

namespace trade {

int128 converted(int128 units, const Rate& rate) {
  CHECK(rate.price.units > 0, "a rate that nobody knows");
  if (!rate.inverted) return times({units, {}}, Ratio{rate.price.units}).units;
  // units x 1e8 / price without a product that could overflow: the whole part is exact, and even.
  const int128 whole = units / rate.price.units, rest = units % rate.price.units;
  int128 product;
  CHECK(!__builtin_mul_overflow(whole, static_cast<int128>(decimal_one), &product), "money overflow");
  return product + divide_half_even(rest * decimal_one, rate.price.units);
}

}  // namespace trade
