#pragma once
#include <vector>

#include "messages/orders.h"

namespace trade {

// A position from when it was opened until it was flat again, per account and instrument. For people who read a page: averages in doubles;
// ptrc keeps the books.
struct RoundTrip {
  AccountId account;
  InstrumentId instrument;
  StrategyId strategy;  // of the fill that opened it
  Side side{};          // of the opening
  Time from, to;
  double largest{};     // quantity held at most
  double bought{}, sold{}, bought_quantity{}, sold_quantity{};  // values and quantities
  Money fees;
  bool closed{};
  // Value gained before fees; of an inverse contract buys and sells weigh the other way round.
  double gain(bool inverse) const { return inverse ? bought - sold : sold - bought; }
};

// Fills in the order they were booked; one that turns a position over ends a trip and begins the next. An open one comes last.
std::vector<RoundTrip> round_trips(const std::vector<Fill>& fills);

}  // namespace trade
