#include "services/trading/gateway/gateway.h"

#include <gtest/gtest.h>

#include <set>

#include "runtime/testing.h"

namespace trade {
extern const ServiceType gateway_service;
namespace {

constexpr InstrumentId instrument{1};
constexpr VenueId venue{7};

struct Levels {
  std::vector<Level> bids, asks;
};
Level level(std::int64_t price, std::int64_t quantity) { return {price_of(price), quantity_of(quantity)}; }
VenueDepth depth(std::uint64_t first, std::uint64_t last, std::uint64_t previous, const Levels& l, Time at = {}) {
  return {instrument, venue, at, first, last, previous, std::span(l.bids), std::span(l.asks)};
}
VenueSnapshot snapshot(std::uint64_t id, const Levels& l) { return {instrument, venue, {}, id, std::span(l.bids), std::span(l.asks)}; }

struct GatewayTest : testing::Test {
  TestBench bench{{{"gateway", &gateway_service}}};
  FeedStatistics statistics() const { return bench.ask(FeedStatisticsQuery{}); }
  BookLevels book() const { return bench.ask(BookQuery{instrument, venue, 0}); }
  std::vector<FeedState> states() {
    std::vector<FeedState> out;
    for (const auto& m : bench.take<MarketStatus>()) out.push_back(m.state);
    return out;
  }
};

TEST_F(GatewayTest, HoldsDiffsForTheSnapshotThenPublishesTheWholeBook) {
  bench.send(depth(1, 5, 0, {{level(99, 1)}, {}}), Time{1});
  bench.send(depth(6, 9, 0, {{level(98, 2)}, {level(101, 3)}}), Time{2});
  EXPECT_TRUE(bench.take<BookChanged>().empty());
  EXPECT_EQ(states(), std::vector{FeedState::syncing});
  bench.send(snapshot(5, {{level(99, 1), level(97, 4)}, {level(102, 5)}}), Time{3});
  const auto changes = bench.take<BookChanged>();
  ASSERT_EQ(changes.size(), 1u);
  EXPECT_TRUE(changes[0].whole);
  EXPECT_EQ(changes[0].last_id, 9u);
  ASSERT_EQ(changes[0].bids.size(), 3u);
  EXPECT_EQ(changes[0].bids[0].price, price_of(99));
  EXPECT_EQ(changes[0].asks[0].price, price_of(101));
  EXPECT_EQ(states(), std::vector{FeedState::live});
  EXPECT_EQ(statistics().buffered, 2u);
  EXPECT_EQ(statistics().stale, 1u);
  const auto quotes = bench.take<Quote>();
  ASSERT_EQ(quotes.size(), 1u);
  EXPECT_EQ(quotes[0].bid, price_of(99));
  EXPECT_EQ(quotes[0].ask_quantity, quantity_of(3));
}

TEST_F(GatewayTest, AGapStopsTheBookUntilASnapshotReachesIt) {
  bench.send(snapshot(10, {{level(99, 1)}, {level(101, 1)}}), Time{1});
  bench.send(depth(11, 12, 10, {{level(100, 1)}, {}}), Time{2});
  bench.send(depth(14, 15, 13, {{level(55, 1)}, {}}), Time{3});
  bench.send(depth(16, 17, 15, {{level(56, 1)}, {}}), Time{4});
  EXPECT_EQ(states(), (std::vector{FeedState::live, FeedState::gap}));
  EXPECT_EQ(book().last_id, 12u);
  EXPECT_FALSE(book().live);
  EXPECT_EQ(statistics().gaps, 1u);
  bench.take<BookChanged>();
  bench.send(snapshot(14, {{level(90, 1)}, {level(101, 1)}}), Time{5});
  EXPECT_EQ(states(), std::vector{FeedState::live});
  EXPECT_EQ(book().last_id, 17u);
  EXPECT_EQ(book().bids.size(), 3u);
  EXPECT_EQ(bench.take<BookChanged>().size(), 1u);
}

TEST_F(GatewayTest, ACrossedBookIsSaidAndUnsaid) {
  bench.send(snapshot(10, {{level(99, 1)}, {level(101, 1)}}), Time{1});
  bench.send(depth(11, 11, 0, {{level(101, 2)}, {}}), Time{2});
  bench.send(depth(12, 12, 0, {{}, {level(101, 0), level(102, 1)}}), Time{3});
  EXPECT_EQ(states(), (std::vector{FeedState::live, FeedState::crossed, FeedState::live}));
  EXPECT_EQ(statistics().crossed, 1u);
}

TEST_F(GatewayTest, DoubledAndLateRowsAreNamedAndNotTradedTwice) {
  const auto trade = [](std::uint64_t id) { return VenueTrade{instrument, venue, Time{50}, id, price_of(100), quantity_of(1), Side::buy}; };
  for (const std::uint64_t id : {10u, 12u, 11u, 11u, 12u, 300u, 13u}) bench.send(trade(id), Time{20});
  EXPECT_EQ(bench.take<Trade>().size(), 4u);  // 10 12 11 300
  EXPECT_EQ(statistics().duplicates, 2u);
  EXPECT_EQ(statistics().out_of_order, 2u);  // 11 published late, 13 too far back to tell
  EXPECT_EQ(statistics().trades, 7u);
  EXPECT_EQ(statistics().max_skew.ns, 30);
  const auto quote = [](std::uint64_t id) {
    return VenueQuote{instrument, venue, {}, id, price_of(100), quantity_of(1), price_of(101), quantity_of(1)};
  };
  for (const std::uint64_t id : {5u, 5u, 4u, 6u}) bench.send(quote(id), Time{20});
  EXPECT_EQ(bench.take<Quote>().size(), 2u);
  EXPECT_EQ(statistics().duplicates, 3u);
  EXPECT_EQ(statistics().out_of_order, 3u);
}

TEST_F(GatewayTest, TheVenuesOwnQuotesReplaceThoseOfTheBook) {
  bench.send(VenueQuote{instrument, venue, {}, 1, price_of(100), quantity_of(1), price_of(101), quantity_of(1)}, Time{1});
  bench.send(snapshot(10, {{level(99, 1)}, {level(101, 1)}}), Time{2});
  EXPECT_EQ(bench.take<Quote>().size(), 1u);
}

TEST_F(GatewayTest, BarsPassOnceInOrder) {
  const auto bar = [](std::int64_t t) {
    return VenueBar{instrument, venue, Time{t}, Duration{60}, price_of(1), price_of(2), price_of(1), price_of(2), quantity_of(5)};
  };
  for (const std::int64_t t : {60, 120, 120, 60, 180}) bench.send(bar(t), Time{t + 60});
  EXPECT_EQ(bench.take<Bar>().size(), 3u);
  EXPECT_EQ(statistics().duplicates, 1u);
  EXPECT_EQ(statistics().out_of_order, 1u);
  EXPECT_EQ(states(), std::vector{FeedState::live});
  bench.send(FeedEnded{VenueId{8}}, Time{300});
  EXPECT_TRUE(states().empty());
  bench.send(FeedEnded{venue}, Time{300});
  EXPECT_EQ(states(), std::vector{FeedState::ended});
}

TEST_F(GatewayTest, FaultsAreCountedAndTheFirstKeptByLine) {
  for (std::uint64_t line = 1; line <= 40; ++line) bench.send(VenueFault{venue, FeedFault::malformed, line, "bad"}, Time{1});
  EXPECT_EQ(statistics().faults, 40u);
  EXPECT_EQ(statistics().messages, 40u);
  ASSERT_EQ(statistics().first_faults.size(), Gateway::faults_kept);
  EXPECT_EQ(statistics().first_faults[2].line, 3u);
}

TEST_F(GatewayTest, ARestartContinuesWithTheSameState) {
  bench.send(depth(1, 5, 0, {{level(99, 1)}, {}}), Time{1});
  const auto saved = bench.save(0);
  TestBench again{{{"gateway", &gateway_service}}};
  again.restore(0, saved);
  EXPECT_EQ(again.save(0), saved);
  for (auto* b : {&bench, &again}) b->send(snapshot(4, {{level(98, 1)}, {level(101, 1)}}), Time{2});
  EXPECT_EQ(bench.save(0), again.save(0));
  EXPECT_EQ(again.ask(BookQuery{instrument, venue, 1}).bids.at(0).first, price_of(99));
}

struct StaleTest : testing::Test {
  static Document config(std::int64_t seconds_of_silence) {
    auto section = Document::make_table(1);
    section.members().emplace_back("stale_after", Document::scalar(Document::Kind::text, std::to_string(seconds_of_silence) + "s", 1));
    auto all = Document::make_table(1);
    all.members().emplace_back("gateway", section);
    return all;
  }
  TestBench bench{{{"gateway", &gateway_service}}, config(5)};
  void trade(std::uint64_t id, Time at) {
    bench.send(VenueTrade{instrument, venue, {}, id, price_of(100), quantity_of(1), Side::buy}, at);
  }
  std::vector<FeedState> states() {
    std::vector<FeedState> out;
    for (const auto& m : bench.take<MarketStatus>()) out.push_back(m.state);
    return out;
  }
};

TEST_F(StaleTest, SilenceIsSaidOnceAndUnsaidByTheNextRow) {
  trade(1, Time{} + seconds(1));
  trade(2, Time{} + seconds(4));
  bench.run_timers(Time{} + milliseconds(8'999));
  EXPECT_EQ(states(), std::vector{FeedState::live});
  bench.run_timers(Time{} + seconds(60));
  EXPECT_EQ(states(), std::vector{FeedState::stale});
  trade(3, Time{} + seconds(61));
  EXPECT_EQ(states(), std::vector{FeedState::live});
  bench.send(snapshot(10, {{level(99, 1)}, {level(101, 1)}}), Time{} + seconds(62));
  bench.send(depth(12, 12, 0, {{level(98, 1)}, {}}), Time{} + seconds(63));  // a gap
  bench.run_timers(Time{} + seconds(80));
  bench.send(depth(13, 13, 0, {{level(97, 1)}, {}}), Time{} + seconds(81));
  EXPECT_EQ(states(), (std::vector{FeedState::gap, FeedState::stale, FeedState::gap}));
  bench.send(FeedEnded{venue}, Time{} + seconds(82));
  bench.run_timers(Time{} + seconds(200));
  EXPECT_EQ(states(), std::vector{FeedState::ended});
  EXPECT_EQ(bench.ask(FeedStatisticsQuery{}).silences, 2u);
  const auto saved = bench.save(0);
  TestBench again{{{"gateway", &gateway_service}}, config(5)};
  again.restore(0, saved);
  EXPECT_EQ(again.save(0), saved);
}

TEST_F(StaleTest, AClosedExchangeIsNotSilent) {
  Calendar c;
  c.name = "short";
  c.sessions = {{Weekday::thursday, SessionKind::regular, {}, seconds(100)},
                {Weekday::thursday, SessionKind::regular, seconds(200), seconds(300)}};
  Instrument listed;
  listed.id = instrument;
  listed.calendar = "short";
  bench.send(listing_of(c), Time{});
  bench.send(InstrumentListed{listed}, Time{});
  trade(1, Time{} + seconds(98));  // 1970-01-01 was a Thursday
  bench.run_timers(Time{} + seconds(204));
  EXPECT_EQ(states(), std::vector{FeedState::live});
  bench.run_timers(Time{} + seconds(205));
  EXPECT_EQ(states(), std::vector{FeedState::stale});
}

TEST_F(GatewayTest, CorrectionsPassAndStampsFarOffAreCounted) {
  bench.send(VenueCorrection{instrument, venue, Time{5}, 7, price_of(9), quantity_of(2)}, Time{} + seconds(20));
  const auto corrected = bench.take<TradeCorrected>();
  ASSERT_EQ(corrected.size(), 1u);
  EXPECT_EQ(corrected[0].trade_id, 7u);
  EXPECT_EQ(corrected[0].price, price_of(9));
  EXPECT_EQ(statistics().corrections, 1u);
  EXPECT_EQ(statistics().skewed, 1u);
  bench.send(VenueQuote{instrument, venue, Time{} + seconds(11), 0, {}, {}, {}, {}}, Time{} + seconds(20));
  EXPECT_EQ(statistics().skewed, 1u);
}

TEST(SeenIds, EqualsASetThatForgetsBeyondSixtyFour) {
  std::uint64_t seed = 3;
  for (int round = 0; round < 300; ++round) {
    SeenIds ids;
    std::set<std::uint64_t> seen;
    std::uint64_t highest = 0;
    for (int i = 0; i < 200; ++i) {
      seed = mix64(seed + 0x9E3779B97F4A7C15ull);
      const auto id = 1 + highest + seed % 90 - std::min<std::uint64_t>(highest, 80);
      const auto expected = id > highest          ? SeenIds::Step::next
                            : id + 64 < highest   ? SeenIds::Step::too_late
                            : seen.count(id) != 0 ? SeenIds::Step::duplicate
                                                  : SeenIds::Step::late;
      ASSERT_EQ(ids.note(id), expected) << id << " highest " << highest;
      if (expected != SeenIds::Step::too_late) seen.insert(id);
      highest = std::max(highest, id);
    }
  }
}

}  // namespace
}  // namespace trade
