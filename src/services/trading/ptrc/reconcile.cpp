// ptrc against the statements of those who keep the accounts, and the breaks between them.
#include <algorithm>

#include "services/trading/ptrc/ptrc.h"

namespace trade {
namespace {

AccountWord word_of(const ReportStatement& m) {
  return {{m.positions.data, m.positions.count}, {m.cash.data, m.cash.count}, {m.fills.data, m.fills.count}};
}

}  // namespace

void Ptrc::answer_command(AccountId account, const ClientId& id, Reason reason, Context<Out>& context) {
  context.publish(CommandAnswered{account, id, {}, reason == Reason::none, reason});
}

void Ptrc::found(const Finding& finding, Context<Out>& context) {
  if (const Break* b = state.breaks.find(finding, context.now())) context.publish(BreakChanged{*b});
}

Reason Ptrc::refusal_of(const ReportStatement& m, Time now) const {
  if (!state.books.knows(m.account)) return Reason::statement_unknown_account;
  for (const auto& p : m.positions)
    if (state.books.instrument(p.instrument) == nullptr) return Reason::statement_unknown_instrument;
  for (const auto& f : m.fills)
    if (state.books.instrument(f.instrument) == nullptr) return Reason::statement_unknown_instrument;
  if (const Reason reason = check_lines(word_of(m)); reason != Reason::none) return reason;
  const Reported* last = state.statements.find({m.account, m.venue});
  const bool outdated = last != nullptr && m.as_of <= last->as_of;
  const bool forgotten = std::min(m.from, m.as_of) < state.books.complete_since(m.account);
  return outdated || forgotten || m.from > m.as_of || m.as_of > now ? Reason::statement_stale : Reason::none;
}

Ptrc::OurWord Ptrc::our_word(const ReportStatement& m) const {
  OurWord w;
  const auto& lines = state.books.lines(m.account);
  const auto later = [&m](const StatementLine& l) { return l.made > m.as_of; };
  for (const auto& e : state.books.holdings()) {
    if (e.key.first != m.account) continue;
    Quantity q = m.venue ? quantity_at(e.value, m.venue) : e.value.position.quantity;
    for (const auto& l : lines)
      if (l.instrument == e.key.second && later(l) && (!m.venue || l.venue == m.venue)) q -= l.quantity;
    if (q.units != 0) w.positions.push_back({e.key.second, q});
  }
  state.books.ledger().each([&](AccountId account, Currency currency, const std::array<int128, book_count>&) {
    if (account != m.account) return;
    Money cash = state.books.ledger().balance(account, currency, Book::cash);
    for (const auto& l : lines) {
      if (later(l) && l.cash.currency == currency) cash -= l.cash;
      if (later(l) && l.other_fee.currency == currency) cash += l.other_fee;
    }
    if (cash.units != 0) w.cash.push_back({cash});
  });
  for (const Deal& d : state.books.deals(m.account)) {
    const Time made = d.venue_time.ns == 0 ? d.time : d.venue_time;
    const bool within = made > m.from && made <= m.as_of && (!m.venue || d.venue == m.venue);
    (within ? w.fills : w.other).push_back({d.instrument, d.venue, d.execution, d.side, d.price, d.quantity, made});
  }
  return w;
}

void Ptrc::on(const ReportStatement& m, Context<Out>& context) {
  state.now = context.now();
  if (const Reported* last = state.statements.find({m.account, m.venue}); last != nullptr && last->id == m.id && last->as_of == m.as_of)
    return answer_command(m.account, m.id, Reason::none, context);
  if (const Reason reason = refusal_of(m, context.now()); reason != Reason::none) return answer_command(m.account, m.id, reason, context);
  const OurWord ours = our_word(m);
  for (const Finding& f : compare(m.account, m.venue, m.as_of, word_of(m), {ours.positions, ours.cash, ours.fills}, ours.other, !m.venue))
    found(f, context);
  state.breaks.clear_unseen(m.account, m.venue, m.from, m.as_of, context.now(),
                            [&context](const Break& b) { context.publish(BreakChanged{b}); });
  state.statements[{m.account, m.venue}] = {m.id, m.as_of, context.now()};
  answer_command(m.account, m.id, Reason::none, context);
}

void Ptrc::on(const OwnBreak& m, Context<Out>& context) {
  state.now = context.now();
  const Reason reason = state.breaks.own(m.number, m.owner);
  if (reason == Reason::none) context.publish(BreakChanged{*state.breaks.at(m.number)});
  answer_command(m.account, m.id, reason, context);
}

void Ptrc::on(const ResolveBreak& m, Context<Out>& context) {
  state.now = context.now();
  const Reason reason = state.breaks.resolve(m.number, m.owner, m.note);
  if (reason == Reason::none) context.publish(BreakChanged{*state.breaks.at(m.number)});
  answer_command(m.account, m.id, reason, context);
}

}  // namespace trade
