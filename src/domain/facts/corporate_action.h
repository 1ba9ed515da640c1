#pragma once
#include "domain/facts/instrument.h"

namespace trade {

using CorporateActionId = Id<struct CorporateActionTag, std::uint32_t>;

// split           `shares_new` for each `shares_old` (fewer: a reverse split); less than a lot is paid out at `price`
// stock_dividend  `shares_new` on top of each `shares_old`; fractions as above
// cash_dividend   `price` per unit held
// rename          `symbol` from now on
// merger          each `shares_old` become `shares_new` of `into`, worth `into_price` each, and `price` in cash per old unit
// delisting       closed at `price`, which may be 0
enum class ActionKind : std::uint8_t { split, stock_dividend, cash_dividend, rename, merger, delisting };
NAMES(ActionKind, split, stock_dividend, cash_dividend, rename, merger, delisting)

// What an issuer does to those who hold its instrument when `effective` comes (the ex-date's first instant). Who is short owes it.
struct CorporateAction {
  CorporateActionId id;  // unique; an action is applied once
  ActionKind kind{};
  InstrumentId instrument;
  Time effective;
  Time pay{};            // cash changes hands; before `effective`: at once
  Quantity shares_new{}, shares_old{};
  Price price{};
  InstrumentId into{};
  Price into_price{};
  Symbol symbol{};
  FIELDS(CorporateAction, id, kind, instrument, effective, pay, shares_new, shares_old, price, into, into_price, symbol)
};

}  // namespace trade
