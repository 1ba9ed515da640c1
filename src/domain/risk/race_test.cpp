// Eight gateways race for the limits of three accounts, three strategies and the firm, through fills, replaces, orders in doubt, limit cuts
// and crashes (the last snapshot and a replay of what came after). What risk admits is counted anew after every event by a slow counter
// that shares nothing with it: lots one by one in whole numbers. TRADE_RACE_ATTEMPTS sets how many orders and replaces are tried (100 000).
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <deque>
#include <map>

#include "core/digest.h"
#include "domain/risk/limits_testing.h"
#include "wire/binary.h"

namespace trade {
namespace {

constexpr std::int64_t lot = 100'000, tick = 10'000'000;
constexpr int128 unit = static_cast<int128>(lot) * tick;  // one lot at one tick, in units of Money
constexpr std::size_t accounts = 3, instruments = 3, strategies = 3, gateways = 8;

struct Random {
  std::uint64_t seed;
  std::int64_t operator()(std::int64_t n) {
    return static_cast<std::int64_t>(mix64(seed += 0x9E3779B97F4A7C15ull) % static_cast<std::uint64_t>(n));
  }
};

// What one side may come to, by lots and ticks.
struct Held {
  std::deque<std::int64_t> prices;  // one a lot held
  int sign = 0;
  std::int64_t position() const { return static_cast<std::int64_t>(prices.size()) * sign; }
  void fill(int side, std::int64_t lots, std::int64_t price) {
    for (; lots > 0; --lots) {
      if (prices.empty()) sign = side;
      if (sign == side) prices.push_back(price);
      else prices.pop_front();
    }
  }
};

struct Truth {
  struct Bound { std::int64_t lots, price; };
  struct Order {
    std::size_t gateway{}, account{}, instrument{}, strategy{};
    int side{};
    std::vector<Bound> bounds;  // one, or two while nobody can say which
    Bound wanted{};
    std::int64_t filled = 0;
    enum { idle, replacing, unknown, back } stage = idle;
    bool was_replacing = false;
    OrderTerms terms;
  };
  std::map<std::uint64_t, Order> orders;
  Held held[accounts][instruments], sleeves[strategies][instruments];

  static std::int64_t open(const Order& o) {
    std::int64_t most = 0;
    for (const auto& b : o.bounds) most = std::max(most, b.lots - o.filled);
    return most;
  }
  static std::int64_t price(const Order& o) {
    std::int64_t most = 0;
    for (const auto& b : o.bounds) most = std::max(most, b.price);
    return most;
  }
  // The largest position on a side, and the most it can have cost, of one account or one strategy in an instrument.
  struct Worst { std::int64_t lots[2]; std::int64_t value[2]; };
  template <class Mine>
  Worst worst(const Held& h, std::size_t instrument, Mine&& mine) const {
    Worst w{};
    for (const int s : {1, -1}) {
      const int k = s > 0 ? 0 : 1;
      std::vector<std::pair<std::int64_t, std::int64_t>> open_orders;  // price, lots
      std::int64_t lots = h.position() * s;
      for (const auto& [id, o] : orders)
        if (o.instrument == instrument && o.side == s && mine(o)) open_orders.push_back({price(o), open(o)}), lots += open(o);
      std::sort(open_orders.rbegin(), open_orders.rend());
      w.lots[k] = std::max<std::int64_t>(lots, 0);
      std::int64_t left = w.lots[k];
      if (h.sign == s)
        for (const auto p : h.prices) w.value[k] += p, --left;
      for (const auto& [p, n] : open_orders) w.value[k] += p * std::min(left, n), left -= std::min(left, n);
    }
    return w;
  }
};

// One bound that must never be passed: a limit, or what there was when it was cut, whichever is more; what it fell to since counts.
struct Watched {
  int128 limit{}, allowed{};
  void set(int128 to, int128 now) {
    limit = to;
    allowed = std::max(to, now);
  }
  bool holds(int128 now) {
    const bool within = now <= allowed;
    allowed = std::max(limit, std::min(allowed, now));
    return within;
  }
};

struct Input {
  enum Kind { assess, settle, book } kind{};
  OrderId order;
  bool replace{};
  OrderTerms terms;
  OrderStanding standing;
  Portfolio::FillFacts fill;
  std::size_t limits{};  // which of all that ever were in force
  Time now;
};

struct Race {
  Portfolio p;
  Truth truth;
  Random random;
  bool planted_lost;  // what nobody can say is let go of: must be found out
  struct InForce { TestLimits account[accounts], strategy[strategies]; GroupLimits firm; };
  std::vector<InForce> limits{1};
  std::string snapshot;
  std::vector<std::pair<Input, Reason>> since;
  std::uint64_t next_order = 1, next_fill = 1;
  Time now{1'000'000'000};
  std::int64_t reference[instruments]{};
  std::size_t attempts{}, approved{}, refused{}, cuts{}, crashes{}, replaces{}, fills{}, doubts{};
  std::map<Reason, std::size_t> reasons;
  Watched position[accounts][instruments][2], exposure[accounts], gross[instruments], net[instruments][2], capital;
  Watched sleeve[strategies][instruments][2], strategy_exposure[strategies];
  std::string broken;

  Race(std::uint64_t seed, bool lost) : random{seed}, planted_lost(lost) {
    p.use_base("USDT");
    for (std::uint32_t i = 1; i <= instruments; ++i) {
      const Symbol symbol("P" + std::to_string(i));
      p.list(Instrument{{i}, symbol, Contract::linear, "BTC", "USDT", "USDT", {tick}, {lot}, {}, {}, quantity_of(1)});
      move_reference(i - 1);
    }
    for (std::uint32_t a = 1; a <= accounts; ++a) p.open({{a}, Text<23>("a" + std::to_string(a)), {money_one * 1'000'000, "USDT"}});
    change_limits();
    save();
  }
  std::size_t below(std::size_t n) { return static_cast<std::size_t>(random(static_cast<std::int64_t>(n))); }
  void move_reference(std::size_t i) {
    reference[i] = 900 + random(200);
    p.refer({static_cast<std::uint32_t>(i + 1)}, Price{reference[i] * tick}, now);
    if (!snapshot.empty()) save();  // prices are no input of the replay
  }
  void save() {
    ByteWriter w;
    wire::write_binary(w, p);
    snapshot = w.take();
    since.clear();
  }

  struct Measured {
    Truth::Worst line[accounts][instruments], sleeve[strategies][instruments];
    int128 account[accounts]{}, strategy[strategies]{}, firm{};
    std::int64_t gross[instruments]{}, net[instruments][2]{};
  };
  Measured measure() const {
    Measured m{};
    for (std::size_t i = 0; i < instruments; ++i) {
      for (std::size_t a = 0; a < accounts; ++a) {
        const auto& w = m.line[a][i] = truth.worst(truth.held[a][i], i, [a](const Truth::Order& o) { return o.account == a; });
        m.account[a] += std::max(w.value[0], w.value[1]) * unit;
        m.gross[i] += std::max(w.lots[0], w.lots[1]);
        for (const int k : {0, 1}) m.net[i][k] += truth.held[a][i].position() * (k == 0 ? 1 : -1);
      }
      for (const auto& [id, o] : truth.orders)
        if (o.instrument == i) m.net[i][o.side > 0 ? 0 : 1] += Truth::open(o);
      for (std::size_t s = 0; s < strategies; ++s) {
        const auto& w = m.sleeve[s][i] = truth.worst(truth.sleeves[s][i], i, [s](const Truth::Order& o) { return o.strategy == s; });
        m.strategy[s] += std::max(w.value[0], w.value[1]) * unit;
      }
    }
    for (const auto v : m.account) m.firm += v;
    return m;
  }
  // Every level against its bound.
  void look(const char* after) {
    const Measured m = measure();
    bool good = capital.holds(m.firm);
    for (std::size_t i = 0; i < instruments; ++i) {
      good &= gross[i].holds(m.gross[i]);
      for (const int k : {0, 1}) good &= net[i][k].holds(m.net[i][k]);
      for (std::size_t a = 0; a < accounts; ++a)
        for (const int k : {0, 1}) good &= position[a][i][k].holds(m.line[a][i].lots[k]);
      for (std::size_t s = 0; s < strategies; ++s)
        for (const int k : {0, 1}) good &= sleeve[s][i][k].holds(m.sleeve[s][i].lots[k]);
    }
    for (std::size_t a = 0; a < accounts; ++a) good &= exposure[a].holds(m.account[a]);
    for (std::size_t s = 0; s < strategies; ++s) good &= strategy_exposure[s].holds(m.strategy[s]);
    if (!good && broken.empty()) broken = std::string(after) + " at attempt " + std::to_string(attempts);
  }
  void change_limits() {
    const Measured m = measure();
    limits.push_back({});
    InForce& l = limits.back();
    const auto amount = [&](std::int64_t ticks) { return Amount{static_cast<std::int64_t>(ticks * unit / decimal_one) + random(100)}; };
    const std::int64_t firm_gross[] = {60 + random(120), 60 + random(120), 60 + random(120)};
    const std::int64_t firm_net[] = {20 + random(80), 20 + random(80), 20 + random(80)};
    for (std::size_t a = 0; a < accounts; ++a) {
      Limits& one = l.account[a].own;
      one.duplicates = 0;
      one.rate = 0;
      one.collar = {};
      one.initial_margin = {};
      one.max_position = Quantity{lot * (10 + random(50))};
      one.max_exposure = amount(1'000 * (20 + random(100)));
      l.account[a].account = one;
      exposure[a].set(money_units(one.max_exposure), m.account[a]);
      for (std::size_t i = 0; i < instruments; ++i)
        for (const int k : {0, 1}) position[a][i][k].set(one.max_position.units / lot, m.line[a][i].lots[k]);
    }
    for (std::size_t i = 0; i < instruments; ++i) {
      gross[i].set(firm_gross[i], m.gross[i]);
      for (const int k : {0, 1}) net[i][k].set(firm_net[i], m.net[i][k]);
    }
    for (std::size_t s = 0; s < strategies; ++s) {
      GroupLimits& g = l.strategy[s].strategy;
      g.max_position = Quantity{lot * (10 + random(60))};
      g.max_exposure = amount(1'000 * (20 + random(120)));
      strategy_exposure[s].set(money_units(g.max_exposure), m.strategy[s]);
      for (std::size_t i = 0; i < instruments; ++i)
        for (const int k : {0, 1}) sleeve[s][i][k].set(g.max_position.units / lot, m.sleeve[s][i].lots[k]);
    }
    l.firm.max_exposure = amount(1'000 * (60 + random(200)));
    capital.set(money_units(l.firm.max_exposure), m.firm);
    for (std::size_t i = 0; i < instruments; ++i) {
      firm_gross_[limits.size() - 1][i] = firm_gross[i];
      firm_net_[limits.size() - 1][i] = firm_net[i];
    }
    ++cuts;
  }
  std::map<std::size_t, std::array<std::int64_t, instruments>> firm_gross_, firm_net_;

  Reason apply(const Input& in) {
    switch (in.kind) {
      case Input::settle: p.settle(in.order, in.standing); return Reason::none;
      case Input::book: p.book(in.fill, nullptr, in.now); return Reason::none;
      case Input::assess: break;
    }
    const std::size_t i = in.terms.instrument.value - 1;
    const InForce& l = limits[in.limits];
    Limits own = l.account[in.terms.account.value - 1].own;
    own.max_firm_gross = Quantity{firm_gross_.at(in.limits)[i] * lot};
    own.max_firm_net = Quantity{firm_net_.at(in.limits)[i] * lot};
    static const Rights everything;
    static const std::vector<RegisteredAlgo> any;
    const LimitSet set{&own, &own, &l.strategy[in.terms.strategy.value - 1].strategy, &l.firm, nullptr, &everything, &any};
    return p.assess(in.order, in.replace, in.terms, set, in.now).reason;
  }
  Reason tell(Input in) {
    in.now = now;
    in.limits = limits.size() - 1;
    const Reason r = apply(in);
    since.push_back({in, r});
    return r;
  }
  void standing(std::uint64_t id, VenueState state, Pending pending) {
    const auto& o = truth.orders.at(id);
    if (planted_lost && state == VenueState::unknown) state = VenueState::cancelled;
    Input in;
    in.kind = Input::settle;
    in.order = {id};
    in.standing = {state, pending, o.terms.quantity, Quantity{o.filled * lot}, o.terms.limit};
    tell(in);
  }
  // A sell may fill at the reference where that is higher than its limit; risk reckons with it, so does the truth.
  std::int64_t worst_price(int side, std::int64_t limit, std::size_t i) const { return side > 0 ? limit : std::max(limit, reference[i]); }

  void place(std::size_t gateway) {
    Truth::Order o;
    o.gateway = gateway;
    o.account = below(accounts);
    o.instrument = below(instruments);
    o.strategy = below(strategies);
    o.side = random(2) ? 1 : -1;
    const std::int64_t lots = 1 + random(12), price = 900 + random(200);
    o.terms.account = {static_cast<std::uint32_t>(o.account + 1)};
    o.terms.instrument = {static_cast<std::uint32_t>(o.instrument + 1)};
    o.terms.strategy = {static_cast<std::uint32_t>(o.strategy + 1)};
    o.terms.side = o.side > 0 ? Side::buy : Side::sell;
    o.terms.type = OrderType::limit;
    o.terms.quantity = Quantity{lots * lot};
    o.terms.limit = Price{price * tick};
    o.bounds = {{lots, worst_price(o.side, price, o.instrument)}};
    const std::uint64_t id = next_order++;
    Input in;
    in.order = {id};
    in.terms = o.terms;
    if (!verdict(tell(in))) return;
    truth.orders[id] = o;
    look("an approval");
    standing(id, VenueState::none, Pending::placing);
  }
  bool verdict(Reason r) {
    ++attempts;
    ++(r == Reason::none ? approved : refused);
    ++reasons[r];
    return r == Reason::none;
  }
  void replace(std::uint64_t id) {
    auto& o = truth.orders.at(id);
    if (o.stage != Truth::Order::idle) return;
    const std::int64_t lots = o.filled + 1 + random(12), price = 900 + random(200);
    Input in;
    in.order = {id};
    in.replace = true;
    in.terms = o.terms;
    in.terms.quantity = Quantity{lots * lot};
    in.terms.limit = Price{price * tick};
    if (in.terms.quantity == o.terms.quantity && in.terms.limit == o.terms.limit) return;
    standing(id, VenueState::working, Pending::approval);
    if (!verdict(tell(in))) return standing(id, VenueState::working, Pending::none);
    ++replaces;
    o.wanted = {lots, worst_price(o.side, price, o.instrument)};
    o.bounds.push_back(o.wanted);
    o.stage = Truth::Order::replacing;
    wanted[id] = in.terms;
    look("an approved replace");
    standing(id, VenueState::working, Pending::replacing);
  }
  std::map<std::uint64_t, OrderTerms> wanted;
  void answer(std::uint64_t id) {
    auto& o = truth.orders.at(id);
    if (o.stage == Truth::Order::unknown) {
      o.stage = o.bounds.size() == 2 ? Truth::Order::back : Truth::Order::idle;
      return standing(id, VenueState::working, Pending::none);
    }
    if (o.stage == Truth::Order::back) {
      o.stage = Truth::Order::replacing;
      return standing(id, VenueState::working, Pending::replacing);
    }
    if (o.stage != Truth::Order::replacing) return;
    const bool done = random(2) == 0 && o.filled <= o.bounds[1].lots;
    o.bounds = {o.bounds[done ? 1 : 0]};
    if (done) o.terms = wanted.at(id);
    o.stage = Truth::Order::idle;
    standing(id, VenueState::working, Pending::none);
    look("an answer");
  }
  void doubt(std::uint64_t id) {
    auto& o = truth.orders.at(id);
    if (o.stage == Truth::Order::unknown || o.stage == Truth::Order::back) return;
    o.stage = Truth::Order::unknown;
    ++doubts;
    standing(id, VenueState::unknown, Pending::querying);
  }
  void fill(std::uint64_t id) {
    auto& o = truth.orders.at(id);
    std::int64_t sure = INT64_MAX;
    for (const auto& b : o.bounds) sure = std::min(sure, b.lots - o.filled);
    if (sure <= 0) return;
    const std::int64_t lots = 1 + random(sure), price = Truth::price(o) - random(3) * random(40);
    ++fills;
    o.filled += lots;
    truth.held[o.account][o.instrument].fill(o.side, lots, price);
    truth.sleeves[o.strategy][o.instrument].fill(o.side, lots, price);
    Input in;
    in.kind = Input::book;
    in.fill = {{next_fill++}, {id}, o.terms.account, o.terms.instrument, o.terms.side, Quantity{lots * lot},
               {lots * price * unit, "USDT"}, {0, "USDT"}, o.terms.strategy};
    tell(in);
    const bool whole = o.bounds.size() == 1 && o.filled == o.bounds[0].lots;
    if (whole) end(id, VenueState::filled);
    look("a fill");
  }
  void end(std::uint64_t id, VenueState how) {
    standing(id, how, Pending::none);
    truth.orders.erase(id);
  }
  // The process dies: the last snapshot, the inputs after it, the same verdicts, the same bytes; what a venue owes is in doubt.
  void crash() {
    ++crashes;
    ByteWriter before;
    wire::write_binary(before, p);
    Portfolio back;
    ByteReader r(snapshot);
    ASSERT_TRUE(wire::read_binary(r, back) && r.at_end());
    p = std::move(back);
    for (const auto& [in, said] : since) ASSERT_EQ(apply(in), said);
    ByteWriter after;
    wire::write_binary(after, p);
    ASSERT_TRUE(before.bytes() == after.bytes());
    std::vector<std::uint64_t> ids;
    for (const auto& [id, o] : truth.orders) ids.push_back(id);
    for (const auto id : ids)
      if (truth.orders.at(id).stage == Truth::Order::replacing) doubt(id);
    save();
    look("a crash");
  }
  void step() {
    now = now + microseconds(random(1'000));
    const std::size_t gateway = below(gateways);
    if (truth.orders.empty() || (truth.orders.size() < 48 && random(3) != 0)) return place(gateway);
    auto at = truth.orders.lower_bound(static_cast<std::uint64_t>(random(static_cast<std::int64_t>(next_order))));
    if (at == truth.orders.end()) at = truth.orders.begin();
    const std::uint64_t id = at->first;
    switch (random(10)) {
      case 0: case 1: return replace(id);
      case 2: case 3: return answer(id);
      case 4: case 5: case 6: return fill(id);
      case 7: return doubt(id);
      default: return at->second.stage == Truth::Order::idle ? end(id, VenueState::cancelled) : answer(id);
    }
  }
  void run(std::size_t wanted_attempts) {
    std::size_t next_cut = 300, next_crash = 500, next_move = 100;
    while (attempts < wanted_attempts && broken.empty() && !testing::Test::HasFatalFailure()) {
      step();
      if (attempts >= next_cut) change_limits(), next_cut = attempts + 100 + below(400);
      if (attempts >= next_crash) crash(), next_crash = attempts + 200 + below(1'500);
      if (attempts >= next_move) move_reference(below(instruments)), next_move = attempts + 50 + below(200);
    }
  }
};

TEST(race, exposure_is_never_over_a_limit_by_a_unit) {
  const char* set = std::getenv("TRADE_RACE_ATTEMPTS");
  const std::size_t attempts = set != nullptr ? std::strtoull(set, nullptr, 10) : 100'000;
  std::size_t approved = 0, refused = 0, cuts = 0, crashes = 0, replaces = 0, fills = 0, doubts = 0, tried = 0;
  std::map<Reason, std::size_t> reasons;
  for (std::uint64_t seed = 1; tried < attempts; ++seed) {
    Race race(seed, false);
    race.run(std::min<std::size_t>(attempts - tried, 20'000));
    ASSERT_FALSE(HasFatalFailure()) << "seed " << seed;
    ASSERT_EQ(race.broken, "") << "seed " << seed;
    tried += race.attempts, approved += race.approved, refused += race.refused, cuts += race.cuts, crashes += race.crashes;
    replaces += race.replaces, fills += race.fills, doubts += race.doubts;
    for (const auto& [r, n] : race.reasons) reasons[r] += n;
  }
  std::printf("race: %zu attempts of %zu gateways: %zu approved (%zu replaces), %zu refused; %zu fills, %zu orders in doubt, %zu changes "
              "of limits, %zu crashes; never over by a unit\n", tried, gateways, approved, replaces, refused, fills, doubts, cuts, crashes);
  for (const Reason r : {Reason::risk_position, Reason::risk_exposure, Reason::risk_gross, Reason::risk_net, Reason::risk_capital}) {
    std::printf("race: refused for %s: %zu\n", std::string(name_of(r)).c_str(), reasons[r]);
    EXPECT_GT(reasons[r], tried / 1'000) << name_of(r);  // every level was fought for
  }
  EXPECT_GT(approved, tried / 20);
}

// The counter finds a reservation that is let go of too early.
TEST(race, a_lost_reservation_is_found) {
  int found = 0;
  for (std::uint64_t seed = 1; seed <= 3; ++seed) {
    Race race(seed, true);
    race.run(20'000);
    found += !race.broken.empty();
  }
  EXPECT_EQ(found, 3);
}

}  // namespace
}  // namespace trade
