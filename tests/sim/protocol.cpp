#include "sim/protocol.h"

#include "runtime/define_service.h"
#include "runtime/planted.h"
#include "wire/describe.h"

namespace trade {
#define DESCRIBE_SIM(M) using sim::M; DESCRIBE(M)
DESCRIBE_SIM(Submit)
DESCRIBE_SIM(VenueFilled)
DESCRIBE_SIM(VenueAsk)
DESCRIBE_SIM(OrderFound)
DESCRIBE_SIM(FindOrder)
DESCRIBE_SIM(Booked)
DESCRIBE_SIM(Hurried)
DESCRIBE_SIM(FillNoted)
DESCRIBE_SIM(StoreRow)
DESCRIBE_SIM(RowStored)
DESCRIBE_SIM(Squared)
DESCRIBE_SIM(Square)
DESCRIBE_SIM(Stamped)
DESCRIBE_SIM(Acknowledged)
DESCRIBE_SIM(Glimpse)
DESCRIBE_SIM(Delivered)
}  // namespace trade

namespace trade::sim {
namespace {

struct NoConfig {
  FIELDS(NoConfig)
};

// Order of handling is state: a fold that handles in another order does not reach it.
template <class M>
void note(std::uint64_t& digest, const M& m) {
  ByteWriter w;
  wire::write_binary(w, m);
  digest = mix_bytes(digest, w.bytes().data(), w.size());
}

class Trading {
 public:
  using Config = NoConfig;
  using State = TradingState;
  using In = Consumes<Submit, VenueFilled, OrderFound, Recovered>;
  using Out = Emits<Booked, Hurried, FillNoted, VenueAsk, FindOrder, Glimpse>;
  using Queries = Answers<TradingQuery>;
  explicit Trading(const Config&) {}

  void on(const Submit& m, Context<Out>& context) {
    note(state.digest, m);
    if (state.by_cid.contains(m.cid)) return context.publish(Booked{m.cid, true});
    const std::uint64_t order = state.orders.size() + 1;
    state.by_cid.insert(m.cid, order);
    state.orders.insert(order, {m.cid, OrderIs::sent});
    context.publish(VenueAsk{order, m.cid});
    context.publish(Booked{m.cid, false});
    context.publish(Hurried{m.cid});
    context.publish(Glimpse{++state.glimpses, {}});
  }
  void on(const VenueFilled& m, Context<Out>& context) {
    note(state.digest, m);
    if (!planted(Bug::no_fill_dedup) && state.executions.contains(m.execution)) return;
    state.executions.insert(m.execution, m.order);
    if (auto* o = state.orders.find(m.order)) o->is = OrderIs::filled;
    context.publish(FillNoted{m.order});
    context.publish(Glimpse{++state.glimpses, {}});
  }
  void on(const Recovered&, Context<Out>& context) {
    for (auto& o : state.orders)
      if (o.value.is == OrderIs::sent) {
        o.value.is = OrderIs::unknown;
        context.publish(FindOrder{o.key});
      }
  }
  void on(const OrderFound& m, Context<Out>& context) {
    auto& o = state.orders.at(m.order);
    if (o.is != OrderIs::unknown) return;
    o.is = m.found ? OrderIs::live : OrderIs::sent;
    if (!m.found) context.publish(VenueAsk{m.order, o.cid});
  }
  TradingState answer(const TradingQuery&) const { return state; }

  State state;
};

class Books {
 public:
  using Config = NoConfig;
  using State = BooksState;
  using In = Consumes<Booked, Hurried, FillNoted, RowStored, Squared>;
  using Out = Emits<Stamped, StoreRow, Square>;
  using Queries = Answers<BooksQuery>;
  explicit Books(const Config&) {}

  void on(const Booked& m, Context<Out>& context) {
    note(state.digest, m);
    if (m.again) return context.publish(Stamped{m.cid, 0, true});
    CHECK(m.cid != Cid("poison"), "a client sent poison");
    state.stamps[m.cid] = ++state.sequence;
    context.publish(Stamped{m.cid, state.sequence, false});
    context.publish(StoreRow{state.sequence, m.cid});
    context.offload(Square{state.sequence});
  }
  void on(const Hurried& m, Context<Out>&) {
    note(state.digest, m);
    state.sequence += 10;
    ++state.hurried[m.cid];
  }
  void on(const FillNoted& m, Context<Out>&) {
    note(state.digest, m);
    ++state.fills[m.order];
  }
  void on(const RowStored& m, Context<Out>&) {
    note(state.digest, m);
    ++state.stored[m.row];
  }
  void on(const Squared& m, Context<Out>&) {
    note(state.digest, m);
    CHECK(state.squares.insert(m.row, m.square), "a computation was answered twice");
  }
  BooksState answer(const BooksQuery&) const { return state; }

  State state;
};

class Desk {
 public:
  using Config = NoConfig;
  using State = DeskState;
  using In = Consumes<Stamped, Glimpse, Delivered, TimerFired>;
  using Out = Emits<Acknowledged>;
  using Queries = Answers<DeskQuery>;
  explicit Desk(const Config&) {}

  void on(const Stamped& m, Context<Out>& context) {
    note(state.digest, m);
    if (m.again) {
      if (m.cid == Cid("poison")) return;
      // The stamp comes before its repetition: rings are first in, first out.
      context.publish(Acknowledged{m.cid, state.stamps.at(m.cid)});
      return;
    }
    state.stamps[m.cid] = m.value;
    state.armed.push_back(m.cid);
    context.set_timer(milliseconds(3), state.armed.size() - 1);
    context.publish(Acknowledged{m.cid, m.value});
  }
  void on(const Glimpse& m, Context<Out>&) {
    CHECK(m.n > state.glimpse, "a conflated subject went backwards");
    state.glimpse = m.n;
  }
  void on(const Delivered& m, Context<Out>&) {
    note(state.digest, m);
    state.delivered.push_back(m.value);
  }
  void on(const TimerFired& t, Context<Out>&) {
    note(state.digest, t);
    ++state.timers[state.armed.at(t.token)];
  }
  DeskState answer(const DeskQuery&) const { return state; }

  State state;
};

const ServiceType trading = service_type<Trading>();
const ServiceType books = service_type<Books>();
const ServiceType desk = service_type<Desk>();

}  // namespace

const Catalogue& protocol_catalogue() {
  static const Catalogue whole{{"trading", "books", "desk"},
                               {{"trading", "sim", 1, Lane::backend, 1, "trading", &trading, {}, 0},
                                {"books", "sim", 1, Lane::backend, 2, "books", &books, {}, 0},
                                {"desk", "sim", 1, Lane::backend, 3, "desk", &desk, {}, 0}}};
  return whole;
}

}  // namespace trade::sim
