#include "domain/positions/position.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <deque>

namespace trade {
namespace {

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

// The slow twin: every unit of quantity is looked at as its share of its lot, in whole 1e-8 steps of value, with plain integers.
struct Slow {
  struct Piece { std::int64_t quantity; int128 value; };
  std::deque<Piece> pieces;  // signed quantities, oldest first
  int128 realised = 0;
  int trades = 0;

  static int128 floor_div(int128 a, int128 b) { return a / b - ((a % b != 0 && (a < 0) != (b < 0)) ? 1 : 0); }

  void fill(bool inverse, std::int64_t signed_quantity, int128 value) {
    const std::int64_t before = total();
    std::int64_t left = signed_quantity < 0 ? -signed_quantity : signed_quantity;
    const std::int64_t whole = left;
    std::int64_t closing = 0;
    if (before != 0 && (before > 0) != (signed_quantity > 0)) closing = std::min(whole, before > 0 ? before : -before);
    const int128 closing_value = closing == whole ? value : floor_div(value / decimal_one * closing, whole) * decimal_one;
    int128 cost = 0;
    std::int64_t need = closing;
    while (need > 0) {
      auto& f = pieces.front();
      const std::int64_t size = f.quantity < 0 ? -f.quantity : f.quantity;
      const std::int64_t take = std::min(size, need);
      const int128 part = take == size ? f.value : floor_div(f.value / decimal_one * take, size) * decimal_one;
      cost += part;
      f.value -= part;
      f.quantity += f.quantity < 0 ? take : -take;
      need -= take;
      if (f.quantity == 0) pieces.pop_front();
    }
    const int128 up = closing_value - cost;
    realised += ((before > 0) != inverse) ? up : -up;
    left -= closing;
    if (left > 0) pieces.push_back({signed_quantity > 0 ? left : -left, value - closing_value});
    const std::int64_t after = total();
    if (before != 0 && (after == 0 || (after > 0) != (before > 0))) ++trades;
  }
  std::int64_t total() const {
    std::int64_t t = 0;
    for (const auto& p : pieces) t += p.quantity;
    return t;
  }
  int128 cost() const {
    int128 c = 0;
    for (const auto& p : pieces) c += p.value;
    return c;
  }
};

RC_GTEST_PROP(position, equals_the_slow_model, ()) {
  const auto i = instrument(*rc::gen::element(Contract::spot, Contract::linear, Contract::inverse));
  const auto fills = *rc::gen::container<std::vector<std::tuple<bool, int, int>>>(
      rc::gen::tuple(rc::gen::arbitrary<bool>(), rc::gen::inRange(1, 400), rc::gen::inRange(300'001, 900'000)));
  Position p;
  Slow slow;
  Money realised{0, i.settle};
  int128 bought = 0, sold = 0;
  int trades = 0;
  for (const auto& [buys, lots, ticks] : fills) {
    const Quantity q = i.lot * lots;
    const Price price = i.tick * ticks;
    const Money value = booked(value_of(i, price, q));
    const Side side = buys ? Side::buy : Side::sell;
    const auto b = book_fill(p, i, side, q, value);
    RC_ASSERT(b.closed_value + b.opened_value == value);
    slow.fill(i.contract == Contract::inverse, buys ? q.units : -q.units, value.units);
    realised += b.realised;
    trades += b.trade_closed ? 1 : 0;
    (buys ? bought : sold) += value.units;
    RC_ASSERT(p.quantity.units == slow.total());
    RC_ASSERT(p.cost.units == slow.cost());
    RC_ASSERT(realised.units == slow.realised);
    RC_ASSERT(trades == slow.trades);
  }
  // Sum of parts = whole, to the last unit: what was paid and got is realised or still open.
  const int128 flow = (sold - bought) * (i.contract == Contract::inverse ? -1 : 1);
  const int128 open = p.quantity.units > 0 ? p.cost.units : -p.cost.units;
  RC_ASSERT(realised.units == flow + (i.contract == Contract::inverse ? -open : open));
}

RC_GTEST_PROP(position, closing_in_any_pieces_gives_the_whole, ()) {
  const auto i = instrument(Contract::inverse);
  const auto pieces = *rc::gen::nonEmpty(rc::gen::container<std::vector<int>>(rc::gen::inRange(1, 50)));
  Quantity whole;
  for (const int n : pieces) whole += i.lot * n;
  Position p;
  const Money opened = booked(value_of(i, price_of(43'211), whole));
  book_fill(p, i, Side::buy, whole, opened);
  Money cost{0, i.settle};
  for (const int n : pieces) cost += book_fill(p, i, Side::sell, i.lot * n, booked(value_of(i, price_of(50'000), i.lot * n))).closed_cost;
  RC_ASSERT(cost == opened);
  RC_ASSERT(p.quantity.units == 0);
  RC_ASSERT(p.cost.units == 0);
  RC_ASSERT(p.lots.empty());
}

TEST(position, signs_of_a_gain) {
  for (const auto c : {Contract::spot, Contract::linear, Contract::inverse}) {
    for (const auto side : {Side::buy, Side::sell}) {
      const auto i = instrument(c);
      Position p;
      const auto q = quantity_of(1);
      book_fill(p, i, side, q, booked(value_of(i, price_of(100), q)));
      const auto open_gain = unrealised(i, p.quantity, p.cost, price_of(110));
      const auto b = book_fill(p, i, opposite(side), q, booked(value_of(i, price_of(110), q)));
      EXPECT_TRUE(b.trade_closed);
      EXPECT_EQ(b.realised.units > 0, side == Side::buy) << name_of(c);
      EXPECT_EQ(open_gain.units > 0, side == Side::buy) << name_of(c);
    }
  }
}

TEST(position, inverse_value_is_in_coin) {
  auto i = instrument(Contract::inverse);
  Position p;
  book_fill(p, i, Side::buy, quantity_of(10), booked(value_of(i, price_of(50'000), quantity_of(10))));  // 1000 USD = 0.02 BTC
  const auto b = book_fill(p, i, Side::sell, quantity_of(10), booked(value_of(i, price_of(40'000), quantity_of(10))));
  EXPECT_EQ(print(b.realised), "-0.005 BTC");
}

TEST(position, a_flip_closes_and_opens) {
  const auto i = instrument(Contract::linear);
  Position p;
  book_fill(p, i, Side::buy, quantity_of(1), booked(value_of(i, price_of(100), quantity_of(1))));
  const auto b = book_fill(p, i, Side::sell, quantity_of(3), booked(value_of(i, price_of(120), quantity_of(3))));
  EXPECT_TRUE(b.trade_closed);
  EXPECT_EQ(print_amount(b.realised), "20");
  EXPECT_EQ(print(p.quantity), "-2");
  EXPECT_EQ(print_amount(p.cost), "240");
  EXPECT_EQ(print_amount(unrealised(i, p.quantity, p.cost, price_of(130))), "-20");
}

TEST(position, equal_lots_save_equal_bytes) {
  const auto i = instrument(Contract::linear);
  Position long_way, short_way;
  const auto value = [&](std::int64_t price) { return booked(value_of(i, price_of(price), quantity_of(1))); };
  for (int n = 0; n < 200; ++n) book_fill(long_way, i, Side::buy, quantity_of(1), value(100 + n));
  for (int n = 0; n < 197; ++n) book_fill(long_way, i, Side::sell, quantity_of(1), value(500));
  for (int n = 197; n < 200; ++n) book_fill(short_way, i, Side::buy, quantity_of(1), value(100 + n));
  ByteWriter a, b;
  long_way.lots.save(a);
  short_way.lots.save(b);
  EXPECT_EQ(a.bytes(), b.bytes());
  Lots back;
  ByteReader r(a.bytes());
  back.load(r);
  EXPECT_TRUE(r.at_end());
  EXPECT_EQ(back.size(), 3u);
  ByteReader torn(std::string_view(a.bytes()).substr(0, a.size() - 1));
  back.load(torn);
  EXPECT_FALSE(torn.ok());
}

}  // namespace
}  // namespace trade
