#include "services/market_data/signals/signals.h"

#include <gtest/gtest.h>

#include "core/digest.h"
#include "runtime/testing.h"
#include "wire/json.h"

namespace trade {

extern const ServiceType signals_service;

namespace {

using Pairs = std::vector<std::pair<std::string, std::string>>;

Document config(const std::vector<Pairs>& strategies) {
  auto list = Document::make_list(1);
  for (const auto& pairs : strategies) {
    auto one = Document::make_table(1);
    for (const auto& [key, value] : pairs) {
      if (value[0] == '{' || value[0] == '[') {
        one.members().emplace_back(key, parse_json(value, key).value());
        continue;
      }
      const bool digits = value.find_first_not_of("0123456789.") == std::string::npos;
      if (value == "true") one.members().emplace_back(key, Document::scalar(Document::Kind::boolean, value, 1));
      else one.members().emplace_back(key, Document::scalar(digits ? Document::Kind::number : Document::Kind::text, value, 1));
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

const Pairs pair{{"id", "1"},
                 {"account", "1"},
                 {"instrument", "1"},
                 {"bars", "1m"},
                 {"size", "1"},
                 {"inputs", R"([{"name": "eth", "instrument": 2}])"},
                 {"legs", R"([{"input": "eth", "weight": -1}])"},
                 {"long_when", "close < eth.close"},
                 {"short_when", "close > 2 * eth.close"}};

const Pairs stepping{{"id", "3"},      {"account", "1"}, {"instrument", "1"},     {"kind", "step_quote"},
                     {"step", "10ms"}, {"size", "0.01"}, {"max_position", "0.05"}};

// signals with a hand-made oms: numbers the orders and, when told to, fills them.
struct Desk {
  TestBench bench;
  Time now{};
  std::uint64_t orders = 0, fills = 0;
  Price price;
  explicit Desk(const std::vector<Pairs>& strategies) : bench({{"signals", &signals_service}}, config(strategies)) { list(); }
  void list() {
    for (const std::uint32_t id : {1u, 2u}) {
      Instrument i;
      i.id = {id};
      i.quote = "USD";
      i.tick = {10'000'000};
      i.lot = {100'000};
      i.multiplier = quantity_of(1);
      bench.send(InstrumentListed{i}, now);
    }
  }
  std::vector<SignalRaised> other_bar(int close, Duration interval = seconds(60)) {
    const Price p = price_of(close);
    bench.send(Bar{{2}, {1}, now - seconds(60), interval, p, p, p, p, {}, 1, false}, now);
    return bench.take<SignalRaised>();
  }
  // What follows a change of an order.
  std::vector<SignalRaised> after(const SignalRaised& s, OrderId order, VenueState state) {
    changed(s, order, state);
    return bench.take<SignalRaised>();
  }
  std::vector<SignalRaised> after_fill(const SignalRaised& s, OrderId order) {
    fill(s, order);
    return bench.take<SignalRaised>();
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
                                           : ":" + print(r.terms.quantity) + (r.terms.limit.units != 0 ? "@" + print(r.terms.limit) : "") +
                                                 (r.terms.stop.units != 0 ? "!" + print(r.terms.stop) : "")) +
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
  auto bracket = cross;
  bracket[0].second = "4";
  bracket.push_back({"stop_loss", R"({"fraction": 0.1, "resting": true})"});
  bracket.push_back({"entry", R"({"type": "limit", "limit": "close - 1", "valid_bars": 2})"});
  auto grid = quoting;
  grid[0].second = "5";
  grid[3].second = "grid";
  grid.push_back({"grid", R"({"step": 2, "levels": 3})"});
  auto maker = quoting;
  maker[0].second = "6";
  maker[3].second = "maker";
  maker.push_back({"maker", R"({"max_position": 1})"});
  auto both = pair;
  both[0].second = "7";
  const std::vector<Pairs> strategies{cross, rsi, quoting, bracket, grid, maker, both};
  const auto step = [](Desk& d, int k) {
    std::string all = told(d.quote(100 + k % 3));
    auto raised = d.bar(6 + static_cast<int>(mix64(static_cast<std::uint64_t>(k)) % 9));
    const auto more = d.other_bar(6 + static_cast<int>(mix64(static_cast<std::uint64_t>(k) + 77) % 9));
    raised.insert(raised.end(), more.begin(), more.end());
    for (const auto& s : raised)
      if (s.action == SignalAction::place && s.terms.limit.units == 0) d.settle({s});
    return all + told(raised) + told(d.bench.take<SignalRaised>());
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

TEST(signals, a_bracket_protects_and_ends_with_its_other_half) {
  auto bracket = cross;
  bracket.push_back({"stop_loss", R"({"fraction": 0.1, "resting": true})"});
  bracket.push_back({"take_profit", R"({"fraction": 0.5, "resting": true})"});
  Desk desk({bracket});
  auto raised = desk.bar(20);
  ASSERT_EQ(told(raised), "B1:0.1 ");
  desk.changed(raised[0], {1}, VenueState::none);
  auto halves = desk.after_fill(raised[0], {1});
  ASSERT_EQ(told(halves), "S2:0.1!18 S3:0.1@30 ");
  EXPECT_EQ(halves[0].terms.type, OrderType::stop);
  EXPECT_EQ(halves[0].terms.tif, TimeInForce::gtc);
  desk.changed(halves[0], {2}, VenueState::working);
  desk.changed(halves[1], {3}, VenueState::working);
  EXPECT_EQ(told(desk.bar(19)), "");  // both rest, nothing changes
  EXPECT_EQ(told(desk.after_fill(halves[0], {2})), "X3 ");
  EXPECT_EQ(told(desk.after(halves[1], {3}, VenueState::cancelled)), "");
  EXPECT_EQ(told(desk.bar(21)), "");  // stopped: the side waits for a fresh signal
  EXPECT_EQ(told(desk.bar(9)), "S4:0.1 ");
}

TEST(signals, a_flip_first_takes_back_what_rests) {
  auto bracket = cross;
  bracket.push_back({"take_profit", R"({"fraction": 0.5, "resting": true})"});
  Desk desk({bracket});
  auto raised = desk.bar(20);
  desk.changed(raised[0], {1}, VenueState::none);
  const auto profit = desk.after_fill(raised[0], {1});
  ASSERT_EQ(told(profit), "S2:0.1@30 ");
  desk.changed(profit[0], {2}, VenueState::working);
  EXPECT_EQ(told(desk.bar(9)), "X2 ");
  EXPECT_EQ(told(desk.bar(8)), "");  // still waits for the cancel
  raised = desk.after(profit[0], {2}, VenueState::cancelled);
  ASSERT_EQ(told(raised), "S3:0.1 S4:0.1 ");
  desk.changed(raised[0], {3}, VenueState::none);
  desk.changed(raised[1], {4}, VenueState::none);
  EXPECT_EQ(told(desk.after_fill(raised[0], {3})), "");
  EXPECT_EQ(told(desk.after_fill(raised[1], {4})), "B5:0.1@4 ");  // half of the price it was filled at
}

TEST(signals, an_entry_expires_with_its_bars_and_may_come_again) {
  auto limit = cross;
  limit.push_back({"entry", R"({"type": "limit", "limit": "close - 1", "valid_bars": 2, "post_only": true})"});
  Desk desk({limit});
  const auto raised = desk.bar(20);
  ASSERT_EQ(told(raised), "B1:0.1@19 ");
  EXPECT_TRUE(raised[0].terms.post_only);
  desk.changed(raised[0], {1}, VenueState::working);
  EXPECT_EQ(told(desk.bar(21)), "");
  EXPECT_EQ(told(desk.bar(22)), "X1 ");
  EXPECT_EQ(told(desk.bar(23)), "");
  EXPECT_EQ(told(desk.after(raised[0], {1}, VenueState::cancelled)), "");
  EXPECT_EQ(told(desk.bar(24)), "B2:0.1@23 ");
}

TEST(signals, an_algo_carries_its_schedule) {
  auto algo = cross;
  algo.push_back({"entry", R"({"algo": "pov", "over": "10m", "participation": 0.1})"});
  Desk desk({algo});
  const auto raised = desk.bar(20);
  ASSERT_EQ(raised.size(), 1u);
  EXPECT_EQ(raised[0].terms.algo, Algo::pov);
  EXPECT_EQ(raised[0].terms.start, desk.now);
  EXPECT_EQ(raised[0].terms.end, desk.now + seconds(600));
  EXPECT_EQ(raised[0].terms.participation, Ratio{10'000'000});
  EXPECT_EQ(raised[0].terms.tif, TimeInForce::gtc);
}

TEST(signals, a_pair_waits_for_both_bars) {
  Desk desk({pair});
  EXPECT_EQ(told(desk.bar(8)), "");  // the other's bar has not ended
  auto raised = desk.other_bar(10);
  ASSERT_EQ(told(raised), "B1:1 S2:0.8 ");
  EXPECT_EQ(raised[1].terms.instrument, InstrumentId{2});
  desk.settle(raised);
  EXPECT_EQ(told(desk.bar(30)), "");
  EXPECT_EQ(told(desk.bar(31)), "");  // that bar of the other never came: no decision on it
  raised = desk.other_bar(10);
  EXPECT_EQ(told(raised), "S3:1 B4:0.8 S5:1 B6:3.1 ");
}

TEST(signals, longer_bars_count_from_the_next_own_bar) {
  auto slow = cross;
  slow[5].second = "close > slow.close";
  slow[6].second = "close < slow.close";
  slow.push_back({"inputs", R"([{"name": "slow", "bars": "5m"}])"});
  Desk desk({slow});
  EXPECT_EQ(told(desk.bar(12)), "");
  desk.bar(10, seconds(300));
  EXPECT_EQ(told(desk.bar(12)), "B1:0.1 ");
}

TEST(signals, votes_of_others_are_weighed_and_age) {
  const auto adviser = [](const char* id, const char* rule) {
    return Pairs{{"id", id},         {"account", "1"},    {"instrument", "1"},       {"bars", "1m"},
                 {"advise", "true"}, {"long_when", rule}, {"exit_when", "close < 5"}};
  };
  const Pairs chief{{"id", "3"}, {"account", "1"}, {"instrument", "1"}, {"bars", "1m"}, {"target", "2 * stance(1, 2) - 1 * stance(2)"}};
  Desk desk({adviser("1", "close > 10"), adviser("2", "close > 20"), chief});
  auto raised = desk.bar(11);
  ASSERT_EQ(told(raised), "B1:2 ");
  EXPECT_EQ(raised[0].strategy, StrategyId{3});
  desk.settle(raised);
  raised = desk.bar(21);  // two against one: what is opposite is netted before it is an order
  ASSERT_EQ(told(raised), "S2:1 ");
  desk.settle(raised);
  raised = desk.bar(21);  // the first one's word has expired
  EXPECT_EQ(told(raised), "S3:2 ");
}

TEST(signals, a_yielding_strategy_enters_no_opposite) {
  auto second = cross;
  second[0].second = "2";
  second[5].second = "close < 9";
  second[6].second = "close > 12";
  second.push_back({"conflict", "yield"});
  Desk desk({cross, second});
  auto raised = desk.bar(11);
  desk.settle(raised);
  EXPECT_EQ(told(desk.bar(13)), "");  // would sell against the first one's long position
  auto bold = second;
  bold.back().second = "allow";
  Desk free({cross, bold});
  raised = free.bar(11);
  free.settle(raised);
  EXPECT_EQ(told(free.bar(13)), "S1:0.1 ");
}

TEST(signals, every_signal_is_explained) {
  auto rsi = cross;
  rsi[5].second = "close > ema(3) and ema(3) > 1";
  Desk desk({rsi});
  EXPECT_FALSE(desk.bench.ask(ExplainSignalQuery{{1}, 0}).found);
  EXPECT_EQ(told(desk.bar(10)), "");
  EXPECT_EQ(told(desk.bar(12)), "B1:0.1 ");
  const auto why = desk.bench.ask(ExplainSignalQuery{{1}, 0});
  ASSERT_TRUE(why.found);
  EXPECT_EQ(why.rule, "long_when");
  EXPECT_EQ(why.text, "close > ema(3) and ema(3) > 1");
  EXPECT_EQ(why.values, (std::vector<std::pair<std::string, double>>{{"close", 12.0}, {"ema(3)", 11.0}}));
  EXPECT_EQ(why.time, desk.now);
  EXPECT_TRUE(desk.bench.ask(ExplainSignalQuery{{1}, 1}).found);
  EXPECT_FALSE(desk.bench.ask(ExplainSignalQuery{{1}, 2}).found);
  const auto list = desk.bench.ask(StrategiesQuery{});
  ASSERT_EQ(list.strategies.size(), 1u);
  EXPECT_EQ(list.strategies[0].stance, 1);
  EXPECT_EQ(list.strategies[0].working, 1u);
  EXPECT_FALSE(desk.bench.ask(ExplainSignalQuery{{9}, 0}).found);
}

TEST(signals, a_share_of_the_cash) {
  Pairs share{{"id", "1"}, {"account", "7"}, {"instrument", "1"}, {"bars", "1m"}, {"cash_share", "0.5"}, {"long_when", "close > 10"}};
  Desk desk({share});
  EXPECT_EQ(told(desk.bar(20)), "");  // the account is not known
  Account account;
  account.id = {7};
  account.cash = Money{static_cast<int128>(1000) * decimal_one * decimal_one, "EUR"};
  desk.bench.send(AccountOpened{account}, desk.now);
  EXPECT_EQ(told(desk.bar(20)), "");  // nor is a rate
  account.cash.currency = "USD";
  desk.bench.send(AccountOpened{account}, desk.now);
  EXPECT_EQ(told(desk.bar(20)), "B1:25 ");
}

TEST(signals, a_maker_keeps_both_sides_and_moves_them) {
  const Pairs maker{{"id", "1"},         {"account", "1"}, {"instrument", "1"}, {"kind", "maker"},
                    {"ticks", "quotes"}, {"every", "1"},   {"size", "1"},       {"maker", R"({"max_position": 1})"}};
  Desk desk({maker});
  EXPECT_EQ(told(desk.quote(100)), "");
  auto raised = desk.quote(100);
  ASSERT_EQ(told(raised), "B1:1@99.8 S2:1@101.2 ");
  desk.changed(raised[0], {1}, VenueState::working);
  desk.changed(raised[1], {2}, VenueState::working);
  EXPECT_EQ(told(desk.quote(100)), "");  // still wanted where they are
  desk.price = raised[0].terms.limit;
  EXPECT_EQ(told(desk.after_fill(raised[0], {1})), "");
  EXPECT_EQ(told(desk.quote(100)), "");  // at the bound: no new bid; no variance: the ask stays
  const auto moved = desk.quote(103);
  EXPECT_EQ(told(moved), "X2 ");
  EXPECT_EQ(told(desk.quote(103)), "");
  desk.changed(raised[1], {2}, VenueState::cancelled);
  EXPECT_EQ(told(desk.quote(103)).substr(0, 3), "S3:");
}

TEST(signals, a_grid_lays_the_next_step_when_one_fills) {
  const Pairs grid{{"id", "1"},         {"account", "1"}, {"instrument", "1"}, {"kind", "grid"},
                   {"ticks", "quotes"}, {"every", "1"},   {"size", "1"},       {"grid", R"({"step": 2, "levels": 1})"}};
  Desk desk({grid});
  const auto raised = desk.quote(100);
  ASSERT_EQ(told(raised), "B1:1@98.5 S2:1@102.5 ");
  desk.changed(raised[0], {1}, VenueState::working);
  desk.changed(raised[1], {2}, VenueState::working);
  desk.price = raised[0].terms.limit;
  EXPECT_EQ(told(desk.after_fill(raised[0], {1})), "S3:1@100.5 ");
}

TEST(signals, an_order_refused_is_not_raised_again_at_once) {
  const Pairs grid{{"id", "1"},         {"account", "1"}, {"instrument", "1"}, {"kind", "grid"},
                   {"ticks", "quotes"}, {"every", "1"},   {"size", "1"},       {"grid", R"({"step": 2, "levels": 1})"}};
  Desk desk({grid});
  const auto raised = desk.quote(100);
  EXPECT_EQ(told(desk.after(raised[0], {1}, VenueState::rejected)), "");
  EXPECT_EQ(told(desk.quote(100)), "B3:1@98.5 ");
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
