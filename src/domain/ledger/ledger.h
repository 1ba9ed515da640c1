#pragma once
#include <array>
#include <span>

#include "core/map.h"
#include "domain/positions/position.h"

// Double entry in integers. Every account has, per currency, one book of each kind below; a balance is debits minus credits.
namespace trade {

// cash       what the account can spend                                capital   where its opening cash came from
// realised   closed gains (a credit is a gain)                         fees      what was paid to trade (a debit is a cost)
// position   the signed booked value of what is open                   contra    its counter-entry where no cash moves (derivatives)
// holding    units of a base asset received (spot)                     exchange  where they came from
// unsettled  cash of trades and payments before their settlement day   undelivered  base assets before theirs
// funding    funding received (a credit) or paid                       dividends    dividends received (a credit) or owed and paid
enum class Book : std::uint8_t {
  cash, capital, realised, fees, position, contra, holding, exchange, unsettled, undelivered, funding, dividends
};
NAMES(Book, cash, capital, realised, fees, position, contra, holding, exchange, unsettled, undelivered, funding, dividends)
inline constexpr std::size_t book_count = enum_names(Book{}).size();

// One line of an entry: debit > 0, credit < 0, in units of Money.
struct Leg {
  Book book{};
  int128 debit{};
};

// What an event changed of one account's dealings in one instrument; all but the fee in its settle currency.
struct Movement {
  Quantity quantity;            // signed
  Money cost;                   // of the signed booked value of what is open
  Money realised, funding, dividend;  // > 0 gained
  Money fee;                    // > 0 paid, in any currency
};

// The part of a movement's cash and asset that changes hands later.
struct Deferred {
  Money cash;
  Quantity quantity;
};

// The ledger of all accounts. Each entry's legs sum to zero within their currency, so all balances of a currency do.
class Ledger {
 public:
  // Dr cash, Cr capital.
  void open(AccountId account, const Money& cash);
  // Books a movement.
  //   linear, inverse: no cash moves at open; the closed gain goes to cash; open value stands in position against contra.
  //   spot: the full value moves between cash and position, and the base asset between holding and exchange.
  // What is deferred of it goes through unsettled instead of cash, and through undelivered instead of holding.
  void move(AccountId account, const Instrument& i, const Movement& m, const Deferred& deferred = {});
  // What move put off happens: cash out of unsettled, `delivered` of the base asset out of undelivered.
  void settle(AccountId account, const Instrument& i, const Money& cash, Quantity delivered);
  // The cash that a movement brings (> 0) or costs, its fee and funding left out.
  static Money proceeds(const Instrument& i, const Movement& m);

  // Debits minus credits.
  Money balance(AccountId account, Currency currency, Book book) const;
  // Cash, settled or not, plus the cost of what is held for it (spot inventory), so that equity = balance + unrealised for every
  // contract: opening cash + realised - fees + funding + dividends. In derivatives nothing is held for cash, so this is the cash.
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
  void post(AccountId account, Currency currency, std::span<const Leg> legs);

  Map<std::pair<AccountId, Currency>, Balances> accounts_;
  Map<Currency, Turnover> turnovers_;
  std::uint64_t entries_ = 0;

 public:
  FIELDS(Ledger, accounts_, turnovers_, entries_)
};

}  // namespace trade
