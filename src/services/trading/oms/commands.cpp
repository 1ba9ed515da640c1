#include "domain/orders/fingerprint.h"
#include "domain/orders/terms.h"
#include "services/trading/oms/oms.h"

// What owners ask of oms: commands with their ids, and signals.
namespace trade {

// True when this id was used before: the same body is answered as it was (or, while the gates decide, will be), another one is refused.
bool Oms::repeated(const CommandKey& key, CommandKind kind, std::uint64_t body, Ctx& context) {
  const Answered* before = state.commands.find(key);
  if (before == nullptr) {
    state.commands.insert(key, {kind, body, {}, false, false, {}});
    return false;
  }
  if (before->kind != kind || before->body != body)
    context.publish(CommandAnswered{key.first, key.second, {}, false, Reason::order_duplicate_id});
  else if (before->known)
    context.publish(CommandAnswered{key.first, key.second, before->order, before->accepted, before->reason});
  return true;
}

// The answer is known now; `refused` none: accepted.
void Oms::settle_command(const CommandKey& key, OrderId order, Reason refused, Ctx& context) {
  Answered* a = state.commands.find(key);
  if (a == nullptr || a->known) return;
  a->known = true;
  a->order = order;
  a->accepted = refused == Reason::none;
  a->reason = refused;
  context.publish(CommandAnswered{key.first, key.second, order, a->accepted, refused});
}

Reason Oms::refusal(const OrderTerms& t, Time now) const {
  if (!state.instruments.contains(t.instrument)) return Reason::order_unknown_instrument;
  const std::uint32_t* live = state.live.find(t.account);
  if (live == nullptr) return Reason::order_unknown_account;
  if (t.venue && !state.venues.contains(t.venue)) return Reason::order_unknown_venue;
  if (const Reason shape = check_terms(t, now); shape != Reason::none) return shape;
  if (const Reason* stopped = state.stopped.find(t.instrument)) return *stopped;
  return *live >= config_.max_live_orders ? Reason::order_limit_per_account : Reason::none;
}

void Oms::settle_place(const Order& o, Reason refused, Ctx& context) {
  if (!o.raised) settle_command({o.terms.account, o.client}, o.id, refused, context);
}

// The command behind a replace that the gates have not decided yet: should the order end first, it is answered so.
std::optional<Oms::CommandKey> Oms::replace_at_gates(const Order& o) const {
  if (o.pending != Pending::approval || !replacing(o)) return std::nullopt;
  return CommandKey{o.terms.account, o.replace_client};
}

// Takes a new order in: a refused one ends at once, a good one goes to the gates.
void Oms::admit(Order made, Ctx& context) {
  forget_old();
  made.id = OrderId{++state.last_order};
  ++state.counts.orders;
  ++state.live_orders;
  const OrderTerms& terms = made.terms;
  const Reason refused = refusal(terms, context.now());
  if (std::uint32_t* live = state.live.find(terms.account)) ++*live;
  Order& o = state.orders[made.id] = made;
  apply(o, OrderEvent::placed);
  if (refused != Reason::none) {
    apply(o, OrderEvent::blocked);
    context.publish(OrderRejected{o.id, terms.account, refused});
    settle_place(o, refused, context);
  } else if (!o.raised && state.early_cancels.erase({terms.account, o.client})) {
    apply(o, OrderEvent::withdrawn);
    settle_place(o, Reason::none, context);
  } else {
    if (o.raised) state.signals[{terms.strategy, o.signal}] = o.id;
    context.publish(OrderIntended{o.id, false, terms});
  }
  changed(o, VenueState::none, refused, context);
}

void Oms::on(const PlaceOrder& m, Ctx& context) {
  const CommandKey key{m.terms.account, m.id};
  if (repeated(key, CommandKind::place, fingerprint(1, m.terms), context)) return;
  state.commands.at(key).order = OrderId{state.last_order + 1};
  Order o;
  o.client = m.id;
  o.terms = m.terms;
  admit(o, context);
}

void Oms::on(const SignalRaised& m, Ctx& context) {
  const OrderId* known = state.signals.find({m.strategy, m.signal});
  if (m.action == SignalAction::cancel) {
    if (known != nullptr) request_cancel(state.orders.at(*known), context);
    return;
  }
  if (known != nullptr) return;
  Order o;
  o.raised = true;
  o.signal = m.signal;
  o.terms = m.terms;
  o.terms.strategy = m.strategy;
  admit(o, context);
}

Order* Oms::order_of(const CommandKey& target) {
  const Answered* place = state.commands.find(target);
  return place != nullptr && place->kind == CommandKind::place ? state.orders.find(place->order) : nullptr;
}

// A cancel that overtook its order is remembered, accepted with order 0, and meets the order when it comes.
void Oms::on(const CancelOrder& m, Ctx& context) {
  const CommandKey key{m.account, m.id}, target{m.account, m.target};
  if (repeated(key, CommandKind::cancel, fingerprint(2, m), context)) return;
  Order* o = order_of(target);
  if (o != nullptr && !is_terminal(o->state)) {
    settle_command(key, o->id, Reason::none, context);
    request_cancel(*o, context);
  } else if (o != nullptr) {
    settle_command(key, o->id, Reason::order_not_open, context);
  } else if (state.commands.contains(target) || !state.live.contains(m.account) ||
             (state.early_cancels.size() >= config_.max_early_cancels && !state.early_cancels.contains(target))) {
    settle_command(key, {}, Reason::order_not_found, context);
  } else {
    state.early_cancels[target] = true;
    settle_command(key, {}, Reason::none, context);
  }
  forget_old();
}

Reason Oms::replace_refusal(const Order* o, const ReplaceOrder& m) const {
  if (o == nullptr) return Reason::order_not_found;
  if (is_terminal(o->state)) return Reason::order_not_open;
  if (!transition(OrderEvent::replace_asked, o->state, o->pending).legal || o->cancel_wanted || o->cancel_sent)
    return Reason::order_pending;
  if (const Reason* stopped = state.stopped.find(o->terms.instrument)) return *stopped;
  return check_replace(o->terms, o->filled, m.quantity, m.limit);
}

void Oms::on(const ReplaceOrder& m, Ctx& context) {
  const CommandKey key{m.account, m.id};
  if (repeated(key, CommandKind::replace, fingerprint(3, m), context)) return;
  Order* o = order_of({m.account, m.target});
  if (const Reason refused = replace_refusal(o, m); refused != Reason::none) {
    settle_command(key, o == nullptr ? OrderId{} : o->id, refused, context);
  } else {
    const VenueState was = o->state;
    apply(*o, OrderEvent::replace_asked);
    o->replace_client = m.id;
    o->wanted_quantity = m.quantity;
    o->wanted_limit = m.limit;
    state.commands.at(key).order = o->id;
    OrderTerms terms = o->terms;
    terms.quantity = m.quantity;
    terms.limit = m.limit;
    context.publish(OrderIntended{o->id, true, terms});
    changed(*o, was, Reason::none, context);
  }
  forget_old();
}

// Keeps every memory within its bound, oldest first, never what a live order needs.
void Oms::forget_old() {
  const auto over = [](std::uint64_t size, std::uint64_t limit) { return size > limit + limit / 8 ? size - limit : 0; };
  state.executions.trim(config_.max_executions);
  if (const auto n = over(state.commands.size(), config_.max_ids))
    drop_oldest(state.commands, n, [this](const CommandKey&, const Answered& a) {
      const Order* o = state.orders.find(a.order);
      return a.known && (o == nullptr || is_terminal(o->state));
    });
  if (const auto n = over(state.orders.size() - state.live_orders, config_.max_closed))
    drop_oldest(state.orders, n, [](OrderId, const Order& o) { return is_terminal(o.state); });
}

}  // namespace trade
