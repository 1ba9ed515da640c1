#pragma once
#include <gtest/gtest.h>

#include <deque>
#include <map>

#include "core/digest.h"
#include "runtime/testing.h"
#include "services/trading/exeq/exeq.h"

namespace trade {
extern const ServiceType exeq_service;

// exeq among venues that answer honestly after a while, under a clock that goes in steps. It counts on its own what the venues hold and
// have filled of each order. Tests only.
class Floor {
 public:
  struct Manners {                      // of a venue
    Duration delay = milliseconds(20);  // until it answers
    int rejects = 0;                    // percent of orders
    int fills = 100;                    // percent of orders that fill at once and whole; the others in part
    bool mute = false;                  // hears nothing, says nothing
  };
  struct Held {
    VenuePlace place;
    Quantity filled;
    bool open = true;
  };

  explicit Floor(const Document& config = {}, std::uint16_t venues = 2) : bench({{"exeq", &exeq_service}}, config), seed(1) {
    Instrument i;
    i.id = InstrumentId{1};
    i.contract = Contract::linear;
    i.lot = i.multiplier = quantity_of(1);
    send(InstrumentListed{i});
    for (std::uint16_t v = 1; v <= venues; ++v) send(VenueListed{Venue{VenueId{v}, "v", Ratio{v * 10}, Ratio{v * 1'000}, {}, {}}});
    for (std::uint16_t v = 1; v <= venues; ++v) quote(v, 99, 101, 1'000);
  }

  template <class M>
  void send(const M& m) {
    bench.send(m, now);
    hear();
  }
  void quote(std::uint16_t venue, std::int64_t bid, std::int64_t ask, std::int64_t shown) {
    send(Quote{InstrumentId{1}, VenueId{venue}, price_of(bid), quantity_of(shown), price_of(ask), quantity_of(shown)});
  }
  void trade(std::uint16_t venue, std::int64_t quantity) {
    Trade t;
    t.instrument = InstrumentId{1};
    t.venue = VenueId{venue};
    t.price = price_of(100);
    t.quantity = quantity_of(quantity);
    send(t);
  }
  static OrderTerms terms(std::int64_t quantity, std::int64_t limit = 0) {
    OrderTerms t;
    t.account = AccountId{1};
    t.instrument = InstrumentId{1};
    t.quantity = quantity_of(quantity);
    t.type = limit == 0 ? OrderType::market : OrderType::limit;
    t.tif = TimeInForce::gtc;
    t.limit = price_of(limit);
    return t;
  }
  void order(std::uint64_t id, const OrderTerms& t) {
    quantities[OrderId{id}] = most[OrderId{id}] = t.quantity;
    send(OrderAccepted{OrderId{id}, t});
  }
  void replace(std::uint64_t id, std::int64_t quantity, std::int64_t limit) {
    most[OrderId{id}] = max(most[OrderId{id}], quantity_of(quantity));
    send(ReplaceRequested{OrderId{id}, quantity_of(quantity), price_of(limit)});
  }
  // Lets time pass in steps of 10 ms.
  void run(Duration length) {
    for (const Time end = now + length; now < end;) {
      now = now + milliseconds(10);
      bench.run_timers(now);
      hear();
      while (!answers.empty() && answers.front().first <= now) {
        const VenueReport r = answers.front().second;
        answers.pop_front();
        send(r);
      }
    }
  }
  // Restarts exeq from its state.
  void restart() { bench.restore(0, bench.save(0)); }

  // What the venues hold open or have filled of the order.
  Quantity at_venues(std::uint64_t order) const {
    Quantity sum;
    for (const auto& [id, h] : held)
      if (parent.at(id) == OrderId{order}) sum += h.open ? h.place.terms.quantity : h.filled;
    return sum;
  }
  Quantity filled(std::uint64_t order) const {
    Quantity sum;
    for (const auto& [id, h] : held)
      if (parent.at(id) == OrderId{order}) sum += h.filled;
    return sum;
  }
  std::size_t open_pieces() const {
    std::size_t n = 0;
    for (const auto& e : held) n += e.second.open;
    return n;
  }
  // "working filled" - the kinds told since the last call.
  std::string told() {
    std::string s;
    for (const auto& e : said) s += (s.empty() ? "" : " ") + std::string(name_of(e.kind));
    if (!said.empty()) last = said.back();
    said.clear();
    return s;
  }
  std::int64_t draw(std::int64_t n) {
    seed += 0x9E3779B97F4A7C15ull;
    return static_cast<std::int64_t>(mix64(seed) % static_cast<std::uint64_t>(n));
  }

  TestBench bench;
  Time now{seconds(1'000'000).ns};
  std::uint64_t seed;
  std::map<VenueId, Manners> manners;
  std::map<ChildId, Held> held;
  std::map<ChildId, OrderId> parent;
  std::map<OrderId, Quantity> quantities, most;  // asked for at first, and at most
  std::vector<VenuePlace> placed;
  std::vector<Execution> said;
  Execution last;
  std::size_t queries = 0;  // heard or not

 private:
  void hear() {
    for (const auto& m : bench.take<VenuePlace>()) place(m);
    for (const auto& m : bench.take<VenueCancel>()) cancel(m);
    bench.take<VenueReplace>();
    for (const auto& m : bench.take<VenueQuery>()) status(m);
    for (const auto& e : bench.take<Execution>()) said.push_back(e);
  }
  void answer(const VenuePlace& p, ReportKind kind, RequestNumber request, Quantity quantity = {}, Reason reason = Reason::none) {
    const Held& h = held.at(p.child);
    VenueReport r;
    r.child = p.child;
    r.venue = p.venue;
    r.kind = kind;
    r.reason = reason;
    r.request = request;
    r.execution = ExecutionId{++executions};
    r.price = p.terms.limit != Price{} ? p.terms.limit : price_of(101);
    r.quantity = quantity;
    r.filled = h.filled;
    r.leaves = h.open ? p.terms.quantity - h.filled : Quantity{};
    r.liquidity = Liquidity::taker;
    r.limit = p.terms.limit;
    answers.emplace_back(now + manners[p.venue].delay, r);
    std::stable_sort(answers.begin(), answers.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
  }
  void fill(Held& h, Quantity quantity) {
    h.filled += quantity;
    h.open = h.filled < h.place.terms.quantity;
    answer(h.place, ReportKind::filled, {}, quantity);
  }
  void place(const VenuePlace& m) {
    placed.push_back(m);
    parent[m.child] = OrderId{};
    for (const auto& q : quantities)
      for (const auto& c : bench.ask(ChildrenQuery{q.first}).children)
        if (c.child == m.child) parent[m.child] = q.first;
    const Manners& way = manners[m.venue];
    if (way.mute) return;
    ASSERT_FALSE(held.contains(m.child));
    Held& h = held[m.child] = Held{m, {}, true};
    const OrderId order = parent.at(m.child);
    EXPECT_LE(at_venues(order.value), most.at(order));  // children never exceed their parent, by what the venues have
    if (draw(100) < way.rejects) {
      h.open = false;
      return answer(m, ReportKind::rejected, m.request, {}, Reason::venue_halted);
    }
    answer(m, ReportKind::accepted, m.request);
    if (draw(100) < way.fills) return fill(h, m.terms.quantity);
    const Quantity part = quantity_of(draw(m.terms.quantity.units / decimal_one + 1));
    if (part != Quantity{}) fill(h, part);
    if (h.open && (m.terms.tif == TimeInForce::ioc || m.terms.type == OrderType::market)) {
      h.open = false;
      answer(m, ReportKind::cancelled, {}, {}, Reason::venue_unfilled);
    }
  }
  void cancel(const VenueCancel& m) {
    const auto at = held.find(m.child);
    if (at == held.end() || manners[m.venue].mute) return;
    if (!at->second.open) return answer(at->second.place, ReportKind::cancel_rejected, m.request, {}, Reason::venue_too_late);
    at->second.open = false;
    answer(at->second.place, ReportKind::cancelled, m.request);
  }
  void status(const VenueQuery& m) {
    ++queries;
    const auto at = held.find(m.child);
    if (at != held.end() && !manners[m.venue].mute) answer(at->second.place, ReportKind::status, m.request);
  }

  std::deque<std::pair<Time, VenueReport>> answers;
  std::uint64_t executions = 0;
};

// Configuration of exeq from pairs: "slice", "1s".
inline Document exeq_config(std::initializer_list<std::pair<const char*, Document>> members) {
  auto exeq = Document::make_table(1), config = Document::make_table(1);
  for (const auto& [key, value] : members) exeq.members().emplace_back(key, value);
  config.members().emplace_back("exeq", exeq);
  return config;
}
inline Document number(const char* text) { return Document::scalar(Document::Kind::number, text, 1); }
inline Document word(const char* text) { return Document::scalar(Document::Kind::text, text, 1); }

}  // namespace trade
