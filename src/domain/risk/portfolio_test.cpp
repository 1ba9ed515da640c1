#include "domain/risk/limits_testing.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <deque>
#include <map>

#include "wire/binary.h"

namespace trade {
namespace {

const AccountId desk{1};

Instrument make(std::uint32_t id, Contract c) {
  return {{id}, c == Contract::spot ? "SPOT" : "PERP", c, "BTC", "USDT", "USDT", {10'000'000}, {100'000}, {}, {}, quantity_of(1)};
}

struct Random {
  std::uint64_t seed;
  std::int64_t operator()(std::int64_t n) {
    return static_cast<std::int64_t>(mix64(seed += 0x9E3779B97F4A7C15ull) % static_cast<std::uint64_t>(n));
  }
};

// The slow twin: the truth as a list of orders and a row of single lots, every figure counted lot by lot from nothing.
struct Truth {
  struct VenueBound { std::int64_t lots; Price price; };  // a bound an order may have at its venue
  struct Order {
    std::uint32_t instrument;
    Side side;
    OrderTerms terms;
    std::vector<VenueBound> bounds;  // one, or two while nobody can say which
    std::int64_t filled = 0, told = 0;
    bool over = false;
    int stage = 0;              // 0 idle, 1 replace asked, 2 unknown, 3 back but in doubt
  };
  std::map<std::uint32_t, Instrument> instruments;
  std::map<std::uint64_t, Order> orders;
  std::map<std::uint32_t, std::deque<Price>> held;  // one price a lot
  std::map<std::uint32_t, int> sign_of_held;
  int128 cash = 0;

  static std::int64_t open_lots(const Order& o) {
    if (o.over) return std::max<std::int64_t>(o.told - o.filled, 0);
    std::int64_t most = 0;
    for (const auto& b : o.bounds) most = std::max(most, b.lots - o.filled);
    return most;
  }
  static Price open_price(const Order& o) {
    Price worst{};
    for (const auto& b : o.bounds) worst = max(worst, b.price);
    return worst;
  }
  std::int64_t position(std::uint32_t i) const {
    const auto at = held.find(i);
    return at == held.end() ? 0 : static_cast<std::int64_t>(at->second.size()) * sign_of_held.at(i);
  }
  std::int64_t worst_lots(std::uint32_t i, Side side) const {
    std::int64_t lots = position(i) * sign(side);
    for (const auto& [id, o] : orders)
      if (o.instrument == i && o.side == side) lots += open_lots(o);
    return std::max<std::int64_t>(lots, 0);
  }
  int128 lot_value(std::uint32_t i, Price p) const { return static_cast<int128>(p.units) * instruments.at(i).lot.units; }
  int128 worst_side(std::uint32_t i, Side side) const {
    std::int64_t need = worst_lots(i, side);
    int128 value = 0;
    if (position(i) * sign(side) > 0)
      for (const Price p : held.at(i)) value += lot_value(i, p), --need;
    std::vector<Price> units;
    for (const auto& [id, o] : orders)
      if (o.instrument == i && o.side == side)
        for (std::int64_t n = 0; n < open_lots(o); ++n) units.push_back(open_price(o));
    std::sort(units.begin(), units.end(), std::greater<>());
    for (std::int64_t n = 0; n < need; ++n) value += lot_value(i, units.at(static_cast<std::size_t>(n)));
    return value;
  }
  int128 worst() const {
    int128 sum = 0;
    for (const auto& [i, instrument] : instruments) sum += std::max(worst_side(i, Side::buy), worst_side(i, Side::sell));
    return sum;
  }
  int128 needed(Ratio margin) const {
    int128 sum = 0;
    for (const auto& [i, instrument] : instruments) {
      const bool spot = instrument.contract == Contract::spot;
      const int128 base = spot ? worst_side(i, Side::sell) : std::max(worst_side(i, Side::buy), worst_side(i, Side::sell));
      int128 one = divide_half_even(base * margin.units, decimal_one);
      if (spot)
        for (const auto& [id, o] : orders)
          if (o.instrument == i && o.side == Side::buy) one += lot_value(i, open_price(o)) * open_lots(o);
      sum += (one + booked_unit - 1) / booked_unit * booked_unit;
    }
    return sum;
  }
  void fill(std::uint32_t i, Side side, std::int64_t lots, Price price) {
    for (std::int64_t n = 0; n < lots; ++n) {
      const int s = side == Side::buy ? 1 : -1;
      auto& row = held[i];
      if (instruments.at(i).contract == Contract::spot) cash -= lot_value(i, price) * s;
      if (row.empty() || sign_of_held[i] == s) {
        sign_of_held[i] = s;
        row.push_back(price);
        continue;
      }
      const int128 up = lot_value(i, price) - lot_value(i, row.front());
      if (instruments.at(i).contract != Contract::spot) cash += sign_of_held[i] > 0 ? up : -up;
      row.pop_front();
    }
  }
};

struct World {
  Portfolio p;
  Truth truth;
  TestLimits limits;
  Random random;
  std::uint64_t next_order = 1, next_fill = 1;
  Time now{1'000'000'000};
  std::map<std::uint32_t, Price> reference;
  bool broke_proof = false;  // a fill came after the venue had said there would be none
  int approved = 0, refused = 0;

  explicit World(std::uint64_t seed) : random{seed} {
    const std::int64_t rich = random(3) == 0 ? 40 : 4'000;
    p.open({desk, "desk", {money_one * rich, "USDT"}});
    truth.cash = money_one * rich;
    for (const auto& i : {make(1, Contract::linear), make(2, Contract::spot)}) {
      p.list(i);
      truth.instruments[i.id.value] = i;
      move_reference(i.id.value);
    }
    Limits l;
    l.collar = {};
    l.duplicates = 0;
    l.rate = 0;
    l.allow_short = random(2) == 0;
    l.max_position = truth.instruments.at(1).lot * (20 + random(60));
    l.max_exposure = {(2 + random(10)) * decimal_one};
    l.initial_margin = {(1 + random(100)) * decimal_one / 100};
    limits.own = limits.account = l;
  }
  void move_reference(std::uint32_t i) {
    reference[i] = Price{(950 + random(100)) * 10'000'000};
    p.refer({i}, reference[i], now);
  }
  Instrument at(std::uint32_t i) const { return truth.instruments.at(i); }
  OrderTerms terms(std::uint32_t i, Side side) {
    OrderTerms t;
    t.account = desk;
    t.instrument = {i};
    t.side = side;
    t.type = random(4) == 0 ? OrderType::market : OrderType::limit;
    t.quantity = at(i).lot * (1 + random(15));
    if (t.type == OrderType::limit) t.limit = Price{(950 + random(100)) * 10'000'000};
    return t;
  }
  Price worst_of(const OrderTerms& t) {
    const Price r = reference.at(t.instrument.value);
    if (t.type == OrderType::market) return r;
    return t.side == Side::buy ? t.limit : max(t.limit, r);
  }
  // What the checks must say once `id` is in the truth.
  Reason expected(std::uint32_t i, Side side) const {
    const auto lots = truth.worst_lots(i, side);
    if (lots == 0) return Reason::none;
    if (at(i).lot * lots > limits.own.max_position) return Reason::risk_position;
    if (truth.worst() > money_units(limits.account.max_exposure)) return Reason::risk_exposure;
    if (i == 2 && side == Side::sell && !limits.own.allow_short) return Reason::risk_cash;
    return truth.needed(limits.own.initial_margin) > truth.cash ? Reason::risk_cash : Reason::none;
  }

  void place() {
    const std::uint32_t i = 1 + static_cast<std::uint32_t>(random(2));
    const auto t = terms(i, random(2) ? Side::buy : Side::sell);
    const auto id = next_order++;
    truth.orders[id] = {i, t.side, t, {{t.quantity.units / at(i).lot.units, worst_of(t)}}};
    const Reason want = expected(i, t.side);
    ASSERT_EQ(p.assess({id}, false, t, limits.set(t), now).reason, want);
    (want == Reason::none ? approved : refused) += 1;
    if (want != Reason::none) truth.orders.erase(id);
    else tell(id, VenueState::none, Pending::placing);
  }
  std::uint64_t some_order(bool over) {
    std::vector<std::uint64_t> ids;
    for (const auto& [id, o] : truth.orders)
      if (o.over == over) ids.push_back(id);
    return ids.empty() ? 0 : ids[static_cast<std::size_t>(random(static_cast<std::int64_t>(ids.size())))];
  }
  void tell(std::uint64_t id, VenueState state, Pending pending) {
    const auto& o = truth.orders.at(id);
    p.settle({id}, {state, pending, o.terms.quantity, at(o.instrument).lot * std::max(o.told, o.filled), o.terms.limit});
  }
  void ask_replace() {
    const auto id = some_order(false);
    if (id == 0) return;
    auto& o = truth.orders.at(id);
    if (o.stage != 0 || o.terms.type != OrderType::limit) return;
    auto t = o.terms;
    t.quantity = at(o.instrument).lot * (o.filled + 1 + random(15));
    t.limit = Price{(950 + random(100)) * 10'000'000};
    o.bounds.push_back({t.quantity.units / at(o.instrument).lot.units, worst_of(t)});
    const Reason want = expected(o.instrument, o.side);
    tell(id, VenueState::working, Pending::approval);
    ASSERT_EQ(p.assess({id}, true, t, limits.set(t), now).reason, want);
    (want == Reason::none ? approved : refused) += 1;
    if (want != Reason::none) {
      o.bounds.pop_back();
      return tell(id, VenueState::working, Pending::none);
    }
    o.stage = 1;
    wanted[id] = t;
    tell(id, VenueState::working, Pending::replacing);
  }
  std::map<std::uint64_t, OrderTerms> wanted;
  void answer_replace() {
    const auto id = some_order(false);
    if (id == 0) return;
    auto& o = truth.orders.at(id);
    if (o.stage == 0) return;
    if (o.stage == 2) {  // the venue knows the order; whether the replace came through it does not say
      o.stage = 3;
      return tell(id, VenueState::working, Pending::none);
    }
    if (o.stage == 3) {
      o.stage = 1;
      return tell(id, VenueState::working, Pending::replacing);
    }
    if (random(3) == 0) {
      o.stage = 2;
      return tell(id, VenueState::unknown, Pending::querying);
    }
    const bool done = random(2) == 0 && o.filled <= o.bounds[1].lots;
    o.bounds = {o.bounds[done ? 1 : 0]};
    if (done) o.terms = wanted.at(id);
    o.stage = 0;
    tell(id, o.filled > 0 ? VenueState::partly_filled : VenueState::working, Pending::none);
  }
  void send_fill(std::uint64_t id, std::int64_t lots) {
    auto& o = truth.orders.at(id);
    const Price worst = Truth::open_price(o);
    const Price price = o.terms.type == OrderType::market || o.side == Side::sell ? worst : Price{worst.units - random(5) * 10'000'000};
    o.filled += lots;
    truth.fill(o.instrument, o.side, lots, price);
    const Quantity q = at(o.instrument).lot * lots;
    const Money value = booked(value_of(at(o.instrument), price, q));
    const Portfolio::FillFacts f{{next_fill++}, {id}, desk, {o.instrument}, o.side, q, value, {0, "USDT"}, {}};
    p.book(f);
    if (random(8) == 0) p.book(f);  // heard twice, booked once
  }
  void fill() {
    const auto id = some_order(false);
    if (id == 0) return;
    auto& o = truth.orders.at(id);
    std::int64_t sure = INT64_MAX;
    for (const auto& b : o.bounds) sure = std::min(sure, b.lots - o.filled);
    if (sure <= 0) return;
    const auto lots = 1 + random(sure);
    send_fill(id, lots);
    if (o.stage == 0 && lots == sure) {
      o.over = true;
      o.told = o.filled;
      tell(id, VenueState::filled, Pending::none);
    } else if (o.stage <= 1) {
      tell(id, VenueState::partly_filled, o.stage == 0 ? Pending::none : Pending::replacing);
    }
  }
  void end() {
    const auto id = some_order(false);
    if (id == 0) return;
    auto& o = truth.orders.at(id);
    std::int64_t sure = INT64_MAX;
    for (const auto& b : o.bounds) sure = std::min(sure, b.lots - o.filled);
    o.told = o.filled + (sure > 0 && random(3) == 0 ? 1 + random(sure) : 0);  // sometimes it tells of fills still to come
    o.over = true;
    tell(id, random(2) ? VenueState::cancelled : VenueState::expired, Pending::none);
  }
  void late_fill() {
    const auto id = some_order(true);
    if (id == 0) return;
    auto& o = truth.orders.at(id);
    const auto owed = o.told - o.filled;
    if (owed <= 0 && random(4) != 0) return;
    if (owed <= 0) broke_proof = true;
    send_fill(id, owed > 0 ? 1 + random(owed) : 1);
    if (o.told < o.filled) o.told = o.filled;
  }
  void step() {
    now = now + microseconds(random(1'000));
    switch (random(9)) {
      case 0: case 1: case 2: return place();
      case 3: return ask_replace();
      case 4: return answer_replace();
      case 5: case 6: return fill();
      case 7: return random(2) ? end() : late_fill();
      default: return move_reference(1 + static_cast<std::uint32_t>(random(2)));
    }
  }
  void compare() {
    const auto& f = *p.find_funds(desk);
    ASSERT_TRUE(f.worst == truth.worst()) << print_decimal(f.worst, 16) << " " << print_decimal(truth.worst(), 16);
    ASSERT_TRUE(f.cash == truth.cash);
    ASSERT_TRUE(f.needed == truth.needed(limits.own.initial_margin));
    for (const std::uint32_t i : {1u, 2u})
      for (const Side side : {Side::buy, Side::sell}) {
        const auto* line = p.find_line(desk, {i});
        const auto lots = truth.worst_lots(i, side);
        ASSERT_TRUE((line == nullptr ? 0 : worst_quantity(line->exposure, side)) == static_cast<int128>(lots) * at(i).lot.units);
        // The invariant (I8): not over a limit by a single unit, whatever still fills.
        ASSERT_TRUE(broke_proof || at(i).lot * lots <= limits.own.max_position);
      }
    ASSERT_TRUE(broke_proof || truth.worst() <= money_units(limits.account.max_exposure));
  }
  // Everything comes back from its bytes, reservations too.
  void restart() {
    ByteWriter w;
    wire::write_binary(w, p);
    Portfolio back;
    ByteReader r(w.bytes());
    ASSERT_TRUE(wire::read_binary(r, back) && r.at_end());
    ByteWriter again;
    wire::write_binary(again, back);
    ASSERT_EQ(w.bytes(), again.bytes());
    p = std::move(back);
  }
};

TEST(portfolio, worst_case_never_exceeds_a_limit) {
  int approved = 0, refused = 0;
  for (std::uint64_t seed = 0; seed < 400; ++seed) {
    World w(seed);
    for (int n = 0; n < 150; ++n) {
      w.step();
      w.compare();
      if (w.random(40) == 0) w.restart();
      if (testing::Test::HasFatalFailure()) FAIL() << "seed " << seed << " step " << n;
    }
    approved += w.approved;
    refused += w.refused;
  }
  EXPECT_GT(approved, 3'000);
  EXPECT_GT(refused, 3'000);
}

OrderTerms limit_order(Side side, std::int64_t lots, std::int64_t price, std::uint32_t instrument = 1) {
  OrderTerms t;
  t.account = desk;
  t.instrument = {instrument};
  t.side = side;
  t.type = OrderType::limit;
  t.quantity = Quantity{100'000} * lots;
  t.limit = price_of(price);
  return t;
}

struct Plain {
  Portfolio p;
  TestLimits limits;
  Time now{5};
  Plain() {
    p.open({desk, "desk", {money_one * 1'000, "USDT"}});
    p.list(make(1, Contract::linear));
    p.list(make(2, Contract::spot));
    p.refer({1}, price_of(100), now);
    p.refer({2}, price_of(100), now);
  }
  Reason send(std::uint64_t id, const OrderTerms& t, bool replace = false) { return p.assess({id}, replace, t, limits.set(t), now).reason; }
  void fill(std::uint64_t id, const OrderTerms& t, std::int64_t price, Money fee = {0, "USDT"}) {
    const auto& i = p.find_market(t.instrument)->instrument;
    const Money value = booked(value_of(i, price_of(price), t.quantity));
    p.book({{p.last_fill.value + 1}, {id}, desk, t.instrument, t.side, t.quantity, value, fee, {}});
  }
};

TEST(portfolio, refuses_what_it_does_not_know) {
  Plain w;
  auto t = limit_order(Side::buy, 1, 100);
  t.account = {9};
  EXPECT_EQ(w.send(1, t), Reason::order_unknown_account);
  t = limit_order(Side::buy, 1, 100, 9);
  EXPECT_EQ(w.send(1, t), Reason::order_unknown_instrument);
  t = limit_order(Side::buy, 1, 100);
  t.venue = {3};
  EXPECT_EQ(w.send(1, t), Reason::order_unknown_venue);
  auto foreign = make(3, Contract::inverse);
  foreign.settle = "BTC";
  w.p.list(foreign);
  w.p.refer({3}, price_of(100), w.now);
  EXPECT_EQ(w.send(1, limit_order(Side::buy, 1, 100, 3)), Reason::risk_cash);  // no rate to the account's currency
  EXPECT_EQ(w.send(1, limit_order(Side::buy, 1, 100), true), Reason::order_not_open);
  w.p.list(make(4, Contract::linear));
  EXPECT_EQ(w.send(1, limit_order(Side::buy, 1, 100, 4)), Reason::risk_no_reference);
  EXPECT_TRUE(w.p.reservations.empty());
  EXPECT_EQ(w.send(1, limit_order(Side::buy, 1, 100)), Reason::none);
  EXPECT_EQ(w.send(1, limit_order(Side::buy, 1, 100)), Reason::order_duplicate_id);
}

TEST(portfolio, the_kill_is_latched_and_released) {
  Plain w;
  EXPECT_FALSE(w.p.kill(KillScope::account, 9, true));
  EXPECT_TRUE(w.p.kill(KillScope::account, 1, true));
  EXPECT_EQ(w.send(1, limit_order(Side::buy, 1, 100)), Reason::risk_killed);
  EXPECT_TRUE(w.p.kill(KillScope::account, 1, false));
  EXPECT_TRUE(w.p.kill(KillScope::firm, 0, true));
  EXPECT_EQ(w.send(1, limit_order(Side::buy, 1, 100)), Reason::risk_killed);
  EXPECT_TRUE(w.p.kill(KillScope::firm, 0, false));
  EXPECT_EQ(w.send(1, limit_order(Side::buy, 1, 100)), Reason::none);
}

TEST(portfolio, an_unknown_order_keeps_its_reservation) {
  Plain w;
  w.limits.own.max_position = Quantity{100'000} * 10;
  const auto t = limit_order(Side::buy, 10, 100);
  EXPECT_EQ(w.send(1, t), Reason::none);
  w.p.settle({1}, {VenueState::unknown, Pending::querying, t.quantity, {}, t.limit});
  EXPECT_EQ(w.send(2, limit_order(Side::buy, 1, 100)), Reason::risk_position);
  w.p.settle({1}, {VenueState::cancelled, Pending::none, t.quantity, {}, t.limit});
  EXPECT_EQ(w.send(2, limit_order(Side::buy, 1, 100)), Reason::none);
}

TEST(portfolio, spot_buys_need_cash_for_price_and_fee) {
  Plain w;
  w.p.list(Venue{{1}, "v", {10'000}, {100'000}, {}, {}});  // taker 0.001
  w.limits.own.max_value = w.limits.account.max_value = {};
  EXPECT_EQ(w.send(1, limit_order(Side::buy, 9'990, 100, 2)), Reason::none);   // 999 + 0.999 of 1000
  EXPECT_EQ(w.send(2, limit_order(Side::buy, 1, 100, 2)), Reason::risk_cash);  // 0.1 + 0.0001 more
  w.p.settle({1}, {VenueState::cancelled, Pending::none, {}, {}, {}});
  EXPECT_EQ(w.send(3, limit_order(Side::buy, 9'991, 100, 2)), Reason::risk_cash);
}

TEST(portfolio, spot_sells_need_what_is_sold) {
  Plain w;
  EXPECT_EQ(w.send(1, limit_order(Side::sell, 1, 100, 2)), Reason::risk_cash);
  const auto bought = limit_order(Side::buy, 5, 100, 2);
  EXPECT_EQ(w.send(2, bought), Reason::none);
  EXPECT_EQ(w.send(3, limit_order(Side::sell, 5, 100, 2)), Reason::risk_cash);  // not held yet
  w.fill(2, bought, 100);
  EXPECT_EQ(w.send(4, limit_order(Side::sell, 3, 100, 2)), Reason::none);
  EXPECT_EQ(w.send(5, limit_order(Side::sell, 3, 100, 2)), Reason::risk_cash);  // three of five are on offer
  EXPECT_EQ(w.send(6, limit_order(Side::sell, 2, 100, 2)), Reason::none);
  w.limits.own.allow_short = true;
  EXPECT_EQ(w.send(7, limit_order(Side::sell, 3, 100, 2)), Reason::none);
}

TEST(portfolio, after_the_loss_stop_only_reducing_orders_pass) {
  Plain w;
  w.limits.account.max_loss = {2 * decimal_one};
  const auto bought = limit_order(Side::buy, 100, 100);  // 0.1
  EXPECT_EQ(w.send(1, bought), Reason::none);
  w.fill(1, bought, 100, {money_one, "USDT"});
  w.p.mark({1}, price_of(91));  // -0.9 and a fee of 1
  EXPECT_EQ(w.send(2, limit_order(Side::buy, 1, 95)), Reason::none);
  w.p.mark({1}, price_of(90));
  EXPECT_EQ(w.send(3, limit_order(Side::buy, 1, 96)), Reason::risk_loss);
  EXPECT_EQ(w.send(4, limit_order(Side::sell, 60, 100)), Reason::none);
  EXPECT_EQ(w.send(5, limit_order(Side::sell, 41, 100)), Reason::risk_loss);  // one more than is held
  EXPECT_EQ(w.send(6, limit_order(Side::sell, 40, 100)), Reason::none);
}

TEST(portfolio, open_losses_weigh_on_free_cash) {
  Plain w;
  w.limits.own.initial_margin = {decimal_one / 2};
  w.limits.own.collar = {};
  const auto bought = limit_order(Side::buy, 10'000, 100);  // 10 for 1000: margin 500
  EXPECT_EQ(w.send(1, bought), Reason::none);
  w.fill(1, bought, 100);
  EXPECT_EQ(w.send(2, limit_order(Side::buy, 5'000, 100)), Reason::none);
  w.p.settle({2}, {VenueState::cancelled, Pending::none, {}, {}, {}});
  w.p.mark({1}, price_of(60));  // 400 lost, 600 free, 500 of them in use
  EXPECT_EQ(w.send(3, limit_order(Side::buy, 2'001, 100)), Reason::risk_cash);
  EXPECT_EQ(w.send(4, limit_order(Side::buy, 2'000, 100)), Reason::none);
}

TEST(portfolio, absurd_orders_are_refused_not_computed) {
  Plain w;
  w.limits.own.max_value = w.limits.account.max_exposure = {};
  w.limits.own.collar = {};
  auto t = limit_order(Side::buy, 1, 100);
  t.quantity = Quantity{INT64_MAX / 100'000 * 100'000};
  EXPECT_EQ(w.send(1, t), Reason::risk_position);
  t.limit = Price{INT64_MAX / 10'000'000 * 10'000'000};
  EXPECT_EQ(w.send(2, t), Reason::risk_max_value);
  t.quantity = {INT64_MIN};
  EXPECT_EQ(w.send(3, t), Reason::risk_lot);
  t.type = static_cast<OrderType>(0);
  t.limit = {INT64_MIN};
  EXPECT_EQ(w.send(4, t), Reason::risk_tick);
}

// A bust brings the position and cash back and leaves open what was open; a correction is the same and a fill.
TEST(portfolio, a_reversed_fill_leaves_what_was_before_it) {
  Portfolio p;
  p.list(make(1, Contract::linear));
  p.open({desk, "desk", {1'000'000 * money_one, "USDT"}});
  p.refer({1}, price_of(100), Time{});
  OrderTerms t;
  t.account = desk;
  t.instrument = {1};
  t.type = OrderType::limit;
  t.limit = price_of(100);
  t.quantity = quantity_of(5);
  const TestLimits limits;
  ASSERT_EQ(p.assess({1}, false, t, limits.set(t), Time{}).reason, Reason::none);
  const Exposure& e = p.find_line(desk, {1})->exposure;
  const auto& funds = *p.find_funds(desk);
  const int128 cash = funds.cash, worst = funds.worst;
  const auto fill = [](std::uint64_t id, std::int64_t n) {
    return Portfolio::FillFacts{{id}, {1}, desk, {1}, Side::buy, quantity_of(n), {n * 100 * money_one, "USDT"}, {money_one, "USDT"}, {}};
  };
  p.book(fill(1, 3));
  p.settle({1}, {VenueState::partly_filled, Pending::none, quantity_of(5), quantity_of(3), price_of(100)});
  EXPECT_EQ(funds.worst, worst);
  p.reverse(fill(1, 3));
  EXPECT_EQ(e.position.quantity, Quantity{});
  EXPECT_EQ(funds.cash, cash);
  EXPECT_EQ(funds.worst, worst / 5 * 2);  // two are still open
  p.book(fill(2, 4));
  p.settle({1}, {VenueState::partly_filled, Pending::none, quantity_of(6), quantity_of(4), price_of(100)});
  EXPECT_EQ(e.position.quantity, quantity_of(4));
  EXPECT_EQ(funds.worst, worst / 5 * 6);
  p.settle({1}, {VenueState::cancelled, Pending::none, quantity_of(6), quantity_of(4), price_of(100)});
  p.reverse(fill(2, 4));  // after the end as well
  EXPECT_EQ(funds.worst, 0);
  EXPECT_EQ(funds.cash, cash);
}

}  // namespace
}  // namespace trade
