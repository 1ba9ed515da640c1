#include "domain/orders/fingerprint.h"
#include "domain/orders/terms.h"
#include "services/trading/oms/oms.h"

// Orders that belong together: taken in as a whole, and each kept at the total that follows from what the others have done.
namespace trade {

Reason Oms::group_refusal(const PlaceGroup& m, std::span<const OrderTerms> terms, Time now) const {
  if (!state.live.contains(m.account)) return Reason::order_unknown_account;
  if (terms.size() > config_.max_group) return Reason::order_bad_group;
  if (const Reason shape = check_group(m.kind, terms); shape != Reason::none) return shape;
  for (std::size_t i = 0; i < terms.size(); ++i) {
    const ClientId& id = m.legs[i].id;
    if (terms[i].account != m.account) return Reason::order_bad_group;
    for (std::size_t j = 0; j < i; ++j)
      if (m.legs[j].id == id) return Reason::order_duplicate_id;
    if (id == m.id || state.commands.contains({m.account, id})) return Reason::order_duplicate_id;
    if (const Reason shape = shape_refusal(terms[i], now); shape != Reason::none) return shape;
  }
  return limit_refusal(m.account, terms);
}

// Refused as a whole: then no order is made.
void Oms::on(const PlaceGroup& m, Ctx& context) {
  const CommandKey key{m.account, m.id};
  std::uint64_t body = mix64(5 + static_cast<std::uint64_t>(m.kind));
  std::vector<OrderTerms> terms;
  for (const auto& leg : m.legs) {
    body = fingerprint(body, leg);
    terms.push_back(leg.terms);
  }
  if (repeated(key, CommandKind::group, body, context)) return;
  if (const Reason refused = group_refusal(m, terms, context.now()); refused != Reason::none)
    return settle_command(key, {}, refused, context);
  const OrderId first{state.last_order + 1};
  Group group{m.kind, m.kind == GroupKind::oco || m.kind == GroupKind::basket, false, {}, m.id, {}, {}};
  for (const auto& leg : m.legs) {
    Order o;
    o.client = leg.id;
    o.terms = leg.terms;
    o.group = first;
    o.placed = leg.terms.quantity;
    Order& made = make(o, context);
    count_in(made);
    group.members.push_back(made.id);
    state.commands.insert({m.account, leg.id}, {CommandKind::place, fingerprint(1, leg.terms), made.id, false, false, {}});
  }
  state.commands.at(key).order = first;
  const auto members = group.members;
  const bool together = group.together;
  state.groups.insert(first, std::move(group));
  for (const OrderId id : members)
    if (id == first || together) intend(state.orders.at(id), context);
  for (const OrderId id : members)
    if (state.early_cancels.erase({m.account, state.orders.at(id).client})) request_cancel(state.orders.at(id), context);
  steer(first, context);
}

// A strategy's groups grow signal by signal; the first of a group opens it.
void Oms::join(const SignalRaised& m, Order o, Ctx& context) {
  const auto key = std::pair{m.strategy, m.group};
  o.placed = o.terms.quantity;
  if (m.group == m.signal) {
    if (m.kind == GroupKind::basket) return admit(o, Reason::order_bad_group, context);  // nobody would know when it is complete
    o.group = OrderId{state.last_order + 1};
    state.groups.insert(o.group, {m.kind, false, false, {o.group}, {}, m.strategy, m.signal});
    state.signal_groups[key] = o.group;
    const OrderId group = o.group;
    admit(o, Reason::none, context);
    return steer(group, context);
  }
  const OrderId* known = state.signal_groups.find(key);
  Group* g = known == nullptr ? nullptr : state.groups.find(*known);
  if (g == nullptr || g->kind != m.kind || g->members.size() >= config_.max_group) return admit(o, Reason::order_bad_group, context);
  const OrderId group = *known;
  OrderTerms first = state.orders.at(group).terms;
  first.quantity = state.orders.at(group).placed;
  const OrderTerms pair[] = {first, o.terms};
  if (const Reason shape = check_group(m.kind, pair); shape != Reason::none) return admit(o, shape, context);
  if (const Reason refused = refusal(o.terms, context.now()); refused != Reason::none) return admit(o, refused, context);
  o.group = group;
  Order& made = make(o, context);
  count_in(made);
  g->members.push_back(made.id);
  state.signals[{made.terms.strategy, made.signal}] = made.id;
  if (m.kind == GroupKind::oco) intend(made, context);
  steer(group, context);
}

bool Oms::all_cleared(const Group& group) const {
  for (const OrderId id : group.members)
    if (const Order& o = state.orders.at(id); !o.cleared && !is_terminal(o.state)) return false;
  return true;
}

void Oms::settle_group(const Order& o, Reason refused, Ctx& context) {
  const Group* g = o.group ? state.groups.find(o.group) : nullptr;
  if (g != nullptr && !g->command.empty()) settle_command({o.terms.account, g->command}, o.group, refused, context);
}

// The gates have passed them all: they go out.
void Oms::pass_together(Group& g, Ctx& context) {
  g.together = false;
  for (const OrderId id : g.members)
    if (Order& o = state.orders.at(id); o.pending == Pending::approval) approved(o, context);
}

// One was blocked: the others are taken back, those the gates still have when they have decided.
void Oms::break_group(Group& g, const Order& but, Reason reason, Ctx& context) {
  settle_group(but, reason, context);
  g.broken = true;
  for (const OrderId id : g.members)
    if (Order& o = state.orders.at(id); o.id != but.id && o.cleared && o.pending == Pending::approval)
      withdraw(o, Reason::order_group_ended, context);
}

// Brings every order of the group to its total. It is forgotten when all have ended.
void Oms::steer(OrderId group, Ctx& context) {
  Group* g = group ? state.groups.find(group) : nullptr;
  if (g == nullptr) return;
  std::vector<GroupMember> members;
  for (const OrderId id : g->members) {
    const Order& o = state.orders.at(id);
    members.push_back({o.placed, o.filled, is_terminal(o.state)});
  }
  bool alive = false;
  for (std::size_t i = 0; i < members.size(); ++i) {
    Order& o = state.orders.at(g->members[i]);
    if (is_terminal(o.state)) continue;
    const Instrument& instrument = state.instruments.at(o.terms.instrument);
    const Quantity lot = instrument.lot.units > 0 ? instrument.lot : Quantity{1};
    steer(o, group_total(g->kind, members, i, lot), waits(g->kind, members, i), context);
    alive = alive || !is_terminal(o.state);
  }
  if (alive) return;
  state.signal_groups.erase({g->strategy, g->signal});
  state.groups.erase(group);
}

void Oms::steer(Order& o, Quantity total, bool waiting, Ctx& context) {
  if (held(o)) {
    if (waiting) return;
    if (total.units <= 0) return withdraw(o, Reason::order_parent_ended, context);
    o.terms.quantity = total;
    const Reason refused = shape_refusal(o.terms, context.now());
    if (refused != Reason::none) return block(o, refused, context);
    recount(o);
    return intend(o, context);
  }
  if (o.pending == Pending::approval) return;  // once the gates have decided
  if (total <= o.filled) return request_cancel(o, context);
  if (total != o.terms.quantity) resize(o, total, context);
}

// As a replace of our own. What cannot be lowered is cancelled: too little is better than more than was meant; what cannot be raised stays.
void Oms::resize(Order& o, Quantity total, Ctx& context) {
  const bool free = transition(OrderEvent::replace_asked, o.state, o.pending).legal && !o.cancel_wanted && !o.cancel_sent && !replacing(o);
  if (!free) return;
  if (check_replace(o.terms, o.filled, total, o.terms.limit) != Reason::none) o.refused_total = total;
  if (o.refused_total != total) return ask_to_replace(o, total, o.terms.limit, context);
  if (total < o.terms.quantity) request_cancel(o, context);
}

}  // namespace trade
