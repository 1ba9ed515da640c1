#include "domain/ledger/holding.h"

namespace trade {
namespace {

StrategyBook* find(Holding& h, StrategyId strategy) {
  for (auto& s : h.strategies)
    if (s.strategy == strategy) return &s;
  return nullptr;
}

// The strategy's own part; null while the whole is its part. A second strategy splits the first one's off.
StrategyBook* part_of(Holding& h, StrategyId strategy) {
  if (h.strategies.empty()) {
    if (h.places.empty() || h.places.front().strategy == strategy) return nullptr;
    h.strategies.push_back({h.places.front().strategy, h.position, h.realised, h.fees, h.funding, h.dividends});
  }
  if (auto* part = find(h, strategy)) return part;
  h.strategies.push_back({strategy, {}, {}, {}, {}, {}});
  return &h.strategies.back();
}

// A copy of the strategy's part, lots and all.
StrategyBook copy_of(const Holding& h, StrategyId strategy) {
  for (const auto& s : h.strategies)
    if (s.strategy == strategy) return s;
  if (!h.strategies.empty() || h.places.empty() || h.places.front().strategy != strategy) return {strategy, {}, {}, {}, {}, {}};
  return {strategy, h.position, h.realised, h.fees, h.funding, h.dividends};
}

Quantity& place_of(Holding& h, StrategyId strategy, VenueId venue) {
  for (auto& p : h.places)
    if (p.strategy == strategy && p.venue == venue) return p.quantity;
  h.places.push_back({strategy, venue, {}});
  return h.places.back().quantity;
}

// The element whose quantity is largest, whatever its sign, the first among equals; null when there is none.
template <class T, class Of>
T* largest(std::vector<T>& all, Of quantity_of) {
  T* best = nullptr;
  for (auto& e : all)
    if (best == nullptr || abs(quantity_of(e)) > abs(quantity_of(*best))) best = &e;
  return best;
}

// The strategy with the largest part gives or takes what the parts differ from the whole by, at `price`.
void even_out(Holding& h, const Instrument& i, Price price, LotMethod method) {
  if (h.strategies.empty()) return;
  Quantity rest = h.position.quantity;
  for (const auto& s : h.strategies) rest -= s.position.quantity;
  if (rest.units == 0) return;
  auto* s = largest(h.strategies, [](const StrategyBook& b) { return b.position.quantity; });
  const Money value = booked(value_of(i, price, abs(rest)));
  s->realised += book_fill(s->position, i, rest.units > 0 ? Side::buy : Side::sell, abs(rest), value, {method, {}, {}}).realised;
}

// Each strategy's places sum to its part again; its largest place takes the difference.
void even_out_places(Holding& h) {
  each_strategy(h, [&h](StrategyId strategy) {
    Quantity rest = strategy_line(h, strategy).quantity;
    Placement* most = nullptr;
    for (auto& p : h.places) {
      if (p.strategy != strategy) continue;
      rest -= p.quantity;
      if (most == nullptr || abs(p.quantity) > abs(most->quantity)) most = &p;
    }
    if (rest.units == 0) return;
    if (most == nullptr) h.places.push_back({strategy, {}, rest});
    else most->quantity += rest;
  });
}

Quantity scaled(Quantity q, QuantityRatio r) {
  return {static_cast<std::int64_t>(static_cast<int128>(q.units) * r.times.units / r.per.units)};
}

// What rounding left between the whole and the sum over strategies goes to the strategy with the largest part.
void give_rest(Holding& h, const Money& rest, Money StrategyBook::* line) {
  if (rest.units != 0) largest(h.strategies, [](const StrategyBook& b) { return b.position.quantity; })->*line += rest;
}

// The lots, parts and places of a merged holding go over to `target`.
ActionEffect merge(Holding& h, const CorporateAction& a, const Instrument& i, const Instrument& into, Holding& target, LotMethod method) {
  // A strategy new to the target is entered there first, while the target's whole is still what it was.
  std::vector<StrategyBook> parts;
  each_strategy(h, [&](StrategyId strategy) {
    parts.push_back(copy_of(h, strategy));
    part_of(target, strategy);
    for (const auto& p : h.places)
      if (p.strategy == strategy) place_of(target, strategy, p.venue);
  });
  for (auto& part : parts) {
    StrategyBook* to = find(target, part.strategy);
    Position alone;  // of a target that is one strategy's: its whole moves below
    const auto effect = act_on(part.position, a, i, &into, to != nullptr ? &to->position : &alone, method, false);
    if (StrategyBook* from = find(h, part.strategy)) {
      from->position = part.position;
      from->realised += effect.realised;
    }
  }
  const auto effect = act_on(h.position, a, i, &into, &target.position, method, true);
  even_out(target, into, a.into_price, method);
  for (auto& p : h.places) {
    place_of(target, p.strategy, p.venue) += scaled(p.quantity, quantity_ratio(a));
    p.quantity = {};
  }
  even_out_places(target);
  return effect;
}

ActionEffect act_in_place(Holding& h, const CorporateAction& a, const Instrument& i, LotMethod method) {
  const auto effect = act_on(h.position, a, i, nullptr, nullptr, method, true);
  Money dividends = effect.dividend;
  for (auto& s : h.strategies) {
    const auto own = act_on(s.position, a, i, nullptr, nullptr, method, false);
    s.realised += own.realised;
    s.dividends += own.dividend;
    dividends -= own.dividend;
  }
  if (!h.strategies.empty()) give_rest(h, dividends, &StrategyBook::dividends);
  even_out(h, i, a.price, method);
  for (auto& p : h.places) p.quantity = scaled(p.quantity, quantity_ratio(a));
  even_out_places(h);
  return effect;
}

// What `quantity` pays (< 0) or gets.
Money funding_of(const Instrument& i, Quantity quantity, Ratio rate, Price mark) {
  if (quantity.units == 0) return {0, i.settle};
  const Money amount = booked(times(value_of(i, mark, abs(quantity)), rate));
  return quantity.units > 0 ? -amount : amount;
}

}  // namespace

Money signed_cost(const Position& p) { return p.quantity.units < 0 ? -p.cost : p.cost; }

Quantity quantity_at(const Holding& h, VenueId venue) {
  Quantity sum;
  for (const auto& p : h.places)
    if (p.venue == venue) sum += p.quantity;
  return sum;
}

StrategyLine strategy_line(const Holding& h, StrategyId strategy) {
  const auto line = [](const auto& b) {
    return StrategyLine{b.position.quantity, signed_cost(b.position), b.realised, b.fees, b.funding, b.dividends};
  };
  for (const auto& s : h.strategies)
    if (s.strategy == strategy) return line(s);
  const bool sole = h.strategies.empty() && !h.places.empty() && h.places.front().strategy == strategy;
  return sole ? line(h) : StrategyLine{};
}

Booking book_deal(Holding& h, const Instrument& i, Deal& d, LotMethod method, std::vector<ClosedLot>* closed) {
  const LotRule rule{method, d.fill, d.time};
  StrategyBook* part = part_of(h, d.strategy);
  const Booking b = book_fill(h.position, i, d.side, d.quantity, d.value, rule, closed);
  d.closed = b.closed;
  d.realised = b.realised;
  h.realised += b.realised;
  h.trades += b.trade_closed ? 1 : 0;
  const bool fee_in_settle = d.fee.currency == i.settle;
  if (fee_in_settle) h.fees += d.fee;
  if (part != nullptr) {
    part->realised += book_fill(part->position, i, d.side, d.quantity, d.value, rule).realised;
    if (fee_in_settle) part->fees += d.fee;
  }
  place_of(h, d.strategy, d.venue) += d.quantity * sign(d.side);
  return b;
}

ActionEffect act_on(Holding& h, const CorporateAction& a, const Instrument& i, const Instrument* into, Holding* target, LotMethod method) {
  const auto effect = a.kind == ActionKind::merger ? merge(h, a, i, *into, *target, method) : act_in_place(h, a, i, method);
  h.realised += effect.realised;
  h.dividends += effect.dividend;
  h.trades += effect.trade_closed ? 1 : 0;
  return effect;
}

Money fund(Holding& h, const Instrument& i, VenueId venue, Ratio rate, Price mark) {
  const Money whole = funding_of(i, quantity_at(h, venue), rate, mark);
  h.funding += whole;
  Money rest = whole;
  for (auto& s : h.strategies) {
    Quantity there;
    for (const auto& p : h.places)
      if (p.strategy == s.strategy && p.venue == venue) there += p.quantity;
    const Money own = funding_of(i, there, rate, mark);
    s.funding += own;
    rest -= own;
  }
  if (!h.strategies.empty()) give_rest(h, rest, &StrategyBook::funding);
  return whole;
}

void rewind(Holding& h, const Holding& past) {
  for (auto& s : h.strategies) {
    const Money funding = s.funding;
    s = copy_of(past, s.strategy);
    s.funding = funding;
  }
  h.position = past.position;
  h.realised = past.realised;
  h.fees = past.fees;
  h.dividends = past.dividends;
  h.trades = past.trades;
  for (auto& p : h.places) p.quantity = {};
  for (const auto& p : past.places) place_of(h, p.strategy, p.venue) = p.quantity;
}

Standing standing(const Holding& h) { return {h.position.quantity, signed_cost(h.position), h.realised, h.funding, h.dividends, h.fees}; }

Movement movement(const Standing& before, const Standing& after) {
  return {after.quantity - before.quantity, after.cost - before.cost, after.realised - before.realised, after.funding - before.funding,
          after.dividends - before.dividends, {}};
}

}  // namespace trade
