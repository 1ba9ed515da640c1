#pragma once

namespace trade {

// GCC's and clang's 128-bit integers, named once so that -Wpedantic stays on everywhere else.
__extension__ using int128 = __int128;
__extension__ using uint128 = unsigned __int128;

}  // namespace trade
