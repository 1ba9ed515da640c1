#pragma once
#include "domain/orders/drop_oldest.h"
#include "domain/facts/order.h"

namespace trade {

// Which executions have been applied: a venue may say the same one many times, and late (TRUST F7, F9).
class Executions {
 public:
  enum class Verdict : std::uint8_t { fresh, duplicate, mismatch };

  // fresh: remembered now, apply it; duplicate: the same was said before; mismatch: this id was said of another order, price or quantity.
  Verdict admit(VenueId venue, ExecutionId execution, OrderId order, Price price, Quantity quantity) {
    const Said said{order, price, quantity};
    if (const Said* before = seen_.find({venue, execution})) return *before == said ? Verdict::duplicate : Verdict::mismatch;
    seen_.insert({venue, execution}, said);
    return Verdict::fresh;
  }
  // Forgets the oldest until at most `keep` remain, in batches: nothing happens before an eighth more than that has gathered.
  void trim(std::size_t keep);
  std::size_t size() const { return seen_.size(); }

  struct Said {
    OrderId order;
    Price price;
    Quantity quantity;
    bool operator==(const Said&) const = default;
    FIELDS(Said, order, price, quantity)
  };
  Executions() = default;
  // Its one field, for the derived forms.
  template <class V>
  static constexpr void each_field(V&& v) { v("seen", &Executions::seen_); }

 private:
  Map<std::pair<VenueId, ExecutionId>, Said> seen_;
};

inline void Executions::trim(std::size_t keep) {
  if (seen_.size() <= keep + keep / 8) return;
  drop_oldest(seen_, seen_.size() - keep, [](const auto&, const auto&) { return true; });
}

}  // namespace trade
