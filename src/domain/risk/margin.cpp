#include "domain/risk/margin.h"

#include <algorithm>

namespace trade {

namespace {

// value / 1e8 and what is left, by three divisions of 64 bits: the library's division of 128 bits takes ten times as long.
struct Parted {
  uint128 whole;
  std::uint64_t rest;
};
Parted parted(int128 value) {
  constexpr std::uint64_t d = decimal_one, low = 0xFFFFFFFF;
  const auto v = static_cast<uint128>(value);
  const auto high = static_cast<std::uint64_t>(v >> 64), tail = static_cast<std::uint64_t>(v);
  const std::uint64_t middle = ((high % d) << 32) | (tail >> 32);
  const std::uint64_t last = ((middle % d) << 32) | (tail & low);
  return {(static_cast<uint128>(high / d) << 64) + (static_cast<uint128>(middle / d) << 32) + last / d, last % d};
}

constexpr int128 product_fits = static_cast<int128>(1) << 94;  // times a rate below 2^33
constexpr std::int64_t small_rate = std::int64_t{1} << 33;
bool fits_whole(int128 value, Ratio rate) { return value < product_fits && rate.units < small_rate; }

}  // namespace

// In parts, so that no product overflows: value = whole x 1e8 + rest.
int128 share_down(int128 value, Ratio rate) {
  if (fits_whole(value, rate)) return static_cast<int128>(parted(value * rate.units).whole);
  const Parted p = parted(value);
  const auto small = static_cast<int128>(p.rest) * rate.units;
  return static_cast<int128>(p.whole) * rate.units + static_cast<int128>(parted(small).whole);
}

int128 share_up(int128 value, Ratio rate) {
  if (fits_whole(value, rate)) return static_cast<int128>(parted(value * rate.units + (decimal_one - 1)).whole);
  const Parted p = parted(value);
  const auto small = static_cast<int128>(p.rest) * rate.units + (decimal_one - 1);
  return static_cast<int128>(p.whole) * rate.units + static_cast<int128>(parted(small).whole);
}

int128 rounded_up(int128 value) {
  const std::uint64_t rest = parted(value).rest;
  return rest == 0 ? value : value + (decimal_one - static_cast<std::int64_t>(rest));
}

int128 cash_margin(const MarginLeg& leg) { return leg.long_value; }

int128 reg_t_margin(const MarginLeg& leg) { return (std::max(leg.long_value, leg.short_value) + 1) / 2; }

int128 reg_t_maintenance(const MarginLeg& leg) {
  return leg.position >= 0 ? share_up(leg.position, Ratio{decimal_one / 4}) : share_up(-leg.position, Ratio{decimal_one / 10 * 3});
}

// Tier k asks k x rate of `step`, exactly k x unit; after the last tier below 1 everything is asked.
int128 perp_margin(const MarginLeg& leg, Ratio rate, Amount step) {
  const int128 value = std::max(leg.long_value, leg.short_value);
  if (step.units <= 0 || rate.units <= 0) return share_up(value, rate);
  const int128 width = static_cast<int128>(step.units) * decimal_one, unit = static_cast<int128>(step.units) * rate.units;
  const int128 tiers = (decimal_one - 1) / rate.units;
  const int128 full = std::min(value / width, tiers);
  const int128 needed = unit * (full * (full + 1) / 2), rest = value - full * width;
  return full == tiers ? needed + rest : needed + share_up(rest, Ratio{rate.units * static_cast<std::int64_t>(full + 1)});
}

int128 portfolio_margin(int128 position, int128 buys, int128 sells, Ratio range) {
  const int128 down = position + buys, up = sells - position;  // lost when the price falls, when it rises
  return share_up(std::max<int128>({down, up, 0}), range);
}

}  // namespace trade
