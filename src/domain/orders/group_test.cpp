#include "domain/orders/group.h"

#include <gtest/gtest.h>

#include "core/digest.h"

namespace trade {
namespace {

const Quantity lot = quantity_of(1);

// The rules counted lot by lot: every lot filled, in the order it came, says which lots of the others it gives or takes.
std::vector<std::int64_t> slow_totals(GroupKind kind, const std::vector<std::int64_t>& placed, const std::vector<std::size_t>& fills) {
  std::vector<std::int64_t> totals = placed, done(placed.size());
  const bool waits = kind == GroupKind::oto || kind == GroupKind::bracket;
  if (waits)
    for (std::size_t i = 1; i < totals.size(); ++i) totals[i] = 0;
  for (const std::size_t by : fills) {
    ++done[by];
    for (std::size_t i = 0; i < totals.size(); ++i) {
      if (i == by) continue;
      if (kind == GroupKind::oco && totals[i] > 0) --totals[i];
      if (kind == GroupKind::bracket && i != 0 && by == 0) ++totals[i];
      if (kind == GroupKind::bracket && i != 0 && by != 0 && totals[i] > 0) --totals[i];
      if (kind == GroupKind::oto && i != 0 && by == 0)
        while ((totals[i] + 1) * placed[0] <= placed[i] * done[0]) ++totals[i];
    }
  }
  return totals;
}

TEST(Group, totals_follow_the_fills_lot_by_lot) {
  std::uint64_t seed = 5;
  const auto draw = [&](std::int64_t n) { return static_cast<std::int64_t>(mix64(++seed) % static_cast<std::uint64_t>(n)); };
  for (int round = 0; round < 20'000; ++round) {
    const auto kind = static_cast<GroupKind>(1 + draw(4));
    const auto n = static_cast<std::size_t>(2 + draw(3));
    std::vector<std::int64_t> placed(n, 1 + draw(9));
    if (kind == GroupKind::oto || kind == GroupKind::basket)
      for (auto& q : placed) q = 1 + draw(9);
    std::vector<std::size_t> fills;
    std::vector<GroupMember> members(n);
    for (std::size_t i = 0; i < n; ++i) members[i].quantity = quantity_of(placed[i]);
    for (std::int64_t k = draw(12); k > 0; --k) {
      const auto by = static_cast<std::size_t>(draw(static_cast<std::int64_t>(n)));
      const Quantity total = group_total(kind, members, by, lot);
      if (members[by].filled >= total) continue;  // an honest fill stays within what the order is for
      members[by].filled += lot;
      fills.push_back(by);
    }
    const auto slow = slow_totals(kind, placed, fills);
    Quantity closed;
    for (std::size_t i = 0; i < n; ++i) {
      ASSERT_EQ(group_total(kind, members, i, lot), quantity_of(slow[i])) << name_of(kind) << ' ' << i << " of round " << round;
      closed += members[i].filled;
    }
    // Together an oco never does more than one of it was for; the closing side of a bracket never more than was opened.
    if (kind == GroupKind::oco) { ASSERT_LE(closed, members[0].quantity); }
    if (kind == GroupKind::bracket) { ASSERT_LE(closed - members[0].filled, members[0].filled); }
  }
}

TEST(Group, later_orders_wait_for_the_first_while_it_lives) {
  std::vector<GroupMember> members{{quantity_of(2), {}, false}, {quantity_of(2), {}, false}};
  EXPECT_TRUE(waits(GroupKind::oto, members, 1));
  EXPECT_FALSE(waits(GroupKind::oto, members, 0));
  EXPECT_FALSE(waits(GroupKind::oco, members, 1));
  members[0].ended = true;
  EXPECT_FALSE(waits(GroupKind::bracket, members, 1));
}

TEST(Group, what_does_not_belong_together_is_refused) {
  OrderTerms a, b;
  a.account = b.account = AccountId{1};
  a.instrument = b.instrument = InstrumentId{1};
  a.quantity = b.quantity = quantity_of(2);
  b.side = Side::sell;
  const auto check = [&](GroupKind kind) {
    const OrderTerms all[] = {a, b};
    return check_group(kind, all);
  };
  for (const auto kind : {GroupKind::oco, GroupKind::oto, GroupKind::bracket, GroupKind::basket}) EXPECT_EQ(check(kind), Reason::none);
  EXPECT_EQ(check(GroupKind::none), Reason::order_bad_group);
  EXPECT_EQ(check_group(GroupKind::oco, std::span(&a, 1)), Reason::order_bad_group);
  b.side = Side::buy;
  EXPECT_EQ(check(GroupKind::bracket), Reason::order_bad_group);
  b.side = Side::sell;
  b.quantity = quantity_of(3);
  EXPECT_EQ(check(GroupKind::oco), Reason::order_bad_group);
  EXPECT_EQ(check(GroupKind::oto), Reason::none);
  b.quantity = a.quantity;
  b.instrument = InstrumentId{2};
  EXPECT_EQ(check(GroupKind::bracket), Reason::order_bad_group);
  EXPECT_EQ(check(GroupKind::basket), Reason::none);
  b.account = AccountId{2};
  for (const auto kind : {GroupKind::oco, GroupKind::oto, GroupKind::bracket, GroupKind::basket})
    EXPECT_EQ(check(kind), Reason::order_bad_group);
}

}  // namespace
}  // namespace trade
