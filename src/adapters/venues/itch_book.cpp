#include "adapters/venues/itch_book.h"

namespace trade::venues {

bool ItchBook::add(std::uint64_t reference, Order order) {
  if (!orders_.emplace(reference, order).second) return false;
  levels_[static_cast<std::size_t>(order.side)][order.price.units] += order.shares;
  return true;
}

bool ItchBook::reduce(std::uint64_t reference, std::uint32_t shares) {
  const auto at = orders_.find(reference);
  if (at == orders_.end() || at->second.shares < shares) return false;
  auto& levels = levels_[static_cast<std::size_t>(at->second.side)];
  const auto level = levels.find(at->second.price.units);
  level->second -= shares;
  if (level->second == 0) levels.erase(level);
  at->second.shares -= shares;
  if (at->second.shares == 0) orders_.erase(at);
  return true;
}

Level ItchBook::level(Side side, Price price) const {
  const auto& levels = levels_[static_cast<std::size_t>(side)];
  const auto at = levels.find(price.units);
  return {price, at == levels.end() ? Quantity{} : quantity_of(static_cast<std::int64_t>(at->second))};
}

}  // namespace trade::venues
