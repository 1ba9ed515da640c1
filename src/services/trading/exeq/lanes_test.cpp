#include "services/trading/exeq/floor_testing.h"

namespace trade {
namespace {

// Venue 1 takes two requests a second, three at once, one of which is kept for cancels.
Document paced(const char* max_queued = "1000") {
  auto pace = Document::make_table(1), entry = Document::make_table(1), paces = Document::make_list(1);
  pace.members() = {{"rate", number("2")}, {"burst", number("3")}, {"reserve", number("1")}};
  entry.members() = {{"venue", number("1")}, {"pace", pace}};
  paces.items().push_back(entry);
  return exeq_config({{"paces", paces}, {"max_queued", number(max_queued)}});
}

TEST(Lanes, a_venue_is_asked_no_faster_than_its_pace) {
  Floor f(paced(), 1);
  for (std::uint64_t id = 1; id <= 6; ++id) f.order(id, Floor::terms(1, 90));
  EXPECT_EQ(f.placed.size(), 2u);
  const auto queue = f.bench.ask(QueueQuery{}).requests;
  ASSERT_EQ(queue.size(), 4u);
  EXPECT_EQ(queue[0].order, OrderId{3});
  EXPECT_EQ(queue[0].request, ChildRequest::place);
  EXPECT_EQ(f.bench.ask(VenuesQuery{}).venues.at(0).queued, 4u);
  f.run(milliseconds(490));
  EXPECT_EQ(f.placed.size(), 2u);
  f.run(milliseconds(10));
  EXPECT_EQ(f.placed.size(), 3u);
  f.run(seconds(2));
  EXPECT_EQ(f.placed.size(), 6u);
  for (std::size_t i = 0; i < 6; ++i) EXPECT_EQ(f.placed[i].child, ChildId{i + 1});
  EXPECT_TRUE(f.bench.ask(QueueQuery{}).requests.empty());
}

TEST(Lanes, cancels_go_first_and_have_a_reserve) {
  Floor f(paced(), 1);
  f.manners[VenueId{1}].fills = 0;
  for (std::uint64_t id = 1; id <= 4; ++id) f.order(id, Floor::terms(1'000'000, 90));
  f.run(milliseconds(100));
  f.send(CancelRequested{OrderId{1}});  // the reserve
  EXPECT_FALSE(f.held.at(ChildId{1}).open);
  f.send(CancelRequested{OrderId{2}});
  EXPECT_TRUE(f.held.at(ChildId{2}).open);
  EXPECT_EQ(f.bench.ask(QueueQuery{}).requests.at(0).request, ChildRequest::cancel);
  f.run(milliseconds(420));
  EXPECT_FALSE(f.held.at(ChildId{2}).open);  // before the orders that were there sooner
  EXPECT_EQ(f.placed.size(), 2u);
  f.send(CancelRequested{OrderId{2}});  // said twice while it waits: once
  EXPECT_LE(f.bench.ask(QueueQuery{}).requests.size(), 3u);
}

TEST(Lanes, what_has_not_left_is_cancelled_and_replaced_here) {
  Floor f(paced(), 1);
  for (std::uint64_t id = 1; id <= 4; ++id) f.order(id, Floor::terms(5, 90));
  f.told();
  f.replace(3, 7, 91);
  EXPECT_EQ(f.told(), "replaced");
  f.send(CancelRequested{OrderId{4}});
  EXPECT_EQ(f.told(), "cancelled");
  f.send(OrderQueried{OrderId{3}});
  EXPECT_EQ(f.told(), "restated");
  EXPECT_TRUE(f.last.open);
  f.restart();
  f.run(seconds(5));
  ASSERT_EQ(f.placed.size(), 3u);
  EXPECT_EQ(f.placed[2].terms.quantity, quantity_of(7));
  EXPECT_EQ(f.placed[2].terms.limit, price_of(91));
}

TEST(Lanes, a_full_queue_refuses) {
  Floor f(paced("2"), 1);
  for (std::uint64_t id = 1; id <= 5; ++id) f.order(id, Floor::terms(1, 90));
  EXPECT_EQ(f.told(), "rejected");
  EXPECT_EQ(f.last.order, OrderId{5});
  EXPECT_EQ(f.last.reason, Reason::route_paced);
  f.run(seconds(5));
  EXPECT_EQ(f.placed.size(), 4u);
}

TEST(Lanes, a_venue_that_fails_is_left_alone_and_probed) {
  Floor f;
  f.manners[VenueId{1}].rejects = 100;
  auto to_one = Floor::terms(1, 90);
  to_one.venue = VenueId{1};
  std::uint64_t id = 0;
  for (int i = 0; i < 10; ++i) f.order(++id, to_one);
  f.run(seconds(1));
  f.told();
  const auto sent = f.placed.size();
  f.order(++id, to_one);
  EXPECT_EQ(f.told(), "rejected");
  EXPECT_EQ(f.last.reason, Reason::route_circuit_open);
  EXPECT_EQ(f.placed.size(), sent);
  EXPECT_TRUE(f.bench.ask(VenuesQuery{}).venues.at(0).circuit_open);
  f.order(++id, Floor::terms(1, 90));  // who has a choice goes elsewhere
  EXPECT_EQ(f.placed.back().venue, VenueId{2});
  f.run(seconds(5));
  f.manners[VenueId{1}].rejects = 0;
  f.order(++id, to_one);  // the probe
  EXPECT_EQ(f.placed.back().venue, VenueId{1});
  f.order(++id, to_one);
  EXPECT_EQ(f.last.reason, Reason::route_circuit_open);
  f.run(seconds(1));
  f.order(++id, to_one);
  EXPECT_EQ(f.placed.back().venue, VenueId{1});
  EXPECT_FALSE(f.bench.ask(VenuesQuery{}).venues.at(0).circuit_open);
}

TEST(Lanes, refusals_that_speak_of_the_order_do_not_count_against_the_venue) {
  Floor f;
  for (std::uint64_t i = 1; i <= 20; ++i) {
    auto t = Floor::terms(1, 90);
    t.venue = VenueId{1};
    f.order(i, t);
    VenueReport r;
    r.child = ChildId{i};
    r.venue = VenueId{1};
    r.kind = ReportKind::rejected;
    r.reason = Reason::venue_would_trade;
    f.send(r);
  }
  const auto v = f.bench.ask(VenuesQuery{}).venues.at(0);
  EXPECT_EQ(v.rejected, 20u);
  EXPECT_FALSE(v.circuit_open);
}

TEST(Lanes, silence_counts_as_failure) {
  Floor f;
  f.manners[VenueId{1}].mute = true;
  auto t = Floor::terms(1, 90);
  t.venue = VenueId{1};
  for (std::uint64_t id = 1; id <= 10; ++id) f.order(id, t);
  f.run(seconds(6));
  for (std::uint64_t id = 1; id <= 10; ++id) f.send(OrderQueried{OrderId{id}});  // oms has waited long enough
  const auto v = f.bench.ask(VenuesQuery{}).venues.at(0);
  EXPECT_EQ(v.silent, 10u);
  EXPECT_TRUE(v.circuit_open);
}

// However many pieces are silent, each is asked once a time-out.
TEST(Lanes, silent_pieces_are_asked_once_a_while) {
  Floor f;
  f.quote(1, 99, 101, 5);
  f.quote(2, 99, 101, 5);
  f.manners[VenueId{1}].mute = f.manners[VenueId{2}].mute = true;
  f.order(1, Floor::terms(10));
  ASSERT_EQ(f.placed.size(), 2u);
  f.run(seconds(60));
  EXPECT_EQ(f.queries, 2u * 12);
}

TEST(Lanes, what_its_venue_never_heard_of_is_sent_again_under_its_id) {
  Floor f(exeq_config({{"resends", number("1")}}));
  f.manners[VenueId{1}].mute = true;
  auto t = Floor::terms(5, 90);
  t.venue = VenueId{1};
  f.order(1, t);
  f.run(seconds(6));
  const auto unknown = [&](std::uint64_t request) {
    VenueReport r;
    r.child = ChildId{1};
    r.venue = VenueId{1};
    r.kind = ReportKind::status_unknown;
    r.request = RequestNumber{request};
    f.send(r);
  };
  f.send(OrderQueried{OrderId{1}});
  f.manners[VenueId{1}].mute = false;
  f.manners[VenueId{1}].fills = 100;
  unknown(1);
  EXPECT_EQ(f.told(), "restated");
  EXPECT_TRUE(f.last.open);
  ASSERT_EQ(f.placed.size(), 2u);
  EXPECT_EQ(f.placed[1].child, ChildId{1});
  EXPECT_GT(f.placed[1].request, f.placed[0].request);
  unknown(1);  // the first answer again says nothing of the second copy
  EXPECT_EQ(f.placed.size(), 2u);
  f.run(seconds(1));
  EXPECT_EQ(f.told(), "working filled");
  EXPECT_EQ(f.filled(1), quantity_of(5));

  f.manners[VenueId{1}].mute = true;
  f.order(2, t);
  f.run(seconds(6));
  for (int i = 0; i < 2; ++i) {
    f.send(OrderQueried{OrderId{2}});
    VenueReport r;
    r.child = ChildId{2};
    r.venue = VenueId{1};
    r.kind = ReportKind::status_unknown;
    r.request = f.placed.back().request;
    f.send(r);
  }
  EXPECT_EQ(f.placed.size(), 4u);
  EXPECT_EQ(f.told(), "restated restated");  // once is enough
  EXPECT_FALSE(f.last.open);
}

TEST(Lanes, measured_latency_and_refusals_weigh_in_the_route) {
  Floor f;
  f.manners[VenueId{1}].delay = milliseconds(900);
  f.manners[VenueId{2}].delay = milliseconds(10);
  for (std::uint64_t id = 1; id <= 20; ++id) {
    auto t = Floor::terms(1);
    t.venue = VenueId{static_cast<std::uint16_t>(1 + id % 2)};
    f.order(id, t);
    f.run(seconds(1));
    const auto up = static_cast<std::int64_t>(id % 2);
    for (std::uint16_t v = 1; v <= 2; ++v) f.quote(v, 99 + up, 101 + up, 1'000);
  }
  const auto venues = f.bench.ask(VenuesQuery{}).venues;
  EXPECT_EQ(venues.at(0).latency, milliseconds(900));
  EXPECT_EQ(venues.at(1).latency, milliseconds(10));
  EXPECT_GE(venues.at(0).latency_p50, milliseconds(900));
  EXPECT_LE(venues.at(0).latency_p50, milliseconds(1'013));
  const auto routes = f.bench.ask(RoutesQuery{InstrumentId{1}, Side::buy, quantity_of(5), {}});
  EXPECT_EQ(routes.reason, Reason::none);
  ASSERT_EQ(routes.venues.size(), 2u);
  EXPECT_EQ(routes.venues[0].quantity, Quantity{});  // cheaper by fee, yet the price moves by 1 a second
  EXPECT_EQ(routes.venues[1].quantity, quantity_of(5));
  EXPECT_EQ(routes.venues[0].latency, milliseconds(900));
  f.order(50, Floor::terms(5));
  EXPECT_EQ(f.placed.back().venue, VenueId{2});
}

TEST(Lanes, depth_beyond_the_quote_is_reckoned_with) {
  Floor f;
  f.quote(1, 99, 101, 5);
  f.quote(2, 99, 101, 5);
  const auto book = [&](std::uint16_t venue, std::int64_t next) {
    std::vector<Level> asks{{price_of(101), quantity_of(5)}, {price_of(next), quantity_of(50)}}, bids{{price_of(99), quantity_of(5)}};
    BookChanged m;
    m.instrument = InstrumentId{1};
    m.venue = VenueId{venue};
    m.whole = true;
    m.asks = std::span<const Level>(asks);
    m.bids = std::span<const Level>(bids);
    f.send(m);
  };
  book(1, 105);
  book(2, 102);
  f.order(1, Floor::terms(30));
  ASSERT_EQ(f.placed.size(), 2u);
  EXPECT_EQ(f.placed[0].terms.quantity, quantity_of(5));
  EXPECT_EQ(f.placed[1].venue, VenueId{2});
  EXPECT_EQ(f.placed[1].terms.quantity, quantity_of(25));
}

TEST(Figures, an_order_is_measured_against_the_market) {
  Floor f;
  f.quote(1, 99, 101, 1'000);
  auto t = Floor::terms(10);
  t.venue = VenueId{2};
  f.order(1, t);  // venue 2 charges 0.00002, venue 1 half of that; both show 101
  f.run(seconds(1));
  f.run(seconds(2));
  f.quote(2, 101, 103, 1'000);
  f.run(seconds(70));
  f.quote(2, 95, 97, 1'000);
  const auto q = f.bench.ask(ExecutionQualityQuery{});
  ASSERT_EQ(q.lines.size(), 1u);
  EXPECT_EQ(q.lines[0].venue, VenueId{2});
  EXPECT_EQ(q.total.fills, 1u);
  EXPECT_EQ(q.total.children, 1u);
  EXPECT_EQ(q.total.fill_rate, 1.0);
  EXPECT_NEAR(q.total.arrival_bps, 100, 1e-9);  // bought at 101, the middle was 100
  EXPECT_NEAR(q.total.effective_bps, 200, 1e-9);
  EXPECT_NEAR(q.total.realised_bps[0], 200, 1e-9);   // after a second nothing had moved
  EXPECT_NEAR(q.total.realised_bps[1], -200, 1e-9);  // after five the middle was 102
  EXPECT_NEAR(q.total.reverted_bps[2], -200, 1e-9);
  EXPECT_NEAR(q.total.regret_bps, 0, 1e-9);  // the only venue it was allowed
  const auto view = f.bench.ask(OrderQualityQuery{OrderId{1}});
  EXPECT_EQ(view.arrival, price_of(100));
  EXPECT_EQ(view.average, price_of(101));
  EXPECT_NEAR(view.arrival_bps, 100, 1e-9);
  f.quote(2, 99, 100, 3);
  f.order(2, Floor::terms(3));
  f.run(seconds(1));
  const auto regret = f.bench.ask(RegretQuery{});
  ASSERT_EQ(regret.venues.size(), 1u);
  EXPECT_GT(regret.venues[0].regret_bps, 0);  // shown 100, paid 101
}

TEST(Figures, nothing_known_nothing_said) {
  Floor f;
  EXPECT_FALSE(f.bench.ask(ChildrenQuery{OrderId{9}}).found);
  EXPECT_FALSE(f.bench.ask(OrderQualityQuery{OrderId{9}}).found);
  EXPECT_EQ(f.bench.ask(ExecutionQualityQuery{}).total.fills, 0u);
  EXPECT_TRUE(f.bench.ask(RegretQuery{}).venues.empty());
  EXPECT_EQ(f.bench.ask(RoutesQuery{InstrumentId{7}, Side::buy, quantity_of(1), {}}).reason, Reason::route_no_venue);
}

TEST(Config, what_makes_no_sense_is_refused) {
  const auto refused = [](const Document& config, const char* where) {
    const auto made = exeq_service.make(config.find("exeq"));
    return !made.ok() && made.error().where == where;
  };
  EXPECT_TRUE(refused(exeq_config({{"slice", word("0s")}}), "exeq.slice"));
  EXPECT_TRUE(refused(exeq_config({{"max_queued", number("0")}}), "exeq.max_queued"));
  EXPECT_TRUE(refused(exeq_config({{"max_refusals", number("0")}}), "exeq.max_refusals"));
  auto circuit = Document::make_table(1);
  circuit.members() = {{"failures", number("17")}};
  EXPECT_TRUE(refused(exeq_config({{"circuit", circuit}}), "exeq.circuit.failures"));
  circuit.members() = {{"cooldown", word("0s")}};
  EXPECT_TRUE(refused(exeq_config({{"circuit", circuit}}), "exeq.circuit.cooldown"));
  auto pace = Document::make_table(1), entry = Document::make_table(1), paces = Document::make_list(1);
  pace.members() = {{"rate", number("2")}, {"burst", number("3")}, {"reserve", number("3")}};
  entry.members() = {{"venue", number("1")}, {"pace", pace}};
  paces.items().push_back(entry);
  EXPECT_TRUE(refused(exeq_config({{"paces", paces}}), "exeq.paces[0].pace.burst"));
}

}  // namespace
}  // namespace trade
