// What pnl says of one account.
#include "services/trading/pnl/pnl.h"

namespace trade {
namespace {

PnlLine line_of(Currency c, const Amounts& a) {
  PnlLine l;
  l.realised = {a.realised, c};
  l.fees = {a.fees, c};
  l.funding = {a.funding, c};
  l.dividends = {a.dividends, c};
  return l;
}

// What the strategies' lines sum to less than their instrument's.
PnlLine rest_of(PnlLine whole, const std::vector<PnlLine>& parts) {
  for (const auto& p : parts) {
    whole.quantity -= p.quantity;
    whole.cost -= p.cost;
    whole.realised -= p.realised;
    whole.unrealised -= p.unrealised;
    whole.fees -= p.fees;
    whole.funding -= p.funding;
    whole.dividends -= p.dividends;
  }
  return whole;
}

bool is_nothing(const PnlLine& l) {
  for (const Money* m : {&l.cost, &l.realised, &l.unrealised, &l.fees, &l.funding, &l.dividends})
    if (m->units != 0) return false;
  return l.quantity.units == 0;
}

}  // namespace

PnlLine Pnl::holding_line(const ValuedHolding& h) const {
  const Currency c = state.valuation.market(h.instrument)->instrument.settle;
  PnlLine l = line_of(c, h.amounts);
  l.instrument = h.instrument;
  l.quantity = h.quantity;
  l.cost = {h.quantity.units < 0 ? -h.cost.units : h.cost.units, c};
  l.unrealised = {h.unrealised, c};
  return l;
}

PnlLine Pnl::part_line(const ValuedHolding& h, const ValuedPart& part) const {
  const Currency c = state.valuation.market(h.instrument)->instrument.settle;
  PnlLine l = line_of(c, part.amounts);
  l.instrument = h.instrument;
  l.strategy = part.strategy;
  l.quantity = part.quantity;
  l.cost = {part.cost.units, c};
  l.unrealised = {state.valuation.unrealised(h, part), c};
  return l;
}

PnlPurse Pnl::purse_line(const ValuedAccount& a, std::uint32_t purse) const {
  const Purse& p = a.purses[purse];
  const Currency c = p.currency;
  PnlPurse line;
  line.currency = c;
  line.opening = {p.opening, c};
  line.realised = {p.amounts.realised, c};
  line.fees = {p.amounts.fees, c};
  line.funding = {p.amounts.funding, c};
  line.dividends = {p.amounts.dividends, c};
  line.unrealised = {p.unrealised, c};
  line.inventory = {0, c};
  for (const ValuedHolding& h : state.valuation.holdings())
    if (h.account == a.account.id && h.purse == purse && state.valuation.market(h.instrument)->instrument.contract == Contract::spot)
      line.inventory += holding_line(h).cost;
  line.cash = Money{p.opening + p.amounts.net(), c} - line.inventory;
  line.rated = p.rated;
  const Rate rate = state.valuation.rate(p);
  line.rate_from = p.rate_from;
  line.rate = rate.price;
  line.inverted = rate.inverted;
  line.equity_base = {p.equity_base, a.base};
  return line;
}

PnlAccount Pnl::answer(const PnlAccountQuery& q) const {
  PnlAccount r;
  const ValuedAccount* a = state.valuation.account(q.account);
  if (a == nullptr) return r;
  const BaseFigures f = Valuation::base_figures(*a);
  const auto base = [a](int128 units) { return Money{units, a->base}; };
  r.found = true;
  r.account = q.account;
  r.base = a->base;
  r.opening = base(f.opening);
  r.realised = base(f.amounts.realised);
  r.fees = base(f.amounts.fees);
  r.funding = base(f.amounts.funding);
  r.dividends = base(f.amounts.dividends);
  r.unrealised = base(f.unrealised);
  r.fx = base(f.fx);
  r.equity = base(f.equity);
  r.unrated = f.unrated;
  for (std::uint32_t n = 0; n < a->purses.size(); ++n) r.purses.push_back(purse_line(*a, n));
  for (const ValuedHolding& h : state.valuation.holdings()) {
    if (h.account != q.account) continue;
    std::vector<PnlLine> parts;
    for (const ValuedPart& p : h.parts) parts.push_back(part_line(h, p));
    const PnlLine whole = holding_line(h);
    if (const PnlLine rest = rest_of(whole, parts); !is_nothing(rest)) r.netting.push_back(rest);
    r.instruments.push_back(whole);
    r.strategies.insert(r.strategies.end(), parts.begin(), parts.end());
  }
  return r;
}

PnlExplanation Pnl::answer(const PnlExplainQuery& q) const {
  PnlExplanation r;
  const ValuedHolding* h = state.valuation.holding(q.account, q.instrument);
  if (h == nullptr) return r;
  const Valuation::Market& market = *state.valuation.market(q.instrument);
  const Currency c = market.instrument.settle;
  r.found = true;
  r.line = holding_line(*h);
  r.earlier = line_of(c, h->earlier);
  for (const Contribution& b : h->contributions) {
    const Amounts& by = b.amounts;
    r.contributions.push_back({b.time, b.cause, b.fill, b.strategy, b.quantity, {by.realised, c}, {by.fees, c}, {by.funding, c},
                               {by.dividends, c}});
  }
  r.mark = market.mark;
  r.mark_venue = market.venue;
  r.mark_time = market.time;
  r.value = market.mark.units > 0 && h->quantity.units != 0 ? value_of(market.instrument, market.mark, abs(h->quantity)) : Money{0, c};
  return r;
}

PnlSnapshots Pnl::answer(const PnlSnapshotsQuery& q) const {
  PnlSnapshots r;
  const std::size_t n = index_of(q.account);
  if (n == state.tracks.size()) return r;
  r.found = true;
  const Currency c = state.valuation.accounts()[n].base;
  for (const Snapshot& s : state.tracks[n].snapshots)
    r.snapshots.push_back({s.time, {s.equity, c}, {s.amounts.realised, c}, {s.unrealised, c}, {s.amounts.fees, c}, {s.amounts.funding, c},
                           {s.amounts.dividends, c}, {s.fx, c}});
  return r;
}

PnlCurve Pnl::answer(const PnlCurveQuery& q) const {
  const std::size_t n = index_of(q.account);
  if (n == state.tracks.size()) return {};
  return {true, points_of(n)};
}

PnlStatistics Pnl::answer(const PnlStatisticsQuery& q) const {
  const std::size_t n = index_of(q.account);
  if (n == state.tracks.size() || (!config_.calendar.empty() && state.calendar.empty())) return {};
  auto curve = curve_of(n);
  if (config_.calendar.empty()) return {true, {}, performance_of(curve, periods_per_year(curve))};
  const Calendar& calendar = state.calendar.front();
  int days = 0;
  if (!curve.empty()) {
    const Date last = calendar.trading_day(curve.back().time);
    for (Date d = last - 364; d <= last; d = d + 1) days += calendar.is_trading_day(d) ? 1 : 0;
  }
  curve = last_of_each_day(curve, [&calendar](Time t) { return calendar.trading_day(t); });
  return {true, config_.calendar, performance_of(curve, days)};
}

}  // namespace trade
