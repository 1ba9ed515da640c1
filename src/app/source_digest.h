#pragma once
#include "core/digest.h"

namespace trade {

// SHA-256 over the names and contents of every source file the program was built from; equal for every compiler and every build of them.
Digest source_digest();

}  // namespace trade
