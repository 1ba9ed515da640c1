#include <gtest/gtest.h>

#include "domain/positions/corporate_action.h"
#include "domain/risk/portfolio.h"

namespace trade {
namespace {

const AccountId desk{1};

Instrument share(std::uint32_t id, const char* name) {
  Instrument i;
  i.id = {id};
  i.symbol = name;
  i.base = name;
  i.quote = i.settle = "USD";
  i.tick = {1'000'000};
  i.lot = i.multiplier = quantity_of(1);
  return i;
}

struct Rig {
  Portfolio p;
  std::uint64_t fills = 0;
  Rig() {
    p.open({desk, "desk", {money_one * 10'000, "USD"}, {}, {}});
    p.list(share(1, "AAA"));
    p.list(share(2, "BBB"));
    p.refer({1}, price_of(100), Time{1});
    p.mark({1}, price_of(100));
    Portfolio::FillFacts f{{1}, {1}, desk, {1}, Side::buy, quantity_of(10), {1000 * money_one, "USD"}, {0, "USD"}, {7}};
    p.book(f, nullptr, Time{1});
  }
  void act(CorporateAction a) {
    a.id = {1};
    a.instrument = {1};
    p.act(a);
  }
  const Portfolio::Line& line(std::uint32_t id = 1) const { return *p.find_line(desk, {id}); }
  std::string cash() const { return print_decimal(p.find_funds(desk)->cash, 16); }
  std::string gain() const {
    const auto& f = *p.find_funds(desk);
    return print_decimal(f.realised + f.unrealised - f.fees, 16);
  }
};

CorporateAction action(ActionKind kind, std::int64_t shares_new, std::int64_t shares_old, std::int64_t price) {
  CorporateAction a;
  a.kind = kind;
  a.shares_new = quantity_of(shares_new);
  a.shares_old = quantity_of(shares_old);
  a.price = price_of(price);
  return a;
}

TEST(risk_of_actions, a_split_changes_quantity_reference_and_mark_and_nothing_else) {
  Rig r;
  r.act(action(ActionKind::split, 4, 1, 25));
  EXPECT_EQ(print(r.line().exposure.position.quantity), "40");
  EXPECT_EQ(print(r.p.find_market({1})->reference.price), "25");
  EXPECT_EQ(print(r.p.find_market({1})->mark), "25");
  EXPECT_TRUE(r.p.find_market({1})->position == 40 * static_cast<int128>(decimal_one));
  EXPECT_EQ(r.gain(), "0");
  EXPECT_EQ(r.cash(), "9000");
  EXPECT_EQ(print(r.p.sleeves.at(0).exposure.position.quantity), "40");
}

TEST(risk_of_actions, a_dividend_is_no_loss) {
  Rig r;
  r.act(action(ActionKind::cash_dividend, 0, 0, 3));
  EXPECT_EQ(print(r.p.find_market({1})->mark), "97");
  EXPECT_EQ(r.gain(), "0");
  EXPECT_EQ(r.cash(), "9030");
}

TEST(risk_of_actions, a_merger_moves_the_position) {
  Rig r;
  auto a = action(ActionKind::merger, 1, 2, 20);
  a.into = {2};
  a.into_price = price_of(160);
  r.act(a);
  EXPECT_EQ(r.line(1).exposure.position.quantity, Quantity{});
  EXPECT_EQ(print(r.line(2).exposure.position.quantity), "5");
  EXPECT_EQ(r.p.find_market({1})->reference.price, Price{});  // nothing of it passes any more
  EXPECT_TRUE(r.p.find_market({1})->position == 0);
  EXPECT_TRUE(r.p.find_market({2})->position == 5 * static_cast<int128>(decimal_one));
  EXPECT_EQ(r.cash(), "9200");
  EXPECT_EQ(r.gain(), "0");
  EXPECT_EQ(print(r.p.sleeves.at(1).exposure.position.quantity), "5");
}

TEST(risk_of_actions, a_delisting_closes) {
  Rig r;
  r.act(action(ActionKind::delisting, 0, 0, 40));
  EXPECT_EQ(r.line().exposure.position.quantity, Quantity{});
  EXPECT_EQ(r.cash(), "9400");
  EXPECT_EQ(r.gain(), "-600");
  EXPECT_TRUE(r.p.find_funds(desk)->worst == 0);
}

TEST(risk_of_actions, what_is_unsound_changes_nothing) {
  Rig r;
  r.act(action(ActionKind::split, 0, 1, 0));
  auto a = action(ActionKind::merger, 1, 2, 20);
  a.into = {9};
  r.act(a);
  EXPECT_EQ(print(r.line().exposure.position.quantity), "10");
  EXPECT_EQ(print(r.p.find_market({1})->mark), "100");
}

}  // namespace
}  // namespace trade
