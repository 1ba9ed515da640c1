#include "domain/matching/book.h"

namespace trade::matching {

std::int64_t Book::available(Side side, std::int64_t limit, std::int64_t enough) const {
  const Ladder& l = ladder(side);
  const auto worst = key(side, limit);
  std::int64_t sum = 0;
  l.each([&](Ladder::Ref ref, std::int64_t k) {
    if (k > worst) return false;
    for (Handle h = l.queue(ref).head; h && sum < enough; h = orders_[h].next)
      if (__builtin_add_overflow(sum, orders_[h].quantity, &sum)) sum = enough;
    return sum < enough;
  });
  return sum < enough ? sum : enough;
}

Book::Handle Book::locate(std::uint64_t id) const {
  for (Handle h = 1; h < slots(); ++h)
    if (orders_[h].id == id) return id == 0 ? 0 : h;
  return 0;
}

}  // namespace trade::matching
