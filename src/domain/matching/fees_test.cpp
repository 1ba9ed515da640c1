#include "domain/matching/fees.h"

#include <gtest/gtest.h>

#include <map>

namespace trade::matching {
namespace {

constexpr Time at(std::int64_t day, std::int64_t second) { return Time{} + seconds(86'400 * day + second); }
Money usd(std::int64_t whole) { return {money_one * whole, "USD"}; }

TEST(fees, volume_counts_for_thirty_days_as_a_plain_sum_over_all_trades_does) {
  RollingVolume v;
  std::vector<std::pair<std::int64_t, std::int64_t>> trades;  // day, value
  std::uint64_t random = 3;
  std::int64_t day = 20'000;
  for (int i = 0; i < 3000; ++i) {
    random = random * 6364136223846793005u + 1442695040888963407u;
    day += (random >> 40) % 7 == 0 ? static_cast<std::int64_t>((random >> 50) % 40) : 0;
    const auto value = 1 + static_cast<std::int64_t>((random >> 33) % 1000);
    v.add(at(day, i % 86'400), usd(value));
    trades.emplace_back(day, value);
    for (const auto later : {std::int64_t{0}, std::int64_t{1}, std::int64_t{29}, std::int64_t{30}}) {
      std::int64_t sum = 0;
      for (const auto& [d, traded] : trades)
        if (d > day + later - 30) sum += traded;
      ASSERT_EQ(v.of(at(day + later, 0)).units, usd(sum).units) << i;
    }
  }
}

TEST(fees, the_last_tier_reached_is_in_force) {
  const std::vector<FeeTier> tiers{
      {{}, Ratio{20}, Ratio{50}}, {price_of(1000), Ratio{10}, Ratio{40}}, {price_of(5000), Ratio{-5}, Ratio{30}}};
  EXPECT_EQ(tier_of(tiers, Money{}).taker, Ratio{50});
  EXPECT_EQ(tier_of(tiers, usd(999)).taker, Ratio{50});
  EXPECT_EQ(tier_of(tiers, usd(1000)).taker, Ratio{40});
  EXPECT_EQ(tier_of(tiers, usd(4999) + Money{money_one - 1, "USD"}).taker, Ratio{40});
  EXPECT_EQ(tier_of(tiers, usd(1'000'000)).maker, Ratio{-5});
}

}  // namespace
}  // namespace trade::matching
