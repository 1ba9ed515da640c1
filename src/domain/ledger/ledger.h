#pragma once
#include <array>

#include "core/map.h"
#include "domain/positions/position.h"

// Double entry in integers. Every account has, per currency, one book of each kind below; a balance is debits minus credits.
namespace trade {

// cash       what the account can spend                                capital   where its opening cash came from
// realised   closed gains (a credit is a gain)                         fees      what was paid to trade (a debit is a cost)
// position   the signed booked value of what is open                   contra    its counter-entry where no cash moves (derivatives)
// holding    units of a base asset received (spot)                     exchange  where they came from
enum class Book : std::uint8_t { cash, capital, realised, fees, position, contra, holding, exchange };
NAMES(Book, cash, capital, realised, fees, position, contra, holding, exchange)
inline constexpr std::size_t book_count = enum_names(Book{}).size();

// One line of an entry: debit > 0, credit < 0, in units of Money.
struct Leg {
  Book book{};
  int128 debit{};
};

// The ledger of all accounts. Each entry's legs sum to zero within their currency, so all balances of a currency do.
class Ledger {
 public:
  // Dr cash, Cr capital.
  void open(AccountId account, const Money& cash);
  // Books a fill: what book_fill made of it, and its fee (> 0 paid, < 0 rebate).
  //   linear, inverse: no cash moves at open; the closed gain goes to cash; open value stands in position against contra.
  //   spot: the full value moves between cash and position, and the base asset between holding and exchange.
  void fill(AccountId account, const Instrument& i, Side side, Quantity quantity, const Booking& b, const Money& fee);

  // Debits minus credits.
  Money balance(AccountId account, Currency currency, Book book) const;
  // Cash plus the cost of what is held for it (spot inventory), so that equity = balance + unrealised for every contract:
  // opening cash + realised - fees. In derivatives nothing is held for cash, so this is the cash.
  Money worth(AccountId account, Currency currency) const;
  // The invariant, recomputed from nothing but the balances and turnovers: in every currency debits = credits.
  bool balanced() const;
  std::uint64_t entries() const { return entries_; }

  // visit(account, currency, const std::array<int128, book_count>& balances), in the order the accounts were first used.
  template <class F>
  void each(F&& visit) const {
    for (const auto& e : accounts_) visit(e.key.first, e.key.second, e.value.net);
  }

 private:
  struct Balances {
    std::array<int128, book_count> net{};
    FIELDS(Balances, net)
  };
  struct Turnover {
    int128 debits{}, credits{};
    FIELDS(Turnover, debits, credits)
  };
  template <std::size_t N>
  void post(AccountId account, Currency currency, const Leg (&legs)[N]);

  Map<std::pair<AccountId, Currency>, Balances> accounts_;
  Map<Currency, Turnover> turnovers_;
  std::uint64_t entries_ = 0;

 public:
  FIELDS(Ledger, accounts_, turnovers_, entries_)
};

}  // namespace trade
