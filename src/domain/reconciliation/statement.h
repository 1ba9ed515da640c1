#pragma once
#include <span>

#include "domain/reconciliation/breaks.h"

namespace trade {

struct StatementPosition {
  InstrumentId instrument;
  Quantity quantity;  // signed
  FIELDS(StatementPosition, instrument, quantity)
};
struct StatementCash {
  Money amount;
  FIELDS(StatementCash, amount)
};
struct StatementFill {
  InstrumentId instrument;
  VenueId venue;
  ExecutionId execution;
  Side side{};
  Price price;
  Quantity quantity;
  Time time;  // by the venue's clock
  FIELDS(StatementFill, instrument, venue, execution, side, price, quantity, time)
};

// An account by somebody's word, theirs or ours. Fills in any order; what is not listed is zero, or did not happen.
struct AccountWord {
  std::span<const StatementPosition> positions;
  std::span<const StatementCash> cash;
  std::span<const StatementFill> fills;
};

// Where their word and ours differ, positions first, then cash, then fills; in the order of theirs, what they do not list at the end in the
// order of ours. `other_fills` are fills of ours outside the statement's time: a fill of theirs among them is no break. `with_cash`: cash
// is compared (a venue that holds no account's cash states none).
std::vector<Finding> compare(AccountId account, VenueId venue, Time as_of, const AccountWord& theirs, const AccountWord& ours,
                             std::span<const StatementFill> other_fills, bool with_cash);

// statement_repeated_line when an instrument, currency or execution stands in it twice.
Reason check_lines(const AccountWord& word);

}  // namespace trade
