#include "services/trading/ptrc/ptrc.h"

#include "runtime/define_service.h"

namespace trade {
namespace {

Deal deal_of(const Fill& m, Time now) {
  return {m.fill, m.order, m.strategy, m.instrument, m.venue, m.execution, m.side, m.price, m.quantity, m.value, m.fee, now, m.venue_time,
          {}, {}, {}};
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

bool Ptrc::first_time(const Fill& m, Context<Out>& context) {
  state.now = context.now();
  if (m.fill <= state.last_fill) {
    ++state.repeated;
    return false;
  }
  if (const auto skipped = m.fill.value - state.last_fill.value - 1; skipped != 0) {
    miss(BreakKind::sequence, m.account, m.instrument, {state.last_fill.value + 1}, context);
    state.missing += skipped - 1;
  }
  state.last_fill = m.fill;
  return true;
}

void Ptrc::miss(BreakKind kind, AccountId account, InstrumentId instrument, FillId fill, Context<Out>& context) {
  ++state.missing;
  found({kind, account, {}, instrument, fill, {}, {}, {}, {}, {}, context.now()}, context);
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
  if (!first_time(m, context)) return;
  const Instrument* instrument = state.books.instrument(m.instrument);
  if (instrument == nullptr) return miss(BreakKind::unbooked, m.account, m.instrument, m.fill, context);
  Deal deal = deal_of(m, context.now());
  deal.due = settlement_of(*instrument, context.now());
  const HoldingChange change = state.books.fill(m.account, deal);
  ++state.fills;
  tell(change, m, context);
  if (deal.due.ns != 0) arm(context);
}

void Ptrc::on(const FillReversed& m, Context<Out>& context) {
  state.now = context.now();
  std::vector<HoldingChange> changes;
  switch (state.books.reverse(m.fill.account, deal_of(m.fill, context.now()), context.now(), changes)) {
    case Reversal::done: tell(changes, BookCause::reversal, m.fill.fill, context); break;
    case Reversal::repeated: ++state.repeated; break;
    case Reversal::unknown:
    case Reversal::too_old: miss(BreakKind::unbooked, m.fill.account, m.fill.instrument, m.fill.fill, context); break;
  }
}

void Ptrc::on(const FundingDue& m, Context<Out>& context) {
  state.now = context.now();
  std::vector<HoldingChange> changes;
  state.books.fund(m.instrument, m.venue, m.rate, m.mark, context.now(), changes);
  tell(changes, BookCause::funding, {}, context);
}

void Ptrc::on(const CorporateActionDue& m, Context<Out>& context) {
  state.now = context.now();
  std::vector<HoldingChange> changes;
  switch (state.books.act(m.action, context.now(), changes)) {
    case Acted::done: tell(changes, BookCause::corporate_action, {}, context); break;
    case Acted::repeated: ++state.repeated; break;
    case Acted::unsound: miss(BreakKind::unbooked, {}, m.action.instrument, {}, context); break;
  }
  arm(context);
}

void Ptrc::on(const TimerFired&, Context<Out>& context) {
  state.now = context.now();
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

extern const ServiceType ptrc_service;
const ServiceType ptrc_service = service_type<Ptrc>();

}  // namespace trade
