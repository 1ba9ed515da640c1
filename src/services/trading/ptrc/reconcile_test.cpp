#include <gtest/gtest.h>

#include "runtime/testing.h"
#include "services/trading/ptrc/ptrc.h"

namespace trade {

extern const ServiceType ptrc_service;

namespace {

Instrument instrument(std::uint32_t id, Contract c) {
  Instrument i;
  i.id = {id};
  i.symbol = c == Contract::spot ? "AAA" : "PERP";
  i.contract = c;
  i.base = "AAA";
  i.quote = i.settle = "USD";
  i.tick = {1'000'000};
  i.lot = i.multiplier = quantity_of(1);
  return i;
}

struct Rig {
  TestBench bench{{{"ptrc", &ptrc_service}}};
  std::uint64_t fills = 0;
  std::vector<StatementPosition> positions;
  std::vector<StatementCash> cash;
  std::vector<StatementFill> listed;
  Rig() {
    bench.send(InstrumentListed{instrument(1, Contract::spot)}, Time{});
    bench.send(InstrumentListed{instrument(2, Contract::linear)}, Time{});
    bench.send(AccountOpened{{{1}, "desk", {money_one * 1000, "USD"}, {}, {}}}, Time{});
  }
  Fill trade(std::uint32_t id, Side side, std::int64_t quantity, std::int64_t price, Time t, std::uint16_t venue = 1) {
    Fill f;
    f.fill = {++fills};
    f.account = {1};
    f.strategy = {1};
    f.instrument = {id};
    f.venue = {venue};
    f.execution = {100 + fills};
    f.side = side;
    f.price = price_of(price);
    f.quantity = quantity_of(quantity);
    f.venue_time = t;
    f.value = booked(value_of(instrument(id, Contract::linear), f.price, f.quantity));
    f.fee = {0, "USD"};
    bench.send(f, t);
    return f;
  }
  // What an honest keeper of the account would list of the fill.
  void list(const Fill& f) { listed.push_back({f.instrument, f.venue, f.execution, f.side, f.price, f.quantity, f.venue_time}); }
  Reason report(const char* id, Time from, Time as_of, Time now, std::uint16_t venue = 0, std::uint32_t account = 1) {
    bench.send(ReportStatement{id, {account}, {venue}, from, as_of, std::span<const StatementPosition>(positions),
                               std::span<const StatementCash>(cash), std::span<const StatementFill>(listed)},
               now);
    const auto answers = bench.take<CommandAnswered>();
    EXPECT_EQ(answers.size(), 1u);
    EXPECT_EQ(answers.at(0).accepted, answers.at(0).reason == Reason::none);
    return answers.at(0).reason;
  }
  std::string told() {
    std::string s;
    for (const auto& b : bench.take<BreakChanged>())
      s += std::to_string(b.now.id.value) + " " + std::string(name_of(b.now.found.kind)) + " " + std::string(name_of(b.now.state)) + "; ";
    return s;
  }
};

TEST(reconcile, a_true_statement_breaks_nothing) {
  Rig rig;
  rig.list(rig.trade(1, Side::buy, 3, 100, Time{10}));
  rig.list(rig.trade(2, Side::sell, 5, 20, Time{11}));
  rig.positions = {{{1}, quantity_of(3)}, {{2}, quantity_of(-5)}};
  rig.cash = {{{money_one * 700, "USD"}}};
  rig.trade(1, Side::buy, 1, 100, Time{30});  // after the statement's time
  EXPECT_EQ(rig.report("s1", Time{}, Time{20}, Time{40}), Reason::none);
  EXPECT_EQ(rig.told(), "");
  const auto recon = rig.bench.ask(ReconQuery{});
  ASSERT_EQ(recon.statements.size(), 1u);
  EXPECT_EQ(recon.statements[0].as_of, Time{20});
  EXPECT_EQ(recon.statements[0].open, 0u);
  EXPECT_TRUE(recon.balanced);
}

TEST(reconcile, differences_become_breaks_that_are_owned_resolved_or_cleared) {
  Rig rig;
  rig.trade(1, Side::buy, 3, 100, Time{10});
  rig.positions = {{{1}, quantity_of(4)}};
  rig.cash = {{{money_one * 600, "USD"}}};
  rig.listed = {{{1}, {1}, {999}, Side::buy, price_of(100), quantity_of(1), Time{11}}};
  EXPECT_EQ(rig.report("s1", Time{}, Time{20}, Time{21}), Reason::none);
  EXPECT_EQ(rig.told(), "1 position open; 2 cash open; 3 fill_missing open; 4 fill_unknown open; ");
  const auto own = [&](const char* id, std::uint32_t n, const char* who) {
    rig.bench.send(OwnBreak{id, {1}, {n}, who}, Time{30});
    return rig.bench.take<CommandAnswered>().at(0).reason;
  };
  EXPECT_EQ(own("c1", 1, "ann"), Reason::none);
  EXPECT_EQ(own("c2", 77, "ann"), Reason::break_not_found);
  EXPECT_EQ(own("c3", 2, ""), Reason::break_no_owner);
  EXPECT_EQ(rig.told(), "1 position owned; ");
  rig.bench.send(ResolveBreak{"c4", {1}, {4}, "ann", "not ours"}, Time{30});
  EXPECT_EQ(rig.bench.take<CommandAnswered>().at(0).reason, Reason::break_no_owner);
  EXPECT_EQ(own("c5", 4, "ann"), Reason::none);
  rig.bench.send(ResolveBreak{"c6", {1}, {4}, "ann", "listed under another account"}, Time{31});
  EXPECT_EQ(rig.bench.take<CommandAnswered>().at(0).reason, Reason::none);
  EXPECT_EQ(own("c7", 4, "bob"), Reason::break_not_open);
  rig.told();
  // The next statement has the right position and cash; of the fills' time it says nothing.
  rig.positions = {{{1}, quantity_of(3)}};
  rig.cash = {{{money_one * 700, "USD"}}};
  rig.listed.clear();
  EXPECT_EQ(rig.report("s2", Time{20}, Time{40}, Time{41}), Reason::none);
  EXPECT_EQ(rig.told(), "1 position cleared; 2 cash cleared; ");
  const auto open = rig.bench.ask(BreaksQuery{{1}, false});
  ASSERT_EQ(open.breaks.size(), 1u);
  EXPECT_EQ(open.breaks[0].of.found.kind, BreakKind::fill_missing);
  EXPECT_EQ(open.breaks[0].age, nanoseconds(20));
  EXPECT_EQ(rig.bench.ask(BreaksQuery{{}, true}).breaks.size(), 4u);
  const auto recon = rig.bench.ask(ReconQuery{});
  EXPECT_EQ(recon.statements[0].open, 1u);
  EXPECT_EQ(recon.statements[0].oldest, nanoseconds(20));
  ASSERT_EQ(recon.kinds.size(), 1u);
}

TEST(reconcile, a_venue_is_held_to_what_lies_there) {
  Rig rig;
  rig.list(rig.trade(2, Side::buy, 3, 100, Time{10}, 1));
  rig.trade(2, Side::buy, 2, 100, Time{10}, 2);
  rig.positions = {{{2}, quantity_of(3)}};
  EXPECT_EQ(rig.report("s1", Time{}, Time{20}, Time{21}, 1), Reason::none);
  EXPECT_EQ(rig.told(), "");
  EXPECT_EQ(rig.report("s2", Time{}, Time{20}, Time{21}, 2), Reason::none);
  EXPECT_EQ(rig.told(), "1 position open; 2 fill_unknown open; ");  // the fill of venue 1 is known elsewhere
}

TEST(reconcile, refusals_change_nothing) {
  Rig rig;
  rig.trade(1, Side::buy, 3, 100, Time{10});
  rig.positions = {{{1}, quantity_of(9)}};
  const auto refused = [&](Reason expected, auto&& report) {
    const auto before = rig.bench.ask(ReconQuery{});
    EXPECT_EQ(report(), expected);
    EXPECT_EQ(rig.told(), "");
    EXPECT_EQ(rig.bench.ask(ReconQuery{}).statements.size(), before.statements.size());
    EXPECT_TRUE(rig.bench.ask(BreaksQuery{{}, true}).breaks.empty());
  };
  refused(Reason::statement_unknown_account, [&] { return rig.report("s", Time{}, Time{20}, Time{21}, 0, 7); });
  refused(Reason::statement_stale, [&] { return rig.report("s", Time{}, Time{30}, Time{21}); });      // of the future
  refused(Reason::statement_stale, [&] { return rig.report("s", Time{20}, Time{10}, Time{21}); });    // of no time
  rig.positions = {{{1}, quantity_of(3)}, {{1}, quantity_of(3)}};
  refused(Reason::statement_repeated_line, [&] { return rig.report("s", Time{}, Time{20}, Time{21}); });
  rig.positions = {{{8}, quantity_of(3)}};
  refused(Reason::statement_unknown_instrument, [&] { return rig.report("s", Time{}, Time{20}, Time{21}); });
  rig.positions = {{{1}, quantity_of(3)}};
  rig.cash = {{{money_one * 700, "USD"}}};
  rig.listed = {{{1}, {1}, {101}, Side::buy, price_of(100), quantity_of(3), Time{10}}};
  EXPECT_EQ(rig.report("s1", Time{}, Time{20}, Time{21}), Reason::none);
  EXPECT_EQ(rig.report("s1", Time{}, Time{20}, Time{22}), Reason::none);  // the same again: the same answer
  refused(Reason::statement_stale, [&] { return rig.report("s2", Time{}, Time{20}, Time{23}); });
}

TEST(reconcile, holes_are_breaks) {
  Rig rig;
  rig.fills = 2;  // 1 and 2 never come
  rig.trade(1, Side::buy, 1, 100, Time{10});
  EXPECT_EQ(rig.told(), "1 sequence open; ");
  rig.trade(9, Side::buy, 1, 100, Time{11});
  EXPECT_EQ(rig.told(), "2 unbooked open; ");
  EXPECT_EQ(rig.bench.ask(ReconQuery{}).missing, 3u);
}

TEST(answers, lots_trades_history_and_statements) {
  Rig rig;
  const Time day{86'400'000'000'000};
  const auto at = [&day](std::int64_t n) { return Time{day.ns * n}; };
  rig.trade(1, Side::buy, 4, 100, at(1));
  rig.trade(1, Side::sell, 3, 90, at(50));
  rig.trade(1, Side::buy, 2, 95, at(60));
  const auto lots = rig.bench.ask(LotsQuery{{1}, {1}}).lots;
  ASSERT_EQ(lots.size(), 2u);
  EXPECT_EQ(lots[0].fill, FillId{1});
  EXPECT_EQ(print(lots[0].quantity), "1");
  EXPECT_EQ(print(lots[1].cost), "190 USD");
  EXPECT_EQ(lots[1].opened, at(60));
  const auto trades = rig.bench.ask(TradesQuery{}).trades;
  ASSERT_EQ(trades.size(), 3u);
  EXPECT_EQ(print(trades[1].deal.realised), "-30 USD");
  EXPECT_EQ(print(trades[1].wash_quantity), "2");  // bought back ten days later
  EXPECT_EQ(print(trades[1].wash_loss), "20 USD");
  EXPECT_EQ(trades[0].wash_quantity, Quantity{});
  const auto history = rig.bench.ask(PositionHistoryQuery{{1}, {1}}).points;
  ASSERT_EQ(history.size(), 3u);
  EXPECT_EQ(print(history[0].quantity), "4");
  EXPECT_EQ(print(history[1].quantity), "1");
  EXPECT_EQ(print(history[2].quantity), "3");
  const auto s = rig.bench.ask(StatementQuery{{1}, at(49), at(55)});
  ASSERT_TRUE(s.found);
  ASSERT_EQ(s.lines.size(), 1u);
  EXPECT_EQ(print(s.opening.at(0)), "600 USD");
  EXPECT_EQ(print(s.lines[0].cash), "270 USD");
  EXPECT_EQ(print(s.closing.at(0)), "870 USD");
  EXPECT_FALSE(rig.bench.ask(StatementQuery{{9}, at(49), at(55)}).found);
  EXPECT_FALSE(rig.bench.ask(StatementQuery{{1}, at(55), at(49)}).found);
  EXPECT_TRUE(rig.bench.ask(SettlementsQuery{{1}}).pending.empty());
  EXPECT_EQ(print(rig.bench.ask(SettlementsQuery{{1}}).cash.at(0).settled), "680 USD");
}

}  // namespace
}  // namespace trade
