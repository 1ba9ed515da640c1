#include "domain/positions/lots.h"

namespace trade {

void Lots::drop(std::size_t i) {
  CHECK(i < size(), "no lot to drop");
  if (i == 0) ++head_;
  else lots_.erase(lots_.begin() + static_cast<std::ptrdiff_t>(head_ + i));
  if (head_ == lots_.size()) {
    lots_.clear();
    head_ = 0;
  } else if (head_ >= 32 && head_ * 2 >= lots_.size()) {
    lots_.erase(lots_.begin(), lots_.begin() + static_cast<std::ptrdiff_t>(head_));
    head_ = 0;
  }
}

void Lots::save(ByteWriter& w) const {
  w.put(static_cast<std::uint32_t>(size()));
  for (std::size_t i = 0; i < size(); ++i) {
    w.put((*this)[i].quantity.units);
    w.put_int128((*this)[i].value);
    w.put((*this)[i].opened.ns);
    w.put((*this)[i].fill.value);
  }
}

void Lots::load(ByteReader& r) {
  lots_.clear();
  head_ = 0;
  const auto n = r.get<std::uint32_t>();
  for (std::uint32_t i = 0; i < n && r.ok(); ++i) {
    Lot lot;
    lot.quantity.units = r.get<std::int64_t>();
    lot.value = r.get_int128();
    lot.opened.ns = r.get<std::int64_t>();
    lot.fill.value = r.get<std::uint64_t>();
    if (lot.quantity.units <= 0) r.fail();
    if (r.ok()) lots_.push_back(lot);
  }
}

}  // namespace trade
