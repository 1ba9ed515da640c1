#include "services/trading/exeq/exeq.h"

#include <gtest/gtest.h>

#include "core/map.h"
#include "messages/venue.h"
#include "runtime/define_service.h"
#include "runtime/testing.h"

namespace trade {
extern const ServiceType exeq_service;

namespace {

// Remembers what each child was last asked, so that a test's venue answers that unless it is told to answer something older.
struct Numbers {
  RequestNumber place, cancel, replace, query;
  FIELDS(Numbers, place, cancel, replace, query)
};
struct NumbersQuery {
  static constexpr std::string_view name = "test.numbers";
  using Answer = Numbers;
  ChildId child;
};
struct Heard {
  struct Config { FIELDS(Config) };
  struct State {
    Map<ChildId, Numbers> children;
    FIELDS(State, children)
  };
  using In = Consumes<VenuePlace, VenueCancel, VenueReplace, VenueQuery>;
  using Out = Emits<>;
  using Queries = Answers<NumbersQuery>;
  explicit Heard(const Config&) {}
  void on(const VenuePlace& m, Context<Out>&) { state.children[m.child].place = m.request; }
  void on(const VenueCancel& m, Context<Out>&) { state.children[m.child].cancel = m.request; }
  void on(const VenueReplace& m, Context<Out>&) { state.children[m.child].replace = m.request; }
  void on(const VenueQuery& m, Context<Out>&) { state.children[m.child].query = m.request; }
  Numbers answer(const NumbersQuery& q) const {
    const Numbers* n = state.children.find(q.child);
    return n == nullptr ? Numbers{} : *n;
  }
  State state;
};
const ServiceType heard_service = service_type<Heard>();

class ExeqTest : public testing::Test {
 protected:
  ExeqTest() : bench({{"exeq", &exeq_service}, {"heard", &heard_service}}) { list(2); }

  void list(std::uint16_t venues) {
    Instrument i;
    i.id = InstrumentId{1};
    i.contract = Contract::linear;
    i.lot = quantity_of(1);
    i.multiplier = quantity_of(1);
    send(InstrumentListed{i});
    for (std::uint16_t v = 1; v <= venues; ++v) send(VenueListed{Venue{VenueId{v}, "v", Ratio{v * 10}, Ratio{v * 100}, {}, {}}});
  }
  template <class M>
  void send(const M& m) { bench.send(m, Time{1}); }
  void quote(std::uint16_t venue, std::int64_t bid, std::int64_t ask, std::int64_t shown) {
    send(Quote{InstrumentId{1}, VenueId{venue}, price_of(bid), quantity_of(shown), price_of(ask), quantity_of(shown)});
  }
  void order(std::int64_t quantity, std::int64_t limit = 0, std::uint64_t id = 1, std::uint16_t venue = 0) {
    OrderTerms t;
    t.account = AccountId{1};
    t.instrument = InstrumentId{1};
    t.venue = VenueId{venue};
    t.quantity = quantity_of(quantity);
    t.type = limit == 0 ? OrderType::market : OrderType::limit;
    t.tif = TimeInForce::gtc;
    t.limit = price_of(limit);
    send(OrderAccepted{OrderId{id}, t});
  }
  void report(std::uint64_t child, std::uint16_t venue, ReportKind kind, std::int64_t filled = 0, std::int64_t leaves = 0,
              std::int64_t quantity = 0, Reason reason = Reason::none, std::int64_t limit = 0) {
    VenueReport r;
    r.request = number_of(child, kind);
    r.limit = price_of(limit);
    r.child = ChildId{child};
    r.venue = VenueId{venue};
    r.kind = kind;
    r.reason = reason;
    r.execution = ExecutionId{child * 100 + static_cast<std::uint64_t>(filled)};
    r.price = price_of(10);
    r.quantity = quantity_of(quantity);
    r.filled = quantity_of(filled);
    r.leaves = quantity_of(leaves);
    send(r);
  }
  RequestNumber number_of(std::uint64_t child, ReportKind kind) const {
    const Numbers n = bench.ask(NumbersQuery{ChildId{child}});
    switch (kind) {
      case ReportKind::cancel_rejected: return n.cancel;
      case ReportKind::replaced:
      case ReportKind::replace_rejected: return n.replace;
      case ReportKind::status:
      case ReportKind::status_unknown: return n.query;
      default: return {};
    }
  }
  // "working filled" - the kinds told since the last call.
  std::string told() {
    std::string s;
    for (const auto& e : bench.take<Execution>()) {
      s += (s.empty() ? "" : " ") + std::string(name_of(e.kind));
      last = e;
    }
    return s;
  }
  void order_at_one_venue() {
    quote(1, 99, 100, 5);
    order(5, 100);
    report(1, 1, ReportKind::accepted, 0, 5);
  }
  template <class M>
  std::size_t count() { return bench.take<M>().size(); }

  TestBench bench;
  Execution last;
};

TEST_F(ExeqTest, splits_by_effective_price_and_sums_up) {
  quote(1, 99, 100, 5);
  quote(2, 99, 101, 5);
  order(8);
  const auto placed = bench.take<VenuePlace>();
  ASSERT_EQ(placed.size(), 2u);
  EXPECT_EQ(placed[0].venue, VenueId{1});
  EXPECT_EQ(placed[0].terms.quantity, quantity_of(5));
  EXPECT_EQ(placed[1].terms.quantity, quantity_of(3));
  report(1, 1, ReportKind::accepted, 0, 5);
  report(2, 2, ReportKind::accepted, 0, 3);
  EXPECT_EQ(told(), "working");
  report(1, 1, ReportKind::filled, 5, 0, 5);
  report(2, 2, ReportKind::filled, 1, 2, 1);
  EXPECT_EQ(told(), "filled filled");
  report(2, 2, ReportKind::cancelled, 1, 0, 0, Reason::venue_unfilled);
  EXPECT_EQ(told(), "cancelled");
  EXPECT_EQ(last.reason, Reason::venue_unfilled);
  report(2, 2, ReportKind::cancelled, 1, 0);
  report(2, 2, ReportKind::accepted, 1, 0);
  EXPECT_EQ(told(), "");
  report(2, 2, ReportKind::filled, 2, 0, 1);  // late truth is passed on
  EXPECT_EQ(told(), "filled");
}

TEST_F(ExeqTest, an_order_ends_when_its_last_child_does) {
  quote(1, 99, 100, 5);
  quote(2, 99, 101, 5);
  order(8);
  report(1, 1, ReportKind::rejected, 0, 0, 0, Reason::venue_bad_order);
  EXPECT_EQ(told(), "");
  report(2, 2, ReportKind::filled, 3, 0, 3);
  EXPECT_EQ(told(), "filled rejected");
  order(8, 0, 2);
  report(3, 1, ReportKind::rejected);
  report(4, 2, ReportKind::expired);
  EXPECT_EQ(told(), "cancelled");
}

TEST_F(ExeqTest, venues_that_are_down_or_absent) {
  quote(1, 99, 100, 5);
  quote(2, 99, 101, 5);
  send(MarketStatus{InstrumentId{1}, VenueId{1}, FeedState::gap});
  order(4);
  EXPECT_EQ(bench.take<VenuePlace>().at(0).venue, VenueId{2});
  send(MarketStatus{InstrumentId{1}, VenueId{2}, FeedState::ended});
  order(4, 0, 2);
  EXPECT_EQ(told(), "rejected");
  EXPECT_EQ(last.reason, Reason::route_venue_down);
  send(MarketStatus{InstrumentId{1}, VenueId{1}, FeedState::live});
  order(4, 0, 3);
  EXPECT_EQ(bench.take<VenuePlace>().at(0).venue, VenueId{1});
  order(4, 0, 4, 2);
  EXPECT_EQ(told(), "rejected");
  order(4, 0, 5, 9);
  EXPECT_EQ(told(), "rejected");
  EXPECT_EQ(last.reason, Reason::route_no_venue);
}

TEST_F(ExeqTest, where_an_instrument_trades) {
  order(1);
  EXPECT_EQ(told(), "rejected");  // two venues, neither has shown it
  Bar bar;
  bar.instrument = InstrumentId{1};
  bar.venue = VenueId{2};
  send(bar);
  order(1, 0, 2);
  EXPECT_EQ(bench.take<VenuePlace>().at(0).venue, VenueId{2});

  bench = TestBench({{"exeq", &exeq_service}, {"heard", &heard_service}});
  list(1);
  order(1);
  EXPECT_EQ(bench.take<VenuePlace>().at(0).venue, VenueId{1});  // the only one there is

  const auto number = [](const char* n) { return Document::scalar(Document::Kind::number, n, 1); };
  auto venues = Document::make_list(1), listings = Document::make_list(1);
  auto listing = Document::make_table(1), exeq = Document::make_table(1), config = Document::make_table(1);
  venues.items().push_back(number("2"));
  listing.members() = {{"instrument", number("1")}, {"venues", venues}};
  listings.items().push_back(listing);
  exeq.members().emplace_back("venues", listings);
  config.members().emplace_back("exeq", exeq);
  bench = TestBench({{"exeq", &exeq_service}, {"heard", &heard_service}}, config);
  list(2);
  quote(1, 99, 100, 5);
  order(1);
  EXPECT_EQ(bench.take<VenuePlace>().at(0).venue, VenueId{2});
}

TEST_F(ExeqTest, cancel_reaches_every_open_child) {
  quote(1, 99, 100, 5);
  quote(2, 99, 101, 5);
  order(8);
  report(1, 1, ReportKind::filled, 5, 0, 5);
  send(CancelRequested{OrderId{1}});
  EXPECT_EQ(count<VenueCancel>(), 1u);
  told();
  report(2, 2, ReportKind::cancel_rejected, 0, 3, 0, Reason::venue_too_late);
  EXPECT_EQ(told(), "cancel_rejected");
  report(2, 2, ReportKind::filled, 3, 0, 3);
  report(2, 2, ReportKind::cancel_rejected, 0, 0);
  EXPECT_EQ(told(), "filled");
  send(CancelRequested{OrderId{1}});
  send(CancelRequested{OrderId{7}});
  EXPECT_EQ(told(), "cancel_rejected cancel_rejected");
}

TEST_F(ExeqTest, one_child_is_replaced_in_place) {
  quote(1, 99, 100, 5);
  quote(2, 99, 101, 5);
  order(8);
  report(1, 1, ReportKind::filled, 5, 0, 5);
  send(ReplaceRequested{OrderId{1}, quantity_of(9), price_of(102)});
  const auto asked = bench.take<VenueReplace>();
  ASSERT_EQ(asked.size(), 1u);
  EXPECT_EQ(asked[0].quantity, quantity_of(4));
  told();
  report(2, 2, ReportKind::replaced, 0, 3, 3);
  EXPECT_EQ(told(), "");  // of another replace
  report(2, 2, ReportKind::replaced, 0, 4, 4);
  EXPECT_EQ(told(), "replaced");
  EXPECT_EQ(last.quantity, quantity_of(9));
  EXPECT_EQ(last.price, price_of(102));
  send(ReplaceRequested{OrderId{1}, quantity_of(5), price_of(102)});
  EXPECT_EQ(told(), "replace_rejected");
  send(ReplaceRequested{OrderId{1}, quantity_of(6), price_of(102)});
  report(2, 2, ReportKind::replace_rejected, 0, 4, 0, Reason::venue_too_late);
  EXPECT_EQ(told(), "replace_rejected");
}

TEST_F(ExeqTest, several_children_are_cancelled_and_the_rest_goes_out_anew) {
  quote(1, 99, 100, 5);
  quote(2, 99, 101, 5);
  order(8, 101);
  count<VenuePlace>();
  send(ReplaceRequested{OrderId{1}, quantity_of(12), price_of(100)});
  EXPECT_EQ(count<VenueCancel>(), 2u);
  report(1, 1, ReportKind::filled, 2, 3, 2);
  report(1, 1, ReportKind::cancelled, 2, 0);
  EXPECT_EQ(told(), "filled");
  report(2, 2, ReportKind::cancelled, 0, 0);
  EXPECT_EQ(told(), "replaced");
  const auto anew = bench.take<VenuePlace>();
  ASSERT_EQ(anew.size(), 1u);  // 5 reach the price at venue 1, which also is the cheapest place to rest
  EXPECT_EQ(anew[0].terms.quantity, quantity_of(10));
  EXPECT_EQ(anew[0].terms.limit, price_of(100));
  report(3, 1, ReportKind::filled, 10, 0, 10);
  EXPECT_EQ(told(), "filled");
}

TEST_F(ExeqTest, a_query_is_answered_once_all_children_have_answered) {
  quote(1, 99, 100, 5);
  quote(2, 99, 101, 5);
  order(8);
  send(OrderQueried{OrderId{1}});
  EXPECT_EQ(count<VenueQuery>(), 2u);
  report(1, 1, ReportKind::status, 2, 3);
  EXPECT_EQ(told(), "");
  report(2, 2, ReportKind::status_unknown);
  EXPECT_EQ(told(), "restated");
  EXPECT_TRUE(last.open);
  EXPECT_EQ(last.filled, quantity_of(2));
  report(2, 2, ReportKind::accepted, 0, 3);  // lost, and found: called back
  EXPECT_EQ(bench.take<VenueCancel>().at(0).child, ChildId{2});
  send(OrderQueried{OrderId{1}});
  EXPECT_EQ(count<VenueQuery>(), 1u);
  report(1, 1, ReportKind::cancelled, 2, 0);
  EXPECT_EQ(told(), "cancelled restated");
  EXPECT_FALSE(last.open);
  report(1, 1, ReportKind::status, 2, 0);
  EXPECT_EQ(told(), "");
  send(OrderQueried{OrderId{5}});
  EXPECT_EQ(told(), "restated");
  bench.take<VenueQuery>();
  send(OrderQueried{OrderId{1}});  // it is over, yet oms misses fills: the venue is to say them again
  EXPECT_EQ(bench.take<VenueQuery>().at(0).child, ChildId{1});
  report(1, 1, ReportKind::filled, 2, 0, 2);
  report(1, 1, ReportKind::status, 2, 0);
  EXPECT_EQ(told(), "filled restated");
  EXPECT_EQ(last.filled, quantity_of(2));
}

TEST_F(ExeqTest, a_piece_without_a_word_is_asked_after) {
  quote(1, 99, 100, 5);
  quote(2, 99, 101, 5);
  order(8);
  report(1, 1, ReportKind::accepted, 0, 5);
  bench.run_timers(Time{seconds(5).ns + 1});
  const auto asked = bench.take<VenueQuery>();
  ASSERT_EQ(asked.size(), 1u);
  EXPECT_EQ(asked[0].child, ChildId{2});
  report(1, 1, ReportKind::cancelled, 0, 0);
  EXPECT_EQ(told(), "working");
  report(2, 2, ReportKind::status_unknown);
  EXPECT_EQ(told(), "cancelled");
}

TEST_F(ExeqTest, a_cancel_that_comes_too_late_asks_what_was_missed) {
  order_at_one_venue();
  report(1, 1, ReportKind::cancel_rejected, 0, 0, 0, Reason::venue_too_late);
  EXPECT_EQ(count<VenueQuery>(), 1u);
  report(1, 1, ReportKind::status, 2, 0);
  EXPECT_EQ(told(), "working cancelled");
  EXPECT_EQ(last.filled, quantity_of(2));  // which oms has not seen yet
}

TEST_F(ExeqTest, a_fill_beyond_the_old_total_says_that_the_replace_took_effect) {
  order_at_one_venue();
  send(ReplaceRequested{OrderId{1}, quantity_of(9), price_of(100)});
  report(1, 1, ReportKind::filled, 6, 3, 6);
  EXPECT_EQ(told(), "working replaced filled");
  report(1, 1, ReportKind::replaced, 6, 3, 9);
  EXPECT_EQ(told(), "");
  report(1, 1, ReportKind::filled, 10, 0, 4);  // beyond that too: a lie, which oms judges
  EXPECT_EQ(told(), "filled");
}

TEST_F(ExeqTest, totals_tell_of_a_replace_whose_answer_is_lost) {
  order_at_one_venue();
  send(ReplaceRequested{OrderId{1}, quantity_of(3), price_of(100)});
  send(OrderQueried{OrderId{1}});
  report(1, 1, ReportKind::status, 1, 2, 0, Reason::none, 100);
  EXPECT_EQ(told(), "working replaced restated");
  send(ReplaceRequested{OrderId{1}, quantity_of(4), price_of(100)});
  report(1, 1, ReportKind::replace_rejected, 1, 3, 0, Reason::none, 100);  // the second time it says no: it has the new total
  EXPECT_EQ(told(), "replaced");
  send(ReplaceRequested{OrderId{1}, quantity_of(5), price_of(100)});
  report(1, 1, ReportKind::replace_rejected, 1, 3);
  EXPECT_EQ(told(), "replace_rejected");
  send(ReplaceRequested{OrderId{1}, quantity_of(9), price_of(100)});
  report(1, 1, ReportKind::cancelled, 6, 0);
  EXPECT_EQ(told(), "replaced cancelled");
  EXPECT_EQ(last.filled, quantity_of(6));
}

// The venue may hold what the last request made of it, whatever the answers to older ones say.
TEST_F(ExeqTest, only_the_answer_to_the_last_request_counts) {
  order_at_one_venue();
  const auto stale = [&](ReportKind kind, RequestNumber number, std::int64_t leaves) {
    VenueReport r;
    r.child = ChildId{1};
    r.venue = VenueId{1};
    r.kind = kind;
    r.leaves = quantity_of(leaves);
    r.limit = price_of(100);
    r.request = number;
    send(r);
  };
  const auto change = [&](std::int64_t quantity) {
    send(ReplaceRequested{OrderId{1}, quantity_of(quantity), price_of(100)});
    return bench.take<VenueReplace>().back().request;
  };
  const RequestNumber first = change(9);
  const RequestNumber again = change(9);
  EXPECT_LT(first, again);
  told();
  stale(ReportKind::replace_rejected, first, 5);
  EXPECT_EQ(told(), "");  // the second may still take effect
  send(OrderQueried{OrderId{1}});
  EXPECT_EQ(bench.take<VenueQuery>().back().request, again);
  stale(ReportKind::status, first, 5);  // asked before the second
  EXPECT_EQ(told(), "");
  stale(ReportKind::status, again, 9);
  EXPECT_EQ(told(), "replaced restated");
  const RequestNumber back = change(5);
  VenueReport old;  // a fill from the time before both, told again: its totals are no news
  old.child = ChildId{1};
  old.venue = VenueId{1};
  old.kind = ReportKind::filled;
  old.execution = ExecutionId{7};
  old.price = price_of(100);
  old.quantity = old.filled = quantity_of(1);
  old.leaves = quantity_of(8);
  old.limit = price_of(100);
  send(old);
  old.leaves = quantity_of(4);
  send(old);
  EXPECT_EQ(told(), "filled filled");
  stale(ReportKind::replaced, again, 9);
  EXPECT_EQ(told(), "");
  stale(ReportKind::replace_rejected, back, 8);
  EXPECT_EQ(told(), "replace_rejected");
}

// What is taken back is not worked again; the same word may come many times, and old totals after it.
TEST_F(ExeqTest, a_bust_lowers_the_totals_once) {
  order_at_one_venue();
  const auto say = [&](ReportKind kind, std::int64_t at, std::int64_t quantity, std::int64_t filled, std::int64_t leaves) {
    VenueReport r;
    r.child = ChildId{1};
    r.venue = VenueId{1};
    r.kind = kind;
    r.execution = ExecutionId{1};
    r.price = r.limit = price_of(100);
    r.quantity = quantity_of(quantity);
    r.filled = quantity_of(filled);
    r.leaves = quantity_of(leaves);
    r.venue_time = Time{at};
    send(r);
  };
  say(ReportKind::filled, 1, 3, 3, 2);
  say(ReportKind::busted, 2, 3, 0, 2);
  say(ReportKind::busted, 2, 3, 0, 2);
  say(ReportKind::filled, 1, 3, 3, 2);
  EXPECT_EQ(told(), "working filled busted busted filled");  // oms knows which are news
  send(ReplaceRequested{OrderId{1}, quantity_of(4), price_of(100)});
  EXPECT_EQ(bench.take<VenueReplace>().at(0).quantity, quantity_of(4));
  report(1, 1, ReportKind::replace_rejected, 0, 2);
  EXPECT_EQ(told(), "replace_rejected");
  say(ReportKind::filled, 3, 1, 1, 1);
  say(ReportKind::corrected, 4, 2, 2, 1);
  say(ReportKind::filled, 5, 1, 3, 0);
  send(OrderQueried{OrderId{1}});
  EXPECT_EQ(told(), "filled corrected filled");  // it was for 3 in the end: all of it is filled
  report(1, 1, ReportKind::status, 3, 0);
  EXPECT_EQ(told(), "restated");
  EXPECT_EQ(last.filled, quantity_of(3));
}

TEST_F(ExeqTest, a_cancel_said_again_is_the_same_request) {
  order_at_one_venue();
  send(CancelRequested{OrderId{1}});
  send(CancelRequested{OrderId{1}});
  const auto said = bench.take<VenueCancel>();
  ASSERT_EQ(said.size(), 2u);
  EXPECT_EQ(said[0].request, said[1].request);
  report(1, 1, ReportKind::cancel_rejected, 0, 5, 0, Reason::venue_halted);
  send(ReplaceRequested{OrderId{1}, quantity_of(6), price_of(100)});
  send(CancelRequested{OrderId{1}});
  EXPECT_LT(said[0].request, bench.take<VenueCancel>().at(0).request);
}

TEST_F(ExeqTest, a_rerouting_that_is_asked_again_goes_on) {
  quote(1, 99, 100, 5);
  quote(2, 99, 101, 5);
  order(8, 101);
  report(1, 1, ReportKind::accepted, 0, 5);
  report(2, 2, ReportKind::accepted, 0, 3);
  send(ReplaceRequested{OrderId{1}, quantity_of(10), price_of(100)});
  report(2, 2, ReportKind::cancelled, 0, 0);
  bench.take<VenueCancel>();
  send(ReplaceRequested{OrderId{1}, quantity_of(10), price_of(100)});
  EXPECT_EQ(count<VenueReplace>(), 0u);
  EXPECT_EQ(bench.take<VenueCancel>().at(0).child, ChildId{1});
  report(1, 1, ReportKind::cancelled, 1, 0);
  EXPECT_EQ(told(), "working replaced");
}

// A replace over two pieces that fill while they are being cancelled.
TEST_F(ExeqTest, a_replace_comes_too_late_when_the_pieces_have_filled_more) {
  quote(1, 99, 100, 5);
  quote(2, 99, 101, 5);
  order(8, 101);
  report(1, 1, ReportKind::accepted, 0, 5);
  report(2, 2, ReportKind::accepted, 0, 3);
  send(ReplaceRequested{OrderId{1}, quantity_of(4), price_of(100)});
  report(1, 1, ReportKind::filled, 5, 0, 5);
  report(2, 2, ReportKind::cancelled, 1, 0);
  EXPECT_EQ(told(), "working filled replace_rejected cancelled");
  EXPECT_EQ(last.filled, quantity_of(6));
  bench.take<VenuePlace>();

  order(8, 101, 2);
  report(3, 1, ReportKind::accepted, 0, 5);
  send(ReplaceRequested{OrderId{2}, quantity_of(12), price_of(100)});
  report(3, 1, ReportKind::filled, 5, 0, 5);
  report(4, 2, ReportKind::filled, 3, 0, 3);
  EXPECT_EQ(told(), "working filled filled replace_rejected");
  EXPECT_EQ(count<VenuePlace>(), 2u);  // the first two pieces: nothing goes out for an order that is filled
}

// Whatever venues say, in any order: no crash, children never above their parent, and a parent ends once.
TEST_F(ExeqTest, random_talk_breaks_nothing) {
  std::uint64_t seed = 7;
  const auto draw = [&](std::int64_t n) {
    seed += 0x9E3779B97F4A7C15ull;
    return static_cast<std::int64_t>(mix64(seed) % static_cast<std::uint64_t>(n));
  };
  for (int round = 0; round < 300; ++round) {
    bench = TestBench({{"exeq", &exeq_service}, {"heard", &heard_service}});
    list(3);
    for (std::uint16_t v = 1; v <= 3; ++v) quote(v, 99, 100 + draw(3), 1 + draw(5));
    order(1 + draw(12), draw(2) == 0 ? 0 : 101);
    std::int64_t most = 0;
    for (const auto& p : bench.take<VenuePlace>()) most += p.terms.quantity.units / decimal_one;
    for (int i = 0; i < 60; ++i) {
      switch (draw(12)) {
        case 0: send(CancelRequested{OrderId{1}}); break;
        case 1: send(OrderQueried{OrderId{1}}); break;
        case 2: send(ReplaceRequested{OrderId{1}, quantity_of(1 + draw(15)), price_of(100 + draw(3))}); break;
        default:
          report(1 + static_cast<std::uint64_t>(draw(5)), static_cast<std::uint16_t>(1 + draw(3)), static_cast<ReportKind>(draw(10)),
                 draw(20) - 3, draw(6) - 1, draw(15) - 2);
      }
    }
    int ends = 0;
    for (const auto& e : bench.take<Execution>())
      ends += e.kind == ExecutionKind::cancelled || e.kind == ExecutionKind::rejected || e.kind == ExecutionKind::expired;
    ASSERT_LE(ends, 1);
    ASSERT_GT(most, 0);
  }
}

}  // namespace
}  // namespace trade
