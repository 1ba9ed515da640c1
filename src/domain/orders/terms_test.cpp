#include "domain/orders/terms.h"

#include <gtest/gtest.h>

#include <algorithm>

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

// The rules told once more, as a list of what each combination of type, time in force and one condition must give.
TEST(Terms, every_type_with_every_condition) {
  const auto is = [](OrderType t, std::initializer_list<OrderType> all) { return std::find(all.begin(), all.end(), t) != all.end(); };
  using enum OrderType;
  int checked = 0;
  for (int type = 0; type < 7; ++type)
    for (int tif = 0; tif < 7; ++tif)
      for (int condition = 0; condition < 12; ++condition) {
        OrderTerms t = limit_order();
        t.type = static_cast<OrderType>(type);
        t.tif = static_cast<TimeInForce>(tif);
        t.quantity = quantity_of(10);
        t.limit = price_of(is(t.type, {limit, stop_limit}) ? 10 : 0);
        t.stop = price_of(is(t.type, {stop, stop_limit}) ? 9 : 0);
        t.offset = price_of(t.type == trailing_stop ? 1 : 0);
        const bool gtd = t.tif == TimeInForce::gtd;
        t.expire = Time{gtd ? 2000 : 0};
        const bool now_or_never = t.tif == TimeInForce::ioc || t.tif == TimeInForce::fok;
        const bool auction = t.tif == TimeInForce::at_open || t.tif == TimeInForce::at_close;
        const bool waits = is(t.type, {stop, stop_limit, trailing_stop});
        Reason expected = Reason::none;
        if ((auction && (waits || t.type == pegged)) || (now_or_never && t.type == pegged)) expected = Reason::order_bad_tif;
        const auto then = [&](bool bad, Reason r) { if (expected == Reason::none && bad) expected = r; };
        switch (condition) {
          case 0: break;
          case 1: t.display = quantity_of(2); then(t.type == market || now_or_never, Reason::order_bad_display); break;
          case 2: t.display = quantity_of(11); then(true, Reason::order_bad_display); break;
          case 3: t.minimum = quantity_of(10); then(auction, Reason::order_bad_minimum); break;
          case 4: t.minimum = quantity_of(-1); then(true, Reason::order_bad_minimum); break;
          case 5:
            t.post_only = true;
            then(auction || now_or_never, Reason::order_bad_tif);
            then(waits || t.type == market || t.type == market_to_limit, Reason::order_bad_type);
            break;
          case 6: t.offset = price_of(-1); if (t.type != pegged) expected = Reason::order_bad_offset; break;
          case 7:
            t.peg = Peg::mid;
            if (t.type != pegged) expected = Reason::order_bad_peg;
            break;
          case 8: t.end = Time{5000}; then(true, Reason::order_bad_algo); break;
          case 9: t.participation = Ratio{1}; then(true, Reason::order_bad_algo); break;
          case 10:
            t.limit = price_of(8);
            if (!is(t.type, {limit, stop_limit, pegged})) expected = Reason::order_bad_price;
            break;
          default:
            t.stop = price_of(8);
            if (!waits) expected = Reason::order_bad_price;
        }
        if (gtd && t.type == market && expected != Reason::order_bad_price) expected = Reason::order_bad_tif;
        EXPECT_EQ(check_terms(t, Time{1000}), expected) << name_of(t.type) << ' ' << name_of(t.tif) << ' ' << condition;
        ++checked;
      }
  EXPECT_EQ(checked, 7 * 7 * 12);
  auto both = limit_order();
  both.display = both.minimum = both.quantity;
  EXPECT_EQ(check_terms(both, Time{}), Reason::order_bad_minimum);
}

TEST(Terms, a_change_is_checked_against_what_is_filled) {
  const auto t = limit_order();
  EXPECT_EQ(check_replace(t, quantity_of(1), quantity_of(2), price_of(9)), Reason::none);
  EXPECT_EQ(check_replace(t, quantity_of(1), quantity_of(1), price_of(9)), Reason::order_bad_quantity);
  EXPECT_EQ(check_replace(t, {}, quantity_of(2), Price{}), Reason::order_bad_price);
  auto m = t;
  m.type = OrderType::market;
  EXPECT_EQ(check_replace(m, {}, quantity_of(2), Price{}), Reason::order_bad_type);
  auto iceberg = t;
  iceberg.display = quantity_of(3);
  EXPECT_EQ(check_replace(iceberg, {}, quantity_of(2), price_of(9)), Reason::order_bad_display);
  auto least = t;
  least.minimum = quantity_of(3);
  EXPECT_EQ(check_replace(least, {}, quantity_of(2), price_of(9)), Reason::order_bad_minimum);
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

Booked booked(std::uint64_t fill, std::int64_t price, std::int64_t quantity) {
  Booked b;
  b.fill = FillId{fill};
  b.price = price_of(price);
  b.quantity = quantity_of(quantity);
  return b;
}

TEST(Executions, a_later_word_replaces_what_was_booked_once) {
  Executions e;
  using V = Executions::Verdict;
  const VenueId venue{1};
  const ExecutionId id{1};
  const OrderId order{1};
  Executions::Standing was;
  const auto amend = [&](std::int64_t at, std::int64_t price, std::int64_t quantity) {
    return e.amend(venue, id, order, Time{at}, price_of(price), quantity_of(quantity), was);
  };
  const auto said = [&](std::int64_t price, std::int64_t quantity) {
    return e.admit(venue, id, order, price_of(price), quantity_of(quantity));
  };
  EXPECT_EQ(said(5, 3), V::fresh);
  e.book(venue, id, booked(1, 5, 3));
  EXPECT_EQ(e.amend(venue, id, OrderId{2}, Time{10}, {}, {}, was), V::mismatch);
  EXPECT_EQ(amend(10, 5, 2), V::fresh);
  EXPECT_EQ(was.booked.fill, FillId{1});
  e.book(venue, id, booked(2, 5, 2));
  EXPECT_EQ(amend(10, 5, 2), V::duplicate);
  EXPECT_EQ(amend(9, 6, 2), V::duplicate);  // an older word, late
  EXPECT_EQ(said(5, 3), V::duplicate);      // as it was first said
  EXPECT_EQ(said(5, 2), V::duplicate);      // as it is now
  EXPECT_EQ(said(5, 1), V::mismatch);
  EXPECT_EQ(amend(11, 0, 0), V::fresh);
  EXPECT_EQ(was.booked.fill, FillId{2});
  EXPECT_EQ(amend(11, 0, 0), V::duplicate);
  EXPECT_EQ(amend(12, 0, 0), V::duplicate);
  EXPECT_EQ(said(5, 3), V::duplicate);
}

TEST(Executions, what_was_taken_back_before_it_was_heard_of_is_never_booked) {
  Executions e;
  using V = Executions::Verdict;
  Executions::Standing was;
  EXPECT_EQ(e.amend(VenueId{1}, ExecutionId{1}, OrderId{1}, Time{10}, {}, {}, was), V::fresh);
  EXPECT_EQ(was.booked.fill, FillId{});
  EXPECT_EQ(e.admit(VenueId{1}, ExecutionId{1}, OrderId{1}, price_of(5), quantity_of(3)), V::duplicate);
  EXPECT_EQ(e.admit(VenueId{1}, ExecutionId{1}, OrderId{1}, price_of(5), quantity_of(4)), V::mismatch);
  EXPECT_EQ(e.admit(VenueId{1}, ExecutionId{1}, OrderId{2}, price_of(5), quantity_of(3)), V::mismatch);
}

}  // namespace
}  // namespace trade
