#include "domain/indicators/indicator.h"

#include <gtest/gtest.h>

#include <cmath>

#include "core/digest.h"

namespace trade {
namespace {

std::vector<Candle> random_bars(std::uint64_t seed, std::size_t count) {
  std::vector<Candle> bars;
  std::int64_t p = 50'000 * decimal_one;
  for (std::size_t k = 0; k < count; ++k) {
    const auto r = mix64(seed * 7919 + k);
    const auto move = [&](int shift) { return static_cast<std::int64_t>((r >> shift) % 97) * 1'000'000; };
    const std::int64_t open = p, close = p + (r % 5 == 0 ? 0 : move(8) - 48'000'000);
    bars.push_back({{open}, {std::max(open, close) + move(20)}, {std::min(open, close) - move(30)}, {close}, {}, 1});
    p = close;
  }
  return bars;
}

// From the definitions, over the whole history, nothing remembered. `at` is the newest bar.
double slow(IndicatorKind kind, std::uint32_t n, const std::vector<Candle>& bars, std::size_t at) {
  const auto close = [&](std::size_t k) { return static_cast<double>(bars[k].close.units) / 1e8; };
  const std::size_t from = at + 1 >= n ? at + 1 - n : 0;
  const auto wilder = [&](std::size_t first, auto x) {
    double average = 0;
    for (std::size_t k = first; k < first + n; ++k) average += x(k) / n;
    for (std::size_t k = first + n; k <= at; ++k) average = (average * (n - 1) + x(k)) / n;
    return average;
  };
  double result = 0;
  switch (kind) {
    case IndicatorKind::ema:
      result = close(0);
      for (std::size_t k = 1; k <= at; ++k) result = 2.0 / (n + 1.0) * close(k) + (1.0 - 2.0 / (n + 1.0)) * result;
      break;
    case IndicatorKind::sma:
      for (std::size_t k = from; k <= at; ++k) result += close(k) / n;
      break;
    case IndicatorKind::rsi: {
      const double up = wilder(1, [&](std::size_t k) { return std::max(0.0, close(k) - close(k - 1)); });
      const double down = wilder(1, [&](std::size_t k) { return std::max(0.0, close(k - 1) - close(k)); });
      result = up + down == 0 ? 50.0 : 100.0 * up / (up + down);
      break;
    }
    case IndicatorKind::atr:
      result = wilder(0, [&](std::size_t k) {
        const double high = static_cast<double>(bars[k].high.units) / 1e8, low = static_cast<double>(bars[k].low.units) / 1e8;
        return k == 0 ? high - low : std::max({high - low, std::abs(high - close(k - 1)), std::abs(low - close(k - 1))});
      });
      break;
    case IndicatorKind::highest:
      result = -1e300;
      for (std::size_t k = from; k <= at; ++k) result = std::max(result, static_cast<double>(bars[k].high.units) / 1e8);
      break;
    case IndicatorKind::lowest:
      result = 1e300;
      for (std::size_t k = from; k <= at; ++k) result = std::min(result, static_cast<double>(bars[k].low.units) / 1e8);
      break;
    case IndicatorKind::stddev: {
      double squares = 0;
      const double mean = slow(IndicatorKind::sma, n, bars, at);
      for (std::size_t k = from; k <= at; ++k) squares += (close(k) - mean) * (close(k) - mean);
      result = std::sqrt(squares / n);
      break;
    }
  }
  return result;
}

TEST(indicators, equal_their_definitions) {
  for (const auto kind : {IndicatorKind::ema, IndicatorKind::sma, IndicatorKind::rsi, IndicatorKind::atr, IndicatorKind::highest,
                          IndicatorKind::lowest, IndicatorKind::stddev})
    for (const std::uint32_t n : {1u, 2u, 3u, 9u, 21u}) {
      const auto bars = random_bars(n + 31u * static_cast<unsigned>(kind), 150);
      auto i = make_indicator(kind, n);
      for (std::size_t at = 0; at < bars.size(); ++at) {
        update(i, bars[at]);
        if (at + 1 < bars_needed(kind, n)) continue;
        const double want = slow(kind, n, bars, at);
        if (kind == IndicatorKind::ema || kind == IndicatorKind::highest || kind == IndicatorKind::lowest)
          ASSERT_EQ(i.value, want) << name_of(kind) << " " << n << " bar " << at;
        else
          ASSERT_NEAR(i.value, want, 1e-7 * (1 + std::abs(want))) << name_of(kind) << " " << n << " bar " << at;
      }
    }
}

TEST(indicators, known_values) {
  auto sma = make_indicator(IndicatorKind::sma, 3);
  auto rsi = make_indicator(IndicatorKind::rsi, 2);
  auto dev = make_indicator(IndicatorKind::stddev, 2);
  for (const int close : {10, 13, 11, 15}) {
    const Price p = price_of(close);
    for (auto* i : {&sma, &rsi, &dev}) update(*i, {p, p, p, p, {}, 1});
  }
  EXPECT_DOUBLE_EQ(sma.value, 13.0);
  EXPECT_DOUBLE_EQ(dev.value, 2.0);
  EXPECT_DOUBLE_EQ(rsi.gain, 2.75);  // (3 + 0) / 2, then (1.5 + 4) / 2
  EXPECT_DOUBLE_EQ(rsi.loss, 0.5);
  EXPECT_DOUBLE_EQ(rsi.value, 100.0 - 100.0 / 6.5);
}

TEST(indicators, rsi_without_moves_or_losses) {
  auto still = make_indicator(IndicatorKind::rsi, 2), rising = still;
  for (int k = 0; k < 5; ++k) {
    update(still, {{}, {}, {}, price_of(7), {}, 1});
    update(rising, {{}, {}, {}, price_of(7 + k), {}, 1});
  }
  EXPECT_EQ(still.value, 50.0);
  EXPECT_EQ(rising.value, 100.0);
}

}  // namespace
}  // namespace trade
