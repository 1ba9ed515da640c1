#pragma once
#include <array>
#include <cstdint>
#include <span>
#include <vector>

#include "domain/bars/bar_series.h"

// Values over finished bars as a flat program: every step is one operation on the results of earlier ones, equal steps are there once.
// Doubles, because these are statistics: nothing here is money. Only + - * / and sqrt are used (exactly rounded everywhere), in a fixed
// order, so equal bars give equal bits on every machine. A value that is not known yet is NaN; so is 0 / 0. A comparison with it is
// false, and an operation that remembers takes no notice of it, nor of an infinity.
namespace trade {

enum class Op : std::uint8_t {
  number,
  // of the bar that has just ended
  open,
  high,
  low,
  close,
  volume,
  // of the strategy that asks: sign and size of its position, the position's average price, bars since it was opened; another's stance
  position,
  held,
  entry_price,
  bars_held,
  stance,
  // of one value
  negate,
  absolute,
  sign_of,
  square_root,
  round_down,
  logical_not,
  // of two
  add,
  subtract,
  multiply,
  divide,
  smaller,
  larger,
  less,
  less_equal,
  greater,
  greater_equal,
  equal,
  not_equal,
  logical_and,
  logical_or,
  known,  // a, or b while a is NaN
  // of three
  choose,  // a true: b, else c
  ratio,   // a / b, or c when b is 0
  // what remembers; n is the number of bars it looks back on, the newest included
  delay,       // a as it was n bars ago
  total,       // sum of all a so far
  bars_since,  // bars since a was last true
  ema,         // e = a on the first bar, then e = s a + (1 - s) e with s = 2 / (n + 1)
  wilder,      // mean of the first n, then e = (e (n - 1) + a) / n (J. W. Wilder 1978)
  smooth,      // e = the former a, then e = e + b (a - e)
  sum,
  mean,
  weighted_mean,
  variance,
  highest,
  lowest,
  since_highest,
  since_lowest,
  covariance,
  correlation,
  beta,
  slope,
  fitted,    // slope and fitted: least squares line of a over time, and its value at the newest bar
  quantile,  // of a: share b of the window lies below, linear between neighbours
  rank,      // share of the window not above a
  mean_deviation,
  parabolic,  // Wilder's parabolic stop; a: step, b: maximum
  supertrend  // a: average true range, b: how many of them
};

inline constexpr std::uint32_t max_period = 10'000, max_steps = 2048, max_remembered = 1'000'000;
inline constexpr std::uint8_t max_inputs = 8, any_input = 255;

// `input`: on whose bars it is worked out; `out`, a, b, c: places in Memory::values.
struct Step {
  Op op{};
  std::uint8_t input = any_input;
  std::uint32_t out{}, a{}, b{}, c{}, n{};
  std::uint32_t numbers{}, counts{};  // where its memory begins
  double constant{};                  // of Op::number
  std::uint64_t aside{};              // of Op::stance: whose, and how many bars it counts
};

// A compiled set of values. `steps`: in working order, those of each input apart; a value that needs more than one input belongs to
// input 0, whose bars are the clock of the whole.
struct Program {
  std::array<std::vector<Step>, max_inputs> steps;
  std::vector<Step> constants;
  std::vector<std::uint32_t> remembering;  // places of what remembers: NaN until it has seen enough
  std::uint32_t values{}, numbers{}, counts{};
  std::uint64_t layout{};  // equal layouts mean the same memory, whatever the constants
};

// All that a program remembers. A memory of another layout must be made anew.
struct Memory {
  std::uint64_t layout{};
  bool ready{};  // everything that remembers has seen enough
  std::vector<double> values;
  std::vector<double> numbers;
  std::vector<std::uint32_t> counts;
  FIELDS(Memory, layout, ready, values, numbers, counts)
};
// Allocates here, never in run.
Memory make_memory(const Program& program);
// Puts the program's constants into a memory of its layout: those of another program may have been others.
void put_constants(const Program& program, Memory& memory);

// What of the strategy itself a program may look at.
struct Surroundings {
  int position = 0;
  std::int64_t held = 0, entry_price = 0;  // units
  std::uint64_t bars_held = 0;
  // Another strategy's stance: -1, 0 or 1, and for how many of its bars it has stood.
  struct Stance {
    int side = 0;
    std::uint64_t age = 0;
  };
  std::span<const Stance> stances{};
};

// Takes a finished bar of `input` in.
void run(const Program& program, Memory& memory, std::uint8_t input, const Candle& bar, const Surroundings& around);

// Price units as a plain number; exact source decimals give the double nearest to them (up to 2^53 units).
inline double plain(std::int64_t units) { return static_cast<double>(units) / 1e8; }

// Builds a program step by step. Operands are places returned before; equal steps give the same place; what has only constants for
// operands is worked out here.
class ProgramBuilder {
 public:
  std::uint32_t constant(double value);
  std::uint32_t leaf(Op op, std::uint8_t input) { return add({.op = op, .input = input}); }
  std::uint32_t stance(std::uint32_t strategy, std::uint32_t most_bars);
  // `n`: of operations that look back, 1 to max_period; else 0. `input` of `parabolic` and `supertrend`, which read bars themselves.
  std::uint32_t operation(Op op, std::uint32_t a, std::uint32_t b = 0, std::uint32_t c = 0, std::uint32_t n = 0,
                          std::uint8_t input = any_input);
  // The value when it is a constant.
  const double* constant_at(std::uint32_t place) const { return steps_[place].op == Op::number ? &steps_[place].constant : nullptr; }
  bool too_large() const { return steps_.size() > max_steps || numbers_ > max_remembered; }
  // `roots`: the values that are wanted, replaced by their places in the program; what none of them needs is left out.
  Program finish(std::span<std::uint32_t*> roots) const;

 private:
  std::uint32_t add(Step step);

  std::vector<Step> steps_;
  std::uint64_t numbers_ = 0;
};

// How many operands an operation has.
int operands(Op op);
// True for operations over the last n bars.
bool looks_back(Op op);
bool remembers(Op op);

}  // namespace trade
