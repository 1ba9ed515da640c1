#pragma once
#include "core/fields.h"

namespace trade {

// What changed an account in the books. settlement: what was traded or due before became cash, or was delivered.
enum class BookCause : std::uint8_t { fill, reversal, funding, corporate_action, settlement };
NAMES(BookCause, fill, reversal, funding, corporate_action, settlement)

}  // namespace trade
