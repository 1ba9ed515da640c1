#include "domain/risk/portfolio.h"

#include <algorithm>

// What happens to reservations, positions and their sums.
namespace trade {
namespace {

constexpr Duration day = seconds(86'400);

Price dearer(const Instrument& i, Price a, Price b) { return i.contract == Contract::inverse ? min(a, b) : max(a, b); }

bool over(VenueState s) {
  return s == VenueState::filled || s == VenueState::cancelled || s == VenueState::rejected || s == VenueState::expired;
}

// What may still fill: while a replace is under way, of the larger total.
Quantity open_quantity(const Reservation& r) {
  const Quantity total = r.replacing ? max(r.now.total, r.next.total) : r.now.total;
  return max(total - r.filled, Quantity{});
}

// What the line must have: by the flat model in spot the full value of the buys that may fill, in derivatives (and spot sold short) the
// margin on the worst case; by the others as they say. And the fees of everything open. Rounded up to the booked unit.
int128 needed_for(const Portfolio::Line& l, const Instrument& i, const MarginLeg& leg, Ratio fee) {
  int128 needed = fee.units > 0 ? share_up(leg.buys + leg.sells, fee) : 0;
  switch (l.model) {
    case MarginModel::flat:
      if (i.contract == Contract::spot) needed += leg.buys + share_up(leg.short_value, l.margin);
      else needed += share_up(std::max(leg.long_value, leg.short_value), l.margin);
      break;
    case MarginModel::cash: needed += cash_margin(leg); break;
    case MarginModel::reg_t: needed += reg_t_margin(leg); break;
    case MarginModel::perp: needed += perp_margin(leg, l.margin, l.step); break;
    case MarginModel::portfolio: break;  // by underlying, over lines
  }
  return rounded_up(needed);
}

// The most that marginal x value can be over what the fills since the vector and any part of the open orders may make of the value.
int128 var_of(const Portfolio::Line& l) {
  if (l.marginal.units == 0) return 0;
  const bool adds = l.marginal.units > 0;  // to hold more
  const int128 value = adds ? l.since + l.exposure.buys.value : l.exposure.sells.value - l.since;
  const Ratio m = adds ? l.marginal : -l.marginal;
  return value >= 0 ? share_up(value, m) : -share_down(-value, m);
}

}  // namespace

void Portfolio::count(OrderId order, Reservation& r, Quantity remaining) {
  Line& l = lines[r.line];
  const Instrument& i = markets[l.market].instrument;
  const Price worst = r.replacing ? dearer(i, r.now.worst, r.next.worst) : r.now.worst;
  // Against an order of ours it may trade at the better of both limits.
  const Price meets = r.replacing ? (r.side == Side::buy ? max(r.now.limit, r.next.limit) : min(r.now.limit, r.next.limit)) : r.now.limit;
  const OpenOrder open{order, remaining, worst, meets, 0};
  set_open(l.exposure, i, r.side, open, r.counted);
  recount(l);
  if (r.sleeve != 0) {
    Sleeve& s = sleeves[r.sleeve - 1];
    set_open(s.exposure, i, r.side, open, r.counted);
    recount(s);
  }
  r.counted = worst;
}

void Portfolio::release(OrderId order, Reservation& r) {
  count(order, r, {});
  if (r.unknown) --funds[lines[r.line].funds].unknown;
  reservations.erase(order);
}

void Portfolio::recount(Line& l) {
  Market& m = markets[l.market];
  const Instrument& i = m.instrument;
  const Exposure& e = l.exposure;
  Counted c;
  c.position = e.position.quantity.units;
  c.buys = e.buys.quantity;
  c.sells = e.sells.quantity;
  c.gross = std::max(worst_quantity(e, Side::buy), worst_quantity(e, Side::sell));
  m.position += c.position - l.counted.position;
  m.buys += c.buys - l.counted.buys;
  m.sells += c.sells - l.counted.sells;
  m.gross += c.gross - l.counted.gross;
  Funds& f = funds[l.funds];
  if (l.settles) {
    const MarginLeg leg{worst_value(e, i, Side::buy), worst_value(e, i, Side::sell), e.buys.value, e.sells.value, 0};
    c.worst = std::max(leg.long_value, leg.short_value);
    c.needed = needed_for(l, i, leg, worst_fee);
    c.open_value = leg.buys + leg.sells;
    c.var = var_of(l);
    c.held = e.position.quantity.units < 0 ? -e.position.cost.units : e.position.cost.units;
    c.bought = leg.buys;
    c.sold = leg.sells;
    const int128 more = c.worst - l.counted.worst;
    f.worst += more;
    f.needed += c.needed - l.counted.needed;
    f.open_value += c.open_value - l.counted.open_value;
    f.var_open += c.var - l.counted.var;
    purses[f.purse].worst += more;
    f.sectors[l.sector].worst += more;
    Group& u = f.underlyings[l.underlying];
    u.worst += more;
    u.held += c.held - l.counted.held;
    u.bought += c.bought - l.counted.bought;
    u.sold += c.sold - l.counted.sold;
  }
  l.counted = c;
}

void Portfolio::recount(Sleeve& s) {
  const int128 worst = worst_value(s.exposure, markets[s.market].instrument);
  Strategy& strategy = strategies.at(s.strategy);
  strategy.worst[s.purse] += worst - s.worst;
  s.worst = worst;
}

void Portfolio::revalue(Line& l) {
  const Market& m = markets[l.market];
  Funds& f = funds[l.funds];
  if (!l.settles || m.mark.units <= 0) return;
  const Position& p = l.exposure.position;
  const int128 now = unrealised(m.instrument, p.quantity, p.cost, m.mark).units;
  f.unrealised += now - l.unrealised;
  if (m.instrument.contract != Contract::spot) f.losses_open += now - l.unrealised;
  l.unrealised = now;
  latch(f);
}

// A stop that was reached once holds until a person lets go of it.
void Portfolio::latch(Funds& f) {
  const int128 now = gain(f);
  f.peak = std::max(f.peak, now);
  if (f.stopped != Reason::none || (f.max_loss.units == 0 && f.max_drawdown.units == 0)) return;  // nothing limits
  Limits l;
  l.max_loss = f.max_loss;
  l.max_drawdown = f.max_drawdown;
  f.stopped = check_loss(now, l);
  if (f.stopped == Reason::none) f.stopped = check_drawdown(f.peak, now, l);
  if (f.stopped != Reason::none) stopped.push_back(static_cast<std::uint32_t>(&f - funds.data()));
}

void Portfolio::settle(OrderId order, const OrderStanding& s) {
  Reservation* r = reservations.find(order);
  if (r == nullptr) return;
  const bool unknown = s.state == VenueState::unknown;
  if (unknown != r->unknown) {
    r->unknown = unknown;
    funds[lines[r->line].funds].unknown += unknown ? 1u : ~0u;
  }
  if (over(s.state)) {
    // Proof that nothing more can come, but for fills it tells of and that were not seen yet.
    const Quantity awaited = max(s.filled - r->filled, Quantity{});
    if (awaited.units == 0) return release(order, *r);
    if (r->replacing) r->now.worst = dearer(markets[lines[r->line].market].instrument, r->now.worst, r->next.worst);
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
  if (unknown || s.pending == Pending::querying) {
    r->in_doubt = true;
  } else if (s.pending == Pending::replacing) {
    r->in_doubt = false;  // asked again: the next answer decides
  } else if (s.pending == Pending::none) {
    const bool replaced = s.limit == r->next.limit && (s.quantity != r->now.total || r->now.limit != r->next.limit);
    if (!replaced && r->in_doubt) return;
    if (replaced) r->now = r->next;
    if (replaced) r->now.total = s.quantity;  // less than asked when fills were taken back meanwhile
    r->replacing = false;
    r->in_doubt = false;
    count(order, *r, open_quantity(*r));
  }
}

void Portfolio::first_of_day(Funds& f, Time now) {
  const std::int64_t today = now.ns / day.ns;
  if (today == f.day) return;
  f.day = today;
  f.sent = f.fills = 0;
  f.turnover = 0;
}

// The position and the money of a fill, on this side.
void Portfolio::move(const FillFacts& f, Side side, Line& l) {
  const Instrument& i = markets[l.market].instrument;
  Funds& account = funds[l.funds];
  const Booking b = book_fill(l.exposure.position, i, side, f.quantity, f.value);
  l.since += f.value.units * sign(side);
  if (l.settles) {
    account.realised += b.realised.units;
    account.cash += i.contract == Contract::spot ? -f.value.units * sign(side) : b.realised.units;
  }
  if (Sleeve* s = sleeve_of(f.strategy, static_cast<std::uint32_t>(&l - lines.data()))) {
    book_fill(s->exposure.position, i, side, f.quantity, f.value);
    recount(*s);
  }
}

bool Portfolio::book(const FillFacts& f, const GroupLimits* strategy, Time now) {
  if (f.fill <= last_fill) return false;
  last_fill = f.fill;
  Line* l = line_of(f.account, f.instrument);
  if (l == nullptr) return false;
  Funds& account = funds[l->funds];
  first_of_day(account, now);
  ++account.fills;
  if (l->settles) {
    account.turnover += f.value.units;
    account.fees += f.fee.units;
    account.cash -= f.fee.units;
  }
  move(f, f.side, *l);
  revalue(*l);
  if (Reservation* r = reservations.find(f.order)) {
    r->filled += f.quantity;
    if (r->ended && r->filled >= r->now.total) release(f.order, *r);
    else count(f.order, *r, open_quantity(*r));
  } else {
    recount(*l);
  }
  Strategy* s = f.strategy ? strategies.find(f.strategy) : nullptr;
  if (s == nullptr || strategy == nullptr || !s->executions.note(now, strategy->max_executions, strategy->execution_window)) return false;
  const bool first = !s->off;
  s->off = true;
  return first;
}

void Portfolio::reverse(const FillFacts& f, Time now) {
  Line* l = line_of(f.account, f.instrument);
  if (l == nullptr) return;
  Funds& account = funds[l->funds];
  first_of_day(account, now);
  if (l->settles) {
    account.fees -= f.fee.units;
    account.cash += f.fee.units;
  }
  move(f, opposite(f.side), *l);
  revalue(*l);
  Reservation* r = reservations.find(f.order);
  if (r == nullptr) return recount(*l);
  r->filled -= f.quantity;
  r->now.total -= f.quantity;
  count(f.order, *r, open_quantity(*r));
}

}  // namespace trade
