#pragma once
#include "runtime/catalogue.h"

namespace trade {

// Every service of the inventory, in dispatch order; those that are not there yet have no type.
const Catalogue& catalogue();

}  // namespace trade
