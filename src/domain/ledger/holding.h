#pragma once
#include <vector>

#include "domain/ledger/ledger.h"
#include "domain/positions/corporate_action.h"

namespace trade {

// A fill as the books keep it, and what booking it did as of the last fold.
struct Deal {
  FillId fill;
  OrderId order;
  StrategyId strategy;
  InstrumentId instrument;
  VenueId venue;
  ExecutionId execution;
  Side side{};
  Price price;
  Quantity quantity;
  Money value, fee;
  Time time;        // when it was booked
  Time venue_time;  // when it was made, by the venue's clock
  Time due{};       // its settlement; 0: at once
  Quantity closed{};
  Money realised{};
  FIELDS(Deal, fill, order, strategy, instrument, venue, execution, side, price, quantity, value, fee, time, venue_time, due, closed,
         realised)
};

// One strategy's part of a holding, by its own lots. `fees` are those in settle currency.
struct StrategyBook {
  StrategyId strategy;
  Position position;
  Money realised, fees, funding, dividends;
  FIELDS(StrategyBook, strategy, position, realised, fees, funding, dividends)
};

// Where and for whom the quantity lies.
struct Placement {
  StrategyId strategy;
  VenueId venue;
  Quantity quantity;
  FIELDS(Placement, strategy, venue, quantity)
};

// One account's dealings in one instrument: its open position and the totals of what was booked, in settle currency; `fees` leaves out
// those in other currencies. `strategies` is empty while one strategy has made every fill: the whole is its part. The quantities of
// strategies and of places always sum to the position's; their gains need not, since each strategy closes its own lots.
struct Holding {
  Position position;
  Money realised, fees, funding, dividends;
  std::uint32_t trades{};  // closed round trips
  std::vector<StrategyBook> strategies;
  std::vector<Placement> places;
  FIELDS(Holding, position, realised, fees, funding, dividends, trades, strategies, places)
};

// The signed booked value of what is open.
Money signed_cost(const Position& p);
// What lies at a venue, all strategies together.
Quantity quantity_at(const Holding& h, VenueId venue);
// The strategy's part without its lots, its cost signed. The sum of realised over strategies differs from the holding's by what netting
// between strategies made.
struct StrategyLine {
  Quantity quantity;
  Money cost, realised, fees, funding, dividends;
};
StrategyLine strategy_line(const Holding& h, StrategyId strategy);
// visit(StrategyId) for every strategy with a part, in the order they came.
template <class F>
void each_strategy(const Holding& h, F&& visit) {
  if (!h.strategies.empty()) {
    for (const auto& s : h.strategies) visit(s.strategy);
  } else if (!h.places.empty()) {
    visit(h.places.front().strategy);
  }
}

// Books the deal into the whole, its strategy's part and its place; sets d.closed and d.realised. `closed`: as of book_fill.
Booking book_deal(Holding& h, const Instrument& i, Deal& d, LotMethod method, std::vector<ClosedLot>* closed = nullptr);

// Applies a sound corporate action to a holding of `i`. A merger's lots go to `target` (`into`), else both are null. Strategies keep their
// fractions; what the whole was paid out for, the strategy with the largest part gives. Returns what happened to the whole, which is booked
// in `h` (a merger's gain too).
ActionEffect act_on(Holding& h, const CorporateAction& a, const Instrument& i, const Instrument* into, Holding* target, LotMethod method);

// Funding falls due at a venue: longs pay `rate` of the value of what lies there at `mark`, shorts get it; half even to 1e-8, each strategy
// its own, what rounding leaves goes to the largest. Returns what the holding received (> 0) or paid.
Money fund(Holding& h, const Instrument& i, VenueId venue, Ratio rate, Price mark);

// Puts back positions, gains, fees, dividends and places as `past` has them; funding and known strategies stay.
void rewind(Holding& h, const Holding& past);

// What changed between two standings of one holding; no fee.
struct Standing {
  Quantity quantity;
  Money cost, realised, funding, dividends, fees;
};
Standing standing(const Holding& h);
Movement movement(const Standing& before, const Standing& after);

}  // namespace trade
