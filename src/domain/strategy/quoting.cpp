#include "domain/strategy/quoting.h"

#include <algorithm>

namespace trade {
namespace {

double middle_of(Best best) { return (plain(best.bid.units) + plain(best.ask.units)) / 2; }
bool two_sided(Best best) { return best.bid.units > 0 && best.ask.units > 0; }

}  // namespace

double natural_log(double x) {
  constexpr double ln2 = 0.693147180559945309417232121458;
  int doublings = 0;
  for (; x > 1.5; x /= 2) ++doublings;
  for (; x < 0.75; x *= 2) --doublings;
  const double y = (x - 1) / (x + 1), square = y * y;  // ln x = 2 (y + y^3 / 3 + y^5 / 5 + ...), |y| <= 1/5
  double sum = 0;
  for (int k = 25; k >= 1; k -= 2) sum = sum * square + 1.0 / k;
  return 2 * y * sum + doublings * ln2;
}

bool observe_tick(const StrategyConfig& c, MakerState& s, Best best, Time now) {
  if (!two_sided(best)) return false;
  const double middle = middle_of(best);
  if (s.middle > 0) {
    const double share = 2.0 / (c.maker.span + 1.0), move = middle - s.middle;
    const double passed = static_cast<double>(std::max<std::int64_t>((now - s.last).ns, 0)) / 1e9;
    s.squares += (s.ticks == 1 ? 1.0 : share) * (move * move - s.squares);
    s.seconds += (s.ticks == 1 ? 1.0 : share) * (passed - s.seconds);
  }
  s.middle = middle;
  s.last = now;
  return ++s.ticks > 1 && s.ticks % c.every == 0;
}

TwoSides maker_quotes(const StrategyConfig& c, const MakerState& s, const Instrument& instrument, Best best, Quantity held) {
  if (!two_sided(best) || !(s.seconds > 0) || c.size.units <= 0) return {};
  const double g = plain(c.maker.risk_aversion.units), k = plain(c.maker.intensity.units);
  const double risk = g * (s.squares / s.seconds) * (static_cast<double>(c.maker.horizon.ns) / 1e9);
  const double inventory = static_cast<double>(held.units) / static_cast<double>(c.size.units);
  const double reservation = middle_of(best) - inventory * risk, half = (risk + 2 / g * natural_log(1 + g / k)) / 2;
  const Price tick = tick_at(instrument, best.bid);
  TwoSides out{price_on_tick(instrument, reservation - half, Rounding::down), price_on_tick(instrument, reservation + half, Rounding::up)};
  if (out.bid.units > 0) out.bid = min(out.bid, best.ask - tick);
  if (out.ask.units > 0) out.ask = max(out.ask, best.bid + tick);
  if ((held + c.size) > c.maker.max_position || out.bid.units < 0) out.bid = {};
  if ((held - c.size) < -c.maker.max_position) out.ask = {};
  return out;
}

bool observe_tick(const StrategyConfig& c, GridState& s, const Instrument& instrument, Best best) {
  if (!two_sided(best)) return false;
  if (s.centre.units == 0) {
    s.centre = price_on_tick(instrument, middle_of(best), Rounding::nearest);
    return s.centre.units != 0;
  }
  return ++s.ticks % c.every == 0;
}

QuoteWishes grid_quotes(const StrategyConfig& c, const GridState& s, const Instrument& instrument, Quantity held) {
  QuoteWishes out;
  if (s.centre.units == 0) return out;
  const auto levels = static_cast<std::int64_t>(c.grid.levels), n = held.units / c.size.units;
  const auto level = [&](std::int64_t at) {  // rounded to where a tick is
    const int128 units = static_cast<int128>(s.centre.units) - static_cast<int128>(at) * c.grid.step.units;
    if (units <= 0 || units > INT64_MAX / 2) return Price{};
    return price_on_tick(instrument, plain(static_cast<std::int64_t>(units)), Rounding::nearest);
  };
  for (std::int64_t k = 1; n + k <= levels; ++k) out.add({Side::buy, level(n + k)});
  for (std::int64_t k = 1; n - k >= -levels; ++k) out.add({Side::sell, level(n - k)});
  return out;
}

}  // namespace trade
