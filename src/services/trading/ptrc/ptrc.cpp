#include "services/trading/ptrc/ptrc.h"

#include "runtime/define_service.h"

namespace trade {

// Cash is booked once: a configuration that lists the account again moves no money.
void Ptrc::on(const AccountOpened& m, Context<Out>&) {
  if (state.accounts.insert(m.account.id, true)) state.ledger.open(m.account.id, m.account.cash);
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

void Ptrc::on(const Fill& m, Context<Out>& context) {
  if (!first_time(m.fill)) return;
  const Instrument* instrument = state.instruments.find(m.instrument);
  if (instrument == nullptr) {
    ++state.missing;
    return;
  }
  Holding& h = state.holdings[{m.account, m.instrument}];
  const Booking b = book_fill(h.position, *instrument, m.side, m.quantity, m.value);
  state.ledger.fill(m.account, *instrument, m.side, m.quantity, b, m.fee);
  h.realised += b.realised;
  h.fees += m.fee;
  ++state.fills;
  state.trades += b.trade_closed ? 1 : 0;
  const Money cost = h.position.quantity.units < 0 ? -h.position.cost : h.position.cost;
  context.publish(
      PositionChanged{m.account, m.instrument, m.strategy, m.fill, h.position.quantity, cost, b.realised, m.fee, b.trade_closed});
}

LedgerSummary Ptrc::answer(const LedgerQuery&) const {
  LedgerSummary s;
  s.fills = state.fills;
  s.trades = state.trades;
  s.balanced = state.ledger.balanced() && state.missing == 0;
  for (const auto& e : state.holdings) {
    const Position& p = e.value.position;
    s.positions.push_back({e.key.first, e.key.second, p.quantity, p.quantity.units < 0 ? -p.cost : p.cost, e.value.realised, e.value.fees});
  }
  state.ledger.each([&s](AccountId account, Currency currency, const std::array<int128, book_count>& net) {
    const int128 cash = net[static_cast<std::size_t>(Book::cash)];
    if (cash != 0) s.cash.push_back({account, Money{cash, currency}});
  });
  return s;
}

extern const ServiceType ptrc_service;
const ServiceType ptrc_service = service_type<Ptrc>();

}  // namespace trade
