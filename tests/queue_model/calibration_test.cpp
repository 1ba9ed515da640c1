#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <cstdio>
#include <map>
#include <vector>

#include "adapters/venues/open_feed.h"
#include "captures/recorded_data.h"
#include "domain/matching/agents.h"
#include "domain/matching/market.h"
#include "messages/market.h"
#include "messages/reference.h"
#include "runtime/testing.h"

// Where in a queue do people cancel? A level built up from nothing is a list of additions in time order. When what it loses without a trade
// is exactly one addition's size, and only one's, that order was cancelled, and it is known how much stood before and behind it. An
// observer at a random place of such a queue saw the cancel before or behind himself; the exponent n of P(behind) = back^n / (front^n +
// back^n) is what makes those answers likeliest.
namespace trade {
extern const ServiceType gateway_service;
namespace {

constexpr InstrumentId instrument{1};
constexpr VenueId venue{2};
constexpr Price tick{decimal_one / 10};
constexpr Quantity lot{decimal_one / 1000};

struct Observation {
  double front{}, back{};
  bool behind{};
};
std::size_t tenth_of(const Observation& o) { return static_cast<std::size_t>(std::min(9.0, std::floor(10 * o.back / (o.front + o.back)))); }

// What is likeliest by tenths: how often it was so.
std::array<double, 10> measured(std::span<const Observation> seen) {
  std::array<double, 10> behind{}, all{};
  for (const auto& o : seen) {
    behind[tenth_of(o)] += o.behind;
    ++all[tenth_of(o)];
  }
  for (std::size_t i = 0; i < 10; ++i) behind[i] = all[i] > 0 ? behind[i] / all[i] : 0.5;
  return behind;
}
// Mean log-likelihood of what was seen, when `model` gives the probability of leaving behind.
template <class Model>
double likelihood(std::span<const Observation> seen, Model&& model) {
  double sum = 0;
  for (const auto& o : seen) {
    const double p = std::clamp(model(o), 1e-3, 1 - 1e-3);
    sum += std::log(o.behind ? p : 1 - p);
  }
  return sum / static_cast<double>(seen.size());
}
double power_model(const Observation& o, double n) { return std::pow(o.back, n) / (std::pow(o.front, n) + std::pow(o.back, n)); }

// One price level as a queue of additions; `whole`: nothing of it is of unknown age.
struct Line {
  std::vector<std::int64_t> pieces;
  std::int64_t total = 0, traded = 0;
  bool whole = false;
};

class Cancels {
 public:
  std::vector<Observation> seen;
  std::uint64_t gone = 0, named = 0;  // losses of whole lines; of them, one order's

  void trade(Side resting, Price price, Quantity quantity) {
    auto& line = lines_[{resting, price}];
    line.traded += quantity.units;
  }
  void level(Side side, const Level& l, bool known) {
    auto& line = lines_[{side, l.price}];
    auto consumed = line.traded;
    while (consumed > 0 && !line.pieces.empty()) {
      const auto part = std::min(consumed, line.pieces.front());
      consumed -= part;
      if ((line.pieces.front() -= part) == 0) line.pieces.erase(line.pieces.begin());
    }
    const auto before = std::max<std::int64_t>(0, line.total - line.traded), now = l.quantity.units;
    line.traded = 0;
    if (now > before) {
      if (before == 0) line.whole = known;
      line.pieces.push_back(now - before);
    } else if (now < before) {
      lose(line, before - now);
    }
    line.total = now;
    std::int64_t sum = 0;
    for (const auto p : line.pieces) sum += p;
    if (sum != now) line.whole = false, line.pieces = {now};
    if (now == 0) lines_.erase({side, l.price});
  }
  void forget() { lines_.clear(); }

 private:
  void lose(Line& line, std::int64_t lots) {
    std::size_t at = line.pieces.size(), matches = 0;
    for (std::size_t i = 0; i < line.pieces.size(); ++i)
      if (line.pieces[i] == lots) at = i, ++matches;
    if (line.whole) ++gone;
    if (!line.whole || matches != 1 || line.pieces.size() < 2) {
      line.whole = false;
      line.pieces.clear();
      return;
    }
    ++named;
    const auto place = 1 + matching::draw(random_, line.pieces.size() - 1);  // observer: before pieces[place]
    Observation o;
    for (std::size_t i = 0; i < line.pieces.size(); ++i) (i < place ? o.front : o.back) += static_cast<double>(line.pieces[i]);
    o.behind = at >= place;
    seen.push_back(o);
    line.pieces.erase(line.pieces.begin() + static_cast<std::ptrdiff_t>(at));
  }

  std::map<std::pair<Side, Price>, Line> lines_;
  std::uint64_t random_ = 7;
};

// What gateway makes of a capture, message by message.
template <class OnBook, class OnTrade>
void replay(const std::string& path, OnBook&& on_book, OnTrade&& on_trade) {
  Instrument i;
  i.id = instrument;
  i.symbol = "BTCUSDT";
  i.tick = tick;
  i.lot = lot;
  FeedSource source;
  source.path = path;
  source.venue = venue;
  auto feed = open_feed(source, std::span(&i, 1));
  CHECK(feed.ok(), feed.ok() ? "" : feed.error().text());
  TestBench bench({{"gateway", &gateway_service}});
  bench.send(InstrumentListed{i}, Time{1});
  for (FeedRow row;;) {
    const auto more = (*feed)->next(row);
    CHECK(more.ok(), more.ok() ? "" : more.error().text());
    if (!more.value()) return;
    std::visit([&](const auto& fact) { bench.send(fact, row.time); }, row.fact);
    for (const auto& t : bench.take<Trade>()) on_trade(t, row.time);
    for (const auto& b : bench.take<BookChanged>()) on_book(b, row.time);
  }
}

Cancels cancels_of(const std::string& path) {
  Cancels c;
  replay(
      path,
      [&](const BookChanged& b, Time) {
        if (b.whole) c.forget();
        for (const auto& l : b.bids) c.level(Side::buy, l, !b.whole);
        for (const auto& l : b.asks) c.level(Side::sell, l, !b.whole);
      },
      [&](const Trade& t, Time) { c.trade(opposite(t.aggressor), t.price, t.quantity); });
  return c;
}

struct Fills {
  std::map<std::uint64_t, Time> at;
  Time now;
  void accepted(std::uint64_t) {}
  void rejected(std::uint64_t, Reason) {}
  void triggered(std::uint64_t) {}
  void trade(std::uint64_t maker, std::uint64_t, std::int64_t, std::int64_t) { at[maker] = now; }
  void outside(std::uint64_t, Price, std::int64_t) {}
  void cancelled(std::uint64_t, std::int64_t, Reason) {}
  void expired(std::uint64_t, std::int64_t) {}
  void replaced(std::uint64_t, std::int64_t) {}
  void reduced(std::uint64_t, std::int64_t) {}
  void phase(TradingPhase) {}
  void indicated(std::int64_t, std::int64_t, std::int64_t, Side) {}
};

// Orders of one lot at the best bid and ask every half second, each for ten seconds: the share that fills, by what stood before them.
std::array<std::array<int, 2>, 4> fills_of(const std::string& path, matching::QueueRule queue, const matching::CancelShares& behind) {
  matching::Market market({matching::TouchSource::book, matching::FillModel::whole, queue, 0, tick, lot, behind});
  Fills fills;
  struct Ours {
    matching::Market::Handle handle;
    Time until;
    std::size_t bucket;
  };
  std::map<std::uint64_t, Ours> open;
  std::array<std::array<int, 2>, 4> count{};
  std::uint64_t ids = 0;
  Time next{};
  const auto step = [&](Time now) {
    for (auto at = open.begin(); at != open.end();) {
      const bool filled = fills.at.contains(at->first);
      if (!filled && now < at->second.until) {
        ++at;
        continue;
      }
      ++count[at->second.bucket][filled];
      if (!filled) market.cancel(at->second.handle, at->first, fills);
      at = open.erase(at);
    }
    if (now < next || market.best(Side::buy) == 0 || market.best(Side::sell) == 0) return;
    next = now + milliseconds(500);
    for (const Side side : {Side::buy, Side::sell}) {
      const auto price = market.touch().best_ticks(side);
      const auto shown = market.touch().shown(side, price);
      const auto h = market.place({++ids, 1, price, 0, side, OrderType::limit, TimeInForce::gtc}, fills);
      const std::size_t bucket = shown < 1000 ? 0 : shown < 5000 ? 1 : shown < 15'000 ? 2 : 3;
      if (h != 0) open[ids] = {h, now + seconds(10), bucket};
    }
  };
  replay(
      path,
      [&](const BookChanged& b, Time now) {
        fills.now = now;
        market.book({b.bids.data, b.bids.count}, {b.asks.data, b.asks.count}, b.whole, fills);
        step(now);
      },
      [&](const Trade& t, Time now) {
        fills.now = now;
        market.trade(t.price, t.quantity, t.aggressor, fills);
      });
  return count;
}

TEST(queue_model, its_shares_are_what_recorded_cancels_did) {
  const std::string path = recorded::root() + "/binance_stream/usdm/btcusdt_20240808.gz";
  if (!recorded::there("binance_stream/usdm/btcusdt_20240808.gz")) {
    std::printf("no recorded capture at %s: nothing to calibrate on\n", path.c_str());
    ASSERT_EQ(std::getenv("CI"), nullptr) << "the recorded data is missing";
    return;
  }
  const auto cancels = cancels_of(path);
  const std::span<const Observation> seen(cancels.seen);
  ASSERT_GT(seen.size(), 10'000u);
  const auto first = seen.first(seen.size() / 2), second = seen.subspan(seen.size() / 2);
  const auto early = measured(first), late = measured(second), whole = measured(seen);
  std::printf("losses of levels known whole: %llu; of exactly one order: %llu\n", static_cast<unsigned long long>(cancels.gone),
              static_cast<unsigned long long>(cancels.named));
  std::printf("share of the queue behind an observer, cancels seen behind him: first half, second half, model\n");
  for (std::size_t i = 0; i < 10; ++i) {
    const double model = matching::recorded_cancels[i] / 1000.0;
    std::printf("%2zu %% to %3zu %%   %.3f  %.3f  %.3f\n", 10 * i, 10 * i + 10, early[i], late[i], model);
    EXPECT_NEAR(late[i], early[i], 0.1) << "what the first half says holds in the second";
    EXPECT_NEAR(whole[i], model, 0.02) << "the shares in force are the measured ones";
  }
  const double held_out = likelihood(second, [&](const Observation& o) { return early[tenth_of(o)]; });
  const double coin = likelihood(second, [](const Observation&) { return 0.5; });
  const double proportional = likelihood(second, [](const Observation& o) { return power_model(o, 1); });
  const double cubic = likelihood(second, [](const Observation& o) { return power_model(o, 3); });
  const double fifo = likelihood(second, [](const Observation&) { return 1.0; });
  std::printf("mean log-likelihood of the second half by the first half's shares %.4f; coin %.4f; power 1 %.4f; power 3 %.4f; fifo %.4f\n",
              held_out, coin, proportional, cubic, fifo);
  EXPECT_GT(held_out, std::max({coin, proportional, cubic, fifo}));

  const std::array<std::pair<const char*, matching::QueueRule>, 2> models{
      {{"fifo", matching::QueueRule::fifo}, {"probable", matching::QueueRule::probable}}};
  std::printf("orders of one lot at the best price for 10 s: share filled (orders), by BTC shown before them\n%-9s %14s %14s %14s %14s\n",
              "", "below 1", "1 to 5", "5 to 15", "15 and more");
  double rate[2]{};
  for (std::size_t m = 0; m < models.size(); ++m) {
    int filled = 0, all = 0;
    std::printf("%-9s", models[m].first);
    for (const auto& c : fills_of(path, models[m].second, matching::recorded_cancels)) {
      filled += c[1];
      all += c[0] + c[1];
      std::printf("   %.3f (%4d)", c[0] + c[1] ? static_cast<double>(c[1]) / (c[0] + c[1]) : 0.0, c[0] + c[1]);
    }
    rate[m] = static_cast<double>(filled) / all;
    std::printf("   all %.3f\n", rate[m]);
  }
  EXPECT_GE(rate[1], rate[0]) << "who believes that some before him leave fills no less often";
}

TEST(queue_model, what_leaves_before_us_follows_the_shares) {
  std::uint64_t random = 5;
  for (int i = 0; i < 20'000; ++i) {
    const auto front = static_cast<std::int64_t>(matching::draw(random, 100'000)) + 1;
    const auto back = static_cast<std::int64_t>(matching::draw(random, 100'000)) + 1;
    const auto gone = static_cast<std::int64_t>(matching::draw(random, static_cast<std::uint64_t>(front + back))) + 1;
    const Observation o{static_cast<double>(front), static_cast<double>(back), false};
    double before = static_cast<double>(gone) * (1 - matching::recorded_cancels[tenth_of(o)] / 1000.0);
    before = std::min(o.front, std::max(before, static_cast<double>(gone - back)));
    EXPECT_NEAR(static_cast<double>(matching::gone_before(gone, front, back, matching::recorded_cancels)), before, 1)
        << front << " " << back << " " << gone;
  }
  EXPECT_EQ(matching::gone_before(5, 0, 9, matching::recorded_cancels), 0);
  EXPECT_EQ(matching::gone_before(5, 9, 0, matching::recorded_cancels), 5);
  EXPECT_EQ(matching::gone_before(50, 9, 0, matching::recorded_cancels), 9);
}

}  // namespace
}  // namespace trade
