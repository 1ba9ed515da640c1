#pragma once
#include <span>
#include <string_view>
#include <vector>

#include "core/result.h"
#include "domain/indicators/indicator.h"

// The language of strategy rules, compiled once into a flat program:
//   or, and, not;  < <= > >= == !=;  + - * /;  numbers;  open high low close volume;  position (-1, 0, 1);
//   ema(n) sma(n) rsi(n) atr(n) highest(n) lowest(n) stddev(n);  ( )
// A rule is a truth ("ema(9) >= ema(21) and rsi(14) < 70"); a number where a truth belongs, or the reverse, is an error.
// Arithmetic is IEEE double; a comparison with the outcome of 0 / 0 is false.
namespace trade {

struct IndicatorName {
  IndicatorKind kind{};
  std::uint32_t period{};
  bool operator==(const IndicatorName&) const = default;
};

enum class OpCode : std::uint8_t {
  number, open, high, low, close, volume, position, indicator, negate, add, subtract, multiply, divide,
  less, less_equal, greater, greater_equal, equal, not_equal, logical_not, logical_and, logical_or
};

// Postfix; `index` of an indicator op is its place in the strategy's indicator list.
struct Op {
  OpCode code{};
  std::uint32_t index{};
  double number{};
};

inline constexpr std::size_t max_ops = 256, max_depth = 32, max_indicators = 64;

// Never empty after a successful compile; needs at most max_depth values at once.
struct Program {
  std::vector<Op> ops;
};

// Compiles a rule. Indicators it names are added to `indicators` unless they are there. Errors name the column (from 1) and, for a
// misspelt name, the nearest one; `where` is put in front.
Result<Program> compile_rule(std::string_view text, std::string_view where, std::vector<IndicatorName>& indicators);

// What a rule may look at.
struct RuleView {
  const Candle& bar;
  std::span<const Indicator> indicators;
  int position = 0;  // sign of the strategy's position
};
bool holds(const Program& program, const RuleView& view);

}  // namespace trade
