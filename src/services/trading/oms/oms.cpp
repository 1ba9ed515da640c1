#include "services/trading/oms/oms.h"

#include "domain/orders/terms.h"
#include "runtime/define_service.h"
#include "runtime/planted.h"

// What the gates and the venues say of an order.
namespace trade {

void Oms::changed(Order& o, VenueState was, Reason reason, Ctx& context) {
  if (is_terminal(o.state) && !is_terminal(was)) {
    o.reason = reason;
    --state.live_orders;
    if (Standing* standing = state.live.find(o.terms.account)) {
      --standing->orders;
      standing->worth -= o.worth;
      o.worth = 0;
    }
    if (o.raised)
      if (const OrderId* id = state.signals.find({o.terms.strategy, o.signal}); id != nullptr && *id == o.id)
        state.signals.erase({o.terms.strategy, o.signal});
    state.counts.rejected += o.state == VenueState::rejected;
    state.counts.cancels += o.state == VenueState::cancelled;
    state.counts.expired += o.state == VenueState::expired;
  }
  const auto& t = o.terms;
  context.publish(OrderChanged{o.id, t.account, t.strategy, t.instrument, t.side, o.state, o.pending, reason, t.quantity, o.filled,
                               t.limit, o.decision});
}

// The venue has been asked for what is pending: its word is due within the time-out.
void Oms::ask_venue(Order& o, Ctx& context) {
  o.asked_at = context.now();
  context.set_timer(config_.ack_timeout, o.id.value);
}

// At once, whatever else the venue owes us; an order still at the gates is cancelled when they have decided.
void Oms::request_cancel(Order& o, Ctx& context) {
  if (is_terminal(o.state) || o.pending == Pending::cancelling || o.cancel_sent) return;
  if (held(o)) return withdraw(o, Reason::none, context);
  if (o.pending == Pending::approval) {
    o.cancel_wanted = true;
    return;
  }
  if (apply(o, OrderEvent::cancel_asked)) {
    ask_venue(o, context);
  } else {
    o.cancel_wanted = false;
    o.cancel_sent = true;
  }
  context.publish(CancelRequested{o.id});
  changed(o, o.state, Reason::none, context);
}

void Oms::request_replace(Order& o, Ctx& context) {
  ask_venue(o, context);
  context.publish(ReplaceRequested{o.id, o.wanted_quantity, o.wanted_limit});
  changed(o, o.state, Reason::none, context);
}

void Oms::on(const OrderApproved& m, Ctx& context) {
  Order* o = state.orders.find(m.order);
  if (o == nullptr || o->pending != Pending::approval || m.replace != is_open(o->state) || o->cleared) return;
  o->decision = m.decision;
  if (m.limit.units != 0 && o->terms.type == OrderType::market) {
    o->terms.type = OrderType::limit;
    o->terms.limit = m.limit;
    if (o->terms.tif != TimeInForce::fok) o->terms.tif = TimeInForce::ioc;
  }
  if (m.replace) {
    apply(*o, OrderEvent::approved);
    settle_command({o->terms.account, o->replace_client}, o->id, Reason::none, context);
    return request_replace(*o, context);
  }
  Group* g = o->group ? state.groups.find(o->group) : nullptr;
  if (g != nullptr && g->broken) {
    withdraw(*o, Reason::order_group_ended, context);
  } else if (g != nullptr && g->together) {
    o->cleared = true;
    if (all_cleared(*g)) pass_together(*g, context);
  } else {
    approved(*o, context);
  }
  steer(o->group, context);
}

// A new order that all have passed goes out, unless its owner has thought better of it.
void Oms::approved(Order& o, Ctx& context) {
  o.cleared = false;
  settle_group(o, Reason::none, context);
  if (o.cancel_wanted) return withdraw(o, Reason::none, context);
  apply(o, OrderEvent::approved);
  settle_place(o, Reason::none, context);
  ask_venue(o, context);
  context.publish(OrderAccepted{o.id, o.terms});
  changed(o, VenueState::none, Reason::none, context);
}

void Oms::on(const OrderBlocked& m, Ctx& context) {
  Order* o = state.orders.find(m.order);
  if (o == nullptr || o->pending != Pending::approval || m.replace != is_open(o->state) || o->cleared) return;
  const VenueState was = o->state;
  o->decision = m.decision;
  if (const auto replace = replace_at_gates(*o)) settle_command(*replace, o->id, m.reason, context);
  else settle_place(*o, m.reason, context);
  if (m.replace) o->refused_total = o->wanted_quantity;
  apply(*o, OrderEvent::blocked);
  if (!m.replace) context.publish(OrderRejected{o->id, o->terms.account, m.reason});
  changed(*o, was, m.reason, context);
  apply_wishes(*o, context);
  Group* g = o->group ? state.groups.find(o->group) : nullptr;
  if (g == nullptr) return;
  if (!m.replace && g->together) break_group(*g, *o, m.reason, context);
  else if (!m.replace && o->id == o->group) settle_group(*o, m.reason, context);
  steer(o->group, context);
}

void Oms::venue_said(Order& o, OrderEvent event, const Execution& m, Ctx& context) {
  const VenueState was = o.state;
  const auto replace = replace_at_gates(o);
  if (event == OrderEvent::replace_rejected) o.refused_total = o.wanted_quantity;
  if (!apply(o, event)) return;
  if (event == OrderEvent::replaced) recount(o);
  if (replace && is_terminal(o.state)) settle_command(*replace, o.id, Reason::order_not_open, context);
  if (o.state == VenueState::rejected) context.publish(OrderRejected{o.id, o.terms.account, m.reason});
  changed(o, was, m.reason, context);
  apply_wishes(o, context);
}

// What waited for the order to be free: the word on a cancel that was sent meanwhile, a cancel still to be sent, or a replace that was in
// doubt (it names totals: saying it twice does no harm).
void Oms::apply_wishes(Order& o, Ctx& context) {
  if (!is_open(o.state) || o.pending != Pending::none) return;
  if (o.cancel_sent) {
    apply(o, OrderEvent::cancel_asked);
    ask_venue(o, context);
    changed(o, o.state, Reason::none, context);
  } else if (o.cancel_wanted) {
    request_cancel(o, context);
  } else if (replacing(o)) {
    apply(o, OrderEvent::replace_asked);
    apply(o, OrderEvent::approved);
    request_replace(o, context);
  }
}

void Oms::on(const Execution& m, Ctx& context) {
  Order* o = state.orders.find(m.order);
  if (o == nullptr) return;
  hear(*o, m, context);
  if (m.kind != ExecutionKind::cancel_rejected) steer(o->group, context);  // asking again at once would be answered the same
}

void Oms::hear(Order& o, const Execution& m, Ctx& context) {
  const bool ends = m.kind == ExecutionKind::cancelled || m.kind == ExecutionKind::rejected || m.kind == ExecutionKind::expired;
  if (ends && m.filled > o.filled) return ended_short(o, context);
  switch (m.kind) {
    case ExecutionKind::working: return venue_said(o, OrderEvent::accepted, m, context);
    case ExecutionKind::filled: return fill(o, m, context);
    case ExecutionKind::cancelled: return venue_said(o, OrderEvent::cancelled, m, context);
    case ExecutionKind::rejected: return venue_said(o, OrderEvent::rejected, m, context);
    case ExecutionKind::expired: return venue_said(o, OrderEvent::expired, m, context);
    case ExecutionKind::cancel_rejected: return venue_said(o, OrderEvent::cancel_rejected, m, context);
    case ExecutionKind::replace_rejected: return venue_said(o, OrderEvent::replace_rejected, m, context);
    case ExecutionKind::restated: return venue_said(o, restated(o, m.filled, m.open), m, context);
    case ExecutionKind::replaced: return replaced(o, m, context);
    case ExecutionKind::busted:
    case ExecutionKind::corrected: return amend(o, m, context);
  }
}

void Oms::replaced(Order& o, const Execution& m, Ctx& context) {
  const bool as_asked = replacing(o) && m.quantity <= o.wanted_quantity && m.price == o.wanted_limit;
  if (!as_asked || !transition(OrderEvent::replaced, o.state, o.pending).legal) return;
  ++state.counts.replaced;
  const Quantity less = o.wanted_quantity - m.quantity;  // fills were taken back meanwhile
  o.wanted_quantity = m.quantity;
  venue_said(o, OrderEvent::replaced, m, context);
  o.taken_back = less;
}

// The de-duplication of fills (I5): the one place that decides.
Executions::Verdict Oms::seen_before(const Execution& m) {
  if (planted(Bug::no_fill_dedup)) return Executions::Verdict::fresh;
  return state.executions.admit(m.venue, m.execution, m.order, m.price, m.quantity);
}

void Oms::fill(Order& o, const Execution& m, Ctx& context) {
  if (m.quantity.units <= 0 || m.price.units <= 0 || m.price.units > largest_units) return quarantine(o, Reason::venue_mismatch, context);
  switch (seen_before(m)) {
    case Executions::Verdict::duplicate: ++state.counts.duplicate_fills; return;
    case Executions::Verdict::mismatch: return quarantine(o, Reason::venue_mismatch, context);
    case Executions::Verdict::fresh: return take_fill(o, m, context);
  }
}

void Oms::take_fill(Order& o, const Execution& m, Ctx& context) {
  const VenueState was = o.state;
  const auto replace = replace_at_gates(o);
  switch (apply_fill(o, m.quantity)) {
    case FillVerdict::overfill: return quarantine(o, Reason::venue_overfill, context);
    case FillVerdict::refused: return quarantine(o, Reason::venue_mismatch, context);
    case FillVerdict::late: ++state.counts.late; break;
    case FillVerdict::applied: break;
  }
  if (replace && is_terminal(o.state)) settle_command(*replace, o.id, Reason::order_not_open, context);
  publish_fill(o, m, context);
  changed(o, was, Reason::none, context);
}

// A venue's later word on an execution: what was booked is taken back once, and of a correction the true fill booked anew.
void Oms::amend(Order& o, const Execution& m, Ctx& context) {
  const bool bust = m.kind == ExecutionKind::busted;
  const Price price = bust ? Price{} : m.price;
  const Quantity quantity = bust ? Quantity{} : m.quantity;
  const bool sane = bust || (quantity.units > 0 && price.units > 0 && price.units <= largest_units);
  if (!sane) return quarantine(o, Reason::venue_mismatch, context);
  Executions::Standing was;
  switch (state.executions.amend(m.venue, m.execution, m.order, m.venue_time, price, quantity, was)) {
    case Executions::Verdict::duplicate: ++state.counts.duplicate_fills; return;
    case Executions::Verdict::mismatch: return quarantine(o, Reason::venue_mismatch, context);
    case Executions::Verdict::fresh: break;
  }
  if (!was.heard) return bust ? unheard(o, m.quantity, context) : take_fill(o, m, context);
  const Booked& old = was.booked;
  const VenueState before = o.state;
  if (!take_back(o, old.quantity, quantity)) {
    state.executions.book(m.venue, m.execution, old);
    return quarantine(o, Reason::venue_overfill, context);
  }
  if (old.fill) publish_reversal(o, m, old, context);
  Execution now = m;
  if (old.fill) now.liquidity = old.liquidity;
  if (!bust) publish_fill(o, now, context);
  changed(o, before, Reason::venue_busted, context);
}

// A bust has overtaken its fill: when that comes it is known not to stand.
void Oms::unheard(Order& o, Quantity quantity, Ctx& context) {
  const VenueState before = o.state;
  const auto replace = replace_at_gates(o);
  if (!take_back_unheard(o, quantity)) return;
  if (replace && is_terminal(o.state)) settle_command(*replace, o.id, Reason::order_not_open, context);
  changed(o, before, Reason::venue_busted, context);
}

void Oms::publish_reversal(const Order& o, const Execution& m, const Booked& was, Ctx& context) {
  ++state.counts.reversed;
  const OrderTerms& t = o.terms;
  context.publish(FillReversed{Fill{was.fill, o.id, t.account, t.strategy, t.instrument, m.venue, m.execution, t.side, was.price,
                                    was.quantity, was.liquidity, was.venue_time, was.value, was.fee}});
}

// Before OrderChanged, so that risk never sees the open part shrink before the position has grown.
void Oms::publish_fill(const Order& o, const Execution& m, Ctx& context) {
  const Venue* venue = state.venues.find(m.venue);
  const Ratio rate = venue == nullptr ? Ratio{} : m.liquidity == Liquidity::maker ? venue->maker_fee : venue->taker_fee;
  const Money value = booked(value_of(state.instruments.at(o.terms.instrument), m.price, m.quantity));
  const Booked b{FillId{++state.last_fill}, m.price, m.quantity, m.liquidity, m.venue_time, value, booked(times(value, rate))};
  if (!planted(Bug::no_fill_dedup)) state.executions.book(m.venue, m.execution, b);
  ++state.counts.fills;
  const OrderTerms& t = o.terms;
  context.publish(Fill{b.fill, o.id, t.account, t.strategy, t.instrument, m.venue, m.execution, t.side, m.price, m.quantity, m.liquidity,
                       m.venue_time, b.value, b.fee});
}

// A fill that the books cannot hold is not booked: the order is marked, and its instrument takes no new order (TRUST F9).
void Oms::quarantine(Order& o, Reason reason, Ctx& context) {
  o.broken = reason;
  state.stopped.insert(o.terms.instrument, reason);
  changed(o, o.state, reason, context);
}

// We no longer know what the venue has: say so, and ask.
void Oms::doubt(Order& o, OrderEvent why, Ctx& context) {
  const VenueState was = o.state;
  if (!apply(o, why) || !apply(o, OrderEvent::queried)) return;
  ask_venue(o, context);
  context.publish(OrderQueried{o.id});
  changed(o, was, Reason::none, context);
}

// The venues' last word tells of fills that have not come yet: it is not over for us before they have, and what risk holds stays held.
void Oms::ended_short(Order& o, Ctx& context) {
  const VenueState was = o.state;
  const auto replace = replace_at_gates(o);
  if (!apply(o, OrderEvent::ended_short)) return;
  if (replace) settle_command(*replace, o.id, Reason::order_not_open, context);
  ask_venue(o, context);
  context.publish(OrderQueried{o.id});
  changed(o, was, Reason::none, context);
}

void Oms::on(const TimerFired& m, Ctx& context) {
  Order* o = state.orders.find(OrderId{m.token & ~(expiry_token | overdue_token)});
  if (o == nullptr) return;
  if ((m.token & expiry_token) != 0) return expire(*o, (m.token & overdue_token) != 0, context);
  if (awaits_venue(o->pending) && context.now() >= o->asked_at + config_.ack_timeout) doubt(*o, OrderEvent::timeout, context);
}

// Its time is up. A venue ends its orders by itself; one that has not done so in time is asked to.
void Oms::expire(Order& o, bool overdue, Ctx& context) {
  if (is_terminal(o.state)) return;
  const bool at_venue = !held(o) && o.pending != Pending::approval;
  if (at_venue && !overdue) return context.set_timer(config_.ack_timeout, o.id.value | expiry_token | overdue_token);
  request_cancel(o, context);
  steer(o.group, context);
}

// After a restart whatever a venue owes us is in doubt: the one place that decides.
void Oms::doubt_pending_orders(Ctx& context) {
  for (auto& e : state.orders)
    if (awaits_venue(e.value.pending)) doubt(e.value, OrderEvent::recovered, context);
}

void Oms::on(const Recovered&, Ctx& context) { doubt_pending_orders(context); }

OrderStatistics Oms::answer(const OrderStatisticsQuery&) const {
  const auto& c = state.counts;
  std::uint64_t unknown = 0;
  for (const auto& e : state.orders) unknown += e.value.state == VenueState::unknown;
  return {c.orders, c.rejected, c.fills, c.cancels, c.expired, c.replaced, unknown, state.live_orders, c.duplicate_fills, c.late};
}

OrderView Oms::answer(const OrderQuery& q) const {
  const Order* o = state.orders.find(q.order);
  if (o == nullptr) return {};
  return {true,      o->id,     o->client,  o->terms, o->state,    o->pending, o->reason,
          o->broken, o->filled, leaves(*o), o->late,  o->reversed, o->decision, o->group};
}

extern const ServiceType oms_service;
const ServiceType oms_service = service_type<Oms>();

}  // namespace trade
