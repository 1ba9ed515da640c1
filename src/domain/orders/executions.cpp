#include "domain/orders/executions.h"

namespace trade {

Executions::Verdict Executions::admit(VenueId venue, ExecutionId execution, OrderId order, Price price, Quantity quantity) {
  Said* before = seen_.find({venue, execution});
  if (before == nullptr) {
    seen_.insert({venue, execution}, {order, price, quantity, {}, {}});
    return Verdict::fresh;
  }
  if (before->order != order) return Verdict::mismatch;
  // Taken back before it was ever heard of: from here on its own words are known.
  if (before->quantity == Quantity{}) {
    before->price = price;
    before->quantity = quantity;
  }
  const bool as_first = before->price == price && before->quantity == quantity;
  const bool as_now = before->booked.price == price && before->booked.quantity == quantity;
  return as_first || (before->amended != Time{} && as_now) ? Verdict::duplicate : Verdict::mismatch;
}

Executions::Verdict Executions::amend(VenueId venue, ExecutionId execution, OrderId order, Time at, Price price, Quantity quantity,
                                      Standing& was) {
  Said* said = seen_.find({venue, execution});
  if (said == nullptr) {
    seen_.insert({venue, execution}, {order, {}, {}, at, {}});
    was = {};
    return Verdict::fresh;
  }
  if (said->order != order) return Verdict::mismatch;
  const bool same = said->booked.price == price && said->booked.quantity == quantity;
  if (same || (said->amended != Time{} && at <= said->amended)) return Verdict::duplicate;
  was = {said->quantity != Quantity{} || said->booked.fill, said->booked};  // a correction may have been all there was
  said->amended = at;
  said->booked = {};
  return Verdict::fresh;
}

void Executions::trim(std::size_t keep) {
  if (seen_.size() <= keep + keep / 8) return;
  drop_oldest(seen_, seen_.size() - keep, [](const auto&, const auto&) { return true; });
}

}  // namespace trade
