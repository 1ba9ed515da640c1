#pragma once
#include "core/money.h"
#include "domain/facts/order.h"
#include "domain/orders/drop_oldest.h"

namespace trade {

// What was booked of an execution.
struct Booked {
  FillId fill;  // 0: nothing stands of it
  Price price;
  Quantity quantity;
  Liquidity liquidity{};
  Time venue_time;
  Money value, fee;
  FIELDS(Booked, fill, price, quantity, liquidity, venue_time, value, fee)
};

// Which executions have been applied: a venue may say the same one many times, and late (TRUST F7, F9); and it may take one back or
// correct it, which may be said many times as well.
class Executions {
 public:
  enum class Verdict : std::uint8_t { fresh, duplicate, mismatch };

  // fresh: remembered now, apply it; duplicate: the same was said before, or it was taken back or corrected meanwhile; mismatch: this id
  // was said of another order, price or quantity.
  Verdict admit(VenueId venue, ExecutionId execution, OrderId order, Price price, Quantity quantity);
  // What has been booked of an execution that was admitted.
  void book(VenueId venue, ExecutionId execution, const Booked& booked) { seen_.at({venue, execution}).booked = booked; }

  // What stood until then of an execution that is amended; `heard` false: nobody had told of it yet.
  struct Standing {
    bool heard = false;
    Booked booked;
  };
  // A venue's later word that it was otherwise, said at `at`. fresh: remembered now, `was` is what it replaces. duplicate: an older or the
  // same word; mismatch: the execution is another order's.
  Verdict amend(VenueId venue, ExecutionId execution, OrderId order, Time at, Price price, Quantity quantity, Standing& was);
  // Forgets the oldest until at most `keep` remain, in batches: nothing happens before an eighth more than that has gathered.
  void trim(std::size_t keep);
  std::size_t size() const { return seen_.size(); }

  // As it was first said, and what stands of it; `amended`: when the venue last changed its word, 0 when it never did.
  struct Said {
    OrderId order;
    Price price;
    Quantity quantity;
    Time amended;
    Booked booked;
    FIELDS(Said, order, price, quantity, amended, booked)
  };
  Executions() = default;
  // Its one field, for the derived forms.
  template <class V>
  static constexpr void each_field(V&& v) { v("seen", &Executions::seen_); }

 private:
  Map<std::pair<VenueId, ExecutionId>, Said> seen_;
};

}  // namespace trade
