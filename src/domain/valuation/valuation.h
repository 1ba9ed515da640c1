#pragma once
#include <vector>

#include "core/map.h"
#include "domain/facts/book_cause.h"
#include "domain/ledger/holding.h"
#include "domain/valuation/rate.h"

namespace trade {

// Gains and costs, summed; units of Money in one currency.
struct Amounts {
  int128 realised{}, fees{}, funding{}, dividends{};
  FIELDS(Amounts, realised, fees, funding, dividends)

  int128 net() const { return realised - fees + funding + dividends; }
  Amounts& operator+=(const Amounts& b) {
    realised += b.realised;
    fees += b.fees;
    funding += b.funding;
    dividends += b.dividends;
    return *this;
  }
};

// One event behind a holding's figures.
struct Contribution {
  Time time;
  BookCause cause{};
  FillId fill;
  StrategyId strategy;
  Quantity quantity;  // of the position after it
  Amounts amounts;    // what it added
  FIELDS(Contribution, time, cause, fill, strategy, quantity, amounts)
};

// A strategy's part of a holding, as the ledger last told it.
struct ValuedPart {
  StrategyId strategy;
  Quantity quantity;
  Money cost;  // its sign that of the position
  Amounts amounts;
  FIELDS(ValuedPart, strategy, quantity, cost, amounts)
};

// One account's position in an instrument as the ledger last told it, its gain at the last mark, and what is behind both.
struct ValuedHolding {
  AccountId account;
  std::uint32_t owner{};         // index of the account
  std::uint32_t purse{};         // index into the account's purses
  InstrumentId instrument;
  Quantity quantity;
  Money cost;                    // a magnitude
  int128 unrealised{};
  Amounts amounts;               // fees: those in settle currency
  std::vector<ValuedPart> parts;
  Amounts earlier;               // what contributions no longer kept had added
  std::vector<Contribution> contributions;
  FIELDS(ValuedHolding, account, owner, purse, instrument, quantity, cost, unrealised, amounts, parts, earlier, contributions)
};

// What an account has in one currency: everything settled in it. In units of Money of that currency; `_base` amounts in the account's base
// currency, each converted when it was booked (before the first rate: all at the first rate).
struct Purse {
  Currency currency;
  int128 opening{}, unrealised{};
  Amounts amounts;
  InstrumentId rate_from;   // whose mark converts it; 0: none, or it is the base currency itself
  bool inverted{};
  bool rated{};             // a rate is known, or none is needed
  int128 opening_base{}, unrealised_base{}, equity_base{};
  Amounts amounts_base;
  FIELDS(Purse, currency, opening, unrealised, amounts, rate_from, inverted, rated, opening_base, unrealised_base, equity_base,
         amounts_base)

  int128 equity() const { return opening + amounts.net() + unrealised; }
};

struct ValuedAccount {
  Account account;
  Currency base;
  std::vector<Purse> purses;
  int128 equity{}, unrealised{};  // in base currency, of all purses with a rate
  FIELDS(ValuedAccount, account, base, purses, equity, unrealised)
};

// The account's figures in base currency; the parts sum to the equity exactly: opening + net of amounts + unrealised + fx = equity.
// fx is what rates alone did to amounts after they were booked.
struct BaseFigures {
  int128 opening{}, unrealised{}, fx{}, equity{};
  Amounts amounts;
  std::vector<Currency> unrated;  // currencies without a rate: left out of every figure here
};

// Positions of the ledger valued at marks, in the currency each settles in and in the base currency of its account. Rates are marks of spot
// instruments that exchange the two currencies, the lowest id first; without one a currency is left out and named, never guessed.
class Valuation {
 public:
  // `kept`: contributions kept of each holding.
  Valuation() = default;
  explicit Valuation(std::uint32_t kept) : kept_(kept) {}

  void list(const Instrument& i);
  // False when the account is known.
  bool open(const Account& account);
  // An event the ledger has booked: `movement` is what it changed (its quantity and cost are not looked at), `quantity` and `cost` (signed)
  // what the position has become, `part` that of `strategy`. False: the account or instrument is not known, nothing is changed.
  struct Event {
    AccountId account;
    InstrumentId instrument;
    StrategyId strategy;
    Quantity quantity;
    Money cost;
    Movement movement;
    StrategyLine part;
    BookCause cause{};
    FillId fill;
    Time time;
  };
  bool book(const Event& event);
  // The price an instrument is valued at from now on; must be positive. False: it is not known.
  bool mark(InstrumentId instrument, Price price, VenueId venue, Time time);
  // The mark reads differently from now on (0: none is known); holdings and rates follow when they are next told of.
  void adjust(const CorporateAction& action);

  const std::vector<ValuedAccount>& accounts() const { return accounts_; }
  const std::vector<ValuedHolding>& holdings() const { return holdings_; }
  const ValuedAccount* account(AccountId id) const;
  const ValuedHolding* holding(AccountId account, InstrumentId instrument) const;
  static BaseFigures base_figures(const ValuedAccount& a);
  // The rate of a purse as of now; its price is 0 when there is none.
  Rate rate(const Purse& p) const;
  // Its gain at the last mark; zero while there is none.
  int128 unrealised(const ValuedHolding& h, const ValuedPart& part) const;

  struct Market {
    Instrument instrument;
    Price mark;
    VenueId venue;
    Time time;
    std::vector<std::uint32_t> holdings;                           // indexes
    std::vector<std::pair<std::uint32_t, std::uint32_t>> rates;    // account and purse it converts
    FIELDS(Market, instrument, mark, venue, time, holdings, rates)
  };
  const Market* market(InstrumentId id) const { return markets_.find(id); }

 private:
  std::uint32_t purse_of(ValuedAccount& a, Currency currency);
  ValuedHolding& holding_of(const Event& event, std::uint32_t owner, Market& market);
  void revalue(ValuedHolding& h, const Market& market);
  // The purse's amounts were changed by `fresh`: both are taken into base currency.
  void add(ValuedAccount& a, Purse& p, const Amounts& fresh);
  // The base figures of a purse anew.
  void convert(ValuedAccount& a, Purse& p) const;
  void find_rate(std::uint32_t owner, std::uint32_t purse);
  void remember(ValuedHolding& h, const Contribution& c) const;

  std::uint32_t kept_ = 1024;
  Map<InstrumentId, Market> markets_;
  std::vector<ValuedAccount> accounts_;
  Map<AccountId, std::uint32_t> account_index_;
  std::vector<ValuedHolding> holdings_;
  Map<std::pair<AccountId, InstrumentId>, std::uint32_t> holding_index_;

 public:
  FIELDS(Valuation, markets_, accounts_, account_index_, holdings_, holding_index_)
};

}  // namespace trade
