#include <gtest/gtest.h>

#include <iostream>

#include "adapters/venues/open_feed.h"
#include "raw_fold.h"
#include "recorded_data.h"
#include "runtime/testing.h"
#include "services/trading/gateway/gateway.h"

namespace trade {
extern const ServiceType gateway_service;
namespace {

struct Capture {
  std::string_view path;  // below the bundled or the shared data
  bool bundled;
  std::string_view symbol, tick;
  std::uint64_t rows;
};
void PrintTo(const Capture& c, std::ostream* out) { *out << c.path; }

constexpr InstrumentId instrument{1};
constexpr VenueId venue{2};

std::string locate(const Capture& c) {
  if (c.bundled) return std::string(TRADE_SOURCE_DIR) + "/examples/data/" + std::string(c.path);
  return recorded::root() + "/binance_stream/" + std::string(c.path);
}

// One capture, source and raw fold side by side.
struct SideBySide {
  std::unique_ptr<Feed> feed;
  raw::Lines lines;
  raw::Fold fold;
  TestBench bench{{{"gateway", &gateway_service}}};
  std::map<std::int64_t, std::int64_t> bids, asks;  // what a consumer of BookChanged knows
  std::uint64_t quotes = 0, trades = 0;

  explicit SideBySide(const Capture& c) : lines(locate(c)) {
    Instrument i;
    i.id = instrument;
    i.symbol = Symbol(c.symbol);
    i.tick = parse_scaled<Price>(c.tick).value();
    FeedSource s;
    s.path = locate(c);
    s.venue = venue;
    auto opened = open_feed(s, std::span(&i, 1));
    CHECK(opened.ok(), opened.ok() ? "" : opened.error().text());
    feed = std::move(opened).value();
  }
  void send(const FeedRow& r) {
    std::visit([&](const auto& fact) { bench.send(fact, r.time); }, r.fact);
  }
  void consume() {
    for (const auto& m : bench.take<BookChanged>()) {
      if (m.whole) {
        bids.clear();
        asks.clear();
      }
      for (const auto& l : m.bids) set(bids, l);
      for (const auto& l : m.asks) set(asks, l);
    }
    quotes += bench.take<Quote>().size();
    trades += bench.take<Trade>().size();
  }
  static void set(std::map<std::int64_t, std::int64_t>& side, const Level& l) {
    if (l.quantity.units == 0) side.erase(l.price.units);
    else side[l.price.units] = l.quantity.units;
  }
  BookLevels book() const { return bench.ask(BookQuery{instrument, venue, 0}); }
  FeedStatistics statistics() const { return bench.ask(FeedStatisticsQuery{}); }

  // Every level of both sides, in order.
  void expect_same_book() {
    const auto b = book();
    ASSERT_EQ(b.last_id, fold.last);
    std::vector<std::pair<std::int64_t, std::int64_t>> bids_now, asks_now;
    for (const auto& [p, q] : b.bids) bids_now.emplace_back(p.units, q.units);
    for (const auto& [p, q] : b.asks) asks_now.emplace_back(p.units, q.units);
    ASSERT_EQ(bids_now, (std::vector<std::pair<std::int64_t, std::int64_t>>(fold.bids.rbegin(), fold.bids.rend())));
    ASSERT_EQ(asks_now, (std::vector<std::pair<std::int64_t, std::int64_t>>(fold.asks.begin(), fold.asks.end())));
  }
};

// A row's fact says what the raw JSON says.
void expect_same_fact(const FeedRow& r, const raw::Json& j) {
  const auto number = [&](const char* key) { return j[key].get<std::uint64_t>(); };
  const auto decimal = [&](const char* key) { return raw::units(j[key].get<std::string>()); };
  const auto time = [&] { return static_cast<std::int64_t>(j.value("T", j.value("E", std::uint64_t{0})) * 1'000'000); };
  if (const auto* t = std::get_if<VenueTrade>(&r.fact)) {
    ASSERT_EQ(t->trade_id, number("t"));
    ASSERT_EQ(t->price.units, decimal("p"));
    ASSERT_EQ(t->quantity.units, decimal("q"));
    ASSERT_EQ(t->aggressor, j["m"].get<bool>() ? Side::sell : Side::buy);
    ASSERT_EQ(t->venue_time.ns, time());
  } else if (const auto* q = std::get_if<VenueQuote>(&r.fact)) {
    ASSERT_EQ(q->update_id, number("u"));
    ASSERT_EQ(q->bid.units, decimal("b"));
    ASSERT_EQ(q->bid_quantity.units, decimal("B"));
    ASSERT_EQ(q->ask.units, decimal("a"));
    ASSERT_EQ(q->ask_quantity.units, decimal("A"));
    ASSERT_EQ(q->venue_time.ns, time());
  } else if (const auto* d = std::get_if<VenueDepth>(&r.fact)) {
    ASSERT_EQ(d->first_id, number("U"));
    ASSERT_EQ(d->last_id, number("u"));
    ASSERT_EQ(d->previous_id, j.value("pu", std::uint64_t{0}));
    ASSERT_EQ(d->bids.size(), j["b"].size());
    ASSERT_EQ(d->asks.size(), j["a"].size());
    ASSERT_EQ(d->venue_time.ns, time());
  }
}

struct Captures : testing::TestWithParam<Capture> {};

TEST_P(Captures, EveryRowIsReadAndTheBookIsTheVenuesAtEveryStep) {
  SideBySide run(GetParam());
  FeedRow row;
  raw::Json json;
  std::int64_t local = 0;
  for (std::uint64_t n = 0;; ++n) {
    const auto more = run.feed->next(row);
    ASSERT_TRUE(more.ok()) << more.error().text();
    ASSERT_EQ(*more, run.lines.next(local, json)) << "row " << n;
    if (!*more) break;
    ASSERT_EQ(row.row, n);
    ASSERT_EQ(row.time.ns, local);
    ASSERT_NO_FATAL_FAILURE(expect_same_fact(row, json)) << "row " << n;
    run.send(row);
    run.fold.take(json);
    if (n % 1000 == 0) run.consume();
    if (run.fold.live && n % 997 == 0) { ASSERT_NO_FATAL_FAILURE(run.expect_same_book()) << "row " << n; }
  }
  run.consume();
  run.expect_same_book();
  const auto book = run.book();
  EXPECT_TRUE(book.live);
  EXPECT_EQ(run.bids, run.fold.bids);
  EXPECT_EQ(run.asks, run.fold.asks);
  const auto s = run.statistics();
  EXPECT_EQ(s.messages, GetParam().rows);
  EXPECT_EQ(s.messages, run.fold.rows);
  EXPECT_EQ(s.depth, run.fold.depth);
  EXPECT_EQ(s.trades, run.fold.trades);
  EXPECT_EQ(s.quotes, run.fold.quotes);
  EXPECT_EQ(s.snapshots, run.fold.snapshots);
  EXPECT_EQ(run.quotes, run.fold.quotes);
  EXPECT_EQ(run.trades, run.fold.trades);
  EXPECT_EQ(s.stale, run.fold.stale);
  EXPECT_EQ(s.gaps, 0u);
  EXPECT_EQ(run.fold.gaps, 0u);
  EXPECT_EQ(s.faults, 0u);
  EXPECT_EQ(s.duplicates, 0u);
  EXPECT_EQ(s.out_of_order, 0u);
  EXPECT_GT(s.max_skew.ns, 1'000'000'000);  // the exchange's stamps run ahead of this recorder's clock
}

TEST_P(Captures, ALostStretchIsAGapAndASnapshotMendsIt) {
  SideBySide run(GetParam());
  FeedRow row;
  raw::Json json;
  std::int64_t local = 0;
  std::uint64_t diffs = 0, lost = 0, mended = 0;
  while (*run.feed->next(row)) {
    ASSERT_TRUE(run.lines.next(local, json));
    run.fold.take(json);
    const bool diff = std::holds_alternative<VenueDepth>(row.fact);
    diffs += diff;
    if (diff && diffs % 300 < 20) {
      ++lost;
      continue;
    }  // the socket was down
    run.send(row);
    if (diff && diffs % 300 == 150) {  // it asked for a snapshot, as the venue's book is now
      const auto levels = [](const auto& side) {
        std::vector<Level> v;
        for (const auto& [p, q] : side) v.push_back({Price{p}, Quantity{q}});
        return v;
      };
      const auto bids = levels(run.fold.bids), asks = levels(run.fold.asks);
      if (diffs > 300) { EXPECT_FALSE(run.book().live); }
      run.bench.send(VenueSnapshot{instrument, venue, {}, run.fold.last, std::span(bids), std::span(asks)}, row.time);
      ++mended;
      ASSERT_NO_FATAL_FAILURE(run.expect_same_book());
    }
    if (diff && diffs % 300 > 150 && diffs % 37 == 0 && diffs > 300) { ASSERT_NO_FATAL_FAILURE(run.expect_same_book()); }
    if (diffs % 100 == 0) run.consume();
  }
  run.consume();
  EXPECT_GT(lost, 20u);
  EXPECT_GE(run.statistics().gaps, mended - 1);
  EXPECT_EQ(run.statistics().faults, 0u);
  if (const auto b = run.book(); b.live && b.last_id == run.fold.last) {
    EXPECT_EQ(run.bids, run.fold.bids);
    EXPECT_EQ(run.asks, run.fold.asks);
  }
}

TEST(RecordedData, IsThere) {
  if (recorded::there("SHA256SUMS")) return;
  std::cerr << "NOT CHECKED: whole captures and Lean files; " << recorded::root() << " is absent. Set TRADE_DATA to the recorded data.\n";
  EXPECT_EQ(std::getenv("CI"), nullptr) << "CI checks all of it";
}

std::vector<Capture> captures() {
  std::vector<Capture> all{{"binance_usdm_btcusdt_60s.gz", true, "BTCUSDT", "0.1", 15'738},
                           {"binance_spot_btcusdt_60s.gz", true, "BTCUSDT", "0.01", 7'402},
                           {"usdm/btcusdt_20240808.gz", false, "BTCUSDT", "0.1", 93'954},
                           {"spot/btcusdt_20240808.gz", false, "BTCUSDT", "0.01", 41'249},
                           {"cm/btcusd_perp_20240808.gz", false, "BTCUSD_PERP", "0.1", 48'270}};
  if (!recorded::there("SHA256SUMS")) all.resize(2);
  return all;
}
INSTANTIATE_TEST_SUITE_P(Binance, Captures, testing::ValuesIn(captures()));

}  // namespace
}  // namespace trade
