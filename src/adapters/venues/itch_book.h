#pragma once
#include <map>
#include <unordered_map>

#include "domain/facts/market.h"

namespace trade::venues {

// The displayed orders of one stock, and what they add up to at each price.
class ItchBook {
 public:
  struct Order {
    Side side{};
    Price price;
    std::uint32_t shares = 0;
  };
  // False, and no change, when the reference is taken, or (reduce) unknown or for fewer shares.
  bool add(std::uint64_t reference, Order order);
  bool reduce(std::uint64_t reference, std::uint32_t shares);
  const Order* find(std::uint64_t reference) const {
    const auto at = orders_.find(reference);
    return at == orders_.end() ? nullptr : &at->second;
  }
  // The level as it is now; quantity 0 when it is gone.
  Level level(Side side, Price price) const;

 private:
  std::unordered_map<std::uint64_t, Order> orders_;
  std::map<std::int64_t, std::uint64_t> levels_[2];  // shares by price
};

}  // namespace trade::venues
