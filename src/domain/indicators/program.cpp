#include "domain/indicators/program.h"

#include <bit>

#include "core/digest.h"
#include "domain/indicators/operations.h"

namespace trade {
namespace {

std::uint8_t joined(std::uint8_t a, std::uint8_t b) {
  if (a == any_input) return b;
  return b == any_input || a == b ? a : 0;
}

bool same(const Step& x, const Step& y) {
  return x.op == y.op && x.input == y.input && x.a == y.a && x.b == y.b && x.c == y.c && x.n == y.n && x.aside == y.aside &&
         std::bit_cast<std::uint64_t>(x.constant) == std::bit_cast<std::uint64_t>(y.constant);
}

}  // namespace

int operands(Op op) {
  if (op < Op::negate) return 0;
  if (op <= Op::logical_not) return 1;
  if (op <= Op::known) return 2;
  if (op <= Op::ratio) return 3;
  switch (op) {
    case Op::smooth:
    case Op::covariance:
    case Op::correlation:
    case Op::beta:
    case Op::quantile:
    case Op::parabolic:
    case Op::supertrend: return 2;
    default: return 1;
  }
}

bool remembers(Op op) { return op >= Op::delay; }

bool looks_back(Op op) {
  return remembers(op) && op != Op::total && op != Op::bars_since && op != Op::smooth && op != Op::parabolic && op != Op::supertrend;
}

std::uint32_t ProgramBuilder::constant(double value) { return add({.op = Op::number, .constant = value}); }

std::uint32_t ProgramBuilder::stance(std::uint32_t strategy, std::uint32_t most_bars) {
  return add({.op = Op::stance, .input = 0, .aside = static_cast<std::uint64_t>(strategy) << 32 | most_bars});
}

std::uint32_t ProgramBuilder::operation(Op op, std::uint32_t a, std::uint32_t b, std::uint32_t c, std::uint32_t n, std::uint8_t input) {
  const int count = operands(op);
  CHECK(count > 0 && (looks_back(op) ? n >= 1 && n <= max_period : n == 0), "an operation that is none");
  Step s{.op = op, .input = input, .a = a, .b = count > 1 ? b : 0, .c = count > 2 ? c : 0, .n = n};
  s.input = joined(s.input, steps_[a].input);
  if (count > 1) s.input = joined(s.input, steps_[b].input);
  if (count > 2) s.input = joined(s.input, steps_[c].input);
  if (s.input != any_input) return add(s);
  if (remembers(op)) {  // of a constant alone: it follows the clock of the whole
    s.input = 0;
    return add(s);
  }
  const double known[3] = {steps_[a].constant, steps_[b].constant, steps_[c].constant};
  return constant(work_out({.op = op, .a = 0, .b = 1, .c = 2}, known, {}, {}));
}

std::uint32_t ProgramBuilder::add(Step step) {
  for (std::uint32_t i = 0; i < steps_.size(); ++i)
    if (same(steps_[i], step)) return i;
  numbers_ += memory_need(step.op, step.n).numbers;
  steps_.push_back(step);
  return static_cast<std::uint32_t>(steps_.size() - 1);
}

Program ProgramBuilder::finish(std::span<std::uint32_t*> roots) const {
  std::vector<bool> wanted(steps_.size());
  for (const auto* root : roots) wanted[*root] = true;
  for (std::size_t i = steps_.size(); i-- > 0;) {
    if (!wanted[i]) continue;
    const int count = operands(steps_[i].op);
    if (count > 0) wanted[steps_[i].a] = true;
    if (count > 1) wanted[steps_[i].b] = true;
    if (count > 2) wanted[steps_[i].c] = true;
  }
  Program p;
  std::vector<std::uint32_t> places(steps_.size());
  p.layout = mix64(steps_.size());
  for (std::size_t i = 0; i < steps_.size(); ++i) {
    if (!wanted[i]) continue;
    Step s = steps_[i];
    const auto need = memory_need(s.op, s.n);
    places[i] = s.out = p.values++;
    s.a = places[s.a];
    s.b = places[s.b];
    s.c = places[s.c];
    s.numbers = p.numbers;
    s.counts = p.counts;
    if (s.op == Op::ema) s.constant = 2.0 / (s.n + 1.0);
    p.numbers += need.numbers;
    p.counts += need.counts;
    p.layout = mix64(p.layout ^ mix64(static_cast<std::uint64_t>(s.op) << 40 | static_cast<std::uint64_t>(s.input) << 32 | s.n) ^
                     mix64(static_cast<std::uint64_t>(s.a) << 42 ^ static_cast<std::uint64_t>(s.b) << 21 ^ s.c));
    if (remembers(s.op)) p.remembering.push_back(s.out);
    if (s.op == Op::number) p.constants.push_back(s);
    else p.steps[s.input].push_back(s);
  }
  for (auto* root : roots) *root = places[*root];
  return p;
}

}  // namespace trade
