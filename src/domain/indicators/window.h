#pragma once
#include <cstdint>
#include <cstring>

// The fold of the last n elements under an associative rule, by two stacks in one ring (K. Tangwongsan, M. Hirzel, S. Schneider 2015,
// "General incremental sliding-window aggregation"): amortised O(1) an element. Nothing is ever subtracted, so no rounding is carried
// from one window into the next and equal elements fold exactly.
namespace trade {

// Rules: plain structs of doubles, one per element, and the fold of two neighbours (older, newer).
struct SumFold {
  double sum;
  friend SumFold join(const SumFold& a, const SumFold& b) { return {a.sum + b.sum}; }
};
// sum of values; rising: sum of values times their place from 0, the oldest first.
struct RisingFold {
  double count, sum, rising;
  friend RisingFold join(const RisingFold& a, const RisingFold& b) {
    return {a.count + b.count, a.sum + b.sum, a.rising + b.rising + a.count * b.sum};
  }
};
// The extreme and when it came; of equal ones the newest.
struct HighestFold {
  double value, at;
  friend HighestFold join(const HighestFold& a, const HighestFold& b) { return b.value >= a.value ? b : a; }
};
struct LowestFold {
  double value, at;
  friend LowestFold join(const LowestFold& a, const LowestFold& b) { return b.value <= a.value ? b : a; }
};
// Centred second moments (T. Chan, G. Golub, R. LeVeque 1979, pairwise update).
struct MomentsFold {
  double count, mean, squares;
  friend MomentsFold join(const MomentsFold& a, const MomentsFold& b) {
    const double n = a.count + b.count, d = b.mean - a.mean;
    return {n, a.mean + d * b.count / n, a.squares + b.squares + d * d * a.count * b.count / n};
  }
};
struct ComomentsFold {
  double count, mean_x, mean_y, xx, yy, xy;
  friend ComomentsFold join(const ComomentsFold& a, const ComomentsFold& b) {
    const double n = a.count + b.count, dx = b.mean_x - a.mean_x, dy = b.mean_y - a.mean_y, share = a.count * b.count / n;
    return {n,
            a.mean_x + dx * b.count / n,
            a.mean_y + dy * b.count / n,
            a.xx + b.xx + dx * dx * share,
            a.yy + b.yy + dy * dy * share,
            a.xy + b.xy + dx * dy * share};
  }
};

// A window over memory it does not own: numbers(n) doubles and `counters` counts, zero at first.
template <class Fold>
class Window {
 public:
  static constexpr std::uint32_t width = sizeof(Fold) / sizeof(double), counters = 3;
  static constexpr std::uint32_t numbers(std::uint32_t n) { return (n + 1) * width; }

  Window(double* numbers, std::uint32_t* counts, std::uint32_t n)
      : cells_(numbers), head_(counts[0]), front_(counts[1]), size_(counts[2]), n_(n) {}

  bool full() const { return size_ == n_; }
  // Takes the newest element in; the oldest of a full window leaves.
  void push(const Fold& element) {
    if (full()) drop_oldest();
    std::uint32_t tail = head_ + size_;
    if (tail >= n_) tail -= n_;
    put(tail, element);
    put(n_, size_ == front_ ? element : join(get(n_), element));
    ++size_;
  }
  // Of what is in the window, at least one element.
  Fold fold() const {
    if (front_ == 0) return get(n_);
    return size_ == front_ ? get(head_) : join(get(head_), get(n_));
  }

 private:
  Fold get(std::uint32_t i) const {
    Fold f;
    std::memcpy(&f, cells_ + static_cast<std::size_t>(i) * width, sizeof f);
    return f;
  }
  void put(std::uint32_t i, const Fold& f) { std::memcpy(cells_ + static_cast<std::size_t>(i) * width, &f, sizeof f); }
  // The front holds folds from each element to the front's newest; the place after the ring, the fold of all behind the front.
  void drop_oldest() {
    if (front_ == 0) {
      std::uint32_t i = head_ + size_ - 1;
      if (i >= n_) i -= n_;
      for (std::uint32_t left = size_ - 1; left > 0; --left) {
        const std::uint32_t older = i == 0 ? n_ - 1 : i - 1;
        put(older, join(get(older), get(i)));
        i = older;
      }
      front_ = size_;
    }
    head_ = head_ + 1 == n_ ? 0 : head_ + 1;
    --front_;
    --size_;
  }

  double* cells_;
  std::uint32_t &head_, &front_, &size_;
  std::uint32_t n_;
};

}  // namespace trade
