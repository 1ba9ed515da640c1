#include <algorithm>

#include "domain/bars/bar_series.h"
#include "domain/orders/drop_oldest.h"
#include "services/trading/exeq/exeq.h"

// Where an order goes.
namespace trade {

// By the configured list where there is one; else where market data has been seen; where none has, the only venue there is.
bool Exeq::trades_at(InstrumentId instrument, VenueId venue) const {
  for (const auto& listing : config_.venues)
    if (listing.instrument == instrument) {
      for (const auto v : listing.venues)
        if (v == venue) return true;
      return false;
    }
  return state.venues.size() == 1 || state.shown.contains({instrument, venue});
}

bool Exeq::may_go(const OrderTerms& t, VenueId venue) const { return t.venue ? t.venue == venue : trades_at(t.instrument, venue); }

VenueHealth Exeq::health(InstrumentId instrument, VenueId venue, Time now) const {
  const Shown* s = state.shown.find({instrument, venue});
  if (s != nullptr && s->quoted && s->down) return VenueHealth::feed_down;
  const Lane* lane = state.lanes.find(venue);
  if (lane == nullptr) return VenueHealth::admitted;
  if (!admits(lane->circuit, now)) return VenueHealth::circuit_open;
  return lane->requests.size() >= config_.max_queued ? VenueHealth::paced : VenueHealth::admitted;
}

// The venues this order may go to now, or the reason why there is none.
Reason Exeq::candidates(const OrderTerms& t, Time now, std::vector<VenueId>& found) const {
  Reason reason = Reason::route_no_venue;
  for (const auto& e : state.venues) {
    if (!may_go(t, e.key)) continue;
    switch (health(t.instrument, e.key, now)) {
      case VenueHealth::admitted: found.push_back(e.key); break;
      case VenueHealth::feed_down: reason = Reason::route_venue_down; break;
      case VenueHealth::circuit_open: reason = Reason::route_circuit_open; break;
      case VenueHealth::paced: reason = Reason::route_paced; break;
    }
  }
  return found.empty() ? reason : Reason::none;
}

// What a venue shows of the side the order would take: its quote, and what its book holds beyond, as deep as the order may need.
std::vector<Level> Exeq::levels(const OrderTerms& t, VenueId venue) const {
  const Shown* s = state.shown.find({t.instrument, venue});
  if (s == nullptr) return {};
  const Level best = t.side == Side::buy ? Level{s->ask, s->ask_quantity} : Level{s->bid, s->bid_quantity};
  if (best.price.units <= 0 || best.quantity.units <= 0) return {};
  std::vector<Level> found{best};
  const L2Book* book = state.books.find({t.instrument, venue});
  if (book == nullptr) return found;
  Quantity left = t.quantity - min(best.quantity, t.quantity);
  const auto side = book->levels(opposite(t.side));
  for (auto l = side.rbegin(); l != side.rend() && left != Quantity{}; ++l) {
    if (t.side == Side::buy ? l->price <= best.price : l->price >= best.price) continue;
    found.push_back(*l);
    left -= min(l->quantity, left);
  }
  return found;
}

// What waits on the order's own side at its limit or better.
Quantity Exeq::queue_ahead(const OrderTerms& t, VenueId venue) const {
  if (t.limit == Price{}) return {};
  const auto ahead = [&](Price p) { return t.side == Side::buy ? p >= t.limit : p <= t.limit; };
  const L2Book* book = state.books.find({t.instrument, venue});
  Quantity sum;
  if (book != nullptr) {
    const auto side = book->levels(t.side);
    for (auto l = side.rbegin(); l != side.rend() && ahead(l->price); ++l) sum = add_volume(sum, l->quantity);
    return sum;
  }
  const Shown* s = state.shown.find({t.instrument, venue});
  if (s == nullptr) return {};
  const Level own = t.side == Side::buy ? Level{s->bid, s->bid_quantity} : Level{s->ask, s->ask_quantity};
  return own.price.units > 0 && ahead(own.price) ? own.quantity : Quantity{};
}

VenueOffer Exeq::offer(const OrderTerms& t, VenueId id, Time now) const {
  const Venue& v = state.venues.at(id);
  VenueOffer o{id, levels(t, id), v.maker_fee, v.taker_fee};
  const Lane* lane = state.lanes.find(id);
  if (lane != nullptr) o.reject_rate = lane->record.reject_rate;
  const bool measured = lane != nullptr && lane->record.latency != Duration{};
  o.latency = measured ? lane->record.latency : Duration{v.order_latency.ns + v.report_latency.ns};
  o.queue_ahead = queue_ahead(t, id);
  if (const Shown* s = state.shown.find({t.instrument, id})) o.flow = flow_at(s->flow, now);
  return o;
}

// The least piece of the order that venues take, by its limit or by what they show.
Quantity Exeq::least_piece_of(const OrderTerms& t) const {
  const Instrument* instrument = state.instruments.find(t.instrument);
  if (instrument == nullptr) return {};
  Price at = t.limit;
  for (const auto& e : state.venues) {
    if (at != Price{}) break;
    if (!may_go(t, e.key)) continue;
    const auto shown = levels(t, e.key);
    if (!shown.empty()) at = shown[0].price;
  }
  return at == Price{} ? instrument->min_quantity : least_piece(*instrument, at);
}

// One candidate needs no price.
std::vector<RouteLeg> Exeq::split(const OrderTerms& t, std::span<const VenueId> venues, Time now) const {
  if (venues.size() == 1) return {{venues[0], t.quantity}};
  std::vector<VenueOffer> offers;
  RouteRequest wanted{t.side, t.type, t.tif, t.quantity, t.limit, {}, least_piece_of(t), t.post_only};
  for (const auto id : venues) {
    offers.push_back(offer(t, id, now));
    if (const Shown* s = state.shown.find({t.instrument, id})) wanted.move = max(wanted.move, s->movement.per_second);
  }
  if (const Instrument* instrument = state.instruments.find(t.instrument)) wanted.lot = instrument->lot;
  return route(wanted, offers);
}

// What a unit costs at the best of the venues by what they show, or, of an order that would rest, charge; fee included. 0: unknown.
std::int64_t Exeq::best_cost(const OrderTerms& t, std::span<const VenueId> venues) const {
  int128 best = 0;
  for (const auto id : venues) {
    const Venue& v = state.venues.at(id);
    const Shown* s = state.shown.find({t.instrument, id});
    const Price shown = s == nullptr ? Price{} : t.side == Side::buy ? s->ask : s->bid;
    const bool reaches = t.limit == Price{} || (t.side == Side::buy ? shown <= t.limit : shown >= t.limit);
    int128 here = 0;
    if (shown.units > 0 && reaches && !t.post_only) here = unit_cost(t.side, shown, v.taker_fee);
    else if (t.limit != Price{}) here = unit_cost(t.side, t.limit, v.maker_fee);
    if (here != 0 && (best == 0 || here < best)) best = here;
  }
  return static_cast<std::int64_t>(std::clamp<int128>(best / decimal_one, INT64_MIN, INT64_MAX));
}

// Sends `t`, which is all of the order or a piece of it, out as children; a reason when it cannot go anywhere.
Reason Exeq::place(OrderId order, Parent& parent, const OrderTerms& t, Ctx& context) {
  std::vector<VenueId> venues;
  if (const Reason none = candidates(t, context.now(), venues); none != Reason::none) return none;
  const auto legs = split(t, venues, context.now());
  const std::int64_t best = best_cost(t, venues);
  if (legs.size() > 1 || !parent.children.empty() || state.works.contains(order))
    watch_from(order, context.now() + config_.ack_timeout, context);
  for (const auto& leg : legs) {
    const ChildId id{++state.last_child};
    Child& child = state.children[id];
    child.id = id;
    child.order = order;
    child.venue = leg.venue;
    child.quantity = leg.quantity;
    child.limit = t.limit;
    child.tif = t.tif;
    child.best = best;
    parent.children.push_back(id);
    parent.committed += leg.quantity;
    CHECK(parent.committed <= parent.terms.quantity, "children exceed their parent");
    send(child, ChildRequest::place, context);
  }
  return Reason::none;
}

void Exeq::on(const OrderAccepted& m, Ctx& context) {
  if (state.parents.contains(m.order)) return;
  state.clock = context.now();
  const auto ended = state.parents.size() - state.open_parents;
  if (ended > config_.max_closed + config_.max_closed / 8)
    drop_oldest(state.parents, ended - config_.max_closed, [this](OrderId, const Parent& p) {
      if (!p.closed) return false;
      for (const auto id : p.children) state.children.erase(id);
      return true;
    });
  ++state.open_parents;
  Parent& parent = state.parents[m.order];
  parent.terms = m.terms;
  parent.arrival = mid_of(m.terms);
  if (m.terms.algo != Algo::none) return begin_work(m.order, parent, context);
  if (const Reason none = place(m.order, parent, m.terms, context); none != Reason::none) {
    close(m.order, parent);
    tell(m.order, ExecutionKind::rejected, none, context);
  }
}

}  // namespace trade
