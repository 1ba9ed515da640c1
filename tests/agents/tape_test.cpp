#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <cstdio>
#include <map>
#include <vector>

#include "adapters/venues/open_feed.h"
#include "captures/recorded_data.h"
#include "domain/matching/agents.h"

// Four hours of agents alone in one market, sampled each second, and the recorded capture beside them. Prices in ticks.
namespace trade {
namespace {

struct Tape {
  std::vector<double> price;              // the middle, each second
  std::map<std::int64_t, double> spread;  // ticks: share of the seconds
  std::array<double, 50> depth{};         // mean quantity by ticks from the best, both sides
  std::uint64_t trades = 0;
  std::int64_t samples = 0;
};

double mean_of(const std::vector<double>& x) {
  double sum = 0;
  for (const double v : x) sum += v;
  return sum / static_cast<double>(x.size());
}
// Fourth standardised moment (normal: 3).
double kurtosis(const std::vector<double>& x) {
  const double mean = mean_of(x);
  double second = 0, fourth = 0;
  for (const double v : x) {
    const double d = (v - mean) * (v - mean);
    second += d;
    fourth += d * d;
  }
  return fourth * static_cast<double>(x.size()) / (second * second);
}
double autocorrelation(const std::vector<double>& x, std::size_t lag) {
  const double mean = mean_of(x);
  double own = 0, lagged = 0;
  for (std::size_t i = 0; i < x.size(); ++i) {
    own += (x[i] - mean) * (x[i] - mean);
    if (i >= lag) lagged += (x[i] - mean) * (x[i - lag] - mean);
  }
  return lagged / own;
}
std::vector<double> returns_of(const std::vector<double>& price) {
  std::vector<double> out;
  for (std::size_t i = 1; i < price.size(); ++i) out.push_back(std::log(price[i] / price[i - 1]));
  return out;
}
std::vector<double> sizes_of(std::vector<double> x) {
  for (double& v : x) v = std::fabs(v);
  return x;
}

struct Count {
  std::uint64_t trades = 0;
  void accepted(std::uint64_t) {}
  void rejected(std::uint64_t, Reason) {}
  void triggered(std::uint64_t) {}
  void trade(std::uint64_t, std::uint64_t, std::int64_t, std::int64_t) { ++trades; }
  void outside(std::uint64_t, Price, std::int64_t) {}
  void cancelled(std::uint64_t, std::int64_t, Reason) {}
  void expired(std::uint64_t, std::int64_t) {}
  void replaced(std::uint64_t, std::int64_t) {}
  void reduced(std::uint64_t, std::int64_t) {}
  void phase(TradingPhase) {}
  void indicated(std::int64_t, std::int64_t, std::int64_t, Side) {}
};

constexpr matching::AgentRule rule(std::uint64_t seed) {
  matching::AgentRule r;
  r.makers = 4;
  r.noise = 12;
  r.informed = 3;
  r.momentum = 2;
  r.seed = seed;
  r.interval = milliseconds(100);
  r.price = 600'000;
  r.spread = 2;
  r.volatility = 2000;
  return r;
}

Tape simulated(std::uint64_t seed, int seconds_long) {
  const auto agents_rule = rule(seed);
  matching::Market market({matching::TouchSource::none, {}, {}, 0, Price{1}, Quantity{1}});
  matching::Agents agents;
  agents.random = seed;
  Count events;
  matching::Relay relay(events);
  Tape t;
  for (int second = 0; second < seconds_long; ++second) {
    for (int k = 0; k < 10; ++k) agents.step(agents_rule, market, relay);
    const auto bid = market.best(Side::buy), ask = market.best(Side::sell);
    if (bid == 0 || ask == 0) continue;
    t.price.push_back(static_cast<double>(bid + ask) / 2);
    ++t.samples;
    t.spread[ask - bid] += 1;
    for (const Side side : {Side::buy, Side::sell})
      market.orders().book().each_level(side, [&](std::int64_t price, matching::Book::Handle h) {
        const auto away = static_cast<std::size_t>(side == Side::buy ? bid - price : price - ask);
        for (; h != 0 && away < t.depth.size(); h = market.orders().book().next(h))
          t.depth[away] += static_cast<double>(market.orders().book().leaves(h)) / 2;
        return away < t.depth.size();
      });
  }
  t.trades = events.trades;
  for (auto& [ticks, share] : t.spread) share /= static_cast<double>(t.samples);
  for (double& d : t.depth) d /= static_cast<double>(t.samples);
  return t;
}

// Best bid and ask of every second, the trades, and the depth of the one snapshot.
Tape recorded_tape(const std::string& path) {
  Instrument i;
  i.id = {1};
  i.symbol = "BTCUSDT";
  i.tick = Price{decimal_one / 10};
  FeedSource source;
  source.path = path;
  source.venue = {2};
  auto feed = open_feed(source, std::span(&i, 1));
  CHECK(feed.ok(), feed.ok() ? "" : feed.error().text());
  Tape t;
  VenueQuote last;
  Time next{};
  FeedRow row;
  for (;;) {
    const auto more = (*feed)->next(row);
    CHECK(more.ok(), more.ok() ? "" : more.error().text());
    if (!more.value()) break;
    if (next.ns == 0) next = floor_to(row.time, seconds(1)) + seconds(1);
    for (; row.time >= next; next = next + seconds(1)) {
      if (last.bid.units == 0 || last.ask.units == 0) continue;
      t.price.push_back(static_cast<double>(last.bid.units + last.ask.units) / 2 / static_cast<double>(i.tick.units));
      t.spread[(last.ask - last.bid).units / i.tick.units] += 1;
      ++t.samples;
    }
    if (const auto* q = std::get_if<VenueQuote>(&row.fact)) last = *q;
    if (std::get_if<VenueTrade>(&row.fact) != nullptr) ++t.trades;
    if (const auto* book = std::get_if<VenueSnapshot>(&row.fact)) {
      for (const auto* side : {&book->bids, &book->asks})
        for (const auto& l : *side) {
          const auto away = static_cast<std::size_t>(abs(l.price - side->data[0].price).units / i.tick.units);
          if (away < t.depth.size()) t.depth[away] += static_cast<double>(l.quantity.units) / 2 / decimal_one;
        }
    }
  }
  for (auto& [ticks, share] : t.spread) share /= static_cast<double>(t.samples);
  return t;
}

void print(const char* name, const Tape& t) {
  const auto r = returns_of(t.price);
  const auto sizes = sizes_of(r);
  double deviation = 0;
  for (const double v : r) deviation += v * v;
  deviation = std::sqrt(deviation / static_cast<double>(r.size())) * 1e4;
  std::printf("%-10s %6zu s, %8llu trades, 1 s returns: deviation %.3f bp, kurtosis %.1f, autocorrelation(1) %+.3f\n", name, t.price.size(),
              static_cast<unsigned long long>(t.trades), deviation, kurtosis(r), autocorrelation(r, 1));
  std::printf("%-10s autocorrelation of |returns| at 1 %+.3f, 5 %+.3f, 20 %+.3f, 60 %+.3f\n", "", autocorrelation(sizes, 1),
              autocorrelation(sizes, 5), autocorrelation(sizes, 20), autocorrelation(sizes, 60));
  std::printf("%-10s spread in ticks:", "");
  double more = 1;
  for (std::int64_t ticks = 1; ticks <= 6; ++ticks) {
    const auto at = t.spread.find(ticks);
    const double share = at == t.spread.end() ? 0 : at->second;
    more -= share;
    std::printf(" %lld: %.2f", static_cast<long long>(ticks), share);
  }
  std::printf(", more: %.2f\n%-10s depth by ticks from the best, as shares of the first 50:", std::fabs(more), "");
  double all = 0;
  for (const double d : t.depth) all += d;
  for (std::size_t from = 0; from < t.depth.size(); from += 10) {
    double part = 0;
    for (std::size_t i = from; i < from + 10; ++i) part += t.depth[i];
    std::printf(" %zu-%zu: %.2f", from, from + 9, part / all);
  }
  std::printf(" (best: %.2f)\n", t.depth[0] / all);
}

TEST(agents, their_tape_has_fat_tails_and_clustered_volatility) {
  const auto capture = recorded::root() + "/binance_stream/usdm/btcusdt_20240808.gz";
  if (recorded::there("binance_stream/usdm/btcusdt_20240808.gz")) print("recorded", recorded_tape(capture));
  for (const std::uint64_t seed : {1u, 2u, 3u}) {
    const auto t = simulated(seed, 4 * 3600);
    print(("agents " + std::to_string(seed)).c_str(), t);
    ASSERT_GT(t.price.size(), 14'000u) << "both sides are quoted nearly always";
    const auto r = returns_of(t.price);
    EXPECT_GT(kurtosis(r), 5);
    EXPECT_GT(autocorrelation(sizes_of(r), 20), 0.1);
    EXPECT_LT(std::fabs(autocorrelation(r, 20)), 0.1) << "the sizes are remembered, not the signs";
  }
}

TEST(agents, the_statistics_know_a_plain_walk_from_a_stormy_one) {
  std::uint64_t random = 1;
  std::vector<double> plain, stormy;
  for (int i = 0; i < 20'000; ++i) {
    double z = -6;
    for (int k = 0; k < 12; ++k) z += static_cast<double>(matching::draw(random, 1 << 20)) / (1 << 20);
    plain.push_back(z);
    stormy.push_back(z * (i / 100 % 5 == 0 ? 4 : 1));
  }
  EXPECT_NEAR(kurtosis(plain), 2.9, 0.1);
  EXPECT_NEAR(autocorrelation(sizes_of(plain), 20), 0, 0.02);
  EXPECT_GT(kurtosis(stormy), 5);
  EXPECT_GT(autocorrelation(sizes_of(stormy), 20), 0.1);
}

}  // namespace
}  // namespace trade
