#include "domain/orders/group.h"

#include "core/decimal.h"

namespace trade {
namespace {

Quantity filled_by_others(std::span<const GroupMember> members, std::size_t from, std::size_t i) {
  Quantity sum;
  for (std::size_t j = from; j < members.size(); ++j)
    if (j != i) sum += members[j].filled;
  return sum;
}

bool follows(GroupKind kind, std::size_t i) { return i != 0 && (kind == GroupKind::oto || kind == GroupKind::bracket); }

}  // namespace

Quantity group_total(GroupKind kind, std::span<const GroupMember> members, std::size_t i, Quantity lot) {
  const GroupMember& own = members[i];
  const GroupMember& first = members[0];
  if (kind == GroupKind::oco) return max(own.quantity - filled_by_others(members, 0, i), Quantity{});
  if (!follows(kind, i)) return own.quantity;
  if (kind == GroupKind::bracket) return max(first.filled - filled_by_others(members, 1, i), Quantity{});
  if (first.filled == first.quantity) return own.quantity;
  const int128 share = static_cast<int128>(own.quantity.units) * first.filled.units / first.quantity.units;
  return lot * static_cast<std::int64_t>(share / lot.units);
}

bool waits(GroupKind kind, std::span<const GroupMember> members, std::size_t i) { return follows(kind, i) && !members[0].ended; }

Reason check_group(GroupKind kind, std::span<const OrderTerms> members) {
  if (kind == GroupKind::none || members.size() < 2) return Reason::order_bad_group;
  const OrderTerms& first = members[0];
  for (const auto& t : members.subspan(1)) {
    if (t.account != first.account) return Reason::order_bad_group;
    if (kind != GroupKind::oco && kind != GroupKind::bracket) continue;
    if (t.instrument != first.instrument || t.quantity != first.quantity) return Reason::order_bad_group;
    if (kind == GroupKind::bracket && t.side == first.side) return Reason::order_bad_group;
  }
  return Reason::none;
}

}  // namespace trade
