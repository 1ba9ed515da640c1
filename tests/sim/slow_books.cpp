#include "sim/slow_books.h"

#include <algorithm>

namespace trade::sim {
namespace {

constexpr int128 one = 100'000'000;

int128 half_even(int128 n, int128 d) {
  int128 q = n / d, r = n % d;
  if (r < 0) {
    r += d;
    --q;
  }
  if (r * 2 > d || (r * 2 == d && q % 2 != 0)) ++q;
  return q;
}

}  // namespace

int128 SlowBooks::value(Kind kind, std::int64_t price, std::int64_t quantity, std::int64_t multiplier) {
  const int128 face = static_cast<int128>(quantity) * multiplier;  // 1e-16
  const int128 fine = kind == Kind::inverse ? half_even(face * one, price) : half_even(face * price, one);
  return half_even(fine, one);
}

void SlowBooks::fill(Key key, Kind kind, bool buy, std::int64_t price, std::int64_t quantity, std::int64_t multiplier,
                     std::int64_t fee_rate) {
  Line& line = lines_[key];
  const int128 whole = value(kind, price, quantity, multiplier);
  const int128 fee = half_even(whole * fee_rate, one);
  const bool closes = line.quantity != 0 && (line.quantity > 0) != buy;
  const std::int64_t closing = closes ? std::min(quantity, line.quantity < 0 ? -line.quantity : line.quantity) : 0;
  const int128 closing_value = closing == quantity ? whole : whole * closing / quantity;  // floor: nothing here is negative
  int128 cost = 0;
  for (std::int64_t left = closing; left > 0;) {
    Lot& lot = line.lots.front();
    const auto taken = std::min(left, lot.quantity);
    const int128 share = taken == lot.quantity ? lot.value : lot.value * taken / lot.quantity;
    cost += share;
    lot.value -= share;
    lot.quantity -= taken;
    left -= taken;
    if (lot.quantity == 0) line.lots.pop_front();
  }
  // Selling a long gains what it brings above its cost; an inverse long is closed with fewer coins when the price has risen.
  const bool gains_upward = (line.quantity > 0) == (kind != Kind::inverse);
  const int128 gained = gains_upward ? closing_value - cost : cost - closing_value;
  const int128 opened = whole - closing_value;
  if (quantity > closing) line.lots.push_back({quantity - closing, opened});
  line.quantity += buy ? quantity : -quantity;
  line.cost += opened - cost;
  line.realised += gained;
  line.fees += fee;
  line.cash -= fee;
  line.cash += kind == Kind::spot ? (buy ? -whole : whole) : gained;
}

}  // namespace trade::sim
