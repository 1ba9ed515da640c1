#pragma once
#include "domain/facts/instrument.h"
#include "domain/positions/lots.h"

namespace trade {

// What an account holds of an instrument. Quantity is signed; cost is the booked value of the open lots, a magnitude in settle currency.
struct Position {
  Quantity quantity;
  Money cost;
  Lots lots;
  FIELDS(Position, quantity, cost, lots)
};

// What one fill did to a position, in settle currency. closed_value and opened_value are the fill's own booked value, split;
// closed_cost is what the closed lots had been booked at.
struct Booking {
  Quantity closed;
  Money closed_cost, closed_value, opened_value;
  Money realised;
  bool trade_closed{};  // the position became flat or changed its sign
};

// A part of a lot that a fill has closed, and what that part had been booked at.
struct ClosedLot {
  FillId fill;
  Time opened;
  Quantity quantity;
  int128 cost{};
};

// How a fill meets the lots: which it closes, and what the lot it opens is known by.
struct LotRule {
  LotMethod method{};
  FillId fill{};
  Time time{};
};

// Books a fill of `quantity` > 0 with booked value `value` >= 0: closes lots by the rule's method, the rest opens a lot.
// A partial close takes floor_share of the lot's booked value, the last close of a lot takes the rest; a fill that closes and opens
// gives floor_share of its value to the closing part. So no unit is ever lost: the sum of the parts is the whole.
// `closed`, when given, gets the closed parts appended.
Booking book_fill(Position& p, const Instrument& i, Side side, Quantity quantity, const Money& value, const LotRule& rule = {},
                  std::vector<ClosedLot>* closed = nullptr);

// Turns the position's quantity into floor(|quantity| x times / per), its cost unchanged: each lot gets what its end in the row of lots
// gets less what its beginning gets, so that the lots sum to the whole. A lot left with nothing gives its cost to the next one, the last
// to the one before. A position left with nothing keeps its cost, without lots: what is left of it is to be closed by close_rest.
void scale(Position& p, Quantity times, Quantity per);

// What a position of quantity 0 that still has a cost has lost (a long: all of it) or won; the cost is 0 afterwards.
Money close_rest(Position& p, const Instrument& i, bool was_long);

// The gain of having opened at `open` and being valued, or closed, at `close` (both magnitudes): close - open for a long linear or
// spot position, open - close for a long inverse one (in coin); the opposite when short.
Money gain(const Instrument& i, bool is_long, const Money& open, const Money& close);

// The gain of the signed open quantity against its cost (a magnitude) at `mark`, exact to 1e-16; zero when flat. mark > 0.
Money unrealised(const Instrument& i, Quantity quantity, const Money& cost, Price mark);

}  // namespace trade
