// ptrc and pnl fed with the same random dealings: every purse, line, part and explanation of pnl ties to the ledger, to the unit.
#include <gtest/gtest.h>

#include <map>

#include "messages/pnl_queries.h"
#include "runtime/testing.h"
#include "services/trading/ptrc/ptrc.h"
#include "wire/binary.h"

namespace trade {

extern const ServiceType ptrc_service;
extern const ServiceType pnl_service;

namespace {

Instrument make(std::uint32_t id, Contract c, const char* base, const char* quote, std::int64_t lot) {
  Instrument i;
  i.id = {id};
  i.symbol = base;
  i.contract = c;
  i.base = base;
  i.quote = quote;
  i.settle = c == Contract::inverse ? base : quote;
  i.tick = {1'000'000};
  i.lot = {lot};
  i.multiplier = quantity_of(c == Contract::inverse ? 10 : 1);
  return i;
}

struct House {
  TestBench bench{{{"ptrc", &ptrc_service}, {"pnl", &pnl_service}}};
  std::vector<Instrument> instruments{
      make(1, Contract::spot, "EUR", "USD", decimal_one), make(2, Contract::linear, "DAX", "EUR", 1'000'000),
      make(3, Contract::spot, "AAA", "USD", decimal_one), make(4, Contract::inverse, "BTC", "USD", decimal_one)};
  std::uint64_t seed, fills = 0;
  std::vector<Fill> told;
  Time now{1};

  explicit House(std::uint64_t s) : seed(s * 7919) {
    for (const auto& i : instruments) bench.send(InstrumentListed{i}, now);
    for (std::uint32_t a = 1; a <= 2; ++a)
      bench.send(AccountOpened{{{a}, "desk", {money_one * 100'000, "USD"}, static_cast<LotMethod>(draw(4)), a == 2 ? "EUR" : "USD"}}, now);
  }
  std::int64_t draw(std::int64_t n) {
    return static_cast<std::int64_t>(mix64(seed += 0x9E3779B97F4A7C15ull) % static_cast<std::uint64_t>(n));
  }
  void step() {
    now = now + seconds(1 + draw(3600));
    const Instrument& i = instruments[static_cast<std::size_t>(draw(4))];
    const Price price = i.tick * (1 + draw(20'000));
    switch (draw(8)) {
      case 0:
      case 1:
      case 2: trade(i, price); break;
      case 3: bench.send(FundingDue{i.id, {static_cast<std::uint16_t>(1 + draw(2))}, Ratio{draw(200'000) - 100'000}, price}, now); break;
      case 4:
        if (!told.empty()) bench.send(FillReversed{told[static_cast<std::size_t>(draw(static_cast<std::int64_t>(told.size())))]}, now);
        break;
      case 5:
        if (i.id.value == 3) act();
        break;
      default: bench.send(Mark{i.id, {1}, price}, now);
    }
  }
  void trade(const Instrument& i, Price price) {
    Fill f;
    f.fill = {++fills};
    f.account = {static_cast<std::uint32_t>(1 + draw(2))};
    f.strategy = {static_cast<std::uint32_t>(1 + draw(2))};
    f.instrument = i.id;
    f.venue = {static_cast<std::uint16_t>(1 + draw(2))};
    f.side = draw(2) == 0 ? Side::buy : Side::sell;
    f.price = price;
    f.quantity = i.lot * (1 + draw(20));
    f.value = booked(value_of(i, price, f.quantity));
    f.fee = booked(times(f.value, Ratio{draw(100'000) - 20'000}));
    if (draw(10) == 0) f.fee = {money_one * draw(3), "USD"};  // in a currency that may not be the instrument's
    bench.send(f, now);
    told.push_back(f);
  }
  void act() {
    static std::uint32_t id = 0;
    CorporateAction a;
    a.id = {++id};
    a.kind = draw(2) == 0 ? ActionKind::split : ActionKind::cash_dividend;
    a.instrument = {3};
    a.shares_new = quantity_of(1 + draw(4));
    a.shares_old = quantity_of(1 + draw(4));
    a.price = Price{1 + draw(1'000'000'000)};
    bench.send(CorporateActionDue{a}, now);
  }
  const Ptrc::State& ledger() {
    // The ledger's own books, by its state: what pnl is held against.
    ByteReader r(kept = bench.save(0));
    state = Ptrc::State{};
    EXPECT_TRUE(wire::read_binary(r, state));
    return state;
  }
  std::string kept;
  Ptrc::State state;
};

void tie(House& house, std::uint32_t account) {
  const auto view = house.bench.ask(PnlAccountQuery{{account}});
  ASSERT_TRUE(view.found);
  const auto& books = house.ledger().books;
  for (const PnlPurse& p : view.purses) {
    const auto of = [&](Book b) { return books.ledger().balance({account}, p.currency, b); };
    ASSERT_EQ(p.cash, of(Book::cash) + of(Book::unsettled)) << p.currency.view();
    ASSERT_EQ(p.fees, of(Book::fees));
    ASSERT_EQ(-p.realised, of(Book::realised));
    ASSERT_EQ(-p.funding, of(Book::funding));
    ASSERT_EQ(-p.dividends, of(Book::dividends));
    ASSERT_EQ(p.opening, -of(Book::capital));
    Money unrealised{0, p.currency};
    for (const auto& l : view.instruments)
      if (l.unrealised.currency == p.currency) unrealised += l.unrealised;
    ASSERT_EQ(unrealised, p.unrealised);
  }
  ASSERT_EQ(view.equity, view.opening + view.realised - view.fees + view.funding + view.dividends + view.unrealised + view.fx);
  for (const auto& l : view.instruments) {
    const Holding& h = *books.holding({account}, l.instrument);
    ASSERT_EQ(l.quantity, h.position.quantity);
    ASSERT_EQ(l.cost.units, signed_cost(h.position).units);
    ASSERT_TRUE(l.realised.units == h.realised.units && l.fees.units == h.fees.units && l.funding.units == h.funding.units &&
                l.dividends.units == h.dividends.units);
    const auto why = house.bench.ask(PnlExplainQuery{{account}, l.instrument});
    ASSERT_TRUE(why.found);
    Money realised = why.earlier.realised, fees = why.earlier.fees, funding = why.earlier.funding, dividends = why.earlier.dividends;
    for (const auto& c : why.contributions) realised += c.realised, fees += c.fees, funding += c.funding, dividends += c.dividends;
    ASSERT_TRUE(realised == l.realised && fees == l.fees && funding == l.funding && dividends == l.dividends);
    const Money cost = l.quantity.units < 0 ? -l.cost : l.cost;
    if (why.mark.units > 0 && l.quantity.units != 0) {
      ASSERT_EQ(gain(house.instruments[l.instrument.value - 1], l.quantity.units > 0, cost, why.value), l.unrealised);
    }
    Quantity parts;
    for (const auto& s : view.strategies)
      if (s.instrument == l.instrument) parts += s.quantity;
    ASSERT_EQ(parts, l.quantity);
  }
  for (const auto& l : view.netting) {
    ASSERT_EQ(l.quantity.units, 0);
    ASSERT_TRUE(l.fees.units == 0 && l.funding.units == 0 && l.dividends.units == 0);
    // What netting has realised stands in the cost of what the strategies hold open against each other. (Of a split instrument the fraction
    // paid out is shared by rounding.)
    if (l.instrument.value != 3) {
      ASSERT_TRUE(l.realised.units == (l.instrument.value == 4 ? -l.cost.units : l.cost.units));
    }
  }
}

TEST(books, pnl_ties_to_the_ledger) {
  std::size_t netted = 0;
  for (std::uint64_t seed = 1; seed <= 60; ++seed) {
    SCOPED_TRACE(seed);
    House house(seed);
    for (int n = 0; n < 150; ++n) {
      house.step();
      if (n % 10 != 0) continue;
      for (std::uint32_t a = 1; a <= 2; ++a) tie(house, a);
      if (testing::Test::HasFatalFailure()) return;
    }
    EXPECT_TRUE(house.bench.ask(LedgerQuery{}).balanced);
    netted += house.bench.ask(PnlAccountQuery{{1}}).netting.size();
  }
  EXPECT_GT(netted, 0u);
}

}  // namespace
}  // namespace trade
