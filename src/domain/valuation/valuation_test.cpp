#include "domain/valuation/valuation.h"

#include <gtest/gtest.h>

#include <map>

#include "core/digest.h"
#include "wire/binary.h"

namespace trade {
namespace {

Instrument make(std::uint32_t id, Contract c, const char* base, const char* quote) {
  Instrument i;
  i.id = {id};
  i.symbol = base;
  i.contract = c;
  i.base = base;
  i.quote = quote;
  i.settle = c == Contract::inverse ? base : quote;
  i.tick = {1'000'000};
  i.lot = quantity_of(1);
  i.multiplier = quantity_of(c == Contract::inverse ? 10 : 1);
  return i;
}

Money money(std::int64_t whole, Currency c) { return {money_one * whole, c}; }

struct Desk {
  Valuation v{4};
  Time now{1};
  explicit Desk(Currency base = "USD", Currency cash = "USD") {
    v.list(make(1, Contract::spot, "EUR", "USD"));
    v.list(make(2, Contract::linear, "DAX", "EUR"));
    v.list(make(3, Contract::spot, "USD", "JPY"));
    v.list(make(4, Contract::linear, "NIK", "JPY"));
    v.list(make(5, Contract::linear, "SPX", "USD"));
    v.list(make(6, Contract::inverse, "BTC", "USD"));
    v.open({{1}, "desk", money(1000, cash), {}, base});
  }
  void mark(std::uint32_t id, const char* price) { EXPECT_TRUE(v.mark({id}, *parse_scaled<Price>(price), {1}, now)); }
  void book(std::uint32_t id, std::int64_t quantity, std::int64_t cost, std::int64_t realised, std::int64_t fee, std::int64_t funding = 0) {
    const Currency c = v.market({id})->instrument.settle;
    Movement m{{}, {}, money(realised, c), money(funding, c), {}, money(fee, c)};
    EXPECT_TRUE(v.book({{1}, {id}, {1}, quantity_of(quantity), money(cost, c), m, {}, BookCause::fill, {}, now}));
  }
  BaseFigures figures() { return Valuation::base_figures(v.accounts().at(0)); }
};

std::string whole(int128 units) { return print_decimal(units, 16); }

TEST(valuation, gains_abroad_are_taken_at_the_rate_of_their_time) {
  Desk d;
  d.mark(1, "1.10");
  d.book(2, 1, 100, 50, 10);  // 50 EUR gained, 10 EUR paid: 44 USD net
  d.mark(1, "1.20");
  d.mark(2, "130");  // 30 EUR open: 36 USD
  const auto f = d.figures();
  EXPECT_EQ(whole(f.amounts.realised), "55");
  EXPECT_EQ(whole(f.amounts.fees), "11");
  EXPECT_EQ(whole(f.unrealised), "36");
  EXPECT_EQ(whole(f.fx), "4");  // 40 EUR kept while the rate rose by 0.10
  EXPECT_EQ(whole(f.equity), "1084");
  EXPECT_TRUE(f.unrated.empty());
}

TEST(valuation, a_pair_quoted_the_other_way_is_inverted) {
  Desk d;
  d.mark(3, "125");
  d.book(4, 0, 0, 1000, 0);
  EXPECT_EQ(whole(d.figures().amounts.realised), "8");
  d.mark(3, "100");
  EXPECT_EQ(whole(d.figures().equity), "1010");
  EXPECT_EQ(whole(d.figures().fx), "2");
}

TEST(valuation, without_a_rate_a_currency_is_left_out_and_named) {
  Desk d;
  d.book(2, 0, 0, 50, 0);
  auto f = d.figures();
  EXPECT_EQ(whole(f.equity), "1000");
  ASSERT_EQ(f.unrated.size(), 1u);
  EXPECT_EQ(f.unrated[0], Currency("EUR"));
  d.mark(1, "1.10");  // the first rate converts what came before it
  f = d.figures();
  EXPECT_EQ(whole(f.equity), "1055");
  EXPECT_EQ(whole(f.fx), "0");
  EXPECT_TRUE(f.unrated.empty());
  d.book(6, 1, 1, 2, 0);  // BTC: only an inverse contract quotes it, which is no exchange
  EXPECT_EQ(d.figures().unrated.at(0), Currency("BTC"));
}

TEST(valuation, the_opening_cash_of_another_currency_is_converted_too) {
  Desk d("EUR", "USD");
  EXPECT_EQ(d.figures().unrated.at(0), Currency("USD"));
  d.mark(1, "1.25");
  EXPECT_EQ(whole(d.figures().opening), "800");
  d.mark(1, "1.00");
  EXPECT_EQ(whole(d.figures().equity), "1000");
  EXPECT_EQ(whole(d.figures().fx), "200");
}

TEST(valuation, what_is_not_known_changes_nothing) {
  Desk d;
  EXPECT_FALSE(d.v.mark({9}, price_of(1), {1}, d.now));
  EXPECT_FALSE(d.v.book({{1}, {9}, {}, quantity_of(1), {}, {}, {}, BookCause::fill, {}, d.now}));
  EXPECT_FALSE(d.v.book({{2}, {1}, {}, quantity_of(1), {}, {}, {}, BookCause::fill, {}, d.now}));
  EXPECT_FALSE(d.v.open({{1}, "again", money(5, "USD"), {}, {}}));
  EXPECT_TRUE(d.v.holdings().empty());
  EXPECT_EQ(whole(d.figures().equity), "1000");
}

TEST(valuation, a_split_halves_the_mark_and_leaves_the_value) {
  Desk d;
  d.book(5, 3, 300, 0, 0);
  d.mark(5, "120");
  CorporateAction a;
  a.kind = ActionKind::split;
  a.instrument = {5};
  a.shares_new = quantity_of(2);
  a.shares_old = quantity_of(1);
  d.v.adjust(a);
  d.book(5, 6, 300, 0, 0);
  EXPECT_EQ(whole(d.figures().equity), "1060");
  a.kind = ActionKind::delisting;
  d.v.adjust(a);
  d.book(5, 6, 300, 0, 0);
  EXPECT_EQ(whole(d.figures().equity), "1000");  // no mark: at cost
}

TEST(valuation, old_contributions_are_summed_not_lost) {
  Desk d;
  for (int n = 1; n <= 30; ++n) d.book(5, n, 100 * n, n, 1);
  const auto& h = d.v.holdings().at(0);
  EXPECT_LE(h.contributions.size(), 8u);
  EXPECT_GE(h.contributions.size(), 4u);
  Amounts sum = h.earlier;
  for (const auto& c : h.contributions) sum += c.amounts;
  EXPECT_TRUE(sum.realised == h.amounts.realised && sum.fees == h.amounts.fees);
  EXPECT_EQ(whole(sum.realised), "465");
}

// The slow twin: every event and mark from the beginning, rates as fractions, all in plain integers.
struct Slow {
  struct Held { std::int64_t quantity = 0, cost = 0; };
  std::map<std::uint32_t, Held> held;
  std::map<std::string, int128> net;  // currency -> units of Money, opening and gains
  std::map<std::uint32_t, std::int64_t> marks;
  static int128 half_even(int128 n, int128 d) {
    int128 q = n / d, r = n % d;
    if (r < 0) r += d, --q;
    return r * 2 > d || (r * 2 == d && q % 2 != 0) ? q + 1 : q;
  }
  int128 in_usd(const std::string& c, int128 units) {
    if (c == "USD") return units;
    if (c == "EUR") return marks[1] == 0 ? 0 : half_even(units * marks[1], decimal_one);
    return marks[3] == 0 ? 0 : half_even(units * decimal_one, marks[3]);
  }
  int128 equity(const std::map<std::uint32_t, std::string>& settle) {
    auto total = net;
    for (const auto& [id, h] : held)
      if (marks[id] != 0) total[settle.at(id)] += static_cast<int128>(h.quantity) * marks[id] * decimal_one - h.cost * money_one;
    int128 sum = 0;
    for (const auto& [c, units] : total) sum += in_usd(c, units);
    return sum;
  }
};

TEST(valuation, random_histories_equal_a_recount) {
  const std::map<std::uint32_t, std::string> settle{{2, "EUR"}, {4, "JPY"}, {5, "USD"}};
  const std::uint32_t traded[] = {2, 4, 5};
  for (std::uint64_t seed = 1; seed <= 300; ++seed) {
    std::uint64_t s = seed * 977;
    const auto draw = [&s](std::int64_t n) {
      return static_cast<std::int64_t>(mix64(s += 0x9E3779B97F4A7C15ull) % static_cast<std::uint64_t>(n));
    };
    Desk d;
    Slow slow;
    slow.net["USD"] = money_one * 1000;
    for (int n = 0; n < 60; ++n) {
      const std::uint32_t id = traded[draw(3)];
      if (draw(2) == 0) {
        const std::uint32_t marked = draw(2) == 0 ? id : draw(2) == 0 ? 1u : 3u;
        const Price p{1'000'000 + draw(2'000'000'000)};
        d.v.mark({marked}, p, {1}, d.now);
        slow.marks[marked] = p.units;
      } else {
        const auto quantity = draw(21) - 10, cost = quantity * (1 + draw(9));
        const auto gain = draw(41) - 20, fee = draw(4) - 1, funding = draw(5) - 2;
        d.book(id, quantity, cost, gain, fee, funding);
        slow.held[id] = {quantity, cost};
        slow.net[settle.at(id)] += money_one * (gain - fee + funding);
      }
      const auto f = d.figures();
      ASSERT_TRUE(f.equity == slow.equity(settle));
      ASSERT_TRUE(f.opening + f.amounts.net() + f.unrealised + f.fx == f.equity);
      if (draw(20) == 0) {
        ByteWriter w;
        wire::write_binary(w, d.v);
        Valuation back(4);
        ByteReader r(w.bytes());
        ASSERT_TRUE(wire::read_binary(r, back) && r.at_end());
        d.v = back;
      }
    }
  }
}

}  // namespace
}  // namespace trade
