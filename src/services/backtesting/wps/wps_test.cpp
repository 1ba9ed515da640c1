#include "services/backtesting/wps/wps.h"

#include <gtest/gtest.h>

#include "runtime/testing.h"
#include "wire/json.h"

namespace trade {
extern const ServiceType wps_service;
namespace {

constexpr InstrumentId instrument{1};
constexpr VenueId venue{7}, second{8};
constexpr Time day_start{86'400'000'000'000 * 20'000};
constexpr Time at(std::int64_t ms) { return day_start + milliseconds(ms); }

Document config_of(const char* text) {
  auto parsed = parse_json(text, "test");
  CHECK(parsed.ok(), "config");
  return std::move(parsed).value();
}

struct Rig {
  TestBench bench;
  std::uint64_t children = 0;

  explicit Rig(const char* config = R"({"wps": {"venues": [{"venue": 7, "touch": "quotes"}]}})", Duration order = {}, Duration report = {})
      : bench({{"wps", &wps_service}}, config_of(config)) {
    Instrument i;
    i.id = instrument;
    i.tick = Price{decimal_one / 10};
    i.lot = Quantity{decimal_one / 1000};
    bench.send(InstrumentListed{i}, at(0));
    for (const auto v : {venue, second}) {
      Venue facts;
      facts.id = v;
      facts.order_latency = order;
      facts.report_latency = report;
      bench.send(VenueListed{facts}, at(0));
    }
  }
  static VenuePlace order(std::uint64_t child, Side side, std::int64_t quantity, std::int64_t limit, TimeInForce tif = TimeInForce::gtc) {
    VenuePlace p;
    p.child = {child};
    p.venue = venue;
    p.terms.account = {1};
    p.terms.instrument = instrument;
    p.terms.side = side;
    p.terms.type = limit ? OrderType::limit : OrderType::market;
    p.terms.tif = tif;
    p.terms.quantity = quantity_of(quantity);
    p.terms.limit = price_of(limit);
    return p;
  }
  void quote(std::int64_t bid, std::int64_t ask, Time t) {
    bench.send(Quote{instrument, venue, price_of(bid), quantity_of(1), price_of(ask), quantity_of(1)}, t);
  }
  void trade(std::int64_t price, Time t) { bench.send(Trade{instrument, venue, t, 0, price_of(price), quantity_of(1), Side::buy}, t); }
  std::vector<VenueReport> reports() { return bench.take<VenueReport>(); }
  std::vector<ReportKind> kinds() {
    std::vector<ReportKind> out;
    for (const auto& r : reports()) out.push_back(r.kind);
    return out;
  }
};
using Kinds = std::vector<ReportKind>;

TEST(wps, a_market_order_fills_whole_at_the_touch) {
  Rig rig;
  rig.bench.send(Rig::order(1, Side::buy, 5, 0), at(1));
  auto r = rig.reports();
  ASSERT_EQ(r.size(), 1u);
  EXPECT_EQ(r[0].kind, ReportKind::rejected);
  EXPECT_EQ(r[0].reason, Reason::venue_no_liquidity);
  rig.quote(99, 101, at(2));
  rig.bench.send(Rig::order(2, Side::buy, 5, 0), at(3));
  r = rig.reports();
  ASSERT_EQ(r.size(), 2u);
  EXPECT_EQ(r[0].kind, ReportKind::accepted);
  EXPECT_EQ(r[0].leaves, quantity_of(5));
  EXPECT_EQ(r[1].kind, ReportKind::filled);
  EXPECT_EQ(r[1].price, price_of(101));
  EXPECT_EQ(r[1].quantity, quantity_of(5));
  EXPECT_EQ(r[1].liquidity, Liquidity::taker);
  EXPECT_EQ(r[1].filled, quantity_of(5));
  EXPECT_EQ(r[1].leaves, Quantity{});
  EXPECT_EQ(r[1].execution, ExecutionId{1});
  EXPECT_EQ(r[1].venue_time, at(3));
}

TEST(wps, a_resting_order_fills_as_maker_when_touched) {
  Rig rig;
  rig.quote(99, 101, at(1));
  rig.bench.send(Rig::order(1, Side::buy, 2, 98), at(2));
  rig.quote(98, 99, at(3));
  EXPECT_EQ(rig.kinds(), Kinds{ReportKind::accepted});
  rig.quote(97, 98, at(4));
  const auto r = rig.reports();
  ASSERT_EQ(r.size(), 1u);
  EXPECT_EQ(r[0].price, price_of(98));
  EXPECT_EQ(r[0].liquidity, Liquidity::maker);
}

TEST(wps, our_orders_trade_with_each_other_before_the_touch_at_one_price) {
  Rig rig;
  rig.quote(90, 110, at(1));
  rig.bench.send(Rig::order(1, Side::sell, 2, 105), at(2));
  rig.bench.send(Rig::order(2, Side::sell, 2, 109), at(2));
  rig.reports();
  rig.bench.send(Rig::order(3, Side::buy, 6, 0), at(3));
  const auto r = rig.reports();
  ASSERT_EQ(r.size(), 6u);  // accepted, two pairs, the rest outside
  EXPECT_EQ(r[1].child, ChildId{1});
  EXPECT_EQ(r[1].liquidity, Liquidity::maker);
  EXPECT_EQ(r[2].price, price_of(105));
  EXPECT_EQ(r[4].price, price_of(109));
  EXPECT_EQ(r[5].price, price_of(110));
  EXPECT_EQ(r[5].quantity, quantity_of(2));
  EXPECT_EQ(r[5].execution, ExecutionId{5});
}

TEST(wps, ioc_and_fok_leave_nothing_behind) {
  Rig rig;
  rig.bench.send(Rig::order(1, Side::sell, 2, 105), at(1));
  rig.reports();
  rig.bench.send(Rig::order(2, Side::buy, 3, 105, TimeInForce::fok), at(2));
  auto r = rig.reports();
  ASSERT_EQ(r.size(), 2u);
  EXPECT_EQ(r[1].kind, ReportKind::cancelled);
  EXPECT_EQ(r[1].reason, Reason::venue_unfilled);
  EXPECT_EQ(r[1].filled, Quantity{});
  rig.bench.send(Rig::order(3, Side::buy, 3, 105, TimeInForce::ioc), at(2));
  r = rig.reports();
  ASSERT_EQ(r.size(), 4u);
  EXPECT_EQ(r[3].kind, ReportKind::cancelled);
  EXPECT_EQ(r[3].filled, quantity_of(2));
  EXPECT_EQ(r[3].leaves, Quantity{});
}

TEST(wps, day_and_gtd_orders_expire_on_time) {
  Rig rig;
  rig.bench.send(Rig::order(1, Side::buy, 1, 90, TimeInForce::day), at(10));
  auto gtd = Rig::order(2, Side::buy, 1, 90, TimeInForce::gtd);
  gtd.terms.expire = at(500);
  rig.bench.send(gtd, at(10));
  gtd.child = {3};
  gtd.terms.expire = at(10);
  rig.bench.send(gtd, at(10));
  EXPECT_EQ(rig.kinds(), (Kinds{ReportKind::accepted, ReportKind::accepted, ReportKind::rejected}));
  rig.bench.run_timers(at(499));
  EXPECT_TRUE(rig.kinds().empty());
  rig.bench.run_timers(at(500));
  auto r = rig.reports();
  ASSERT_EQ(r.size(), 1u);
  EXPECT_EQ(r[0].kind, ReportKind::expired);
  EXPECT_EQ(r[0].child, ChildId{2});
  rig.bench.run_timers(day_start + seconds(86'400));
  r = rig.reports();
  ASSERT_EQ(r.size(), 1u);
  EXPECT_EQ(r[0].child, ChildId{1});
  EXPECT_EQ(r[0].kind, ReportKind::expired);
}

TEST(wps, a_longer_bar_over_known_ones_moves_nothing) {
  Rig rig(R"({"wps": {"venues": [{"venue": 7, "touch": "bars"}]}})");
  const auto bar = [&](std::int64_t open_ms, std::int64_t length_ms, std::int64_t close) {
    Bar b;
    b.instrument = instrument;
    b.venue = venue;
    b.open_time = at(open_ms);
    b.interval = milliseconds(length_ms);
    b.close = price_of(close);
    rig.bench.send(b, at(5000));
  };
  bar(0, 1000, 10);
  bar(1000, 1000, 20);
  bar(2000, 1000, 30);
  bar(0, 2000, 20);
  rig.bench.send(Rig::order(1, Side::sell, 1, 0), at(5000));
  EXPECT_EQ(rig.reports().back().price, price_of(30));
}

TEST(wps, a_stop_sleeps_until_a_trade_reaches_it) {
  Rig rig;
  rig.quote(99, 101, at(1));
  rig.trade(100, at(1));
  auto stop = Rig::order(1, Side::buy, 1, 0);
  stop.terms.type = OrderType::stop;
  stop.terms.stop = price_of(103);
  rig.bench.send(stop, at(2));
  rig.trade(102, at(3));
  EXPECT_EQ(rig.kinds(), Kinds{ReportKind::accepted});
  rig.quote(103, 104, at(4));
  rig.trade(103, at(4));
  const auto r = rig.reports();
  ASSERT_EQ(r.size(), 1u);
  EXPECT_EQ(r[0].price, price_of(104));
}

TEST(wps, a_replace_down_keeps_the_place_in_the_queue) {
  Rig rig;
  rig.bench.send(Rig::order(1, Side::sell, 5, 105), at(1));
  rig.bench.send(Rig::order(2, Side::sell, 5, 105), at(1));
  rig.bench.send(VenueReplace{{1}, venue, instrument, quantity_of(3), price_of(105)}, at(2));
  auto r = rig.reports();
  EXPECT_EQ(r.back().kind, ReportKind::replaced);
  EXPECT_EQ(r.back().quantity, quantity_of(3));
  EXPECT_EQ(r.back().leaves, quantity_of(3));
  rig.bench.send(Rig::order(3, Side::buy, 1, 105), at(3));
  r = rig.reports();
  EXPECT_EQ(r[1].child, ChildId{1});
  rig.bench.send(VenueReplace{{1}, venue, instrument, quantity_of(9), price_of(105)}, at(4));
  rig.bench.send(Rig::order(4, Side::buy, 1, 105), at(5));
  r = rig.reports();
  EXPECT_EQ(r[0].leaves, quantity_of(8));
  EXPECT_EQ(r[2].child, ChildId{2});
  rig.bench.send(VenueReplace{{1}, venue, instrument, quantity_of(1), price_of(105)}, at(6));
  r = rig.reports();
  EXPECT_EQ(r[0].kind, ReportKind::replace_rejected);
  EXPECT_EQ(r[0].reason, Reason::venue_too_late);
}

TEST(wps, cancels_are_answered_each) {
  Rig rig;
  rig.bench.send(Rig::order(1, Side::sell, 5, 105), at(1));
  for (const std::uint64_t child : {1u, 1u, 9u}) rig.bench.send(VenueCancel{{child}, venue, instrument}, at(2));
  const auto r = rig.reports();
  ASSERT_EQ(r.size(), 4u);
  EXPECT_EQ(r[1].kind, ReportKind::cancelled);
  EXPECT_EQ(r[2].reason, Reason::venue_too_late);
  EXPECT_EQ(r[3].kind, ReportKind::cancel_rejected);
  EXPECT_EQ(r[3].reason, Reason::venue_unknown_order);
}

TEST(wps, a_child_placed_twice_is_answered_not_doubled) {
  Rig rig;
  rig.bench.send(Rig::order(1, Side::sell, 5, 105), at(1));
  rig.bench.send(Rig::order(1, Side::sell, 5, 105), at(1));
  rig.bench.send(Rig::order(2, Side::buy, 7, 105), at(2));
  const auto r = rig.reports();
  EXPECT_EQ(r[1].kind, ReportKind::accepted);
  EXPECT_EQ(r.back().filled, quantity_of(5));
  EXPECT_EQ(r.back().leaves, quantity_of(2));
}

TEST(wps, bad_orders_are_refused_with_their_reason) {
  Rig rig;
  const auto refused = [&](VenuePlace p, Reason why) {
    p.child = {++rig.children};
    rig.bench.send(p, at(1));
    const auto r = rig.reports();
    ASSERT_EQ(r.size(), 1u);
    EXPECT_EQ(r[0].kind, ReportKind::rejected);
    EXPECT_EQ(r[0].reason, why);
  };
  auto p = Rig::order(1, Side::buy, 1, 100);
  p.venue = {99};
  refused(p, Reason::order_unknown_venue);
  p = Rig::order(1, Side::buy, 1, 100);
  p.terms.instrument = {99};
  refused(p, Reason::order_unknown_instrument);
  p = Rig::order(1, Side::buy, 0, 100);
  refused(p, Reason::order_bad_quantity);
  p.terms.quantity = Quantity{1};
  refused(p, Reason::order_bad_quantity);
  p = Rig::order(1, Side::buy, 1, 100);
  p.terms.limit.units += 1;
  refused(p, Reason::venue_tick);
  p.terms.limit.units = -p.terms.limit.units;
  refused(p, Reason::order_bad_price);
  p = Rig::order(1, Side::buy, 1, 100);
  p.terms.type = OrderType::stop;
  refused(p, Reason::order_bad_price);
}

TEST(wps, requests_and_reports_take_their_time) {
  Rig rig(R"({"wps": {"venues": [{"venue": 7}]}})", milliseconds(10), milliseconds(5));
  rig.quote(99, 101, at(1));
  rig.bench.send(Rig::order(1, Side::buy, 1, 0), at(100));
  rig.quote(99, 102, at(105));
  rig.bench.run_timers(at(114));
  EXPECT_TRUE(rig.kinds().empty());
  rig.bench.run_timers(at(115));
  auto r = rig.reports();
  ASSERT_EQ(r.size(), 2u);
  EXPECT_EQ(r[1].price, price_of(102)) << "the touch when it arrived";
  EXPECT_EQ(r[1].venue_time, at(110));
}

TEST(wps, a_query_tells_what_became_of_an_order) {
  Rig rig;
  rig.bench.send(Rig::order(1, Side::sell, 5, 105), at(1));
  rig.bench.send(Rig::order(2, Side::buy, 2, 105), at(2));
  rig.reports();
  for (const std::uint64_t child : {1u, 2u, 3u}) rig.bench.send(VenueQuery{{child}, venue, instrument}, at(3));
  auto r = rig.reports();
  EXPECT_EQ(r[0].kind, ReportKind::status);
  EXPECT_EQ(r[0].filled, quantity_of(2));
  EXPECT_EQ(r[0].leaves, quantity_of(3));
  EXPECT_EQ(r[1].leaves, Quantity{});
  EXPECT_EQ(r[2].kind, ReportKind::status_unknown);
}

TEST(wps, a_query_behind_an_order_in_flight_knows_it) {
  Rig rig(R"({"wps": {"venues": [{"venue": 7}]}})", milliseconds(10));
  rig.bench.send(Rig::order(1, Side::sell, 5, 105), at(1));
  rig.bench.send(VenueQuery{{1}, venue, instrument}, at(2));
  rig.bench.run_timers(at(50));
  const auto r = rig.reports();
  EXPECT_EQ(r.back().kind, ReportKind::status);
  EXPECT_EQ(r.back().leaves, quantity_of(5));
}

constexpr const char* two_venues = R"({"wps": {"venues": [{"venue": 7, "touch": "quotes",
  "agents": {"makers": 2, "noise": 2, "seed": 5, "interval": "20ms"}}, {"venue": 8, "feed": 7, "touch": "quotes", "price_offset": -20}]}})";

TEST(wps, a_second_venue_stands_beside_the_first_on_one_feed) {
  Rig rig(two_venues);
  rig.quote(99, 101, at(1));
  auto p = Rig::order(1, Side::buy, 1, 0);
  p.venue = second;
  rig.bench.send(p, at(2));
  const auto r = rig.reports();
  ASSERT_EQ(r.size(), 2u);
  EXPECT_EQ(r[1].venue, second);
  EXPECT_EQ(r[1].price, price_of(99));
  EXPECT_EQ(r[1].execution, ExecutionId{1});
}

// A random session; `restart_at` saves everything there and goes on in a new rig.
std::string session(int restart_at) {
  auto rig = std::make_unique<Rig>(two_venues, milliseconds(7), milliseconds(3));
  std::string log;
  std::uint64_t random = 1;
  const auto draw = [&](std::uint64_t n) {
    return static_cast<std::int64_t>((random = random * 6364136223846793005u + 1442695040888963407u) >> 33) % static_cast<std::int64_t>(n);
  };
  const auto note = [&] {
    for (const auto& m : rig->reports())
      log += std::to_string(m.child.value) + ":" + std::to_string(static_cast<int>(m.kind)) + "@" + std::to_string(m.price.units) + " ";
  };
  for (int i = 1; i < 600; ++i) {
    const auto now = at(i * 5);
    rig->bench.run_timers(now);
    const auto child = static_cast<std::uint64_t>(i);
    switch (draw(5)) {
      case 0: rig->quote(95 + draw(5), 100 + draw(5), now); break;
      case 1: rig->trade(95 + draw(10), now); break;
      case 2: rig->bench.send(VenueCancel{{1 + child - static_cast<std::uint64_t>(1 + draw(child))}, venue, instrument}, now); break;
      default: {
        auto p = Rig::order(child, static_cast<Side>(draw(2)), 1 + draw(4), 94 + draw(12), static_cast<TimeInForce>(draw(4)));
        p.venue = draw(2) ? venue : second;
        if (draw(5) == 0) {
          p.terms.type = OrderType::stop_limit;
          p.terms.stop = price_of(94 + draw(12));
        }
        rig->bench.send(p, now);
      }
    }
    note();
    if (i == restart_at) {
      const auto bytes = rig->bench.save(0);
      ByteWriter timers;
      rig->bench.loop().save(timers);
      auto next = std::make_unique<Rig>(two_venues, milliseconds(7), milliseconds(3));
      next->bench.restore(0, bytes);
      ByteReader r(timers.bytes());
      next->bench.loop().load(r);
      EXPECT_EQ(next->bench.save(0), bytes);
      rig = std::move(next);
    }
  }
  rig->bench.send(FeedEnded{venue}, at(4000));
  rig->bench.run_timers(at(5000));
  EXPECT_TRUE(rig->bench.loop().timers().empty() || rig->bench.loop().timers().front().at > at(5000)) << "agents rest when the feed ends";
  note();
  return log + rig->bench.save(0);
}

TEST(wps, a_restart_changes_nothing) {
  const auto whole = session(0);
  EXPECT_EQ(whole, session(0));
  for (const int at : {100, 333, 599}) EXPECT_EQ(session(at), whole) << at;
}

TEST(wps, configuration_is_checked) {
  const auto bad = [](const char* text) {
    const auto section = config_of(text);
    const auto made = wps_service.make(&section);
    return made.ok() ? std::string{} : made.error().text();
  };
  EXPECT_NE(bad(R"({"venues": [{"venue": 0}]})").find("venues[0].venue"), std::string::npos);
  EXPECT_NE(bad(R"({"venues": [{"venue": 1}, {"venue": 1}]})").find("venues[1].venue"), std::string::npos);
  EXPECT_NE(bad(R"({"venues": [{"venue": 1, "model": "depth"}]})").find("touch: book"), std::string::npos);
  EXPECT_NE(bad(R"({"venues": [{"venue": 1, "tuch": "book"}]})").find("touch"), std::string::npos);
  EXPECT_EQ(bad(R"({"venues": [{"venue": 1, "touch": "book", "model": "depth", "queue": "fifo"}]})"), "");
}

}  // namespace
}  // namespace trade
