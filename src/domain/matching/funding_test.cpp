#include "domain/matching/funding.h"

#include <gtest/gtest.h>

namespace trade::matching {
namespace {

const FundingRule rule{seconds(28'800), seconds(60), Ratio{10'000}, Ratio{50'000}};

TEST(funding, the_premium_is_what_either_side_lies_beyond_the_index) {
  EXPECT_EQ(premium(price_of(101), price_of(102), price_of(100)).units, 1'000'000);
  EXPECT_EQ(premium(price_of(97), price_of(98), price_of(100)).units, -2'000'000);
  EXPECT_EQ(premium(price_of(99), price_of(101), price_of(100)).units, 0);
  EXPECT_EQ(premium({}, {}, price_of(100)).units, 0);
}

TEST(funding, interest_pulls_within_the_clamp) {
  EXPECT_EQ(funding_rate(Ratio{0}, rule).units, 10'000);
  EXPECT_EQ(funding_rate(Ratio{200'000}, rule).units, 150'000) << "0.2 % - 0.05 %";
  EXPECT_EQ(funding_rate(Ratio{-200'000}, rule).units, -150'000);
  EXPECT_EQ(funding_rate(Ratio{-30'000}, rule).units, 10'000);
}

TEST(funding, later_samples_weigh_more) {
  Funding f;
  EXPECT_FALSE(f.end_interval(rule).has_value());
  f.take_sample(price_of(101), price_of(102));
  EXPECT_FALSE(f.end_interval(rule).has_value()) << "no index, no sample";
  f.index = price_of(100);
  f.take_sample(price_of(101), price_of(102));
  f.take_sample(price_of(100), price_of(101));
  f.take_sample(price_of(103), price_of(104));
  // (1 x 1 % + 2 x 0 % + 3 x 3 %) / 6 = 1.66666667 %, less the clamp
  EXPECT_EQ(f.end_interval(rule)->units, 1'666'667 - 50'000);
  EXPECT_FALSE(f.end_interval(rule).has_value()) << "a new interval";
}

TEST(funding, the_mark_is_the_median_of_what_is_known) {
  Funding f;
  EXPECT_EQ(f.mark({}, {}, rule), Price{});
  EXPECT_EQ(f.mark(price_of(90), {}, rule), price_of(90));
  f.index = price_of(100);
  EXPECT_EQ(f.mark(price_of(90), {}, rule), price_of(95)) << "of two, the middle";
  f.take_sample(price_of(101), price_of(103));
  EXPECT_EQ(f.mark(price_of(90), {}, rule), price_of(100));
  EXPECT_EQ(f.mark(price_of(110), {}, rule), price_of(102));
  f.end_interval(rule);
  EXPECT_EQ(f.mark(price_of(90), rule.interval, rule).units, price_of(100).units + 95'000'000) << "1 % - 0.05 % over the whole interval";
}

}  // namespace
}  // namespace trade::matching
