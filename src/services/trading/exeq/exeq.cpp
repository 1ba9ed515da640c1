#include "services/trading/exeq/exeq.h"

#include <algorithm>

#include "runtime/define_service.h"

// What became of an order's children, summed up.
namespace trade {
namespace {

bool open(const Exeq::Child& c) { return c.state == Exeq::ChildState::sent || c.state == Exeq::ChildState::working; }

// The last request that may have changed the child at its venue.
RequestNumber last_change(const Exeq::Child& c) { return std::max({c.place, c.cancel, c.replace}); }

// What has been filled in all, by what the venue says now: never less than known, unless it has taken something back.
Quantity filled_by(const Exeq::Child& c, const VenueReport& m) {
  return m.venue_time < c.taken_back_at ? c.filled : min(max(c.filled, m.filled), c.quantity);
}

bool is_end(ReportKind k) { return k == ReportKind::cancelled || k == ReportKind::rejected || k == ReportKind::expired; }

}  // namespace

bool Exeq::any_open(const Parent& parent) const {
  for (const auto id : parent.children)
    if (open(state.children.at(id))) return true;
  return false;
}

bool Exeq::any_asked(const Parent& parent) const {
  for (const auto id : parent.children)
    if (state.children.at(id).asked) return true;
  return false;
}

Quantity Exeq::filled_in_all(const Parent& parent) const {
  Quantity sum;
  for (const auto id : parent.children) sum += state.children.at(id).filled;
  return sum;
}

void Exeq::tell(OrderId order, ExecutionKind kind, Reason reason, Ctx& context) {
  Execution e;
  e.order = order;
  e.kind = kind;
  e.reason = reason;
  context.publish(e);
}

void Exeq::tell_working(OrderId order, Parent& parent, Ctx& context) {
  if (parent.working) return;
  parent.working = true;
  tell(order, ExecutionKind::working, Reason::none, context);
}

// The replace under way has taken effect: quantity and price of the Execution are the new total and limit.
void Exeq::tell_replaced(OrderId order, Parent& parent, Ctx& context) {
  Execution e;
  e.order = order;
  e.kind = ExecutionKind::replaced;
  e.quantity = parent.wanted_quantity;
  e.price = parent.wanted_limit;
  parent.terms.quantity = parent.wanted_quantity;
  parent.terms.limit = parent.wanted_limit;
  parent.wanted_quantity = {};
  parent.wanted_limit = {};
  parent.rerouting = false;
  context.publish(e);
}

// The end, with what has been filled by the venues' totals: fills that are still on their way are not forgotten over it.
void Exeq::tell_end(OrderId order, const Parent& parent, ExecutionKind kind, Reason reason, Ctx& context) {
  Execution e;
  e.order = order;
  e.kind = kind;
  e.reason = reason;
  e.filled = filled_in_all(parent);
  context.publish(e);
}

void Exeq::tell_restated(OrderId order, const Parent& parent, Reason reason, Ctx& context) {
  Execution e;
  e.order = order;
  e.kind = ExecutionKind::restated;
  e.reason = reason;
  e.open = any_open(parent);
  e.filled = filled_in_all(parent);
  context.publish(e);
}

// Said again with nothing asked in between it is the same request: a cancel repeated after a restart leaves no trace.
void Exeq::send_cancel(Child& c, const Parent& parent, Ctx& context) {
  if (c.cancel == RequestNumber{} || c.cancel != last_change(c)) c.cancel = next_request();
  context.publish(VenueCancel{c.id, c.venue, parent.terms.instrument, c.cancel});
}

// A query carries the number of the last change: its answer tells what became of that.
void Exeq::send_query(const Child& c, const Parent& parent, Ctx& context) {
  context.publish(VenueQuery{c.id, c.venue, parent.terms.instrument, last_change(c)});
}

void Exeq::cancel_open(const Parent& parent, Ctx& context) {
  for (const auto id : parent.children)
    if (Child& c = state.children.at(id); open(c)) send_cancel(c, parent, context);
}

void Exeq::close(Parent& parent) {
  if (!parent.closed) --state.open_parents;
  parent.closed = true;
}

// The child has ended and holds no more than what it filled. The end is also the answer to a query that was out.
void Exeq::end(Child& c, Parent& parent, ChildState how, Reason reason, bool say_end, Ctx& context) {
  const OrderId order = c.order;  // settle may add children, which moves `c`
  const bool was_asked = c.asked;
  c.state = c.filled >= c.quantity ? ChildState::filled : how;
  c.reason = reason;
  c.asked = c.watched = false;
  parent.committed -= c.quantity - c.filled;
  settle(order, parent, say_end, context);
  if (was_asked && !any_asked(parent)) tell_restated(order, parent, reason, context);
}

// Once no child is open: a replace sends the rest anew; else the order has ended, which oms is told (`say_end`) unless it was filled.
// One word for all: that of the children left unfilled when they agree, else cancelled; the reason is the last one's.
void Exeq::settle(OrderId order, Parent& parent, bool say_end, Ctx& context) {
  if (parent.closed || any_open(parent)) return;
  ExecutionKind kind = ExecutionKind::cancelled;
  Reason reason = Reason::none;
  bool first = true;
  for (const auto id : parent.children) {
    const Child& c = state.children.at(id);
    if (c.state == ChildState::filled) continue;
    const auto own = c.state == ChildState::rejected  ? ExecutionKind::rejected
                     : c.state == ChildState::expired ? ExecutionKind::expired
                                                      : ExecutionKind::cancelled;
    kind = first || kind == own ? own : ExecutionKind::cancelled;
    reason = c.reason;
    first = false;
  }
  if (parent.rerouting && kind != ExecutionKind::expired) return send_rest(order, parent, context);
  close(parent);
  parent.rerouting = false;
  parent.wanted_quantity = {};
  parent.wanted_limit = {};
  if (say_end && parent.committed < parent.terms.quantity) tell_end(order, parent, kind, reason, context);
}

// The second half of a replace over several children; too late when they filled all there was, or more than there was to be.
void Exeq::send_rest(OrderId order, Parent& parent, Ctx& context) {
  if (parent.committed > parent.wanted_quantity || parent.committed >= parent.terms.quantity) {
    parent.rerouting = false;
    parent.wanted_quantity = {};
    parent.wanted_limit = {};
    close(parent);
    tell(order, ExecutionKind::replace_rejected, Reason::venue_too_late, context);
    if (parent.committed < parent.terms.quantity) tell_end(order, parent, ExecutionKind::cancelled, Reason::none, context);
    return;
  }
  tell_replaced(order, parent, context);
  const Quantity rest = parent.terms.quantity - parent.committed;
  if (rest.units <= 0) return close(parent);
  if (const Reason none = place(order, parent, rest, context); none != Reason::none) {
    close(parent);
    tell_end(order, parent, ExecutionKind::cancelled, none, context);
  }
}

void Exeq::on(const CancelRequested& m, Ctx& context) {
  Parent* parent = state.parents.find(m.order);
  if (parent == nullptr) return tell(m.order, ExecutionKind::cancel_rejected, Reason::order_not_found, context);
  if (!any_open(*parent)) return tell(m.order, ExecutionKind::cancel_rejected, Reason::venue_too_late, context);
  if (parent->rerouting) {
    parent->rerouting = false;
    parent->wanted_quantity = {};
    parent->wanted_limit = {};
  }
  cancel_open(*parent, context);
}

// One open child is changed where it is; several are cancelled and the rest is routed anew.
void Exeq::on(const ReplaceRequested& m, Ctx& context) {
  Parent* parent = state.parents.find(m.order);
  if (parent == nullptr) return tell(m.order, ExecutionKind::replace_rejected, Reason::order_not_found, context);
  Child* only = nullptr;
  int count = 0;
  for (const auto id : parent->children)
    if (Child& c = state.children.at(id); open(c)) {
      only = &c;
      ++count;
    }
  if (count == 0) return tell(m.order, ExecutionKind::replace_rejected, Reason::venue_too_late, context);
  const Quantity elsewhere = count == 1 ? parent->committed - only->quantity : Quantity{};
  if (count == 1 && m.quantity - elsewhere <= only->filled)
    return tell(m.order, ExecutionKind::replace_rejected, Reason::venue_too_late, context);
  parent->wanted_quantity = m.quantity;
  parent->wanted_limit = m.limit;
  if (count > 1 || parent->rerouting) {  // one that was begun so is ended so: its cancels may be on their way
    parent->rerouting = true;
    return cancel_open(*parent, context);
  }
  only->replace = next_request();
  context.publish(VenueReplace{only->id, only->venue, parent->terms.instrument, m.quantity - elsewhere, m.limit, only->replace});
}

void Exeq::on(const OrderQueried& m, Ctx& context) {
  Parent* parent = state.parents.find(m.order);
  if (parent == nullptr) {
    Execution e;
    e.order = m.order;
    e.kind = ExecutionKind::restated;
    e.reason = Reason::venue_unknown_order;
    return context.publish(e);
  }
  // When nothing is open any more, oms misses fills: the venues are asked to say them again.
  const bool alive = any_open(*parent);
  for (const auto id : parent->children) {
    Child& c = state.children.at(id);
    if (alive ? !open(c) : c.filled == Quantity{}) continue;
    c.asked = true;
    send_query(c, *parent, context);
  }
  if (!any_asked(*parent)) tell_restated(m.order, *parent, Reason::none, context);
}

void Exeq::on(const VenueReport& m, Ctx& context) {
  Child* c = state.children.find(m.child);
  if (c == nullptr || c->venue != m.venue) return;
  Parent& parent = state.parents.at(c->order);
  switch (m.kind) {
    case ReportKind::accepted: return accepted(*c, parent, m, context);
    case ReportKind::rejected: return ended(*c, parent, m, ChildState::rejected, context);
    case ReportKind::cancelled: return ended(*c, parent, m, ChildState::cancelled, context);
    case ReportKind::expired: return ended(*c, parent, m, ChildState::expired, context);
    case ReportKind::filled: return filled(*c, parent, m, context);
    case ReportKind::replaced: return replaced(*c, parent, m, context);
    case ReportKind::cancel_rejected:
    case ReportKind::replace_rejected: return refused(*c, parent, m, context);
    case ReportKind::status:
    case ReportKind::status_unknown: return answered(*c, parent, m, context);
    case ReportKind::busted:
    case ReportKind::corrected: return taken_back(*c, parent, m, context);
  }
}

// A child that was given up for lost and turns out to work is called back: nobody would be watching it.
void Exeq::accepted(Child& c, Parent& parent, const VenueReport&, Ctx& context) {
  if (c.state == ChildState::lost) return send_cancel(c, parent, context);
  if (c.state != ChildState::sent) return;
  c.state = ChildState::working;
  tell_working(c.order, parent, context);
}

void Exeq::ended(Child& c, Parent& parent, const VenueReport& m, ChildState how, Ctx& context) {
  if (!open(c)) return;
  infer_replace(c, parent, m, context);
  c.filled = filled_by(c, m);
  end(c, parent, how, m.reason, true, context);
}

// Every fill is passed on as it was said, whatever the child's state: oms tells the new from the old and the true from the impossible.
void Exeq::filled(Child& c, Parent& parent, const VenueReport& m, Ctx& context) {
  infer_replace(c, parent, m, context);
  context.publish(Execution{
      c.order, ExecutionKind::filled, m.reason, c.id, m.venue, m.execution, m.price, m.quantity, m.liquidity, m.venue_time, {}, false});
  const Quantity total = filled_by(c, m);
  if (!open(c)) parent.committed += total - c.filled;
  c.filled = total;
  if (!open(c)) return;
  if (c.state == ChildState::sent) {
    c.state = ChildState::working;
    parent.working = true;
  }
  if (c.filled >= c.quantity) end(c, parent, ChildState::filled, Reason::none, true, context);
  else if (m.leaves.units <= 0) ask_again(c, parent, context);
}

// The child and its order are for so much less, or more. Oms owns what was booked: it is told which execution does not stand, each time.
void Exeq::taken_back(Child& c, Parent& parent, const VenueReport& m, Ctx& context) {
  const bool bust = m.kind == ReportKind::busted;
  const Quantity less = bust ? m.quantity : c.filled - m.filled;
  const bool news = m.venue_time > c.taken_back_at || (m.venue_time == c.taken_back_at && m.filled < c.filled);
  if (news && less <= c.filled && (!bust || less.units > 0)) {
    c.taken_back_at = m.venue_time;
    c.quantity -= less;
    c.filled -= less;
    parent.terms.quantity -= less;
    parent.committed -= less;
  }
  Execution e;
  e.order = c.order;
  e.kind = bust ? ExecutionKind::busted : ExecutionKind::corrected;
  e.reason = m.reason;
  e.child = c.id;
  e.venue = m.venue;
  e.execution = m.execution;
  e.price = m.price;
  e.quantity = m.quantity;
  e.liquidity = m.liquidity;
  e.venue_time = m.venue_time;
  context.publish(e);
}

// What the child is to be for by the replace under way; 0 when none concerns it.
Quantity Exeq::wanted_total(const Child& c, const Parent& parent) const {
  if (!open(c) || c.replace == RequestNumber{} || parent.wanted_quantity == Quantity{} || parent.rerouting) return {};
  return parent.wanted_quantity - (parent.committed - c.quantity);
}

// The child is for `total` now: less than wanted when fills were taken back meanwhile.
void Exeq::take_replace(Child& c, Parent& parent, Quantity total, Ctx& context) {
  parent.wanted_quantity -= wanted_total(c, parent) - total;
  parent.committed += total - c.quantity;
  c.quantity = total;
  tell_replaced(c.order, parent, context);
}

// The replace under way has been carried out, though its answer is late or lost: so says the answer to this replace, or to something asked
// later, that counts on another total; and a fill not known yet, or an end, that counts on the one wanted.
void Exeq::infer_replace(Child& c, Parent& parent, const VenueReport& m, Ctx& context) {
  const Quantity wanted = wanted_total(c, parent);
  if (wanted == Quantity{} || m.venue_time < c.taken_back_at) return;
  const Quantity total = m.filled + m.leaves;
  const bool counts = m.leaves.units > 0 && total <= wanted;
  const bool new_limit = parent.wanted_limit != parent.terms.limit && m.limit == parent.wanted_limit;
  const bool answer = m.request >= c.replace && counts && (total != c.quantity || (total == wanted && new_limit));
  const bool news = m.filled > c.filled || is_end(m.kind);
  const bool more_filled = m.filled > c.quantity && m.filled <= wanted;
  const bool as_wanted = counts && total == wanted && m.limit == parent.wanted_limit && (total != c.quantity || new_limit);
  if (answer) take_replace(c, parent, total, context);
  else if (news && (more_filled || as_wanted)) take_replace(c, parent, wanted, context);
}

void Exeq::replaced(Child& c, Parent& parent, const VenueReport& m, Ctx& context) {
  const Quantity wanted = wanted_total(c, parent);
  if (wanted == Quantity{} || m.request != c.replace || m.quantity != wanted) return;  // of an older replace
  take_replace(c, parent, wanted, context);
  if (c.filled >= c.quantity) end(c, parent, ChildState::filled, Reason::none, true, context);
}

// A cancel or a replace was refused; of a child that has ended meanwhile this is no news.
void Exeq::refused(Child& c, Parent& parent, const VenueReport& m, Ctx& context) {
  if (!open(c)) return;
  const bool cancel = m.kind == ReportKind::cancel_rejected;
  if (cancel && m.leaves.units <= 0) return ask_again(c, parent, context);  // it is over there: we have missed how
  if (m.request != (cancel ? c.cancel : c.replace)) return;                 // asked again since: that one's answer counts
  infer_replace(c, parent, m, context);
  if (cancel && !parent.rerouting) return tell(c.order, ExecutionKind::cancel_rejected, m.reason, context);
  if (parent.wanted_quantity == Quantity{} || parent.rerouting != cancel) return;
  parent.rerouting = false;
  parent.wanted_quantity = {};
  parent.wanted_limit = {};
  tell(c.order, ExecutionKind::replace_rejected, m.reason, context);
}

// The answer to a query; when all children that oms asked for have answered, it is told once what is true of the order.
// That nothing is open any more is true whoever asked, and when.
void Exeq::answered(Child& c, Parent& parent, const VenueReport& m, Ctx& context) {
  const bool over = m.kind == ReportKind::status && m.leaves.units <= 0;
  if (!c.asked && !c.watched && !(over && open(c))) return;
  if (open(c) && !over && m.request < last_change(c)) return;  // asked before the last change: it knows nothing of that
  const bool say_end = !c.asked;
  if (!open(c)) {
    c.asked = false;
    if (!any_asked(parent)) tell_restated(c.order, parent, m.reason, context);
    return;
  }
  infer_replace(c, parent, m, context);
  c.filled = filled_by(c, m);
  if (m.kind == ReportKind::status_unknown) return end(c, parent, ChildState::lost, Reason::venue_unknown_order, say_end, context);
  if (over) return end(c, parent, ChildState::cancelled, m.reason, say_end, context);
  if (c.state == ChildState::sent) {
    c.state = ChildState::working;
    parent.working = true;
  }
  c.watched = false;
  if (!c.asked) return;
  c.asked = false;
  if (!any_asked(parent)) tell_restated(c.order, parent, Reason::none, context);
}

void Exeq::ask_again(Child& c, const Parent& parent, Ctx& context) {
  c.watched = true;
  send_query(c, parent, context);
  context.set_timer(config_.ack_timeout, c.order.value);
}

// Oms has had its word on the order as soon as one piece works: after the silent ones we ask ourselves.
void Exeq::on(const TimerFired& m, Ctx& context) {
  const Parent* parent = state.parents.find(OrderId{m.token});
  if (parent == nullptr) return;
  for (const auto id : parent->children)
    if (Child& c = state.children.at(id); c.state == ChildState::sent || c.watched) ask_again(c, *parent, context);
}

extern const ServiceType exeq_service;
const ServiceType exeq_service = service_type<Exeq>();

}  // namespace trade
