#include "services/market_data/signals/signals.h"

#include <gtest/gtest.h>

#include "core/digest.h"
#include "runtime/testing.h"

namespace trade {

extern const ServiceType signals_service;

namespace {

using Pairs = std::vector<std::pair<std::string, std::string>>;

Document config(const std::vector<Pairs>& strategies) {
  auto list = Document::make_list(1);
  for (const auto& pairs : strategies) {
    auto one = Document::make_table(1);
    for (const auto& [key, value] : pairs) {
      const bool digits = value.find_first_not_of("0123456789.") == std::string::npos;
      one.members().emplace_back(key, Document::scalar(digits ? Document::Kind::number : Document::Kind::text, value, 1));
    }
    list.items().push_back(one);
  }
  auto section = Document::make_table(1);
  section.members().emplace_back("strategies", list);
  auto all = Document::make_table(1);
  all.members().emplace_back("signals", section);
  return all;
}
const Pairs cross{{"id", "1"},
                  {"account", "1"},
                  {"instrument", "1"},
                  {"bars", "1m"},
                  {"size", "0.1"},
                  {"long_when", "close > 10"},
                  {"short_when", "close < 10"}};
const Pairs quoting{{"id", "2"},         {"account", "1"}, {"instrument", "1"}, {"kind", "requote"},
                    {"ticks", "quotes"}, {"every", "2"},   {"offset", "0.5"},   {"size", "0.001"}};

const Pairs stepping{{"id", "3"}, {"account", "1"}, {"instrument", "1"}, {"kind", "step_quote"}, {"step", "10ms"}, {"size", "0.01"},
                     {"max_position", "0.05"}};

// signals with a hand-made oms: numbers the orders and, when told to, fills them.
struct Desk {
  TestBench bench;
  Time now{};
  std::uint64_t orders = 0, fills = 0;
  Price price;
  explicit Desk(const std::vector<Pairs>& strategies) : bench({{"signals", &signals_service}}, config(strategies)) { list(); }
  void list() {
    Instrument i;
    i.id = {1};
    i.tick = {10'000'000};
    i.lot = {100'000};
    i.multiplier = quantity_of(1);
    bench.send(InstrumentListed{i}, now);
  }
  std::vector<SignalRaised> bar(int close, Duration interval = seconds(60), VenueId venue = {1}) {
    price = price_of(close);
    now = now + seconds(60);
    bench.send(Bar{{1}, venue, now - interval, interval, price, price, price, price, {}, 1, false}, now);
    return bench.take<SignalRaised>();
  }
  std::vector<SignalRaised> quote(int bid) {
    now = now + seconds(1);
    bench.send(Quote{{1}, {1}, price_of(bid), {}, price_of(bid + 1), {}}, now);
    return bench.take<SignalRaised>();
  }
  void changed(const SignalRaised& s, OrderId order, VenueState state) {
    const auto& t = s.terms;
    bench.send(OrderChanged{order, t.account, s.strategy, t.instrument, t.side, state, {}, {}, t.quantity, {}, t.limit}, now);
  }
  void fill(const SignalRaised& s, OrderId order) {
    const auto& t = s.terms;
    bench.send(Fill{{++fills}, order, t.account, s.strategy, t.instrument, {1}, {fills}, t.side, price, t.quantity, {}, now, {}, {}}, now);
    changed(s, order, VenueState::filled);
  }
  void settle(const std::vector<SignalRaised>& raised) {
    for (const auto& s : raised) {
      changed(s, {++orders}, VenueState::none);
      fill(s, {orders});
    }
  }
};

std::string told(const std::vector<SignalRaised>& raised) {
  std::string s;
  for (const auto& r : raised)
    s += std::string(r.action == SignalAction::cancel ? "X"
                     : r.terms.side == Side::buy      ? "B"
                                                      : "S") +
         std::to_string(r.signal) +
         (r.action == SignalAction::cancel ? ""
                                           : ":" + print(r.terms.quantity) + (r.terms.limit.units != 0 ? "@" + print(r.terms.limit) : "")) +
         " ";
  return s;
}

TEST(signals, flips_with_two_market_orders) {
  Desk desk({cross});
  auto raised = desk.bar(11);
  ASSERT_EQ(told(raised), "B1:0.1 ");
  EXPECT_EQ(raised[0].terms.type, OrderType::market);
  EXPECT_EQ(raised[0].terms.strategy, StrategyId{1});
  desk.settle(raised);
  EXPECT_EQ(told(desk.bar(12)), "");
  raised = desk.bar(9);
  EXPECT_EQ(told(raised), "S2:0.1 S3:0.1 ");
  desk.settle(raised);
  EXPECT_EQ(told(desk.bar(11)), "B4:0.1 B5:0.1 ");
}

TEST(signals, waits_while_orders_are_under_way) {
  Desk desk({cross});
  const auto raised = desk.bar(11);
  desk.changed(raised[0], {1}, VenueState::working);
  EXPECT_EQ(told(desk.bar(9)), "");
  EXPECT_EQ(told(desk.bar(9)), "");
  desk.fill(raised[0], {1});
  EXPECT_EQ(told(desk.bar(9)), "S2:0.1 S3:0.1 ");
}

TEST(signals, a_refused_entry_leaves_nothing_to_close) {
  Desk desk({cross});
  const auto raised = desk.bar(11);
  desk.changed(raised[0], {1}, VenueState::rejected);
  EXPECT_EQ(told(desk.bar(9)), "S2:0.1 ");
}

TEST(signals, follows_one_venue_and_its_own_interval) {
  Desk desk({cross});
  EXPECT_EQ(told(desk.bar(10)), "");
  EXPECT_EQ(told(desk.bar(11, seconds(60), {2})), "");  // venue 1 came first
  EXPECT_EQ(told(desk.bar(11, seconds(300))), "");
  EXPECT_EQ(told(desk.bar(11)), "B1:0.1 ");
}

TEST(signals, places_nothing_on_a_broken_feed) {
  Desk desk({cross});
  desk.bench.send(MarketStatus{{1}, {1}, FeedState::gap}, desk.now);
  EXPECT_EQ(told(desk.bar(11)), "");
  desk.bench.send(MarketStatus{{1}, {1}, FeedState::syncing}, desk.now);
  EXPECT_EQ(told(desk.bar(11)), "");
  desk.bench.send(MarketStatus{{1}, {1}, FeedState::live}, desk.now);
  EXPECT_EQ(told(desk.bar(11)), "B1:0.1 ");
}

TEST(signals, an_unlisted_instrument_is_not_traded) {
  TestBench bench({{"signals", &signals_service}}, config({cross}));
  const Price p = price_of(11);
  bench.send(Bar{{1}, {1}, {}, seconds(60), p, p, p, p, {}, 1, false}, Time{});
  EXPECT_TRUE(bench.take<SignalRaised>().empty());
}

TEST(signals, requotes_by_turns) {
  Desk desk({quoting});
  EXPECT_EQ(told(desk.quote(100)), "");
  auto raised = desk.quote(100);
  ASSERT_EQ(told(raised), "B1:0.001@99.5 ");
  EXPECT_EQ(raised[0].terms.tif, TimeInForce::gtc);
  desk.changed(raised[0], {1}, VenueState::working);
  desk.quote(100);
  raised = desk.quote(100);
  ASSERT_EQ(told(raised), "X1 S2:0.001@101.5 ");
  desk.changed(raised[1], {2}, VenueState::none);
  desk.changed(raised[0], {1}, VenueState::cancelled);  // its limit is unknown here: found by its id alone
  desk.fill(raised[1], {2});
  desk.quote(100);
  EXPECT_EQ(told(desk.quote(100)), "B3:0.001@99.5 ");  // nothing is open, nothing to cancel
}

TEST(signals, quotes_both_sides_on_a_clock) {
  Desk desk({stepping});
  const auto step = [&desk] {
    desk.now = desk.now + Duration{10'000'000};
    desk.bench.run_timers(desk.now);
    return desk.bench.take<SignalRaised>();
  };
  EXPECT_EQ(told(desk.quote(100)), "");
  auto raised = step();
  ASSERT_EQ(told(raised), "B1:0.01@100 S2:0.01@101 ");
  EXPECT_TRUE(raised[0].terms.post_only);
  EXPECT_EQ(raised[0].terms.tif, TimeInForce::gtc);
  desk.changed(raised[0], {1}, VenueState::working);
  desk.changed(raised[1], {2}, VenueState::working);
  EXPECT_EQ(told(step()), "");  // both stand at the touch
  desk.fill(raised[0], {1});
  auto again = step();
  EXPECT_EQ(told(again), "B3:0.01@100 ");
  desk.changed(again[0], {3}, VenueState::working);
  EXPECT_EQ(told(desk.quote(105)), "");  // the touch is followed at the next step
  EXPECT_EQ(told(step()), "X2 X3 B4:0.01@105 S5:0.01@106 ");
}

TEST(signals, a_clients_order_in_the_strategys_name_is_not_taken_for_its_own) {
  Desk desk({cross});
  const auto raised = desk.bar(11);
  auto foreign = raised[0];
  foreign.terms.quantity = quantity_of(7);
  desk.changed(foreign, {1}, VenueState::rejected);
  EXPECT_EQ(told(desk.bar(9)), "");  // still waits for its own
  desk.changed(raised[0], {2}, VenueState::rejected);
  EXPECT_EQ(told(desk.bar(9)), "S2:0.1 ");
}

TEST(signals, a_restart_changes_nothing) {
  const Pairs rsi{{"id", "3"},
                  {"account", "1"},
                  {"instrument", "1"},
                  {"bars", "1m"},
                  {"notional", "50"},
                  {"long_when", "rsi(3) < 40 and close < sma(4)"},
                  {"short_when", "rsi(3) > 60"},
                  {"exit_when", "atr(2) > 5"}};
  const std::vector<Pairs> strategies{cross, rsi, quoting};
  const auto step = [](Desk& d, int k) {
    std::string all = told(d.quote(100 + k % 3));
    const auto raised = d.bar(6 + static_cast<int>(mix64(static_cast<std::uint64_t>(k)) % 9));
    d.settle(raised);
    return all + told(raised);
  };
  Desk whole(strategies);
  std::vector<std::string> said, states;
  for (int k = 0; k < 60; ++k) {
    said.push_back(step(whole, k));
    states.push_back(whole.bench.save(0));
  }
  for (int cut = 1; cut < 60; cut += 7) {
    Desk first(strategies);
    for (int k = 0; k < cut; ++k) step(first, k);
    Desk second(strategies);
    second.now = first.now;
    second.orders = first.orders;
    second.fills = first.fills;
    second.bench.restore(0, first.bench.save(0));
    for (int k = cut; k < 60; ++k) {
      ASSERT_EQ(step(second, k), said[static_cast<std::size_t>(k)]) << "cut " << cut;
      ASSERT_EQ(second.bench.save(0), states[static_cast<std::size_t>(k)]) << "cut " << cut;
    }
  }
}

TEST(signals, changed_rules_keep_position_and_orders) {
  Desk desk({cross});
  desk.settle(desk.bar(11));
  auto other = cross;
  other[5].second = "sma(3) > 100";
  other[6].second = "sma(3) < 100";
  Desk changed({other, quoting});
  changed.now = desk.now;
  changed.bench.restore(0, desk.bench.save(0));
  changed.list();
  EXPECT_EQ(told(changed.bar(50)), "");
  EXPECT_EQ(told(changed.bar(50)), "");
  EXPECT_EQ(told(changed.bar(50)), "S2:0.1 S3:0.1 ");  // the long position of the old rules is closed first
}

TEST(signals, refuses_bad_strategies) {
  const auto refusal = [](std::vector<Pairs> strategies) {
    const auto document = config(strategies);
    const auto made = signals_service.make(document.find("signals"));
    return made.ok() ? std::string("accepted") : made.error().text();
  };
  EXPECT_EQ(refusal({cross}), "accepted");
  EXPECT_NE(refusal({cross, cross}).find("used twice"), std::string::npos);
  auto bad = cross;
  bad[5].second = "ema(9) >= emma(21)";
  EXPECT_NE(refusal({bad}).find("strategies[0].long_when, line 1, column 11: unknown name 'emma' (did you mean 'ema'?)"),
            std::string::npos);
  bad[5].second = "stance(1) > 0";
  EXPECT_NE(refusal({bad}).find("no earlier strategy"), std::string::npos);
}

}  // namespace
}  // namespace trade
