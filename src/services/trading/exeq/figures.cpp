#include <algorithm>

#include "services/trading/exeq/exeq.h"

// How well orders are executed, and what exeq answers.
namespace trade {
namespace {

// paid / quantity, rounded down; 0 when there is none.
Price average(int128 paid, Quantity quantity) {
  return quantity.units <= 0 ? Price{} : Price{static_cast<std::int64_t>(std::min<int128>(paid / quantity.units, INT64_MAX))};
}

std::int64_t narrowed(int128 v) { return static_cast<std::int64_t>(std::clamp<int128>(v, INT64_MIN, INT64_MAX)); }

QualityLine line_of(std::uint64_t key, const Exeq::Tally& t) {
  const FillQuality& q = t.quality;
  QualityLine l;
  l.instrument = InstrumentId{static_cast<std::uint32_t>(key >> 32)};
  l.venue = VenueId{static_cast<std::uint16_t>(key >> 8)};
  l.algo = static_cast<Algo>(key & 0xFF);
  l.children = t.children;
  l.fills = q.fills;
  l.fill_rate = share(t.filled, t.asked);
  l.arrival_bps = bps(q.arrival);
  l.route_bps = bps(q.route);
  l.effective_bps = bps(q.effective);
  l.impact_bps = bps(q.impact);
  l.regret_bps = bps(q.regret);
  for (std::size_t h = 0; h < quality_horizons.size(); ++h) {
    l.realised_bps[h] = bps(q.realised[h]);
    l.reverted_bps[h] = bps(q.reverted[h]);
  }
  return l;
}

}  // namespace

// A fill that the venue's totals count for the first time.
void Exeq::judge(Child& c, const Parent& parent, const VenueReport& m, Quantity quantity, Ctx& context) {
  const OrderTerms& t = parent.terms;
  const Venue* venue = state.venues.find(c.venue);
  const Ratio fee = venue == nullptr ? Ratio{} : m.liquidity == Liquidity::maker ? venue->maker_fee : venue->taker_fee;
  const JudgedFill f{t.side,
                     m.price,
                     quantity,
                     parent.arrival,
                     c.mid,
                     mid_at(t.instrument, c.venue),
                     narrowed(unit_cost(t.side, m.price, fee) / decimal_one),
                     c.best};
  if (!measurable(f)) return;
  c.paid += static_cast<int128>(m.price.units) * quantity.units;
  const auto key = line_key(t.instrument, c.venue, t.algo);
  note_fill(state.tallies[key].quality, f);
  if (Shown* s = state.shown.find({t.instrument, c.venue}); s != nullptr && f.mid != Price{})
    s->aftermath.add({key, t.side, m.price, f.mid, quantity, context.now()});
}

void Exeq::count_end(const Child& c, const Parent& parent) {
  Tally& t = state.tallies[line_key(parent.terms.instrument, c.venue, parent.terms.algo)];
  ++t.children;
  t.asked += c.quantity.units;
  t.filled += c.filled.units;
}

ChildrenView Exeq::answer(const ChildrenQuery& q) const {
  const Parent* parent = state.parents.find(q.order);
  if (parent == nullptr) return {};
  ChildrenView v{true, {}};
  for (const auto id : parent->children) {
    const Child& c = state.children.at(id);
    v.children.push_back({c.id, c.venue, c.state, c.reason, c.quantity, c.filled, c.limit, average(c.paid, c.filled), c.sent});
  }
  return v;
}

// As of the latest moment exeq has seen the venues at.
RoutesView Exeq::answer(const RoutesQuery& q) const {
  OrderTerms t;
  t.instrument = q.instrument;
  t.side = q.side;
  t.type = q.limit == Price{} ? OrderType::market : OrderType::limit;
  t.tif = TimeInForce::gtc;
  t.quantity = q.quantity;
  t.limit = q.limit;
  RoutesView v;
  std::vector<VenueId> venues;
  v.reason = candidates(t, state.clock, venues);
  const auto legs = v.reason == Reason::none && q.quantity.units > 0 ? split(t, venues, state.clock) : std::vector<RouteLeg>{};
  for (const auto& e : state.venues) {
    if (!may_go(t, e.key)) continue;
    const VenueOffer o = offer(t, e.key, state.clock);
    RouteLine l{
        e.key, health(t.instrument, e.key, state.clock), {}, {}, o.maker_fee, o.taker_fee, o.latency, o.reject_rate, o.queue_ahead, o.flow,
        {}};
    if (!o.levels.empty()) {
      l.best = o.levels[0].price;
      l.displayed = o.levels[0].quantity;
    }
    for (const auto& leg : legs)
      if (leg.venue == e.key) l.quantity = leg.quantity;
    v.venues.push_back(l);
  }
  return v;
}

VenuesView Exeq::answer(const VenuesQuery&) const {
  VenuesView v;
  for (const auto& e : state.venues) {
    const Lane* lane = state.lanes.find(e.key);
    VenueLine l;
    l.venue = e.key;
    l.name = e.value.name;
    if (lane != nullptr) {
      const VenueRecord& r = lane->record;
      l = {e.key,
           e.value.name,
           r.sent,
           r.accepted,
           r.rejected,
           r.silent,
           r.reject_rate,
           r.latency,
           percentile(lane->latencies, 50),
           percentile(lane->latencies, 90),
           percentile(lane->latencies, 99),
           lane->circuit.state != CircuitState::closed,
           lane->cancels.size() + lane->requests.size()};
    }
    v.venues.push_back(l);
  }
  return v;
}

QueueView Exeq::answer(const QueueQuery&) const {
  QueueView v;
  for (const auto& e : state.lanes)
    for (const auto* line : {&e.value.cancels, &e.value.requests})
      for (const auto& out : *line)
        if (still_wanted(out)) v.requests.push_back({e.key, out.request, out.child, state.children.at(out.child).order});
  return v;
}

AlgosView Exeq::answer(const AlgosQuery&) const {
  AlgosView v;
  for (const auto& e : state.works) {
    const Parent& parent = state.parents.at(e.key);
    const OrderTerms& t = parent.terms;
    const WorkSchedule& s = e.value.schedule;
    const WorkProgress p = progress(parent, e.value, state.clock);
    v.orders.push_back({e.key, t.instrument, t.algo, t.side, s.start, s.end == no_end ? Time{} : s.end, p.total, p.filled, p.open,
                        target(s, p, state.clock), e.value.next});
  }
  return v;
}

QualityView Exeq::answer(const ExecutionQualityQuery&) const {
  QualityView v;
  Tally all;
  for (const auto& e : state.tallies) {
    v.lines.push_back(line_of(e.key, e.value));
    all.children += e.value.children;
    all.asked += e.value.asked;
    all.filled += e.value.filled;
    add(all.quality, e.value.quality);
  }
  v.total = line_of(0, all);
  return v;
}

RegretView Exeq::answer(const RegretQuery&) const {
  RegretView v;
  CostSum all;
  Map<VenueId, FillQuality> venues;
  for (const auto& e : state.tallies) add(venues[VenueId{static_cast<std::uint16_t>(e.key >> 8)}], e.value.quality);
  for (const auto& e : venues) {
    v.venues.push_back({e.key, e.value.fills, bps(e.value.regret)});
    add(all, e.value.regret);
  }
  v.regret_bps = bps(all);
  return v;
}

OrderQualityView Exeq::answer(const OrderQualityQuery& q) const {
  const Parent* parent = state.parents.find(q.order);
  if (parent == nullptr) return {};
  int128 paid = 0;
  for (const auto id : parent->children) paid += state.children.at(id).paid;
  const Quantity filled = filled_in_all(*parent);
  const Price mean = average(paid, filled);
  CostSum cost;
  if (parent->arrival != Price{} && mean != Price{}) {
    cost.value = static_cast<int128>(parent->arrival.units) * filled.units;
    cost.cost = static_cast<int128>(sign(parent->terms.side)) * (paid - cost.value);
  }
  return {true, parent->arrival, mean, parent->terms.quantity, filled, bps(cost)};
}

}  // namespace trade
