#pragma once
#include <string>
#include <vector>

#include "ports/feed.h"

namespace trade {

// What a file shows of itself: its format, and the names of the instruments it speaks of, in order of appearance.
struct FeedGuess {
  FeedFormat format{};
  std::vector<std::string> symbols;  // of a capture: those of its first lines; of other files: the one its name or path gives
};

// Looks at the name and the first lines of a file. Errors name what it is not.
Result<FeedGuess> guess_feed(const std::string& path);

}  // namespace trade
