#pragma once
#include <bit>
#include <cstdint>
#include <map>
#include <vector>

namespace trade::matching {

// The queue of one price: first and last order of a first-in first-out list (0: none).
struct Queue {
  std::uint32_t head = 0, tail = 0;
};

// The occupied prices of one side of a book, kept by key: the best price has the lowest key (bids are keyed by ~price).
// Keys lie in pages of 64 with an occupancy word each. Pages near the touch stand in a window with a bitmap over it, the rest
// in an ordered map, so a dense book, a sparse one and one spread over the whole int64 range cost what they occupy.
class Ladder {
 public:
  using Ref = std::uint32_t;  // a price level: page * 64 + place in it; valid while the level is occupied
  static constexpr Ref none = ~Ref{0};

  Ladder() : window_(window_pages, none), words_(window_pages / 64) {}

  bool empty() const { return best_ == none; }
  Ref best() const { return best_; }
  // The lowest occupied key; INT64_MAX when empty.
  std::int64_t best_key() const { return best_key_; }
  Queue& queue(Ref ref) { return queues_[ref]; }
  const Queue& queue(Ref ref) const { return queues_[ref]; }
  std::int64_t key_of(Ref ref) const { return keys_[ref >> 6] * 64 + static_cast<std::int64_t>(ref & 63); }

  // The level of `key`, marked occupied; the caller puts an order into its queue.
  Ref occupy(std::int64_t key) {
    const std::int64_t page_key = key >> 6;
    const std::uint64_t slot = static_cast<std::uint64_t>(page_key) - static_cast<std::uint64_t>(base_);
    std::uint32_t page;
    if (slot < window_pages) [[likely]] {
      page = window_[slot];
      if (page == none) [[unlikely]] page = window_[slot] = new_page(page_key);
      if (bits_[page] == 0) mark(slot);
    } else {
      page = occupy_far(page_key);
    }
    bits_[page] |= 1ull << (key & 63);
    const Ref ref = page * 64 + static_cast<Ref>(key & 63);
    if (key < best_key_ || best_ == none) {
      best_ = ref;
      best_key_ = key;
    }
    return ref;
  }

  // The level's queue has become empty.
  void vacate(Ref ref) {
    const std::uint32_t page = ref >> 6;
    const std::uint64_t left = bits_[page] &= ~(1ull << (ref & 63));
    if (ref == best_) {
      if (left) [[likely]] {
        const auto at = static_cast<unsigned>(std::countr_zero(left));
        best_key_ += at - static_cast<std::int64_t>(ref & 63);
        best_ = page * 64 + at;
      } else {
        leave(page);
        find_best();
      }
    } else if (left == 0) {
      leave(page);
    }
  }

  // Calls f(ref, key) from the best level on until it returns false.
  template <class F>
  void each(F&& f) const {
    auto far = far_.begin();
    for (; far != far_.end() && far->first < base_; ++far)
      if (!each_in(far->second, f)) return;
    for (std::size_t w = 0; w < words_.size(); ++w)
      for (std::uint64_t b = words_[w]; b; b &= b - 1)
        if (!each_in(window_[w * 64 + static_cast<unsigned>(std::countr_zero(b))], f)) return;
    for (; far != far_.end(); ++far)
      if (!each_in(far->second, f)) return;
  }

 private:
  static constexpr std::uint32_t window_pages = 1024;
  static constexpr std::uint32_t patience = 64;  // far placements before the window is moved: keeps moving it cheap on average

  template <class F>
  bool each_in(std::uint32_t page, F& f) const {
    for (std::uint64_t b = bits_[page]; b; b &= b - 1) {
      const Ref ref = page * 64 + static_cast<unsigned>(std::countr_zero(b));
      if (!f(ref, key_of(ref))) return false;
    }
    return true;
  }
  void mark(std::uint64_t slot) {
    words_[slot >> 6] |= 1ull << (slot & 63);
    summary_ |= 1u << (slot >> 6);
  }
  std::uint32_t new_page(std::int64_t page_key);
  std::uint32_t occupy_far(std::int64_t page_key);
  void leave(std::uint32_t page);
  void find_best();
  void move_window(std::int64_t base);

  std::vector<Queue> queues_;          // 64 per page
  std::vector<std::uint64_t> bits_;    // per page: which keys are occupied
  std::vector<std::int64_t> keys_;     // per page: key / 64
  std::vector<std::uint32_t> free_;    // pages
  std::vector<std::uint32_t> window_;  // pages of page keys base_ ..; an emptied one stays for reuse
  std::vector<std::uint64_t> words_;   // which window pages are occupied
  std::uint32_t summary_ = 0;          // which words are not 0
  std::uint32_t far_placed_ = 0;
  std::int64_t base_ = INT64_MIN;  // page key of window_[0]; none lies that low: not placed yet
  Ref best_ = none;
  std::int64_t best_key_ = INT64_MAX;
  std::map<std::int64_t, std::uint32_t> far_;  // occupied pages outside the window
};

}  // namespace trade::matching
