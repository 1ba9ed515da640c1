#pragma once
#include <array>
#include <string>
#include <vector>

#include "core/time.h"
#include "domain/facts/market.h"

namespace trade::tape {

// The best levels of a book, best first; beyond them quantity 0.
constexpr std::size_t depth = 20;
struct Depth {
  std::array<Level, depth> bids{}, asks{};
};
// What a venue shows from `time` on: the touch, and the index of the book behind it.
struct Moment {
  Time time;
  Level bid, ask;
  std::size_t depth = 0;
};

// A recorded capture as one looks at it when asked for a time.
class Tape {
 public:
  explicit Tape(const std::string& path);
  const std::vector<Moment>& moments() const { return moments_; }
  const Depth& depth_of(const Moment& m) const { return depths_[m.depth]; }
  // The last moment that began by `t`; the first when none did.
  const Moment& at(Time t) const;
  // What buying or selling `quantity` at `t` costs there, level by level: price x quantity, in 1e-16.
  int128 sweep(Side side, Quantity quantity, Time t) const;

 private:
  std::vector<Moment> moments_;
  std::vector<Depth> depths_;
};

}  // namespace trade::tape
