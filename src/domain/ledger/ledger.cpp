#include "domain/ledger/ledger.h"

namespace trade {
namespace {

std::size_t at(Book b) { return static_cast<std::size_t>(b); }

// The legs of one entry; those of nothing are left out.
class Entry {
 public:
  Entry() = default;
  Entry(std::initializer_list<Leg> legs) {
    for (const Leg& leg : legs) add(leg.book, leg.debit);
  }
  void add(Book book, int128 debit) {
    if (debit != 0) legs_[count_++] = {book, debit};
  }
  std::span<const Leg> legs() const { return {legs_.data(), count_}; }

 private:
  std::array<Leg, book_count> legs_;
  std::size_t count_ = 0;
};

}  // namespace

void Ledger::post(AccountId account, Currency currency, std::span<const Leg> legs) {
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
  post(account, cash.currency, Entry{{Book::cash, cash.units}, {Book::capital, -cash.units}}.legs());
}

Money Ledger::proceeds(const Instrument& i, const Movement& m) {
  Money sum{m.realised.units + m.dividend.units, i.settle};
  if (i.contract == Contract::spot) sum -= Money{m.cost.units, i.settle};
  return sum;
}

void Ledger::move(AccountId account, const Instrument& i, const Movement& m, const Deferred& deferred) {
  const bool spot = i.contract == Contract::spot;
  Entry entry;
  entry.add(Book::position, m.cost.units);
  if (!spot) entry.add(Book::contra, -m.cost.units);
  entry.add(Book::realised, -m.realised.units);
  entry.add(Book::dividends, -m.dividend.units);
  entry.add(Book::funding, -m.funding.units);
  entry.add(Book::unsettled, deferred.cash.units);
  int128 cash = m.funding.units + proceeds(i, m).units - deferred.cash.units;
  if (m.fee.currency == i.settle) {
    entry.add(Book::fees, m.fee.units);
    cash -= m.fee.units;
  }
  entry.add(Book::cash, cash);
  if (!entry.legs().empty()) post(account, i.settle, entry.legs());
  if (m.fee.units != 0 && m.fee.currency != i.settle)
    post(account, m.fee.currency, Entry{{Book::fees, m.fee.units}, {Book::cash, -m.fee.units}}.legs());
  if (!spot || (m.quantity.units == 0 && deferred.quantity.units == 0)) return;
  const int128 received = static_cast<int128>(m.quantity.units) * decimal_one;
  const int128 later = static_cast<int128>(deferred.quantity.units) * decimal_one;
  post(account, i.base, Entry{{Book::holding, received - later}, {Book::undelivered, later}, {Book::exchange, -received}}.legs());
}

void Ledger::settle(AccountId account, const Instrument& i, const Money& cash, Quantity delivered) {
  if (cash.units != 0) post(account, cash.currency, Entry{{Book::cash, cash.units}, {Book::unsettled, -cash.units}}.legs());
  const int128 received = static_cast<int128>(delivered.units) * decimal_one;
  if (received != 0) post(account, i.base, Entry{{Book::holding, received}, {Book::undelivered, -received}}.legs());
}

Money Ledger::balance(AccountId account, Currency currency, Book book) const {
  const auto* b = accounts_.find({account, currency});
  return {b ? b->net[at(book)] : 0, currency};
}

Money Ledger::worth(AccountId account, Currency currency) const {
  const auto* b = accounts_.find({account, currency});
  if (b == nullptr) return {0, currency};
  return {b->net[at(Book::cash)] + b->net[at(Book::unsettled)] + b->net[at(Book::position)] + b->net[at(Book::contra)], currency};
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
