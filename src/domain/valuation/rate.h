#pragma once
#include "domain/facts/instrument.h"

namespace trade {

// What turns an amount of one currency into another: the mark of an instrument that exchanges the two; units of the other currency for one
// of this (`inverted`: the other way round).
struct Rate {
  Price price;  // 0: not known
  bool inverted{};
};

// The amount in the other currency, half even to 1e-16. The rate is known. Units of Money.
int128 converted(int128 units, const Rate& rate);

}  // namespace trade
