#pragma once
#include <gtest/gtest.h>

#include "runtime/testing.h"
#include "services/trading/risk/risk.h"
#include "wire/binary.h"
#include "wire/json.h"

namespace trade {

extern const ServiceType risk_service;

inline const Instrument perp{{1}, "BTCUSDT", Contract::linear, "BTC", "USDT", "USDT", {10'000'000}, {100'000}, {}, {}, quantity_of(1)};

// risk alone, with two accounts, two venues' worth of reference data and a last trade at 100.
struct RiskRig {
  TestBench bench;
  std::uint64_t order = 0, fill = 0;
  Time now{2};
  explicit RiskRig(const char* config = "{}") : bench({{"risk", &risk_service}}, *parse_json(config, "config")) {
    bench.send(InstrumentListed{perp}, Time{1});
    auto bare = perp, spot = perp;
    bare.id = {2};
    bare.symbol = "BARE";  // nobody has traded it
    spot.id = {3};
    spot.symbol = "SPOT";
    spot.contract = Contract::spot;
    spot.min_notional = price_of(10);
    bench.send(InstrumentListed{bare}, Time{1});
    bench.send(InstrumentListed{spot}, Time{1});
    bench.send(VenueListed{{{1}, "v", {}, {40'000}, {}, {}}}, Time{1});
    bench.send(AccountOpened{{{1}, "desk", {money_one * 1'000'000, "USDT"}}}, Time{1});
    bench.send(AccountOpened{{{2}, "other", {money_one * 1'000'000, "USDT"}}}, Time{1});
    trade(100, Time{1});
  }
  template <class M>
  void send(const M& m) { bench.send(m, now); }
  void trade(std::int64_t price, std::uint32_t instrument = 1) { trade(price, now, instrument); }
  void trade(std::int64_t price, Time t, std::uint32_t instrument = 1) {
    Trade m;
    m.instrument = {instrument};
    m.price = price_of(price);
    bench.send(m, t);
  }
  OrderTerms terms(Side side, std::int64_t lots, std::int64_t price = 0, std::uint32_t account = 1) const {
    OrderTerms t;
    t.account = {account};
    t.instrument = {1};
    t.side = side;
    t.type = price == 0 ? OrderType::market : OrderType::limit;
    t.quantity = perp.lot * lots;
    t.limit = price_of(price);
    return t;
  }
  Reason intend(const OrderTerms& t) { return intend(t, now); }
  Reason intend(const OrderTerms& t, Time now) { return decide({++order}, false, t, now); }
  Reason decide(OrderId id, bool replace, const OrderTerms& t, Time now) {
    bench.send(OrderIntended{id, replace, t}, now);
    const auto approved = bench.take<OrderApproved>();
    const auto blocked = bench.take<OrderBlocked>();
    EXPECT_EQ(approved.size() + blocked.size(), 1u);
    EXPECT_EQ(approved.empty() ? blocked[0].order : approved[0].order, id);
    EXPECT_EQ(approved.empty() ? blocked[0].replace : approved[0].replace, replace);
    return approved.empty() ? blocked[0].reason : Reason::none;
  }
  void change(OrderId id, const OrderTerms& t, VenueState state, Pending pending, Quantity filled, Time now) {
    bench.send(OrderChanged{id, t.account, {}, t.instrument, t.side, state, pending, {}, t.quantity, filled, t.limit}, now);
  }
  void change(OrderId id, const OrderTerms& t, VenueState state, Pending pending, Quantity filled) {
    change(id, t, state, pending, filled, now);
  }
  void fill_whole(OrderId id, const OrderTerms& t, std::int64_t price) { fill_whole(id, t, price, now); }
  void fill_whole(OrderId id, const OrderTerms& t, std::int64_t price, Time now) {
    Fill f;
    f.fill = {++fill};
    f.order = id;
    f.account = t.account;
    f.strategy = t.strategy;
    f.instrument = t.instrument;
    f.side = t.side;
    f.quantity = t.quantity;
    f.value = booked(value_of(perp, price_of(price), t.quantity));
    f.fee = booked(times(f.value, Ratio{40'000}));
    bench.send(f, now);
    change(id, t, VenueState::filled, Pending::none, t.quantity, now);
  }
  CommandAnswered kill(const char* id, std::uint32_t account, bool killed, Time now = Time{9}) {
    bench.send(SetKill{id, {account}, killed}, now);
    return answered();
  }
  void mark(std::int64_t price) { send(Mark{{1}, {1}, price_of(price)}); }
  void var(std::int64_t amount, double marginal) {
    const MarginalVar one{{1}, {static_cast<std::int64_t>(marginal * 1e8)}};
    send(SetValueAtRisk{"var", {1}, {money_one * amount, "USDT"}, std::span(&one, 1)});
  }
  CommandAnswered answered() {
    const auto answers = bench.take<CommandAnswered>();
    EXPECT_EQ(answers.size(), 1u);
    return answers.at(0);
  }
  // The state without what a refused order may move: counts of refusals and of messages.
  std::string quiet_state() const {
    const std::string bytes = bench.save(0);
    Risk::State s;
    ByteReader r(bytes);
    EXPECT_TRUE(wire::read_binary(r, s) && r.at_end());
    s.blocked = 0;
    s.reasons = {};
    for (auto& f : s.portfolio.funds) f.messages = {}, f.recent = {};
    for (auto& e : s.portfolio.strategies) e.value.messages = {};
    for (auto& e : s.portfolio.venues) e.value.messages = {};
    ByteWriter w;
    wire::write_binary(w, s);
    return w.take();
  }
};

}  // namespace trade
