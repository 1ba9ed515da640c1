#pragma once
#include "domain/facts/order.h"

// Conversation: the ledger of record and valuation.
namespace trade {

// The position after a fill was booked. `cost` is the booked value of the open lots (its sign that of the position).
struct PositionChanged {
  static constexpr std::string_view subject = "positions";
  AccountId account;
  InstrumentId instrument;
  StrategyId strategy;
  FillId fill;
  Quantity quantity;   // signed
  Money cost;
  Money realised;      // of this fill alone
  Money fee;           // of this fill alone
  bool trade_closed{}; // a round trip ended: the position became flat or changed sign
  FIELDS(PositionChanged, account, instrument, strategy, fill, quantity, cost, realised, fee, trade_closed)
};

// The account's valuation at a mark.
struct PnlUpdated {
  static constexpr std::string_view subject = "pnl.update";
  AccountId account;
  Time time;
  Money realised, unrealised, fees, balance, equity;
  FIELDS(PnlUpdated, account, time, realised, unrealised, fees, balance, equity)
};

}  // namespace trade
