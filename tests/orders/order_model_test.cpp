#include <gtest/gtest.h>

#include <algorithm>
#include <cinttypes>
#include <map>
#include <set>

#include "domain/orders/life.h"
#include "runtime/define_service.h"
#include "runtime/testing.h"
#include "services/trading/oms/oms.h"

// Everything that can befall one order, in every order, to a depth: the service itself against a count kept apart.
namespace trade {
extern const ServiceType oms_service;

namespace {

struct Gate {
  struct Config { FIELDS(Config) };
  struct State { FIELDS(State) };
  using In = Consumes<OrderIntended>;
  using Out = Emits<OrderApproved>;
  explicit Gate(const Config&) {}
  void on(const OrderIntended& m, Context<Out>& context) { context.publish(OrderApproved{m.order, m.replace}); }
  State state;
};
const ServiceType gate_service = service_type<Gate>();

enum class Step {
  ack, reject, fill_1, fill_2, cancel, cancelled, cancel_rejected, expired, replace, replaced, replace_rejected, timeout, reconnect,
  restated_open, restated_closed, restated_short, ended_short, bust_1, bust_2, correct_2
};
NAMES(Step, ack, reject, fill_1, fill_2, cancel, cancelled, cancel_rejected, expired, replace, replaced, replace_rejected, timeout,
      reconnect, restated_open, restated_closed, restated_short, ended_short, bust_1, bust_2, correct_2)

// The cells of (state, pending) that the table reaches from a new order.
std::set<std::pair<VenueState, Pending>> reachable() {
  std::set<std::pair<VenueState, Pending>> all{{VenueState::none, Pending::none}};
  for (std::size_t before = 0; before != all.size();) {
    before = all.size();
    for (const auto& [s, p] : std::set(all))
      for (std::size_t e = 0; e < life::event_count; ++e)
        if (const auto& t = transition(static_cast<OrderEvent>(e), s, p); t.legal) all.insert({t.state, t.pending});
  }
  return all;
}

// What the world knows of the one order: which executions stand, and with how much.
struct Shadow {
  std::map<std::uint64_t, Quantity> standing;
  Quantity filled() const {
    Quantity sum;
    for (const auto& [id, q] : standing) sum += q;
    return sum;
  }
};

class OrderModel : public testing::Test {
 protected:
  OrderModel() : bench({{"oms", &oms_service}, {"gate", &gate_service}}, config()) {
    Instrument i;
    i.id = InstrumentId{1};
    i.contract = Contract::linear;
    i.quote = i.settle = "USDT";
    i.multiplier = quantity_of(1);
    send(InstrumentListed{i});
    send(AccountOpened{Account{AccountId{1}, "main", {}}});
    OrderTerms t;
    t.account = AccountId{1};
    t.instrument = InstrumentId{1};
    t.type = OrderType::limit;
    t.tif = TimeInForce::gtc;
    t.quantity = quantity_of(3);
    t.limit = price_of(100);
    send(PlaceOrder{"a", t});
  }
  // Time stands still: a time-out may come at once.
  static Document config() {
    auto oms = Document::make_table(1), all = Document::make_table(1);
    oms.members().emplace_back("ack_timeout", Document::scalar(Document::Kind::text, "0s", 1));
    all.members().emplace_back("oms", oms);
    return all;
  }
  template <class M>
  void send(const M& m) { bench.send(m, Time{1}); }
  OrderView view() const { return bench.ask(OrderQuery{OrderId{1}}); }
  void say(ExecutionKind kind, std::uint64_t execution = 0, std::int64_t quantity = 0, Time at = {}) {
    Execution e;
    e.order = OrderId{1};
    e.kind = kind;
    e.venue = VenueId{1};
    e.execution = ExecutionId{execution};
    e.price = price_of(100);
    e.quantity = quantity_of(quantity);
    e.venue_time = at;
    send(e);
  }
  void restate(Quantity filled, bool open) {
    Execution e;
    e.order = OrderId{1};
    e.kind = ExecutionKind::restated;
    e.filled = filled;
    e.open = open;
    send(e);
  }
  void take(Step step);
  void check(Step step, const OrderView& before, Shadow& shadow);

  TestBench bench;
  const std::set<std::pair<VenueState, Pending>> cells = reachable();
};

void OrderModel::take(Step step) {
  switch (step) {
    case Step::ack: return say(ExecutionKind::working);
    case Step::reject: return say(ExecutionKind::rejected);
    case Step::fill_1: return say(ExecutionKind::filled, 1, 1);
    case Step::fill_2: return say(ExecutionKind::filled, 2, 2);
    case Step::cancel: return send(CancelOrder{"c", AccountId{1}, "a"});
    case Step::cancelled: return say(ExecutionKind::cancelled);
    case Step::cancel_rejected: return say(ExecutionKind::cancel_rejected);
    case Step::expired: return say(ExecutionKind::expired);
    case Step::replace: return send(ReplaceOrder{"r", AccountId{1}, "a", quantity_of(4), price_of(100)});
    case Step::replaced: return say(ExecutionKind::replaced, 0, 4);
    case Step::replace_rejected: return say(ExecutionKind::replace_rejected);
    case Step::timeout: return send(TimerFired{1});
    case Step::reconnect: return send(Recovered{1});
    case Step::restated_open: return restate(view().filled, true);
    case Step::restated_closed: return restate(view().filled, false);
    case Step::restated_short: return restate(view().filled + quantity_of(1), false);
    case Step::ended_short: {
      Execution e;
      e.order = OrderId{1};
      e.kind = ExecutionKind::cancelled;
      e.filled = view().filled + quantity_of(1);
      return send(e);
    }
    case Step::bust_1: return say(ExecutionKind::busted, 1, 1, Time{10});
    case Step::bust_2: return say(ExecutionKind::busted, 2, 2, Time{20});
    case Step::correct_2: return say(ExecutionKind::corrected, 2, 1, Time{10});
  }
}

void OrderModel::check(Step step, const OrderView& before, Shadow& shadow) {
  for (const auto& r : bench.take<FillReversed>())
    ASSERT_EQ(shadow.standing.extract(r.fill.execution.value).mapped(), r.fill.quantity) << "taken back otherwise than booked";
  for (const auto& f : bench.take<Fill>())
    ASSERT_TRUE(shadow.standing.emplace(f.execution.value, f.quantity).second) << "booked twice";
  const auto after = view();
  ASSERT_TRUE(cells.contains({after.state, after.pending})) << name_of(after.state) << ' ' << name_of(after.pending);
  ASSERT_EQ(after.filled, shadow.filled());
  ASSERT_LE(after.filled, after.terms.quantity);
  ASSERT_LE(after.terms.quantity, quantity_of(4));
  ASSERT_EQ(after.broken, Reason::none) << "an honest venue is called a liar";
  if (is_terminal(after.state)) { ASSERT_EQ(after.leaves, Quantity{}); }
  else { ASSERT_EQ(after.filled + after.leaves, after.terms.quantity); }
  const bool moved = after.filled != before.filled || after.reversed != before.reversed;
  if (is_terminal(before.state)) { ASSERT_TRUE(is_terminal(after.state) && (after.state == before.state || moved)) << name_of(step); }
  ASSERT_EQ(bench.ask(OrderStatisticsQuery{}).open, is_terminal(after.state) ? 0u : 1u);
}

TEST_F(OrderModel, every_interleaving_to_depth_8) {
  struct Node {
    std::string state;
    Shadow shadow;
    std::string path;  // the happenings that led there
  };
  constexpr int depth = 8;
  std::vector<Node> front{{bench.save(0), {}, {}}};
  std::set<std::string> seen{front[0].state};
  std::uint64_t steps = 0, doubts = 0;
  std::set<std::pair<VenueState, Pending>> met;
  for (int level = 0; level < depth; ++level) {
    std::vector<Node> next;
    for (const auto& node : front)
      for (std::size_t s = 0; s < enum_names(Step{}).size(); ++s) {
        bench.restore(0, node.state);
        const auto before = view();
        Shadow shadow = node.shadow;
        const auto step = static_cast<Step>(s);
        const std::string path = node.path + " " + std::string(name_of(step));
        SCOPED_TRACE(path);
        take(step);
        ++steps;
        check(step, before, shadow);
        if (HasFatalFailure()) return;
        const auto after = view();
        met.insert({after.state, after.pending});
        auto state = bench.save(0);
        if (!seen.insert(state).second) continue;
        // The venue's honest answer ends any doubt (I18).
        if (after.state == VenueState::unknown || after.pending == Pending::querying) {
          ++doubts;
          if (after.pending != Pending::querying) send(TimerFired{1});
          for (const bool open : {true, false}) {
            bench.restore(0, state);
            restate(after.filled, open);
            ASSERT_NE(view().state, VenueState::unknown);
          }
          bench.take<FillReversed>();
        }
        next.push_back({std::move(state), std::move(shadow), path});
      }
    front = std::move(next);
  }
  std::printf("one order, every interleaving of %zu happenings to depth %d: %zu states of the service, %" PRIu64
              " steps, %zu of %zu cells of the table, %" PRIu64 " doubts resolved\n",
              enum_names(Step{}).size(), depth, seen.size(), steps, met.size(), cells.size(), doubts);
  EXPECT_GT(seen.size(), 1000u);
  EXPECT_GT(doubts, 100u);
}

}  // namespace
}  // namespace trade
