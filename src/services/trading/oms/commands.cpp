#include "domain/execution/schedule.h"
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

// What the order counts against its account's limit: its quantity at the price it names, of what settles in the account's currency;
// nullopt: beyond all reckoning.
std::optional<int128> Oms::worth_of(const OrderTerms& t) const {
  const Instrument& i = state.instruments.at(t.instrument);
  const Price price = named_price(t);
  if (price.units <= 0 || state.live.at(t.account).currency != i.settle) return 0;
  constexpr int128 most = money_one * money_one;  // far within 128 bits
  if (i.contract == Contract::inverse) {
    if (static_cast<int128>(t.quantity.units) * i.multiplier.units / price.units > most / decimal_one) return std::nullopt;
  } else {
    const int128 plain = static_cast<int128>(price.units) * t.quantity.units;
    if (i.multiplier.units > decimal_one && plain > most / i.multiplier.units * decimal_one) return std::nullopt;
  }
  return value_of(i, price, t.quantity).units;
}

// What the order itself must be, and what it meets.
Reason Oms::shape_refusal(const OrderTerms& t, Time now) const {
  if (!state.instruments.contains(t.instrument)) return Reason::order_unknown_instrument;
  if (!state.live.contains(t.account)) return Reason::order_unknown_account;
  if (t.venue && !state.venues.contains(t.venue)) return Reason::order_unknown_venue;
  if (const Reason shape = check_terms(t, now); shape != Reason::none) return shape;
  if (const Reason algo = check_algo(t, now); algo != Reason::none) return algo;
  if (const Reason* stopped = state.stopped.find(t.instrument)) return *stopped;
  return market_open(t, now) ? Reason::none : Reason::order_market_closed;
}

// What its account may have alive, with these added.
Reason Oms::limit_refusal(AccountId account, std::span<const OrderTerms> terms) const {
  const Standing& s = state.live.at(account);
  if (s.orders + terms.size() > config_.max_live_orders) return Reason::order_limit_per_account;
  if (config_.max_order_value.units == 0) return Reason::none;
  const int128 most = static_cast<int128>(config_.max_order_value.units) * decimal_one;
  int128 sum = s.worth;
  for (const auto& t : terms) {
    const auto worth = worth_of(t);
    if (!worth || *worth > most - sum) return Reason::order_value_per_account;
    sum += *worth;
  }
  return Reason::none;
}

Reason Oms::refusal(const OrderTerms& t, Time now) const {
  const Reason shape = shape_refusal(t, now);
  return shape != Reason::none ? shape : limit_refusal(t.account, std::span(&t, 1));
}

// Orders for an auction may wait for it while the market is closed.
bool Oms::market_open(const OrderTerms& t, Time now) const {
  const CalendarName& name = state.instruments.at(t.instrument).calendar;
  if (name.empty() || t.tif == TimeInForce::at_open || t.tif == TimeInForce::at_close) return true;
  return state.calendars.has(name) && state.calendars.of(name).is_open(now, Hours::extended);
}

// When an order that came `now` ends by itself: a DAY order with its trading day, of what never closes with the day in UTC; 0: never.
Time Oms::expiry(const OrderTerms& t, Time now) const {
  if (t.tif == TimeInForce::gtd) return t.expire;
  if (t.tif != TimeInForce::day) return {};
  const CalendarName& name = state.instruments.at(t.instrument).calendar;
  constexpr Duration day = seconds(86'400);
  if (name.empty()) return floor_to(now, day) + day;
  const Calendar& calendar = state.calendars.of(name);
  const auto whole = calendar.whole_day(calendar.trading_day(now), Hours::extended);
  return whole && whole->close > now ? whole->close : calendar.next_close(now, Hours::extended);
}

void Oms::settle_place(const Order& o, Reason refused, Ctx& context) {
  if (!o.raised) settle_command({o.terms.account, o.client}, o.id, refused, context);
}

// The command behind a replace that the gates have not decided yet: should the order end first, it is answered so.
std::optional<Oms::CommandKey> Oms::replace_at_gates(const Order& o) const {
  if (o.pending != Pending::approval || !replacing(o)) return std::nullopt;
  return CommandKey{o.terms.account, o.replace_client};
}

void Oms::count_in(Order& o) {
  ++state.live_orders;
  Standing* standing = state.live.find(o.terms.account);
  if (standing == nullptr) return;
  ++standing->orders;
  if (state.instruments.contains(o.terms.instrument)) o.worth = worth_of(o.terms).value_or(0);
  standing->worth += o.worth;
}

// Its terms are others now.
void Oms::recount(Order& o) {
  Standing& standing = state.live.at(o.terms.account);
  standing.worth -= o.worth;
  o.worth = is_terminal(o.state) ? 0 : worth_of(o.terms).value_or(0);
  standing.worth += o.worth;
}

// Takes a new order in, refused ones too. What is returned lives until the next one is made.
Order& Oms::make(Order made, Ctx&) {
  forget_old();
  made.id = OrderId{++state.last_order};
  ++state.counts.orders;
  return state.orders[made.id] = made;
}

// It ends at once.
void Oms::block(Order& o, Reason reason, Ctx& context) {
  apply(o, OrderEvent::placed);
  apply(o, OrderEvent::blocked);
  context.publish(OrderRejected{o.id, o.terms.account, reason});
  settle_place(o, reason, context);
  changed(o, VenueState::none, reason, context);
}

void Oms::intend(Order& o, Ctx& context) {
  apply(o, OrderEvent::placed);
  const Group* g = o.group ? state.groups.find(o.group) : nullptr;
  OrderIntended m{o.id, false, o.terms};
  if (g != nullptr && g->together) {
    m.group = o.group;
    m.legs = static_cast<std::uint32_t>(g->members.size());
  }
  context.publish(m);
  if (const Time end = expiry(o.terms, context.now()); end != Time{}) context.set_timer(end, o.id.value | expiry_token);
  changed(o, VenueState::none, Reason::none, context);
}

// Ends an order that has not left: it waits for another one, or the gates have it or had it.
void Oms::withdraw(Order& o, Reason reason, Ctx& context) {
  apply(o, OrderEvent::withdrawn);
  settle_place(o, reason, context);
  changed(o, VenueState::none, reason, context);
}

// `refused`: a reason known already.
void Oms::admit(Order made, Reason refused, Ctx& context) {
  if (refused == Reason::none) refused = refusal(made.terms, context.now());
  Order& o = make(std::move(made), context);
  count_in(o);
  if (refused != Reason::none) return block(o, refused, context);
  if (o.raised) state.signals[{o.terms.strategy, o.signal}] = o.id;
  if (o.raised || !state.early_cancels.erase({o.terms.account, o.client})) return intend(o, context);
  apply(o, OrderEvent::placed);
  withdraw(o, Reason::none, context);
}

void Oms::on(const PlaceOrder& m, Ctx& context) {
  const CommandKey key{m.terms.account, m.id};
  if (repeated(key, CommandKind::place, fingerprint(1, m.terms), context)) return;
  state.commands.at(key).order = OrderId{state.last_order + 1};
  Order o;
  o.client = m.id;
  o.terms = m.terms;
  admit(o, Reason::none, context);
}

void Oms::on(const SignalRaised& m, Ctx& context) {
  const OrderId* known = state.signals.find({m.strategy, m.signal});
  if (m.action == SignalAction::cancel) {
    if (known == nullptr) return;
    const OrderId group = state.orders.at(*known).group;
    request_cancel(state.orders.at(*known), context);
    return steer(group, context);
  }
  if (known != nullptr) return;
  Order o;
  o.raised = true;
  o.signal = m.signal;
  o.terms = m.terms;
  o.terms.strategy = m.strategy;
  if (m.kind != GroupKind::none) return join(m, o, context);
  admit(o, Reason::none, context);
}

Order* Oms::order_of(const CommandKey& target) {
  const Answered* place = state.commands.find(target);
  return place != nullptr && place->kind == CommandKind::place ? state.orders.find(place->order) : nullptr;
}

// Of a group's command: all of it. A cancel that overtook its order is remembered, accepted with order 0, and meets the order when it
// comes.
void Oms::on(const CancelOrder& m, Ctx& context) {
  const CommandKey key{m.account, m.id}, target{m.account, m.target};
  if (repeated(key, CommandKind::cancel, fingerprint(2, m), context)) return;
  Order* o = order_of(target);
  const Answered* named = state.commands.find(target);
  if (named != nullptr && named->kind == CommandKind::group && state.groups.contains(named->order)) {
    const OrderId group = named->order;
    settle_command(key, group, Reason::none, context);
    for (const OrderId member : state.groups.at(group).members) request_cancel(state.orders.at(member), context);
    steer(group, context);
  } else if (o != nullptr && !is_terminal(o->state)) {
    settle_command(key, o->id, Reason::none, context);
    request_cancel(*o, context);
    steer(o->group, context);
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

void Oms::cancel_all(const OrderScope& scope, Ctx& context) {
  std::vector<OrderId> groups;
  for (auto& e : state.orders) {
    Order& o = e.value;
    if (is_terminal(o.state) || !fits(scope, o.terms)) continue;
    request_cancel(o, context);
    if (o.group) groups.push_back(o.group);
  }
  for (const OrderId g : groups) steer(g, context);
}

void Oms::on(const CorporateActionDue& m, Ctx& context) {
  if (m.action.kind == ActionKind::rename) return;
  OrderScope scope;
  scope.instrument = m.action.instrument;
  cancel_all(scope, context);
}

void Oms::on(const CancelOrders& m, Ctx& context) {
  const CommandKey key{m.scope.account, m.id};
  if (repeated(key, CommandKind::cancel_scope, fingerprint(4, m), context)) return;
  const bool known = !m.scope.account || state.live.contains(m.scope.account);
  settle_command(key, {}, known ? Reason::none : Reason::order_unknown_account, context);
  cancel_all(m.scope, context);
  forget_old();
}

Reason Oms::replace_refusal(const Order* o, const ReplaceOrder& m) const {
  if (o == nullptr) return Reason::order_not_found;
  if (is_terminal(o->state)) return Reason::order_not_open;
  if (!transition(OrderEvent::replace_asked, o->state, o->pending).legal || o->cancel_wanted || o->cancel_sent)
    return Reason::order_pending;
  if (const Reason* stopped = state.stopped.find(o->terms.instrument)) return *stopped;
  if (const Reason shape = check_replace(o->terms, o->filled, m.quantity, m.limit); shape != Reason::none) return shape;
  if (o->group && m.quantity != o->terms.quantity) return Reason::order_bad_group;  // its total follows from the others
  if (config_.max_order_value.units == 0) return Reason::none;
  OrderTerms changed = o->terms;
  changed.quantity = m.quantity;
  changed.limit = m.limit;
  const auto worth = worth_of(changed);
  const int128 most = static_cast<int128>(config_.max_order_value.units) * decimal_one;
  const bool over = !worth || (*worth > o->worth && *worth - o->worth > most - state.live.at(o->terms.account).worth);
  return over ? Reason::order_value_per_account : Reason::none;
}

// The gates decide on the new terms.
void Oms::ask_to_replace(Order& o, Quantity quantity, Price limit, Ctx& context) {
  const VenueState was = o.state;
  apply(o, OrderEvent::replace_asked);
  o.wanted_quantity = quantity;
  o.wanted_limit = limit;
  OrderTerms terms = o.terms;
  terms.quantity = quantity;
  terms.limit = limit;
  context.publish(OrderIntended{o.id, true, terms});
  changed(o, was, Reason::none, context);
}

void Oms::on(const ReplaceOrder& m, Ctx& context) {
  const CommandKey key{m.account, m.id};
  if (repeated(key, CommandKind::replace, fingerprint(3, m), context)) return;
  Order* o = order_of({m.account, m.target});
  if (const Reason refused = replace_refusal(o, m); refused != Reason::none) {
    settle_command(key, o == nullptr ? OrderId{} : o->id, refused, context);
  } else {
    o->replace_client = m.id;
    state.commands.at(key).order = o->id;
    ask_to_replace(*o, m.quantity, m.limit, context);
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
    drop_oldest(state.orders, n, [this](OrderId, const Order& o) { return is_terminal(o.state) && !state.groups.contains(o.group); });
}

}  // namespace trade
