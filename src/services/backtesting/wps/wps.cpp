#include "services/backtesting/wps/wps.h"

#include "runtime/define_service.h"

namespace trade {
namespace {

constexpr Duration day = seconds(86'400);
// What is said of an order the venue does not hold.
Wps::Child stranger(VenueId venue) {
  Wps::Child c;
  c.venue = venue;
  c.state = Wps::ChildState::rejected;
  return c;
}
std::span<const Level> span_of(const Many<Level>& m) { return {m.data, m.count}; }

}  // namespace

// Bound to one market for one call. Orders of agents are nobody's children: their events end here.
struct Wps::Events {
  Wps& wps;
  Listing& listing;
  Context<Out>& context;

  static bool agent(std::uint64_t id) { return (id & matching::agent_bit) != 0; }
  Child& child(std::uint64_t id) { return wps.state.children.at(ChildId{id}); }
  void tell(std::uint64_t id, ReportKind kind, Reason reason = {}) { wps.report_child(ChildId{id}, child(id), kind, reason, context); }
  void end(std::uint64_t id, ChildState to, ReportKind kind, Reason reason) {
    if (agent(id)) return;
    child(id).state = to;
    child(id).reason = reason;
    tell(id, kind, reason);
  }
  void fill(std::uint64_t id, Price price, std::int64_t lots, Liquidity liquidity) {
    if (id == 0 || agent(id)) return;
    Child& c = child(id);
    const Quantity quantity = listing.lot * lots;
    c.filled += quantity;
    if (c.filled == c.quantity) c.state = ChildState::filled;
    const ExecutionId execution{++wps.state.venues[listing.venue].executions};
    wps.report({ChildId{id}, c.venue, ReportKind::filled, {}, execution, price, quantity, liquidity, c.filled, c.leaves(), context.now(),
                {}, c.limit},
               context);
  }

  void accepted(std::uint64_t id) {
    if (!agent(id)) tell(id, ReportKind::accepted);
  }
  void rejected(std::uint64_t id, Reason r) { end(id, ChildState::rejected, ReportKind::rejected, r); }
  void cancelled(std::uint64_t id, std::int64_t, Reason r) { end(id, ChildState::cancelled, ReportKind::cancelled, r); }
  void expired(std::uint64_t id, std::int64_t) { end(id, ChildState::expired, ReportKind::expired, {}); }
  void replaced(std::uint64_t id, std::int64_t) {
    if (!agent(id)) tell(id, ReportKind::replaced);
  }
  void triggered(std::uint64_t) {}
  void reduced(std::uint64_t id, std::int64_t lots) {
    if (agent(id)) return;
    Child& c = child(id);
    c.quantity = c.filled + listing.lot * lots;
    tell(id, ReportKind::replaced, Reason::venue_self_match);
  }
  void phase(TradingPhase) {}
  void indicated(std::int64_t, std::int64_t, std::int64_t, Side) {}
  void trade(std::uint64_t maker, std::uint64_t taker, std::int64_t ticks, std::int64_t lots) {
    fill(maker, listing.tick * ticks, lots, Liquidity::maker);
    fill(taker, listing.tick * ticks, lots, Liquidity::taker);
  }
  void outside(std::uint64_t id, Price price, std::int64_t lots) { fill(id, price, lots, Liquidity::taker); }
};

Wps::Wps(const Config& config) : config_(config) {
  for (auto& v : config_.venues)
    if (!v.feed) v.feed = v.venue;
  state.venues.resize(config_.venues.size());
}

Result<void> Wps::validate(const Config& config) {
  const auto bad = [](std::size_t i, const char* key, const char* what, const char* mend) {
    return Error{Failure::config, "wps.venues[" + std::to_string(i) + "]." + key, what, mend};
  };
  for (std::size_t i = 0; i < config.venues.size(); ++i) {
    const auto& v = config.venues[i];
    if (!v.venue) return bad(i, "venue", "is missing", "name the id of the simulated venue");
    for (std::size_t j = 0; j < i; ++j)
      if (config.venues[j].venue == v.venue) return bad(i, "venue", "is simulated twice", "give each simulated venue an id of its own");
    const bool book = v.touch == Touch::book;
    if (v.model == matching::FillModel::depth && !book) return bad(i, "model", "depth needs the replayed book", "set touch: book");
    if (v.queue != matching::QueueRule::none && !book) return bad(i, "queue", "fifo needs the replayed book", "set touch: book");
    if (v.price_offset > 1'000'000 || v.price_offset < -1'000'000)
      return bad(i, "price_offset", "is beyond 1000000 ticks", "make it smaller");
    const auto& a = v.agents;
    if (a.count > 0 && (a.lots <= 0 || a.spread <= 0 || a.interval.ns <= 0))
      return bad(i, "agents", "lots, spread and interval must be above 0", "leave them out for the defaults");
  }
  return {};
}

std::uint32_t Wps::venue_index(VenueId id) const {
  for (std::uint32_t i = 0; i < config_.venues.size(); ++i)
    if (config_.venues[i].venue == id) return i;
  return none;
}

Wps::Listing* Wps::listing(std::uint32_t venue, InstrumentId instrument) {
  for (auto& l : state.listings)
    if (l.venue == venue && l.instrument == instrument) return &l;
  return nullptr;
}

matching::TouchRule Wps::rule(const Listing& l) const {
  const auto& v = config_.venues[l.venue];
  return {v.touch, v.model, v.queue, v.price_offset, l.tick, l.lot};
}

template <class F>
void Wps::each_market(VenueId feed, InstrumentId instrument, F&& f) {
  for (std::uint32_t i = 0; i < state.listings.size(); ++i) {
    Listing& l = state.listings[i];
    CHECK(l.venue < config_.venues.size(), "the list of simulated venues differs from the saved one");
    if (l.instrument == instrument && config_.venues[l.venue].feed == feed) f(l, i);
  }
}

// ---- reference data -------------------------------------------------------------------------------------------------------------

void Wps::on(const InstrumentListed& m, Context<Out>&) {
  for (std::uint32_t v = 0; v < config_.venues.size(); ++v) {
    if (listing(v, m.instrument.id)) continue;
    Listing l;
    l.venue = v;
    l.instrument = m.instrument.id;
    l.tick = m.instrument.tick.units > 0 ? m.instrument.tick : Price{1};
    l.lot = m.instrument.lot.units > 0 ? m.instrument.lot : Quantity{1};
    l.market = matching::Market(rule(l));
    l.agents.random = hash_of(std::pair{config_.venues[v].agents.seed, std::uint64_t{l.instrument.value}});
    state.listings.push_back(std::move(l));
  }
}

void Wps::on(const VenueListed& m, Context<Out>&) {
  const auto v = venue_index(m.venue.id);
  if (v == none) return;
  state.venues[v].order_latency = m.venue.order_latency;
  state.venues[v].report_latency = m.venue.report_latency;
}

// ---- replayed data --------------------------------------------------------------------------------------------------------------

void Wps::on(const Quote& m, Context<Out>& context) {
  each_market(m.venue, m.instrument, [&](Listing& l, std::uint32_t i) {
    l.market.quote(m.bid, m.ask, Events{*this, l, context});
    wake_agents(i, context);
  });
}

void Wps::on(const trade::Trade& m, Context<Out>& context) {
  each_market(m.venue, m.instrument, [&](Listing& l, std::uint32_t i) {
    l.market.trade(m.price, m.quantity, m.aggressor, Events{*this, l, context});
    wake_agents(i, context);
  });
}

void Wps::on(const Bar& m, Context<Out>& context) {
  each_market(m.venue, m.instrument, [&](Listing& l, std::uint32_t i) {
    const Time end = m.open_time + m.interval;
    if (end <= l.bar_end) return;  // a longer bar over what shorter ones have told, come after them
    l.bar_end = end;
    l.market.bar(m.close, Events{*this, l, context});
    wake_agents(i, context);
  });
}

void Wps::on(const BookChanged& m, Context<Out>& context) {
  each_market(m.venue, m.instrument, [&](Listing& l, std::uint32_t i) {
    l.market.book(span_of(m.bids), span_of(m.asks), m.whole, Events{*this, l, context});
    wake_agents(i, context);
  });
}

void Wps::on(const MarketStatus& m, Context<Out>&) {
  if (m.state != FeedState::gap && m.state != FeedState::syncing) return;
  each_market(m.venue, m.instrument, [](Listing& l, std::uint32_t) { l.market.lost(); });
}

void Wps::on(const FeedEnded& m, Context<Out>&) {
  for (std::size_t v = 0; v < config_.venues.size(); ++v)
    if (config_.venues[v].feed == m.venue) state.venues[v].ended = true;
}

void Wps::wake_agents(std::uint32_t index, Context<Out>& context) {
  Listing& l = state.listings[index];
  const auto& rule = config_.venues[l.venue].agents;
  if (rule.count == 0 || l.agents.awake || state.venues[l.venue].ended) return;
  l.agents.awake = true;
  context.set_timer(rule.interval, token(TimerKind::agents, index));
}

// ---- requests -------------------------------------------------------------------------------------------------------------------

namespace {
// What a request names, in the form all requests travel in.
template <class M>
VenuePlace named(const M& m) {
  VenuePlace order;
  order.child = m.child;
  order.venue = m.venue;
  order.request = m.request;
  order.terms.instrument = m.instrument;
  return order;
}
}  // namespace

void Wps::on(const VenuePlace& m, Context<Out>& context) { send(RequestKind::place, m, context); }
void Wps::on(const VenueCancel& m, Context<Out>& context) { send(RequestKind::cancel, named(m), context); }
void Wps::on(const VenueReplace& m, Context<Out>& context) {
  auto order = named(m);
  order.terms.quantity = m.quantity;
  order.terms.limit = m.limit;
  send(RequestKind::replace, order, context);
}
void Wps::on(const VenueQuery& m, Context<Out>& context) { send(RequestKind::query, named(m), context); }

void Wps::send(RequestKind kind, const VenuePlace& order, Context<Out>& context) {
  const auto v = venue_index(order.venue);
  if (v == none || state.venues[v].order_latency.ns <= 0) return arrive({kind, order}, context);
  const auto n = kind == RequestKind::query ? question(order.child, order.request) : ++state.tokens;
  state.requests.insert(n, {kind, order});
  context.set_timer(state.venues[v].order_latency, token(TimerKind::request, n));
}

void Wps::arrive(const Request& request, Context<Out>& context) {
  asked_child_ = request.order.child;
  asked_ = request.order.request;
  carry_out(request, context);
  asked_child_ = {};
  asked_ = {};
}

void Wps::carry_out(const Request& request, Context<Out>& context) {
  switch (request.kind) {
    case RequestKind::place: return place(request.order, context);
    case RequestKind::cancel: return cancel(request.order, context);
    case RequestKind::replace: return replace(request.order, context);
    case RequestKind::query: return query(request.order, context);
  }
}

Reason Wps::refusal(const VenuePlace& m, const Listing* l, Time now) const {
  if (venue_index(m.venue) == none) return Reason::order_unknown_venue;
  if (l == nullptr) return Reason::order_unknown_instrument;
  const bool limited = m.terms.type == OrderType::limit || m.terms.type == OrderType::stop_limit;
  const bool stopped = m.terms.type == OrderType::stop || m.terms.type == OrderType::stop_limit;
  if (m.terms.quantity.units <= 0 || m.terms.quantity.units % l->lot.units != 0) return Reason::order_bad_quantity;
  if (limited && (m.terms.limit.units <= 0 || m.terms.limit.units % l->tick.units != 0)) return Reason::order_bad_price;
  if (stopped && (m.terms.stop.units <= 0 || m.terms.stop.units % l->tick.units != 0)) return Reason::order_bad_price;
  if (m.terms.tif == TimeInForce::gtd && m.terms.expire <= now) return Reason::order_bad_expiry;
  return Reason::none;
}

void Wps::place(const VenuePlace& m, Context<Out>& context) {
  if (!m.child || (m.child.value & matching::agent_bit) != 0) return;  // nobody to answer
  if (const Child* known = state.children.find(m.child)) {
    const bool refused = known->state == ChildState::rejected;
    return report_child(m.child, *known, refused ? ReportKind::rejected : ReportKind::accepted, refused ? known->reason : Reason::none,
                        context);
  }
  const auto v = venue_index(m.venue);
  Listing* l = v == none ? nullptr : listing(v, m.terms.instrument);
  Child& child = state.children[m.child];
  child = {m.venue, m.terms.instrument, m.terms.tif, m.terms.type, ChildState::working, {}, m.terms.quantity, {}, m.terms.limit, 0};
  if (const auto why = refusal(m, l, context.now()); why != Reason::none) {
    child.state = ChildState::rejected;
    child.reason = why;
    return report_child(m.child, child, ReportKind::rejected, why, context);
  }
  const matching::Incoming order{m.child.value, m.terms.quantity.units / l->lot.units, m.terms.limit.units / l->tick.units,
                                 m.terms.stop.units / l->tick.units, m.terms.side, m.terms.type, m.terms.tif};
  child.handle = l->market.place(order, Events{*this, *l, context});
  if (child.state == ChildState::working) arm_expiry(m, v, context);
}

void Wps::arm_expiry(const VenuePlace& m, std::uint32_t venue, Context<Out>& context) {
  if (m.terms.tif == TimeInForce::gtd) return context.set_timer(m.terms.expire, token(TimerKind::expiry, m.child.value));
  if (m.terms.tif != TimeInForce::day) return;
  const Time end = floor_to(context.now(), day) + day;
  if (state.venues[venue].day_end == end) return;
  state.venues[venue].day_end = end;
  context.set_timer(end, token(TimerKind::day, venue));
}

// The child and its market when it still works; its handle is found again if it was forgotten.
Wps::Child* Wps::working(ChildId id, Listing*& l) {
  Child* child = state.children.find(id);
  if (child == nullptr || child->state != ChildState::working) return nullptr;
  l = listing(venue_index(child->venue), child->instrument);
  CHECK(l != nullptr, "a working order has a market");
  const auto& book = l->market.orders();
  if (!book.open(child->handle, id.value)) child->handle = book.locate(id.value);
  CHECK(child->handle != 0, "a working order is in its book");
  return child;
}

void Wps::cancel(const VenuePlace& m, Context<Out>& context) {
  Listing* l = nullptr;
  if (const Child* child = working(m.child, l)) {
    l->market.cancel(child->handle, m.child.value, Events{*this, *l, context});
    return;
  }
  const Child* known = state.children.find(m.child);
  report_child(m.child, known ? *known : stranger(m.venue), ReportKind::cancel_rejected,
               known ? Reason::venue_too_late : Reason::venue_unknown_order, context);
}

void Wps::replace(const VenuePlace& m, Context<Out>& context) {
  Listing* l = nullptr;
  Child* child = working(m.child, l);
  const auto refuse = [&](const Child& c, Reason why) { report_child(m.child, c, ReportKind::replace_rejected, why, context); };
  if (child == nullptr) {
    const Child* known = state.children.find(m.child);
    return known ? refuse(*known, Reason::venue_too_late)
                 : refuse(stranger(m.venue), Reason::venue_unknown_order);
  }
  const bool limited = child->type == OrderType::limit || child->type == OrderType::stop_limit;
  if (m.terms.quantity.units % l->lot.units != 0) return refuse(*child, Reason::order_bad_quantity);
  if (limited && (m.terms.limit.units <= 0 || m.terms.limit.units % l->tick.units != 0)) return refuse(*child, Reason::order_bad_price);
  if (m.terms.quantity <= child->filled) return refuse(*child, Reason::venue_too_late);
  const auto before = child->quantity;
  const auto price = child->limit;
  child->quantity = m.terms.quantity;
  child->limit = m.terms.limit;
  const auto why = l->market.replace(child->handle, m.child.value, m.terms.limit.units / l->tick.units,
                                     (m.terms.quantity - child->filled).units / l->lot.units, Events{*this, *l, context});
  if (why == Reason::none) return;
  child->quantity = before;
  child->limit = price;
  refuse(*child, why);
}

void Wps::query(const VenuePlace& m, Context<Out>& context) {
  if (const Child* known = state.children.find(m.child)) return report_child(m.child, *known, ReportKind::status, known->reason, context);
  for (const auto& e : state.requests) {
    if (e.value.kind != RequestKind::place || e.value.order.child != m.child) continue;
    Child coming;
    coming.venue = m.venue;
    coming.quantity = e.value.order.terms.quantity;
    coming.limit = e.value.order.terms.limit;
    return report_child(m.child, coming, ReportKind::status, {}, context);
  }
  report_child(m.child, stranger(m.venue), ReportKind::status_unknown, Reason::venue_unknown_order, context);
}

// ---- time -----------------------------------------------------------------------------------------------------------------------

void Wps::on(const TimerFired& m, Context<Out>& context) {
  const auto n = m.token / timer_kinds;
  switch (static_cast<TimerKind>(m.token % timer_kinds)) {
    case TimerKind::request: {
      const Request* found = state.requests.find(n);
      if (found == nullptr) return;
      const Request request = *found;
      state.requests.erase(n);
      return arrive(request, context);
    }
    case TimerKind::report: {
      const VenueReport* found = state.reports.find(n);
      if (found == nullptr) return;
      context.publish(*found);
      state.reports.erase(n);
      return;
    }
    case TimerKind::expiry: return expire(ChildId{n}, context);
    case TimerKind::day: return expire_day(static_cast<std::uint32_t>(n), context);
    case TimerKind::agents: {
      Listing& l = state.listings.at(n);
      l.agents.awake = false;
      if (state.venues[l.venue].ended) return;
      l.agents.step(config_.venues[l.venue].agents, l.market, Events{*this, l, context});
      return wake_agents(static_cast<std::uint32_t>(n), context);
    }
  }
}

void Wps::expire(ChildId id, Context<Out>& context) {
  Listing* l = nullptr;
  if (const Child* child = working(id, l)) l->market.expire(child->handle, id.value, Events{*this, *l, context});
}

void Wps::expire_day(std::uint32_t venue, Context<Out>& context) {
  std::vector<ChildId> due;
  for (const auto& e : state.children)
    if (e.value.state == ChildState::working && e.value.tif == TimeInForce::day && e.value.venue == config_.venues[venue].venue)
      due.push_back(e.key);
  for (const auto id : due) expire(id, context);
}

// ---- reports --------------------------------------------------------------------------------------------------------------------

void Wps::report_child(ChildId id, const Child& child, ReportKind kind, Reason reason, Context<Out>& context) {
  report({id,
          child.venue,
          kind,
          reason,
          {},
          {},
          kind == ReportKind::replaced ? child.quantity : Quantity{},
          {},
          child.filled,
          child.leaves(),
          context.now(),
          id == asked_child_ ? asked_ : RequestNumber{},
          child.limit},
         context);
}

void Wps::report(VenueReport r, Context<Out>& context) {
  const auto v = venue_index(r.venue);
  if (v == none || state.venues[v].report_latency.ns <= 0) return context.publish(r);
  const bool answer = r.kind == ReportKind::status || r.kind == ReportKind::status_unknown;
  const auto n = answer ? question(r.child, r.request) : ++state.tokens;
  state.reports.insert(n, r);
  context.set_timer(state.venues[v].report_latency, token(TimerKind::report, n));
}

extern const ServiceType wps_service;
const ServiceType wps_service = service_type<Wps>();

}  // namespace trade
