#include "domain/risk/check_table.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <set>
#include <sstream>

namespace trade {
namespace {

// The page is what the table prints; TRADE_WRITE_PAGES=1 writes it anew.
TEST(risk_checks, the_page_is_the_table) {
  const std::string path = std::string(TRADE_SOURCE_DIR) + "/docs/risk_checks.md";
  if (const char* write = std::getenv("TRADE_WRITE_PAGES"); write != nullptr && *write == '1') std::ofstream(path) << risk_checks_page();
  std::ifstream file(path);
  std::stringstream page;
  page << file.rdbuf();
  EXPECT_EQ(page.str(), risk_checks_page());
}

TEST(risk_checks, all_28_are_there_and_every_risk_reason_belongs_to_one) {
  std::set<int> numbers{26, 27};  // exeq's; the reservation itself
  std::set<Reason> reasons{Reason::risk_children};
  for (const auto& row : risk_checks()) {
    numbers.insert(row.number);
    reasons.insert(row.reasons.begin(), row.reasons.end());
    EXPECT_NE(row.judge, nullptr);
    EXPECT_FALSE(row.function.empty());
  }
  EXPECT_EQ(numbers.size(), 28u);
  EXPECT_EQ(*numbers.begin(), 1);
  EXPECT_EQ(*numbers.rbegin(), 28);
  for (std::size_t i = 0; i < enum_names(Reason{}).size(); ++i) {
    const auto r = static_cast<Reason>(i);
    EXPECT_TRUE(!name_of(r).starts_with("risk_") || reasons.contains(r)) << name_of(r);
  }
}

// Every limit can be overridden, and is overridden under its own name.
TEST(limits, an_override_knows_every_limit) {
  std::set<std::string_view> limits, overrides;
  Limits::each_field([&](std::string_view name, auto) { limits.insert(name); });
  LimitOverride::each_field([&](std::string_view name, auto member) {
    if constexpr (requires(LimitOverride o) { (o.*member).has_value(); }) overrides.insert(name);
  });
  EXPECT_EQ(limits, overrides);
  LimitOverride::each_field([&](std::string_view name, auto member) {
    LimitOverride o;
    if constexpr (requires { (o.*member).emplace(); }) {
      const Limits defaults;
      auto& said = (o.*member).emplace();
      if constexpr (requires { said.units; }) said.units = 7;
      else if constexpr (requires { said.ns; }) said.ns = 7;
      else if constexpr (std::is_same_v<std::remove_reference_t<decltype(said)>, bool>) said = true;
      else said = static_cast<std::remove_reference_t<decltype(said)>>(3);
      const Limits l = resolve(defaults, {o}, {1}, {2});
      EXPECT_FALSE(l == defaults) << name;
      o.instrument = {2};
      EXPECT_EQ(resolve(defaults, {o}, {1}, {2}) == defaults, of_account(name)) << name;
      EXPECT_EQ(misplaced_limit(o), of_account(name) ? name : std::string_view{});
    }
  });
}

}  // namespace
}  // namespace trade
