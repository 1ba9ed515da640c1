#include <algorithm>

#include "services/trading/exeq/exeq.h"

// Orders that are worked off piece by piece (domain/execution).
namespace trade {
namespace {

// A piece as venues see it: icebergs rest, the others take what they can and leave the rest to the next piece.
OrderTerms piece_terms(const OrderTerms& parent, const WorkStep& step) {
  OrderTerms t = parent;
  t.quantity = step.send;
  t.limit = step.limit;
  t.display = {};
  if (parent.algo != Algo::iceberg) {
    t.tif = TimeInForce::ioc;
    t.expire = {};
  }
  return t;
}

}  // namespace

void Exeq::begin_work(OrderId order, Parent& parent, Ctx& context) {
  const OrderTerms& t = parent.terms;
  if (const Reason bad = check_algo(t, context.now()); bad != Reason::none) {
    close(order, parent);
    return tell(order, ExecutionKind::rejected, bad, context);
  }
  const Instrument* instrument = state.instruments.find(t.instrument);
  const VolumeCurve curve = t.algo == Algo::vwap ? curve_of(t) : VolumeCurve{};
  Work& work = state.works[order];
  work.schedule =
      make_schedule(t, instrument == nullptr ? Quantity{1} : instrument->lot, least_piece_of(t), config_.slice, &curve, context.now());
  work.traded_before = traded(t);
  if (t.algo == Algo::sniper) state.snipers[t.instrument].push_back(order);
  tell_working(order, parent, context);
  look(order, context);
}

WorkProgress Exeq::progress(const Parent& parent, const Work& work, Time now) const {
  const OrderTerms& t = parent.terms;
  const Quantity filled = filled_in_all(parent);
  WorkProgress p{t.quantity, filled, parent.committed - filled, {}, {}, t.limit};
  if (t.algo == Algo::pov) {
    const std::uint64_t volume = traded(t) - work.traded_before;
    p.volume = Quantity{static_cast<std::int64_t>(std::min<std::uint64_t>(volume, INT64_MAX))};
  }
  if (t.algo == Algo::sniper) p.touch = touch(t, now);
  return p;
}

// Does what the schedule wants now, and sets the timer for the next look.
void Exeq::look(OrderId order, Ctx& context) {
  Work* work = state.works.find(order);
  if (work == nullptr || work->stopped) return;
  Parent& parent = state.parents.at(order);
  if (parent.rerouting) return;
  const Time now = context.now();
  if (now <= work->schedule.start) work->traded_before = traded(parent.terms);
  WorkStep step = trade::step(work->schedule, progress(parent, *work, now), now);
  if (step.ended) {
    const bool late = now >= work->schedule.end;
    return stop(order, parent, late ? ExecutionKind::expired : ExecutionKind::cancelled, Reason::none, context);
  }
  if (step.send != Quantity{} && now >= work->not_before) {
    if (place(order, parent, piece_terms(parent.terms, step), context) != Reason::none) pause(*work, now);
    else step.send = {};
  }
  if (step.send != Quantity{}) step.next = std::min(step.next, work->not_before);
  if (step.next == no_end || (work->next > now && work->next <= step.next)) return;
  work->next = step.next;
  context.set_timer(step.next, token(TimerKind::look, order.value));
}

// What got nothing is not tried again at once.
void Exeq::pause(Work& work, Time now) const { work.not_before = now + Duration{std::max<std::int64_t>(config_.slice.ns / 2, 1)}; }

void Exeq::look_at_snipers(InstrumentId instrument, Ctx& context) {
  const auto* waiting = state.snipers.find(instrument);
  if (waiting == nullptr) return;
  const std::vector<OrderId> orders = *waiting;  // a look may end one
  for (const auto order : orders) look(order, context);
}

// The last open piece has ended and something is left to do.
void Exeq::resume(OrderId order, Parent& parent, Ctx& context) {
  Work& work = state.works.at(order);
  const Child& last = state.children.at(parent.children.back());
  if (last.filled != Quantity{}) {
    work.refused = 0;
    work.not_before = {};
  } else {
    pause(work, context.now());
    if (last.state == ChildState::expired && parent.terms.algo == Algo::iceberg)
      return stop(order, parent, ExecutionKind::expired, last.reason, context);
    if (last.state == ChildState::rejected && ++work.refused >= config_.max_refusals) {
      const bool nothing = filled_in_all(parent) == Quantity{};
      return stop(order, parent, nothing ? ExecutionKind::rejected : ExecutionKind::cancelled, last.reason, context);
    }
  }
  look(order, context);
}

// Nothing more is sent; what is open is called back.
void Exeq::stop(OrderId order, Parent& parent, ExecutionKind end, Reason reason, Ctx& context) {
  Work& work = state.works.at(order);
  work.stopped = true;
  work.end = end;
  work.reason = reason;
  if (!any_open(parent)) return settle(order, parent, true, context);
  watch_from(order, context.now() + config_.ack_timeout, context);
  cancel_open(order, context);
}

// At once when no piece is out; else when those that are have been called back.
void Exeq::replace_work(OrderId order, Parent& parent, const ReplaceRequested& m, Ctx& context) {
  if (state.works.at(order).stopped || m.quantity <= filled_in_all(parent))
    return tell(order, ExecutionKind::replace_rejected, Reason::venue_too_late, context);
  parent.wanted_quantity = m.quantity;
  parent.wanted_limit = m.limit;
  if (any_open(parent)) {
    parent.rerouting = true;
    return cancel_open(order, context);
  }
  tell_replaced(order, parent, context);
  look(order, context);
}

void Exeq::end_work(OrderId order, const Parent& parent) {
  if (!state.works.erase(order) || parent.terms.algo != Algo::sniper) return;
  auto& waiting = state.snipers.at(parent.terms.instrument);
  std::erase(waiting, order);
  if (waiting.empty()) state.snipers.erase(parent.terms.instrument);
}

}  // namespace trade
