#include "domain/orders/drop_oldest.h"
#include "services/trading/exeq/exeq.h"

// Where an order goes.
namespace trade {

void Exeq::on(const Quote& m, Ctx&) {
  Shown& s = state.shown[{m.instrument, m.venue}];
  s.bid = m.bid;
  s.bid_quantity = m.bid_quantity;
  s.ask = m.ask;
  s.ask_quantity = m.ask_quantity;
  s.quoted = true;
}

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

// The venues this order may go to now, or the reason why there is none.
Reason Exeq::candidates(const OrderTerms& t, std::vector<VenueOffer>& found) const {
  Reason reason = Reason::route_no_venue;
  for (const auto& e : state.venues) {
    const Venue& v = e.value;
    if (t.venue ? t.venue != v.id : !trades_at(t.instrument, v.id)) continue;
    const Shown* s = state.shown.find({t.instrument, v.id});
    if (s != nullptr && s->quoted && s->down) {
      reason = Reason::route_venue_down;
      continue;
    }
    VenueOffer offer{v.id, {}, v.maker_fee, v.taker_fee};
    if (s != nullptr) {
      const Level best = t.side == Side::buy ? Level{s->ask, s->ask_quantity} : Level{s->bid, s->bid_quantity};
      if (best.price.units > 0 && best.quantity.units > 0) offer.levels = {best};
    }
    found.push_back(offer);
  }
  return found.empty() ? reason : Reason::none;
}

// Sends `quantity` of the order out as children; a reason when it cannot go anywhere.
Reason Exeq::place(OrderId order, Parent& parent, Quantity quantity, Ctx& context) {
  const OrderTerms& t = parent.terms;
  const Instrument* instrument = state.instruments.find(t.instrument);
  std::vector<VenueOffer> venues;
  if (const Reason none = candidates(t, venues); none != Reason::none) return none;
  Price at = t.limit;
  for (const auto& v : venues)
    if (at == Price{} && !v.levels.empty()) at = v.levels[0].price;
  RouteRequest wanted{t.side, t.type, t.tif, quantity, t.limit, {}, {}, t.post_only};
  if (instrument != nullptr) {
    wanted.lot = instrument->lot;
    wanted.least_piece = at == Price{} ? instrument->min_quantity : least_piece(*instrument, at);
  }
  const auto legs = route(wanted, venues);
  if (legs.size() > 1 || !parent.children.empty()) context.set_timer(config_.ack_timeout, order.value);
  for (const auto& leg : legs) {
    const ChildId id{++state.last_child};
    const RequestNumber request = next_request();
    state.children[id] = Child{id, order, leg.venue, ChildState::sent, Reason::none, false, false, leg.quantity, {}, request, {}, {}, {}};
    parent.children.push_back(id);
    parent.committed += leg.quantity;
    CHECK(parent.committed <= t.quantity, "children exceed their parent");
    VenuePlace out{id, leg.venue, request, t};
    out.terms.venue = leg.venue;
    out.terms.quantity = leg.quantity;
    context.publish(out);
  }
  return Reason::none;
}

void Exeq::on(const OrderAccepted& m, Ctx& context) {
  if (state.parents.contains(m.order)) return;
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
  if (const Reason none = place(m.order, parent, m.terms.quantity, context); none != Reason::none) {
    close(parent);
    tell(m.order, ExecutionKind::rejected, none, context);
  }
}

}  // namespace trade
