#pragma once
#include <gtest/gtest.h>

#include "runtime/define_service.h"
#include "runtime/testing.h"
#include "services/trading/oms/oms.h"

// The rig of oms's tests: one instrument, one venue, one account, and gates that are told what to say. Tests only.
namespace trade {
extern const ServiceType oms_service;

// Plays the gates: blocks quantity 13, holds quantity 7 back until told (as a slow gate would), approves the rest.
struct Gate {
  struct Config { FIELDS(Config) };
  struct State { FIELDS(State) };
  using In = Consumes<OrderIntended>;
  using Out = Emits<OrderApproved, OrderBlocked>;
  explicit Gate(const Config&) {}
  void on(const OrderIntended& m, Context<Out>& context) {
    if (m.terms.quantity == quantity_of(13)) context.publish(OrderBlocked{m.order, m.replace, Reason::risk_max_quantity});
    else if (m.terms.quantity != quantity_of(7)) context.publish(OrderApproved{m.order, m.replace});
  }
  State state;
};
inline const ServiceType gate_service = service_type<Gate>();

class OmsTest : public testing::Test {
 protected:
  OmsTest() : bench({{"oms", &oms_service}, {"gate", &gate_service}}) {
    Instrument i;
    i.id = InstrumentId{1};
    i.symbol = "BTCUSDT";
    i.contract = Contract::linear;
    i.quote = i.settle = "USDT";
    i.multiplier = quantity_of(1);
    bench.send(InstrumentListed{i}, now);
    bench.send(VenueListed{Venue{VenueId{1}, "sim", Ratio{10'000}, Ratio{40'000}, {}, {}}}, now);
    bench.send(AccountOpened{Account{AccountId{1}, "main", {0, "USDT"}}}, now);
  }
  static OrderTerms terms(std::int64_t quantity = 3) {
    OrderTerms t;
    t.account = AccountId{1};
    t.instrument = InstrumentId{1};
    t.type = OrderType::limit;
    t.tif = TimeInForce::gtc;
    t.quantity = quantity_of(quantity);
    t.limit = price_of(100);
    return t;
  }
  template <class M>
  void send(const M& m) { bench.send(m, now); }
  void place(const char* id, std::int64_t quantity = 3) { send(PlaceOrder{id, terms(quantity)}); }
  void said(ExecutionKind kind, Reason reason = Reason::none) {
    Execution e;
    e.order = OrderId{1};
    e.kind = kind;
    e.reason = reason;
    send(e);
  }
  void filled(std::uint64_t execution, std::int64_t quantity, std::uint64_t order = 1) {
    Execution e;
    e.order = OrderId{order};
    e.kind = ExecutionKind::filled;
    e.venue = VenueId{1};
    e.execution = ExecutionId{execution};
    e.price = price_of(100);
    e.quantity = quantity_of(quantity);
    e.liquidity = Liquidity::taker;
    send(e);
  }
  // At venue time `at`; of a correction the true quantity, at a price of 100.
  void amended(ExecutionKind kind, std::uint64_t execution, std::int64_t at, std::int64_t quantity = 0) {
    Execution e;
    e.order = OrderId{1};
    e.kind = kind;
    e.venue = VenueId{1};
    e.execution = ExecutionId{execution};
    e.venue_time = Time{at};
    e.price = price_of(100);
    e.quantity = quantity_of(quantity);
    send(e);
  }
  // What was taken back and booked since the last call: " -1 +2x3" is fill 1, and fill 2 of 3.
  std::string booked() {
    std::string s;
    for (const auto& r : bench.take<FillReversed>()) s += " -" + std::to_string(r.fill.fill.value);
    for (const auto& f : bench.take<Fill>()) s += " +" + std::to_string(f.fill.value) + "x" + print(f.quantity);
    return s;
  }
  void restated(std::int64_t done, bool open) {
    Execution e;
    e.order = OrderId{1};
    e.kind = ExecutionKind::restated;
    e.filled = quantity_of(done);
    e.open = open;
    send(e);
  }
  void replaced(std::int64_t quantity, std::int64_t price) {
    Execution e;
    e.order = OrderId{1};
    e.kind = ExecutionKind::replaced;
    e.quantity = quantity_of(quantity);
    e.price = price_of(price);
    send(e);
  }
  OrderView view(std::uint64_t order = 1) const { return bench.ask(OrderQuery{OrderId{order}}); }
  OrderStatistics statistics() const { return bench.ask(OrderStatisticsQuery{}); }

  Time now{1'000'000'000};
  TestBench bench;
};

#define EXPECT_STATE(v, s, p)                     \
  EXPECT_EQ(name_of((v).state), name_of(VenueState::s)); \
  EXPECT_EQ(name_of((v).pending), name_of(Pending::p))

}  // namespace trade
