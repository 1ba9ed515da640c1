// The memories of domain/risk/pace.h against whole histories searched from nothing.
#include <gtest/gtest.h>

#include <algorithm>
#include <map>

#include "core/digest.h"
#include "domain/risk/pace.h"

namespace trade {
namespace {

struct Random {
  std::uint64_t seed;
  std::int64_t operator()(std::int64_t n) {
    return static_cast<std::int64_t>(mix64(seed += 0x9E3779B97F4A7C15ull) % static_cast<std::uint64_t>(n));
  }
};
constexpr std::int64_t day_ns = 86'400'000'000'000;

TEST(move_window, equals_a_search_of_its_steps) {
  for (std::uint64_t round = 0; round < 100; ++round) {
    Random random{round};
    const Duration window{8 * (1 + random(1'000))};
    const Ratio move{1 + random(decimal_one / 4)};
    MoveWindow w;
    std::vector<std::pair<Price, Time>> seen;
    Time now{1'000'000};
    for (int n = 0; n < 200; ++n) {
      now = now + nanoseconds(random(window.ns / 4 + 1));
      const Price p{100'000 + random(20'000)};
      bool beyond = false;
      const std::int64_t step = window.ns / 8;
      for (const auto& [q, at] : seen) {
        if (at.ns / step <= now.ns / step - 8) continue;
        beyond = beyond || static_cast<int128>(p.units - q.units) * decimal_one > static_cast<int128>(q.units) * move.units;
        beyond = beyond || static_cast<int128>(q.units - p.units) * decimal_one > static_cast<int128>(q.units) * move.units;
      }
      ASSERT_EQ(w.beyond(p, move, now, window), beyond) << "round " << round << " step " << n;
      w.see(p, now, window);
      seen.push_back({p, now});
    }
  }
}

TEST(volume_days, average_of_the_last_twenty_that_are_over) {
  Random random{7};
  VolumeDays v;
  std::vector<std::int64_t> days;
  EXPECT_EQ(v.average(), Quantity{});
  for (int d = 0; d < 60; ++d) {
    std::int64_t sum = 0;
    for (int n = 0; n < 5; ++n) {
      const Quantity q{random(1'000)};
      v.see(seconds(60), Time{d * day_ns + n}, q);
      v.see(seconds(300), Time{d * day_ns + n}, q);  // the same trades in longer bars
      sum += q.units;
      std::int64_t total = 0;
      const auto count = std::min<std::size_t>(days.size(), 20);
      for (std::size_t k = days.size() - count; k < days.size(); ++k) total += days[k];
      ASSERT_EQ(v.average().units, count == 0 ? 0 : total / static_cast<std::int64_t>(count));
    }
    days.push_back(sum);
  }
}

TEST(size_history, bins_cover_every_quantity_once) {
  Random random{3};
  for (int n = 0; n < 100'000; ++n) {
    const Quantity q{1 + random(std::int64_t{1} << (3 + random(60)))};
    const auto bin = SizeHistory::bin_of(q);
    ASSERT_LE(q, SizeHistory::end_of(bin));
    ASSERT_TRUE(bin == 0 || q > SizeHistory::end_of(bin - 1));
    ASSERT_TRUE(q.units < 4 || SizeHistory::end_of(bin).units - q.units <= q.units / 4 + 1);
  }
}

TEST(size_history, percentile_of_the_last_15_to_30_days) {
  Random random{5};
  SizeHistory h;
  std::vector<std::pair<std::int64_t, Quantity>> all;
  Time now{100 * day_ns};
  for (int n = 0; n < 20'000; ++n) {
    now = now + nanoseconds(random(day_ns / 50));
    const Quantity q{1 + random(1'000) * (random(100) == 0 ? 50 : 1)};
    h.add(q, now);
    const std::int64_t period = now.ns / (15 * day_ns);
    const bool turned = all.empty() || all.back().first != period;
    all.push_back({period, q});
    if (!turned && n % 97 != 0) continue;
    std::vector<Quantity> recent;
    for (const auto& [p, size] : all)
      if (p >= period - 1) recent.push_back(size);
    if (recent.size() < SizeHistory::least) continue;
    std::sort(recent.begin(), recent.end());
    // Reckoned again every 32 orders: up to 31 of them are missing, so the percentile lies between those of 98.5 and 99.5 of 100 and more.
    if (recent.size() > 3'200) {
      const auto at = [&](double share) { return recent[static_cast<std::size_t>(share * static_cast<double>(recent.size() - 1))]; };
      ASSERT_GE(h.percentile_99(), at(0.98));
      ASSERT_LE(h.percentile_99(), SizeHistory::end_of(SizeHistory::bin_of(at(0.9999))));
    } else if (turned) {
      const auto rank = (recent.size() * 99 + 99) / 100;
      ASSERT_EQ(h.percentile_99(), SizeHistory::end_of(SizeHistory::bin_of(recent[rank - 1])));
    }
  }
}

TEST(throttle, equals_a_count_of_the_whole_history) {
  for (std::uint64_t round = 0; round < 200; ++round) {
    Random random{round};
    const auto most = static_cast<std::uint32_t>(1 + random(6));
    const Duration window{1 + random(50)};
    Throttle t;
    std::vector<Time> all;
    Time now{1'000};
    const auto within = [&] { return std::count_if(all.begin(), all.end(), [&](Time at) { return now - at < window; }); };
    for (int n = 0; n < 200; ++n) {
      now = now + nanoseconds(random(20));
      all.push_back(now);
      ASSERT_EQ(t.note(now, most, window), within() > most);
    }
    for (int n = 0; n < 200; ++n) {  // a raised limit: never early, and exact again once it has seen enough
      now = now + nanoseconds(random(20));
      all.push_back(now);
      const bool trips = t.note(now, most + 3, window);
      ASSERT_TRUE((!trips && n <= 3) || trips == (within() > most + 3));
    }
  }
  Throttle off;
  for (int n = 0; n < 1'000; ++n) ASSERT_FALSE(off.note(Time{}, 0, seconds(1)));
}

TEST(peak_use, highest_of_thirty_days) {
  Random random{11};
  PeakUse p;
  std::map<std::int64_t, int128> days;
  EXPECT_TRUE(p.highest() == 0);
  Time now{};
  for (int n = 0; n < 5'000; ++n) {
    now = now + nanoseconds(random(day_ns / 10));
    const int128 value = random(1'000'000);
    p.see(value, now);
    const std::int64_t today = now.ns / day_ns;
    days[today] = std::max(days[today], value);
    int128 most = 0;
    for (const auto& [d, v] : days)
      if (d > today - 30) most = std::max(most, v);
    ASSERT_TRUE(p.highest() == most) << n;
  }
}

}  // namespace
}  // namespace trade
