#pragma once
#include <cstddef>
#include <vector>

#include "core/bytes.h"
#include "core/decimal.h"
#include "core/ids.h"
#include "core/time.h"

namespace trade {

// What one fill opened and is still open: both magnitudes; the value is the booked one, in units of Money.
struct Lot {
  Quantity quantity;
  int128 value{};
  Time opened{};
  FillId fill{};
};

// Open lots, oldest first. Owns them; dropping the oldest or the youngest costs amortised O(1). Equal lots save to equal bytes.
class Lots {
 public:
  bool empty() const { return head_ == lots_.size(); }
  std::size_t size() const { return lots_.size() - head_; }
  const Lot& operator[](std::size_t i) const { return lots_[head_ + i]; }
  Lot& operator[](std::size_t i) { return lots_[head_ + i]; }
  void add(const Lot& lot) { lots_.push_back(lot); }
  void drop(std::size_t i);

  void save(ByteWriter& w) const;
  void load(ByteReader& r);

 private:
  std::vector<Lot> lots_;
  std::size_t head_ = 0;
};

}  // namespace trade
