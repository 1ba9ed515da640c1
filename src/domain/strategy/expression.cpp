#include "domain/strategy/expression.h"

#include <array>
#include <charconv>
#include <string>

#include "core/document.h"

namespace trade {
namespace {

enum class Kind : std::uint8_t { number, truth };

struct Word {
  std::string_view text;  // empty at the end
  std::size_t column = 1;
};

bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; }
bool is_digit(char c) { return c >= '0' && c <= '9'; }

constexpr std::array<std::string_view, 6> bar_names{"open", "high", "low", "close", "volume", "position"};

struct Infix {
  std::string_view text;
  OpCode code;
  int level;  // binds tighter when greater
};
constexpr std::array<Infix, 12> infixes{{{"or", OpCode::logical_or, 1}, {"and", OpCode::logical_and, 2},
                                         {"<=", OpCode::less_equal, 4}, {">=", OpCode::greater_equal, 4}, {"==", OpCode::equal, 4},
                                         {"!=", OpCode::not_equal, 4}, {"<", OpCode::less, 4}, {">", OpCode::greater, 4},
                                         {"+", OpCode::add, 5}, {"-", OpCode::subtract, 5}, {"*", OpCode::multiply, 6},
                                         {"/", OpCode::divide, 6}}};
constexpr int not_level = 3, sign_level = 7;

// Precedence climbing over words; the first error stays and stops everything.
class Compiler {
 public:
  Compiler(std::string_view text, std::string_view where, std::vector<IndicatorName>& indicators)
      : text_(text), where_(where), indicators_(indicators) {}

  Result<Program> run() {
    next();
    const Kind kind = expression(1, 0);
    if (!failed_ && !word_.text.empty()) fail(word_, "unexpected '" + std::string(word_.text) + "'", "an operator or the end belongs here");
    if (!failed_ && kind != Kind::truth)
      fail({text_, 1}, "the rule is a number, not a condition", "compare it: for example close > sma(20)");
    if (failed_) return error_;
    return std::move(program_);
  }

 private:
  Kind fail(const Word& at, std::string what, std::string mend) {
    if (!failed_)
      error_ = {Failure::config, std::string(where_) + " column " + std::to_string(at.column), std::move(what), std::move(mend)};
    failed_ = true;
    word_.text = {};
    at_ = text_.size();
    return Kind::truth;
  }
  void next() {
    while (at_ < text_.size() && (text_[at_] == ' ' || text_[at_] == '\n' || text_[at_] == '\t')) ++at_;
    std::size_t end = at_;
    if (end < text_.size()) {
      const char c = text_[end++];
      const auto more = [&](auto test) { while (end < text_.size() && test(text_[end])) ++end; };
      if (is_letter(c)) more([](char x) { return is_letter(x) || is_digit(x); });
      else if (is_digit(c)) more([](char x) { return is_digit(x) || x == '.'; });
      else if ((c == '<' || c == '>' || c == '=' || c == '!') && end < text_.size() && text_[end] == '=') ++end;
    }
    word_ = {text_.substr(at_, end - at_), at_ + 1};
    at_ = end;
  }
  // Net growth of the value stack is known per op, so its height is bounded here and never checked again.
  void emit(OpCode code, int growth, std::uint32_t index = 0, double number = 0) {
    height_ += growth;
    if (program_.ops.size() >= max_ops || height_ > static_cast<int>(max_depth))
      fail(word_, "the rule is too long",
           "at most " + std::to_string(max_ops) + " operations, " + std::to_string(max_depth) + " open at once");
    else program_.ops.push_back({code, index, number});
  }
  Kind need(Kind got, Kind wanted, const Word& at) {
    if (got != wanted)
      fail(at, wanted == Kind::number ? "'" + std::string(at.text) + "' needs numbers on both sides"
                                      : "'" + std::string(at.text) + "' needs conditions, not numbers",
           wanted == Kind::number ? "conditions are joined with and, or" : "compare the number with something");
    return wanted;
  }
  const Infix* infix() const {
    for (const auto& i : infixes)
      if (i.text == word_.text) return &i;
    return nullptr;
  }

  Kind expression(int level, std::size_t depth) {
    if (depth > max_depth) return fail(word_, "the rule is nested too deep", "at most " + std::to_string(max_depth) + " levels");
    Kind left = prefix(level, depth);
    while (!failed_) {
      const Infix* op = infix();
      if (op == nullptr || op->level < level) break;
      const Word at = word_;
      const bool logical = op->level <= 2, compares = op->level == 4;
      need(left, logical ? Kind::truth : Kind::number, at);
      next();
      need(expression(op->level + 1, depth + 1), logical ? Kind::truth : Kind::number, at);
      emit(op->code, -1);
      left = logical || compares ? Kind::truth : Kind::number;
    }
    return left;
  }
  Kind prefix(int level, std::size_t depth) {
    const Word at = word_;
    if (at.text == "not") {
      if (level > not_level) return fail(at, "'not' cannot stand here", "put the negated condition in brackets");
      next();
      need(expression(not_level, depth + 1), Kind::truth, at);
      emit(OpCode::logical_not, 0);
      return Kind::truth;
    }
    if (at.text == "-") {
      next();
      need(expression(sign_level, depth + 1), Kind::number, at);
      emit(OpCode::negate, 0);
      return Kind::number;
    }
    if (at.text == "(") {
      next();
      const Kind inner = expression(1, depth + 1);
      expect(")");
      return inner;
    }
    if (!at.text.empty() && is_digit(at.text[0])) return number();
    if (!at.text.empty() && is_letter(at.text[0])) return name();
    if (at.text.empty()) return fail(at, "the rule ends where a value belongs", "for example ema(9) >= ema(21)");
    return fail(at, "unexpected '" + std::string(at.text) + "'", "a number, a name or a bracket belongs here");
  }
  void expect(std::string_view text) {
    if (failed_) return;
    if (word_.text == text) next();
    else
      fail(word_, "'" + std::string(text) + "' is missing",
           word_.text.empty() ? "the rule ends here" : "found '" + std::string(word_.text) + "'");
  }
  Kind number() {
    const Word at = word_;
    double v = 0;
    const auto [end, error] = std::from_chars(at.text.data(), at.text.data() + at.text.size(), v, std::chars_format::fixed);
    if (error != std::errc{} || end != at.text.data() + at.text.size())
      return fail(at, "'" + std::string(at.text) + "' is not a number", "write it as 12 or 0.5");
    next();
    emit(OpCode::number, 1, 0, v);
    return Kind::number;
  }
  Kind name() {
    const Word at = word_;
    for (std::size_t i = 0; i < bar_names.size(); ++i)
      if (bar_names[i] == at.text) {
        next();
        emit(static_cast<OpCode>(static_cast<std::size_t>(OpCode::open) + i), 1);
        return Kind::number;
      }
    constexpr auto kinds = enum_names(IndicatorKind{});
    for (std::size_t i = 0; i < kinds.size(); ++i)
      if (kinds[i] == at.text) return indicator(static_cast<IndicatorKind>(i));
    std::vector<std::string_view> known(bar_names.begin(), bar_names.end());
    known.insert(known.end(), kinds.begin(), kinds.end());
    const auto near = nearest(at.text, known);
    return fail(at, "unknown name '" + std::string(at.text) + "'",
                near.empty() ? "known are close, position, ema(n) and others: see docs" : "did you mean '" + std::string(near) + "'?");
  }
  Kind indicator(IndicatorKind kind) {
    next();
    expect("(");
    const Word at = word_;
    std::uint32_t period = 0;
    const auto [end, error] = std::from_chars(at.text.data(), at.text.data() + at.text.size(), period);
    const bool whole = error == std::errc{} && end == at.text.data() + at.text.size();
    if (!failed_ && (!whole || period < 1 || period > max_period))
      return fail(at, "'" + std::string(at.text) + "' is not a period", "a whole number from 1 to " + std::to_string(max_period));
    next();
    expect(")");
    if (failed_) return Kind::number;
    std::size_t i = 0;
    while (i < indicators_.size() && indicators_[i] != IndicatorName{kind, period}) ++i;
    if (i == max_indicators) return fail(at, "more than " + std::to_string(max_indicators) + " different indicators", "use fewer");
    if (i == indicators_.size()) indicators_.push_back({kind, period});
    emit(OpCode::indicator, 1, static_cast<std::uint32_t>(i));
    return Kind::number;
  }

  std::string_view text_, where_;
  std::vector<IndicatorName>& indicators_;
  Program program_;
  Word word_;
  std::size_t at_ = 0;
  int height_ = 0;
  bool failed_ = false;
  Error error_;
};

double apply(OpCode code, double a, double b) {
  switch (code) {
    case OpCode::add: return a + b;
    case OpCode::subtract: return a - b;
    case OpCode::multiply: return a * b;
    case OpCode::divide: return a / b;
    case OpCode::less: return a < b;
    case OpCode::less_equal: return a <= b;
    case OpCode::greater: return a > b;
    case OpCode::greater_equal: return a >= b;
    case OpCode::equal: return a == b;
    case OpCode::not_equal: return a < b || a > b;
    case OpCode::logical_and: return a != 0 && b != 0;
    default: return a != 0 || b != 0;
  }
}

double load(const Op& op, const RuleView& view) {
  switch (op.code) {
    case OpCode::number: return op.number;
    case OpCode::open: return plain(view.bar.open.units);
    case OpCode::high: return plain(view.bar.high.units);
    case OpCode::low: return plain(view.bar.low.units);
    case OpCode::close: return plain(view.bar.close.units);
    case OpCode::volume: return plain(view.bar.volume.units);
    case OpCode::position: return view.position;
    default: return view.indicators[op.index].value;
  }
}

}  // namespace

Result<Program> compile_rule(std::string_view text, std::string_view where, std::vector<IndicatorName>& indicators) {
  return Compiler(text, where, indicators).run();
}

bool holds(const Program& program, const RuleView& view) {
  std::array<double, max_depth> stack;
  std::size_t top = 0;
  for (const auto& op : program.ops) {
    if (op.code <= OpCode::indicator) stack[top++] = load(op, view);
    else if (op.code == OpCode::negate) stack[top - 1] = -stack[top - 1];
    else if (op.code == OpCode::logical_not) stack[top - 1] = stack[top - 1] == 0;
    else {
      --top;
      stack[top - 1] = apply(op.code, stack[top - 1], stack[top]);
    }
  }
  return stack[0] != 0;
}

}  // namespace trade
