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

// Books a fill of `quantity` > 0 with booked value `value` >= 0: closes the oldest lots first, the rest opens a lot (FIFO).
// A partial close takes floor_share of the lot's booked value, the last close of a lot takes the rest; a fill that closes and opens
// gives floor_share of its value to the closing part. So no unit is ever lost: the sum of the parts is the whole.
Booking book_fill(Position& p, const Instrument& i, Side side, Quantity quantity, const Money& value);

// The gain of having opened at `open` and being valued, or closed, at `close` (both magnitudes): close - open for a long linear or
// spot position, open - close for a long inverse one (in coin); the opposite when short.
Money gain(const Instrument& i, bool is_long, const Money& open, const Money& close);

// The gain of the signed open quantity against its cost (a magnitude) at `mark`, exact to 1e-16; zero when flat. mark > 0.
Money unrealised(const Instrument& i, Quantity quantity, const Money& cost, Price mark);

}  // namespace trade
