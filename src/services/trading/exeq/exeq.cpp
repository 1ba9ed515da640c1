#include "services/trading/exeq/exeq.h"

#include "runtime/define_service.h"

// What became of an order's children, summed up.
namespace trade {
namespace {

// What has been filled in all, by what the venue says now: never less than known, unless it has taken something back.
Quantity filled_by(const Exeq::Child& c, const VenueReport& m) {
  return c.taken_back_at != Time{} && m.venue_time <= c.taken_back_at ? c.filled : min(max(c.filled, m.filled), c.quantity);
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
  const Work* work = state.works.find(order);
  e.open = any_open(parent) || (work != nullptr && !work->stopped);
  e.filled = filled_in_all(parent);
  context.publish(e);
}

// What has not left us yet is over at once, which may end the order or send the rest of it anew.
void Exeq::cancel_open(OrderId order, Ctx& context) {
  Parent& parent = state.parents.at(order);
  for (std::size_t i = 0, n = parent.children.size(); i < n; ++i) {
    Child& c = state.children.at(parent.children[i]);
    if (!open(c)) continue;
    if (c.state != ChildState::queued) {
      send(c, ChildRequest::cancel, context);
      continue;
    }
    withdraw(c);
    end(c, parent, ChildState::cancelled, Reason::none, true, context);
  }
}

void Exeq::close(OrderId order, Parent& parent) {
  if (!parent.closed) --state.open_parents;
  parent.closed = true;
  parent.watch_at = {};
  end_work(order, parent);
}

// The child has ended and holds no more than what it filled. The end is also the answer to a query that was out.
void Exeq::end(Child& c, Parent& parent, ChildState how, Reason reason, bool say_end, Ctx& context) {
  const OrderId order = c.order;  // settle may add children, which moves `c`
  const bool was_asked = c.asked;
  c.state = c.filled >= c.quantity ? ChildState::filled : how;
  c.reason = reason;
  c.asked = c.watched = false;
  parent.committed -= c.quantity - c.filled;
  count_end(c, parent);
  settle(order, parent, say_end, context);
  if (was_asked && !any_asked(parent)) tell_restated(order, parent, reason, context);
}

// Once no child is open: a replace sends the rest anew; else the order has ended, which oms is told (`say_end`) unless it was filled.
// One word for all: that of the children left unfilled when they agree, else cancelled; the reason is the last one's.
void Exeq::settle(OrderId order, Parent& parent, bool say_end, Ctx& context) {
  if (parent.closed || any_open(parent)) return;
  const Work* work = state.works.find(order);
  if (work != nullptr && !work->stopped && !parent.rerouting && parent.committed < parent.terms.quantity)
    return resume(order, parent, context);
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
  if (parent.rerouting && (work != nullptr || kind != ExecutionKind::expired)) return send_rest(order, parent, context);
  if (work != nullptr && work->stopped) {
    kind = work->end;
    reason = work->reason;
  }
  close(order, parent);
  parent.rerouting = false;
  parent.wanted_quantity = {};
  parent.wanted_limit = {};
  if (say_end && parent.committed < parent.terms.quantity) tell_end(order, parent, kind, reason, context);
}

// The second half of a replace over several children; too late when they filled all there was, or more than there was to be.
void Exeq::send_rest(OrderId order, Parent& parent, Ctx& context) {
  const bool worked = state.works.contains(order);
  if (parent.committed > parent.wanted_quantity || parent.committed >= parent.terms.quantity) {
    forget_replace(parent);
    const bool goes_on = worked && parent.committed < parent.terms.quantity;
    if (!goes_on) close(order, parent);
    tell(order, ExecutionKind::replace_rejected, Reason::venue_too_late, context);
    if (goes_on) return look(order, context);
    if (parent.committed < parent.terms.quantity) tell_end(order, parent, ExecutionKind::cancelled, Reason::none, context);
    return;
  }
  tell_replaced(order, parent, context);
  OrderTerms rest = parent.terms;
  rest.quantity = parent.terms.quantity - parent.committed;
  if (rest.quantity.units <= 0) return close(order, parent);
  if (worked) return look(order, context);
  if (const Reason none = place(order, parent, rest, context); none != Reason::none) {
    close(order, parent);
    tell_end(order, parent, ExecutionKind::cancelled, none, context);
  }
}

// A replace under way is not wanted any more, or cannot be.
void Exeq::forget_replace(Parent& parent) {
  parent.rerouting = false;
  parent.wanted_quantity = {};
  parent.wanted_limit = {};
}

void Exeq::on(const CancelRequested& m, Ctx& context) {
  Parent* parent = state.parents.find(m.order);
  if (parent == nullptr) return tell(m.order, ExecutionKind::cancel_rejected, Reason::order_not_found, context);
  const Work* work = state.works.find(m.order);
  const bool working = work != nullptr && !work->stopped;
  if (!any_open(*parent) && !working) return tell(m.order, ExecutionKind::cancel_rejected, Reason::venue_too_late, context);
  if (parent->rerouting) forget_replace(*parent);
  if (working) stop(m.order, *parent, ExecutionKind::cancelled, Reason::none, context);
  else cancel_open(m.order, context);
}

// One open child is changed where it is; several are cancelled and the rest is routed anew.
void Exeq::on(const ReplaceRequested& m, Ctx& context) {
  Parent* parent = state.parents.find(m.order);
  if (parent == nullptr) return tell(m.order, ExecutionKind::replace_rejected, Reason::order_not_found, context);
  if (state.works.contains(m.order)) return replace_work(m.order, *parent, m, context);
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
    return cancel_open(m.order, context);
  }
  if (only->state != ChildState::queued) return send(*only, ChildRequest::replace, context);
  parent->committed += m.quantity - elsewhere - only->quantity;
  only->quantity = m.quantity - elsewhere;
  only->limit = m.limit;
  tell_replaced(m.order, *parent, context);
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
    if (c.state == ChildState::queued || (alive ? !open(c) : c.filled == Quantity{})) continue;
    note_silence(c, context);
    c.asked = true;
    send(c, ChildRequest::query, context);
  }
  if (!any_asked(*parent)) tell_restated(m.order, *parent, Reason::none, context);
}

void Exeq::on(const VenueReport& m, Ctx& context) {
  Child* c = state.children.find(m.child);
  if (c == nullptr || c->venue != m.venue) return;
  Parent& parent = state.parents.at(c->order);
  note_word(*c, m, context);
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
  if (c.state == ChildState::lost) return send(c, ChildRequest::cancel, context);
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
  if (total > c.filled) judge(c, parent, m, total - c.filled, context);
  if (!open(c)) parent.committed += total - c.filled;
  c.filled = total;
  if (!open(c)) return;
  if (c.state == ChildState::sent) {
    c.state = ChildState::working;
    parent.working = true;
  }
  if (c.filled >= c.quantity) end(c, parent, ChildState::filled, Reason::none, true, context);
  else if (m.leaves.units <= 0) ask_again(c, context);
}

// The child and its order are for so much less, or more. Oms owns what was booked: it is told which execution does not stand, each time.
void Exeq::taken_back(Child& c, Parent& parent, const VenueReport& m, Ctx& context) {
  const bool bust = m.kind == ReportKind::busted;
  const Quantity less = bust ? m.quantity : c.filled - m.filled;
  const auto known = std::find_if(c.amended.begin(), c.amended.end(), [&](const auto& a) { return a.first == m.execution; });
  const bool news = known == c.amended.end() || m.venue_time > known->second;
  if (news && less <= c.filled && (!bust || less.units > 0)) {
    if (known == c.amended.end()) c.amended.push_back({m.execution, m.venue_time});
    else known->second = m.venue_time;
    c.taken_back_at = std::max(c.taken_back_at, m.venue_time);
    if (c.filled != Quantity{}) c.paid = c.paid / c.filled.units * (c.filled - less).units;  // the average stays what it was
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
  c.limit = parent.wanted_limit;
  tell_replaced(c.order, parent, context);
}

// The replace under way has been carried out, though its answer is late or lost: so says the answer to this replace, or to something asked
// later, that counts on another total; and a fill not known yet, or an end, that counts on the one wanted.
void Exeq::infer_replace(Child& c, Parent& parent, const VenueReport& m, Ctx& context) {
  const Quantity wanted = wanted_total(c, parent);
  if (wanted == Quantity{} || (c.taken_back_at != Time{} && m.venue_time <= c.taken_back_at)) return;
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
  if (cancel && m.leaves.units <= 0) return ask_again(c, context);  // it is over there: we have missed how
  if (m.request != (cancel ? c.cancel : c.replace)) return;                 // asked again since: that one's answer counts
  infer_replace(c, parent, m, context);
  if (cancel && !parent.rerouting) return tell(c.order, ExecutionKind::cancel_rejected, m.reason, context);
  if (parent.wanted_quantity == Quantity{} || parent.rerouting != cancel) return;
  forget_replace(parent);
  tell(c.order, ExecutionKind::replace_rejected, m.reason, context);
  look(c.order, context);
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
  if (m.kind == ReportKind::status_unknown && !resend(c, parent, context))
    return end(c, parent, ChildState::lost, Reason::venue_unknown_order, say_end, context);
  if (over) return end(c, parent, ChildState::cancelled, m.reason, say_end, context);
  if (c.state == ChildState::sent && m.kind == ReportKind::status) {
    c.state = ChildState::working;
    parent.working = true;
  }
  c.watched = false;
  if (!c.asked) return;
  c.asked = false;
  if (!any_asked(parent)) tell_restated(c.order, parent, Reason::none, context);
}

// What never came to its venue, and is still wanted, goes out again under the same id: should the first copy come as well, the venue takes
// one of them.
bool Exeq::resend(Child& c, const Parent& parent, Ctx& context) {
  const Work* work = state.works.find(c.order);
  const bool wanted = c.cancel == RequestNumber{} && !parent.rerouting && (work == nullptr || !work->stopped);
  if (c.state != ChildState::sent || !wanted || c.resent >= config_.resends) return false;
  ++c.resent;
  send(c, ChildRequest::place, context);
  watch_from(c.order, context.now() + config_.ack_timeout, context);
  return true;
}

void Exeq::ask_again(Child& c, Ctx& context) {
  c.watched = true;
  send(c, ChildRequest::query, context);
  watch_from(c.order, context.now() + config_.ack_timeout, context);
}

// One timer an order: a look at `at`, unless one before that is due.
void Exeq::watch_from(OrderId order, Time at, Ctx& context) {
  Parent& parent = state.parents.at(order);
  if (parent.watch_at > context.now() && parent.watch_at <= at) return;
  parent.watch_at = at;
  context.set_timer(at, token(TimerKind::silence, order.value));
}

// Oms has had its word on the order as soon as one piece works: after the silent ones we ask ourselves, and what a schedule's end has
// called back and still works is called back again.
void Exeq::watch(OrderId order, Ctx& context) {
  Parent* parent = state.parents.find(order);
  const Time now = context.now(), again = now + config_.ack_timeout;
  if (parent == nullptr || now < parent->watch_at) return;
  parent->watch_at = {};
  const Work* work = state.works.find(order);
  const bool stopped = work != nullptr && work->stopped;
  for (const auto id : parent->children) {
    Child& c = state.children.at(id);
    if (stopped && c.state == ChildState::working) {
      send(c, ChildRequest::cancel, context);
      watch_from(order, again, context);
    }
    if (c.state == ChildState::sent && now < c.sent + config_.ack_timeout) watch_from(order, c.sent + config_.ack_timeout, context);
    else if (c.state == ChildState::sent || c.watched) {
      note_silence(c, context);
      ask_again(c, context);
    }
  }
}

void Exeq::on(const TimerFired& m, Ctx& context) {
  const std::uint64_t id = m.token >> 2;
  switch (static_cast<TimerKind>(m.token & 3)) {
    case TimerKind::silence: return watch(OrderId{id}, context);
    case TimerKind::look: {
      const Work* work = state.works.find(OrderId{id});
      if (work != nullptr && context.now() >= work->next) look(OrderId{id}, context);
      return;
    }
    case TimerKind::lane: return drain(VenueId{static_cast<std::uint16_t>(id)}, context);
  }
}

Result<void> Exeq::validate(const Config& config) {
  const auto bad = [](const std::string& key, const char* what, const char* mend) {
    return Error{Failure::config, "exeq." + key, what, mend};
  };
  if (config.slice.ns <= 0) return bad("slice", "is not a positive length", "for example 10s");
  if (config.max_refusals == 0) return bad("max_refusals", "must be at least 1", "5 unless told");
  if (config.max_queued == 0) return bad("max_queued", "must be at least 1", "1000 unless told");
  if (config.circuit.failures > circuit_window) return bad("circuit.failures", "is more than the window of 16 answers", "0 turns it off");
  if (config.circuit.cooldown.ns <= 0) return bad("circuit.cooldown", "is not a positive length", "for example 5s");
  for (std::size_t i = 0; i < config.paces.size(); ++i) {
    const std::string at = "paces[" + std::to_string(i) + "]";
    const Pace& p = config.paces[i].pace;
    if (!config.paces[i].venue) return bad(at + ".venue", "is missing", "name the id of the venue");
    if (p.rate > 0 && p.burst <= p.reserve) return bad(at + ".pace.burst", "leaves nothing beside the reserve", "make it larger");
  }
  return {};
}

extern const ServiceType exeq_service;
const ServiceType exeq_service = service_type<Exeq>();

}  // namespace trade
