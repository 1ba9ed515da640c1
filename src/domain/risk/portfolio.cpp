#include "domain/risk/portfolio.h"

#include <algorithm>

namespace trade {
namespace {

Price dearer(const Instrument& i, Price a, Price b) { return i.contract == Contract::inverse ? min(a, b) : max(a, b); }

bool over(VenueState s) {
  return s == VenueState::filled || s == VenueState::cancelled || s == VenueState::rejected || s == VenueState::expired;
}

// What may still fill: while a replace is under way, of the larger total.
Quantity open_quantity(const Reservation& r) {
  const Quantity total = r.replacing ? max(r.now.total, r.next.total) : r.now.total;
  return max(total - r.filled, Quantity{});
}

// The first refusal of checks evaluated in order; later ones are not called.
template <class... Check>
Reason first(Check&&... check) {
  Reason reason = Reason::none;
  (void)((reason = check(), reason == Reason::none) && ...);
  return reason;
}

}  // namespace

void Portfolio::list(const Instrument& i) { markets[i.id].instrument = i; }

void Portfolio::list(const Venue& v) {
  venues[v.id] = v;
  worst_fee = {};
  for (const auto& e : venues) worst_fee = max(worst_fee, max(e.value.maker_fee, e.value.taker_fee));
}

void Portfolio::open(const Account& a) {
  Funds f;
  f.account = a;
  f.cash = a.cash.units;
  accounts.insert(a.id, std::move(f));
}

void Portfolio::refer(InstrumentId i, Price price, Time now) {
  if (price.units <= 0) return;
  if (Market* m = markets.find(i)) m->reference = {price, now};
}

void Portfolio::mark(InstrumentId i, Price price) {
  Market* m = markets.find(i);
  if (m == nullptr || price.units <= 0) return;
  m->mark = price;
  for (const AccountId a : m->accounts) revalue(accounts.at(a), exposures.at({a, i}), *m);
}

bool Portfolio::kill(AccountId account, bool killed) {
  if (!account) {
    firm_killed = killed;
    return true;
  }
  Funds* f = accounts.find(account);
  if (f != nullptr) f->killed = killed;
  return f != nullptr;
}

Reason Portfolio::assess(OrderId order, bool replace, const OrderTerms& t, const LimitPair& limits, Time now) {
  Funds* f = accounts.find(t.account);
  if (f == nullptr) return Reason::order_unknown_account;
  if (const Reason r = check_kill(firm_killed, f->killed); r != Reason::none) return r;
  Market* m = markets.find(t.instrument);
  if (m == nullptr) return Reason::order_unknown_instrument;
  if (m->instrument.settle != f->account.cash.currency) return Reason::risk_cash;  // no rate between the two
  if (t.venue && !venues.contains(t.venue)) return Reason::order_unknown_venue;
  const Reservation* held = reservations.find(order);
  if (replace && (held == nullptr || held->ended || held->replacing)) return Reason::order_not_open;
  if (!replace && held != nullptr) return Reason::order_duplicate_id;
  const Reason plain = first([&] { return check_order(*m, t, limits.own, now); }, [&] { return check_pace(*f, replace, t, limits, now); });
  if (plain != Reason::none) return plain;

  const Reference& ref = m->reference;
  const Price trusted = check_reference(ref, now, limits.own) == Reason::none ? ref.price : Price{};
  const Price worst = worst_price(m->instrument, price_range(t, trusted, limits.own.market_slippage));
  const Bound bound{t.quantity, t.limit, worst};
  const std::optional<Reservation> before = replace ? std::optional(*held) : std::nullopt;
  Reservation after = before.value_or(Reservation{t.account, t.instrument, t.side, {}, bound, bound, false, false, false});
  after.next = bound;
  after.replacing = replace;
  const auto key = std::pair{t.account, t.instrument};
  if (!exposures.contains(key)) m->accounts.push_back(t.account);
  exposures[key].margin = limits.own.initial_margin;
  reserve(order, after);
  const Reason refused = check_worst_case(*f, exposures.at(key), *m, t.side, limits);
  if (refused == Reason::none) {
    if (!replace) f->recent.add(t, now, limits.own);
  } else if (before) {
    reserve(order, *before);
  } else {
    release(order);
  }
  return refused;
}

// What the order's own terms and the market say.
Reason Portfolio::check_order(const Market& m, const OrderTerms& t, const Limits& l, Time now) const {
  const Instrument& i = m.instrument;
  const Reason fresh = check_reference(m.reference, now, l);
  const Price reference = fresh == Reason::none ? m.reference.price : Price{};
  const Price stated = stated_price(t, reference);
  const bool stops = t.type == OrderType::stop || t.type == OrderType::stop_limit;
  const bool needs_reference = t.type == OrderType::market || (!stops && l.collar.units > 0);
  const PriceRange range = price_range(t, reference, l.market_slippage);
  const Price worst = worst_price(i, range);
  return first([&] { return check_tick(i, t); }, [&] { return check_lot(i, t.quantity); }, [&] { return check_quantity(t.quantity, l); },
               [&] { return needs_reference ? fresh : Reason::none; },
               [&] { return value_fits(i, worst, t.quantity) ? Reason::none : Reason::risk_max_value; },
               [&] { return check_min_notional(i, stated, t.quantity); },
               [&] { return check_value(value_of(i, worst, t.quantity), l); },
               // A stop waits for the market to come to it: its limit is held against the stop, the stop against nothing.
               [&] { return needs_reference || stops ? check_collar(stated, stops ? t.stop : reference, l) : Reason::none; });
}

Reason Portfolio::check_pace(Funds& f, bool replace, const OrderTerms& t, const LimitPair& limits, Time now) {
  return first([&] { return replace ? Reason::none : f.recent.check(t, now, limits.own); },
               [&] { return f.messages.take(now, limits.account.rate, limits.account.burst) ? Reason::none : Reason::risk_rate; });
}

// With the order counted already: may the account stand where it would stand? What only reduces a position always may.
Reason Portfolio::check_worst_case(const Funds& f, const Exposure& e, const Market& m, Side side, const LimitPair& limits) const {
  const int128 quantity = worst_quantity(e, side);
  if (quantity == 0) return Reason::none;
  const bool spot_sale = m.instrument.contract == Contract::spot && side == Side::sell;
  return first([&] { return check_position(quantity, limits.own); }, [&] { return check_exposure(f.worst, limits.account); },
               [&] { return spot_sale ? check_holding(quantity, limits.own) : Reason::none; },
               [&] { return check_cash(f.needed, f.cash + std::min<int128>(f.losses_open, 0)); },
               [&] { return check_loss(f.realised + f.unrealised - f.fees, limits.account); });
}

void Portfolio::reserve(OrderId order, const Reservation& r) {
  reservations[order] = r;
  count(order, r, open_quantity(r));
}

void Portfolio::release(OrderId order) {
  count(order, reservations.at(order), {});
  reservations.erase(order);
}

void Portfolio::count(OrderId order, const Reservation& r, Quantity remaining) {
  const Market& m = markets.at(r.instrument);
  Exposure& e = exposures.at({r.account, r.instrument});
  const Price worst = r.replacing ? dearer(m.instrument, r.now.worst, r.next.worst) : r.now.worst;
  set_open(e, m.instrument, r.side, {order, remaining, worst});
  recount(accounts.at(r.account), e, m);
}

void Portfolio::recount(Funds& f, Exposure& e, const Market& m) const {
  if (m.instrument.settle != f.account.cash.currency) return;
  const int128 worst = worst_value(e, m.instrument).units;
  const int128 needed = cash_needed(e, m.instrument, worst_fee).units;
  f.worst += worst - e.worst;
  f.needed += needed - e.needed;
  e.worst = worst;
  e.needed = needed;
}

void Portfolio::revalue(Funds& f, Exposure& e, const Market& m) const {
  if (m.instrument.settle != f.account.cash.currency || m.mark.units <= 0) return;
  const int128 now = unrealised(m.instrument, e.position.quantity, e.position.cost, m.mark).units;
  f.unrealised += now - e.unrealised;
  if (m.instrument.contract != Contract::spot) f.losses_open += now - e.unrealised;
  e.unrealised = now;
}

void Portfolio::settle(OrderId order, const OrderStanding& s) {
  Reservation* r = reservations.find(order);
  if (r == nullptr) return;
  if (over(s.state)) {
    // Proof that nothing more can come, but for fills it tells of and that were not seen yet.
    const Quantity awaited = max(s.filled - r->filled, Quantity{});
    if (awaited.units == 0) return release(order);
    if (r->replacing) r->now.worst = dearer(markets.at(r->instrument).instrument, r->now.worst, r->next.worst);
    r->ended = true;
    r->replacing = false;
    r->now.total = s.filled;
    return count(order, *r, awaited);
  }
  if (s.state == VenueState::none) return;
  if (!r->replacing) {
    // A venue that works more than was asked: counted, whoever is to blame.
    if (s.quantity <= r->now.total) return;
    r->now.total = s.quantity;
    return count(order, *r, open_quantity(*r));
  }
  if (s.pending != Pending::none && s.quantity > r->now.total) {
    r->now.total = s.quantity;  // a corrected fill
    count(order, *r, open_quantity(*r));
  }
  if (s.state == VenueState::unknown || s.pending == Pending::querying) {
    r->in_doubt = true;
  } else if (s.pending == Pending::replacing) {
    r->in_doubt = false;  // asked again: the next answer decides
  } else if (s.pending == Pending::none) {
    const bool replaced = s.quantity != r->now.total || s.limit != r->now.limit;
    if (!replaced && r->in_doubt) return;
    if (replaced) r->now = r->next;
    if (replaced) r->now.total = s.quantity;  // less than asked when fills were taken back meanwhile
    r->replacing = false;
    r->in_doubt = false;
    count(order, *r, open_quantity(*r));
  }
}

void Portfolio::reverse(const FillFacts& f) {
  FillFacts back = f;
  back.side = opposite(f.side);
  back.fee = -f.fee;
  take_in(back);
  Reservation* r = reservations.find(f.order);
  if (r == nullptr) return;
  r->filled -= f.quantity;
  r->now.total -= f.quantity;
  count(f.order, *r, open_quantity(*r));
}

void Portfolio::book(const FillFacts& f) {
  if (f.fill <= last_fill) return;
  last_fill = f.fill;
  take_in(f);
  Reservation* r = reservations.find(f.order);
  if (r == nullptr) return;
  r->filled += f.quantity;
  if (r->ended && r->filled >= r->now.total) return release(f.order);
  count(f.order, *r, open_quantity(*r));
}

// Position, cash and gains.
void Portfolio::take_in(const FillFacts& f) {
  Market* m = markets.find(f.instrument);
  Funds* funds = accounts.find(f.account);
  if (m == nullptr || funds == nullptr) return;
  const auto key = std::pair{f.account, f.instrument};
  if (!exposures.contains(key)) m->accounts.push_back(f.account);
  Exposure& e = exposures[key];
  const Booking b = book_fill(e.position, m->instrument, f.side, f.quantity, f.value);
  if (m->instrument.settle == funds->account.cash.currency) {
    funds->realised += b.realised.units;
    funds->fees += f.fee.units;
    funds->cash -= f.fee.units;
    funds->cash += m->instrument.contract == Contract::spot ? -f.value.units * sign(f.side) : b.realised.units;
  }
  revalue(*funds, e, *m);
  recount(*funds, e, *m);
}

}  // namespace trade
