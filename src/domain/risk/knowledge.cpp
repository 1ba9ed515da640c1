#include <algorithm>

#include "domain/risk/portfolio.h"

// What risk is told: reference data, the market, people's words.
namespace trade {
namespace {

// The place of the group of this name, made when it is new.
std::uint32_t group_of(std::vector<Portfolio::Group>& groups, const Text<15>& name) {
  const auto at = std::find_if(groups.begin(), groups.end(), [&](const auto& g) { return g.name == name; });
  if (at != groups.end()) return static_cast<std::uint32_t>(at - groups.begin());
  groups.push_back({name, 0, 0, 0, 0});
  return static_cast<std::uint32_t>(groups.size() - 1);
}

VenueMarket& venue_of(std::vector<VenueMarket>& venues, VenueId v) {
  const auto at = std::find_if(venues.begin(), venues.end(), [&](const auto& m) { return m.venue == v; });
  if (at != venues.end()) return *at;
  venues.push_back({v, {}, false, false, false});
  return venues.back();
}

}  // namespace

void Portfolio::use_base(Currency currency) {
  base = currency;
  for (auto& p : purses) p.rate = p.currency == base ? Ratio{decimal_one} : Ratio{};
}

std::uint32_t Portfolio::purse_of(Currency c) {
  const auto at = std::find_if(purses.begin(), purses.end(), [&](const Purse& p) { return p.currency == c; });
  if (at != purses.end()) return static_cast<std::uint32_t>(at - purses.begin());
  purses.push_back({c, c == base ? Ratio{decimal_one} : Ratio{}, 0});
  for (auto& e : strategies) e.value.worst.resize(purses.size());
  return static_cast<std::uint32_t>(purses.size() - 1);
}

void Portfolio::list(const Instrument& i) {
  const std::uint32_t* at = market_at.find(i.id);
  if (at == nullptr) {
    market_at.insert(i.id, static_cast<std::uint32_t>(markets.size()));
    markets.emplace_back().instrument = i;
  } else {
    markets[*at].instrument = i;
  }
  purse_of(i.settle);
}

void Portfolio::list(const Venue& v) {
  venues[v.id].venue = v;
  worst_fee = {};
  for (const auto& e : venues) worst_fee = max(worst_fee, max(e.value.venue.maker_fee, e.value.venue.taker_fee));
}

void Portfolio::open(const Account& a) {
  if (funds_at.contains(a.id)) return;
  funds_at.insert(a.id, static_cast<std::uint32_t>(funds.size()));
  Funds& f = funds.emplace_back();
  f.account = a;
  f.cash = a.cash.units;
  f.purse = purse_of(a.cash.currency);
}

void Portfolio::belongs(AccountId account, std::uint32_t desk, std::uint32_t owner) {
  Funds& f = *find_funds(account);
  f.desk = desk;
  f.owner = owner;
}

void Portfolio::watch(AccountId account, Amount max_loss, Amount max_drawdown) {
  Funds& f = *find_funds(account);
  if (f.max_loss == max_loss && f.max_drawdown == max_drawdown) return;
  f.max_loss = max_loss;
  f.max_drawdown = max_drawdown;
  latch(f);
}

void Portfolio::watch(InstrumentId instrument, Duration move_window) {
  Market& m = *find_market(instrument);
  if (m.move_window == move_window) return;
  m.move_window = move_window;
  m.moves = {};
}

Portfolio::Funds* Portfolio::find_funds(AccountId account) {
  const std::uint32_t* at = funds_at.find(account);
  return at == nullptr ? nullptr : &funds[*at];
}
const Portfolio::Funds* Portfolio::find_funds(AccountId account) const { return const_cast<Portfolio*>(this)->find_funds(account); }

Portfolio::Market* Portfolio::find_market(InstrumentId instrument) {
  const std::uint32_t* at = market_at.find(instrument);
  return at == nullptr ? nullptr : &markets[*at];
}

const Portfolio::Line* Portfolio::find_line(AccountId account, InstrumentId instrument) const {
  const std::uint32_t* at = line_at.find({account, instrument});
  return at == nullptr ? nullptr : &lines[*at];
}

Portfolio::Line* Portfolio::line_of(AccountId account, InstrumentId instrument) {
  if (const std::uint32_t* at = line_at.find({account, instrument})) return &lines[*at];
  const std::uint32_t *f = funds_at.find(account), *m = market_at.find(instrument);
  if (f == nullptr || m == nullptr) return nullptr;
  const auto at = static_cast<std::uint32_t>(lines.size());
  line_at.insert({account, instrument}, at);
  Line& l = lines.emplace_back();
  l.account = account;
  l.instrument = instrument;
  l.funds = *f;
  l.market = *m;
  const Instrument& i = markets[*m].instrument;
  l.settles = i.settle == funds[*f].account.cash.currency;
  l.sector = group_of(funds[*f].sectors, i.sector);
  l.underlying = group_of(funds[*f].underlyings, Text<15>(i.base.view()));
  markets[*m].lines.push_back(at);
  return &l;
}

Portfolio::Sleeve* Portfolio::sleeve_of(StrategyId strategy, std::uint32_t line) {
  if (!strategy) return nullptr;
  const Line& l = lines[line];
  const auto key = std::pair{strategy, l.instrument};
  if (const std::uint32_t* at = sleeve_at.find(key)) return &sleeves[*at];
  strategies[strategy].worst.resize(purses.size());
  sleeve_at.insert(key, static_cast<std::uint32_t>(sleeves.size()));
  Sleeve& s = sleeves.emplace_back();
  s.strategy = strategy;
  s.market = l.market;
  s.purse = purse_of(markets[l.market].instrument.settle);
  return &s;
}

void Portfolio::refer(InstrumentId i, Price price, Time now) {
  if (price.units <= 0) return;
  Market* m = find_market(i);
  if (m == nullptr) return;
  m->reference = {price, now};
  if (m->move_window.ns > 0) m->moves.see(price, now, m->move_window);
  const Instrument& about = m->instrument;
  if (about.contract != Contract::spot || base.empty()) return;
  // A spot price between the base currency and another is the rate of that one.
  const bool quoted = about.quote == base, turned = about.base == base;
  if (!quoted && !turned) return;
  for (auto& p : purses)
    if (p.currency == (quoted ? about.base : about.quote) && p.currency != base)
      p.rate = quoted ? Ratio{price.units} : Ratio{static_cast<std::int64_t>(static_cast<int128>(decimal_one) * decimal_one / price.units)};
}

void Portfolio::mark(InstrumentId i, Price price) {
  Market* m = find_market(i);
  if (m == nullptr || price.units <= 0) return;
  m->mark = price;
  for (const std::uint32_t l : m->lines) revalue(lines[l]);
}

void Portfolio::phase(InstrumentId i, VenueId v, TradingPhase phase) {
  Market* m = find_market(i);
  if (m == nullptr) return;
  VenueMarket& at = venue_of(m->venues, v);
  at.phase = phase;
  at.phase_known = true;
}

void Portfolio::feed(InstrumentId i, VenueId v, bool live) {
  Market* m = find_market(i);
  if (m == nullptr) return;
  VenueMarket& at = venue_of(m->venues, v);
  at.feed_live = live;
  at.feed_known = true;
}

void Portfolio::volume(InstrumentId i, Duration interval, Time open_time, Quantity q) {
  if (Market* m = find_market(i)) m->volume.see(interval, open_time, q);
}

bool Portfolio::kill(KillScope scope, std::uint32_t id, bool killed) {
  switch (scope) {
    case KillScope::firm: firm_killed = killed; return id == 0;
    case KillScope::desk: {
      bool found = false;
      for (auto& f : funds)
        if (id != 0 && f.desk == id) f.desk_killed = killed, found = true;
      return found;
    }
    case KillScope::account:
      if (Funds* f = find_funds({id})) {
        f->killed = killed;
        if (!killed) f->stopped = Reason::none, f->peak = gain(*f), latch(*f);
        return true;
      }
      return false;
    case KillScope::strategy: {
      if (id == 0) return false;
      Strategy& s = strategies[{id}];
      s.worst.resize(purses.size());
      s.killed = killed;
      if (!killed) s.off = false, s.executions.clear();
      return true;
    }
    case KillScope::venue:
      if (Place* v = venues.find({static_cast<std::uint16_t>(id)}); v != nullptr && id <= 0xFFFF) return v->killed = killed, true;
      return false;
    case KillScope::instrument:
      if (Market* m = find_market({id})) return m->killed = killed, true;
      return false;
  }
  return false;
}

bool Portfolio::hold(AccountId account, bool on) {
  Funds* f = find_funds(account);
  if (f != nullptr) f->on_hold = on;
  return f != nullptr;
}

bool Portfolio::reconcile(AccountId account, bool reconciled) {
  Funds* f = find_funds(account);
  if (f != nullptr) f->unreconciled = !reconciled;
  return f != nullptr;
}

bool Portfolio::venue_down(VenueId venue, bool down) {
  Place* v = venues.find(venue);
  if (v != nullptr) v->down = down;
  return v != nullptr;
}

bool Portfolio::restrict(AccountId account, InstrumentId instrument, bool on, std::uint32_t version) {
  Market* m = find_market(instrument);
  Line* l = account ? line_of(account, instrument) : nullptr;
  if (m == nullptr || (account && l == nullptr)) return false;
  (l != nullptr ? l->restricted : m->restricted) = on;
  restricted_version = version;
  return true;
}

bool Portfolio::locate(AccountId account, InstrumentId instrument, Quantity quantity) {
  Line* l = quantity.units < 0 ? nullptr : line_of(account, instrument);
  if (l != nullptr) l->located = quantity;
  return l != nullptr;
}

void Portfolio::attest(StrategyId strategy, const BuildHash& build) {
  Strategy& s = strategies[strategy];
  s.worst.resize(purses.size());
  s.build = build;
}

bool Portfolio::allow(const Override& o) {
  if (overrides.size() >= 1'000) return false;
  overrides.push_back(o);
  return true;
}

bool Portfolio::begin_vector(AccountId account, int128 amount, Time now) {
  Funds* f = find_funds(account);
  if (f == nullptr) return false;
  f->var = amount;
  f->var_at = now;
  f->var_known = true;
  const auto at = static_cast<std::uint32_t>(f - funds.data());
  for (Line& l : lines)
    if (l.funds == at) {
      l.marginal = {};
      l.since = 0;
      recount(l);
    }
  return true;
}

void Portfolio::set_marginal(AccountId account, InstrumentId instrument, Ratio var) {
  Line* l = line_of(account, instrument);
  if (l == nullptr) return;
  l->marginal = var;
  recount(*l);
}

std::optional<int128> Portfolio::in_base(int128 amount, std::uint32_t purse) const {
  const Ratio rate = purses[purse].rate;
  if (rate.units == decimal_one) return amount;
  if (amount == 0) return 0;
  return rate.units > 0 ? std::optional(share_up(amount, rate)) : std::nullopt;
}

std::optional<int128> Portfolio::firm_worst() const {
  int128 sum = 0;
  for (std::uint32_t p = 0; p < purses.size(); ++p) {
    const auto amount = in_base(purses[p].worst, p);
    if (!amount) return std::nullopt;
    sum += *amount;
  }
  return sum;
}

std::optional<int128> Portfolio::strategy_worst(const Strategy& s) const {
  int128 sum = 0;
  for (std::uint32_t p = 0; p < s.worst.size(); ++p) {
    const auto amount = in_base(s.worst[p], p);
    if (!amount) return std::nullopt;
    sum += *amount;
  }
  return sum;
}

}  // namespace trade
