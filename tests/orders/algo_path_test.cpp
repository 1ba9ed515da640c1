#include <gtest/gtest.h>

#include <deque>
#include <map>

#include "messages/execution.h"
#include "messages/market.h"
#include "messages/orders.h"
#include "messages/queries.h"
#include "messages/reference.h"
#include "messages/venue.h"
#include "runtime/define_service.h"
#include "runtime/testing.h"

// Orders with an algorithm from the client's command to the last fill: oms and exeq together, with a venue that answers after a while.
namespace trade {
extern const ServiceType oms_service;
extern const ServiceType exeq_service;

namespace {

struct Gate {
  struct Config {
    FIELDS(Config)
  };
  struct State {
    FIELDS(State)
  };
  using In = Consumes<OrderIntended>;
  using Out = Emits<OrderApproved>;
  explicit Gate(const Config&) {}
  void on(const OrderIntended& m, Context<Out>& context) {
    OrderApproved a;
    a.order = m.order;
    a.replace = m.replace;
    context.publish(a);
  }
  State state;
};
const ServiceType gate = service_type<Gate>();

class AlgoPath : public testing::Test {
 protected:
  AlgoPath() : bench({{"oms", &oms_service}, {"gate", &gate}, {"exeq", &exeq_service}}) {
    Instrument i;
    i.id = InstrumentId{1};
    i.contract = Contract::linear;
    i.quote = i.settle = "USDT";
    i.multiplier = i.lot = quantity_of(1);
    send(InstrumentListed{i});
    send(VenueListed{Venue{VenueId{1}, "v", {}, {}, {}, {}}});
    send(Quote{InstrumentId{1}, VenueId{1}, price_of(99), quantity_of(50), price_of(100), quantity_of(50)});
    send(AccountOpened{Account{AccountId{1}, "main", {}}});
  }
  template <class M>
  void send(const M& m) {
    bench.send(m, now);
    for (const auto& p : bench.take<VenuePlace>()) {
      answer(p, ReportKind::accepted, {}, p.terms.quantity);
      answer(p, ReportKind::filled, p.terms.quantity, {});
      sent += p.terms.quantity;
    }
    for (const auto& f : bench.take<Fill>()) booked += f.quantity;
  }
  void answer(const VenuePlace& p, ReportKind kind, Quantity filled, Quantity leaves) {
    VenueReport r;
    r.child = p.child;
    r.venue = p.venue;
    r.kind = kind;
    r.request = kind == ReportKind::accepted ? p.request : RequestNumber{};
    r.execution = ExecutionId{p.child.value};
    r.price = price_of(100);
    r.quantity = r.filled = filled;
    r.leaves = leaves;
    r.venue_time = now;
    answers.emplace_back(now + milliseconds(200), r);
  }
  void run(Duration length) {
    for (const Time end = now + length; now < end;) {
      now = now + milliseconds(100);
      bench.run_timers(now);
      send(Trade{InstrumentId{1}, VenueId{1}, now, ++trades, price_of(100), quantity_of(1), Side::buy});
      while (!answers.empty() && answers.front().first <= now) {
        const VenueReport r = answers.front().second;
        answers.pop_front();
        send(r);
      }
    }
  }
  void place(const char* id, Algo algo, std::int64_t quantity, Duration length) {
    PlaceOrder m;
    m.id = id;
    m.terms.account = AccountId{1};
    m.terms.instrument = InstrumentId{1};
    m.terms.type = OrderType::limit;
    m.terms.limit = price_of(100);
    m.terms.tif = TimeInForce::gtc;
    m.terms.quantity = quantity_of(quantity);
    m.terms.algo = algo;
    m.terms.end = now + length;
    m.terms.display = algo == Algo::iceberg ? quantity_of(7) : Quantity{};
    const bool shared = algo == Algo::pov || algo == Algo::shortfall;
    m.terms.participation = shared ? Ratio{decimal_one / 2} : Ratio{};
    send(m);
  }
  OrderView order(std::uint64_t id) const { return bench.ask(OrderQuery{OrderId{id}}); }

  TestBench bench;
  Time now{seconds(1'000'000).ns};
  std::deque<std::pair<Time, VenueReport>> answers;
  std::uint64_t trades = 0;
  Quantity sent, booked;
};

TEST_F(AlgoPath, EveryAlgorithmIsFilledToTheLastUnit) {
  std::uint64_t id = 0;
  for (const auto algo : {Algo::twap, Algo::vwap, Algo::shortfall, Algo::pov, Algo::iceberg, Algo::sniper}) {
    const Quantity before = booked;
    place(std::string(name_of(algo)).c_str(), algo, 50, seconds(60));
    const OrderView begun = order(++id);
    ASSERT_EQ(begun.state, VenueState::working) << name_of(algo) << " " << name_of(begun.reason);
    run(seconds(30));
    EXPECT_NE(order(id).state, VenueState::unknown) << name_of(algo);  // no time-out, though pieces come late
    run(seconds(31));
    EXPECT_EQ(order(id).state, VenueState::filled) << name_of(algo);
    EXPECT_EQ(booked - before, quantity_of(50)) << name_of(algo);
  }
  EXPECT_EQ(sent, booked);
}

TEST_F(AlgoPath, CancelledAndExpiredOrdersSendNothingMore) {
  place("a", Algo::twap, 60, seconds(60));
  run(seconds(15));
  CancelOrder cancel;
  cancel.id = "c";
  cancel.account = AccountId{1};
  cancel.target = "a";
  send(cancel);
  run(seconds(1));
  EXPECT_EQ(order(1).state, VenueState::cancelled);
  EXPECT_EQ(order(1).filled, quantity_of(20));
  run(seconds(60));
  EXPECT_EQ(booked, quantity_of(20));

  place("b", Algo::pov, 10'000, seconds(20));
  run(seconds(25));
  EXPECT_EQ(order(2).state, VenueState::expired);
  const Quantity then = booked;
  EXPECT_EQ(order(2).filled + quantity_of(20), then);
  EXPECT_GT(order(2).filled, quantity_of(50));  // half of what traded until the last look
  run(seconds(60));
  EXPECT_EQ(booked, then);
}

TEST_F(AlgoPath, ARestartInTheMiddleLosesNothing) {
  place("a", Algo::twap, 60, seconds(60));
  run(seconds(15));
  for (std::size_t i = 0; i < 3; ++i) bench.restore(i, bench.save(i));
  send(Recovered{1});
  run(seconds(1));
  EXPECT_EQ(order(1).state, VenueState::partly_filled);
  run(seconds(50));
  EXPECT_EQ(order(1).state, VenueState::filled);
  EXPECT_EQ(booked, quantity_of(60));
}

TEST_F(AlgoPath, ANewTotalIsWorkedOffInItsPlace) {
  place("a", Algo::twap, 60, seconds(60));
  run(seconds(15));
  ReplaceOrder m;
  m.id = "r";
  m.account = AccountId{1};
  m.target = "a";
  m.quantity = quantity_of(30);
  m.limit = price_of(100);
  send(m);
  run(seconds(50));
  EXPECT_EQ(order(1).state, VenueState::filled);
  EXPECT_EQ(booked, quantity_of(30));
}

}  // namespace
}  // namespace trade
