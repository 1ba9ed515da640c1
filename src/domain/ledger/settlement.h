#pragma once
#include <vector>

#include "domain/facts/instrument.h"

namespace trade {

// Cash and asset of one fill, or of a corporate action (fill 0), that change hands at `due`.
struct Unsettled {
  AccountId account;
  InstrumentId instrument;
  FillId fill;
  Time due;
  Money cash;         // > 0 comes in
  Quantity quantity;  // of the instrument, > 0 comes in
  FIELDS(Unsettled, account, instrument, fill, due, cash, quantity)
};

// What is traded and not yet settled, the earliest due first, older first among equals.
class Settlements {
 public:
  void add(const Unsettled& u);
  // Takes out the entry of a fill that is due after `now`; false when there is none. `out` gets it.
  bool cancel(FillId fill, Unsettled& out);
  // Takes out everything due by `now`: visit(const Unsettled&).
  template <class F>
  void take_due(Time now, F&& visit) {
    std::size_t n = 0;
    while (n < pending_.size() && pending_[n].due <= now) visit(pending_[n++]);
    pending_.erase(pending_.begin(), pending_.begin() + static_cast<std::ptrdiff_t>(n));
  }
  const std::vector<Unsettled>& pending() const { return pending_; }

 private:
  std::vector<Unsettled> pending_;

 public:
  FIELDS(Settlements, pending_)
};

}  // namespace trade
