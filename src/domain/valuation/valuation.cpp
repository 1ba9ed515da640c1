#include "domain/valuation/valuation.h"

namespace trade {
namespace {

// Of a spot instrument between the two: whether its mark is to be inverted to turn `from` into `to`.
bool exchanges(const Instrument& i, Currency from, Currency to, bool& inverted) {
  inverted = i.base == to && i.quote == from;
  return i.contract == Contract::spot && (inverted || (i.base == from && i.quote == to));
}

Amounts amounts_of(const Movement& m, bool with_fee) {
  return {m.realised.units, with_fee ? m.fee.units : 0, m.funding.units, m.dividend.units};
}

Amounts converted(const Amounts& a, const Rate& r) {
  return {converted(a.realised, r), converted(a.fees, r), converted(a.funding, r), converted(a.dividends, r)};
}

}  // namespace

void Valuation::list(const Instrument& i) {
  const bool fresh = !markets_.contains(i.id);
  markets_[i.id].instrument = i;
  if (!fresh || i.contract != Contract::spot) return;
  for (std::uint32_t a = 0; a < accounts_.size(); ++a)
    for (std::uint32_t p = 0; p < accounts_[a].purses.size(); ++p)
      if (!accounts_[a].purses[p].rate_from) find_rate(a, p);
}

bool Valuation::open(const Account& account) {
  const auto index = static_cast<std::uint32_t>(accounts_.size());
  if (!account_index_.insert(account.id, index)) return false;
  accounts_.push_back({account, account.base.empty() ? account.cash.currency : account.base, {}, 0, 0});
  ValuedAccount& a = accounts_.back();
  Purse& p = a.purses[purse_of(a, account.cash.currency)];
  p.opening = account.cash.units;
  if (p.rated) p.opening_base = p.rate_from ? trade::converted(p.opening, rate(p)) : p.opening;
  convert(a, p);
  return true;
}

std::uint32_t Valuation::purse_of(ValuedAccount& a, Currency currency) {
  for (std::uint32_t n = 0; n < a.purses.size(); ++n)
    if (a.purses[n].currency == currency) return n;
  const auto index = static_cast<std::uint32_t>(a.purses.size());
  Purse p;
  p.currency = currency;
  p.rated = currency == a.base;
  a.purses.push_back(p);
  if (!p.rated) find_rate(account_index_.at(a.account.id), index);
  return index;
}

void Valuation::find_rate(std::uint32_t owner, std::uint32_t purse) {
  ValuedAccount& a = accounts_[owner];
  Purse& p = a.purses[purse];
  Market* best = nullptr;
  for (auto& e : markets_) {
    bool inverted;
    if (!exchanges(e.value.instrument, p.currency, a.base, inverted)) continue;
    if (best == nullptr || e.value.instrument.id < best->instrument.id) best = &e.value;
  }
  if (p.currency == a.base || best == nullptr) return;
  exchanges(best->instrument, p.currency, a.base, p.inverted);
  p.rate_from = best->instrument.id;
  best->rates.push_back({owner, purse});
  convert(a, p);
}

Rate Valuation::rate(const Purse& p) const {
  const Market* m = markets_.find(p.rate_from);
  return {m == nullptr ? Price{} : m->mark, p.inverted};
}

void Valuation::convert(ValuedAccount& a, Purse& p) const {
  int128 equity = p.equity(), unrealised = p.unrealised;
  if (p.rate_from) {
    const Rate r = rate(p);
    if (r.price.units <= 0) return;  // not yet, or no longer: what was known last stays
    if (!p.rated) {
      p.rated = true;
      p.opening_base = trade::converted(p.opening, r);
      p.amounts_base = converted(p.amounts, r);
    }
    equity = trade::converted(equity, r);
    unrealised = trade::converted(unrealised, r);
  } else if (!p.rated) {
    return;
  }
  a.equity += equity - p.equity_base;
  a.unrealised += unrealised - p.unrealised_base;
  p.equity_base = equity;
  p.unrealised_base = unrealised;
}

void Valuation::add(ValuedAccount& a, Purse& p, const Amounts& fresh) {
  p.amounts += fresh;
  const Rate r = rate(p);
  if (p.rated && !p.rate_from) p.amounts_base += fresh;
  else if (p.rated && r.price.units > 0) p.amounts_base += converted(fresh, r);
  convert(a, p);
}

ValuedHolding& Valuation::holding_of(const Event& event, std::uint32_t owner, Market& market) {
  const auto fresh = static_cast<std::uint32_t>(holdings_.size());
  if (holding_index_.insert({event.account, event.instrument}, fresh)) {
    ValuedHolding h;
    h.account = event.account;
    h.owner = owner;
    h.instrument = event.instrument;
    h.purse = purse_of(accounts_[owner], market.instrument.settle);
    holdings_.push_back(std::move(h));
    market.holdings.push_back(fresh);
  }
  return holdings_[holding_index_.at({event.account, event.instrument})];
}

bool Valuation::book(const Event& event) {
  const std::uint32_t* owner = account_index_.find(event.account);
  Market* market = markets_.find(event.instrument);
  if (owner == nullptr || market == nullptr) return false;
  ValuedAccount& a = accounts_[*owner];
  ValuedHolding& h = holding_of(event, *owner, *market);
  h.quantity = event.quantity;
  h.cost = event.quantity.units < 0 ? -event.cost : event.cost;
  const Money& fee = event.movement.fee;
  const bool in_settle = fee.units == 0 || fee.currency == market->instrument.settle;
  const Amounts fresh = amounts_of(event.movement, in_settle);
  h.amounts += fresh;
  ValuedPart* part = nullptr;
  for (auto& known : h.parts)
    if (known.strategy == event.strategy) part = &known;
  if (part == nullptr) part = &h.parts.emplace_back(ValuedPart{event.strategy, {}, {}, {}});
  const StrategyLine& own = event.part;
  *part = {event.strategy, own.quantity, own.cost, {own.realised.units, own.fees.units, own.funding.units, own.dividends.units}};
  remember(h, {event.time, event.cause, event.fill, event.strategy, event.quantity, fresh});
  add(a, a.purses[h.purse], fresh);
  if (!in_settle) {
    Purse& other = a.purses[purse_of(a, fee.currency)];
    add(a, other, {0, fee.units, 0, 0});
  }
  revalue(h, *market);
  return true;
}

void Valuation::remember(ValuedHolding& h, const Contribution& c) const {
  if (h.contributions.size() >= 2 * std::size_t{kept_}) {
    for (std::size_t n = 0; n < kept_; ++n) h.earlier += h.contributions[n].amounts;
    h.contributions.erase(h.contributions.begin(), h.contributions.begin() + kept_);
  }
  h.contributions.push_back(c);
}

void Valuation::revalue(ValuedHolding& h, const Market& market) {
  const int128 now = market.mark.units > 0 ? trade::unrealised(market.instrument, h.quantity, h.cost, market.mark).units : 0;
  if (now == h.unrealised) return;
  ValuedAccount& a = accounts_[h.owner];
  Purse& p = a.purses[h.purse];
  p.unrealised += now - h.unrealised;
  h.unrealised = now;
  convert(a, p);
}

bool Valuation::mark(InstrumentId instrument, Price price, VenueId venue, Time time) {
  Market* market = markets_.find(instrument);
  if (market == nullptr) return false;
  market->mark = price;
  market->venue = venue;
  market->time = time;
  for (const std::uint32_t index : market->holdings) revalue(holdings_[index], *market);
  for (const auto& [owner, purse] : market->rates) convert(accounts_[owner], accounts_[owner].purses[purse]);
  return true;
}

void Valuation::adjust(const CorporateAction& action) {
  if (Market* market = markets_.find(action.instrument)) market->mark = adjusted(market->mark, action);
}

const ValuedAccount* Valuation::account(AccountId id) const {
  const std::uint32_t* index = account_index_.find(id);
  return index == nullptr ? nullptr : &accounts_[*index];
}

const ValuedHolding* Valuation::holding(AccountId account, InstrumentId instrument) const {
  const std::uint32_t* index = holding_index_.find({account, instrument});
  return index == nullptr ? nullptr : &holdings_[*index];
}

int128 Valuation::unrealised(const ValuedHolding& h, const ValuedPart& part) const {
  const Market& market = markets_.at(h.instrument);
  const Money cost = part.quantity.units < 0 ? -part.cost : part.cost;
  return market.mark.units > 0 ? trade::unrealised(market.instrument, part.quantity, cost, market.mark).units : 0;
}

BaseFigures Valuation::base_figures(const ValuedAccount& a) {
  BaseFigures f;
  f.equity = a.equity;
  f.unrealised = a.unrealised;
  for (const Purse& p : a.purses) {
    f.opening += p.opening_base;
    f.amounts += p.amounts_base;
    if (!p.rated && (p.equity() != 0 || p.unrealised != 0)) f.unrated.push_back(p.currency);
  }
  f.fx = f.equity - f.opening - f.amounts.net() - f.unrealised;
  return f;
}

}  // namespace trade
