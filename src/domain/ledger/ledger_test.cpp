#include "domain/ledger/ledger.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <map>

#include "wire/binary.h"

namespace trade {
namespace {

const AccountId account{7};

Instrument instrument(Contract c) {
  Instrument i;
  i.id = {1};
  i.contract = c;
  i.base = "BTC";
  i.quote = "USDT";
  i.settle = c == Contract::inverse ? "BTC" : "USDT";
  i.multiplier = c == Contract::inverse ? quantity_of(100) : quantity_of(1);
  i.tick = {10'000'000};
  i.lot = {100'000};
  return i;
}

// What a fill moves.
Movement moved(Side side, Quantity q, const Booking& b, const Money& fee) {
  const Money opened = b.opened_value + b.closed_cost;
  return {q * sign(side), side == Side::buy ? opened : -opened, b.realised, {}, {}, fee};
}

Money fee_of(const Money& value, std::int64_t rate_units) { return booked(times(value, Ratio{rate_units})); }

RC_GTEST_PROP(ledger, equals_the_fold_of_fills, ()) {
  const auto i = instrument(*rc::gen::element(Contract::spot, Contract::linear, Contract::inverse));
  const auto fills = *rc::gen::container<std::vector<std::tuple<bool, int, int, int>>>(rc::gen::tuple(
      rc::gen::arbitrary<bool>(), rc::gen::inRange(1, 400), rc::gen::inRange(300'001, 900'000), rc::gen::inRange(-20'000, 60'000)));
  Ledger ledger;
  ledger.open(account, {money_one * 1000, i.settle});
  Position p;
  std::map<Side, int128> value_of_side;
  int128 fees = 0, realised = 0, base = 0;
  for (const auto& [buys, lots, ticks, rate] : fills) {
    const Side side = buys ? Side::buy : Side::sell;
    const Quantity q = i.lot * lots;
    const Money value = booked(value_of(i, i.tick * ticks, q));
    const Money fee = fee_of(value, rate);
    const auto b = book_fill(p, i, side, q, value);
    ledger.move(account, i, moved(side, q, b, fee));
    value_of_side[side] += value.units;
    fees += fee.units;
    realised += b.realised.units;
    base += static_cast<int128>(q.units) * decimal_one * sign(side);
    RC_ASSERT(ledger.balanced());
  }
  const auto net = [&](Book book) { return ledger.balance(account, i.settle, book).units; };
  const int128 open = p.quantity.units < 0 ? -p.cost.units : p.cost.units;
  RC_ASSERT(net(Book::position) == open);
  RC_ASSERT(net(Book::realised) == -realised);
  RC_ASSERT(net(Book::fees) == fees);
  RC_ASSERT(net(Book::capital) == -money_one * 1000);
  if (i.contract == Contract::spot) {
    RC_ASSERT(net(Book::cash) == money_one * 1000 + value_of_side[Side::sell] - value_of_side[Side::buy] - fees);
    RC_ASSERT(ledger.balance(account, "BTC", Book::holding).units == base);
  } else {
    RC_ASSERT(net(Book::cash) == money_one * 1000 + realised - fees);
    RC_ASSERT(net(Book::contra) == -open);
  }
  RC_ASSERT(ledger.worth(account, i.settle).units == money_one * 1000 + realised - fees);
}

// W1 of the benchmark book, its first two fills: 0.1 at 46,385.0 with a fee of 0.0004 of the value.
TEST(ledger, fee_arithmetic_is_exact) {
  const auto i = instrument(Contract::linear);
  Ledger ledger;
  ledger.open(account, {money_one * 1'000'000, "USDT"});
  Position p;
  const Quantity q{10'000'000};
  const auto trade = [&](Side side, const char* price) {
    const Money value = booked(value_of(i, *parse_scaled<Price>(price), q));
    const Money fee = fee_of(value, 40'000);
    ledger.move(account, i, moved(side, q, book_fill(p, i, side, q, value), fee));
    return fee;
  };
  EXPECT_EQ(print(trade(Side::buy, "46385.0")), "1.8554 USDT");
  EXPECT_EQ(print(trade(Side::sell, "46377.0")), "1.85508 USDT");
  EXPECT_EQ(print(ledger.worth(account, "USDT")), "999995.48952 USDT");
  EXPECT_EQ(print(-ledger.balance(account, "USDT", Book::realised)), "-0.8 USDT");
  EXPECT_TRUE(ledger.balanced());
}

TEST(ledger, spot_moves_the_full_value) {
  const auto i = instrument(Contract::spot);
  Ledger ledger;
  ledger.open(account, {money_one * 1000, "USDT"});
  Position p;
  const auto trade = [&](Side side, std::int64_t price) {
    const auto value = booked(value_of(i, price_of(price), quantity_of(2)));
    ledger.move(account, i, moved(side, quantity_of(2), book_fill(p, i, side, quantity_of(2), value), {0, "USDT"}));
  };
  trade(Side::buy, 100);
  EXPECT_EQ(print(ledger.balance(account, "USDT", Book::cash)), "800 USDT");
  EXPECT_EQ(print(ledger.balance(account, "BTC", Book::holding)), "2 BTC");
  EXPECT_EQ(print(ledger.worth(account, "USDT")), "1000 USDT");
  trade(Side::sell, 130);
  EXPECT_EQ(print(ledger.balance(account, "USDT", Book::cash)), "1060 USDT");
  EXPECT_EQ(print(ledger.balance(account, "BTC", Book::holding)), "0 BTC");
  EXPECT_EQ(print(ledger.worth(account, "USDT")), "1060 USDT");
}

// The checker itself must be able to fail: a ledger whose saved bytes lost a unit is not balanced.
TEST(ledger, a_lost_unit_is_seen) {
  Ledger ledger;
  ledger.open(account, {money_one, "USDT"});
  ByteWriter w;
  wire::write_binary(w, ledger);
  std::string bytes = w.take();
  int unbalanced = 0;
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    std::string bad = bytes;
    bad[i] = static_cast<char>(bad[i] ^ 1);
    Ledger other;
    ByteReader r(bad);
    if (wire::read_binary(r, other) && r.at_end() && !other.balanced()) ++unbalanced;
  }
  EXPECT_GE(unbalanced, 16 * 12);  // any byte of any of the balances, and of the turnovers
}

}  // namespace
}  // namespace trade
