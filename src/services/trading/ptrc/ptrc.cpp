#include "services/trading/ptrc/ptrc.h"

#include "runtime/define_service.h"

namespace trade {
namespace {

Deal deal_of(const Fill& m, Time now) {
  return {m.fill, m.order, m.strategy, m.instrument, m.venue, m.execution, m.side, m.price, m.quantity, m.value, m.fee, now, {}, {}, {}};
}

PositionChanged changed(const HoldingChange& c, const Holding& h, StrategyId strategy, FillId fill, BookCause cause) {
  const StrategyLine own = strategy_line(h, strategy);
  return {c.account, c.instrument, strategy, fill, h.position.quantity, signed_cost(h.position), c.movement.realised, c.movement.fee,
          c.trade_closed, cause, c.movement.funding, c.movement.dividend,
          {own.quantity, own.cost, own.realised, own.fees, own.funding, own.dividends}};
}

}  // namespace

Result<void> Ptrc::validate(const Config& config) {
  if (config.kept_fills < 16) return Error{Failure::config, "kept_fills", "must be at least 16", "65536 unless memory is short"};
  return {};
}

bool Ptrc::first_time(FillId fill) {
  if (fill <= state.last_fill) {
    ++state.repeated;
    return false;
  }
  state.missing += fill.value - state.last_fill.value - 1;
  state.last_fill = fill;
  return true;
}

Time Ptrc::settlement_of(const Instrument& i, Time now) const {
  if (i.settlement_days == 0 || i.contract != Contract::spot || !state.calendars.has(i.calendar)) return {};
  const Calendar& calendar = state.calendars.of(i.calendar);
  const auto sessions = calendar.sessions_of(calendar.settlement_day(calendar.trading_day(now), i.settlement_days));
  return sessions.empty() ? Time{} : sessions.front().open;
}

void Ptrc::tell(const HoldingChange& change, const Fill& fill, Context<Out>& context) const {
  context.publish(changed(change, *state.books.holding(change.account, change.instrument), fill.strategy, fill.fill, BookCause::fill));
}

void Ptrc::tell(const std::vector<HoldingChange>& changes, BookCause cause, FillId fill, Context<Out>& context) const {
  for (const HoldingChange& change : changes) {
    const Holding& h = *state.books.holding(change.account, change.instrument);
    HoldingChange rest = change;
    each_strategy(h, [&](StrategyId strategy) {
      context.publish(changed(rest, h, strategy, fill, cause));
      rest.movement = {};
      rest.trade_closed = false;
    });
  }
}

void Ptrc::on(const Fill& m, Context<Out>& context) {
  if (!first_time(m.fill)) return;
  const Instrument* instrument = state.books.instrument(m.instrument);
  if (instrument == nullptr) {
    ++state.missing;
    return;
  }
  Deal deal = deal_of(m, context.now());
  deal.due = settlement_of(*instrument, context.now());
  const HoldingChange change = state.books.fill(m.account, deal, config_.kept_fills);
  ++state.fills;
  tell(change, m, context);
  if (deal.due.ns != 0) arm(context);
}

void Ptrc::on(const FillReversed& m, Context<Out>& context) {
  std::vector<HoldingChange> changes;
  switch (state.books.reverse(m.fill.account, deal_of(m.fill, context.now()), context.now(), changes)) {
    case Reversal::done: tell(changes, BookCause::reversal, m.fill.fill, context); break;
    case Reversal::repeated: ++state.repeated; break;
    case Reversal::unknown:
    case Reversal::too_old: ++state.missing; break;
  }
}

void Ptrc::on(const FundingDue& m, Context<Out>& context) {
  std::vector<HoldingChange> changes;
  state.books.fund(m.instrument, m.venue, m.rate, m.mark, changes);
  tell(changes, BookCause::funding, {}, context);
}

void Ptrc::on(const CorporateActionDue& m, Context<Out>& context) {
  std::vector<HoldingChange> changes;
  switch (state.books.act(m.action, context.now(), changes)) {
    case Acted::done: tell(changes, BookCause::corporate_action, {}, context); break;
    case Acted::repeated: ++state.repeated; break;
    case Acted::unsound: ++state.missing; break;
  }
  arm(context);
}

void Ptrc::on(const TimerFired&, Context<Out>& context) {
  state.books.settle(context.now());
  state.settling = {INT64_MAX};
  arm(context);
}

void Ptrc::arm(Context<Out>& context) {
  const auto& pending = state.books.settlements().pending();
  if (pending.empty() || pending.front().due >= state.settling) return;
  state.settling = pending.front().due;
  context.set_timer(state.settling, 0);
}

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

extern const ServiceType ptrc_service;
const ServiceType ptrc_service = service_type<Ptrc>();

}  // namespace trade
