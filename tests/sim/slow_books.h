#pragma once
#include <deque>
#include <map>
#include <string>

#include "core/int128.h"

namespace trade::sim {

// Bookkeeping as DESIGN 8 states it, in plain integers of 1e-8 and plain maps; it shares nothing with domain/positions and domain/ledger.
class SlowBooks {
 public:
  enum class Kind { spot, linear, inverse };
  struct Lot {
    std::int64_t quantity;
    int128 value;
  };
  struct Line {
    std::int64_t quantity = 0;        // signed
    int128 cost = 0, realised = 0, fees = 0, cash = 0;  // cash: what its fills moved
    std::deque<Lot> lots;             // oldest first
  };
  using Key = std::pair<std::uint32_t, std::uint32_t>;  // account, instrument

  void fill(Key key, Kind kind, bool buy, std::int64_t price, std::int64_t quantity, std::int64_t multiplier, std::int64_t fee_rate);
  void know(Key key) { lines_[key]; }
  const std::map<Key, Line>& lines() const { return lines_; }

  // The booked value of a fill: rounded half even to 1e-16, then once to 1e-8.
  static int128 value(Kind kind, std::int64_t price, std::int64_t quantity, std::int64_t multiplier);

 private:
  std::map<Key, Line> lines_;
};

}  // namespace trade::sim
