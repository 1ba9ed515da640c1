#include "services/trading/oms/oms_testing.h"

namespace trade {
namespace {

class GroupTest : public OmsTest {
 protected:
  static GroupLeg leg(const char* id, std::int64_t quantity, Side side = Side::buy) {
    GroupLeg l{id, terms(quantity)};
    l.terms.side = side;
    return l;
  }
  void group(GroupKind kind, std::vector<GroupLeg> legs, const char* id = "g") {
    send(PlaceGroup{id, AccountId{1}, kind, std::span<const GroupLeg>(legs)});
  }
  void said_of(std::uint64_t order, ExecutionKind kind) {
    Execution e;
    e.order = OrderId{order};
    e.kind = kind;
    send(e);
  }
  void replaced_of(std::uint64_t order, std::int64_t quantity) {
    Execution e;
    e.order = OrderId{order};
    e.kind = ExecutionKind::replaced;
    e.quantity = quantity_of(quantity);
    e.price = price_of(100);
    send(e);
  }
  void working(std::initializer_list<std::uint64_t> orders) {
    for (const auto o : orders) said_of(o, ExecutionKind::working);
  }
  // "2:5" is order 2 asked to be for 5.
  std::string resized() {
    std::string s;
    for (const auto& r : bench.take<ReplaceRequested>()) s += " " + std::to_string(r.order.value) + ":" + print(r.quantity);
    return s;
  }
  std::string cancelled() {
    std::string s;
    for (const auto& r : bench.take<CancelRequested>()) s += " " + std::to_string(r.order.value);
    return s;
  }
  std::string sent() {
    std::string s;
    for (const auto& r : bench.take<OrderAccepted>()) s += " " + std::to_string(r.order.value) + ":" + print(r.terms.quantity);
    return s;
  }
  Reason answer(const char* id = "g") {
    Reason r{};
    for (const auto& a : bench.take<CommandAnswered>())
      if (a.id == ClientId(id)) r = a.reason;
    return r;
  }
};

TEST_F(GroupTest, a_fill_of_one_takes_as_much_from_the_others) {
  group(GroupKind::oco, {leg("tp", 5, Side::sell), leg("sl", 5, Side::sell)});
  EXPECT_EQ(sent(), " 1:5 2:5");
  EXPECT_EQ(answer(), Reason::none);
  EXPECT_EQ(view(2).group, OrderId{1});
  working({1, 2});
  filled(1, 2, 1);
  EXPECT_EQ(resized(), " 2:3");
  filled(2, 1, 1);  // while the venue still owes its word
  EXPECT_EQ(resized(), "");
  replaced_of(2, 3);
  EXPECT_EQ(resized(), " 2:2");
  replaced_of(2, 2);
  filled(3, 2, 1);
  EXPECT_EQ(cancelled(), " 2");
  said_of(2, ExecutionKind::cancelled);
  EXPECT_STATE(view(2), cancelled, none);
  EXPECT_EQ(statistics().open, 0u);
}

TEST_F(GroupTest, a_bust_gives_back_what_the_fill_took) {
  group(GroupKind::oco, {leg("a", 5), leg("b", 5)});
  working({1, 2});
  filled(1, 2, 1);
  replaced_of(2, 3);
  EXPECT_EQ(resized(), " 2:3");
  amended(ExecutionKind::busted, 1, 50);
  EXPECT_EQ(resized(), " 1:5 2:5");  // in a group what was taken back is asked for again
}

TEST_F(GroupTest, what_cannot_be_lowered_is_cancelled) {
  group(GroupKind::oco, {leg("a", 5), leg("b", 5)});
  working({1, 2});
  filled(1, 2, 1);
  said_of(2, ExecutionKind::replace_rejected);
  EXPECT_EQ(cancelled(), " 2");
  EXPECT_STATE(view(2), working, cancelling);
}

TEST_F(GroupTest, later_orders_wait_for_the_first_and_go_out_for_what_it_filled) {
  group(GroupKind::oto, {leg("a", 4), leg("b", 2), leg("c", 3)});
  EXPECT_EQ(sent(), " 1:4");
  EXPECT_STATE(view(2), none, none);
  working({1});
  filled(1, 3, 1);
  EXPECT_EQ(sent(), "");
  said_of(1, ExecutionKind::cancelled);
  EXPECT_EQ(sent(), " 2:1.5 3:2.25");
  EXPECT_EQ(statistics().open, 2u);
}

TEST_F(GroupTest, a_parent_that_ends_empty_takes_the_others_with_it) {
  group(GroupKind::bracket, {leg("in", 4), leg("tp", 4, Side::sell), leg("sl", 4, Side::sell)});
  working({1});
  send(CancelOrder{"c", AccountId{1}, "in"});
  EXPECT_EQ(cancelled(), " 1");
  said_of(1, ExecutionKind::cancelled);
  for (const std::uint64_t o : {2, 3}) {
    EXPECT_STATE(view(o), cancelled, none);
    EXPECT_EQ(view(o).reason, Reason::order_parent_ended);
  }
  EXPECT_EQ(sent(), " 1:4");
  EXPECT_EQ(statistics().open, 0u);
}

TEST_F(GroupTest, a_bracket_closes_no_more_than_was_opened) {
  group(GroupKind::bracket, {leg("in", 4), leg("tp", 4, Side::sell), leg("sl", 4, Side::sell)});
  working({1});
  filled(1, 4, 1);
  EXPECT_EQ(sent(), " 1:4 2:4 3:4");
  working({2, 3});
  filled(2, 1, 2);
  EXPECT_EQ(resized(), " 3:3");
  replaced_of(3, 3);
  filled(3, 3, 3);
  EXPECT_EQ(cancelled(), " 2");
}

TEST_F(GroupTest, a_basket_is_admitted_whole_or_not_at_all) {
  group(GroupKind::basket, {leg("a", 1), leg("b", 7), leg("c", 2)});  // the gates think about 7
  const auto intended = bench.take<OrderIntended>();
  ASSERT_EQ(intended.size(), 3u);
  for (const auto& m : intended) {
    EXPECT_EQ(m.group, OrderId{1});
    EXPECT_EQ(m.legs, 3u);
  }
  EXPECT_EQ(sent(), "");
  EXPECT_TRUE(bench.take<CommandAnswered>().empty());
  send(OrderApproved{OrderId{2}, false, 9});
  EXPECT_EQ(sent(), " 1:1 2:7 3:2");
  EXPECT_EQ(view(2).decision, 9u);
  EXPECT_EQ(answer(), Reason::none);

  group(GroupKind::basket, {leg("d", 1), leg("e", 13), leg("f", 7)}, "h");  // and block 13
  EXPECT_EQ(answer("h"), Reason::risk_max_quantity);
  EXPECT_STATE(view(5), rejected, none);
  EXPECT_STATE(view(4), cancelled, none);
  EXPECT_EQ(view(4).reason, Reason::order_group_ended);
  send(OrderApproved{OrderId{6}, false, 10});
  EXPECT_STATE(view(6), cancelled, none);
  EXPECT_EQ(sent(), "");
  EXPECT_EQ(statistics().open, 3u);
}

TEST_F(GroupTest, a_group_is_refused_as_a_whole_and_answered_word_for_word) {
  const auto refused = [&](GroupKind kind, std::vector<GroupLeg> legs, const char* id) {
    group(kind, legs, id);
    group(kind, legs, id);
    const auto answers = bench.take<CommandAnswered>();
    EXPECT_EQ(answers.size(), 2u);
    EXPECT_EQ(answers.front().reason, answers.back().reason);
    return answers.front().reason;
  };
  EXPECT_EQ(refused(GroupKind::oco, {leg("a", 1), leg("b", 2)}, "g1"), Reason::order_bad_group);
  EXPECT_EQ(refused(GroupKind::oto, {leg("a", 1), leg("a", 1)}, "g2"), Reason::order_duplicate_id);
  EXPECT_EQ(refused(GroupKind::basket, {leg("a", 1), leg("b", 0)}, "g3"), Reason::order_bad_quantity);
  EXPECT_EQ(refused(GroupKind::none, {leg("a", 1), leg("b", 1)}, "g4"), Reason::order_bad_group);
  std::vector<GroupLeg> many;
  for (int i = 0; i < 51; ++i) many.push_back(leg(("m" + std::to_string(i)).c_str(), 1));
  EXPECT_EQ(refused(GroupKind::basket, many, "g5"), Reason::order_bad_group);
  EXPECT_EQ(statistics().orders, 0u);
  EXPECT_TRUE(bench.take<OrderIntended>().empty());
  group(GroupKind::oco, {leg("a", 1), leg("b", 1)}, "g1");  // another body
  EXPECT_EQ(answer("g1"), Reason::order_duplicate_id);
  group(GroupKind::oco, {leg("a", 1), leg("b", 1)}, "ok");
  EXPECT_EQ(answer("ok"), Reason::none);
  working({1, 2});
  send(ReplaceOrder{"r", AccountId{1}, "a", quantity_of(2), price_of(100)});
  EXPECT_EQ(answer("r"), Reason::order_bad_group);  // its total follows from the others
  send(CancelOrder{"c", AccountId{1}, "ok"});       // all of it
  EXPECT_EQ(cancelled(), " 1 2");
}

TEST_F(GroupTest, strategies_link_their_signals) {
  const auto raise = [&](std::uint64_t signal, GroupKind kind, std::uint64_t of, Side side) {
    auto t = terms(4);
    t.side = side;
    send(SignalRaised{StrategyId{7}, signal, SignalAction::place, t, kind, of});
  };
  raise(10, GroupKind::bracket, 10, Side::buy);
  raise(11, GroupKind::bracket, 10, Side::sell);
  raise(12, GroupKind::bracket, 10, Side::sell);
  EXPECT_EQ(sent(), " 1:4");
  working({1});
  filled(1, 4, 1);
  EXPECT_EQ(sent(), " 2:4 3:4");
  working({2, 3});
  filled(2, 4, 2);
  EXPECT_EQ(cancelled(), " 3");
  said_of(3, ExecutionKind::cancelled);
  bench.take<OrderRejected>();
  raise(13, GroupKind::bracket, 10, Side::sell);  // the group has ended
  raise(14, GroupKind::basket, 14, Side::sell);
  for (const auto& r : bench.take<OrderRejected>()) EXPECT_EQ(r.reason, Reason::order_bad_group);
  EXPECT_EQ(statistics().open, 0u);
}

TEST_F(GroupTest, a_restart_between_fill_and_partner_leaves_no_trace) {
  group(GroupKind::oco, {leg("a", 5), leg("b", 5)});
  working({1, 2});
  filled(1, 2, 1);
  const std::string crash = bench.save(0);
  replaced_of(2, 3);
  const std::string whole = bench.state_json(0);
  bench.restore(0, crash);
  send(Recovered{1});
  EXPECT_STATE(view(2), unknown, querying);
  Execution open;
  open.order = OrderId{2};
  open.kind = ExecutionKind::restated;
  open.open = true;
  send(open);
  EXPECT_EQ(resized(), " 2:3 2:3");
  replaced_of(2, 3);
  EXPECT_EQ(bench.state_json(0), whole);
}

TEST_F(GroupTest, a_corporate_action_cancels_what_is_open_in_its_instrument) {
  for (int i = 0; i < 2; ++i) place(("b" + std::to_string(i)).c_str());
  CorporateAction a;
  a.instrument = InstrumentId{1};
  a.kind = ActionKind::rename;
  send(CorporateActionDue{a});
  EXPECT_EQ(cancelled(), "");
  a.kind = ActionKind::split;
  a.instrument = InstrumentId{2};
  send(CorporateActionDue{a});
  EXPECT_EQ(cancelled(), "");
  a.instrument = InstrumentId{1};
  send(CorporateActionDue{a});
  EXPECT_EQ(cancelled(), " 1 2");
}

TEST_F(GroupTest, a_scope_is_cancelled_at_once) {
  for (int i = 0; i < 3; ++i) place(("b" + std::to_string(i)).c_str());
  group(GroupKind::oto, {leg("s", 2, Side::sell), leg("w", 2)});
  OrderScope sells;
  sells.account = AccountId{1};
  sells.one_side = true;
  sells.side = Side::sell;
  send(CancelOrders{"c1", sells});
  EXPECT_EQ(cancelled(), " 4");
  EXPECT_STATE(view(5), none, none);  // its parent may still fill
  send(CancelOrders{"c1", sells});
  sells.one_side = false;
  send(CancelOrders{"c1", sells});
  EXPECT_EQ(cancelled(), "");
  const auto answers = bench.take<CommandAnswered>();
  EXPECT_EQ(answers.back().reason, Reason::order_duplicate_id);
  OrderScope other;
  other.instrument = InstrumentId{2};
  send(CancelOrders{"c2", other});
  EXPECT_EQ(cancelled(), "");
  other = {};
  other.account = AccountId{9};
  send(CancelOrders{"c3", other});
  EXPECT_EQ(answer("c3"), Reason::order_unknown_account);
  send(CancelsRequested{OrderScope{}, Reason::risk_killed});
  EXPECT_EQ(cancelled(), " 1 2 3");
  EXPECT_STATE(view(5), cancelled, none);
}

TEST_F(GroupTest, an_account_has_so_much_alive_and_no_more) {
  const auto with = [&](const char* id, std::int64_t quantity, std::int64_t price) {
    auto t = terms(quantity);
    t.limit = price_of(price);
    send(PlaceOrder{id, t});
    return answer(id);
  };
  EXPECT_EQ(with("a", 10'000, 60), Reason::none);  // 600,000 of the default 1,000,000
  EXPECT_EQ(with("b", 10'000, 41), Reason::order_value_per_account);
  EXPECT_EQ(with("c", 10'000, 40), Reason::none);
  EXPECT_EQ(with("d", 1, 1), Reason::order_value_per_account);
  EXPECT_EQ(with("e", 9'000'000'000, 9'000'000'000), Reason::order_value_per_account);
  group(GroupKind::basket, {leg("x", 1), leg("y", 1)});
  EXPECT_EQ(answer(), Reason::order_value_per_account);
  working({1});
  send(ReplaceOrder{"r", AccountId{1}, "a", quantity_of(10'001), price_of(60)});
  EXPECT_EQ(answer("r"), Reason::order_value_per_account);
  send(ReplaceOrder{"s", AccountId{1}, "a", quantity_of(5'000), price_of(60)});
  EXPECT_EQ(answer("s"), Reason::none);
  Execution e;
  e.order = OrderId{1};
  e.kind = ExecutionKind::replaced;
  e.quantity = quantity_of(5'000);
  e.price = price_of(60);
  send(e);
  EXPECT_EQ(with("f", 5'000, 60), Reason::none);
  EXPECT_EQ(with("g2", 1, 1), Reason::order_value_per_account);
  said_of(1, ExecutionKind::cancelled);
  EXPECT_EQ(with("h", 5'000, 60), Reason::none);
}

TEST_F(GroupTest, an_end_that_the_venue_forgets_is_asked_for) {
  auto day = terms();
  day.tif = TimeInForce::day;
  now = Time{} + seconds(86'400 * 3 + 100);
  send(PlaceOrder{"day", day});
  auto until = terms();
  until.tif = TimeInForce::gtd;
  until.expire = now + seconds(60);
  send(PlaceOrder{"gtd", until});
  working({1, 2});
  bench.run_timers(now + seconds(61));
  EXPECT_EQ(cancelled(), "");  // the venue ends it by itself
  bench.run_timers(now + seconds(66));
  EXPECT_EQ(cancelled(), " 2");
  bench.run_timers(Time{} + seconds(86'400 * 4 - 1));
  EXPECT_EQ(cancelled(), "");
  said_of(2, ExecutionKind::expired);
  said_of(1, ExecutionKind::expired);
  bench.run_timers(Time{} + seconds(86'400 * 5));
  EXPECT_EQ(cancelled(), "");
}

TEST_F(GroupTest, a_closed_market_takes_no_order_but_for_its_auctions) {
  Calendar c;
  c.name = "weekdays";
  for (int weekday = 0; weekday < 5; ++weekday) {
    SessionRule r;
    r.weekday = static_cast<Weekday>(weekday);
    r.kind = SessionKind::regular;
    r.start = seconds(9 * 3600);
    r.end = seconds(17 * 3600);
    c.sessions.push_back(r);
  }
  send(listing_of(c));
  Instrument i;
  i.id = InstrumentId{1};
  i.contract = Contract::linear;
  i.quote = i.settle = "USDT";
  i.multiplier = quantity_of(1);
  i.calendar = "weekdays";
  send(InstrumentListed{i});
  now = Time{} + seconds(86'400 * 4 + 10 * 3600);  // Monday 1970-01-05
  auto day = terms();
  day.tif = TimeInForce::day;
  send(PlaceOrder{"open", day});
  EXPECT_EQ(answer("open"), Reason::none);
  working({1});
  bench.run_timers(now + seconds(7 * 3600 + 4));
  EXPECT_EQ(cancelled(), "");
  bench.run_timers(now + seconds(7 * 3600 + 5));
  EXPECT_EQ(cancelled(), " 1");  // 17:00 and the time a venue has for its word
  now = now + seconds(8 * 3600);
  send(PlaceOrder{"shut", day});
  EXPECT_EQ(answer("shut"), Reason::order_market_closed);
  day.tif = TimeInForce::at_open;
  send(PlaceOrder{"auction", day});
  EXPECT_EQ(answer("auction"), Reason::none);
  i.calendar = "nobody's";
  send(InstrumentListed{i});
  day.tif = TimeInForce::gtc;
  send(PlaceOrder{"unlisted", day});
  EXPECT_EQ(answer("unlisted"), Reason::order_market_closed);
}

}  // namespace
}  // namespace trade
