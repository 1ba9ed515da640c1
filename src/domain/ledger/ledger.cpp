#include "domain/ledger/ledger.h"

namespace trade {
namespace {

std::size_t at(Book b) { return static_cast<std::size_t>(b); }

}  // namespace

template <std::size_t N>
void Ledger::post(AccountId account, Currency currency, const Leg (&legs)[N]) {
  int128 sum = 0;
  auto& net = accounts_[{account, currency}].net;
  auto& turnover = turnovers_[currency];
  for (const Leg& leg : legs) {
    int128& book = net[at(leg.book)];
    int128& side = leg.debit >= 0 ? turnover.debits : turnover.credits;
    const bool wraps =
        __builtin_add_overflow(book, leg.debit, &book) || __builtin_add_overflow(side, leg.debit >= 0 ? leg.debit : -leg.debit, &side);
    CHECK(!wraps, "ledger overflow");
    sum += leg.debit;
  }
  CHECK(sum == 0, "an entry's debits equal its credits");
  ++entries_;
}

void Ledger::open(AccountId account, const Money& cash) {
  post(account, cash.currency, {{Book::cash, cash.units}, {Book::capital, -cash.units}});
}

void Ledger::fill(AccountId account, const Instrument& i, Side side, Quantity quantity, const Booking& b, const Money& fee) {
  const auto s = sign(side);
  // A buy adds its own value to the position and takes out the cost of the shorts it closed; a sell the other way round.
  const int128 position = (b.opened_value.units + b.closed_cost.units) * s;
  const int128 gain = b.realised.units;
  if (i.contract == Contract::spot) {
    const int128 paid = (b.closed_value.units + b.opened_value.units) * s;
    post(account, i.settle, {{Book::position, position}, {Book::realised, -gain}, {Book::cash, -paid}});
    const int128 received = static_cast<int128>(quantity.units) * decimal_one * s;
    post(account, i.base, {{Book::holding, received}, {Book::exchange, -received}});
  } else {
    post(account, i.settle, {{Book::position, position}, {Book::contra, -position}});
    if (gain != 0) post(account, i.settle, {{Book::cash, gain}, {Book::realised, -gain}});
  }
  if (fee.units != 0) post(account, fee.currency, {{Book::fees, fee.units}, {Book::cash, -fee.units}});
}

Money Ledger::balance(AccountId account, Currency currency, Book book) const {
  const auto* b = accounts_.find({account, currency});
  return {b ? b->net[at(book)] : 0, currency};
}

Money Ledger::worth(AccountId account, Currency currency) const {
  const auto* b = accounts_.find({account, currency});
  if (b == nullptr) return {0, currency};
  return {b->net[at(Book::cash)] + b->net[at(Book::position)] + b->net[at(Book::contra)], currency};
}

bool Ledger::balanced() const {
  for (const auto& t : turnovers_) {
    int128 sum = 0;
    for (const auto& a : accounts_)
      if (a.key.second == t.key)
        for (const int128 net : a.value.net) sum += net;
    if (sum != 0 || t.value.debits != t.value.credits) return false;
  }
  for (const auto& a : accounts_)
    if (!turnovers_.contains(a.key.second)) return false;
  return true;
}

}  // namespace trade
