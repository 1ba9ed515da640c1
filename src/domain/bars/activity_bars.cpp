#include "domain/bars/activity_bars.h"

#include <algorithm>

namespace trade {
namespace {

constexpr int128 largest = static_cast<int128>(~uint128{0} >> 1);

constexpr int128 magnitude(int128 v) { return v < 0 ? -v : v; }

// Sums and products are statistics: they are held at the largest value instead of overflowing.
int128 sum(int128 a, int128 b) {
  int128 r;
  return __builtin_add_overflow(a, b, &r) ? (b > 0 ? largest : -largest) : std::max(r, -largest);
}
int128 product(int128 a, std::int64_t b) {
  int128 r;
  return __builtin_mul_overflow(a, static_cast<int128>(b), &r) ? largest : r;
}

// What a trade weighs; a trade alone weighs 1e8, so that averages keep their fractions.
int128 weight(Activity kind, Price price, Quantity quantity) {
  switch (kind) {
    case Activity::imbalance_volume: return quantity.units;
    case Activity::imbalance_dollar: return static_cast<int128>(price.units) * quantity.units;
    default: return decimal_one;
  }
}

}  // namespace

Result<void> check_activity(const ActivityPlan& plan) {
  const auto bad = [](const char* field, std::string what, const char* mend) {
    return Error{Failure::config, field, std::move(what), mend};
  };
  if (is_imbalance(plan.kind)) {
    if (plan.size.units != 0) return bad("size", "is not for imbalance bars", "give expected and memory instead");
    if (plan.expected < 10) return bad("expected", std::to_string(plan.expected) + " is below 10 trades", "for example 1000");
    if (plan.expected > 10'000'000) return bad("expected", "is above 10,000,000 trades", "for example 1000");
    if (plan.memory == 0 || plan.memory > 10'000) return bad("memory", "must be 1 to 10,000 bars", "for example 20");
    return {};
  }
  if (plan.expected != 0) return bad("expected", "is for imbalance bars only", "give size instead");
  if (plan.size.units <= 0) return bad("size", "is not above 0", "for example 1000");
  if (plan.kind == Activity::tick && plan.size.units % decimal_one != 0)
    return bad("size", print(plan.size) + " is no whole number of trades", "for example 1000");
  return {};
}

Price ActivityBar::vwap() const {
  if (candle.volume.units == 0) return {};
  return {
      static_cast<std::int64_t>(std::min<int128>(divide_half_even(value, candle.volume.units), std::numeric_limits<std::int64_t>::max()))};
}

bool ActivitySeries::full(const ActivityPlan& plan) const {
  switch (plan.kind) {
    case Activity::tick: return bar.candle.trades >= plan.size.units / decimal_one;
    case Activity::volume: return bar.candle.volume >= plan.size;
    case Activity::dollar: return bar.value >= static_cast<int128>(plan.size.units) * decimal_one;
    default: break;
  }
  const std::uint64_t trades = bar.candle.trades;
  if (bars == 0) return trades >= plan.expected;
  if (trades * 10 < plan.expected) return false;
  // E[T] to 1e-4 of a trade: the product fits for every value that is traded
  return trades >= plan.expected * 10ull || magnitude(imbalance) >= product(magnitude(expected_mean), expected_trades / 10'000) / 10'000;
}

void ActivitySeries::expect(const ActivityPlan& plan) {
  const auto trades = static_cast<std::int64_t>(bar.candle.trades);
  const int128 mean = imbalance / trades;
  if (bars == 0) {
    expected_trades = trades * decimal_one;
    expected_mean = mean;
  } else {
    const std::int64_t span = plan.memory + 1;
    expected_trades += (trades * decimal_one - expected_trades) / span * 2;
    expected_mean = sum(expected_mean, sum(mean, -expected_mean) / span * 2);
  }
}

bool ActivitySeries::add(const ActivityPlan& plan, Time time, Price price, Quantity quantity, ActivityBar& ended) {
  if (last.units != 0 && price != last) sign = price > last ? 1 : -1;
  last = price;
  auto& c = bar.candle;
  if (c.trades == 0) {
    bar.open_time = time;
    c = {price, price, price, price, quantity, 1};
    bar.value = static_cast<int128>(price.units) * quantity.units;
  } else {
    c.high = max(c.high, price);
    c.low = min(c.low, price);
    c.close = price;
    c.volume = add_volume(c.volume, quantity);
    bar.value = sum(bar.value, static_cast<int128>(price.units) * quantity.units);
    ++c.trades;
  }
  bar.close_time = time;
  if (is_imbalance(plan.kind)) imbalance = sum(imbalance, sign * weight(plan.kind, price, quantity));
  if (!full(plan)) return false;
  if (is_imbalance(plan.kind)) expect(plan);
  ended = bar;
  bar = {};
  imbalance = 0;
  ++bars;
  return true;
}

}  // namespace trade
