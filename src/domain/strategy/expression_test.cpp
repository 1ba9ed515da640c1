#include "domain/strategy/expression.h"

#include <gtest/gtest.h>

#include <functional>
#include <string>

#include "core/digest.h"

namespace trade {
namespace {

const Candle bar{price_of(10), price_of(14), price_of(8), price_of(12), quantity_of(500), 3};

bool truth(std::string_view text, int position = 0) {
  std::vector<IndicatorName> names;
  auto program = compile_rule(text, "long_when", names);
  CHECK(program.ok(), program.ok() ? "" : program.error().text());
  std::vector<Indicator> indicators;
  for (const auto n : names) {
    indicators.push_back(make_indicator(n.kind, n.period));
    update(indicators.back(), bar);
  }
  return holds(*program, {bar, indicators, position});
}
std::string refusal(std::string_view text) {
  std::vector<IndicatorName> names;
  const auto program = compile_rule(text, "long_when", names);
  return program.ok() ? "accepted" : program.error().text();
}

TEST(expression, values_and_precedence) {
  EXPECT_TRUE(truth("close == 12 and open == 10 and high == 14 and low == 8 and volume == 500"));
  EXPECT_TRUE(truth("1 + 2 * 3 == 7"));
  EXPECT_TRUE(truth("(1 + 2) * 3 == 9"));
  EXPECT_TRUE(truth("10 - 4 - 3 == 3"));
  EXPECT_TRUE(truth("16 / 4 / 2 == 2"));
  EXPECT_TRUE(truth("-2 * -3 == 6"));
  EXPECT_TRUE(truth("not 1 > 2"));
  EXPECT_TRUE(truth("1 > 2 and 1 > 2 or 1 < 2"));
  EXPECT_FALSE(truth("1 > 2 and (1 > 2 or 1 < 2)"));
  EXPECT_TRUE(truth("not 1 > 2 and not (2 > 3)"));
  EXPECT_TRUE(truth("ema(9) == close and highest(3) == high and lowest(3) == low and atr(2) == 6"));
  EXPECT_TRUE(truth("position < 0", -1));
  EXPECT_TRUE(truth("(1 < 2) and ((close)) >= 0.5"));
}

TEST(expression, nothing_compares_with_nought_by_nought) {
  for (const char* op : {"<", "<=", ">", ">=", "==", "!="}) EXPECT_FALSE(truth(std::string("0 / 0 ") + op + " 1"));
  EXPECT_TRUE(truth("1 / 0 > 100000"));
}

TEST(expression, errors_name_column_and_nearest_name) {
  EXPECT_EQ(refusal("emma(9) > close"), "long_when column 1: unknown name 'emma' (did you mean 'ema'?)");
  EXPECT_EQ(refusal("close > hihg"), "long_when column 9: unknown name 'hihg' (did you mean 'high'?)");
  EXPECT_NE(refusal("ema(0) > 1").find("column 5: '0' is not a period"), std::string::npos);
  EXPECT_NE(refusal("ema(9.5) > 1").find("is not a period"), std::string::npos);
  EXPECT_NE(refusal("ema(99999) > 1").find("is not a period"), std::string::npos);
  EXPECT_NE(refusal("ema 9 > 1").find("'(' is missing"), std::string::npos);
  EXPECT_NE(refusal("(close > 1").find("')' is missing"), std::string::npos);
  EXPECT_NE(refusal("").find("column 1: the rule ends"), std::string::npos);
  EXPECT_NE(refusal("close >").find("column 8: the rule ends"), std::string::npos);
  EXPECT_NE(refusal("close").find("is a number"), std::string::npos);
  EXPECT_NE(refusal("close and open").find("needs conditions"), std::string::npos);
  EXPECT_NE(refusal("1 < 2 < 3").find("needs numbers"), std::string::npos);
  EXPECT_NE(refusal("not close").find("needs conditions"), std::string::npos);
  EXPECT_NE(refusal("1 + not 2").find("cannot stand here"), std::string::npos);
  EXPECT_NE(refusal("close > 1.2.3").find("not a number"), std::string::npos);
  EXPECT_NE(refusal("close > 1 2").find("unexpected '2'"), std::string::npos);
  EXPECT_NE(refusal("close $ 1").find("unexpected '$'"), std::string::npos);
  EXPECT_NE(refusal("close = 1").find("unexpected '='"), std::string::npos);
}

TEST(expression, size_is_bounded) {
  EXPECT_NE(refusal(std::string(5000, '(') + "1" + std::string(5000, ')') + " > 0").find("too deep"), std::string::npos);
  std::string sum = "1";
  for (int i = 0; i < 1000; ++i) sum += " + 1";
  EXPECT_NE(refusal(sum + " > 0").find("too long"), std::string::npos);
  std::string many = "ema(1) > 0";
  for (int i = 2; i < 80; ++i) many += " or ema(" + std::to_string(i) + ") > 0";
  EXPECT_NE(refusal(many).find("64 different"), std::string::npos);
  EXPECT_NE(refusal(std::string(3000, '-') + "1 > 0").find("too deep"), std::string::npos);
}

TEST(expression, indicators_are_shared) {
  std::vector<IndicatorName> names;
  ASSERT_TRUE(compile_rule("ema(9) >= ema(21) or ema(9) > close", "long_when", names).ok());
  ASSERT_TRUE(compile_rule("ema(21) > ema(9) and rsi(14) < 30", "short_when", names).ok());
  ASSERT_EQ(names.size(), 3u);
  EXPECT_EQ(names[2], (IndicatorName{IndicatorKind::rsi, 14}));
}

// A random tree printed with brackets everywhere and evaluated by walking it.
struct Tree {
  std::string text;
  double value;
};
Tree number_tree(std::uint64_t& r, int depth) {
  r = mix64(r);
  if (depth == 0 || r % 4 == 0) return {std::to_string(r % 50), static_cast<double>(r % 50)};
  const auto pick = r % 5;
  const Tree a = number_tree(r, depth - 1), b = number_tree(r, depth - 1);
  if (pick == 4) return {"-(" + a.text + ")", -a.value};
  const char op = "+-*/"[pick];
  const double v = op == '+' ? a.value + b.value : op == '-' ? a.value - b.value : op == '*' ? a.value * b.value : a.value / b.value;
  return {"(" + a.text + " " + op + " " + b.text + ")", v};
}
std::pair<std::string, bool> truth_tree(std::uint64_t& r, int depth) {
  r = mix64(r);
  if (depth == 0 || r % 3 == 0) {
    const bool less = r % 2 != 0;
    const Tree a = number_tree(r, 2), b = number_tree(r, 2);
    return {"(" + a.text + (less ? " < " : " >= ") + b.text + ")", less ? a.value < b.value : a.value >= b.value};
  }
  const auto pick = r / 3 % 3;
  const auto a = truth_tree(r, depth - 1), b = truth_tree(r, depth - 1);
  if (pick == 0) return {"(not " + a.first + ")", !a.second};
  return {"(" + a.first + (pick == 1 ? " and " : " or ") + b.first + ")", pick == 1 ? a.second && b.second : a.second || b.second};
}

TEST(expression, random_rules_equal_their_trees) {
  std::uint64_t r = 7;
  for (int i = 0; i < 2000; ++i) {
    const auto [text, value] = truth_tree(r, 3);
    if (refusal(text) != "accepted") continue;  // too long
    ASSERT_EQ(truth(text), value) << text;
  }
}

// Whatever the bytes, an answer: a program or an error.
TEST(expression, random_text_never_crashes) {
  static constexpr std::string_view pieces[] = {"ema(", "9)", "close", "<",   ">=", "and", "or",   "not",     "(",
                                                ")",    "-",  "+",     "1.5", ".",  "=",   "\x80", "rsi(14)", " "};
  std::uint64_t r = 11;
  int accepted = 0;
  for (int i = 0; i < 20'000; ++i) {
    std::string text;
    r = mix64(r);
    for (auto n = r % 9; n > 0; --n) text += std::string(pieces[(r = mix64(r)) % std::size(pieces)]) + " ";
    accepted += refusal(text) == "accepted";
  }
  EXPECT_GT(accepted, 5);
}

}  // namespace
}  // namespace trade
