#include <algorithm>

#include "services/trading/exeq/exeq.h"

// How fast venues are asked, and what their answers say of them (domain/routing/pacing, venue_record).
namespace trade {
namespace {

// Refusals that speak of the order, not of the venue.
bool own_fault(Reason r) {
  switch (r) {
    case Reason::venue_no_liquidity:
    case Reason::venue_unfilled:
    case Reason::venue_too_late:
    case Reason::venue_tick:
    case Reason::venue_band:
    case Reason::venue_would_trade:
    case Reason::venue_self_match:
    case Reason::venue_minimum:
    case Reason::order_bad_quantity:
    case Reason::order_bad_price:
    case Reason::order_bad_expiry: return true;
    default: return false;
  }
}

}  // namespace

Pace Exeq::pace_of(VenueId venue) const {
  for (const auto& p : config_.paces)
    if (p.venue == venue) return p.pace;
  return {};
}

// Sends it now, or lines it up until the venue's pace allows it.
void Exeq::send(Child& c, ChildRequest request, Ctx& context) {
  const Pace pace = pace_of(c.venue);
  if (pace.rate == 0) return emit(c, request, context);
  Lane& lane = state.lanes[c.venue];
  auto& line = request == ChildRequest::cancel ? lane.cancels : lane.requests;
  const auto same = [&](const Outgoing& o) { return o.child == c.id && o.request == request; };
  if (std::none_of(line.begin(), line.end(), same)) line.push_back({request, c.id});
  drain(c.venue, context);
}

void Exeq::emit(Child& c, ChildRequest request, Ctx& context) {
  const Parent& parent = state.parents.at(c.order);
  const InstrumentId instrument = parent.terms.instrument;
  switch (request) {
    case ChildRequest::place: {
      Lane& lane = state.lanes[c.venue];
      ++lane.record.sent;
      note_sent(lane.circuit, context.now());
      c.state = ChildState::sent;
      c.sent = context.now();
      c.mid = mid_at(instrument, c.venue);
      c.place = next_request();
      if (pace_of(c.venue).rate != 0) watch_from(c.order, context.now() + config_.ack_timeout, context);
      VenuePlace out{c.id, c.venue, c.place, parent.terms};
      out.terms.venue = c.venue;
      out.terms.quantity = c.quantity;
      out.terms.limit = c.limit;
      out.terms.tif = c.tif;
      if (parent.terms.algo != Algo::none) {
        out.terms.algo = Algo::none;
        out.terms.start = out.terms.end = {};
        out.terms.display = {};
        if (c.tif != TimeInForce::gtd) out.terms.expire = {};
        out.terms.participation = {};
      }
      return context.publish(out);
    }
    case ChildRequest::cancel:
      // Said again with nothing asked in between it is the same request: a cancel repeated after a restart leaves no trace.
      if (c.cancel == RequestNumber{} || c.cancel != last_change(c)) c.cancel = next_request();
      return context.publish(VenueCancel{c.id, c.venue, instrument, c.cancel});
    case ChildRequest::replace:
      c.replace = next_request();
      return context.publish(VenueReplace{c.id, c.venue, instrument, parent.wanted_quantity - (parent.committed - c.quantity),
                                          parent.wanted_limit, c.replace});
    case ChildRequest::query:
      // It carries the number of the last change: its answer tells what became of that.
      return context.publish(VenueQuery{c.id, c.venue, instrument, last_change(c)});
  }
}

bool Exeq::still_wanted(const Outgoing& out) const {
  const Child* c = state.children.find(out.child);
  if (c == nullptr) return false;
  const Parent& parent = state.parents.at(c->order);
  switch (out.request) {
    case ChildRequest::place: return c->state == ChildState::queued || c->state == ChildState::sent;
    case ChildRequest::cancel: return open(*c) || c->state == ChildState::lost;
    case ChildRequest::replace: return open(*c) && parent.wanted_quantity != Quantity{} && !parent.rerouting;
    case ChildRequest::query: return c->asked || c->watched;
  }
  return false;
}

// Cancels first, and they may use the reserve; then the rest in order. What nobody waits for any more costs no token.
void Exeq::drain(VenueId venue, Ctx& context) {
  Lane& lane = state.lanes[venue];
  const Pace pace = pace_of(venue);
  const Time now = context.now();
  const auto go = [&](std::vector<Outgoing>& line, bool urgent) {
    std::size_t gone = 0;
    for (; gone < line.size(); ++gone) {
      const Outgoing out = line[gone];
      if (!still_wanted(out)) continue;
      if (token_at(lane.bucket, pace, urgent, now) > now) break;
      take_token(lane.bucket, pace, now);
      emit(state.children.at(out.child), out.request, context);
    }
    line.erase(line.begin(), line.begin() + static_cast<std::ptrdiff_t>(gone));
  };
  go(lane.cancels, true);
  if (lane.cancels.empty()) go(lane.requests, false);
  if (lane.cancels.empty() && lane.requests.empty()) return;
  const Time next = token_at(lane.bucket, pace, !lane.cancels.empty(), now);
  if (lane.next > now && lane.next <= next) return;
  lane.next = next;
  context.set_timer(next, token(TimerKind::lane, venue.value));
}

// It has never left us: nothing to ask the venue.
void Exeq::withdraw(const Child& c) {
  std::erase_if(state.lanes[c.venue].requests, [&](const Outgoing& o) { return o.child == c.id; });
}

// The venue's first word on a child.
void Exeq::note_word(const Child& c, const VenueReport& m, Ctx& context) {
  const bool refused = m.kind == ReportKind::rejected;
  const bool word = refused || m.kind == ReportKind::accepted || m.kind == ReportKind::filled || m.kind == ReportKind::cancelled ||
                    m.kind == ReportKind::expired;
  if (c.state != ChildState::sent || !word) return;
  Lane& lane = state.lanes[c.venue];
  note_latency(lane.record, context.now() - c.sent);
  note(lane.latencies, context.now() - c.sent);
  if (refused) note_rejected(lane.record);
  else note_accepted(lane.record);
  note_outcome(lane.circuit, config_.circuit, refused && !own_fault(m.reason), context.now());
}

void Exeq::note_silence(const Child& c, Ctx& context) {
  if (c.state != ChildState::sent || context.now() - c.sent < config_.ack_timeout) return;
  Lane& lane = state.lanes[c.venue];
  note_silent(lane.record);
  note_outcome(lane.circuit, config_.circuit, true, context.now());
}

}  // namespace trade
