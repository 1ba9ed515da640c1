#pragma once
#include <vector>

#include "domain/risk/limits.h"

namespace trade {

// A token bucket in integers, full at first: in any span of d seconds at most burst + rate x d messages pass.
class Bucket {
 public:
  // Takes a token if there is one; rate 0: always. Time does not run backwards.
  bool take(Time now, std::uint32_t rate, std::uint32_t burst);

 private:
  int128 used_ = 0;  // tokens missing, in 1e-9
  Time at_{};

 public:
  FIELDS(Bucket, used_, at_)
};

// Orders let through lately, to tell when too many are alike (same instrument, side, quantity and prices).
class RecentOrders {
 public:
  static constexpr std::size_t most = 4'096;  // remembered at once; beyond that orders come too fast to be judged

  // none, risk_duplicate when `duplicates` alike ones passed within the window, risk_rate when the memory is full. Changes nothing
  // but to forget what is older than its window.
  Reason check(const OrderTerms& t, Time now, const Limits& l);
  // Remembers an order that passed.
  void add(const OrderTerms& t, Time now, const Limits& l);

 private:
  struct Passed {
    InstrumentId instrument;
    Side side{};
    Quantity quantity;
    Price limit, stop;
    Time until;
    FIELDS(Passed, instrument, side, quantity, limit, stop, until)
  };
  std::vector<Passed> passed_;

 public:
  FIELDS(RecentOrders, passed_)
};

}  // namespace trade
