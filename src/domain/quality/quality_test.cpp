#include "domain/quality/quality.h"

#include <gtest/gtest.h>

#include <algorithm>

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

TEST(Quality, one_fill_by_hand) {
  // A buy decided at 100, routed at 100.5, filled at 101 against a mid of 100.8; the best venue offered 100.9, all in.
  FillQuality q;
  const Price routed{10'050'000'000}, mid{10'080'000'000};
  const JudgedFill f{Side::buy, price_of(101), quantity_of(2), price_of(100), routed, mid, 10'110'000'000, 10'090'000'000};
  note_fill(q, f);
  EXPECT_NEAR(bps(q.arrival), 100.0, 1e-9);
  EXPECT_NEAR(bps(q.route), 0.5 / 100.5 * 1e4, 1e-9);
  EXPECT_NEAR(bps(q.effective), 2 * 0.2 / 100.8 * 1e4, 1e-9);
  EXPECT_NEAR(bps(q.impact), 80.0, 1e-9);
  EXPECT_NEAR(bps(q.regret), 0.2 / 101 * 1e4, 1e-9);
  note_later(q, f, 1, Price{10'070'000'000});
  EXPECT_NEAR(bps(q.realised[1]), 2 * 0.3 / 100.8 * 1e4, 1e-9);
  EXPECT_NEAR(bps(q.reverted[1]), 0.1 / 100.8 * 1e4, 1e-9);
  // sold, the same prices are the same figures turned
  FillQuality s;
  JudgedFill sold = f;
  sold.side = Side::sell;
  note_fill(s, sold);
  EXPECT_DOUBLE_EQ(bps(s.arrival), -bps(q.arrival));
  EXPECT_DOUBLE_EQ(bps(s.effective), -bps(q.effective));
}

TEST(Quality, what_is_not_known_is_left_out) {
  FillQuality q;
  note_fill(q, JudgedFill{Side::buy, price_of(101), quantity_of(2), {}, {}, {}, 0, 0});
  EXPECT_EQ(q.fills, 1u);
  for (const auto* s : {&q.arrival, &q.route, &q.effective, &q.impact, &q.regret}) EXPECT_EQ(bps(*s), 0.0);
  for (const auto& lie : {JudgedFill{Side::buy, Price{INT64_MAX}, Quantity{INT64_MAX}, price_of(1), {}, {}, 0, 0},
                          JudgedFill{Side::buy, price_of(1), Quantity{-1}, price_of(1), {}, {}, 0, 0},
                          JudgedFill{Side::buy, Price{}, Quantity{1}, price_of(1), {}, {}, 0, 0}})
    note_fill(q, lie);
  EXPECT_EQ(q.fills, 1u);
  EXPECT_EQ(bps(q.arrival), 0.0);
}

// Random fills in a random market, against one pass over everything in floating point.
TEST(Quality, sums_and_aftermath_equal_a_slow_reckoning) {
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    Draw draw{seed};
    struct Moment {
      Time at;
      Price mid;
    };
    struct Done {
      JudgedFill fill;
      Time at;
    };
    std::vector<Moment> market;
    std::vector<Done> fills;
    FillQuality q;
    Aftermath after;
    Time now{1};
    Price mid = price_of(100);
    const auto judge = [&](const Aftermath::Waiting& w, std::size_t h, Price later) {
      note_later(q, JudgedFill{w.side, w.price, w.quantity, {}, {}, w.mid, 0, 0}, h, later);
    };
    for (int i = 0; i < 2'000; ++i) {
      now = now + milliseconds(draw(200));
      if (draw(3) == 0) {
        const Price price = mid + Price{(draw(200) - 100) * 1'000'000};
        const Side side = draw(2) == 0 ? Side::buy : Side::sell;
        const JudgedFill f{side, price, Quantity{1 + draw(decimal_one)}, price_of(99), price_of(100), mid, 0, 0};
        note_fill(q, f);
        after.add({7, f.side, f.price, f.mid, f.quantity, now});
        fills.push_back({f, now});
      } else {
        if (after.due(now)) after.price_changes(mid, now, judge);
        mid = mid + Price{(draw(201) - 100) * 1'000'000};
        market.push_back({now, mid});
      }
    }
    double arrival = 0, value = 0;
    std::array<double, 3> realised{}, reverted{}, base{};
    for (const auto& d : fills) {
      const double s = d.fill.side == Side::buy ? 1 : -1, n = static_cast<double>(d.fill.quantity.units);
      const double p = static_cast<double>(d.fill.price.units);
      const double m = static_cast<double>(d.fill.mid.units);
      arrival += s * (p - 99e8) * n;
      value += 99e8 * n;
      for (std::size_t h = 0; h < 3; ++h) {
        const Time due = d.at + quality_horizons[h];
        if (due >= market.back().at) continue;
        Price in_force = price_of(100);
        for (const auto& moment : market)
          if (moment.at <= due) in_force = moment.mid;
        realised[h] += 2 * s * (p - static_cast<double>(in_force.units)) * n;
        reverted[h] += s * (m - static_cast<double>(in_force.units)) * n;
        base[h] += m * n;
      }
    }
    EXPECT_NEAR(bps(q.arrival), arrival / value * 1e4, 1e-6);
    for (std::size_t h = 0; h < 3; ++h) {
      EXPECT_NEAR(bps(q.realised[h]), realised[h] / base[h] * 1e4, 1e-6) << h;
      EXPECT_NEAR(bps(q.reverted[h]), reverted[h] / base[h] * 1e4, 1e-6) << h;
    }
    EXPECT_LT(after.waiting.size(), 1'000u);
  }
}

TEST(Quality, sums_add_up) {
  Draw draw{5};
  FillQuality a, b, both;
  for (int i = 0; i < 100; ++i) {
    const JudgedFill f{draw(2) == 0 ? Side::buy : Side::sell,
                       price_of(1 + draw(100)),
                       quantity_of(1 + draw(9)),
                       price_of(1 + draw(100)),
                       price_of(1 + draw(100)),
                       price_of(1 + draw(100)),
                       5,
                       7};
    note_fill(i % 2 == 0 ? a : b, f);
    note_fill(both, f);
    note_later(i % 2 == 0 ? a : b, f, 2, price_of(50));
    note_later(both, f, 2, price_of(50));
  }
  add(a, b);
  EXPECT_EQ(a.fills, both.fills);
  for (const auto& [x, y] :
       {std::pair{a.arrival, both.arrival}, {a.regret, both.regret}, {a.impact, both.impact}, {a.realised[2], both.realised[2]}}) {
    EXPECT_TRUE(x.cost == y.cost);
    EXPECT_TRUE(x.value == y.value);
  }
}

TEST(Latencies, percentiles_are_at_most_an_eighth_long) {
  Draw draw{9};
  for (int round = 0; round < 50; ++round) {
    Latencies l;
    std::vector<std::int64_t> all;
    for (int i = 0; i < 1'000; ++i) {
      all.push_back(draw(std::int64_t{1} << (1 + draw(60))));
      note(l, Duration{all.back()});
    }
    std::sort(all.begin(), all.end());
    for (const int percent : {1, 50, 90, 99, 100}) {
      const auto exact = static_cast<double>(all[static_cast<std::size_t>(percent * 10 - 1)]);
      const auto said = static_cast<double>(percentile(l, percent).ns);
      ASSERT_GE(said, exact);
      ASSERT_LE(said, exact * 1.125 + 1);
    }
  }
  EXPECT_EQ(percentile({}, 50), Duration{});
}

}  // namespace
}  // namespace trade
