#include "domain/positions/wash_sales.h"

#include <gtest/gtest.h>

#include <map>

#include "core/digest.h"

namespace trade {
namespace {

Instrument share() {
  Instrument i;
  i.id = {1};
  i.base = "AAA";
  i.quote = i.settle = "USD";
  i.lot = i.multiplier = quantity_of(1);
  return i;
}

// Books fills and keeps what the rule looks at.
struct Ledger {
  LotMethod method = LotMethod::fifo;
  Position p{};
  std::vector<WashFill> fills{};
  void trade(Side side, std::int64_t quantity, std::int64_t price, std::int64_t day) {
    WashFill f;
    f.fill = {fills.size() + 1};
    f.time = Time{} + seconds(day * 86'400 + 3600);
    f.side = side;
    f.quantity = quantity_of(quantity);
    const Money value = booked(value_of(share(), price_of(price), f.quantity));
    const Booking b = book_fill(p, share(), side, f.quantity, value, {method, f.fill, f.time}, &f.lots);
    f.closed = b.closed;
    f.realised = b.realised;
    fills.push_back(f);
  }
  std::string found() const {
    std::string text;
    for (const auto& w : wash_sales(fills, method == LotMethod::average))
      text += std::to_string(w.sale.value) + ": " + print(w.quantity) + " " + print(w.loss) + "; ";
    return text;
  }
};

TEST(wash_sales, bought_back_within_thirty_days) {
  Ledger l;
  l.trade(Side::buy, 100, 10, 0);
  l.trade(Side::sell, 100, 8, 100);
  l.trade(Side::buy, 100, 9, 130);
  EXPECT_EQ(l.found(), "2: 100 200 USD; ");
  Ledger late;
  late.trade(Side::buy, 100, 10, 0);
  late.trade(Side::sell, 100, 8, 100);
  late.trade(Side::buy, 100, 9, 131);
  EXPECT_EQ(late.found(), "");
}

// 26 CFR 1.1091-1, example of (c): fewer are bought back than were sold; the loss on as many is not allowed.
TEST(wash_sales, a_part_bought_back_defers_its_share) {
  Ledger l;
  l.trade(Side::buy, 100, 10, 0);
  l.trade(Side::sell, 100, 9, 100);
  l.trade(Side::buy, 75, 9, 101);
  EXPECT_EQ(l.found(), "2: 75 75 USD; ");
}

TEST(wash_sales, bought_before_counts_while_it_is_held) {
  Ledger held;
  held.trade(Side::buy, 10, 10, 0);
  held.trade(Side::buy, 10, 8, 90);
  held.trade(Side::sell, 10, 8, 100);  // sells the old ones; the new ones replace them
  EXPECT_EQ(held.found(), "3: 10 20 USD; ");
  Ledger sold;
  sold.trade(Side::buy, 10, 10, 90);
  sold.trade(Side::sell, 10, 8, 100);  // its own purchase is no replacement
  EXPECT_EQ(sold.found(), "");
}

TEST(wash_sales, a_purchase_replaces_once) {
  Ledger l;
  l.trade(Side::buy, 20, 10, 0);
  l.trade(Side::sell, 10, 8, 100);
  l.trade(Side::sell, 10, 7, 101);
  l.trade(Side::buy, 15, 9, 105);
  EXPECT_EQ(l.found(), "2: 10 20 USD; 3: 5 15 USD; ");
}

TEST(wash_sales, gains_and_shorts_are_left_alone) {
  Ledger l;
  l.trade(Side::buy, 10, 10, 0);
  l.trade(Side::sell, 10, 12, 1);
  l.trade(Side::sell, 10, 12, 2);
  l.trade(Side::buy, 10, 15, 3);  // a loss of a short
  EXPECT_EQ(l.found(), "");
}

// Share by share: each has its purchase and its sale, and may replace one share sold at a loss.
std::map<std::uint64_t, std::int64_t> by_single_shares(const std::vector<WashFill>& fills) {
  struct Share { std::uint64_t bought; std::int64_t day; std::uint64_t sold = UINT64_MAX; bool replaces = false; };
  std::vector<Share> shares;
  const auto day = [](const WashFill& f) { return (f.time.ns / 1'000'000'000) / 86'400; };
  for (const auto& f : fills)
    for (Quantity q = f.side == Side::buy ? f.quantity - f.closed : Quantity{}; q.units > 0; q -= quantity_of(1))
      shares.push_back({f.fill.value, day(f)});
  std::map<std::uint64_t, std::int64_t> washed;
  for (const auto& f : fills) {
    for (const auto& lot : f.side == Side::sell ? f.lots : std::vector<ClosedLot>{})
      for (Quantity q = lot.quantity; q.units > 0; q -= quantity_of(1))
        for (auto& s : shares)
          if (s.bought == lot.fill.value && s.sold == UINT64_MAX) {
            s.sold = f.fill.value;
            break;
          }
    if (f.side != Side::sell || f.realised.units >= 0) continue;
    for (Quantity q = f.closed; q.units > 0; q -= quantity_of(1))
      for (auto& s : shares) {
        const bool sold_already = s.sold <= f.fill.value;
        if (s.replaces || sold_already || s.day < day(f) - 30 || s.day > day(f) + 30) continue;
        s.replaces = true;
        ++washed[f.fill.value];
        break;
      }
  }
  return washed;
}

TEST(wash_sales, equal_a_count_of_single_shares) {
  std::uint64_t seed = 5, flagged = 0;
  const auto draw = [&seed](std::int64_t n) {
    return static_cast<std::int64_t>(mix64(seed += 0x9E3779B97F4A7C15ull) % static_cast<std::uint64_t>(n));
  };
  for (int round = 0; round < 1500; ++round) {
    Ledger l{static_cast<LotMethod>(draw(3))};
    std::int64_t day = 0;
    for (int n = 0; n < 25; ++n) {
      day += draw(15);
      const std::int64_t held = l.p.quantity.units / decimal_one;
      if (held > 0 && draw(2) == 0) l.trade(Side::sell, 1 + draw(held), 5 + draw(10), day);
      else l.trade(Side::buy, 1 + draw(8), 5 + draw(10), day);
    }
    std::map<std::uint64_t, std::int64_t> ours;
    for (const auto& w : wash_sales(l.fills, false)) ours[w.sale.value] = w.quantity.units / decimal_one;
    ASSERT_EQ(ours, by_single_shares(l.fills)) << round;
    flagged += ours.size();
  }
  EXPECT_GT(flagged, 1000u);
}

}  // namespace
}  // namespace trade
