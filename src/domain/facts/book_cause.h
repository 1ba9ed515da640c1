#pragma once
#include "core/fields.h"

namespace trade {

// What changed a position in the books.
enum class BookCause : std::uint8_t { fill, reversal, funding, corporate_action };
NAMES(BookCause, fill, reversal, funding, corporate_action)

}  // namespace trade
