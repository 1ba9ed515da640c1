#include "services/trading/oms/oms_testing.h"

#include <functional>
#include <set>

namespace trade {
namespace {

TEST_F(OmsTest, from_command_to_fill) {
  place("a");
  const auto answers = bench.take<CommandAnswered>();
  ASSERT_EQ(answers.size(), 1u);
  EXPECT_TRUE(answers[0].accepted);
  EXPECT_EQ(answers[0].order, OrderId{1});
  ASSERT_EQ(bench.take<OrderAccepted>().size(), 1u);
  EXPECT_STATE(view(), none, placing);
  said(ExecutionKind::working);
  EXPECT_STATE(view(), working, none);
  filled(1, 1);
  filled(2, 2);
  EXPECT_STATE(view(), filled, none);
  const auto fills = bench.take<Fill>();
  ASSERT_EQ(fills.size(), 2u);
  EXPECT_EQ(fills[1].fill, FillId{2});
  EXPECT_EQ(print(fills[1].value), "200 USDT");
  EXPECT_EQ(print(fills[1].fee), "0.08 USDT");
  EXPECT_EQ(statistics().open, 0u);
  EXPECT_EQ(statistics().fills, 2u);
}

TEST_F(OmsTest, a_repeated_command_is_answered_word_for_word) {
  place("a");
  place("b", 13);
  const auto first = bench.take<CommandAnswered>();
  ASSERT_EQ(first.size(), 2u);
  EXPECT_EQ(first[1].reason, Reason::risk_max_quantity);
  said(ExecutionKind::cancelled);
  place("a");
  place("b", 13);
  const auto again = bench.take<CommandAnswered>();
  ASSERT_EQ(again.size(), 2u);
  for (std::size_t i = 0; i < 2; ++i) {
    EXPECT_TRUE(again[i].id == first[i].id && again[i].order == first[i].order && again[i].accepted == first[i].accepted &&
                again[i].reason == first[i].reason);
  }
  place("a", 2);
  send(CancelOrder{"a", AccountId{1}, "b"});
  for (const auto& a : bench.take<CommandAnswered>()) EXPECT_EQ(a.reason, Reason::order_duplicate_id);
  EXPECT_EQ(statistics().orders, 2u);
  EXPECT_EQ(bench.take<OrderIntended>().size(), 2u);
}

TEST_F(OmsTest, a_repeat_while_the_gates_decide_waits_for_them) {
  place("a", 7);
  place("a", 7);
  EXPECT_TRUE(bench.take<CommandAnswered>().empty());
  send(OrderApproved{OrderId{1}, false});
  EXPECT_EQ(bench.take<CommandAnswered>().size(), 1u);
  send(OrderApproved{OrderId{1}, false});
  EXPECT_EQ(bench.take<OrderAccepted>().size(), 1u);
}

TEST_F(OmsTest, a_market_order_goes_out_at_the_limit_the_gate_gives_it) {
  auto t = terms(7);  // the test's gate leaves sevens to the test
  t.type = OrderType::market;
  t.limit = {};
  t.tif = TimeInForce::gtc;
  send(PlaceOrder{ClientId("m"), t});
  send(OrderApproved{OrderId{1}, false, 1, price_of(101)});
  const auto out = bench.take<OrderAccepted>();
  ASSERT_EQ(out.size(), 1u);
  EXPECT_EQ(out[0].terms.type, OrderType::limit);
  EXPECT_EQ(out[0].terms.limit, price_of(101));
  EXPECT_EQ(out[0].terms.tif, TimeInForce::ioc);
}

TEST_F(OmsTest, refusals_have_their_reasons) {
  int n = 0;
  const auto reason_of = [&](auto change) {
    auto t = terms();
    change(t);
    send(PlaceOrder{ClientId(std::to_string(++n)), t});
    const auto answers = bench.take<CommandAnswered>();
    return answers.size() == 1 ? answers[0].reason : Reason::none;
  };
  EXPECT_EQ(reason_of([](auto& t) { t.instrument = InstrumentId{9}; }), Reason::order_unknown_instrument);
  EXPECT_EQ(reason_of([](auto& t) { t.account = AccountId{9}; }), Reason::order_unknown_account);
  EXPECT_EQ(reason_of([](auto& t) { t.venue = VenueId{9}; }), Reason::order_unknown_venue);
  EXPECT_EQ(reason_of([](auto& t) { t.quantity = {}; }), Reason::order_bad_quantity);
  EXPECT_EQ(reason_of([](auto& t) { t.type = OrderType::stop; }), Reason::order_bad_price);
  EXPECT_EQ(reason_of([](auto& t) { t.tif = TimeInForce::gtd; }), Reason::order_bad_expiry);
  EXPECT_EQ(bench.take<OrderRejected>().size(), 6u);
  EXPECT_TRUE(bench.take<OrderIntended>().empty());
  for (int i = 0; i < 100; ++i) EXPECT_EQ(reason_of([](auto&) {}), Reason::none);
  EXPECT_EQ(reason_of([](auto&) {}), Reason::order_limit_per_account);
  EXPECT_EQ(statistics().open, 100u);
  EXPECT_EQ(statistics().rejected, 7u);
}

TEST_F(OmsTest, cancel_in_flight_early_and_too_late) {
  send(CancelOrder{"c0", AccountId{1}, "late"});
  EXPECT_TRUE(bench.take<CommandAnswered>().at(0).accepted);
  place("late");
  EXPECT_STATE(view(1), cancelled, none);
  EXPECT_TRUE(bench.take<OrderIntended>().empty());
  EXPECT_TRUE(bench.take<CommandAnswered>().at(0).accepted);

  place("a");
  bench.take<CommandAnswered>();
  send(CancelOrder{"c1", AccountId{1}, "a"});
  EXPECT_STATE(view(2), none, cancelling);
  EXPECT_EQ(bench.take<CancelRequested>().size(), 1u);
  filled(1, 3, 2);
  EXPECT_STATE(view(2), filled, none);
  send(CancelOrder{"c2", AccountId{1}, "a"});
  const auto answers = bench.take<CommandAnswered>();
  EXPECT_TRUE(answers.at(0).accepted);
  EXPECT_EQ(answers.at(1).reason, Reason::order_not_open);

  place("held", 7);
  send(CancelOrder{"c3", AccountId{1}, "held"});
  send(OrderApproved{OrderId{3}, false});
  EXPECT_STATE(view(3), cancelled, none);
  EXPECT_EQ(bench.take<OrderAccepted>().size(), 1u);
}

TEST_F(OmsTest, a_replace_passes_the_gates_and_takes_effect_when_acked) {
  place("a");
  said(ExecutionKind::working);
  filled(1, 1);
  send(ReplaceOrder{"r1", AccountId{1}, "a", quantity_of(5), price_of(101)});
  EXPECT_STATE(view(), partly_filled, replacing);
  EXPECT_EQ(view().terms.quantity, quantity_of(3));
  const auto asked = bench.take<ReplaceRequested>();
  ASSERT_EQ(asked.size(), 1u);
  EXPECT_EQ(asked[0].quantity, quantity_of(5));
  send(ReplaceOrder{"r2", AccountId{1}, "a", quantity_of(6), price_of(101)});
  replaced(6, 101);  // more than was asked for
  EXPECT_STATE(view(), partly_filled, replacing);
  replaced(5, 101);
  EXPECT_STATE(view(), partly_filled, none);
  EXPECT_EQ(view().terms.quantity, quantity_of(5));
  EXPECT_EQ(view().leaves, quantity_of(4));
  send(ReplaceOrder{"r3", AccountId{1}, "a", quantity_of(13), price_of(101)});
  EXPECT_STATE(view(), partly_filled, none);
  send(ReplaceOrder{"r4", AccountId{1}, "a", quantity_of(1), price_of(101)});
  const auto answers = bench.take<CommandAnswered>();
  ASSERT_EQ(answers.size(), 5u);
  EXPECT_TRUE(answers[1].accepted);
  EXPECT_EQ(answers[2].reason, Reason::order_pending);
  EXPECT_EQ(answers[3].reason, Reason::risk_max_quantity);
  EXPECT_EQ(answers[4].reason, Reason::order_bad_quantity);
  EXPECT_EQ(statistics().replaced, 1u);
}

TEST_F(OmsTest, an_order_that_ends_while_its_replace_is_at_the_gates_answers_it) {
  place("a");
  said(ExecutionKind::working);
  send(ReplaceOrder{"r", AccountId{1}, "a", quantity_of(7), price_of(101)});
  EXPECT_EQ(bench.take<CommandAnswered>().size(), 1u);
  said(ExecutionKind::cancelled);
  EXPECT_EQ(bench.take<CommandAnswered>().at(0).reason, Reason::order_not_open);
  send(OrderApproved{OrderId{1}, true});
  EXPECT_TRUE(bench.take<ReplaceRequested>().empty());
}

TEST_F(OmsTest, a_fill_is_applied_once_and_late_truth_too) {
  place("a");
  said(ExecutionKind::working);
  filled(1, 1);
  filled(1, 1);
  EXPECT_EQ(statistics().duplicate_fills, 1u);
  said(ExecutionKind::cancelled);
  filled(2, 1);
  filled(2, 1);
  EXPECT_STATE(view(), cancelled, none);
  EXPECT_TRUE(view().late);
  EXPECT_EQ(view().filled, quantity_of(2));
  EXPECT_EQ(bench.take<Fill>().size(), 2u);
  EXPECT_EQ(statistics().late, 1u);
  EXPECT_EQ(statistics().cancels, 1u);
  EXPECT_EQ(statistics().open, 0u);
}

TEST_F(OmsTest, lies_are_quarantined_and_stop_the_instrument) {
  place("a");
  said(ExecutionKind::working);
  filled(1, 2);
  filled(2, 2);
  EXPECT_EQ(view().filled, quantity_of(2));
  EXPECT_EQ(view().broken, Reason::venue_overfill);
  EXPECT_EQ(bench.take<Fill>().size(), 1u);
  bench.take<CommandAnswered>();
  place("b");
  EXPECT_EQ(bench.take<CommandAnswered>().at(0).reason, Reason::venue_overfill);
  filled(1, 1);
  EXPECT_EQ(view().broken, Reason::venue_mismatch);
  EXPECT_TRUE(bench.take<Fill>().empty());
  send(CancelOrder{"c", AccountId{1}, "a"});
  EXPECT_EQ(bench.take<CancelRequested>().size(), 1u);
}

TEST_F(OmsTest, a_bust_takes_back_what_was_booked_once) {
  place("a");
  said(ExecutionKind::working);
  filled(1, 2);
  EXPECT_EQ(booked(), " +1x2");
  amended(ExecutionKind::busted, 1, 50);
  const auto reversed = bench.take<FillReversed>();
  ASSERT_EQ(reversed.size(), 1u);
  EXPECT_EQ(reversed[0].fill.fill, FillId{1});
  EXPECT_EQ(print(reversed[0].fill.value), "200 USDT");
  EXPECT_EQ(print(reversed[0].fill.fee), "0.08 USDT");
  EXPECT_STATE(view(), working, none);
  EXPECT_TRUE(view().reversed);
  EXPECT_EQ(view().terms.quantity, quantity_of(1));  // what was taken back is not worked again
  EXPECT_EQ(view().leaves, quantity_of(1));
  amended(ExecutionKind::busted, 1, 50);
  amended(ExecutionKind::busted, 1, 60);
  filled(1, 2);  // and its old report, late
  EXPECT_EQ(booked(), "");
  filled(2, 1);
  EXPECT_STATE(view(), filled, none);
  amended(ExecutionKind::busted, 2, 70);
  EXPECT_STATE(view(), cancelled, none);
  EXPECT_EQ(view().filled, Quantity{});
  EXPECT_EQ(statistics().open, 0u);
  EXPECT_EQ(view().broken, Reason::none);
}

TEST_F(OmsTest, a_correction_is_a_reversal_and_a_new_fill) {
  place("a");
  said(ExecutionKind::working);
  filled(1, 3);
  booked();
  amended(ExecutionKind::corrected, 1, 50, 2);
  EXPECT_EQ(booked(), " -1 +2x2");
  EXPECT_STATE(view(), filled, none);
  EXPECT_EQ(view().filled, quantity_of(2));
  amended(ExecutionKind::corrected, 1, 60, 3);
  EXPECT_EQ(booked(), " -2 +3x3");
  amended(ExecutionKind::corrected, 1, 50, 2);  // the first one again
  EXPECT_EQ(booked(), "");
  amended(ExecutionKind::busted, 1, 70);
  EXPECT_STATE(view(), cancelled, none);
  amended(ExecutionKind::corrected, 1, 80, 1);  // it stands after all
  EXPECT_STATE(view(), filled, none);
  EXPECT_EQ(booked(), " -3 +4x1");
  EXPECT_EQ(view().broken, Reason::none);
}

TEST_F(OmsTest, a_word_that_overtakes_its_fill_and_lies_about_others) {
  place("a");
  said(ExecutionKind::working);
  amended(ExecutionKind::busted, 1, 50);
  filled(1, 1);
  EXPECT_EQ(booked(), "");
  amended(ExecutionKind::corrected, 2, 50, 2);  // never heard of: a fill like any other
  EXPECT_EQ(booked(), " +1x2");
  filled(2, 1);
  EXPECT_EQ(booked(), "");
  EXPECT_EQ(view().filled, quantity_of(2));
  amended(ExecutionKind::corrected, 2, 60, 3);  // more than was ever agreed
  EXPECT_EQ(view().broken, Reason::venue_overfill);
  EXPECT_EQ(view().filled, quantity_of(2));
  EXPECT_EQ(booked(), "");
  amended(ExecutionKind::corrected, 2, 70, -1);
  EXPECT_EQ(view().broken, Reason::venue_mismatch);
}

TEST_F(OmsTest, silence_is_doubt_and_the_answer_ends_it) {
  place("a");
  bench.run_timers(now + seconds(5));
  EXPECT_STATE(view(), unknown, querying);
  EXPECT_EQ(bench.take<OrderQueried>().size(), 1u);
  bench.run_timers(now + seconds(10));
  EXPECT_EQ(bench.take<OrderQueried>().size(), 1u);
  EXPECT_EQ(statistics().unknown, 1u);
  now = now + seconds(11);
  send(CancelOrder{"c", AccountId{1}, "a"});
  EXPECT_EQ(bench.take<CancelRequested>().size(), 1u);  // at once, doubt or not
  EXPECT_STATE(view(), unknown, querying);
  restated(0, true);
  EXPECT_STATE(view(), working, cancelling);
  EXPECT_TRUE(bench.take<CancelRequested>().empty());
  bench.run_timers(now + seconds(5));
  EXPECT_STATE(view(), unknown, querying);
  restated(0, true);  // the cancel had no effect: again
  EXPECT_EQ(bench.take<CancelRequested>().size(), 1u);
  bench.run_timers(now + seconds(11));
  EXPECT_STATE(view(), unknown, querying);
  restated(2, false);  // two were filled there: wait for their reports, invent nothing
  EXPECT_STATE(view(), unknown, querying);
  filled(1, 2);
  EXPECT_STATE(view(), partly_filled, querying);
  restated(2, false);
  EXPECT_STATE(view(), cancelled, none);
}

// The end overtook fills that it tells of: risk must go on holding what they will take.
TEST_F(OmsTest, an_end_that_tells_of_fills_to_come_is_not_the_end_yet) {
  place("a");
  said(ExecutionKind::working);
  send(ReplaceOrder{"r", AccountId{1}, "a", quantity_of(7), price_of(101)});  // at the gates
  bench.take<OrderQueried>();
  Execution e;
  e.order = OrderId{1};
  e.kind = ExecutionKind::cancelled;
  e.filled = quantity_of(2);
  send(e);
  EXPECT_STATE(view(), unknown, querying);
  EXPECT_EQ(bench.take<OrderQueried>().size(), 1u);
  EXPECT_EQ(bench.take<CommandAnswered>().back().reason, Reason::order_not_open);
  filled(1, 2);
  EXPECT_STATE(view(), partly_filled, querying);
  restated(2, false);
  EXPECT_STATE(view(), cancelled, none);
  EXPECT_FALSE(view().late);
  send(e);
  EXPECT_STATE(view(), cancelled, none);
}

TEST_F(OmsTest, signals_become_orders_and_cancel_them) {
  send(SignalRaised{StrategyId{4}, 0, SignalAction::place, terms()});
  send(SignalRaised{StrategyId{4}, 0, SignalAction::place, terms()});
  send(SignalRaised{StrategyId{4}, 1, SignalAction::cancel, {}});
  EXPECT_TRUE(bench.take<CancelRequested>().empty());
  const auto intended = bench.take<OrderIntended>();
  ASSERT_EQ(intended.size(), 1u);
  EXPECT_EQ(intended[0].terms.strategy, StrategyId{4});
  send(SignalRaised{StrategyId{4}, 0, SignalAction::cancel, {}});
  EXPECT_EQ(bench.take<CancelRequested>().size(), 1u);
  said(ExecutionKind::cancelled);
  EXPECT_STATE(view(), cancelled, none);
  EXPECT_TRUE(bench.take<CommandAnswered>().empty());
}

// The state after a restart in the middle, once the venue has answered, is the state of a run that was never stopped.
TEST_F(OmsTest, recovery_queries_what_was_asked_and_leaves_no_trace) {
  struct Case {
    std::vector<std::function<void()>> before, after;
    int answer_after;  // how many of `after` come before the venue's answer to the query
    bool open;
  };
  const auto ask_cancel = [&] { send(CancelOrder{"c", AccountId{1}, "a"}); };
  const auto ask_replace = [&] { send(ReplaceOrder{"r", AccountId{1}, "a", quantity_of(5), price_of(100)}); };
  const std::vector<Case> cases = {
      {{[&] { place("a"); }}, {[&] { said(ExecutionKind::working); }, [&] { filled(1, 1); }}, 1, true},
      {{[&] { place("a"); }}, {[&] { filled(1, 3); }}, 1, false},
      {{[&] { place("a"); }}, {[&] { said(ExecutionKind::rejected, Reason::venue_bad_order); }}, 1, false},
      {{[&] { place("a"); }, [&] { said(ExecutionKind::working); }, ask_cancel}, {[&] { said(ExecutionKind::cancelled); }}, 1, false},
      {{[&] { place("a"); }, [&] { said(ExecutionKind::working); }, ask_cancel}, {[&] { said(ExecutionKind::cancel_rejected); }}, 1, true},
      {{[&] { place("a"); }, [&] { said(ExecutionKind::working); }, ask_cancel}, {[&] { said(ExecutionKind::cancelled); }}, 0, true},
      {{[&] { place("a"); }, [&] { said(ExecutionKind::working); }, ask_replace}, {[&] { replaced(5, 100); }}, 1, true},
      {{[&] { place("a"); }, [&] { said(ExecutionKind::working); }, ask_replace}, {[&] { replaced(5, 100); }}, 0, true},
      {{[&] { place("a"); }, [&] { said(ExecutionKind::working); }, ask_replace},
       {[&] { said(ExecutionKind::replace_rejected); }},
       1,
       true},
  };
  const std::string empty = bench.save(0);
  for (std::size_t n = 0; n < cases.size(); ++n) {
    const auto& c = cases[n];
    bench.restore(0, empty);
    for (const auto& f : c.before) f();
    const std::string crash = bench.save(0);
    for (const auto& f : c.after) f();
    const std::string whole = bench.state_json(0);

    bench.restore(0, crash);
    bench.take<OrderQueried>();
    send(Recovered{2});
    EXPECT_EQ(bench.take<OrderQueried>().size(), 1u) << n;
    EXPECT_STATE(view(), unknown, querying) << n;
    for (std::size_t i = 0; i <= c.after.size(); ++i) {
      if (static_cast<int>(i) == c.answer_after) {
        const auto done = view().filled.units / decimal_one;
        restated(done, c.open);
      }
      if (i < c.after.size()) c.after[i]();
    }
    EXPECT_EQ(bench.state_json(0), whole) << n;
  }
}

// Every interleaving of what can befall one order, to depth 6, with a naive count beside it: each execution booked once, never more
// than ordered, an end only left by late fills, and after an honest answer no doubt remains (I4, I5, I18).
TEST_F(OmsTest, every_interleaving_to_depth_6) {
  bench = TestBench({{"oms", &oms_service}, {"gate", &gate_service}});
  Instrument i;
  i.id = InstrumentId{1};
  i.contract = Contract::linear;
  i.quote = i.settle = "USDT";
  i.multiplier = quantity_of(1);
  send(InstrumentListed{i});
  send(AccountOpened{Account{AccountId{1}, "main", {}}});
  place("a");
  int visited = 0;
  const auto live = [](VenueState s) { return !is_terminal(s); };
  struct Node {
    std::string state;
    std::set<std::uint64_t> booked;
    int depth;
  };
  std::vector<Node> stack{{bench.save(0), {}, 0}};
  std::set<std::string> seen;
  while (!stack.empty()) {
    const Node node = std::move(stack.back());
    stack.pop_back();
    for (int e = 0; e < 10; ++e) {
      bench.restore(0, node.state);
      bench.take<Fill>();
      const auto before = view();
      switch (e) {
        case 0: said(ExecutionKind::working); break;
        case 1: said(ExecutionKind::rejected, Reason::venue_bad_order); break;
        case 2: filled(1, 1); break;
        case 3: filled(2, 2); break;
        case 4: filled(3, 1); break;  // with both others: an overfill
        case 5: send(CancelOrder{"c", AccountId{1}, "a"}); break;
        case 6: said(ExecutionKind::cancelled); break;
        case 7: now = now + seconds(6); send(TimerFired{1}); break;
        case 8: send(Recovered{1}); break;
        default: restated(before.filled.units / decimal_one, live(before.state)); break;
      }
      auto booked = node.booked;
      for (const auto& f : bench.take<Fill>()) ASSERT_TRUE(booked.insert(f.execution.value).second) << "booked twice";
      std::int64_t sum = 0;
      for (const auto x : booked) sum += x == 2 ? 2 : 1;
      const auto after = view();
      ++visited;
      ASSERT_EQ(after.filled, quantity_of(sum));
      ASSERT_LE(sum, 3);
      if (!live(before.state)) { ASSERT_TRUE(!live(after.state) && (after.state == before.state || after.filled != before.filled)); }
      if (live(after.state)) { ASSERT_EQ(after.filled + after.leaves, quantity_of(3)); }
      ASSERT_EQ(statistics().open, live(after.state) ? 1u : 0u);
      if (e == 9) { ASSERT_NE(after.state, VenueState::unknown); }
      // the clock is no part of what can differ; the state is
      if (node.depth < 5 && seen.insert(bench.save(0) + static_cast<char>('0' + node.depth)).second)
        stack.push_back({bench.save(0), booked, node.depth + 1});
    }
  }
  EXPECT_GT(visited, 1000);
}

TEST_F(OmsTest, memories_are_bounded_and_live_orders_never_forgotten) {
  auto section = Document::make_table(1);
  const auto set = [&](const char* key, const char* value) {
    section.members().emplace_back(key, Document::scalar(Document::Kind::number, value, 1));
  };
  set("max_ids", "80");
  set("max_closed", "40");
  set("max_executions", "16");
  set("max_early_cancels", "2");
  auto config = Document::make_table(1);
  config.members().emplace_back("oms", section);
  bench = TestBench({{"oms", &oms_service}, {"gate", &gate_service}}, config);
  Instrument i;
  i.id = InstrumentId{1};
  i.contract = Contract::linear;
  i.quote = i.settle = "USDT";
  i.multiplier = quantity_of(1);
  send(InstrumentListed{i});
  send(AccountOpened{Account{AccountId{1}, "main", {}}});
  place("keep");
  std::size_t grown = 0;
  for (std::uint64_t n = 2; n <= 2000; ++n) {
    place(std::to_string(n).c_str());
    filled(n, 3, n);
    if (n == 200) grown = bench.save(0).size();
  }
  EXPECT_LT(bench.save(0).size(), grown * 3 / 2);
  EXPECT_TRUE(view(1).found);
  EXPECT_FALSE(view(2).found);
  EXPECT_TRUE(view(2000).found);
  place("keep");
  EXPECT_EQ(statistics().orders, 2000u);
  bench.take<CommandAnswered>();
  for (const char* id : {"x1", "x2", "x3"}) send(CancelOrder{id, AccountId{1}, id + 1});
  const auto answers = bench.take<CommandAnswered>();
  EXPECT_TRUE(answers.at(0).accepted);
}

}  // namespace
}  // namespace trade
