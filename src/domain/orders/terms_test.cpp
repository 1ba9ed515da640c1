#include "domain/orders/terms.h"

#include <gtest/gtest.h>

#include "domain/orders/executions.h"
#include "domain/orders/fingerprint.h"

namespace trade {
namespace {

OrderTerms limit_order() {
  OrderTerms t;
  t.account = AccountId{1};
  t.instrument = InstrumentId{1};
  t.type = OrderType::limit;
  t.tif = TimeInForce::gtc;
  t.quantity = quantity_of(1);
  t.limit = price_of(10);
  return t;
}

TEST(Terms, each_rule_on_both_sides) {
  const Time now{1000};
  auto t = limit_order();
  EXPECT_EQ(check_terms(t, now), Reason::none);
  t.quantity = {};
  EXPECT_EQ(check_terms(t, now), Reason::order_bad_quantity);
  t.quantity = Quantity{-1};
  EXPECT_EQ(check_terms(t, now), Reason::order_bad_quantity);
  t.quantity = Quantity{largest_units + 1};
  EXPECT_EQ(check_terms(t, now), Reason::order_bad_quantity);
  t.quantity = Quantity{largest_units};
  EXPECT_EQ(check_terms(t, now), Reason::none);

  for (const auto type : {OrderType::market, OrderType::limit, OrderType::stop, OrderType::stop_limit})
    for (const std::int64_t limit : {-1, 0, 1})
      for (const std::int64_t stop : {-1, 0, 1}) {
        auto x = limit_order();
        x.type = type;
        x.limit = Price{limit};
        x.stop = Price{stop};
        const bool needs_limit = type == OrderType::limit || type == OrderType::stop_limit;
        const bool needs_stop = type == OrderType::stop || type == OrderType::stop_limit;
        const bool good = limit == (needs_limit ? 1 : 0) && stop == (needs_stop ? 1 : 0);
        EXPECT_EQ(check_terms(x, now), good ? Reason::none : Reason::order_bad_price) << name_of(type) << limit << stop;
      }

  t = limit_order();
  t.expire = Time{2000};
  EXPECT_EQ(check_terms(t, now), Reason::order_bad_expiry);
  t.tif = TimeInForce::gtd;
  EXPECT_EQ(check_terms(t, now), Reason::none);
  t.expire = now;
  EXPECT_EQ(check_terms(t, now), Reason::order_bad_expiry);
  t.expire = Time{2000};
  t.type = OrderType::market;
  t.limit = {};
  EXPECT_EQ(check_terms(t, now), Reason::order_bad_tif);
}

TEST(Terms, a_change_is_checked_against_what_is_filled) {
  const auto t = limit_order();
  EXPECT_EQ(check_replace(t, quantity_of(1), quantity_of(2), price_of(9)), Reason::none);
  EXPECT_EQ(check_replace(t, quantity_of(1), quantity_of(1), price_of(9)), Reason::order_bad_quantity);
  EXPECT_EQ(check_replace(t, {}, quantity_of(2), Price{}), Reason::order_bad_price);
  auto m = t;
  m.type = OrderType::market;
  EXPECT_EQ(check_replace(m, {}, quantity_of(2), Price{}), Reason::order_bad_type);
}

TEST(Fingerprint, any_field_changes_it) {
  const auto base = limit_order();
  const auto f = fingerprint(1, base);
  EXPECT_EQ(f, fingerprint(1, limit_order()));
  EXPECT_NE(f, fingerprint(2, base));
  auto t = base;
  t.side = Side::sell;
  EXPECT_NE(fingerprint(1, t), f);
  t = base;
  t.quantity.units += 1;
  EXPECT_NE(fingerprint(1, t), f);
  t = base;
  std::swap(t.limit, t.stop);
  EXPECT_NE(fingerprint(1, t), f);
}

TEST(Executions, the_same_is_a_duplicate_and_another_under_its_id_a_lie) {
  Executions e;
  using V = Executions::Verdict;
  const auto say = [&](std::uint16_t venue, std::uint64_t id, std::int64_t q) {
    return e.admit(VenueId{venue}, ExecutionId{id}, OrderId{1}, price_of(5), quantity_of(q));
  };
  EXPECT_EQ(say(1, 1, 1), V::fresh);
  EXPECT_EQ(say(2, 1, 1), V::fresh);
  EXPECT_EQ(say(1, 1, 1), V::duplicate);
  EXPECT_EQ(say(1, 1, 2), V::mismatch);
  for (std::uint64_t i = 2; i <= 200; ++i) say(1, i, 1);
  e.trim(100);
  EXPECT_EQ(e.size(), 100u);
  EXPECT_EQ(say(1, 200, 1), V::duplicate);
  EXPECT_EQ(say(1, 1, 1), V::fresh);
}

}  // namespace
}  // namespace trade
