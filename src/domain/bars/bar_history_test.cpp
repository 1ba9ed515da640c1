#include "domain/bars/bar_history.h"

#include <gtest/gtest.h>

#include <map>

#include "core/digest.h"

namespace trade {
namespace {

using Key = std::pair<std::int64_t, std::int64_t>;  // interval, open time
using View = std::map<Key, Candle>;

// Every finished bar of the trades as they are now known, by grouping; under `fill` those between the first trade and `until` too.
View group_by(const std::vector<LoggedTrade>& trades, const BarPlan& plan, Time first, Time until) {
  View all;
  for (const auto d : plan.intervals)
    for (Time open = floor_to(first, d); open + d <= until; open = open + d) {
      Candle c;
      Price last{};
      for (const auto& t : trades) {
        if (t.at < open) last = t.price;
        if (t.at < open || t.at >= open + d) continue;
        if (c.trades == 0) c = {t.price, t.price, t.price, t.price, {}, 0};
        c = {c.open, max(c.high, t.price), min(c.low, t.price), t.price, c.volume + t.quantity, c.trades + 1};
      }
      if (c.trades == 0 && (plan.gaps == Gaps::skip || last.units == 0)) continue;
      if (c.trades == 0) c = {last, last, last, last, {}, 0};
      all[{d.ns, open.ns}] = c;
    }
  return all;
}

struct Rig {
  BarPlan plan;
  Duration window;
  BarSeries series;
  BarHistory history;
  View view;  // what a reader of bars and corrections knows
  std::size_t corrected = 0;

  void take(const ClosedBar& b) {
    if (b.interval == plan.intervals[0]) history.keep(plan, series.base, window);
    view[{b.interval.ns, b.open_time.ns}] = b.candle;
  }
  void trade(const LoggedTrade& t) {
    add_trade(series, plan, t.at, t.price, t.quantity, [&](const ClosedBar& b) { take(b); });
    history.log(t.at, t.id, t.price, t.quantity);
  }
  void correct(std::uint64_t id, Price price, Quantity quantity) {
    for (const auto& b : history.correct(series, plan, id, price, quantity)) {
      ++corrected;
      if (b.candle.trades == 0 && b.candle.close.units == 0) view.erase({b.interval.ns, b.open_time.ns});
      else view[{b.interval.ns, b.open_time.ns}] = b.candle;
    }
  }
  void close(Time until) {
    close_bars(series, plan, until, [&](const ClosedBar& b) { take(b); });
  }
};

// Random trades, some of them taken back or changed up to a minute later: the reader ends with the bars of what remains.
TEST(bar_history, a_reader_of_corrections_has_the_bars_of_what_remains) {
  for (std::uint64_t seed = 1; seed <= 60; ++seed) {
    Rig rig{{{seconds(1), seconds(5), seconds(60)}, seed % 2 != 0 ? Gaps::fill : Gaps::skip}, seconds(600), {}, {}, {}, 0};
    std::vector<LoggedTrade> truth;
    Time at = Time{} + seconds(1'000'000) + nanoseconds(static_cast<std::int64_t>(mix64(seed) % 1'000'000'000));
    const Time first = at;
    for (std::uint64_t i = 1; i <= 250; ++i) {
      const auto r = mix64(seed * 10'007 + i);
      at = at + nanoseconds(static_cast<std::int64_t>(r % (i % 40 == 0 ? 9'000'000'000 : 600'000'000)));
      const LoggedTrade t{at, i, Price{static_cast<std::int64_t>(1'000 + (r >> 20) % 50)},
                          Quantity{static_cast<std::int64_t>(1 + (r >> 30) % 9)}};
      truth.push_back(t);
      rig.trade(t);
      if (r % 4 != 0 || truth.size() < 3) continue;
      const auto pick = 1 + (r >> 40) % (truth.size() - 1);  // the first trade stays: nothing is filled before it
      const Quantity quantity{static_cast<std::int64_t>((r >> 50) % 3 == 0 ? 7 : 0)};
      const Price price{static_cast<std::int64_t>(900 + (r >> 52) % 300)};
      rig.correct(truth[pick].id, price, quantity);
      if (quantity.units == 0) truth.erase(truth.begin() + static_cast<std::ptrdiff_t>(pick));
      else truth[pick].price = price, truth[pick].quantity = quantity;
    }
    const Time until = floor_to(at, seconds(60)) + seconds(120);
    rig.close(until);
    ASSERT_EQ(rig.view, group_by(truth, rig.plan, floor_to(first, seconds(1)), until)) << "seed " << seed;
    ASSERT_GT(rig.corrected, 20u);
    ASSERT_EQ(rig.history.missed, 0u);
  }
}

TEST(bar_history, what_is_no_longer_kept_is_missed_and_changes_nothing) {
  Rig rig{{{seconds(1), seconds(60)}, Gaps::skip}, seconds(10), {}, {}, {}, 0};
  for (std::uint64_t i = 1; i <= 5'999; ++i)
    rig.trade({Time{} + milliseconds(static_cast<std::int64_t>(i) * 100), i, Price{5}, Quantity{1}});
  const auto before = rig.view;
  rig.correct(1, {}, {});
  rig.correct(0, {}, {});
  rig.correct(999'999, {}, {});
  EXPECT_EQ(rig.view, before);
  EXPECT_EQ(rig.history.missed, 3u);
  EXPECT_LT(rig.history.trades.size(), 3'000u);
  rig.correct(5'950, Price{9}, Quantity{1});
  EXPECT_EQ(rig.corrected, 1u);
  EXPECT_EQ(rig.series.larger[0].candle.high, Price{9});  // the minute in progress
}

}  // namespace
}  // namespace trade
