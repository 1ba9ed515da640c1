#include "domain/matching/book.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>

#include "domain/matching/naive_book.h"

namespace trade::matching {
namespace {

using naive::Event;
using naive::NaiveBook;
using naive::Recorder;

struct Random {  // splitmix64
  std::uint64_t state;
  std::uint64_t next() {
    std::uint64_t z = (state += 0x9E3779B97F4A7C15ull);
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9ull;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBull;
    return z ^ (z >> 31);
  }
  std::int64_t below(std::int64_t n) { return static_cast<std::int64_t>(next() % static_cast<std::uint64_t>(n)); }
};

std::string saved(const Exchange& b) {
  ByteWriter w;
  b.save(w);
  return w.take();
}

// Where prices fall: dense, sparse, walking through the whole int64 range, anywhere in it, or anywhere an exchange takes them.
enum class Shape { dense, sparse, walk, anywhere, positive };

// Book alone knows no stops, no bounds of prices and no bytes; an Exchange has them all.
template <class Engine>
constexpr bool whole = std::is_same_v<Engine, Exchange>;
bool replaced(Book& b, Book::Handle h, std::uint64_t id, std::int64_t limit, std::int64_t lots, Recorder& r) {
  return b.replace(h, id, limit, lots, r);
}
bool replaced(Exchange& b, Book::Handle h, std::uint64_t id, std::int64_t limit, std::int64_t lots, Recorder& r) {
  return b.replace(h, id, limit, lots, r) == Reason::none;
}
const Book& queues(const Book& b) { return b; }
const Book& queues(const Exchange& b) { return b.book(); }

// The same random messages to an engine and its naive twin; every event and every state compared.
template <class Engine>
class Duel {
 public:
  Duel(Shape shape, std::uint64_t seed) : shape_(shape), random_{seed} {}

  void run(int messages) {
    for (int i = 0; i < messages; ++i) {
      step();
      ASSERT_EQ(events_.events, naive_.out.events) << "message " << i;
      count();
      if (i % 97 == 0) compare();
      if (whole<Engine> && i % 501 == 500) reload();
      if (HasFatalFailure()) return;
    }
    compare();
    std::int64_t resting = 0;
    for (const auto& o : naive_.open()) resting += o[2];
    EXPECT_EQ(entered_, 2 * traded_ + gone_ + resting) << "quantity is conserved";
  }

 private:
  static bool HasFatalFailure() { return ::testing::Test::HasFatalFailure(); }
  // Mostly buys below and sells above a middle, so that a book builds up.
  std::int64_t price(Side side) {
    const auto span = [&](std::int64_t n) {
      return random_.below(8) == 0 ? random_.below(n) : n / 2 * (side == Side::sell) + random_.below(n / 2);
    };
    switch (shape_) {
      case Shape::dense: return 1000 + span(16);
      case Shape::sparse: return 1 + span(400'000);
      case Shape::positive: return 1 + static_cast<std::int64_t>(random_.next() >> 4);
      case Shape::walk:
        if (random_.below(40) == 0) centre_ += static_cast<std::uint64_t>(1) << random_.below(62);  // wraps round the whole range
        return static_cast<std::int64_t>(centre_ + static_cast<std::uint64_t>(span(300)));
      case Shape::anywhere: break;
    }
    switch (random_.below(10)) {
      case 0: return INT64_MAX - random_.below(3);
      case 1: return INT64_MIN + random_.below(3);
      case 2: return static_cast<std::int64_t>(random_.next());
      default: return static_cast<std::int64_t>(random_.next() >> 1) * (side == Side::buy ? -1 : 1);
    }
  }
  void step() {
    const auto k = random_.below(100);
    if (k < 65 || ids_ == 0) return place(k);
    const auto recent = static_cast<std::int64_t>(random_.below(2) ? ids_ : std::min<std::uint64_t>(ids_, 100));
    const auto id = ids_ - static_cast<std::uint64_t>(random_.below(recent));
    const auto h = handles_[id];
    if (k < 85) {
      const bool expire = k >= 80;
      const bool there = expire ? book_.expire(h, id, events_) : book_.cancel(h, id, events_);
      ASSERT_EQ(there, naive_.cancel(id, expire));
    } else {
      const auto limit =
          book_.open(h, id) && queues(book_).linked(h) && random_.below(2) ? book_.price(h) : price(static_cast<Side>(random_.below(2)));
      const auto quantity = random_.below(40);
      if (book_.open(h, id) && quantity > 0) entered_ += quantity - book_.leaves(h);
      const bool there = replaced(book_, h, id, limit, quantity, events_);
      ASSERT_EQ(there, naive_.replace(id, limit, quantity));
    }
  }
  void place(std::int64_t k) {
    Incoming o;
    o.id = ++ids_;
    o.quantity = random_.below(200) == 0 ? 0 : 1 + random_.below(30);
    o.side = static_cast<Side>(random_.below(2));
    o.type = k < 45 ? OrderType::limit : k < 50 ? OrderType::market : k < 58 ? OrderType::stop : OrderType::stop_limit;
    if (!whole<Engine> && is_stop(o.type)) o.type = OrderType::limit;
    o.tif = static_cast<TimeInForce>(random_.below(5));
    o.limit = price(o.side);
    o.stop = price(opposite(o.side));
    handles_.resize(ids_ + 1);
    handles_[o.id] = book_.place(o, events_);
    naive_.place(o);
    if (events_.events.front().kind == Event::accepted) entered_ += o.quantity;
  }
  void count() {
    for (const auto& e : events_.events) {
      if (e.kind == Event::trade) traded_ += e.lots;
      if (e.kind == Event::cancelled || e.kind == Event::expired) gone_ += e.lots;
    }
    events_.events.clear();
    naive_.out.events.clear();
  }
  void compare() {
    const auto theirs = naive_.open();
    ASSERT_EQ(book_.size(), theirs.size());
    std::size_t i = 0;
    for (const Side side : {Side::buy, Side::sell})
      queues(book_).each_level(side, [&](std::int64_t at, Book::Handle h) {
        for (; h != 0; h = queues(book_).next(h), ++i) {
          const std::array<std::int64_t, 3> mine{static_cast<std::int64_t>(queues(book_).id(h)), at, book_.leaves(h)};
          EXPECT_EQ(mine, theirs.at(i));
          EXPECT_EQ(book_.price(h), at);
        }
        return true;
      });
    for (const Side side : {Side::buy, Side::sell}) {
      ASSERT_EQ(queues(book_).empty(side), naive_.side(side).empty());
      if (queues(book_).empty(side)) continue;
      ASSERT_EQ(queues(book_).best(side), side == Side::buy ? naive_.side(side).rbegin()->first : naive_.side(side).begin()->first);
    }
  }
  // A loaded book has the same bytes and goes on alike; handles are found again.
  void reload() {
    if constexpr (whole<Engine>) {
      const auto bytes = saved(book_);
      Exchange copy;
      ByteReader r(bytes);
      copy.load(r);
      ASSERT_TRUE(r.at_end());
      ASSERT_EQ(saved(copy), bytes);
      book_ = std::move(copy);
      for (std::uint64_t id = 1; id <= ids_; ++id) handles_[id] = book_.locate(id);
    }
  }

  Shape shape_;
  Random random_;
  Engine book_;
  NaiveBook naive_;
  Recorder events_;
  std::vector<Book::Handle> handles_;
  std::uint64_t ids_ = 0, centre_ = 0;
  std::int64_t entered_ = 0, traded_ = 0, gone_ = 0;
};

template <class Engine>
void duels(Shape shape) {
  for (std::uint64_t s = 0; s < 12; ++s) Duel<Engine>(shape, s).run(4000);
}
TEST(book, trades_as_the_naive_book_when_dense) { duels<Book>(Shape::dense); }
TEST(book, trades_as_the_naive_book_when_sparse) { duels<Book>(Shape::sparse); }
TEST(book, trades_as_the_naive_book_on_a_walk_over_the_whole_range) { duels<Book>(Shape::walk); }
TEST(book, trades_as_the_naive_book_at_any_price) { duels<Book>(Shape::anywhere); }
TEST(exchange, plain_orders_and_stops_trade_as_in_the_naive_book_when_dense) { duels<Exchange>(Shape::dense); }
TEST(exchange, plain_orders_and_stops_trade_as_in_the_naive_book_when_sparse) { duels<Exchange>(Shape::sparse); }
TEST(exchange, plain_orders_and_stops_trade_as_in_the_naive_book_at_any_price) { duels<Exchange>(Shape::positive); }

constexpr Incoming limit(std::uint64_t id, Side side, std::int64_t price, std::int64_t lots, TimeInForce tif = TimeInForce::gtc) {
  return {id, lots, price, 0, side, OrderType::limit, tif};
}

TEST(book, less_quantity_keeps_the_place_and_more_loses_it) {
  Book b;
  Recorder r;
  const auto one = b.place(limit(1, Side::buy, 10, 5), r), two = b.place(limit(2, Side::buy, 10, 5), r);
  ASSERT_TRUE(b.replace(one, 1, 10, 3, r));
  r.events.clear();
  b.place(limit(3, Side::sell, 10, 1), r);
  EXPECT_EQ(r.events.back(), (Event{Event::trade, 1, 3, 10, 1, {}}));
  ASSERT_TRUE(b.replace(one, 1, 10, 7, r));
  b.place(limit(4, Side::sell, 10, 1), r);
  EXPECT_EQ(r.events.back(), (Event{Event::trade, 2, 4, 10, 1, {}}));
  EXPECT_TRUE(b.open(two, 2));
}

TEST(exchange, bytes_do_not_depend_on_history) {
  Exchange a, b;
  Recorder r;
  for (std::uint64_t i = 1; i <= 200; ++i) a.place(limit(1000 + i, Side::buy, static_cast<std::int64_t>(i * 977), 1), r);
  for (std::uint64_t i = 1; i <= 200; ++i) a.cancel(a.locate(1000 + i), 1000 + i, r);
  const auto x = a.place(limit(1, Side::sell, 70, 4), r);
  a.place(limit(2, Side::sell, 60, 4), r);
  b.place(limit(1, Side::sell, 70, 9), r);
  b.place(limit(2, Side::sell, 60, 4), r);
  EXPECT_NE(saved(a), saved(b));
  ASSERT_EQ(b.replace(b.locate(1), 1, 70, 4, r), Reason::none);
  EXPECT_EQ(saved(a), saved(b));
  EXPECT_TRUE(a.open(x, 1));
}

TEST(exchange, damaged_bytes_are_refused) {
  Exchange a;
  Recorder r;
  a.place(limit(1, Side::sell, 70, 4), r);
  a.place({2, 3, 60, 80, Side::buy, OrderType::stop_limit, TimeInForce::gtc}, r);
  const auto bytes = saved(a);
  for (std::size_t n = 0; n < bytes.size(); ++n) {
    Exchange b;
    ByteReader reader(std::string_view(bytes).substr(0, n));
    b.load(reader);
    EXPECT_FALSE(reader.at_end());
  }
}

}  // namespace
}  // namespace trade::matching
