// The venue's own rules: phases, auctions, volatility, bands, tick tables, its own feed, funding, lies.
#include <gtest/gtest.h>

#include <map>

#include "runtime/testing.h"
#include "services/backtesting/wps/wps.h"
#include "wire/json.h"

namespace trade {
extern const ServiceType wps_service;
namespace {

constexpr InstrumentId instrument{1};
constexpr VenueId venue{7}, index_venue{9};
constexpr Time day_start{86'400'000'000'000 * 20'000};
constexpr Time at(std::int64_t s) { return day_start + seconds(s); }

// One venue without replayed data; `rules` are further keys of its configuration.
struct Rig {
  TestBench bench;
  std::uint64_t children = 0;

  static Document config(const std::string& rules) {
    auto parsed = parse_json(R"({"wps": {"venues": [{"venue": 7, "touch": "none")" + rules + "}]}}", "test");
    CHECK(parsed.ok(), "config");
    return std::move(parsed).value();
  }
  explicit Rig(const std::string& rules = {}, Contract contract = Contract::spot, std::int64_t began_s = 0)
      : bench({{"wps", &wps_service}}, config(rules)) {
    Instrument i;
    i.id = instrument;
    i.contract = contract;
    i.tick = Price{decimal_one / 10};
    i.lot = quantity_of(1);
    i.multiplier = quantity_of(1);
    i.quote = i.settle = "USD";
    i.tick_steps[0] = {price_of(200), price_of(1)};
    bench.send(InstrumentListed{i}, at(began_s));
  }
  ChildId place(Side side, std::int64_t lots, std::int64_t price, Time t, auto&& change) {
    VenuePlace p;
    p.child = {++children};
    p.venue = venue;
    p.terms.account = {1};
    p.terms.instrument = instrument;
    p.terms.side = side;
    p.terms.type = price ? OrderType::limit : OrderType::market;
    p.terms.tif = TimeInForce::gtc;
    p.terms.quantity = quantity_of(lots);
    p.terms.limit = price_of(price);
    change(p.terms);
    bench.send(p, t);
    return p.child;
  }
  ChildId place(Side side, std::int64_t lots, std::int64_t price, Time t) {
    return place(side, lots, price, t, [](OrderTerms&) {});
  }
  // "child:kind[:reason]" of the reports since the last call.
  std::string said() {
    std::string out;
    for (const auto& r : bench.take<VenueReport>()) {
      out += (out.empty() ? "" : " ") + std::to_string(r.child.value) + ":" + std::string(name_of(r.kind));
      if (r.reason != Reason::none) out += ":" + std::string(name_of(r.reason));
    }
    return out;
  }
  std::vector<TradingPhase> phases() {
    std::vector<TradingPhase> out;
    for (const auto& p : bench.take<PhaseChanged>()) out.push_back(p.phase);
    return out;
  }
};
constexpr Side buy = Side::buy, sell = Side::sell;
using Phases = std::vector<TradingPhase>;

constexpr const char* trading_day = R"(, "schedule": [{"at": "60s", "phase": "opening_auction"}, {"at": "120s", "phase": "continuous"},
  {"at": "300s", "phase": "closing_auction"}, {"at": "360s", "phase": "closed"}])";

TEST(wps_rules, a_day_goes_by_its_schedule) {
  Rig r(trading_day);
  EXPECT_EQ(r.phases(), Phases{TradingPhase::closed}) << "yesterday's last";
  r.place(buy, 1, 100, at(1));
  EXPECT_EQ(r.said(), "1:rejected:venue_closed");
  r.bench.run_timers(at(60));
  EXPECT_EQ(r.phases(), Phases{TradingPhase::opening_auction});
  r.place(buy, 5, 101, at(61));
  r.place(sell, 3, 99, at(62), [](auto& t) { t.tif = TimeInForce::at_open; });
  r.place(sell, 1, 98, at(62), [](auto& t) { t.tif = TimeInForce::at_close; });
  const auto told = r.bench.take<AuctionIndicated>();
  ASSERT_EQ(told.size(), 1u);
  EXPECT_EQ(told[0].price, price_of(99));
  EXPECT_EQ(told[0].matched, quantity_of(3));
  EXPECT_EQ(told[0].imbalance, quantity_of(2));
  EXPECT_EQ(told[0].surplus, buy);
  r.said();
  r.bench.run_timers(at(120));
  auto reports = r.bench.take<VenueReport>();
  ASSERT_EQ(reports.size(), 2u);
  EXPECT_EQ(reports[0].price, price_of(99));
  EXPECT_EQ(reports[0].liquidity, Liquidity::maker);
  EXPECT_EQ(reports[1].liquidity, Liquidity::maker) << "an auction's trades are charged the maker rate";
  r.bench.run_timers(at(300));
  r.place(buy, 1, 99, at(301), [](auto& t) { t.tif = TimeInForce::day; });
  EXPECT_EQ(r.said(), "5:accepted");
  r.bench.run_timers(at(360));
  EXPECT_EQ(r.said(), "2:filled 4:filled 5:expired");
  EXPECT_EQ(r.phases(), (Phases{TradingPhase::continuous, TradingPhase::closing_auction, TradingPhase::closed}));
  r.bench.run_timers(at(86'400 + 60));
  EXPECT_EQ(r.phases(), Phases{TradingPhase::opening_auction}) << "and again the next day";
}

TEST(wps_rules, a_price_that_moves_too_far_calls_an_auction) {
  Rig r(R"(, "volatility": {"range": "0.05", "window": "60s", "auction": "30s"})");
  r.place(sell, 1, 100, at(1));
  r.place(sell, 1, 104, at(1));
  r.place(sell, 9, 106, at(1));
  r.place(buy, 2, 104, at(2));
  EXPECT_EQ(r.phases(), Phases{}) << "104 is within 5 %";
  r.place(buy, 1, 106, at(3));
  EXPECT_EQ(r.phases(), Phases{TradingPhase::volatility_auction});
  r.said();
  r.place(buy, 3, 107, at(10));
  EXPECT_EQ(r.said(), "6:accepted");
  EXPECT_EQ(r.bench.take<AuctionIndicated>().back().matched, quantity_of(3));
  r.bench.run_timers(at(33));
  EXPECT_EQ(r.said(), "3:filled 6:filled");
  EXPECT_EQ(r.phases(), Phases{TradingPhase::continuous});
  r.place(buy, 1, 106, at(34));
  EXPECT_EQ(r.phases(), Phases{}) << "the range begins anew where the auction ended";
}

TEST(wps_rules, a_band_stands_around_the_first_price_of_the_day) {
  Rig r(R"(, "band": "0.1")");
  r.place(sell, 1, 100, at(1));
  r.place(sell, 1, 150, at(1));
  r.place(buy, 1, 100, at(2));
  EXPECT_EQ(r.said(), "1:accepted 2:accepted 3:accepted 1:filled 3:filled 2:cancelled:venue_band");
  r.place(sell, 1, 111, at(3));
  r.place(sell, 1, 110, at(3));
  EXPECT_EQ(r.said(), "4:rejected:venue_band 5:accepted");
}

TEST(wps_rules, coarser_ticks_at_higher_prices) {
  Rig r;
  const auto at_price = [&](std::int64_t tenths, Reason why) {
    r.place(sell, 1, 1, at(1), [&](auto& t) { t.limit = Price{decimal_one / 10 * tenths}; });
    const auto told = r.bench.take<VenueReport>();
    ASSERT_EQ(told.size(), 1u);
    EXPECT_EQ(told[0].reason, why) << tenths;
  };
  at_price(1999, Reason::none);
  at_price(2000, Reason::none);
  at_price(2005, Reason::venue_tick);
  at_price(2010, Reason::none);
}

TEST(wps_rules, conditions_off_lot_or_tick_are_refused) {
  Rig r;
  const auto half = Quantity{decimal_one / 2};
  r.place(buy, 4, 100, at(1), [&](auto& t) { t.display = half; });
  r.place(buy, 4, 100, at(1), [&](auto& t) { t.display = quantity_of(5); });
  r.place(buy, 4, 100, at(1), [&](auto& t) { t.minimum = half; });
  r.place(buy, 4, 0, at(1), [&](auto& t) { t.type = OrderType::trailing_stop, t.offset = Price{1}; });
  r.place(buy, 4, 0, at(1), [&](auto& t) { t.type = OrderType::pegged; });
  r.place(buy, 4, 100, at(1), [&](auto& t) { t.display = quantity_of(1), t.tif = TimeInForce::ioc; });
  r.place(buy, 4, 100, at(1), [&](auto& t) { t.post_only = true; });
  r.place(sell, 4, 100, at(1), [&](auto& t) { t.post_only = true; });
  EXPECT_EQ(r.said(),
            "1:rejected:order_bad_display 2:rejected:order_bad_display 3:rejected:order_bad_minimum 4:rejected:order_bad_offset "
            "5:rejected:venue_no_reference 6:rejected:venue_bad_order 7:accepted 8:rejected:venue_would_trade");
}

TEST(wps_rules, self_match_goes_by_account) {
  Rig r;
  r.place(sell, 5, 100, at(1));
  r.place(sell, 5, 100, at(1), [](auto& t) { t.account = {2}; });
  r.place(buy, 3, 100, at(2), [](auto& t) { t.self_match = SelfMatch::decrement; });
  EXPECT_EQ(r.said(), "1:accepted 2:accepted 3:accepted 1:replaced:venue_self_match 3:cancelled:venue_self_match");
  r.bench.send(VenueQuery{{1}, venue, instrument}, at(3));
  EXPECT_EQ(r.bench.take<VenueReport>()[0].leaves, quantity_of(2));
}

TEST(wps_rules, nothing_goes_on_before_there_is_a_time) {
  Rig r(std::string(trading_day) + R"(, "agents": {"makers": 1, "interval": "1s"}, "index": 9, "funding": {"interval": "8h"})",
        Contract::linear, -day_start.ns / 1'000'000'000);
  EXPECT_TRUE(r.bench.loop().timers().empty()) << "listed at time 0";
  EXPECT_TRUE(r.phases().empty());
  r.bench.send(Quote{instrument, index_venue, price_of(99), quantity_of(1), price_of(101), quantity_of(1)}, at(70));
  EXPECT_EQ(r.phases(), Phases{TradingPhase::opening_auction});
  EXPECT_EQ(r.bench.take<MarketStatus>().size(), 1u);
  EXPECT_EQ(r.bench.loop().timers().size(), 3u);
}

// The book as its published changes build it up.
struct Reader {
  std::map<Price, Quantity> side[2];
  void take(const std::vector<BookChanged>& all) {
    for (const auto& m : all)
      for (int s = 0; s < 2; ++s)
        for (const auto& l : s == 0 ? m.bids : m.asks) {
          if (l.quantity.units == 0) side[s].erase(l.price);
          else side[s][l.price] = l.quantity;
        }
  }
};

TEST(wps_rules, its_own_book_trades_and_quotes_are_published) {
  Rig r(R"(, "depth": 2)");
  EXPECT_EQ(r.bench.take<MarketStatus>().at(0).state, FeedState::live);
  Reader reader;
  r.place(buy, 5, 100, at(1));
  r.place(buy, 2, 99, at(1));
  r.place(buy, 2, 98, at(1));
  r.place(sell, 4, 103, at(1), [](auto& t) { t.display = quantity_of(1); });
  reader.take(r.bench.take<BookChanged>());
  EXPECT_EQ(reader.side[0], (std::map<Price, Quantity>{{price_of(100), quantity_of(5)}, {price_of(99), quantity_of(2)}}));
  EXPECT_EQ(reader.side[1], (std::map<Price, Quantity>{{price_of(103), quantity_of(1)}}));
  const auto quotes = r.bench.take<Quote>();
  ASSERT_EQ(quotes.size(), 2u);
  EXPECT_EQ(quotes[1].ask, price_of(103));
  EXPECT_EQ(quotes[1].bid_quantity, quantity_of(5));
  r.place(sell, 6, 99, at(2));
  reader.take(r.bench.take<BookChanged>());
  EXPECT_EQ(reader.side[0], (std::map<Price, Quantity>{{price_of(99), quantity_of(1)}, {price_of(98), quantity_of(2)}}));
  const auto trades = r.bench.take<Trade>();
  ASSERT_EQ(trades.size(), 2u);
  EXPECT_EQ(trades[0].aggressor, sell);
  EXPECT_EQ(trades[1].trade_id, 2u);
  EXPECT_EQ(trades[1].price, price_of(99));
}

TEST(wps_rules, a_perpetual_funds_by_its_premium_over_the_index) {
  Rig r(R"(, "index": 9, "funding": {"interval": "8h", "sample": "60s"})", Contract::linear);
  r.place(buy, 1, 101, at(1));
  r.place(sell, 1, 102, at(1));
  r.bench.run_timers(at(3600));
  r.bench.send(Quote{instrument, index_venue, price_of(99), quantity_of(1), price_of(101), quantity_of(1)}, at(3601));
  r.bench.run_timers(at(8 * 3600));
  const auto due = r.bench.take<FundingDue>();
  ASSERT_EQ(due.size(), 1u);
  EXPECT_EQ(due[0].rate.units, 1'000'000 - 50'000) << "1 %, pulled 0.05 % towards the interest";
  EXPECT_EQ(due[0].mark, Price{10'122'500'000}) << "nothing traded: between index x 1.0095 and index + 1.5";
  Rig spot(R"(, "index": 9, "funding": {"interval": "8h"})");
  spot.bench.run_timers(at(9 * 3600));
  EXPECT_TRUE(spot.bench.take<FundingDue>().empty());
}

// A session of the two sides trading; every report it told.
std::vector<VenueReport> session(const std::string& faults) {
  Rig r(R"(, "faults": )" + faults);
  std::vector<VenueReport> all;
  for (int i = 0; i < 400; ++i) {
    r.place(sell, 3, 100, at(i));
    r.place(buy, 2, 100, at(i));
    r.bench.send(VenueCancel{{r.children - 1}, venue, instrument}, at(i));
    for (const auto& m : r.bench.take<VenueReport>()) all.push_back(m);
  }
  return all;
}

TEST(wps_rules, lies_are_told_as_often_as_asked_for_and_only_those) {
  struct Count {
    int overfill = 0, after_cancel = 0, unknown = 0, changed = 0, bust = 0, correct = 0;
  };
  const auto count = [](const std::vector<VenueReport>& all) {
    Count n;
    std::map<ExecutionId, Quantity> executions;
    std::map<ChildId, ReportKind> last;
    for (const auto& m : all) {
      if (m.kind == ReportKind::busted) ++n.bust;
      if (m.kind == ReportKind::corrected) ++n.correct;
      if (m.kind != ReportKind::filled) {
        last[m.child] = m.kind;
        continue;
      }
      if (m.child.value >> 62) ++n.unknown;
      else if (last[m.child] == ReportKind::cancelled) ++n.after_cancel;
      else if (m.filled > quantity_of(3) || (m.leaves.units == 0 && m.filled == quantity_of(3))) ++n.overfill;
      if (executions.contains(m.execution) && executions[m.execution] != m.quantity) ++n.changed;
      executions[m.execution] = m.quantity;
    }
    return n;
  };
  const auto honest = count(session("{}"));
  EXPECT_EQ(honest.overfill + honest.after_cancel + honest.unknown + honest.changed + honest.bust + honest.correct, 0);
  EXPECT_EQ(count(session(R"({"fill_after_cancel": 10000})")).after_cancel, 400);
  EXPECT_EQ(count(session(R"({"unknown_order": 10000})")).unknown, 800);
  EXPECT_EQ(count(session(R"({"changed_execution": 10000})")).changed, 800);
  EXPECT_EQ(count(session(R"({"overfill": 10000})")).overfill, 400);
  const auto busts = count(session(R"({"seed": 3, "bust": 1000, "correct": 1000})"));
  EXPECT_NEAR(busts.bust, 80, 30);
  EXPECT_NEAR(busts.correct, 72, 30);
  EXPECT_EQ(session(R"({"seed": 3, "bust": 1000})").size(), session(R"({"seed": 3, "bust": 1000})").size()) << "seeded";
}

TEST(wps_rules, fees_fall_with_the_volume_of_thirty_days) {
  Rig r(R"(, "fees": [{"volume": "0", "maker": "0.0002", "taker": "0.0005"}, {"volume": "1000", "maker": "0.0001", "taker": "0.0004"}])");
  const VenueFeesQuery ask{venue, {1}, "USD"};
  EXPECT_EQ(r.bench.ask(ask).taker, Ratio{50'000});
  r.place(sell, 5, 100, at(1), [](auto& t) { t.account = {2}; });
  r.place(sell, 6, 100, at(1), [](auto& t) { t.account = {2}; });
  r.place(buy, 5, 100, at(2));
  EXPECT_EQ(r.bench.ask(ask).volume, (Money{money_one * 500, "USD"}));
  EXPECT_EQ(r.bench.ask(ask).taker, Ratio{50'000});
  r.place(buy, 5, 100, at(3));
  EXPECT_EQ(r.bench.ask(ask).taker, Ratio{40'000});
  EXPECT_EQ(r.bench.ask(VenueFeesQuery{venue, {3}, "USD"}).maker, Ratio{20'000});
  EXPECT_FALSE(r.bench.ask(VenueFeesQuery{{99}, {1}, "USD"}).tiered);
  r.place(buy, 1, 100, at(40 * 86'400));
  EXPECT_EQ(r.bench.ask(ask).volume, (Money{money_one * 100, "USD"})) << "what is older counts no more";
}

TEST(wps_rules, single_orders_are_told_in_priority) {
  Rig r;
  r.place(buy, 5, 100, at(1));
  r.place(buy, 5, 101, at(1), [](auto& t) { t.display = quantity_of(2); });
  r.place(buy, 5, 101, at(1), [](auto& t) { t.minimum = quantity_of(2); });
  r.place(sell, 1, 103, at(1));
  const auto told = r.bench.ask(BookOrdersQuery{venue, instrument});
  ASSERT_EQ(told.orders.size(), 3u) << "the hidden one is not shown";
  EXPECT_EQ(told.orders[0].id, 2u);
  EXPECT_EQ(told.orders[0].quantity, quantity_of(2));
  EXPECT_EQ(told.orders[1].id, 1u);
  EXPECT_EQ(told.orders[2].price, price_of(103));
}

TEST(wps_rules, jitter_delays_within_its_bound_and_nobody_is_overtaken) {
  Rig r(R"(, "order_jitter": "40ms", "report_jitter": "20ms")");
  std::vector<ChildId> sent;
  std::int64_t slowest = 0;
  std::size_t heard = 0;
  for (std::int64_t ms = 0; ms < 3000; ++ms) {
    const Time now = at(1) + milliseconds(ms);
    r.bench.run_timers(now);
    if (ms % 10 == 0 && sent.size() < 200) sent.push_back(r.place(buy, 1, 50, now));
    for (const auto& m : r.bench.take<VenueReport>()) {
      ASSERT_EQ(m.child, sent[heard]);
      slowest = std::max(slowest, ms - 10 * static_cast<std::int64_t>(heard++));
    }
  }
  EXPECT_EQ(heard, sent.size());
  EXPECT_LE(slowest, 61);
  EXPECT_GE(slowest, 40) << "it does jitter";
}

TEST(wps_rules, a_bust_takes_the_quantity_out_of_the_order) {
  Rig r(R"(, "faults": {"bust": 10000})");
  r.place(sell, 3, 100, at(1));
  r.place(buy, 2, 100, at(1));
  const auto told = r.bench.take<VenueReport>();
  ASSERT_EQ(told.size(), 6u);
  EXPECT_EQ(told[3].kind, ReportKind::busted);
  EXPECT_EQ(told[3].execution, told[2].execution);
  EXPECT_EQ(told[3].filled, Quantity{});
  EXPECT_EQ(told[3].leaves, quantity_of(1));
  EXPECT_EQ(told[5].leaves, Quantity{});
}

constexpr const char* crowd =
    R"(, "agents": {"makers": 3, "noise": 8, "informed": 2, "momentum": 1, "seed": 4, "interval": "100ms", "price": 1500})";

// A minute of agents with one order of ours each second; `restart` puts the state into a new rig half way.
std::string minute(bool restart) {
  auto r = std::make_unique<Rig>(crowd);
  std::string log;
  for (int s = 1; s <= 60; ++s) {
    r->bench.run_timers(at(s));
    r->place(s % 2 ? buy : sell, 5, 0, at(s));
    for (const auto& m : r->bench.take<Trade>()) log += std::to_string(m.price.units / 10'000'000) + " ";
    log += r->said() + "\n";
    if (!restart || s != 30) continue;
    auto next = std::make_unique<Rig>(crowd);
    next->bench.restore(0, r->bench.save(0));
    ByteWriter timers;
    r->bench.loop().save(timers);
    ByteReader in(timers.bytes());
    next->bench.loop().load(in);
    next->children = r->children;
    r = std::move(next);
    r->bench.take<Trade>();
  }
  return log + r->bench.save(0);
}

TEST(wps_rules, agents_make_a_market_without_any_replayed_data) {
  Rig r(crowd);
  r.bench.run_timers(at(60));
  EXPECT_GT(r.bench.take<Trade>().size(), 100u);
  const auto quotes = r.bench.take<Quote>();
  ASSERT_GT(quotes.size(), 100u);
  for (const auto& q : quotes) EXPECT_TRUE(q.bid.units == 0 || q.ask.units == 0 || q.bid < q.ask);
  r.bench.send(FeedEnded{index_venue}, at(60));
  r.bench.take<Trade>();
  r.bench.run_timers(at(62));
  EXPECT_TRUE(r.bench.take<Trade>().empty()) << "a run ends with its recorded feed";
  r.place(buy, 5, 0, at(61));
  const auto told = r.bench.take<VenueReport>();
  ASSERT_GE(told.size(), 2u);
  EXPECT_EQ(told[1].kind, ReportKind::filled);
  EXPECT_NEAR(static_cast<double>(told[1].price.units), 150e8, 15e8);
  const auto whole = minute(false);
  EXPECT_EQ(whole, minute(false));
  EXPECT_EQ(whole, minute(true)) << "a restart changes nothing";
}

TEST(wps_rules, configuration_is_checked) {
  const auto bad = [](const std::string& rules) {
    const auto whole = Rig::config(rules);
    const auto made = wps_service.make(whole.find("wps"));
    return made.ok() ? std::string{} : made.error().text();
  };
  EXPECT_EQ(bad(trading_day), "");
  EXPECT_NE(bad(R"(, "schedule": [{"at": "2s"}, {"at": "1s"}])").find("wps.venues[0].schedule"), std::string::npos);
  EXPECT_NE(bad(R"(, "schedule": [{"at": "1d"}])").find("schedule"), std::string::npos);
  EXPECT_NE(bad(R"(, "volatility": {"range": "0.1", "window": "0s"})").find("volatility"), std::string::npos);
  EXPECT_NE(bad(R"(, "band": "1")").find("band"), std::string::npos);
  EXPECT_NE(bad(R"(, "fees": [{"volume": "2"}, {"volume": "1"}])").find("fees"), std::string::npos);
  EXPECT_NE(bad(R"(, "order_jitter": "-1ms")").find("jitter"), std::string::npos);
  EXPECT_NE(bad(R"(, "depth": 1001)").find("depth"), std::string::npos);
  EXPECT_NE(bad(R"(, "faults": {"bust": 10001})").find("faults"), std::string::npos);
  EXPECT_NE(bad(R"(, "index": 9, "funding": {"interval": "7h"})").find("funding"), std::string::npos);
  EXPECT_NE(bad(R"(, "funding": {"interval": "8h"})").find("index"), std::string::npos);
}

}  // namespace
}  // namespace trade
