#include "domain/risk/governance.h"

#include <gtest/gtest.h>

#include <map>

#include "core/digest.h"

namespace trade {
namespace {

using enum Reason;

struct Random {
  std::uint64_t seed;
  std::int64_t operator()(std::int64_t n) {
    return static_cast<std::int64_t>(mix64(seed += 0x9E3779B97F4A7C15ull) % static_cast<std::uint64_t>(n));
  }
};

LimitChange change(std::string_view limit, LimitValueUnits value, const char* by = "ann") {
  LimitChange c;
  c.scope.account = {1};
  c.limit = limit;
  c.value = value;
  c.owner = "risk desk";
  c.proposer = by;
  return c;
}

TEST(governance, what_loosens) {
  EXPECT_TRUE(loosens("max_position", 5, 6));
  EXPECT_FALSE(loosens("max_position", 5, 4));
  EXPECT_TRUE(loosens("max_position", 5, 0));   // 0 does not limit
  EXPECT_FALSE(loosens("max_position", 0, 5));
  EXPECT_FALSE(loosens("max_position", 5, 5));
  EXPECT_TRUE(loosens("initial_margin", 5, 4));
  EXPECT_FALSE(loosens("initial_margin", 5, 6));
  EXPECT_TRUE(loosens("allow_short", 0, decimal_one));
  EXPECT_FALSE(loosens("allow_short", decimal_one, 0));
  EXPECT_TRUE(loosens("canary_value", 5, 6));
  EXPECT_FALSE(loosens("canary_value", 5, 0));
  EXPECT_TRUE(loosens("mode", 0, decimal_one));
  EXPECT_TRUE(loosens("mode", decimal_one, 0));
  EXPECT_TRUE(loosens("needs_locate", decimal_one, 0));
}

TEST(governance, values_by_name) {
  Limits l;
  EXPECT_TRUE(set_limit(l, "max_position", 7));
  EXPECT_EQ(l.max_position, Quantity{7});
  EXPECT_TRUE(set_limit(l, "reference_age", decimal_one / 2));
  EXPECT_EQ(l.reference_age, milliseconds(500));
  EXPECT_TRUE(set_limit(l, "rate", 9 * decimal_one));
  EXPECT_EQ(l.rate, 9u);
  EXPECT_TRUE(set_limit(l, "mode", 3 * decimal_one));
  EXPECT_EQ(l.mode, TradingMode::reduce_only);
  EXPECT_EQ(limit_value(l, "mode"), 3 * decimal_one);
  EXPECT_EQ(limit_value(l, "reference_age"), decimal_one / 2);
  EXPECT_EQ(limit_value(l, "no_such"), std::nullopt);
  const Limits before = l;
  EXPECT_FALSE(set_limit(l, "no_such", 7));
  EXPECT_FALSE(set_limit(l, "rate", decimal_one / 2));
  EXPECT_FALSE(set_limit(l, "rate", decimal_one * 5'000'000'000));
  EXPECT_FALSE(set_limit(l, "mode", 9 * decimal_one));
  EXPECT_FALSE(set_limit(l, "allow_short", 2 * decimal_one));
  EXPECT_FALSE(set_limit(l, "max_position", -1));
  EXPECT_FALSE(set_limit(l, "reference_age", INT64_MAX));
  EXPECT_EQ(l, before);
  Limits all;
  Limits::each_field([&](std::string_view name, auto) { EXPECT_TRUE(set_limit(all, name, *limit_value(Limits{}, name))) << name; });
  EXPECT_EQ(all, Limits{});
}

TEST(governance, one_tightens_two_loosen) {
  LimitBook b;
  const auto tight = b.propose(change("max_position", 5), 10, Time{1});
  EXPECT_TRUE(tight.reason == none && tight.in_force);
  const auto loose = b.propose(change("max_position", 20), 5, Time{2});
  EXPECT_TRUE(loose.reason == none && !loose.in_force && loose.asked);
  Limits l;
  b.apply(l, {1}, {3});
  EXPECT_EQ(l.max_position, Quantity{5});
  EXPECT_EQ(b.approve(99, "bob", Time{3}).reason, limit_not_found);
  EXPECT_EQ(b.approve(loose.number, "", Time{3}).reason, limit_needs_approver);
  EXPECT_EQ(b.approve(loose.number, "ann", Time{3}).reason, limit_same_person);
  EXPECT_TRUE(b.approve(loose.number, "bob", Time{3}).in_force);
  EXPECT_EQ(b.approve(loose.number, "bob", Time{3}).reason, limit_not_found);
  l = {};
  b.apply(l, {1}, {3});
  EXPECT_EQ(l.max_position, Quantity{20});
  l = {};
  b.apply(l, {2}, {3});
  EXPECT_EQ(l.max_position, Quantity{});
  // Taking back what loosened takes one, what tightened two.
  EXPECT_TRUE(b.revoke(loose.number, "ann", 5, Time{4}).in_force);
  EXPECT_TRUE(b.revoke(tight.number, "ann", 10, Time{4}).asked);
  EXPECT_EQ(b.revoke(tight.number, "ann", 10, Time{4}).reason, limit_same_person);
  EXPECT_TRUE(b.revoke(tight.number, "bob", 10, Time{4}).in_force);
  EXPECT_EQ(b.revoke(tight.number, "bob", 10, Time{4}).reason, limit_not_found);
}

TEST(governance, changes_begin_and_end_by_the_clock) {
  LimitBook b;
  auto c = change("max_position", 5);
  c.from = Time{10};
  c.to = Time{20};
  EXPECT_FALSE(b.propose(c, 10, Time{1}).in_force);
  EXPECT_TRUE(b.advance(Time{9}).applied.empty());
  EXPECT_EQ(b.advance(Time{10}).applied.size(), 1u);
  EXPECT_TRUE(b.advance(Time{19}).expired.empty());
  EXPECT_EQ(b.advance(Time{20}).expired.size(), 1u);
  Limits l;
  b.apply(l, {1}, {});
  EXPECT_EQ(l, Limits{});
  EXPECT_EQ(b.propose(c, 10, Time{20}).reason, limit_expired);
  c = change("max_position", 20);
  c.to = Time{30};
  const auto loose = b.propose(c, 10, Time{21});
  EXPECT_EQ(b.approve(loose.number, "bob", Time{30}).reason, limit_expired);
  c = change("max_position", 5, "");
  EXPECT_EQ(b.propose(c, 10, Time{21}).reason, limit_bad_value);
}

// Against a slow book: at every instant the value is that of the last change proposed that is in force.
TEST(governance, equals_a_walk_over_everything_ever_said) {
  struct Said { std::int64_t from, to; LimitValueUnits value; bool approved, revoked; };
  for (std::uint64_t round = 0; round < 300; ++round) {
    Random random{round};
    LimitBook b;
    std::map<std::uint64_t, Said> all;
    const auto value_at = [&](std::int64_t now) {
      LimitValueUnits v = 100;
      for (const auto& [n, s] : all)
        if (s.approved && !s.revoked && s.from <= now && (s.to == 0 || now < s.to)) v = s.value;
      return v;
    };
    for (std::int64_t now = 1; now < 60; ++now) {
      b.advance(Time{now});
      Limits l;
      l.max_position = {100};
      b.apply(l, {1}, {});
      ASSERT_EQ(l.max_position.units, value_at(now)) << round << " at " << now;
      auto c = change("max_position", 1 + random(200));
      c.from = Time{now + random(20) - 10};
      c.to = Time{random(2) ? 0 : now + random(20) - 3};
      const auto a = b.propose(c, value_at(now), Time{now});
      const bool late = c.to.ns != 0 && c.to.ns <= std::max(now, c.from.ns);
      ASSERT_EQ(a.reason, late ? limit_expired : none);
      if (a.reason == none) all[a.number] = {c.from.ns, c.to.ns, c.value, c.value <= value_at(now), false};
      if (all.empty()) continue;
      auto some = std::next(all.begin(), random(static_cast<std::int64_t>(all.size())));
      if (random(2) == 0) some->second.approved |= b.approve(some->first, "bob", Time{now}).reason == none;
      else if (random(4) == 0) some->second.revoked |= !b.revoke(some->first, "bob", 0, Time{now}).asked;
    }
  }
}

}  // namespace
}  // namespace trade
