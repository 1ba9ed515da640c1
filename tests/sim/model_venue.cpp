#include "sim/model_venue.h"

#include <iterator>

namespace trade::sim {
namespace {

Price any_price(Draw& draw) { return Price{price_of(98).units + static_cast<std::int64_t>(draw.below(41)) * decimal_one / 10}; }

// A part of what is left, in lots of a thousandth; of contracts whole ones.
Quantity part_of(const VenuePlace& order, Quantity left, Draw& draw) {
  const std::int64_t lot = order.terms.instrument.value == 3 ? decimal_one : decimal_one / 1000;
  const auto lots = left.units / lot;
  return lots <= 1 ? left : Quantity{static_cast<std::int64_t>(1 + draw.below(static_cast<std::uint64_t>(lots))) * lot};
}

bool has_limit(OrderType t) { return t == OrderType::limit || t == OrderType::stop_limit; }

}  // namespace

void ModelVenue::say(ReportKind kind, ChildId child, Time now, Reason reason, bool kept, RequestNumber request) {
  VenueReport r;
  r.child = child;
  r.venue = id_;
  r.kind = kind;
  r.reason = reason;
  r.request = request;
  r.venue_time = now;
  if (const auto h = held_.find(child); h != held_.end()) {
    r.filled = h->second.filled;
    r.leaves = h->second.open ? h->second.order.terms.quantity - h->second.filled : Quantity{};
    r.limit = h->second.order.terms.limit;
    if (kind == ReportKind::replaced) r.quantity = h->second.order.terms.quantity;
  }
  words_.push_back({r, kept});
}

// Totals are those of the moment it is said.
void ModelVenue::say_fill(ExecutionId id, const Execution& e) {
  say(ReportKind::filled, e.child, e.time, Reason::none, true);
  auto& r = words_.back().report;
  r.execution = id;
  r.price = e.first_price;
  r.quantity = e.first;
  r.liquidity = e.liquidity;
}

void ModelVenue::fill(ChildId child, Quantity quantity, Price price, Liquidity liquidity, Time now) {
  Held& h = held_.at(child);
  h.filled += quantity;
  h.open = h.filled < h.order.terms.quantity;
  const ExecutionId id{executions_.size() + 1};
  const Execution e{child, price, quantity, liquidity, now, quantity, price};
  executions_.emplace(id, e);
  say_fill(id, e);
}

void ModelVenue::end(ChildId child, ReportKind kind, Reason reason, Time now) {
  Held& h = held_.at(child);
  h.open = false;
  h.reason = reason;
  say(kind, child, now, reason, true);
}

void ModelVenue::trade_at_once(ChildId child, Time now, Draw& draw) {
  const Held& h = held_.at(child);
  const Quantity wanted = h.order.terms.quantity - h.filled;
  const bool all = h.order.terms.tif == TimeInForce::fok;
  const auto pieces = all ? draw.below(2) : draw.below(3);
  for (std::uint64_t i = 0; i < pieces && h.open; ++i) {
    const Quantity piece = all ? wanted : part_of(h.order, h.order.terms.quantity - h.filled, draw);
    fill(child, piece, has_limit(h.order.terms.type) ? h.order.terms.limit : any_price(draw), Liquidity::taker, now);
  }
  if (h.open) end(child, ReportKind::cancelled, Reason::venue_unfilled, now);
}

void ModelVenue::hear(const VenuePlace& m, Time now, Draw& draw) {
  const auto [at, fresh] = held_.try_emplace(m.child, Held{m, {}, true, false, Reason::none});
  if (!fresh) return;
  Held& h = at->second;
  if (draw.chance(6)) {
    h.open = false;
    h.reason = Reason::venue_bad_order;
    return say(ReportKind::rejected, m.child, now, h.reason, false, m.request);
  }
  say(ReportKind::accepted, m.child, now, Reason::none, false, m.request);
  h.waiting = m.terms.type == OrderType::stop || m.terms.type == OrderType::stop_limit;
  if (h.waiting) return;
  const bool at_once = m.terms.tif == TimeInForce::ioc || m.terms.tif == TimeInForce::fok || m.terms.type == OrderType::market;
  if (at_once) trade_at_once(m.child, now, draw);
}

void ModelVenue::hear(const VenueCancel& m, Time now) {
  const auto h = held_.find(m.child);
  if (h == held_.end() || !h->second.open) return say(ReportKind::cancel_rejected, m.child, now, Reason::venue_too_late, false, m.request);
  h->second.open = false;
  say(ReportKind::cancelled, m.child, now, Reason::none, false, m.request);
}

void ModelVenue::hear(const VenueReplace& m, Time now, Draw& draw) {
  const auto h = held_.find(m.child);
  const bool can = h != held_.end() && h->second.open && m.quantity > h->second.filled && !draw.chance(10);
  if (!can) return say(ReportKind::replace_rejected, m.child, now, Reason::venue_too_late, false, m.request);
  h->second.order.terms.quantity = m.quantity;
  h->second.order.terms.limit = m.limit;
  say(ReportKind::replaced, m.child, now, Reason::none, false, m.request);
}

// The fills come again before the answer, as a session gives them that was asked to resend.
void ModelVenue::hear(const VenueQuery& m, Time now) {
  const auto h = held_.find(m.child);
  if (h == held_.end()) return say(ReportKind::status_unknown, m.child, now, Reason::none, false, m.request);
  for (const auto& [id, e] : executions_)
    if (e.child == m.child) say_fill(id, e);
  say(ReportKind::status, m.child, now, h->second.reason, false, m.request);
}

void ModelVenue::live(Time now, Draw& draw) {
  std::vector<ChildId> open;
  for (const auto& [id, h] : held_)
    if (h.open) open.push_back(id);
  if (open.empty()) return;
  const ChildId id = open[draw.below(open.size())];
  Held& h = held_.at(id);
  if (draw.chance(3)) return end(id, ReportKind::cancelled, Reason::venue_halted, now);
  if (h.waiting) {
    h.waiting = false;
    if (h.order.terms.type == OrderType::stop || h.order.terms.tif == TimeInForce::ioc || h.order.terms.tif == TimeInForce::fok)
      trade_at_once(id, now, draw);
    return;
  }
  fill(id, part_of(h.order, h.order.terms.quantity - h.filled, draw), h.order.terms.limit, Liquidity::maker, now);
}

void ModelVenue::think_again(Time now, Draw& draw) {
  if (executions_.empty()) return;
  auto& [id, e] = *std::next(executions_.begin(), static_cast<std::ptrdiff_t>(draw.below(executions_.size())));
  if (e.changed >= now || e.time >= now || !e.stands) return;
  Held& h = held_.at(e.child);
  const Quantity was = e.quantity;
  const bool bust = draw.chance(60);
  const Quantity is = bust ? Quantity{} : part_of(h.order, was, draw);
  h.order.terms.quantity += is - was;
  h.filled += is - was;
  e.stands = !bust;
  e.changed = now;
  const Quantity said = bust ? was : is;
  if (!bust) {
    e.quantity = is;
    if (draw.chance(50)) e.price = any_price(draw);
  }
  say(bust ? ReportKind::busted : ReportKind::corrected, e.child, now, Reason::none, true);
  auto& r = words_.back().report;
  r.execution = id;
  r.price = e.price;
  r.quantity = said;
  r.liquidity = e.liquidity;
}

void ModelVenue::expire(Time now) {
  for (auto& [id, h] : held_)
    if (h.open && h.order.terms.tif == TimeInForce::gtd && h.order.terms.expire <= now) end(id, ReportKind::expired, Reason::none, now);
}

}  // namespace trade::sim
