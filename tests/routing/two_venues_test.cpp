#include "routing/two_venues.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <iostream>

#include "captures/recorded_data.h"

// A recorded capture as two venues: both are the recorded market, seen and reached with their own lag, at their own fee, and one of them
// refuses more. Every wish is done by the router and by best-price-first; the differences are bootstrapped.
namespace trade::tape {
namespace {

std::string capture() {
  const std::string whole = "binance_stream/usdm/btcusdt_20240808.gz";
  if (recorded::there(whole)) return recorded::root() + "/" + whole;
  return std::string(TRADE_SOURCE_DIR) + "/examples/data/binance_usdm_btcusdt_60s.gz";
}
const Tape& tape() {
  static const Tape t(capture());
  return t;
}

struct Draw {
  std::uint64_t seed;
  std::uint64_t operator()(std::uint64_t n) {
    seed += 0x9E3779B97F4A7C15ull;
    return mix64(seed) % n;
  }
};

// Both sides, 0.001 to 8 BTC, every 120 ms on average, from a while after the start until shortly before the end.
std::vector<Wish> wishes(std::uint64_t seed) {
  Draw draw{seed};
  std::vector<Wish> all;
  const Time end = tape().moments().back().time - seconds(5);
  for (Time t = tape().moments().front().time + seconds(2); t < end; t = t + Duration{static_cast<std::int64_t>(draw(240'000'000))}) {
    const auto units = static_cast<std::int64_t>(1 + (draw(2) == 0 ? draw(200) : draw(8'000)));
    all.push_back({t, draw(2) == 0 ? Side::buy : Side::sell, Quantity{units * decimal_one / 1000}});
  }
  return all;
}

struct Interval {
  double mean, low, high;
};
// The mean and its 95 % interval by the moving-block bootstrap (Künsch, Annals of Statistics 17, 1989): neighbours share a market.
Interval bootstrap(const std::vector<double>& x, std::uint64_t seed) {
  constexpr std::size_t block = 25, resamples = 2'000;
  Draw draw{seed};
  double sum = 0;
  for (const double v : x) sum += v;
  std::vector<double> cumulative(x.size() + 1);
  for (std::size_t i = 0; i < x.size(); ++i) cumulative[i + 1] = cumulative[i] + x[i];
  std::vector<double> means;
  for (std::size_t r = 0; r < resamples; ++r) {
    double total = 0;
    std::size_t n = 0;
    for (; n < x.size(); n += block) {
      const auto from = draw(x.size() - block);
      total += cumulative[from + block] - cumulative[from];
    }
    means.push_back(total / static_cast<double>(n));
  }
  std::sort(means.begin(), means.end());
  return {sum / static_cast<double>(x.size()), means[resamples / 40], means[resamples - 1 - resamples / 40]};
}

struct Scenario {
  const char* name;
  std::array<Site, 2> sites;
};
void PrintTo(const Scenario& s, std::ostream* out) { *out << s.name; }

class TwoVenues : public testing::TestWithParam<Scenario> {};

Interval saved(const std::vector<double>& theirs, const std::vector<double>& ours) {
  std::vector<double> difference;
  for (std::size_t i = 0; i < ours.size(); ++i)
    if (std::isfinite(ours[i]) && std::isfinite(theirs[i])) difference.push_back(theirs[i] - ours[i]);
  EXPECT_GE(difference.size(), ours.size() * 99 / 100);
  return bootstrap(difference, 7);
}

TEST_P(TwoVenues, TheRouterBeatsBestPriceFirst) {
  const auto all = wishes(11);
  ASSERT_GT(all.size(), 300u);
  Trial ours(tape(), GetParam().sites, Chooser::exeq, 3), price(tape(), GetParam().sites, Chooser::best_price, 3),
      fee(tape(), GetParam().sites, Chooser::best_price_and_fee, 3);
  const auto cost = ours.work(all), by_price = price.work(all), by_fee = fee.work(all);
  const Interval one = saved(by_price, cost), two = saved(by_fee, cost);
  const auto share = [](const Trial& r) { return 100.0 * static_cast<double>(r.sent(0)) / static_cast<double>(r.sent(0) + r.sent(1)); };
  std::printf(
      "%-28s %zu orders; saved in bp against best price first %.3f [%.3f, %.3f], against price and fee %.3f [%.3f, %.3f]; "
      "to the first venue %.0f %% (best price %.0f %%), refused %llu (%llu)\n",
      GetParam().name, all.size(), one.mean, one.low, one.high, two.mean, two.low, two.high, share(ours), share(price),
      static_cast<unsigned long long>(ours.refused()), static_cast<unsigned long long>(price.refused()));
  EXPECT_GT(one.low, 0);
  if (recorded::there("SHA256SUMS")) { EXPECT_GT(two.low, 0); }  // a minute is too short to tell these apart
  for (const auto* run : {&ours, &price, &fee}) EXPECT_EQ(run->most_over(), Quantity{});
}

// Fees of 4 and 5 basis points, 2 and 40 ms each way, 1 and 10 % refused.
constexpr Ratio four{40'000}, five{50'000};
constexpr Duration near = milliseconds(2), far = milliseconds(40);
INSTANTIATE_TEST_SUITE_P(Sites, TwoVenues,
                         testing::Values(Scenario{"dear and near, cheap and far", {Site{five, near, 1}, Site{four, far, 10}}},
                                         Scenario{"cheap and near, dear and far", {Site{four, near, 1}, Site{five, far, 10}}},
                                         Scenario{"dear and far, cheap and near", {Site{five, far, 1}, Site{four, near, 10}}}));

// At equal fees only lag and refusals differ.
TEST(TwoVenuesAlike, TheRouterBeatsBestPriceFirstAtEqualFees) {
  const std::array<Site, 2> sites{Site{four, milliseconds(2), 1}, Site{four, milliseconds(40), 10}};
  const auto all = wishes(12);
  Trial ours(tape(), sites, Chooser::exeq, 5), price(tape(), sites, Chooser::best_price, 5);
  const auto cost = ours.work(all), theirs = price.work(all);
  const Interval i = saved(theirs, cost);
  std::printf("%-28s %zu orders; saved in bp against best price first %.3f [%.3f, %.3f]\n", "equal fees", all.size(), i.mean, i.low,
              i.high);
  EXPECT_GT(recorded::there("SHA256SUMS") ? i.low : i.high, 0);
}

TEST(RecordedTape, IsThere) {
  if (recorded::there("SHA256SUMS")) return;
  std::cerr << "NOT CHECKED: the whole capture; " << recorded::root() << " is absent. Set TRADE_DATA to the recorded data.\n";
  EXPECT_EQ(std::getenv("CI"), nullptr) << "CI checks all of it";
}

}  // namespace
}  // namespace trade::tape
