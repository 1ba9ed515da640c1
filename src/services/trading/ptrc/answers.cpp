// What ptrc says of its books.
#include <algorithm>

#include "services/trading/ptrc/ptrc.h"

namespace trade {
namespace {

bool asked(AccountId wanted, AccountId account) { return !wanted || wanted == account; }
bool asked(InstrumentId wanted, InstrumentId instrument) { return !wanted || wanted == instrument; }

}  // namespace

LedgerSummary Ptrc::answer(const LedgerQuery&) const {
  LedgerSummary s;
  s.fills = state.fills;
  s.trades = state.books.trades();
  s.balanced = state.books.ledger().balanced() && state.missing == 0;
  for (const auto& e : state.books.holdings()) {
    const Position& p = e.value.position;
    s.positions.push_back({e.key.first, e.key.second, p.quantity, signed_cost(p), e.value.realised, e.value.fees});
  }
  state.books.ledger().each([&s](AccountId account, Currency currency, const std::array<int128, book_count>& net) {
    const int128 cash = net[static_cast<std::size_t>(Book::cash)];
    if (cash != 0) s.cash.push_back({account, Money{cash, currency}});
  });
  return s;
}

PositionHistory Ptrc::answer(const PositionHistoryQuery& q) const {
  PositionHistory r;
  for (const auto& e : state.books.holdings()) {
    if (!asked(q.account, e.key.first) || !asked(q.instrument, e.key.second)) continue;
    const auto& lines = state.books.lines(e.key.first);
    Quantity after = e.value.position.quantity;
    std::vector<PositionPoint> points;
    for (auto l = lines.rbegin(); l != lines.rend(); ++l) {
      if (l->instrument != e.key.second || l->cause == BookCause::settlement) continue;
      points.push_back({l->time, l->cause, l->fill, e.key.first, e.key.second, after});
      after -= l->quantity;
    }
    r.points.insert(r.points.end(), points.rbegin(), points.rend());
  }
  return r;
}

OpenLots Ptrc::answer(const LotsQuery& q) const {
  OpenLots r;
  for (const auto& e : state.books.holdings()) {
    if (!asked(q.account, e.key.first) || !asked(q.instrument, e.key.second)) continue;
    const Position& p = e.value.position;
    for (std::size_t n = 0; n < p.lots.size(); ++n) {
      const Lot& lot = p.lots[n];
      const bool is_short = p.quantity.units < 0;
      r.lots.push_back({e.key.first, e.key.second, lot.fill, lot.opened, is_short ? -lot.quantity : lot.quantity,
                        Money{is_short ? -lot.value : lot.value, p.cost.currency}});
    }
  }
  return r;
}

Trades Ptrc::answer(const TradesQuery& q) const {
  Trades r;
  for (const AccountId account : state.books.accounts()) {
    if (!asked(q.account, account)) continue;
    Map<FillId, WashSale> washed;
    for (const auto& e : state.books.holdings())
      if (e.key.first == account && asked(q.instrument, e.key.second) && state.books.instrument(e.key.second)->contract == Contract::spot)
        for (const WashSale& w : state.books.washes(account, e.key.second)) washed.insert(w.sale, w);
    for (const Deal& d : state.books.deals(account)) {
      if (!asked(q.instrument, d.instrument)) continue;
      const WashSale* w = washed.find(d.fill);
      r.trades.push_back({account, d, d.due <= state.now, w == nullptr ? Quantity{} : w->quantity, w == nullptr ? Money{} : w->loss});
    }
  }
  return r;
}

SettlementReport Ptrc::answer(const SettlementsQuery& q) const {
  SettlementReport r;
  for (const Unsettled& u : state.books.settlements().pending())
    if (asked(q.account, u.account)) r.pending.push_back(u);
  state.books.ledger().each([&](AccountId account, Currency currency, const std::array<int128, book_count>& net) {
    const auto of = [&](Book b) { return Money{net[static_cast<std::size_t>(b)], currency}; };
    if (!asked(q.account, account) || (of(Book::cash).units == 0 && of(Book::unsettled).units == 0)) return;
    r.cash.push_back({account, of(Book::cash), of(Book::unsettled)});
  });
  return r;
}

ActionReport Ptrc::answer(const ActionsQuery& q) const {
  ActionReport r;
  for (const ActionApplied& a : state.books.actions())
    if (asked(q.account, a.account)) r.applied.push_back(a);
  return r;
}

AccountStatement Ptrc::answer(const StatementQuery& q) const {
  AccountStatement r;
  if (!state.books.knows(q.account) || q.from < state.books.complete_since(q.account) || q.to < q.from) return r;
  r.found = true;
  state.books.ledger().each([&](AccountId account, Currency currency, const std::array<int128, book_count>&) {
    if (account != q.account) return;
    const Money before = state.books.cash_at(account, currency, q.from), after = state.books.cash_at(account, currency, q.to);
    if (before.units == 0 && after.units == 0) return;
    r.opening.push_back(before);
    r.closing.push_back(after);
  });
  for (const StatementLine& l : state.books.lines(q.account))
    if (l.time > q.from && l.time <= q.to) r.lines.push_back(l);
  return r;
}

BreakList Ptrc::answer(const BreaksQuery& q) const {
  BreakList r;
  for (const Break& b : state.breaks.all()) {
    if (!asked(q.account, b.found.account) || (is_over(b.state) && !q.over)) continue;
    r.breaks.push_back({b, (is_over(b.state) ? b.seen : state.now) - b.opened});
  }
  return r;
}

ReconReport Ptrc::answer(const ReconQuery&) const {
  ReconReport r;
  r.fills = state.fills;
  r.missing = state.missing;
  r.balanced = state.books.ledger().balanced();
  for (const auto& e : state.statements) r.statements.push_back({e.key.first, e.key.second, e.value.as_of, e.value.compared, 0, 0, {}});
  for (const Break& b : state.breaks.all()) {
    if (is_over(b.state)) continue;
    const auto kind = std::find_if(r.kinds.begin(), r.kinds.end(), [&b](const auto& k) { return k.first == b.found.kind; });
    if (kind == r.kinds.end()) r.kinds.emplace_back(b.found.kind, 1u);
    else ++kind->second;
    for (ReconLine& l : r.statements) {
      if (l.account != b.found.account || l.venue != b.found.venue || !is_of_statement(b.found.kind)) continue;
      ++(b.state == BreakState::owned ? l.owned : l.open);
      l.oldest = std::max(l.oldest, state.now - b.opened);
    }
  }
  return r;
}

}  // namespace trade
