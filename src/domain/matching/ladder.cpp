#include "domain/matching/ladder.h"

namespace trade::matching {

std::uint32_t Ladder::new_page(std::int64_t page_key) {
  std::uint32_t page;
  if (!free_.empty()) {
    page = free_.back();
    free_.pop_back();
  } else {
    page = static_cast<std::uint32_t>(bits_.size());
    bits_.push_back(0);
    keys_.push_back(0);
    queues_.resize(queues_.size() + 64);
  }
  keys_[page] = page_key;
  return page;
}

std::uint32_t Ladder::occupy_far(std::int64_t page_key) {
  if (base_ == INT64_MIN) {
    base_ = page_key - window_pages / 2;
  } else if (++far_placed_ >= patience) {
    far_placed_ = 0;
    const std::int64_t wanted = (best_ == none ? page_key : best_key_ >> 6) - window_pages / 2;
    const std::uint64_t moved = wanted > base_ ? static_cast<std::uint64_t>(wanted - base_) : static_cast<std::uint64_t>(base_ - wanted);
    if (moved > window_pages / 4) move_window(wanted);
  }
  const std::uint64_t slot = static_cast<std::uint64_t>(page_key) - static_cast<std::uint64_t>(base_);
  if (slot < window_pages) {
    if (window_[slot] == none) window_[slot] = new_page(page_key);
    mark(slot);
    return window_[slot];
  }
  const auto at = far_.find(page_key);
  if (at != far_.end()) return at->second;
  return far_[page_key] = new_page(page_key);
}

void Ladder::leave(std::uint32_t page) {
  const std::uint64_t slot = static_cast<std::uint64_t>(keys_[page]) - static_cast<std::uint64_t>(base_);
  if (slot < window_pages) {
    if ((words_[slot >> 6] &= ~(1ull << (slot & 63))) == 0) summary_ &= ~(1u << (slot >> 6));
  } else {
    far_.erase(keys_[page]);
    free_.push_back(page);
  }
}

void Ladder::find_best() {
  std::uint32_t page = none;
  if (!far_.empty() && (summary_ == 0 || far_.begin()->first < base_)) {
    page = far_.begin()->second;
  } else if (summary_) {
    const auto w = static_cast<unsigned>(std::countr_zero(summary_));
    page = window_[w * 64 + static_cast<unsigned>(std::countr_zero(words_[w]))];
  }
  best_ = none;
  best_key_ = INT64_MAX;
  if (page == none) return;
  best_ = page * 64 + static_cast<unsigned>(std::countr_zero(bits_[page]));
  best_key_ = key_of(best_);
}

void Ladder::move_window(std::int64_t base) {
  for (auto& page : window_) {
    if (page == none) continue;
    if (bits_[page]) far_[keys_[page]] = page;
    else free_.push_back(page);
    page = none;
  }
  for (auto& word : words_) word = 0;
  summary_ = 0;
  base_ = base;
  for (auto at = far_.lower_bound(base); at != far_.end() && at->first - base < window_pages; at = far_.erase(at)) {
    const auto slot = static_cast<std::uint64_t>(at->first - base);
    window_[slot] = at->second;
    mark(slot);
  }
}

}  // namespace trade::matching
