#include "bench/end_to_end/bare_rules.h"

#include <cmath>

#include "messages/facts.h"

namespace trade::bench {
namespace {

double number(Price p) { return static_cast<double>(p.units) * 1e-8; }

void fill(BareOutcome& o, double signed_size, double price, double fee) {
  ++o.fills;
  o.position += signed_size;
  o.cash -= signed_size * price + std::abs(signed_size) * price * fee;
}

}  // namespace

BareOutcome bare_w1(const RowsInMemory& rows) {
  constexpr double size = 0.1, fee = 0.0004, fast_share = 2.0 / 11.0, slow_share = 2.0 / 21.0;
  BareOutcome o;
  double fast = 0, slow = 0, held = 0;
  std::uint64_t index = 0;
  for (const auto& r : rows.rows()) {
    if (r.type != &describe<VenueBar>()) continue;
    const double c = number(static_cast<const VenueBar*>(r.message)->close);
    fast = index == 0 ? c : fast_share * c + (1 - fast_share) * fast;
    slow = index == 0 ? c : slow_share * c + (1 - slow_share) * slow;
    if (index++ < 19) continue;
    const double want = fast >= slow ? size : -size;
    if (want == held) continue;
    if (held != 0) fill(o, -held, c, fee);
    fill(o, want, c, fee);
    held = want;
  }
  return o;
}

BareOutcome bare_w2_quotes(const RowsInMemory& rows) {
  constexpr double size = 0.001, fee = 0.0002;
  BareOutcome o;
  std::uint64_t count = 0, turn = 0;
  int side = 0;
  std::int64_t price = 0;
  constexpr std::int64_t offset = decimal_one / 2, tick = decimal_one / 10;
  for (const auto& r : rows.rows()) {
    if (r.type != &describe<VenueQuote>()) continue;
    const auto& q = *static_cast<const VenueQuote*>(r.message);
    if (side != 0 && (side > 0 ? q.ask.units <= price : q.bid.units >= price)) {
      fill(o, side * size, number(Price{price}), fee);
      side = 0;
    }
    if (++count % 100 != 0) continue;
    side = ++turn % 2 != 0 ? 1 : -1;
    const std::int64_t raw = side > 0 ? q.bid.units - offset : q.ask.units + offset;
    price = (raw + tick / 2) / tick * tick;
  }
  return o;
}

}  // namespace trade::bench
