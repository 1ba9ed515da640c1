#include "domain/execution/schedule.h"

#include <gtest/gtest.h>

#include <cmath>
#include <deque>

#include "core/digest.h"

namespace trade {
namespace {

struct Draw {
  std::uint64_t seed;
  std::int64_t operator()(std::int64_t n) {
    seed += 0x9E3779B97F4A7C15ull;
    return static_cast<std::int64_t>(mix64(seed) % static_cast<std::uint64_t>(n));
  }
};

constexpr Time t0{1'700'000'000'000'000'000};

OrderTerms terms(Algo algo, std::int64_t quantity, Duration length) {
  OrderTerms t;
  t.algo = algo;
  t.quantity = Quantity{quantity};
  t.type = OrderType::limit;
  t.limit = Price{1'000};
  t.tif = TimeInForce::gtc;
  t.start = t0;
  t.end = t0 + length;
  t.display = Quantity{10};
  t.participation = Ratio{decimal_one / 5};
  return t;
}

TEST(VolumeCurve, shares_are_the_integral_of_the_bins) {
  Draw draw{3};
  for (int round = 0; round < 200; ++round) {
    VolumeCurve c;
    for (auto& q : c.traded) q = Quantity{draw(4) == 0 ? 0 : draw(1'000'000)};
    const Time start = t0 + Duration{draw(day_length.ns)};
    const Duration length{seconds(60).ns + draw(2 * day_length.ns)};
    const int slices = static_cast<int>(1 + draw(50));
    const auto done = shares(c, start, start + length, slices);
    // The oracle adds the volume of 100,000 moments.
    const int moments = 100'000;
    std::vector<double> cumulative(static_cast<std::size_t>(slices), 0.0);
    double sum = 0;
    for (int i = 0; i < moments; ++i) {
      const Time at = start + Duration{static_cast<std::int64_t>(static_cast<double>(length.ns) * (i + 0.5) / moments)};
      sum += static_cast<double>(c.traded[static_cast<std::size_t>(at.ns / curve_bin.ns % 96)].units);
      cumulative[static_cast<std::size_t>(static_cast<std::int64_t>(i) * slices / moments)] = sum;
    }
    ASSERT_EQ(done.back(), whole_share);
    for (std::size_t k = 0; k < done.size(); ++k) {
      ASSERT_GE(done[k], k == 0 ? 0 : done[k - 1]);
      if (sum > 0) { ASSERT_NEAR(static_cast<double>(done[k]) / 1e16, cumulative[k] / sum, 2e-3) << round; }
    }
  }
}

TEST(VolumeCurve, without_volume_it_is_flat) {
  EXPECT_EQ(shares({}, t0, t0 + seconds(100), 4),
            (std::vector<std::int64_t>{whole_share / 4, whole_share / 2, whole_share / 4 * 3, whole_share}));
}

TEST(VolumeCurve, bars_add_up) {
  VolumeCurve c;
  const Time midnight = floor_to(t0, day_length);
  add_bar(c, midnight + seconds(899), seconds(60), Quantity{7});
  add_bar(c, midnight + seconds(900), seconds(60), Quantity{5});
  add_bar(c, midnight + day_length, seconds(3600), Quantity{10});
  add_bar(c, midnight, seconds(60), Quantity{-1});
  EXPECT_EQ(c.traded[0], Quantity{10});
  EXPECT_EQ(c.traded[1], Quantity{8});
  EXPECT_EQ(c.traded[2], Quantity{2});
  EXPECT_EQ(c.traded[3], Quantity{2});
  for (int i = 0; i < 3; ++i) add_bar(c, midnight, seconds(60), Quantity{INT64_MAX});
  EXPECT_EQ(c.traded[0], Quantity{INT64_MAX});
  EXPECT_EQ(shares(c, midnight, midnight + seconds(1800), 2)[0], whole_share);
}

// The closed form of the paper, equation (17): x(t) = sinh(kappa (T - t)) / sinh(kappa T), 2 cosh(kappa tau) = 2 + kappa~^2 tau^2.
TEST(AlmgrenChriss, is_the_closed_form) {
  for (const int n : {1, 2, 3, 10, 100, 1000})
    for (const std::int64_t percent : {0, 1, 20, 50, 100}) {
      const auto done = almgren_chriss(Ratio{decimal_one / 100 * percent}, n);
      ASSERT_EQ(done.size(), static_cast<std::size_t>(n));
      const double step = 10.0 * static_cast<double>(percent) / 100 / n;
      const double kappa = std::acosh(1 + step * step / 2);
      for (int k = 1; k <= n; ++k) {
        const double left = kappa == 0 ? 1 - static_cast<double>(k) / n : std::sinh(kappa * (n - k)) / std::sinh(kappa * n);
        ASSERT_NEAR(static_cast<double>(done[static_cast<std::size_t>(k - 1)]) / 1e16, 1 - left, 1e-10) << n << " " << percent << " " << k;
      }
    }
}

TEST(Algo, terms_that_cannot_be_worked_are_refused) {
  const auto bad = [](OrderTerms t) { return check_algo(t, t0) == Reason::order_bad_algo; };
  for (const auto a : {Algo::twap, Algo::vwap, Algo::pov, Algo::iceberg, Algo::shortfall, Algo::sniper})
    EXPECT_FALSE(bad(terms(a, 100, seconds(100)))) << name_of(a);
  auto t = terms(Algo::twap, 100, seconds(100));
  t.end = {};
  EXPECT_TRUE(bad(t));  // a timed one without an end
  t.tif = TimeInForce::gtd;
  t.expire = t0 + seconds(5);
  EXPECT_FALSE(bad(t));
  t.expire = t0;
  EXPECT_TRUE(bad(t));
  t.tif = TimeInForce::day;
  t.expire = {};
  EXPECT_FALSE(bad(t));
  EXPECT_EQ(make_schedule(t, Quantity{1}, Quantity{1}, seconds(10), nullptr, t0).end, floor_to(t0, day_length) + day_length);
  t = terms(Algo::pov, 100, seconds(100));
  t.participation = Ratio{};
  EXPECT_TRUE(bad(t));
  t.participation = Ratio{decimal_one + 1};
  EXPECT_TRUE(bad(t));
  t.algo = Algo::shortfall;
  EXPECT_TRUE(bad(t));
  t = terms(Algo::iceberg, 100, seconds(100));
  t.post_only = true;
  EXPECT_FALSE(bad(t));
  t.display = {};
  EXPECT_TRUE(bad(t));
  t = terms(Algo::sniper, 100, seconds(100));
  t.type = OrderType::market;
  EXPECT_TRUE(bad(t));
  using enum OrderType;
  for (const auto type : {stop, stop_limit, trailing_stop, pegged, market_to_limit}) {
    t = terms(Algo::twap, 100, seconds(100));
    t.type = type;
    EXPECT_TRUE(bad(t));
  }
  for (const auto tif : {TimeInForce::ioc, TimeInForce::fok, TimeInForce::at_open, TimeInForce::at_close}) {
    t = terms(Algo::twap, 100, seconds(100));
    t.tif = tif;
    EXPECT_TRUE(bad(t));
  }
}

TEST(Algo, twap_is_even) {
  const auto t = terms(Algo::twap, 103, seconds(100));
  const auto s = make_schedule(t, Quantity{1}, Quantity{1}, seconds(10), nullptr, t0);
  WorkProgress p{Quantity{103}, {}, {}, {}, {}, t.limit};
  std::string sent;
  for (Time now = t0; now < s.end;) {
    const WorkStep next = step(s, p, now);
    sent += std::to_string(next.send.units) + " ";
    p.filled += next.send;
    now = next.next;
  }
  EXPECT_EQ(sent, "10 10 10 11 10 10 11 10 10 11 ");
  EXPECT_TRUE(step(s, p, s.end).ended);
  EXPECT_EQ(step(s, WorkProgress{Quantity{103}, {}, {}, {}, {}, {}}, t0 - seconds(1)).next, t0);
}

TEST(Algo, slices_that_divide_the_total_are_equal) {
  const auto t = terms(Algo::twap, 60, seconds(60));
  const auto s = make_schedule(t, Quantity{1}, Quantity{1}, seconds(10), nullptr, t0);
  for (int k = 0; k < 6; ++k)
    EXPECT_EQ(target(s, WorkProgress{Quantity{60}, {}, {}, {}, {}, {}}, t0 + Duration{seconds(10).ns * k}), Quantity{10 * (k + 1)});
}

TEST(Algo, iceberg_shows_one_piece_at_a_time) {
  const auto s = make_schedule(terms(Algo::iceberg, 25, seconds(100)), Quantity{1}, Quantity{1}, seconds(10), nullptr, t0);
  WorkProgress p{Quantity{25}, {}, {}, {}, {}, Price{1'000}};
  EXPECT_EQ(step(s, p, t0).send, Quantity{10});
  EXPECT_EQ(step(s, p, t0).limit, Price{1'000});
  p.open = Quantity{10};
  EXPECT_EQ(step(s, p, t0).send, Quantity{});
  p.open = Quantity{1};
  p.filled = Quantity{9};
  EXPECT_EQ(step(s, p, t0).send, Quantity{});
  p.open = {};
  p.filled = Quantity{20};
  EXPECT_EQ(step(s, p, t0).send, Quantity{5});
  p.filled = Quantity{25};
  EXPECT_TRUE(step(s, p, t0).ended);
}

TEST(Algo, sniper_waits_for_its_price) {
  auto t = terms(Algo::sniper, 25, seconds(100));
  t.side = Side::sell;
  const auto s = make_schedule(t, Quantity{1}, Quantity{1}, seconds(10), nullptr, t0);
  WorkProgress p{Quantity{25}, {}, {}, {}, {}, Price{1'000}};
  EXPECT_EQ(step(s, p, t0).send, Quantity{});
  p.touch = {Price{999}, Quantity{50}};
  EXPECT_EQ(step(s, p, t0).send, Quantity{});
  p.touch = {Price{1'002}, Quantity{8}};
  EXPECT_EQ(step(s, p, t0).send, Quantity{8});
  EXPECT_EQ(step(s, p, t0).limit, Price{1'002});
  p.open = Quantity{8};
  EXPECT_EQ(step(s, p, t0).send, Quantity{});
}

TEST(Algo, what_is_too_little_to_send_ends_it) {
  auto t = terms(Algo::iceberg, 25, seconds(100));
  t.end = {};
  const auto s = make_schedule(t, Quantity{1}, Quantity{5}, seconds(10), nullptr, t0);
  EXPECT_EQ(s.end, no_end);
  WorkProgress p{Quantity{25}, Quantity{22}, {}, {}, {}, Price{1'000}};
  EXPECT_TRUE(step(s, p, t0).ended);
  p.open = Quantity{3};
  EXPECT_FALSE(step(s, p, t0).ended);
}

// One parent among children that fill late, partly or not at all, a market that trades, and replaces.
struct World {
  struct Child {
    Quantity left;
    Time answer;
  };
  Draw draw;
  OrderTerms terms;
  WorkSchedule schedule;
  WorkProgress progress;
  std::deque<Child> children;
  Time now = t0;
  std::int64_t lot, least;
  int fill_percent;
  Quantity least_total;  // of all totals there were

  World(std::uint64_t seed, Algo algo, int fills) : draw{seed}, fill_percent(fills) {
    lot = 1 + draw(5);
    least = lot * (1 + draw(4));
    terms = trade::terms(algo, least * (1 + draw(300)) + draw(lot), seconds(10 + draw(1000)));
    terms.display = Quantity{least + draw(100)};
    terms.participation = Ratio{1 + draw(decimal_one)};
    VolumeCurve curve;
    for (auto& q : curve.traded) q = Quantity{draw(1000)};
    schedule = make_schedule(terms, Quantity{lot}, Quantity{least}, seconds(1 + draw(60)), &curve, t0 - seconds(draw(20)));
    progress.total = least_total = terms.quantity;
    progress.limit = terms.limit;
  }
  Quantity used() const { return progress.filled + progress.open; }
  // What the schedule may have used by now, from its shares alone.
  Quantity allowed() const {
    if (!schedule.done_by.empty()) {
      std::size_t k = 0;
      while (k + 1 < schedule.done_by.size() &&
             schedule.start.ns +
                     static_cast<std::int64_t>(static_cast<int128>((schedule.end - schedule.start).ns) * static_cast<std::int64_t>(k + 1) /
                                               static_cast<std::int64_t>(schedule.done_by.size())) <=
                 now.ns)
        ++k;
      return Quantity{static_cast<std::int64_t>(static_cast<long double>(progress.total.units) *
                                                static_cast<long double>(schedule.done_by[k]) / 1e16L) +
                      1 + 1};
    }
    if (terms.algo != Algo::pov) return progress.total;
    return Quantity{static_cast<std::int64_t>(static_cast<int128>(progress.volume.units) * terms.participation.units / decimal_one)};
  }
  void trade() {
    progress.volume += Quantity{draw(3) * draw(200)};
    progress.touch = draw(3) == 0 ? Level{} : Level{Price{990 + draw(20)}, Quantity{1 + draw(100)}};
    while (!children.empty() && children.front().answer <= now) {
      const Quantity left = children.front().left;
      const Quantity filled = draw(100) < fill_percent ? left : Quantity{draw(left.units + 1)};
      progress.filled += filled;
      progress.open -= left;
      children.pop_front();
    }
  }
  void replace() {
    const Quantity before = progress.total;
    progress.total = max(Quantity{before.units + draw(50) - 25}, used());
    least_total = min(least_total, progress.total);
  }
  WorkStep look() {
    const WorkStep s = step(schedule, progress, now);
    if (s.send == Quantity{}) return s;
    EXPECT_LE(used() + s.send, progress.total);
    EXPECT_LE(used() + s.send, allowed() + Quantity{least});
    const bool last = used() + s.send == progress.total;
    EXPECT_TRUE(last || (s.send.units % lot == 0 && s.send.units >= least));
    EXPECT_TRUE(s.send.units >= least || s.send == progress.total);
    EXPECT_LT(now, schedule.end);
    EXPECT_GE(now, schedule.start);
    progress.open += s.send;
    children.push_back({s.send, now + milliseconds(draw(500))});
    return s;
  }
};

constexpr Algo all_algos[] = {Algo::twap, Algo::vwap, Algo::shortfall, Algo::pov, Algo::iceberg, Algo::sniper};

TEST(Algo, never_more_nor_sooner_than_the_schedule_wants) {
  for (const auto algo : all_algos)
    for (std::uint64_t seed = 1; seed <= 300; ++seed) {
      World w(seed, algo, 60);
      w.now = w.schedule.start - seconds(2);
      while (w.now < w.schedule.end) {
        w.trade();
        if (w.draw(50) == 0) w.replace();
        const WorkStep s = w.look();
        ASSERT_FALSE(testing::Test::HasFailure()) << name_of(algo) << " " << seed;
        w.now = std::min(s.next, w.now + milliseconds(200 + w.draw(2000)));
        if (s.ended) break;
      }
      w.now = std::max(w.now, w.schedule.end);
      const WorkStep s = w.look();
      ASSERT_TRUE(s.ended && s.send == Quantity{});
    }
}

// When the market gives what is asked for, timed parents are done to the last unit by their end, and never lag by more than a piece.
TEST(Algo, timed_parents_sum_to_the_total) {
  for (const auto algo : {Algo::twap, Algo::vwap, Algo::shortfall})
    for (std::uint64_t seed = 1; seed <= 300; ++seed) {
      World w(seed, algo, 100);
      w.now = w.schedule.start;
      while (w.now < w.schedule.end) {
        w.trade();
        const WorkStep s = w.look();
        ASSERT_GE(w.used() + Quantity{w.least + w.lot}, target(w.schedule, w.progress, w.now));
        w.now = s.next;
      }
      ASSERT_EQ(w.used(), w.progress.total) << name_of(algo) << " " << seed;
    }
}

TEST(Algo, pov_keeps_its_share) {
  for (std::uint64_t seed = 1; seed <= 300; ++seed) {
    World w(seed, Algo::pov, 100);
    for (w.now = w.schedule.start; w.now < w.schedule.end;) {
      w.trade();
      const WorkStep s = w.look();
      if (s.ended) break;
      ASSERT_GE(w.used() + Quantity{w.least + w.lot}, min(w.allowed(), w.progress.total)) << seed;
      w.now = s.next;
    }
  }
}

}  // namespace
}  // namespace trade
