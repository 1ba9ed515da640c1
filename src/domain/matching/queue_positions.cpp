#include "domain/matching/queue_positions.h"

#include "core/int128.h"

namespace trade::matching {

std::int64_t gone_before(std::int64_t gone, std::int64_t front, std::int64_t back, const CancelShares& behind) {
  if (front <= 0) return 0;
  if (back <= 0) return std::min(gone, front);
  const int128 level = static_cast<int128>(front) + back;
  const auto tenth = static_cast<std::size_t>(static_cast<int128>(back) * 10 / level);
  const auto before = static_cast<std::int64_t>(static_cast<int128>(gone) * (1000 - behind[tenth]) / 1000);
  return std::min(front, std::max(before, gone - back));
}

}  // namespace trade::matching
