#include "domain/ledger/books.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <optional>

#include "core/digest.h"
#include "domain/ledger/slow_ledger.h"
#include "wire/binary.h"

namespace trade {
namespace {

Instrument make(std::uint32_t id, Contract c, const char* base, std::int64_t lot_units, std::uint8_t settlement_days = 0) {
  Instrument i;
  i.id = {id};
  i.symbol = base;
  i.contract = c;
  i.base = base;
  i.quote = "USD";
  i.settle = c == Contract::inverse ? Currency(base) : Currency("USD");
  i.tick = {1'000'000};
  i.lot = {lot_units};
  i.multiplier = c == Contract::inverse ? quantity_of(10) : quantity_of(1);
  i.settlement_days = settlement_days;
  return i;
}

struct Draw {
  std::uint64_t seed;
  std::int64_t below(std::int64_t n) {
    return static_cast<std::int64_t>(mix64(seed += 0x9E3779B97F4A7C15ull) % static_cast<std::uint64_t>(n));
  }
  bool one_in(std::int64_t n) { return below(n) == 0; }
};

// A history of events told to the books and to their slow twin at once.
struct History {
  Draw draw;
  Books books;
  slow::Ledger slow;
  std::vector<Deal> told;
  std::vector<std::uint32_t> account_of;
  std::uint32_t action = 0;
  std::uint64_t fill = 0;
  Time now{1};
  std::uint32_t reversed = 0, acted = 0, funded = 0;

  explicit History(std::uint64_t seed, std::size_t keep = 1000) : draw{mix64(seed + 1)}, books(keep) {
    const Instrument all[] = {make(1, Contract::spot, "AAA", decimal_one, 2), make(2, Contract::spot, "BBB", decimal_one),
                              make(3, Contract::linear, "CCC", 100'000), make(4, Contract::inverse, "BTC", decimal_one)};
    for (const auto& i : all) {
      books.list(i);
      slow.instruments[i.id.value] = i;
    }
    for (std::uint32_t a = 1; a <= 2; ++a) {
      const auto method = static_cast<LotMethod>(draw.below(4));
      EXPECT_TRUE(books.open({{a}, "desk", {money_one * 1'000'000, "USD"}, method, {}}));
      slow.methods[a] = method;
    }
  }

  void trade() {
    const auto account = static_cast<std::uint32_t>(1 + draw.below(2));
    const Instrument& i = slow.instruments.at(static_cast<std::uint32_t>(1 + draw.below(4)));
    Deal d;
    d.fill = {++fill};
    d.strategy = {static_cast<std::uint32_t>(1 + draw.below(draw.one_in(3) ? 3 : 1))};
    d.instrument = i.id;
    d.venue = {static_cast<std::uint16_t>(1 + draw.below(2))};
    d.side = draw.one_in(2) ? Side::buy : Side::sell;
    d.price = i.tick * (1 + draw.below(30'000));
    d.quantity = i.lot * (1 + draw.below(draw.one_in(4) ? 1000 : 7));
    d.value = booked(value_of(i, d.price, d.quantity));
    d.fee = booked(times(d.value, Ratio{draw.below(100'000) - 20'000}));
    d.time = now;
    d.due = i.settlement_days > 0 ? now + seconds(2) : Time{};
    books.fill({account}, d);
    slow::Event e;
    e.fill = fill;
    e.account = account;
    e.instrument = i.id.value;
    e.buy = d.side == Side::buy;
    e.quantity = d.quantity.units;
    e.value = d.value.units / decimal_one;
    e.fee = d.fee.units / decimal_one;
    slow.events.push_back(e);
    told.push_back(d);
    account_of.push_back(account);
  }
  void bust() {
    if (told.empty()) return;
    const auto n = static_cast<std::size_t>(draw.below(static_cast<std::int64_t>(told.size())));
    std::vector<HoldingChange> changes;
    const auto outcome = books.reverse({account_of[n]}, told[n], now, changes);
    for (auto& e : slow.events) {
      if (e.fill != told[n].fill.value) continue;
      ASSERT_EQ(outcome, e.alive ? Reversal::done : Reversal::repeated);
      ASSERT_EQ(changes.empty(), !e.alive);
      e.alive = false;
      ++reversed;
    }
  }
  void fund() {
    const VenueId venue{static_cast<std::uint16_t>(1 + draw.below(2))};
    const Ratio rate{draw.below(200'000) - 100'000};
    const Price mark = Price{1'000'000} * (1 + draw.below(30'000));
    const auto i = static_cast<std::uint32_t>(3 + draw.below(2));
    for (std::uint32_t a = 1; a <= 2; ++a) {
      const auto* h = books.holding({a}, {i});
      if (h == nullptr) continue;
      const auto there = quantity_at(*h, venue).units;
      const auto size = there < 0 ? -there : there;
      if (size == 0) continue;
      const auto& of = slow.instruments.at(i);
      // The rate is of the exact value: rounded once to 1e-16, then to 1e-8.
      const int128 exact = value_of(of, mark, {size}).units;
      const int128 paid = slow::half_even(slow::half_even(exact * rate.units, decimal_one), decimal_one);
      slow.funding[{a, i}] += there > 0 ? -paid : paid;
      ++funded;
    }
    std::vector<HoldingChange> changes;
    books.fund({i}, venue, rate, mark, now, changes);
  }
  void act() {
    CorporateAction a;
    a.id = {++action};
    a.kind = static_cast<ActionKind>(draw.below(6));
    a.instrument = {static_cast<std::uint32_t>(1 + draw.below(3))};
    a.effective = now;
    a.pay = draw.one_in(2) ? now + seconds(3) : Time{};
    a.shares_new = quantity_of(draw.below(a.kind == ActionKind::merger ? 4 : 5));
    a.shares_old = quantity_of(1 + draw.below(draw.one_in(5) ? 3000 : 6));
    a.price = draw.one_in(4) ? Price{} : Price{1 + draw.below(100'000'000'000)};
    a.into = {3 - a.instrument.value};
    a.into_price = Price{1 + draw.below(100'000'000'000)};
    a.symbol = "NEW";
    std::vector<HoldingChange> changes;
    if (books.act(a, now, changes) != Acted::done) return;
    ++acted;
    slow::Event e;
    e.action = a;
    slow.events.push_back(e);
    ASSERT_EQ(books.act(a, now, changes), Acted::repeated);
  }
  void step() {
    now = now + milliseconds(1 + draw.below(700));
    books.settle(now);
    const auto choice = draw.below(20);
    if (choice < 12) trade();
    else if (choice < 15) bust();
    else if (choice < 18) fund();
    else act();
  }
  // Every figure of every holding, and all cash; the sums over strategies and places; the books' own balance.
  void compare() {
    compare_figures();
    compare_statement();
  }
  void compare_figures() {
    slow.count();
    std::map<std::pair<std::uint32_t, Currency>, int128> cash;
    std::uint64_t trades = 0;
    for (const auto& e : books.holdings()) {
      const Holding& h = e.value;
      const std::pair at{e.key.first.value, e.key.second.value};
      const slow::Line line = slow.lines[at];
      ASSERT_EQ(h.position.quantity.units, line.quantity());
      ASSERT_TRUE(h.position.cost.units == line.cost() * decimal_one);
      ASSERT_TRUE(h.realised.units == line.realised * decimal_one);
      ASSERT_TRUE(h.dividends.units == line.dividends * decimal_one);
      ASSERT_TRUE(h.fees.units == line.fees * decimal_one);
      ASSERT_TRUE(h.funding.units == slow.funding[at] * decimal_one);
      ASSERT_EQ(h.trades, static_cast<std::uint32_t>(line.trades));
      trades += h.trades;
      cash[{at.first, slow.instruments.at(at.second).settle}] += line.cash + slow.funding[at];
      compare_parts(h);
      int128 lots = 0;
      for (std::size_t n = 0; n < h.position.lots.size(); ++n) lots += h.position.lots[n].value;
      ASSERT_TRUE(lots == h.position.cost.units);
    }
    ASSERT_EQ(books.trades(), trades);
    for (std::uint32_t a = 1; a <= 2; ++a) cash[{a, "USD"}] += 1'000'000 * static_cast<int128>(decimal_one);
    for (const auto& [key, units] : cash) {
      const auto of = [&](Book b) { return books.ledger().balance({key.first}, key.second, b).units; };
      ASSERT_TRUE(of(Book::cash) + of(Book::unsettled) == units * decimal_one);
      int128 pending = 0;
      for (const auto& u : books.settlements().pending())
        if (u.account.value == key.first && u.cash.currency == key.second) pending += u.cash.units;
      ASSERT_TRUE(of(Book::unsettled) == pending);
    }
    ASSERT_TRUE(books.ledger().balanced());
    for (std::uint32_t a = 1; a <= 2; ++a) compare_assets(a);
  }
  // The statement's lines lead from the opening cash to the ledger's, and back to what it was the last time.
  void compare_statement() {
    Money cash{money_one * 1'000'000, "USD"};
    int128 unsettled = 0;
    for (const auto& l : books.lines({1})) {
      if (l.cash.currency != Currency("USD")) continue;
      cash += l.cash;
      unsettled += l.unsettled;
    }
    ASSERT_EQ(cash, books.ledger().balance({1}, "USD", Book::cash));
    ASSERT_TRUE(unsettled == books.ledger().balance({1}, "USD", Book::unsettled).units);
    if (then < now) {
      ASSERT_EQ(books.cash_at({1}, "USD", then), cash_then);
    }
    then = now;
    cash_then = cash;
  }
  Time then{};
  Money cash_then{money_one * 1'000'000, "USD"};
  static void compare_parts(const Holding& h) {
    if (!h.strategies.empty()) {
      Quantity quantity;
      int128 funding = 0, dividends = 0, fees = 0;
      for (const auto& s : h.strategies) {
        quantity += s.position.quantity;
        funding += s.funding.units;
        dividends += s.dividends.units;
        fees += s.fees.units;
      }
      ASSERT_EQ(quantity, h.position.quantity);
      ASSERT_TRUE(funding == h.funding.units && dividends == h.dividends.units && fees == h.fees.units);
    }
    Quantity placed;
    for (const auto& p : h.places) placed += p.quantity;
    ASSERT_EQ(placed, h.position.quantity);
  }
  // Of a spot instrument the ledger has as many units as the position.
  void compare_assets(std::uint32_t a) {
    for (std::uint32_t id = 1; id <= 2; ++id) {
      const Currency base = slow.instruments.at(id).base;
      const auto of = [&](Book b) { return books.ledger().balance({a}, base, b).units; };
      const int128 units = of(Book::holding) + of(Book::undelivered);
      const auto* h = books.holding({a}, {id});
      ASSERT_TRUE(units == (h == nullptr ? 0 : static_cast<int128>(h->position.quantity.units) * decimal_one));
    }
  }
  std::string saved() const {
    ByteWriter w;
    wire::write_binary(w, books);
    return w.take();
  }
};

std::uint64_t setting(const char* name, std::uint64_t otherwise) {
  const char* text = std::getenv(name);
  return text == nullptr ? otherwise : std::strtoull(text, nullptr, 10);
}

// TRADE_LEDGER_HISTORIES=100000 gives the full count.
TEST(books, random_histories_equal_their_fold_from_nothing) {
  const auto histories = setting("TRADE_LEDGER_HISTORIES", 20'000);
  std::uint64_t events = 0, reversed = 0, acted = 0, funded = 0;
  for (std::uint64_t seed = 0; seed < histories; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    History h(seed);
    const auto length = 5 + h.draw.below(40);
    for (std::int64_t n = 0; n < length; ++n) {
      h.step();
      if (h.draw.one_in(12)) h.compare();
      if (h.draw.one_in(40)) {
        const std::string bytes = h.saved();
        Books back(1000);
        ByteReader r(bytes);
        ASSERT_TRUE(wire::read_binary(r, back) && r.at_end());
        h.books = std::move(back);
        ASSERT_EQ(h.saved(), bytes);
      }
      if (testing::Test::HasFatalFailure()) return;
    }
    h.compare();
    if (testing::Test::HasFatalFailure()) return;
    events += static_cast<std::uint64_t>(length);
    reversed += h.reversed;
    acted += h.acted;
    funded += h.funded;
  }
  EXPECT_GT(reversed * acted * funded, 0u);
  std::cout << histories << " histories, " << events << " events, of them " << acted << " corporate actions, " << reversed
            << " reversals, " << funded << " fundings: equal to the last unit\n";
}

// With a short memory the books fold old fills away; what they say stays the same while nothing old is taken back.
TEST(books, a_short_memory_changes_nothing) {
  for (std::uint64_t seed = 0; seed < 200; ++seed) {
    History h(seed, 7);
    for (int n = 0; n < 60; ++n) {
      if (h.draw.one_in(5)) h.act();
      else if (h.draw.one_in(5)) h.fund();
      else h.trade();
      // The youngest fills are always kept.
      if (h.draw.one_in(6) && !h.told.empty()) {
        const auto back = h.draw.below(2);
        const auto n_back = static_cast<std::int64_t>(h.told.size()) - 1 - back;
        if (n_back < 0) continue;
        const auto i = static_cast<std::size_t>(n_back);
        std::vector<HoldingChange> changes;
        const auto outcome = h.books.reverse({h.account_of[i]}, h.told[i], h.now, changes);
        for (auto& e : h.slow.events)
          if (outcome == Reversal::done && e.fill == h.told[i].fill.value) e.alive = false;
      }
    }
    h.compare_figures();
    if (testing::Test::HasFatalFailure()) return;
  }
}

struct Small {
  Books books;
  Instrument share = make(1, Contract::spot, "AAA", decimal_one, 2);
  std::uint64_t fill = 0;
  explicit Small(LotMethod method = LotMethod::fifo, std::size_t kept = 100) : books(kept) {
    books.list(share);
    books.list(make(2, Contract::spot, "BBB", decimal_one));
    books.open({{1}, "desk", {money_one * 10'000, "USD"}, method, {}});
  }
  Deal trade(Side side, std::int64_t quantity, std::int64_t price, Time now = Time{1}, Time due = Time{}) {
    Deal d;
    d.fill = {++fill};
    d.strategy = {1};
    d.instrument = {1};
    d.venue = {1};
    d.side = side;
    d.price = price_of(price);
    d.quantity = quantity_of(quantity);
    d.value = booked(value_of(share, d.price, d.quantity));
    d.fee = {0, "USD"};
    d.time = now;
    d.due = due;
    books.fill({1}, d);
    return d;
  }
  std::string of(Book b, Currency c = "USD") { return print(books.ledger().balance({1}, c, b)); }
  const Holding& holding(std::uint32_t id = 1) { return *books.holding({1}, {id}); }
  bool act(CorporateAction a) {
    a.id = {1};
    a.instrument = {1};
    std::vector<HoldingChange> changes;
    return books.act(a, Time{5}, changes) == Acted::done;
  }
};

CorporateAction action(ActionKind kind, std::int64_t shares_new, std::int64_t shares_old, const char* price) {
  CorporateAction a;
  a.kind = kind;
  a.shares_new = quantity_of(shares_new);
  a.shares_old = quantity_of(shares_old);
  a.price = *parse_scaled<Price>(price);
  return a;
}

TEST(books, lots_are_closed_by_the_accounts_method) {
  const auto gain = [](LotMethod method) {
    Small s(method);
    s.trade(Side::buy, 10, 100);
    s.trade(Side::buy, 10, 130);
    s.trade(Side::buy, 10, 110);
    s.trade(Side::sell, 10, 120);
    return print(s.holding().realised);
  };
  EXPECT_EQ(gain(LotMethod::fifo), "200 USD");
  EXPECT_EQ(gain(LotMethod::lifo), "100 USD");
  EXPECT_EQ(gain(LotMethod::hifo), "-100 USD");
  EXPECT_EQ(gain(LotMethod::average), "66.66666667 USD");  // the cost of a third is rounded down
}

TEST(books, a_reverse_split_pays_the_fraction_in_cash) {
  Small s;
  s.trade(Side::buy, 25, 4);
  ASSERT_TRUE(s.act(action(ActionKind::split, 1, 10, "42")));
  EXPECT_EQ(print(s.holding().position.quantity), "2");
  EXPECT_EQ(print(s.holding().position.cost), "80 USD");  // 100 less a fifth for the half share
  EXPECT_EQ(print(s.holding().realised), "1 USD");        // 21 for what cost 20
  EXPECT_EQ(s.of(Book::cash), "9921 USD");
  EXPECT_EQ(s.of(Book::holding, "AAA"), "2 AAA");
  ASSERT_EQ(s.books.actions().size(), 1u);
  EXPECT_EQ(print(s.books.actions()[0].cash), "21 USD");
  EXPECT_EQ(print(s.books.actions()[0].rounding), "0 USD");
}

TEST(books, a_dividend_is_owed_by_who_is_short_and_paid_on_its_day) {
  Small s;
  s.trade(Side::sell, 10, 100);
  auto a = action(ActionKind::cash_dividend, 0, 0, "0.25");
  a.pay = Time{9};
  ASSERT_TRUE(s.act(a));
  EXPECT_EQ(s.of(Book::dividends), "2.5 USD");
  EXPECT_EQ(s.of(Book::unsettled), "-2.5 USD");
  EXPECT_EQ(s.of(Book::cash), "11000 USD");
  s.books.settle(Time{9});
  EXPECT_EQ(s.of(Book::cash), "10997.5 USD");
  EXPECT_EQ(s.of(Book::unsettled), "0 USD");
}

TEST(books, a_merger_takes_cost_and_dates_along) {
  Small s;
  s.trade(Side::buy, 10, 100, Time{3});
  auto a = action(ActionKind::merger, 1, 2, "20");
  a.into = {2};
  a.into_price = price_of(160);
  ASSERT_TRUE(s.act(a));  // worth 5 x 160 in shares and 10 x 20 in cash: a fifth of the cost was for the cash
  EXPECT_EQ(print(s.holding(1).position.quantity), "0");
  EXPECT_EQ(print(s.holding(1).realised), "0 USD");
  EXPECT_EQ(print(s.holding(2).position.quantity), "5");
  EXPECT_EQ(print(s.holding(2).position.cost), "800 USD");
  EXPECT_EQ(s.holding(2).position.lots[0].opened, Time{3});
  EXPECT_EQ(s.of(Book::cash), "9200 USD");
  EXPECT_EQ(s.of(Book::holding, "BBB"), "5 BBB");
}

TEST(books, a_delisting_closes_what_is_left) {
  Small s;
  s.trade(Side::buy, 10, 100);
  ASSERT_TRUE(s.act(action(ActionKind::delisting, 0, 0, "0")));
  EXPECT_EQ(print(s.holding().realised), "-1000 USD");
  EXPECT_EQ(s.books.trades(), 1u);
  EXPECT_EQ(s.of(Book::holding, "AAA"), "0 AAA");
}

TEST(books, what_is_unsound_is_refused) {
  Small s;
  s.trade(Side::buy, 10, 100);
  const auto before = [&] {
    ByteWriter w;
    wire::write_binary(w, s.books);
    return w.take();
  };
  const auto bytes = before();
  EXPECT_FALSE(s.act(action(ActionKind::split, 0, 1, "0")));
  EXPECT_FALSE(s.act(action(ActionKind::split, 2, 0, "0")));
  EXPECT_FALSE(s.act(action(ActionKind::split, 2, 1, "-1")));
  EXPECT_FALSE(s.act(action(ActionKind::split, 2'000'001, 1, "0")));
  EXPECT_FALSE(s.act(action(ActionKind::cash_dividend, 0, 0, "0")));
  EXPECT_FALSE(s.act(action(ActionKind::rename, 0, 0, "0")));
  EXPECT_FALSE(s.act(action(ActionKind::merger, 1, 2, "20")));  // into nothing
  auto itself = action(ActionKind::merger, 1, 2, "20");
  itself.into = {1};
  itself.into_price = price_of(1);
  EXPECT_FALSE(s.act(itself));
  EXPECT_EQ(before(), bytes);
}

TEST(books, a_trade_settles_on_its_day_and_a_bust_before_it_leaves_nothing) {
  Small s;
  s.trade(Side::buy, 10, 100, Time{1}, Time{4});
  const Deal wrong = s.trade(Side::buy, 5, 100, Time{2}, Time{5});
  EXPECT_EQ(s.of(Book::cash), "10000 USD");
  EXPECT_EQ(s.of(Book::unsettled), "-1500 USD");
  EXPECT_EQ(s.of(Book::undelivered, "AAA"), "15 AAA");
  std::vector<HoldingChange> changes;
  EXPECT_EQ(s.books.reverse({1}, wrong, Time{3}, changes), Reversal::done);
  EXPECT_EQ(s.of(Book::unsettled), "-1000 USD");
  s.books.settle(Time{4});
  EXPECT_EQ(s.of(Book::cash), "9000 USD");
  EXPECT_EQ(s.of(Book::holding, "AAA"), "10 AAA");
  EXPECT_EQ(s.of(Book::undelivered, "AAA"), "0 AAA");
  EXPECT_TRUE(s.books.settlements().pending().empty());
}

TEST(books, a_forgotten_fill_is_taken_back_as_its_opposite_unless_a_split_came_between) {
  Small s(LotMethod::fifo, 2);
  const Deal first = s.trade(Side::buy, 10, 100);
  const Deal second = s.trade(Side::buy, 10, 120);
  for (int n = 0; n < 4; ++n) s.trade(Side::buy, 1, 100);
  std::vector<HoldingChange> changes;
  EXPECT_EQ(s.books.reverse({1}, second, Time{2}, changes), Reversal::done);
  EXPECT_EQ(print(s.holding().position.quantity), "14");
  EXPECT_EQ(s.of(Book::cash), "8600 USD");
  ASSERT_TRUE(s.act(action(ActionKind::split, 2, 1, "50")));
  for (int n = 0; n < 4; ++n) s.trade(Side::buy, 1, 100);
  changes.clear();
  EXPECT_EQ(s.books.reverse({1}, first, Time{2}, changes), Reversal::too_old);
  EXPECT_EQ(s.books.reverse({1}, second, Time{2}, changes), Reversal::repeated);
  Deal never = first;
  never.fill = {99};
  EXPECT_EQ(s.books.reverse({1}, never, Time{2}, changes), Reversal::unknown);
  EXPECT_TRUE(changes.empty());
  EXPECT_EQ(print(s.holding().position.quantity), "32");
}

TEST(books, the_rounding_of_a_ratio_is_a_line_of_its_own) {
  Small s;
  s.trade(Side::buy, 10, 100);
  ASSERT_TRUE(s.act(action(ActionKind::split, 1, 3, "300")));  // 3.33333333 shares, a third of 1e-8 beyond them
  const auto& line = s.books.actions()[0];
  EXPECT_EQ(print(s.holding().position.quantity), "3");
  EXPECT_EQ(print(line.cash), "99.999999 USD");
  EXPECT_EQ(print(line.rounding), "0.000001 USD");
  // 3 shares at 300, the cash and the rounding: the 1,000 there were.
  EXPECT_EQ(print(value_of(s.share, price_of(300), line.after) + line.cash + line.rounding), "1000 USD");
}

}  // namespace
}  // namespace trade
