#include "domain/strategy/expression.h"

#include <gtest/gtest.h>

#include <functional>
#include <string>

#include "core/digest.h"

namespace trade {
namespace {

const Candle bar{price_of(10), price_of(14), price_of(8), price_of(12), quantity_of(500), 3};

Result<Rule> compiled(RuleCompiler& compiler, std::string_view text, ValueKind kind = ValueKind::truth) {
  return compiler.compile(text, kind, "long_when");
}
// The rule after one bar.
bool truth(std::string_view text, int position = 0) {
  RuleCompiler compiler(Scope{});
  auto rule = compiled(compiler, text);
  CHECK(rule.ok(), rule.ok() ? "" : rule.error().text());
  const auto program = compiler.finish({&*rule});
  auto memory = make_memory(program);
  run(program, memory, 0, bar, {.position = position});
  return memory.values[rule->place] != 0;
}
std::string refusal(std::string_view text, Scope scope = {}) {
  RuleCompiler compiler(std::move(scope));
  const auto rule = compiled(compiler, text);
  return rule.ok() ? "accepted" : rule.error().text();
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
  EXPECT_TRUE(truth("ema(9) == close and highest(1) == high and lowest(1) == low and atr(1) == 6"));
  EXPECT_FALSE(truth("highest(3) == high or highest(3) != high"));  // not known yet
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
  EXPECT_NE(refusal(" ").find("column 2: the rule ends"), std::string::npos);
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
  std::string sum = "close";
  for (int i = 0; i < 3000; ++i) sum += " + " + std::to_string(i);
  EXPECT_NE(refusal(sum + " > 0").find("too long"), std::string::npos);
  std::string many = "sma(10000) > 0";
  for (int i = 1; i < 200; ++i) many += " and sma(" + std::to_string(10'000 - i) + ") > 0";
  EXPECT_NE(refusal(many).find("too long"), std::string::npos);  // would remember too much
  EXPECT_NE(refusal(std::string(3000, '-') + "1 > 0").find("too deep"), std::string::npos);
}

TEST(expression, equal_values_are_worked_out_once) {
  RuleCompiler compiler(Scope{});
  auto one = compiled(compiler, "ema(9) >= ema(21) or ema(close, 9) > close");
  auto two = compiled(compiler, "ema(21) > ema(9) and macd(9, 21) < 30");
  const auto program = compiler.finish({&*one, &*two});
  EXPECT_EQ(program.remembering.size(), 2u);
  auto other = compiler.finish({});
  EXPECT_EQ(other.values, 0u);
  ASSERT_EQ(one->parts.size(), 4u);
  EXPECT_EQ(one->parts[0].text, "ema(9)");
  EXPECT_EQ(one->parts[2].text, "close");
  EXPECT_EQ(one->parts[3].text, "ema(close, 9)");
  EXPECT_EQ(one->parts[3].place, one->parts[0].place);
}

TEST(expression, definitions_inputs_and_the_past) {
  Scope scope;
  scope.inputs = {"", "eth"};
  scope.definitions = {{"spread", "close - half * eth.close"}, {"half", "0.5"}};
  RuleCompiler compiler(scope);
  ASSERT_TRUE(compiler.check_definitions().ok());
  auto spread = compiled(compiler, "spread", ValueKind::number);
  auto before = compiled(compiler, "spread[2]", ValueKind::number);
  auto theirs = compiled(compiler, "eth.sma(2)", ValueKind::number);
  auto crossed = compiled(compiler, "cross_above(close, eth.close)");
  ASSERT_TRUE(spread.ok() && before.ok() && theirs.ok() && crossed.ok());
  const auto program = compiler.finish({&*spread, &*before, &*theirs, &*crossed});
  auto memory = make_memory(program);
  const auto take = [&](std::uint8_t input, int close) {
    const Price p = price_of(close);
    run(program, memory, input, {p, p, p, p, {}, 1}, {});
  };
  const int own[] = {10, 20, 30, 40}, other[] = {2, 4, 50, 8};
  for (int k = 0; k < 4; ++k) {
    take(1, other[k]);
    take(0, own[k]);
    EXPECT_EQ(memory.values[spread->place], own[k] - other[k] / 2.0);
    if (k >= 2) { EXPECT_EQ(memory.values[before->place], own[k - 2] - other[k - 2] / 2.0); }
    if (k >= 1) { EXPECT_EQ(memory.values[theirs->place], (other[k] + other[k - 1]) / 2.0); }
    EXPECT_EQ(memory.values[crossed->place] != 0, k == 3);
  }
  EXPECT_EQ(theirs->parts[0].text, "eth.sma(2)");
}

TEST(expression, cycles_and_strange_names_are_refused) {
  const auto told = [](std::vector<Definition> definitions, std::vector<std::string> inputs = {""}) {
    Scope scope;
    scope.where = "strategies[0]";
    scope.inputs = std::move(inputs);
    scope.definitions = std::move(definitions);
    RuleCompiler compiler(scope);
    const auto r = compiler.check_definitions();
    return r.ok() ? std::string("accepted") : r.error().text();
  };
  EXPECT_EQ(told({{"a", "b + 1"}, {"b", "close"}}), "accepted");
  EXPECT_EQ(told({{"a", "1 + b"}, {"b", "ema(c, 3)"}, {"c", "2 * a"}}),
            "strategies[0].define[2].is column 5: definition 'a' needs itself: a -> b -> c -> a (break the cycle)");
  EXPECT_NE(told({{"a", "a"}}).find("define[0].is column 1: definition 'a' needs itself: a -> a"), std::string::npos);
  EXPECT_NE(told({{"a", "emma(3)"}}).find("strategies[0].define[0].is column 1: unknown name 'emma' (did you mean 'ema'?)"),
            std::string::npos);
  EXPECT_NE(told({{"rsi", "close"}}).find("define[0].name: 'rsi' is taken"), std::string::npos);
  EXPECT_NE(told({{"a", "1"}, {"a", "2"}}).find("define[1].name: 'a' is taken"), std::string::npos);
  EXPECT_NE(told({{"eth", "1"}}, {"", "eth"}).find("'eth' is taken"), std::string::npos);
  EXPECT_NE(told({{"1a", "1"}}).find("is not a name"), std::string::npos);
}

TEST(expression, arguments_are_checked) {
  EXPECT_EQ(refusal("ema(close, 3) > macd(3) and macd() > 0 and stoch_k(5) > 1 and psar() < close"), "accepted");
  EXPECT_NE(refusal("ema() > 1").find("'ema' was given 1 arguments (it takes (x=close, n))"), std::string::npos);
  EXPECT_NE(refusal("atr(1, 2) > 1").find("column 1: 'atr' was given 2 arguments"), std::string::npos);
  EXPECT_NE(refusal("ema(close > 1, 3) > 1").find("column 5: 'ema' needs a number here, not a condition"), std::string::npos);
  EXPECT_NE(refusal("count(close, 3) > 1").find("needs a condition here"), std::string::npos);
  EXPECT_NE(refusal("ema(close, close) > 1").find("column 12: 'close' is not a period"), std::string::npos);
  EXPECT_NE(refusal("close > hma(1)").find("column 9: "), std::string::npos);  // blamed on the word of the rule
  EXPECT_NE(refusal("close[x] > 1").find("unknown name 'x'"), std::string::npos);
  EXPECT_NE(refusal("close[1.5] > 1").find("is not a number of bars"), std::string::npos);
  EXPECT_NE(refusal("(close > 1)[1]").find("only numbers have a past"), std::string::npos);
  EXPECT_NE(refusal("stance(3) > 0").find("'3' is no earlier strategy"), std::string::npos);
  Scope scope;
  scope.inputs = {"", "eth"};
  EXPECT_NE(refusal("eth > 1", scope).find("'.' is missing"), std::string::npos);
  EXPECT_NE(refusal("eth. > 1", scope).find("a name is missing after 'eth'"), std::string::npos);
  EXPECT_NE(refusal("etx.close > 1", scope).find("did you mean 'eth'?"), std::string::npos);
}

TEST(expression, what_is_not_finite_is_not_remembered) {
  RuleCompiler compiler(Scope{});
  auto ema = compiled(compiler, "ema(1 / (close - 12), 3)", ValueKind::number),
       sum = compiled(compiler, "sum(1 / (close - 12), 2)", ValueKind::number);
  const auto program = compiler.finish({&*ema, &*sum});
  auto memory = make_memory(program);
  for (const int close : {13, 12, 13, 12, 13}) {
    const Price p = price_of(close);
    run(program, memory, 0, {p, p, p, p, {}, 1}, {});
  }
  EXPECT_EQ(memory.values[ema->place], 1.0);
  EXPECT_EQ(memory.values[sum->place], 2.0);
}

TEST(expression, stances_of_others_age) {
  Scope scope;
  scope.strategies[{7}] = 1;
  RuleCompiler compiler(scope);
  auto rule = compiled(compiler, "0.5 * stance(7) - stance(7, 3)", ValueKind::number);
  ASSERT_TRUE(rule.ok());
  const auto program = compiler.finish({&*rule});
  auto memory = make_memory(program);
  Surroundings::Stance stances[] = {{1, 0}, {-1, 2}};
  run(program, memory, 0, bar, {.stances = stances});
  EXPECT_EQ(memory.values[rule->place], 0.5);
  stances[1].age = 3;
  run(program, memory, 0, bar, {.stances = stances});
  EXPECT_EQ(memory.values[rule->place], -0.5);
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
  static constexpr std::string_view pieces[] = {"ema(", "9)",  "close", "<", ">=",   "and",     "or", "not", "(", ")",       "-",
                                                "+",    "1.5", ".",     "=", "\x80", "rsi(14)", " ",  "[",   "]", "stance(", ","};
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
