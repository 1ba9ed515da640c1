#include "services/backtesting/wps/wps.h"

#include "runtime/define_service.h"
#include "services/backtesting/wps/wps_events.h"

namespace trade {
namespace {

constexpr Duration day = seconds(86'400);
bool bounded_price(Price p) { return p.units > 0; }
// The order in ticks and lots of its market.
matching::Incoming incoming(const VenuePlace& m, const Wps::Listing& l) {
  const OrderTerms& t = m.terms;
  const auto ticks = [&](Price p) { return p.units / l.tick.units; };
  const auto lots = [&](Quantity q) { return q.units / l.lot.units; };
  return {m.child.value,   lots(t.quantity), ticks(t.limit),  ticks(t.stop),   t.side, t.type,       t.tif,
          t.account.value, lots(t.display),  lots(t.minimum), ticks(t.offset), t.peg,  t.self_match, t.post_only};
}
// What is said of an order the venue does not hold.
Wps::Child stranger(VenueId venue) {
  Wps::Child c;
  c.venue = venue;
  c.state = Wps::ChildState::rejected;
  return c;
}

}  // namespace

Wps::Wps(const Config& config) : config_(config) {
  for (auto& v : config_.venues)
    if (!v.feed) v.feed = v.venue;
  state.venues.resize(config_.venues.size());
  for (std::size_t i = 0; i < config_.venues.size(); ++i) {
    const auto& v = config_.venues[i];
    watched_.push_back(v.touch == Touch::none || v.volatility.range.units > 0 || v.band.units > 0);
    state.venues[i].random = v.faults.seed;
    state.venues[i].delays = hash_of(std::pair{v.agents.seed, v.faults.seed});
  }
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
    if (v.queue != matching::QueueRule::none && !book) return bad(i, "queue", "a queue needs the replayed book", "set touch: book");
    for (const auto share : v.cancels_behind)
      if (share > 1000) return bad(i, "cancels_behind", "has a share beyond 1000", "give ten shares of 1000");
    if (v.price_offset > 1'000'000 || v.price_offset < -1'000'000)
      return bad(i, "price_offset", "is beyond 1000000 ticks", "make it smaller");
    const auto& a = v.agents;
    if (a.count() > 0 && (a.lots <= 0 || a.spread <= 0 || a.interval.ns <= 0 || a.price <= 0 || a.volatility <= 0))
      return bad(i, "agents", "lots, spread, interval, price and volatility must be above 0", "leave them out for the defaults");
    if (auto rules = validate_rules(v, "wps.venues[" + std::to_string(i) + "]."); !rules) return rules;
  }
  return {};
}

Result<void> Wps::validate_rules(const SimVenue& v, const std::string& where) {
  const auto bad = [&](const char* key, const char* what, const char* mend) { return Error{Failure::config, where + key, what, mend}; };
  for (std::size_t k = 0; k < v.schedule.size(); ++k) {
    const auto at = v.schedule[k].at;
    if (at.ns < 0 || at >= day) return bad("schedule", "has a time outside the day", "give times from 0s to below 1d, UTC");
    if (k > 0 && at <= v.schedule[k - 1].at) return bad("schedule", "is not in order of time", "sort it by `at`, each time once");
  }
  const auto& vol = v.volatility;
  if (vol.range.units < 0 || vol.window.ns <= 0 || vol.auction.ns <= 0)
    return bad("volatility", "range must not be negative, window and auction be above 0", "leave them out for the defaults");
  if (v.band.units < 0 || v.band.units >= decimal_one) return bad("band", "is not from 0 to below 1", "give a fraction, 0.1 for 10 %");
  if (v.order_jitter.ns < 0 || v.report_jitter.ns < 0)
    return bad("order_jitter", "or report_jitter is negative", "leave them out for none");
  if (v.depth > 1000) return bad("depth", "is beyond 1000 levels", "make it smaller");
  for (const auto rate :
       {v.faults.overfill, v.faults.fill_after_cancel, v.faults.unknown_order, v.faults.changed_execution, v.faults.bust, v.faults.correct})
    if (rate > fault_scale) return bad("faults", "has a rate beyond 10000", "give lies per 10,000 reports");
  for (std::size_t k = 1; k < v.fees.size(); ++k)
    if (v.fees[k].volume <= v.fees[k - 1].volume) return bad("fees", "are not in order of volume", "sort them, each volume once");
  const auto& f = v.funding;
  if (f.interval.ns != 0 && (f.interval.ns < 0 || f.sample.ns <= 0 || f.interval.ns % f.sample.ns != 0 || day.ns % f.interval.ns != 0))
    return bad("funding", "interval must divide a day and be a multiple of sample", "for example interval: 8h, sample: 60s");
  if (f.interval.ns != 0 && !v.index) return bad("index", "is missing", "name the venue whose prices are the funding's index");
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
  return {v.touch, v.model, v.queue, v.price_offset, l.tick, l.lot, v.cancels_behind};
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

void Wps::on(const VenuePlace& m, Context<Out>& context) {
  begin(context);
  send(RequestKind::place, m, context);
}
void Wps::on(const VenueCancel& m, Context<Out>& context) { send(RequestKind::cancel, named(m), context); }
void Wps::on(const VenueReplace& m, Context<Out>& context) {
  auto order = named(m);
  order.terms.quantity = m.quantity;
  order.terms.limit = m.limit;
  send(RequestKind::replace, order, context);
}
void Wps::on(const VenueQuery& m, Context<Out>& context) { send(RequestKind::query, named(m), context); }

Time Wps::due(std::uint32_t venue, Duration latency, Duration jitter, Time& last, Time now) {
  Time at = now + latency;
  if (jitter.ns > 0) {
    const auto more = matching::draw(state.venues[venue].delays, static_cast<std::uint64_t>(jitter.ns) + 1);
    at = std::max(last, at + Duration{static_cast<std::int64_t>(more)});
    last = at;
  }
  return at;
}

void Wps::send(RequestKind kind, const VenuePlace& order, Context<Out>& context) {
  const auto v = venue_index(order.venue);
  if (v == none || (state.venues[v].order_latency.ns <= 0 && config_.venues[v].order_jitter.ns <= 0)) return arrive({kind, order}, context);
  const auto n = kind == RequestKind::query ? question(order.child, order.request) : ++state.tokens;
  state.requests.insert(n, {kind, order});
  auto& status = state.venues[v];
  const Time at = due(v, status.order_latency, config_.venues[v].order_jitter, status.request_due, context.now());
  context.set_timer(at, token(TimerKind::request, n));
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

// What must hold before the market sees it in ticks and lots.
Reason Wps::refusal(const VenuePlace& m, const Listing* l, Time now) const {
  const OrderTerms& t = m.terms;
  if (venue_index(m.venue) == none) return Reason::order_unknown_venue;
  if (l == nullptr) return Reason::order_unknown_instrument;
  if (t.quantity.units <= 0 || t.quantity.units % l->lot.units != 0) return Reason::order_bad_quantity;
  if (t.display.units < 0 || t.display > t.quantity || t.display.units % l->lot.units != 0) return Reason::order_bad_display;
  if (t.minimum.units < 0 || t.minimum > t.quantity || t.minimum.units % l->lot.units != 0) return Reason::order_bad_minimum;
  const bool limited = t.type == OrderType::limit || t.type == OrderType::stop_limit, pegged = t.type == OrderType::pegged;
  const bool stopped = t.type == OrderType::stop || t.type == OrderType::stop_limit, trails = t.type == OrderType::trailing_stop;
  if ((limited || (pegged && t.limit.units != 0)) && !bounded_price(t.limit)) return Reason::order_bad_price;
  if ((stopped || (trails && t.stop.units != 0)) && !bounded_price(t.stop)) return Reason::order_bad_price;
  if ((pegged || trails) && t.offset.units % l->tick.units != 0) return Reason::order_bad_offset;
  if ((limited || pegged) && t.limit.units % tick_at(l->facts, t.limit).units != 0) return Reason::venue_tick;
  if ((stopped || trails) && t.stop.units % tick_at(l->facts, t.stop).units != 0) return Reason::venue_tick;
  if (t.tif == TimeInForce::gtd && t.expire <= now) return Reason::order_bad_expiry;
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
  child = {m.venue,
           m.terms.instrument,
           m.terms.account,
           m.terms.side,
           m.terms.tif,
           m.terms.type,
           ChildState::working,
           {},
           m.terms.quantity,
           {},
           m.terms.limit,
           0};
  if (const auto why = refusal(m, l, context.now()); why != Reason::none) {
    child.state = ChildState::rejected;
    child.reason = why;
    return report_child(m.child, child, ReportKind::rejected, why, context);
  }
  at_market(*l, context, [&](Events& e) { child.handle = l->market.place(incoming(m, *l), e); });
  if (m.terms.type == OrderType::market_to_limit && child.state == ChildState::working)
    child.limit = l->tick * l->market.orders().limit(child.handle);
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
    const auto h = child->handle;
    at_market(*l, context, [&](Events& e) { l->market.cancel(h, m.child.value, e); });
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
    return known ? refuse(*known, Reason::venue_too_late) : refuse(stranger(m.venue), Reason::venue_unknown_order);
  }
  const bool limited = child->type != OrderType::market && child->type != OrderType::stop && child->type != OrderType::trailing_stop;
  if (m.terms.quantity.units % l->lot.units != 0) return refuse(*child, Reason::order_bad_quantity);
  const bool unbounded = child->type == OrderType::pegged && m.terms.limit.units == 0;
  if (limited && !unbounded && !bounded_price(m.terms.limit)) return refuse(*child, Reason::order_bad_price);
  if (limited && m.terms.limit.units % tick_at(l->facts, m.terms.limit).units != 0) return refuse(*child, Reason::venue_tick);
  if (m.terms.quantity <= child->filled) return refuse(*child, Reason::venue_too_late);
  const auto before = child->quantity;
  const auto price = child->limit;
  child->quantity = m.terms.quantity;
  child->limit = m.terms.limit;
  auto why = Reason::none;
  at_market(*l, context, [&](Events& e) {
    why = l->market.replace(child->handle, m.child.value, m.terms.limit.units / l->tick.units,
                            (m.terms.quantity - child->filled).units / l->lot.units, e);
  });
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
    case TimerKind::agents: return step_agents(static_cast<std::uint32_t>(n), context);
    case TimerKind::schedule: return keep_schedule(static_cast<std::uint32_t>(n), context);
    case TimerKind::resume: return resume(static_cast<std::uint32_t>(n), context);
    case TimerKind::funding: return keep_funding(static_cast<std::uint32_t>(n), context);
  }
}

void Wps::expire(ChildId id, Context<Out>& context) {
  Listing* l = nullptr;
  const Child* child = working(id, l);
  if (child == nullptr) return;
  const auto h = child->handle;
  at_market(*l, context, [&](Events& e) { l->market.expire(h, id.value, e); });
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

void Wps::report(const VenueReport& r, Context<Out>& context) {
  deliver(r, context);
  lie_about(r, context);
}

void Wps::deliver(const VenueReport& r, Context<Out>& context) {
  const auto v = venue_index(r.venue);
  if (v == none || (state.venues[v].report_latency.ns <= 0 && config_.venues[v].report_jitter.ns <= 0)) return context.publish(r);
  const bool answer = r.kind == ReportKind::status || r.kind == ReportKind::status_unknown;
  const auto n = answer ? question(r.child, r.request) : ++state.tokens;
  state.reports.insert(n, r);
  auto& status = state.venues[v];
  const Time at = due(v, status.report_latency, config_.venues[v].report_jitter, status.report_due, context.now());
  context.set_timer(at, token(TimerKind::report, n));
}

extern const ServiceType wps_service;
const ServiceType wps_service = service_type<Wps>();

}  // namespace trade
