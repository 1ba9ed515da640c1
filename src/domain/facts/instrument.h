#pragma once
#include <array>

#include "core/fields.h"
#include "core/money.h"
#include "core/time.h"

namespace trade {

enum class Side : std::uint8_t { buy, sell };
NAMES(Side, buy, sell)
constexpr Side opposite(Side s) { return s == Side::buy ? Side::sell : Side::buy; }
// +1 for a buy, -1 for a sell.
constexpr std::int64_t sign(Side s) { return s == Side::buy ? 1 : -1; }

// spot: exchanges base for quote. linear: value = price x quantity x multiplier in `settle` (= quote).
// inverse: value = quantity x multiplier / price in `settle` (= base).
enum class Contract : std::uint8_t { spot, linear, inverse };
NAMES(Contract, spot, linear, inverse)

// From this price on prices are multiples of `tick`; from 0: the step is not used.
struct TickStep {
  Price from;
  Price tick;
  FIELDS(TickStep, from, tick)
};

// What can be traded: reference data, published once at start and on change.
struct Instrument {
  InstrumentId id;
  Symbol symbol;          // our name, unique: "BTCUSDT"
  Contract contract{};
  Currency base, quote, settle;
  Price tick;             // prices are multiples of it
  Quantity lot;           // quantities are multiples of it
  Quantity min_quantity;  // 0: none
  Price min_notional;     // in quote currency for spot and linear, in quote-currency face for inverse; 0: none
  Quantity multiplier;    // contract size; 1 for spot
  std::array<TickStep, 3> tick_steps{};  // coarser ticks at higher prices, `from` ascending
  Text<23> calendar{};    // its trading calendar's name; empty: always open
  Text<15> sector{};
  std::uint8_t settlement_days{};        // of spot: cash and asset change hands this many business days after the trade (T+n)
  FIELDS(Instrument, id, symbol, contract, base, quote, settle, tick, lot, min_quantity, min_notional, multiplier, tick_steps, calendar,
         sector, settlement_days)
};

// The tick at `price`.
inline Price tick_at(const Instrument& i, Price price) {
  Price tick = i.tick;
  for (const auto& step : i.tick_steps)
    if (step.from.units != 0 && price >= step.from) tick = step.tick;
  return tick;
}

// The value of `quantity` at `price` in the settle currency, exact to 1e-16 (linear, spot) or rounded there (inverse). price > 0.
inline Money value_of(const Instrument& i, Price price, Quantity quantity) {
  return i.contract == Contract::inverse ? inverse_value(price, quantity, i.multiplier, i.settle)
                                         : linear_value(price, quantity, i.multiplier, i.settle);
}

// A place to trade: reference data.
struct Venue {
  VenueId id;
  Text<23> name;
  Ratio maker_fee, taker_fee;  // of the traded value; negative: rebate
  Duration order_latency;      // from us to the venue
  Duration report_latency;     // and back
  FIELDS(Venue, id, name, maker_fee, taker_fee, order_latency, report_latency)
};

// Which open lots a closing fill takes: the oldest, the youngest, those whose closing gains least (highest price of a long, lowest of a
// short), or an equal share of all, which are pooled.
enum class LotMethod : std::uint8_t { fifo, lifo, hifo, average };
NAMES(LotMethod, fifo, lifo, hifo, average)

// Who trades: reference data. Cash is booked once, when the account is first seen.
struct Account {
  AccountId id;
  Text<23> name;
  Money cash;
  LotMethod lots{};
  Currency base{};  // what it is valued in; empty: the currency of its cash
  FIELDS(Account, id, name, cash, lots, base)
};

}  // namespace trade
