#include "services/trading/exeq/floor_testing.h"

namespace trade {
namespace {

OrderTerms algo(Algo a, std::int64_t quantity, Time start, Duration length, std::int64_t limit = 0) {
  OrderTerms t = Floor::terms(quantity, limit);
  t.algo = a;
  t.start = start;
  t.end = start + length;
  t.display = quantity_of(10);
  t.participation = Ratio{decimal_one / 4};
  return t;
}

TEST(Algos, twap_is_worked_off_in_equal_slices_on_time) {
  Floor f;
  f.order(1, algo(Algo::twap, 100, f.now, seconds(100)));
  EXPECT_EQ(f.told(), "working");
  const Time begin = f.now;
  f.run(seconds(95));
  ASSERT_EQ(f.placed.size(), 10u);
  for (const auto& p : f.placed) {
    EXPECT_EQ(p.terms.quantity, quantity_of(10));
    EXPECT_EQ(p.terms.tif, TimeInForce::ioc);
    EXPECT_EQ(p.terms.algo, Algo::none);
    EXPECT_EQ(p.venue, VenueId{1});  // the cheaper one
  }
  EXPECT_EQ(f.filled(1), quantity_of(100));
  EXPECT_EQ(f.told(), "filled filled filled filled filled filled filled filled filled filled");
  EXPECT_TRUE(f.bench.ask(AlgosQuery{}).orders.empty());
  EXPECT_EQ(begin + seconds(95), f.now);
  EXPECT_EQ(f.bench.ask(ChildrenQuery{OrderId{1}}).children.size(), 10u);
}

TEST(Algos, pieces_do_not_carry_the_expiry_of_their_order) {
  Floor f;
  auto t = algo(Algo::twap, 100, f.now, seconds(100), 101);
  t.tif = TimeInForce::gtd;
  t.end = {};
  t.expire = f.now + seconds(50);
  f.order(1, t);
  f.run(seconds(49));
  ASSERT_EQ(f.placed.size(), 5u);
  for (const auto& p : f.placed) EXPECT_EQ(p.terms.expire, Time{});
  EXPECT_EQ(f.filled(1), quantity_of(100));
}

TEST(Algos, what_runs_is_shown) {
  Floor f;
  f.order(1, algo(Algo::twap, 100, f.now + seconds(10), seconds(100)));
  f.run(seconds(5));
  EXPECT_TRUE(f.placed.empty());
  f.run(seconds(20));
  f.quote(1, 99, 101, 1'000);
  const auto orders = f.bench.ask(AlgosQuery{}).orders;
  ASSERT_EQ(orders.size(), 1u);
  EXPECT_EQ(orders[0].algo, Algo::twap);
  EXPECT_EQ(orders[0].filled, quantity_of(20));
  EXPECT_EQ(orders[0].target, quantity_of(20));
  EXPECT_EQ(orders[0].next, orders[0].start + seconds(20));
}

TEST(Algos, pov_follows_the_volume) {
  Floor f;
  f.order(1, algo(Algo::pov, 100, f.now, seconds(300)));
  f.run(seconds(11));
  EXPECT_TRUE(f.placed.empty());
  f.trade(1, 40);
  f.trade(2, 40);
  f.run(seconds(10));
  EXPECT_EQ(f.filled(1), quantity_of(20));
  f.run(seconds(100));
  EXPECT_EQ(f.filled(1), quantity_of(20));
  f.run(seconds(190));
  EXPECT_EQ(f.told(), "working filled expired");
  EXPECT_EQ(f.last.filled, quantity_of(20));
}

TEST(Algos, vwap_follows_the_curve_of_the_bars) {
  Floor f;
  Bar bar;
  bar.instrument = InstrumentId{1};
  bar.venue = VenueId{1};
  bar.interval = seconds(900);
  const Time start = floor_to(f.now, day_length);
  for (int i = 0; i < 96; ++i) {
    bar.open_time = start + Duration{seconds(900).ns * i};
    bar.volume = quantity_of(i % 2 == 0 ? 30 : 10);
    f.send(bar);
  }
  f.now = start + day_length;
  f.order(1, algo(Algo::vwap, 400, f.now, seconds(3600)));
  f.run(seconds(895));
  EXPECT_EQ(f.filled(1), quantity_of(150));
  f.run(seconds(900));
  EXPECT_EQ(f.filled(1), quantity_of(200));
  f.run(seconds(900));
  EXPECT_EQ(f.filled(1), quantity_of(350));
}

TEST(Algos, iceberg_shows_one_piece_at_a_time) {
  Floor f;
  f.manners[VenueId{1}].fills = f.manners[VenueId{2}].fills = 0;
  auto t = algo(Algo::iceberg, 35, f.now, seconds(1'000'000), 100);
  t.end = {};
  t.start = {};
  t.post_only = true;
  f.order(1, t);
  for (int i = 0; i < 20; ++i) {
    f.run(seconds(1));
    ASSERT_LE(f.open_pieces(), 1u);
    for (auto& [id, h] : f.held)
      if (h.open) {  // the market takes the rest of the piece
        const Quantity rest = h.place.terms.quantity - h.filled;
        h.filled += rest;
        h.open = false;
        VenueReport r;
        r.child = id;
        r.venue = h.place.venue;
        r.kind = ReportKind::filled;
        r.price = price_of(100);
        r.quantity = rest;
        r.filled = h.filled;
        f.send(r);
        break;
      }
  }
  ASSERT_EQ(f.placed.size(), 4u);
  EXPECT_EQ(f.placed[3].terms.quantity, quantity_of(5));
  for (const auto& p : f.placed) {
    EXPECT_TRUE(p.terms.post_only);
    EXPECT_EQ(p.terms.tif, TimeInForce::gtc);
    EXPECT_EQ(p.terms.display, Quantity{});
  }
  EXPECT_EQ(f.filled(1), quantity_of(35));
}

TEST(Algos, sniper_strikes_when_its_price_is_shown) {
  Floor f;
  f.order(1, algo(Algo::sniper, 30, f.now, seconds(60), 100));
  f.run(seconds(1));
  EXPECT_TRUE(f.placed.empty());
  f.quote(2, 99, 100, 12);
  ASSERT_EQ(f.placed.size(), 1u);
  EXPECT_EQ(f.placed[0].terms.quantity, quantity_of(12));
  EXPECT_EQ(f.placed[0].terms.limit, price_of(100));
  f.quote(2, 99, 100, 50);
  EXPECT_EQ(f.placed.size(), 1u);  // one shot at a time
  f.run(seconds(1));
  ASSERT_EQ(f.placed.size(), 2u);
  EXPECT_EQ(f.filled(1), quantity_of(30));
  EXPECT_TRUE(f.bench.ask(AlgosQuery{}).orders.empty());
}

TEST(Algos, what_cannot_be_worked_is_refused) {
  Floor f;
  auto t = algo(Algo::twap, 100, f.now, seconds(100));
  t.end = {};
  const auto before = f.bench.ask(VenuesQuery{}).venues.size();
  f.order(1, t);
  EXPECT_EQ(f.told(), "rejected");
  EXPECT_EQ(f.last.reason, Reason::order_bad_algo);
  EXPECT_TRUE(f.placed.empty());
  EXPECT_TRUE(f.bench.ask(AlgosQuery{}).orders.empty());
  EXPECT_EQ(f.bench.ask(VenuesQuery{}).venues.size(), before);
}

TEST(Algos, a_cancel_ends_it_with_its_pieces) {
  Floor f;
  f.order(1, algo(Algo::twap, 100, f.now, seconds(100)));
  f.run(seconds(5));
  f.told();
  f.send(CancelRequested{OrderId{1}});
  EXPECT_EQ(f.told(), "cancelled");
  EXPECT_EQ(f.last.filled, quantity_of(10));
  f.run(seconds(200));
  EXPECT_EQ(f.placed.size(), 1u);
  f.send(CancelRequested{OrderId{1}});
  EXPECT_EQ(f.told(), "cancel_rejected");

  f.manners[VenueId{1}].fills = f.manners[VenueId{2}].fills = 0;
  f.order(2, algo(Algo::iceberg, 100, f.now, seconds(100), 90));
  f.send(CancelRequested{OrderId{2}});
  EXPECT_EQ(f.open_pieces(), 0u);
  f.run(seconds(1));
  EXPECT_EQ(f.told().substr(0, 7), "working");
  EXPECT_EQ(f.last.kind, ExecutionKind::cancelled);
}

TEST(Algos, a_replace_changes_what_is_left) {
  Floor f;
  f.order(1, algo(Algo::twap, 100, f.now, seconds(100), 101));
  f.run(seconds(15));
  f.replace(1, 60, 102);
  EXPECT_EQ(f.told(), "working filled filled replaced");
  f.run(seconds(84));
  EXPECT_EQ(f.filled(1), quantity_of(60));
  EXPECT_EQ(f.placed.back().terms.limit, price_of(102));
  f.replace(1, 30, 102);
  f.told();
  EXPECT_EQ(f.last.kind, ExecutionKind::replace_rejected);

  f.order(2, algo(Algo::iceberg, 100, f.now, seconds(100), 90));
  f.manners[VenueId{1}].fills = f.manners[VenueId{2}].fills = 0;
  f.order(3, algo(Algo::iceberg, 100, f.now, seconds(100), 90));
  f.told();
  f.replace(3, 50, 91);
  f.run(seconds(1));
  EXPECT_NE(f.told().find("replaced"), std::string::npos);
  EXPECT_EQ(f.placed.back().terms.limit, price_of(91));
}

TEST(Algos, a_venue_that_always_refuses_ends_it) {
  Floor f;
  f.manners[VenueId{1}].rejects = f.manners[VenueId{2}].rejects = 100;
  f.order(1, algo(Algo::iceberg, 100, f.now, seconds(1'000), 90));
  f.run(seconds(60));
  EXPECT_EQ(f.placed.size(), 5u);
  EXPECT_EQ(f.told(), "working rejected");
  EXPECT_EQ(f.last.reason, Reason::venue_halted);
}

TEST(Algos, what_its_end_calls_back_is_called_back_until_it_is_heard) {
  Floor f;
  f.manners[VenueId{1}].fills = f.manners[VenueId{2}].fills = 0;
  f.order(1, algo(Algo::iceberg, 100, f.now, seconds(10), 90));
  f.run(seconds(9));
  f.manners[VenueId{1}].mute = f.manners[VenueId{2}].mute = true;
  f.run(seconds(4));
  f.told();
  EXPECT_EQ(f.open_pieces(), 1u);
  f.manners[VenueId{1}].mute = f.manners[VenueId{2}].mute = false;
  f.run(seconds(5));
  EXPECT_EQ(f.open_pieces(), 0u);
  EXPECT_EQ(f.told(), "expired");
}

TEST(Algos, a_query_says_that_it_lives_without_pieces) {
  Floor f;
  f.order(1, algo(Algo::twap, 100, f.now, seconds(100)));
  f.run(seconds(5));
  f.told();
  f.send(OrderQueried{OrderId{1}});
  f.run(seconds(1));
  EXPECT_EQ(f.told(), "restated");
  EXPECT_TRUE(f.last.open);
  EXPECT_EQ(f.last.filled, quantity_of(10));
}

// All algorithms among bad venues, cancels, replaces and restarts, held to the floor's own counting. Without restarts it ends alike.
TEST(Algos, whatever_happens_children_sum_to_no_more_than_the_parent) {
  for (std::uint64_t seed = 1; seed <= 60; ++seed)
    for (const Algo a : {Algo::twap, Algo::vwap, Algo::shortfall, Algo::pov, Algo::iceberg, Algo::sniper}) {
      std::array<std::string, 2> ends;
      for (const bool restarts : {false, true}) {
        Floor f;
        f.seed = seed * 100 + static_cast<std::uint64_t>(a);
        for (std::uint16_t v = 1; v <= 2; ++v) f.manners[VenueId{v}] = {milliseconds(10 + f.draw(400)), 10, 50, false};
        f.order(1, algo(a, 20 + f.draw(200), f.now, seconds(20 + f.draw(80)), 101));
        for (int i = 0; i < 110; ++i) {
          f.run(seconds(1));
          if (f.draw(3) == 0) f.trade(static_cast<std::uint16_t>(1 + f.draw(2)), 1 + f.draw(30));
          if (f.draw(4) == 0) f.quote(static_cast<std::uint16_t>(1 + f.draw(2)), 98, 99 + f.draw(4), 1 + f.draw(40));
          if (f.draw(60) == 0) f.replace(1, 10 + f.draw(200), 101);
          if (f.draw(150) == 0) f.send(CancelRequested{OrderId{1}});
          if (restarts && i % 7 == 0) f.restart();
          ASSERT_LE(f.filled(1), f.most[OrderId{1}]);
        }
        f.run(seconds(5));
        ASSERT_EQ(f.open_pieces(), 0u) << name_of(a) << " " << seed;
        ASSERT_TRUE(f.bench.ask(AlgosQuery{}).orders.empty()) << name_of(a) << " " << seed;
        int over = 0;
        for (const auto& e : f.said)
          over += e.kind == ExecutionKind::cancelled || e.kind == ExecutionKind::rejected || e.kind == ExecutionKind::expired;
        ASSERT_LE(over, 1);
        ends[restarts] = f.bench.save(0);
      }
      ASSERT_EQ(ends[0], ends[1]);
    }
}

}  // namespace
}  // namespace trade
