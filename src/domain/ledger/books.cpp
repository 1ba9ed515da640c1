#include "domain/ledger/books.h"

#include <algorithm>

namespace trade {
namespace {

auto find_deal(std::vector<Deal>& deals, FillId fill) {
  const auto at = std::lower_bound(deals.begin(), deals.end(), fill, [](const Deal& d, FillId f) { return d.fill < f; });
  return at != deals.end() && at->fill == fill ? at : deals.end();
}

bool changes_quantity(ActionKind k) { return k != ActionKind::cash_dividend && k != ActionKind::rename; }

}  // namespace

bool Books::open(const Account& account) {
  Past& past = pasts_[account.id];
  if (past.opened) return false;
  past.account = account;
  past.opened = true;
  ledger_.open(account.id, account.cash);
  return true;
}

LotMethod Books::method(AccountId account) const {
  const Past* past = pasts_.find(account);
  return past == nullptr ? LotMethod::fifo : past->account.lots;
}

const std::vector<Deal>& Books::deals(AccountId account) const {
  static const std::vector<Deal> none;
  const Past* past = pasts_.find(account);
  return past == nullptr ? none : past->deals;
}

HoldingChange Books::fill(AccountId account, Deal deal) {
  CHECK(deal.fill > last_, "a fill is booked once, in order");
  last_ = deal.fill;
  const Instrument& i = instruments_.at(deal.instrument);
  Past& past = pasts_[account];
  past.account.id = account;
  Holding& h = holdings_[{account, deal.instrument}];
  const Booking b = book_deal(h, i, deal, past.account.lots);
  const Quantity signed_quantity = deal.quantity * sign(deal.side);
  const Money opened = deal.side == Side::buy ? b.opened_value + b.closed_cost : -(b.opened_value + b.closed_cost);
  HoldingChange change{account, deal.instrument, {signed_quantity, opened, b.realised, {}, {}, deal.fee}, b.trade_closed};
  Deferred deferred;
  if (deal.due > deal.time && i.contract == Contract::spot) {
    deferred = {Ledger::proceeds(i, change.movement), signed_quantity};
    settlements_.add({account, deal.instrument, deal.fill, deal.due, deferred.cash, deferred.quantity});
  }
  move(account, change.movement, deferred, {deal.time, deal.venue_time, BookCause::fill, deal.fill, i.id, deal.venue, {}, {}, 0, {}});
  trades_ += b.trade_closed ? 1 : 0;
  past.deals.push_back(deal);
  if (past.deals.size() > kept_) forget(past);
  return change;
}

void Books::move(AccountId account, const Movement& m, const Deferred& deferred, StatementLine what) {
  const Instrument& i = instruments_.at(what.instrument);
  ledger_.move(account, i, m, deferred);
  what.quantity = m.quantity;
  what.unsettled = deferred.cash.units;
  what.cash = Money{Ledger::proceeds(i, m).units + m.funding.units - deferred.cash.units, i.settle};
  if (m.fee.currency == i.settle) what.cash.units -= m.fee.units;
  else what.other_fee = m.fee;
  if (what.made.ns == 0) what.made = what.time;
  write(pasts_.at(account), what);
}

void Books::write(Past& past, const StatementLine& line) const {
  if (past.lines.size() >= 2 * kept_) {
    const auto oldest = past.lines.begin() + static_cast<std::ptrdiff_t>(kept_);
    past.complete_since = std::max(past.complete_since, (oldest - 1)->time);
    past.lines.erase(past.lines.begin(), oldest);
  }
  past.lines.push_back(line);
}

const std::vector<StatementLine>& Books::lines(AccountId account) const {
  static const std::vector<StatementLine> none;
  const Past* past = pasts_.find(account);
  return past == nullptr ? none : past->lines;
}

Time Books::complete_since(AccountId account) const {
  const Past* past = pasts_.find(account);
  return past == nullptr ? Time{} : past->complete_since;
}

std::vector<AccountId> Books::accounts() const {
  std::vector<AccountId> all;
  for (const auto& e : pasts_) all.push_back(e.key);
  return all;
}

std::vector<WashSale> Books::washes(AccountId account, InstrumentId instrument) const {
  const Past* past = pasts_.find(account);
  if (past == nullptr) return {};
  auto holdings = past->folded;
  std::uint32_t next = past->folded_actions;
  std::vector<WashFill> fills;
  for (Deal d : past->deals) {
    catch_up(holdings, past->account.lots, next, d.fill);
    std::vector<ClosedLot> closed;
    book_deal(holdings[d.instrument], instruments_.at(d.instrument), d, past->account.lots, &closed);
    if (d.instrument == instrument) fills.push_back({d.fill, d.time, d.side, d.quantity, d.closed, d.realised, std::move(closed)});
  }
  return wash_sales(fills, past->account.lots == LotMethod::average);
}

Money Books::cash_at(AccountId account, Currency currency, Time at) const {
  Money cash = ledger_.balance(account, currency, Book::cash);
  const auto& all = lines(account);
  for (auto line = all.rbegin(); line != all.rend() && line->time > at; ++line) {
    if (line->cash.currency == currency) cash -= line->cash;
    if (line->other_fee.currency == currency) cash += line->other_fee;
  }
  return cash;
}

void Books::catch_up(Map<InstrumentId, Holding>& holdings, LotMethod method, std::uint32_t& next, FillId before) const {
  for (; next < acted_.size() && acted_[next].after < before; ++next) {
    const CorporateAction& a = acted_[next].action;
    if (!holdings.contains(a.instrument)) continue;
    const bool moves = a.kind == ActionKind::merger;
    Holding* target = moves ? &holdings[a.into] : nullptr;
    act_on(holdings.at(a.instrument), a, instruments_.at(a.instrument), moves ? &instruments_.at(a.into) : nullptr, target, method);
  }
}

void Books::forget(Past& past) {
  const auto half = past.deals.begin() + static_cast<std::ptrdiff_t>((past.deals.size() + 1) / 2);
  for (auto d = past.deals.begin(); d != half; ++d) {
    catch_up(past.folded, past.account.lots, past.folded_actions, d->fill);
    book_deal(past.folded[d->instrument], instruments_.at(d->instrument), *d, past.account.lots);
    past.folded_to = d->fill;
    past.complete_since = std::max(past.complete_since, d->time);
  }
  past.deals.erase(past.deals.begin(), half);
}

void Books::refold(Past& past, const Deal& reversed, Time now, std::vector<HoldingChange>& changes) {
  const LotMethod method = past.account.lots;
  auto fresh = past.folded;
  std::uint32_t next = past.folded_actions;
  for (Deal& d : past.deals) {
    catch_up(fresh, method, next, d.fill);
    book_deal(fresh[d.instrument], instruments_.at(d.instrument), d, method);
  }
  catch_up(fresh, method, next, FillId{UINT64_MAX});
  const Holding nothing;
  Unsettled pending;
  const bool unsettled = settlements_.cancel(reversed.fill, pending);
  for (auto& e : holdings_) {
    if (e.key.first != past.account.id) continue;
    const Holding* folded = fresh.find(e.key.second);
    const Standing before = standing(e.value);
    trades_ -= e.value.trades;
    rewind(e.value, folded == nullptr ? nothing : *folded);
    trades_ += e.value.trades;
    Movement m = movement(before, standing(e.value));
    const bool itself = e.key.second == reversed.instrument;
    if (itself) m.fee = -reversed.fee;
    if (!itself && m.quantity.units == 0 && m.cost.units == 0 && m.realised.units == 0 && m.dividend.units == 0) continue;
    const Deferred deferred = itself && unsettled ? Deferred{-pending.cash, -pending.quantity} : Deferred{};
    const StatementLine what{now, reversed.venue_time, BookCause::reversal, reversed.fill, e.key.second, reversed.venue, {}, {}, 0, {}};
    move(past.account.id, m, deferred, what);
    changes.push_back({past.account.id, e.key.second, m, false});
  }
}

bool Books::acted_since(const Past& past, InstrumentId instrument, FillId fill) const {
  for (std::uint32_t n = 0; n < past.folded_actions; ++n) {
    const CorporateAction& a = acted_[n].action;
    if (a.instrument == instrument && changes_quantity(a.kind) && acted_[n].after >= fill) return true;
  }
  return false;
}

Reversal Books::reverse(AccountId account, const Deal& deal, Time now, std::vector<HoldingChange>& changes) {
  Past* past = pasts_.find(account);
  if (reversed_.contains(deal.fill)) return Reversal::repeated;
  if (past == nullptr || deal.fill > last_) return Reversal::unknown;
  if (const auto at = find_deal(past->deals, deal.fill); at != past->deals.end()) {
    const Deal gone = *at;
    past->deals.erase(at);
    reversed_.insert(deal.fill, true);
    refold(*past, gone, now, changes);
    return Reversal::done;
  }
  if (deal.fill > past->folded_to || !past->folded.contains(deal.instrument)) return Reversal::unknown;
  if (acted_since(*past, deal.instrument, deal.fill)) return Reversal::too_old;
  Deal opposite = deal;
  opposite.side = trade::opposite(deal.side);
  opposite.fee = -deal.fee;
  opposite.time = now;
  book_deal(past->folded.at(deal.instrument), instruments_.at(deal.instrument), opposite, past->account.lots);
  reversed_.insert(deal.fill, true);
  refold(*past, deal, now, changes);
  return Reversal::done;
}

void Books::fund(InstrumentId instrument, VenueId venue, Ratio rate, Price mark, Time now,
                 std::vector<HoldingChange>& changes) {
  const Instrument* i = instruments_.find(instrument);
  if (i == nullptr || mark.units <= 0) return;
  for (auto& e : holdings_) {
    if (e.key.second != instrument) continue;
    if (quantity_at(e.value, venue).units == 0 && e.value.strategies.empty()) continue;
    Movement m;
    m.funding = trade::fund(e.value, *i, venue, rate, mark);
    move(e.key.first, m, {}, {now, now, BookCause::funding, {}, instrument, venue, {}, {}, 0, {}});
    changes.push_back({e.key.first, instrument, m, false});
  }
}

Acted Books::act(const CorporateAction& action, Time now, std::vector<HoldingChange>& changes) {
  const Instrument* i = instruments_.find(action.instrument);
  const Instrument* into = instruments_.find(action.into);
  if (i == nullptr || !unsound_field(action, *i, into).empty()) return Acted::unsound;
  for (const auto& done : acted_)
    if (done.action.id == action.id) return Acted::repeated;
  acted_.push_back({last_, action, now});
  if (action.kind == ActionKind::rename) instruments_.at(action.instrument).symbol = action.symbol;
  std::vector<AccountId> holders;
  for (const auto& e : holdings_)
    if (e.key.second == action.instrument) holders.push_back(e.key.first);
  for (const AccountId account : holders) act_for(account, acted_.back(), changes);
  return Acted::done;
}

void Books::act_for(AccountId account, const ActedOn& on, std::vector<HoldingChange>& changes) {
  const CorporateAction& a = on.action;
  const bool moves = a.kind == ActionKind::merger;
  if (moves) holdings_[{account, a.into}];
  Holding& h = holdings_.at({account, a.instrument});
  Holding* target = moves ? &holdings_.at({account, a.into}) : nullptr;
  const Instrument& i = instruments_.at(a.instrument);
  const Instrument* into = moves ? &instruments_.at(a.into) : nullptr;
  const Standing before = standing(h), before_target = moves ? standing(*target) : Standing{};
  const auto effect = act_on(h, a, i, into, target, method(account));
  trades_ += effect.trade_closed ? 1 : 0;
  const auto pay = [&](const Instrument& of, const Movement& m) {
    const Money cash = Ledger::proceeds(of, m);
    const bool later = a.pay > on.time && cash.units != 0;
    if (later) settlements_.add({account, of.id, {}, a.pay, cash, {}});
    const StatementLine what{on.time, on.time, BookCause::corporate_action, {}, of.id, {}, {}, {}, 0, {}};
    move(account, m, later ? Deferred{cash, {}} : Deferred{}, what);
    changes.push_back({account, of.id, m, effect.trade_closed && of.id == a.instrument});
    return cash;
  };
  Money cash = pay(i, movement(before, standing(h)));
  if (moves) cash += pay(*into, movement(before_target, standing(*target)));
  if (before.quantity.units == 0) return;
  const Quantity after = moves ? target->position.quantity : h.position.quantity;
  applied_.push_back({a.id, a.kind, account, a.instrument, on.time, before.quantity, after, effect.realised, effect.dividend, cash,
                      effect.rounding});
}

void Books::settle(Time now) {
  settlements_.take_due(now, [this](const Unsettled& u) {
    ledger_.settle(u.account, instruments_.at(u.instrument), u.cash, u.quantity);
    write(pasts_.at(u.account), {u.due, u.due, BookCause::settlement, u.fill, u.instrument, {}, {}, u.cash, -u.cash.units, {}});
  });
}

}  // namespace trade
