#pragma once
#include <span>

#include "domain/facts/instrument.h"
#include "domain/facts/order.h"

// What orders that belong together are to be for, given what each has done. Pure: the totals follow from the fills alone, so a fill that is
// taken back gives its share back to the others.
namespace trade {

// One order of a group. `quantity`: as its owner placed it.
struct GroupMember {
  Quantity quantity, filled;
  bool ended = false;
};

// The total, filled part included, that member `i` is to be for:
//   oco      its quantity less what the others have filled;
//   oto      the first: its quantity; the others: their quantity in proportion to what the first has filled, in whole lots;
//   bracket  the first: its quantity; the others: what the first has filled less what the other later ones have filled;
//   basket   its quantity.
// 0 where nothing is to be done (yet, or any more). lot > 0.
Quantity group_total(GroupKind kind, std::span<const GroupMember> members, std::size_t i, Quantity lot);

// The later orders of an oto and a bracket go out when the first has ended, for what it has filled.
bool waits(GroupKind kind, std::span<const GroupMember> members, std::size_t i);

// Why orders with these terms cannot be a group of this kind: two at least; of one account, of one instrument where fills are shared; those
// of an oco of one quantity, those of a bracket that close of the first one's quantity and the other side; none otherwise.
Reason check_group(GroupKind kind, std::span<const OrderTerms> members);

}  // namespace trade
