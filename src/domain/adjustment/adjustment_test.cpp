#include <gtest/gtest.h>

#include <cmath>

#include "core/digest.h"
#include "domain/adjustment/factor_file.h"
#include "domain/adjustment/map_file.h"

namespace trade {
namespace {

Date on(const char* text) { return parse_date(text).value(); }

TEST(map_file, tells_the_ticker_of_a_day) {
  const auto googl = parse_map_file("20040819,goog,Q\r\n20140402,goog,Q\n20501231,googl,Q\n", "googl");
  const auto goog = parse_map_file("20140327,goocv,Q\n20140402,goocv,Q\n20501231,goog,Q", "goog");
  ASSERT_TRUE(googl.ok() && goog.ok());
  EXPECT_EQ(googl->ticker_on(on("2004-08-18")), std::nullopt);
  EXPECT_EQ(googl->ticker_on(on("2004-08-19")), "goog");
  EXPECT_EQ(googl->ticker_on(on("2014-04-02")), "goog");
  EXPECT_EQ(googl->ticker_on(on("2014-04-03")), "googl");
  EXPECT_EQ(googl->ticker_on(on("2051-01-01")), std::nullopt);
  const std::vector<MapFile> all{*goog, *googl};
  EXPECT_EQ(find_security(all, "goog", on("2013-10-07"))->name, "googl");
  EXPECT_EQ(find_security(all, "goog", on("2014-04-03"))->name, "goog");
  EXPECT_EQ(find_security(all, "goocv", on("2014-04-03")), nullptr);
}

TEST(factor_file, a_day_has_the_first_row_that_is_not_before_it) {
  const auto f = parse_factor_file("19980102,0.5,0.25,1\n20000620,0.5,0.25,101\n20050225,0.8,0.5,88.97\n20501231,1,1,0\n", "f");
  ASSERT_TRUE(f.ok()) << f.error().text();
  EXPECT_EQ(f->on(on("1990-01-01")).split_factor, Ratio{25'000'000});
  EXPECT_EQ(f->on(on("2000-06-20")).price_factor, Ratio{50'000'000});
  EXPECT_EQ(f->on(on("2000-06-21")).price_factor, Ratio{80'000'000});
  EXPECT_EQ(f->on(on("2005-02-26")).split_factor, Ratio{decimal_one});
  EXPECT_EQ(f->on(on("2060-01-01")).split_factor, Ratio{decimal_one});
  const Candle c{price_of(100), price_of(110), price_of(90), price_of(105), quantity_of(1'000), 7};
  const auto total = f->adjusted(c, on("2005-02-25"), Adjustment::total);
  EXPECT_EQ(*total, (Candle{price_of(40), price_of(44), price_of(36), price_of(42), quantity_of(2'000), 7}));
  EXPECT_EQ(f->adjusted(c, on("2005-02-25"), Adjustment::split)->close, Price{5'250'000'000});
  EXPECT_EQ(*f->adjusted(c, on("2005-02-25"), Adjustment::raw), c);
}

// In long double, except where the exact value lies within its error of a half.
TEST(factor_file, rounds_once) {
  for (std::uint64_t i = 0; i < 20'000; ++i) {
    const auto r = mix64(i);
    FactorFile f{{{on("2020-01-01"), Ratio{static_cast<std::int64_t>(1 + r % 100'000'000)},
                   Ratio{static_cast<std::int64_t>(1 + (r >> 20) % 900'000'000)}, {}}}};
    const Price p{static_cast<std::int64_t>((r >> 33) % 10'000'000'000)};
    const auto got = f.adjusted({p, p, p, p, {}, 1}, on("2019-01-01"), Adjustment::total);
    ASSERT_TRUE(got.ok());
    const long double exact = static_cast<long double>(p.units) * static_cast<long double>(f.rows[0].price_factor.units) / 1e8L *
                              static_cast<long double>(f.rows[0].split_factor.units) / 1e8L;
    ASSERT_LE(std::abs(static_cast<long double>(got->close.units) - exact), 0.5L + 1e-6L) << i;
  }
}

TEST(adjustment_files, errors_name_line_and_column) {
  const auto where = [](const auto& read) { return read.ok() ? std::string("good") : read.error().text(); };
  const auto map = [&](const char* text) { return where(parse_map_file(text, "m.csv")); };
  const auto factor = [&](const char* text) { return where(parse_factor_file(text, "f.csv")); };
  EXPECT_TRUE(map("").starts_with("m.csv: has no rows"));
  EXPECT_TRUE(map("20140327").starts_with("m.csv:1: has one column only"));
  EXPECT_TRUE(map("20140327,a\n\n20140229,b").starts_with("m.csv:3, column 1 (date): \"20140229\" is no date"));
  EXPECT_TRUE(map("20140327,a\n20140326,b").starts_with("m.csv:2, column 1 (date): \"20140326\" lies before"));
  EXPECT_TRUE(map("20140327,").starts_with("m.csv:1, column 2 (ticker)"));
  EXPECT_EQ(factor(""), "good");
  EXPECT_TRUE(factor("20140327,1").starts_with("f.csv:1: has 2 columns"));
  EXPECT_TRUE(factor("2014-3-27,1,1").starts_with("f.csv:1, column 1 (date)"));
  EXPECT_TRUE(factor("20140327,1,1\n20140327,1,1").starts_with("f.csv:2, column 1 (date)"));
  EXPECT_TRUE(factor("20140327,0,1").starts_with("f.csv:1, column 2 (price factor): \"0\" is no number above 0"));
  EXPECT_TRUE(factor("20140327,1,-1").starts_with("f.csv:1, column 3 (split factor)"));
  EXPECT_TRUE(factor("20140327,1,nan").starts_with("f.csv:1, column 3 (split factor): \"nan\""));
  EXPECT_TRUE(factor("20140327,1,1,-2").starts_with("f.csv:1, column 4 (reference price)"));
  const FactorFile huge{{{on("2020-01-01"), Ratio{decimal_one}, Ratio{INT64_MAX}, {}}}};
  EXPECT_FALSE(huge.adjusted({Price{INT64_MAX}, {}, {}, {}, {}, 1}, on("2019-01-01"), Adjustment::split).ok());
}

}  // namespace
}  // namespace trade
