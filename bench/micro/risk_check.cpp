#include <vector>

#include "bench/measure.h"
#include "bench/micro/benches.h"
#include "domain/risk/limits_testing.h"

// What one pre-trade judgement costs with all checks on, reservation included; taking it back is not timed.
namespace trade::bench {
namespace {

constexpr std::uint32_t instruments = 50;

Instrument instrument(std::uint32_t id) {
  Instrument i{{id}, Symbol("I" + std::to_string(id)), Contract::linear, "BTC", "USDT", "USDT", {10'000'000}, {100'000}, {}, price_of(1),
               quantity_of(1)};
  i.sector = "coins";
  return i;
}

// Every limit set, none of them reached.
TestLimits all_on() {
  TestLimits l;
  Limits& o = l.own;
  o.max_quantity = quantity_of(1'000);
  o.duplicates = 3;
  o.rate = 1'000'000;
  o.burst = 2'000'000;
  o.max_position = quantity_of(100'000);
  o.initial_margin = {decimal_one / 1'000};
  o.market_slippage = {decimal_one / 100};
  o.allow_short = true;
  o.max_loss = o.max_drawdown = {1'000'000 * decimal_one};
  o.band_low = price_of(10);
  o.band_high = price_of(1'000);
  o.max_volume_share = {decimal_one};
  o.max_base_value = o.max_basket = o.max_open_value = o.max_turnover = o.max_var = {90'000'000 * decimal_one};
  o.size_multiple = {1'000 * decimal_one};
  o.collar_ticks = 10;
  o.max_move = {decimal_one / 2};
  o.cancel_reserve = 100;
  o.order_to_trade = 1'000'000'000;
  o.max_firm_gross = o.max_firm_net = quantity_of(1'000'000);
  o.max_concentration = o.max_sector = o.max_currency = o.max_leverage = {50 * decimal_one};
  o.ramp_first = {decimal_one / 2};
  o.ramp_over = seconds(86'400);
  o.forbid_self_match = true;
  o.max_unknown = 10;
  o.needs_live_market = true;
  l.account = o;
  l.strategy = {1'000'000, 1'000'000, {90'000'000 * decimal_one}, quantity_of(100'000), 1'000, seconds(60)};
  l.firm.max_exposure = {900'000'000 * decimal_one};
  l.venue = {1'000'000, 1'000'000, 10};
  l.rights = resolve_rights({{{1}, {}, {}, {OrderType::limit, OrderType::market}}}, {1}, {1});
  l.algos = {{{1}, "ab"}};
  return l;
}

struct Desk {
  Portfolio p;
  TestLimits limits = all_on();
  std::uint64_t next = 1;
  Time now{1'000'000'000};
  Desk() {
    p.use_base("USDT");
    p.list(Venue{{1}, "v", {20'000}, {40'000}, {}, {}});
    for (std::uint32_t a = 1; a <= 4; ++a) {
      p.open({{a}, Text<23>("a" + std::to_string(a)), {money_one * 100'000'000, "USDT"}});
      p.belongs({a}, 1, 1);
    }
    for (std::uint32_t i = 1; i <= instruments; ++i) {
      p.list(instrument(i));
      p.watch(InstrumentId{i}, seconds(300));
      p.volume({i}, seconds(60), Time{}, quantity_of(100'000));
      p.volume({i}, seconds(60), Time{} + seconds(86'400), quantity_of(1));
      p.phase({i}, {1}, TradingPhase::continuous);
      p.feed({i}, {1}, true);
    }
    now = Time{} + seconds(2 * 86'400);
    for (std::uint32_t i = 1; i <= instruments; ++i) p.refer({i}, price_of(100), now);
    p.attest({1}, "ab");
    std::vector<Portfolio::Marginal> marginals;
    for (std::uint32_t i = 1; i <= instruments; ++i) marginals.push_back({{i}, {decimal_one / 100}});
    for (std::uint32_t a = 1; a <= 4; ++a) p.value_at_risk({a}, money_one * 1'000, marginals, now);
  }
  OrderTerms terms(std::uint32_t account, std::uint32_t i, Side side, std::int64_t lots, std::int64_t price) const {
    OrderTerms t;
    t.account = {account};
    t.strategy = {1};
    t.instrument = {i};
    t.venue = {1};
    t.side = side;
    t.type = OrderType::limit;
    t.quantity = Quantity{100'000 * lots};
    t.limit = Price{price * 10'000'000};
    return t;
  }
  Reason send(const OrderTerms& t) { return p.assess({next++}, false, t, limits.set(t), now).reason; }
  void cancel(std::uint64_t id) { p.settle({id}, {VenueState::cancelled, Pending::none, {}, {}, {}}); }
};

// Times orders `made` in batches; all must pass.
void figure(const char* name, const char* note, Desk& d, const std::vector<OrderTerms>& made) {
  Timings ours, lookup;
  Reason refused{};
  for (int turn = 0; turn < 400; ++turn) {
    d.now = d.now + milliseconds(500);
    for (std::uint32_t i = 1; i <= instruments; ++i) d.p.refer({i}, price_of(100), d.now);
    const std::uint64_t first = d.next;
    ours.add(timed([&] {
      for (const auto& t : made)
        if (const Reason r = d.send(t); r != Reason::none) refused = r;
    }));
    for (std::uint64_t id = first; id < d.next; ++id) d.cancel(id);
    lookup.add(timed([&] {
      for (const auto& t : made) keep(d.p.find_line(t.account, t.instrument));
    }));
  }
  if (refused != Reason::none) return print_error(name, "refused: " + std::string(name_of(refused)));
  const auto n = static_cast<double>(made.size());
  print({name, "ns/order", ours.cpu_median() / n, ours.wall_minimum() / n, lookup.cpu_median() / n, "finding the account's line", note});
}

void hold(Desk& d, std::uint32_t i, Side side, std::int64_t lots) {
  const Quantity q{100'000 * lots};
  d.p.book({{d.p.last_fill.value + 1}, {}, {1}, {i}, side, q, booked(value_of(instrument(i), price_of(100), q)), {0, "USDT"}, {1}}, nullptr,
           d.now);
}

}  // namespace

void risk(const Folders&) {
  Desk typical;
  std::vector<OrderTerms> made;
  for (std::uint32_t n = 0; n < 200; ++n) {
    const std::uint32_t i = 1 + n % instruments;
    made.push_back(typical.terms(1, i, n % 2 == 0 ? Side::buy : Side::sell, 20 + n, n % 2 == 0 ? 995 : 1'005));
  }
  for (std::uint32_t i = 1; i <= instruments; ++i) hold(typical, i, Side::buy, 1'000);
  figure("risk.check.typical", "50 instruments, up to 4 open orders in each, all 28 on", typical, made);

  Desk worst;
  hold(worst, 1, Side::sell, 100'000);  // orders of the other side are netted against it one by one
  for (std::uint32_t a = 1; a <= 4; ++a)
    for (std::int64_t n = 0; n < 25; ++n)
      if (worst.send(worst.terms(a, 1, Side::buy, 1'000 + n, 950 + n)) != Reason::none)
        return print_error("risk.check.worst", "an order of the set-up was refused");
  made.clear();
  for (std::int64_t n = 0; n < 75; ++n)
    made.push_back(worst.terms(1, 1, n % 2 == 0 ? Side::buy : Side::sell, 11 + n, n % 2 == 0 ? 960 : 1'040));
  figure("risk.check.worst", "100 to 175 open orders of linked accounts in one instrument against an opposite position", worst, made);
}

}  // namespace trade::bench
