#include "adapters/venues/itch_feed.h"

#include <map>

#include "adapters/venues/feed_testing.h"
#include "adapters/venues/guess_feed.h"
#include "core/digest.h"

namespace trade {
namespace {

using namespace feed_testing;

// Writes ITCH 5.0 messages by the specification's tables.
class Itch {
 public:
  Itch& message(char type, std::uint16_t locate, std::int64_t ns) {
    close();
    body_.assign(1, type);
    return number(locate, 2).number(0, 2).number(static_cast<std::uint64_t>(ns), 6);
  }
  Itch& number(std::uint64_t v, int bytes) {
    for (int i = bytes - 1; i >= 0; --i) body_ += static_cast<char>(v >> (8 * i) & 0xFF);
    return *this;
  }
  Itch& text(std::string_view s, std::size_t width) {
    body_ += s;
    body_.append(width - s.size(), ' ');
    return *this;
  }
  Itch& directory(std::uint16_t locate, std::string_view stock) {
    return message('R', locate, 1).text(stock, 8).text("", 20);
  }
  Itch& add(std::uint16_t locate, std::int64_t ns, std::uint64_t ref, char side, std::uint32_t shares, std::string_view stock,
            std::uint32_t price) {
    return message('A', locate, ns).number(ref, 8).text({&side, 1}, 1).number(shares, 4).text(stock, 8).number(price, 4);
  }
  const std::string& bytes() {
    close();
    return out_;
  }

 private:
  void close() {
    if (body_.empty()) return;
    out_ += static_cast<char>(body_.size() >> 8);
    out_ += static_cast<char>(body_.size());
    out_ += body_;
    body_.clear();
  }
  std::string out_, body_;
};

const std::vector<Instrument> listed{instrument(1, "AAPL", "0.0001"), instrument(2, "SPY", "0.0001")};
constexpr std::int64_t open_ns = 34'200'000'000'000;  // 09:30 by the clock of New York

struct ItchTest : testing::Test {
  Folder folder;
  Result<std::unique_ptr<Feed>> open(std::string_view bytes, const std::string& name = "01302019.NASDAQ_ITCH50") {
    FeedSource s;
    s.format = FeedFormat::itch;
    s.path = folder.write(name, bytes);
    s.venue = {3};
    return open_feed(s, listed);
  }
};

// Random flow of two bound stocks and one that is not: the messages, and what follows from orders kept in one flat map, with levels summed
// anew after each message.
struct RandomFlow {
  struct Order {
    std::uint16_t locate;
    char side;
    std::uint32_t shares, price;
  };
  using Book = std::map<std::pair<char, std::uint32_t>, std::uint64_t>;
  Itch itch;
  std::map<std::uint64_t, Order> orders;
  std::vector<std::pair<std::uint16_t, Book>> books;  // after each change of a bound stock
  std::vector<std::string> trades;
  std::uint64_t next_ref = 1, match = 1;
  std::int64_t ns = open_ns;

  void note(std::uint16_t locate) {
    if (locate == 9) return;
    Book b;
    for (const auto& [ref, o] : orders)
      if (o.locate == locate) b[{o.side, o.price}] += o.shares;
    books.emplace_back(locate, b);
  }
  void reduce(std::uint64_t ref, std::uint32_t by) {
    if ((orders[ref].shares -= by) == 0) orders.erase(ref);
  }
  std::uint64_t pick(std::uint16_t locate, std::uint64_t draw) const {
    std::vector<std::uint64_t> of;
    for (const auto& [ref, o] : orders)
      if (o.locate == locate) of.push_back(ref);
    return of.empty() ? 0 : of[draw % of.size()];
  }
  void execute(std::uint64_t ref, std::uint32_t some, bool priced, bool printable, std::uint32_t price) {
    const Order o = orders[ref];
    itch.message(priced ? 'C' : 'E', o.locate, ns).number(ref, 8).number(some, 4).number(match, 8);
    if (priced) itch.text(printable ? "Y" : "N", 1).number(price, 4);
    if (o.locate != 9 && (!priced || printable))
      trades.push_back(std::to_string(match) + " " + print(Price{static_cast<std::int64_t>(priced ? price : o.price) * 10'000}) + " " +
                       std::to_string(some) + (o.side == 'B' ? " sell" : " buy"));
    ++match;
    reduce(ref, some);
  }
  void step(std::uint64_t r) {
    static constexpr std::string_view names[]{"SPY", "AAPL", "MSFT"};
    ns += static_cast<std::int64_t>(r % 1'000'000);
    const auto locate = static_cast<std::uint16_t>(7 + r % 3);
    const auto price = static_cast<std::uint32_t>(1'000'000 + (r >> 10) % 40 * 100);
    const auto shares = static_cast<std::uint32_t>(1 + (r >> 20) % 900);
    const auto kind = (r >> 40) % 8;
    const auto ref = kind < 3 ? 0 : pick(locate, r >> 30);
    if (ref == 0) {
      const char side = (r >> 50 & 1) != 0 ? 'B' : 'S';
      itch.add(locate, ns, next_ref, side, shares, names[locate - 7], price);
      if (kind == 1) itch.message('I', locate, ns).text("", 39);  // an imbalance message in between says nothing of the book
      orders[next_ref++] = {locate, side, shares, price};
      return note(locate);
    }
    const Order o = orders[ref];
    const auto some = 1 + shares % o.shares;
    if (kind == 3) {
      itch.message('D', locate, ns).number(ref, 8);
      reduce(ref, o.shares);
    } else if (kind == 4) {
      itch.message('X', locate, ns).number(ref, 8).number(some, 4);
      reduce(ref, some);
    } else if (kind == 5) {
      itch.message('U', locate, ns).number(ref, 8).number(next_ref, 8).number(shares, 4).number(price, 4);
      orders.erase(ref);
      orders[next_ref++] = {locate, o.side, shares, price};
    } else {
      execute(ref, some, kind == 7, (r >> 55 & 1) != 0, price);
    }
    note(locate);
  }
};

void apply(const VenueDepth& d, RandomFlow::Book& book) {
  for (const auto* side : {&d.bids, &d.asks})
    for (const auto& l : *side) {
      const std::pair key{side == &d.bids ? 'B' : 'S', static_cast<std::uint32_t>(l.price.units / 10'000)};
      if (l.quantity.units == 0) book.erase(key);
      else book[key] = static_cast<std::uint64_t>(l.quantity.units / decimal_one);
    }
}

TEST_F(ItchTest, BooksEqualThoseSummedFromTheOrders) {
  RandomFlow flow;
  flow.itch.message('S', 0, 0).text("O", 1);
  flow.itch.directory(7, "SPY").directory(8, "AAPL").directory(9, "MSFT");
  for (std::uint64_t i = 0; i < 6'000; ++i) flow.step(mix64(i + 99));
  const auto feed = open(flow.itch.bytes());
  ASSERT_TRUE(feed.ok()) << feed.error().text();
  std::map<std::uint32_t, RandomFlow::Book> books;
  std::vector<std::string> trades;
  std::size_t depths = 0;
  FeedRow row;
  while (*(*feed)->next(row)) {
    ASSERT_FALSE(std::holds_alternative<VenueFault>(row.fact)) << std::get<VenueFault>(row.fact).what.view();
    if (const auto* t = std::get_if<VenueTrade>(&row.fact))
      trades.push_back(std::to_string(t->trade_id) + " " + print(t->price) + " " + print(t->quantity) +
                       (t->aggressor == Side::buy ? " buy" : " sell"));
    const auto* d = std::get_if<VenueDepth>(&row.fact);
    if (d == nullptr) continue;
    apply(*d, books[d->instrument.value]);
    ASSERT_EQ(d->instrument.value, flow.books.at(depths).first == 7 ? 2u : 1u);
    ASSERT_EQ(books[d->instrument.value], flow.books[depths].second) << "depth " << depths;
    ++depths;
  }
  EXPECT_EQ(depths, flow.books.size());
  EXPECT_EQ(trades, flow.trades);
  EXPECT_EQ(print(row.time).substr(0, 16), "2019-01-30T14:30");
  ASSERT_TRUE((*feed)->seek(100).ok());
  ASSERT_TRUE(*(*feed)->next(row));
  EXPECT_EQ(row.row, 100u);
}

TEST_F(ItchTest, HiddenTradesAndCrosses) {
  Itch itch;
  itch.message('S', 0, 0).text("O", 1);
  itch.message('P', 8, open_ns).number(0, 8).text("B", 1).number(50, 4).text("AAPL", 8).number(1'540'000, 4).number(11, 8);
  itch.message('Q', 8, open_ns + 5).number(1'000, 8).text("AAPL", 8).number(1'550'000, 4).number(12, 8).text("O", 1);
  itch.message('Q', 8, open_ns + 5).number(0, 8).text("AAPL", 8).number(0, 4).number(13, 8).text("C", 1);
  itch.message('B', 8, open_ns + 6).number(12, 8);
  const auto feed = open(itch.bytes(), "S013019-v50.txt");
  ASSERT_TRUE(feed.ok()) << feed.error().text();
  const auto rows = all_rows(**feed);
  ASSERT_EQ(rows.size(), 3u);
  EXPECT_NE(rows[2].find(R"("trade_id":12,"price":0,"quantity":0)"), std::string::npos) << rows[2];
  EXPECT_EQ(rows[0], R"(0 2019-01-30T14:30:00Z 2 {"instrument":1,"venue":3,"venue_time":"2019-01-30T14:30:00Z","trade_id":11,"price":154,)"
                     R"("quantity":50,"aggressor":"sell"})");
  EXPECT_NE(rows[1].find(R"("price":155,"quantity":1000)"), std::string::npos);
}

TEST_F(ItchTest, WhatContradictsIsAFaultAndChangesNothing) {
  Itch itch;
  itch.message('S', 0, 0).text("O", 1);                               // 1
  itch.add(8, open_ns, 5, 'B', 100, "AAPL", 1'000'000);               // 2
  itch.add(8, open_ns, 5, 'B', 1, "AAPL", 1'000'000);                 // 3 the number is taken
  itch.message('X', 8, open_ns).number(6, 8).number(1, 4);            // 4 no such order
  itch.message('E', 8, open_ns).number(5, 8).number(101, 4).number(1, 8);  // 5 more than it has
  itch.message('X', 8, open_ns).number(5, 8).number(0, 4);            // 6 nothing
  itch.message('U', 8, open_ns).number(5, 8).number(5, 8).number(1, 4).number(1'000'000, 4);  // 7 its own number
  itch.message('D', 8, open_ns - 1).number(5, 8);                     // 8 back in time
  itch.message('D', 8, open_ns);                                      // 9 too short
  itch.message('z', 8, open_ns);                                      // 10 no such message
  itch.message('D', 8, open_ns).number(5, 8);                         // 11
  const auto bytes = itch.bytes();
  const auto feed = open(bytes + std::string("\0\x24", 2) + "A");     // 12 cut off
  ASSERT_TRUE(feed.ok()) << feed.error().text();
  std::vector<std::pair<std::uint64_t, FeedFault>> got;
  for (const auto& f : faults_of(**feed)) got.emplace_back(f.line, f.fault);
  EXPECT_EQ(got, (std::vector<std::pair<std::uint64_t, FeedFault>>{{3, FeedFault::bad_value},
                                                                   {4, FeedFault::bad_value},
                                                                   {5, FeedFault::bad_value},
                                                                   {6, FeedFault::bad_value},
                                                                   {7, FeedFault::bad_value},
                                                                   {8, FeedFault::out_of_order},
                                                                   {9, FeedFault::malformed},
                                                                   {10, FeedFault::malformed},
                                                                   {12, FeedFault::truncated}}));
  ASSERT_TRUE((*feed)->seek(0).ok());
  const auto rows = all_rows(**feed);
  EXPECT_NE(rows.at(1).find(R"("bids":[{"price":100,"quantity":100}])"), std::string::npos) << rows[1];
  EXPECT_NE(rows.at(10).find(R"("bids":[{"price":100,"quantity":0}])"), std::string::npos) << rows[10];
}

TEST_F(ItchTest, IsToldByItsFirstBytesAndItsName) {
  Itch itch;
  itch.message('S', 0, 0).text("O", 1);
  itch.directory(7, "SPY").directory(8, "AAPL");
  const auto bytes = itch.bytes();
  for (const auto& [name, packed] : {std::pair{std::string("01302019.NASDAQ_ITCH50"), bytes}, {"01302019.NASDAQ_ITCH50.gz", gzip(bytes)}}) {
    const auto guess = guess_feed(folder.write(name, packed));
    ASSERT_TRUE(guess.ok()) << guess.error().text();
    EXPECT_EQ(guess->format, FeedFormat::itch);
    EXPECT_EQ(guess->symbols, (std::vector<std::string>{"SPY", "AAPL"}));
    EXPECT_TRUE(open(packed, name).ok());
  }
  for (const auto* name : {"nasdaq.itch", "13302019.NASDAQ_ITCH50", "0130.NASDAQ"}) {
    const auto feed = open(bytes, name);
    ASSERT_FALSE(feed.ok()) << name;
    EXPECT_NE(feed.error().text().find("does not tell the day"), std::string::npos);
  }
}

}  // namespace
}  // namespace trade
