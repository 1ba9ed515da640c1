#include <gtest/gtest.h>

#include <deque>
#include <map>
#include <set>
#include <variant>

#include "messages/market.h"
#include "messages/orders.h"
#include "messages/queries.h"
#include "messages/reference.h"
#include "messages/signals.h"
#include "messages/venue.h"
#include "runtime/define_service.h"
#include "runtime/testing.h"

namespace trade {
extern const ServiceType oms_service;
extern const ServiceType exeq_service;

namespace {

struct OpenGate {
  struct Config { FIELDS(Config) };
  struct State { FIELDS(State) };
  using In = Consumes<OrderIntended>;
  using Out = Emits<OrderApproved>;
  explicit OpenGate(const Config&) {}
  void on(const OrderIntended& m, Context<Out>& context) { context.publish(OrderApproved{m.order, m.replace}); }
  State state;
};
const ServiceType open_gate = service_type<OpenGate>();

struct Draw {
  std::uint64_t seed;
  std::int64_t operator()(std::int64_t n) {
    seed += 0x9E3779B97F4A7C15ull;
    return static_cast<std::int64_t>(mix64(seed) % static_cast<std::uint64_t>(n));
  }
};

// The platform's order path, the wires to and from a venue, and the venue: honest, first in first out.
class Path {
 public:
  using ToVenue = std::variant<VenuePlace, VenueCancel, VenueReplace, VenueQuery>;
  struct Held {
    std::int64_t quantity = 0, filled = 0;
    bool open = true;
    std::vector<VenueReport> fills;
  };

  Path() : bench(fresh()) {
    Instrument i;
    i.id = InstrumentId{1};
    i.contract = Contract::linear;
    i.quote = i.settle = "USDT";
    i.multiplier = i.lot = quantity_of(1);
    send(InstrumentListed{i});
    for (std::uint16_t v = 1; v <= 2; ++v) {
      send(VenueListed{Venue{VenueId{v}, "v", {}, Ratio{v}, {}, {}}});
      send(Quote{InstrumentId{1}, VenueId{v}, price_of(99), quantity_of(2), price_of(100), quantity_of(2)});
    }
    send(AccountOpened{Account{AccountId{1}, "main", {}}});
  }
  static TestBench fresh() { return TestBench({{"oms", &oms_service}, {"gate", &open_gate}, {"exeq", &exeq_service}}); }

  template <class M>
  void send(const M& m) {
    bench.send(m, now);
    collect();
  }
  void place(std::uint64_t signal, std::int64_t quantity) {
    OrderTerms t;
    t.account = AccountId{1};
    t.instrument = InstrumentId{1};
    t.type = OrderType::limit;
    t.tif = TimeInForce::gtc;
    t.quantity = quantity_of(quantity);
    t.limit = price_of(100);
    send(SignalRaised{StrategyId{1}, signal, SignalAction::place, t});
  }
  void cancel(std::uint64_t signal) { send(SignalRaised{StrategyId{1}, signal, SignalAction::cancel, {}}); }
  void crash() {
    const auto oms = bench.save(0), exeq = bench.save(2);
    bench = fresh();
    bench.restore(0, oms);
    bench.restore(2, exeq);
    send(Recovered{1});
  }
  void run_timers() {
    bench.run_timers(now);
    collect();
  }
  // Takes one message off the wire to the venue, and for free what only a restart sends before it: queries and repeated cancels. Likewise
  // reports, with what answers those.
  void deliver_to_venue() {
    while (!to_venue.empty()) {
      const auto m = to_venue.front();
      to_venue.pop_front();
      const auto* cancel = std::get_if<VenueCancel>(&m);
      const bool repeated = cancel != nullptr && !cancelled.insert(cancel->child).second;
      const auto before = reports.size();
      std::visit([this](const auto& x) { hear(x); }, m);
      if (repeated)
        for (auto i = before; i < reports.size(); ++i) reports[i].reason = Reason::venue_too_late;
      if (!repeated && !std::holds_alternative<VenueQuery>(m)) return;
    }
  }
  void deliver_report() {
    while (!reports.empty()) {
      const auto r = reports.front();
      reports.pop_front();
      send(r);
      const bool repeated = r.kind == ReportKind::cancel_rejected && r.reason == Reason::venue_too_late;
      if (!repeated && r.kind != ReportKind::status && r.kind != ReportKind::status_unknown) return;
    }
  }
  void trade(std::int64_t pick, std::int64_t quantity) {
    std::vector<ChildId> open;
    for (const auto& [id, h] : held)
      if (h.open) open.push_back(id);
    if (open.empty()) return;
    const ChildId id = open[static_cast<std::size_t>(pick) % open.size()];
    Held& h = held.at(id);
    const auto n = std::min(quantity, h.quantity - h.filled);
    h.filled += n;
    h.open = h.filled < h.quantity;
    VenueReport r = report(id, ReportKind::filled);
    r.execution = ExecutionId{++last_execution};
    r.price = price_of(100);
    r.quantity = quantity_of(n);
    h.fills.push_back(r);
    reports.push_back(r);
  }

  TestBench bench;
  Time now{1};
  std::deque<ToVenue> to_venue;
  std::deque<VenueReport> reports;
  std::map<ChildId, Held> held;
  std::map<ChildId, VenueId> venue_of;
  std::set<ChildId> cancelled;
  std::vector<Fill> booked;
  bool resend_fills = false;  // an answer to a query is preceded by the child's fills, as a resend request gets them
  std::uint64_t last_execution = 0;

 private:
  void collect() {
    for (const auto& m : bench.take<VenuePlace>()) {
      venue_of[m.child] = m.venue;
      to_venue.emplace_back(m);
    }
    for (const auto& m : bench.take<VenueReplace>()) to_venue.emplace_back(m);
    for (const auto& m : bench.take<VenueCancel>()) to_venue.emplace_back(m);
    for (const auto& m : bench.take<VenueQuery>()) to_venue.emplace_back(m);
    for (const auto& f : bench.take<Fill>()) booked.push_back(f);
  }
  VenueReport report(ChildId id, ReportKind kind, RequestNumber request = {}) {
    VenueReport r;
    r.request = request;
    r.limit = price_of(100);
    r.child = id;
    r.venue = venue_of.at(id);
    r.kind = kind;
    if (const auto h = held.find(id); h != held.end()) {
      r.filled = quantity_of(h->second.filled);
      r.leaves = quantity_of(h->second.open ? h->second.quantity - h->second.filled : 0);
    }
    return r;
  }
  void hear(const VenuePlace& m) {
    if (!held.try_emplace(m.child, Held{m.terms.quantity.units / decimal_one, 0, true, {}}).second) return;
    reports.push_back(report(m.child, ReportKind::accepted, m.request));
  }
  void hear(const VenueCancel& m) {
    const auto h = held.find(m.child);
    const bool can = h != held.end() && h->second.open;
    if (can) h->second.open = false;
    reports.push_back(report(m.child, can ? ReportKind::cancelled : ReportKind::cancel_rejected, m.request));
  }
  void hear(const VenueReplace&) { FAIL() << "no signal replaces"; }
  void hear(const VenueQuery& m) {
    const auto h = held.find(m.child);
    if (h != held.end() && resend_fills)
      for (const auto& f : h->second.fills) reports.push_back(f);
    reports.push_back(report(m.child, h == held.end() ? ReportKind::status_unknown : ReportKind::status, m.request));
  }
};

// The books hold what the venue did: every execution once; and no order is in doubt.
void expect_truth(Path& p, std::uint64_t orders) {
  std::set<std::uint64_t> booked, done;
  std::map<OrderId, std::int64_t> by_order;
  for (const auto& f : p.booked) {
    EXPECT_TRUE(booked.insert(f.execution.value).second) << "booked twice";
    by_order[f.order] += f.quantity.units / decimal_one;
  }
  for (const auto& [id, h] : p.held)
    for (const auto& f : h.fills) done.insert(f.execution.value);
  EXPECT_EQ(booked, done);
  for (std::uint64_t o = 1; o <= orders; ++o) {
    const auto v = p.bench.ask(OrderQuery{OrderId{o}});
    EXPECT_NE(v.state, VenueState::unknown) << o;
    EXPECT_EQ(v.pending, Pending::none) << o;
    EXPECT_EQ(v.filled, quantity_of(by_order[OrderId{o}])) << o;
    EXPECT_LE(v.filled, v.terms.quantity);
    EXPECT_EQ(v.broken, Reason::none);
  }
}

// The same market and the same strategy with and without restarts, anywhere: the same state to the last byte.
TEST(OrderPath, restarts_leave_no_trace) {
  int restarts = 0;
  for (std::uint64_t seed = 1; seed <= 300; ++seed) {
    Path plain, crashed;
    Draw draw{seed}, chance{~seed};
    std::uint64_t signals = 0;
    const auto both = [&](auto f) {
      f(plain);
      f(crashed);
    };
    for (int step = 0; step < 120; ++step) {
      both([](Path& p) { p.now = p.now + milliseconds(1); });
      const auto a = draw(12), b = draw(6), c = draw(1000);
      if (a == 0) both([&, s = ++signals](Path& p) { p.place(s, 1 + b); });
      else if (a == 1 && signals != 0) both([&](Path& p) { p.cancel(1 + static_cast<std::uint64_t>(c) % signals); });
      else if (a < 5) both([](Path& p) { p.deliver_to_venue(); });
      else if (a < 8) both([&](Path& p) { p.trade(c, 1 + b / 2); });
      else both([](Path& p) { p.deliver_report(); });
      if (chance(8) == 0) {
        crashed.crash();
        ++restarts;
      }
    }
    for (int i = 0; i < 1000; ++i) both([](Path& p) {
      p.deliver_to_venue();
      p.deliver_report();
    });
    ASSERT_EQ(plain.bench.state_json(0), crashed.bench.state_json(0)) << "seed " << seed;
    ASSERT_EQ(plain.bench.state_json(2), crashed.bench.state_json(2)) << "seed " << seed;
    expect_truth(crashed, signals);
    if (HasFailure()) return;
  }
  EXPECT_GT(restarts, 1000);
}

// Wires that lose all but fills and repeat anything, restarts, late fills: once the faults stop every order reaches a known state
// within 30 s unaided (I18), and the books hold the venue's truth.
TEST(OrderPath, doubt_ends_after_losses_and_repeats) {
  for (std::uint64_t seed = 1; seed <= 300; ++seed) {
    Path p;
    p.resend_fills = true;
    Draw draw{seed * 77};
    std::uint64_t signals = 0;
    for (int step = 0; step < 300; ++step) {
      p.now = p.now + milliseconds(50 + draw(200));
      p.run_timers();
      switch (draw(14)) {
        case 0: p.place(++signals, 1 + draw(6)); break;
        case 1:
          if (signals != 0) p.cancel(1 + static_cast<std::uint64_t>(draw(static_cast<std::int64_t>(signals))));
          break;
        case 2: p.crash(); break;
        case 3:
          if (!p.to_venue.empty()) p.to_venue.pop_front();
          break;
        case 4:
          if (!p.reports.empty() && p.reports.front().kind != ReportKind::filled) p.reports.pop_front();
          break;
        case 5:
          if (!p.reports.empty()) p.reports.push_back(p.reports.front());
          break;
        case 6:
          if (!p.to_venue.empty()) p.to_venue.push_back(p.to_venue.front());
          break;
        case 7:
        case 8: p.trade(draw(1000), 1 + draw(3)); break;
        case 9:
        case 10:
        case 11: p.deliver_to_venue(); break;
        default: p.deliver_report();
      }
    }
    for (int second = 0; second < 30; ++second) {
      p.now = p.now + seconds(1);
      p.run_timers();
      for (int i = 0; i < 500; ++i) {
        p.deliver_to_venue();
        p.deliver_report();
      }
    }
    expect_truth(p, signals);
    ASSERT_FALSE(HasFailure()) << "seed " << seed;
  }
}

}  // namespace
}  // namespace trade
