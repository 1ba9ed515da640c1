#pragma once
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "core/ids.h"
#include "core/map.h"
#include "core/result.h"
#include "domain/indicators/program.h"

// The language of strategy rules, compiled once into a flat program:
//   or, and, not;  < <= > >= == !=;  + - * /;  numbers;  true, false;  ( );  x[n]: x as it was n bars ago
//   open high low close volume;  of the strategy: position (-1, 0, 1), held (signed quantity), entry_price, bars_held
//   indicators and functions with arguments: ema(9), ema(close, 9), ema(rsi(14), 3) (docs/indicators.md lists all of them)
//   names of the strategy's own definitions; input.name, input.ema(9): the same of another input's bars
//   stance(id), stance(id, n): what an earlier strategy wants, -1, 0 or 1; counted for n of its bars
// A rule is a condition ("ema(9) >= ema(21) and rsi(14) < 70") or a number, as its place demands; the other is an error.
// Arithmetic is IEEE double; a comparison with the outcome of 0 / 0 is false.
namespace trade {

// A name a strategy gives to an expression of its own.
struct Definition {
  std::string name, is;
  FIELDS(Definition, name, is)
};

inline constexpr std::size_t max_nesting = 32;

enum class ValueKind : std::uint8_t { number, truth };

// A compiled rule: where its value is, and the values its text names, for explanations.
struct Rule {
  struct Part {
    std::string text;
    std::uint32_t place{};
  };
  static constexpr std::uint32_t absent = UINT32_MAX;
  std::uint32_t place = absent;
  std::vector<Part> parts;
  bool used() const { return place != absent; }
};

// What names a strategy's rules may use besides the language.
struct Scope {
  std::vector<std::string> inputs;  // by number; input 0 is the strategy's own and needs no name
  std::vector<Definition> definitions;
  Map<StrategyId, std::uint32_t> strategies;  // those whose stances may be asked, and their places in Surroundings::stances
  std::string where;                          // of the strategy; definitions' errors are at `where`.define[i].is
};

namespace detail {
struct Compilation;
}

// Compiles the rules of one strategy into one program, so that what they share is worked out once. Errors name the column (from 1) and,
// for a misspelt name, the nearest one.
class RuleCompiler {
 public:
  explicit RuleCompiler(Scope scope);
  ~RuleCompiler();
  RuleCompiler(const RuleCompiler&) = delete;
  RuleCompiler& operator=(const RuleCompiler&) = delete;

  // Every definition, used or not.
  Result<void> check_definitions();
  // An empty text is an unused rule.
  Result<Rule> compile(std::string_view text, ValueKind wanted, const std::string& where);
  // The program of everything compiled; the rules' places become the program's.
  Program finish(const std::vector<Rule*>& rules) const;

 private:
  std::unique_ptr<detail::Compilation> all_;
};

}  // namespace trade
