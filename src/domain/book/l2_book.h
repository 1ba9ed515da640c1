#pragma once
#include <span>
#include <vector>

#include "core/bytes.h"
#include "domain/facts/market.h"

namespace trade {

// A price-level book: for each side the quantity at every price. Prices may be any int64, quantities are > 0 (0 removes a level).
// Cost of a change grows with its distance from the best price and from the change before; a long diff in price order costs one pass.
class L2Book {
 public:
  // Replaces everything. Levels in any order; of two with one price the later holds.
  void assign(std::span<const Level> bids, std::span<const Level> asks);
  // Sets each level's quantity; 0 removes it (no matter when it is not there). Levels in any order; the later holds.
  void apply(std::span<const Level> bids, std::span<const Level> asks);
  void clear();

  // The best level of the side (buy: bids), or null when the side is empty. Valid until the next change.
  const Level* best(Side side) const { return of(side).empty() ? nullptr : &of(side).back(); }
  // Every level of the side, worst price first, best last. Valid until the next change.
  std::span<const Level> levels(Side side) const { return of(side); }
  std::size_t depth(Side side) const { return of(side).size(); }
  // The quantity at `price`, 0 when there is no level.
  Quantity quantity_at(Side side, Price price) const;
  // Both sides are there and the best bid is at or above the best ask.
  bool crossed() const { return !bids_.empty() && !asks_.empty() && bids_.back().price >= asks_.back().price; }
  bool empty() const { return bids_.empty() && asks_.empty(); }

  // Canonical: best level first, bids then asks. A load that breaks order or holds a quantity <= 0 fails the reader.
  void save(ByteWriter& w) const;
  void load(ByteReader& r);
  friend bool operator==(const L2Book& a, const L2Book& b);

 private:
  const std::vector<Level>& of(Side side) const { return side == Side::buy ? bids_ : asks_; }

  // Worst first, so that what happens near the best price moves little.
  std::vector<Level> bids_, asks_;
  std::vector<Level> merged_;  // room for a pass; not part of the value
};

}  // namespace trade
