#pragma once
#include "domain/facts/book_cause.h"
#include "domain/ledger/holding.h"
#include "domain/ledger/settlement.h"
#include "domain/positions/wash_sales.h"

namespace trade {

// What an event did to one account's holding.
struct HoldingChange {
  AccountId account;
  InstrumentId instrument;
  Movement movement;
  bool trade_closed{};
};

enum class Reversal : std::uint8_t { done, unknown, repeated, too_old };
NAMES(Reversal, done, unknown, repeated, too_old)
enum class Acted : std::uint8_t { done, unsound, repeated };
NAMES(Acted, done, unsound, repeated)

// A corporate action as it was applied to one account's holding.
struct ActionApplied {
  CorporateActionId action;
  ActionKind kind{};
  AccountId account;
  InstrumentId instrument;
  Time time;
  Quantity before, after;      // of the instrument; of a merger, `after` is what the account has of the new one
  Money realised, dividend;    // gained
  Money cash;                  // came in (> 0) or went out, gain and dividend included
  Money rounding;              // value the ratio promised and nobody got
  FIELDS(ActionApplied, action, kind, account, instrument, time, before, after, realised, dividend, cash, rounding)
};

// A line of an account's statement: what one event changed. `cash`: settled, in the settle currency of the instrument, a fee in that
// currency included; `unsettled`: what is to come, in the same units and currency; `other_fee`: paid (> 0) in another currency.
struct StatementLine {
  Time time;            // of booking
  Time made;            // of the event itself, by the venue's clock where it has one
  BookCause cause{};
  FillId fill;
  InstrumentId instrument;
  VenueId venue;
  Quantity quantity;
  Money cash;
  int128 unsettled{};
  Money other_fee;
  FIELDS(StatementLine, time, made, cause, fill, instrument, venue, quantity, cash, unsettled, other_fee)
};

// The books of all accounts: holdings by lots and the double-entry ledger, folded from fills, funding and corporate actions in their order.
// The last `kept` fills of an account (half as many after some were forgotten) can be taken back exactly: its holdings become what they
// would be had the fill never been.
class Books {
 public:
  Books() = default;
  explicit Books(std::size_t kept) : kept_(kept) {}

  void list(const Instrument& i) { instruments_[i.id] = i; }
  // False when the account is known: its cash is booked once.
  bool open(const Account& account);
  // Books a fill; its `fill` id is above all booked before. The instrument is listed.
  HoldingChange fill(AccountId account, Deal deal);
  // Takes a fill back. Changes are appended, one for each holding that became another. A fill older than what is kept is taken back as the
  // opposite deal at its own price (`done`), unless a corporate action has changed the instrument meanwhile (`too_old`: nothing is booked).
  Reversal reverse(AccountId account, const Deal& deal, Time now, std::vector<HoldingChange>& changes);
  // Funding at a venue, for every account that holds something there; appends one change each.
  void fund(InstrumentId instrument, VenueId venue, Ratio rate, Price mark, Time now, std::vector<HoldingChange>& changes);
  // Applies a corporate action once, to all accounts. Unsound (an instrument that is not listed, too), or applied before: no change.
  Acted act(const CorporateAction& action, Time now, std::vector<HoldingChange>& changes);
  // Cash and assets of everything due by `now` change hands.
  void settle(Time now);

  const Instrument* instrument(InstrumentId id) const { return instruments_.find(id); }
  const Holding* holding(AccountId account, InstrumentId i) const { return holdings_.find({account, i}); }
  const Map<std::pair<AccountId, InstrumentId>, Holding>& holdings() const { return holdings_; }
  const Ledger& ledger() const { return ledger_; }
  const Settlements& settlements() const { return settlements_; }
  const std::vector<ActionApplied>& actions() const { return applied_; }
  LotMethod method(AccountId account) const;
  // What changed an account, oldest first: the last `kept` to twice as many events.
  const std::vector<StatementLine>& lines(AccountId account) const;
  // After this time lines and deals are complete.
  Time complete_since(AccountId account) const;
  // The settled cash an account had at the end of `at`, when the lines reach back that far.
  Money cash_at(AccountId account, Currency currency, Time at) const;
  // The fills of an account that can still be taken back, oldest first.
  const std::vector<Deal>& deals(AccountId account) const;
  // Losses of the account's kept fills that are deferred because the same was bought back (wash_sales.h), oldest first.
  std::vector<WashSale> washes(AccountId account, InstrumentId instrument) const;
  bool knows(AccountId account) const { return pasts_.contains(account); }
  std::vector<AccountId> accounts() const;
  std::uint64_t trades() const { return trades_; }

 private:
  // A corporate action and the last fill booked before it.
  struct ActedOn {
    FillId after;
    CorporateAction action;
    Time time;
    FIELDS(ActedOn, after, action, time)
  };
  // An account's past: its holdings up to some fill, and every fill kept since.
  struct Past {
    Account account;
    bool opened{};
    Map<InstrumentId, Holding> folded;
    FillId folded_to;
    std::uint32_t folded_actions{};
    std::vector<Deal> deals;
    std::vector<StatementLine> lines;
    Time complete_since;
    FIELDS(Past, account, opened, folded, folded_to, folded_actions, deals, lines, complete_since)
  };
  using Key = std::pair<AccountId, InstrumentId>;

  // Folds the older half of the kept fills into the past.
  void forget(Past& past);
  // The past and what is kept, folded anew into the account's holdings; a change for each that became another. `reversed` was taken back.
  void refold(Past& past, const Deal& reversed, Time now, std::vector<HoldingChange>& changes);
  // Books a movement in the ledger and in the account's statement. `what`: time, cause, fill, instrument and venue of the line.
  void move(AccountId account, const Movement& m, const Deferred& deferred, StatementLine what);
  void write(Past& past, const StatementLine& line) const;
  // Applies the actions that came before the fill, from `next` on.
  void catch_up(Map<InstrumentId, Holding>& holdings, LotMethod method, std::uint32_t& next, FillId before) const;
  bool acted_since(const Past& past, InstrumentId instrument, FillId fill) const;
  void act_for(AccountId account, const ActedOn& on, std::vector<HoldingChange>& changes);

  std::size_t kept_ = 65'536;
  Map<InstrumentId, Instrument> instruments_;
  Map<AccountId, Past> pasts_;
  Map<Key, Holding> holdings_;
  Ledger ledger_;
  Settlements settlements_;
  std::vector<ActedOn> acted_;
  std::vector<ActionApplied> applied_;
  Map<FillId, bool> reversed_;
  FillId last_;
  std::uint64_t trades_ = 0;

 public:
  FIELDS(Books, instruments_, pasts_, holdings_, ledger_, settlements_, acted_, applied_, reversed_, last_, trades_)
};

}  // namespace trade
