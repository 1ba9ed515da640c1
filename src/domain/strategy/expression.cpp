#include "domain/strategy/expression.h"

#include <array>
#include <charconv>
#include <memory>

#include "core/document.h"
#include "domain/indicators/definitions.h"

namespace trade {
namespace detail {

struct Value {
  std::uint32_t place{};
  bool truth{};
};

enum class Progress : std::uint8_t { untouched, begun, done };

struct Defined {
  Progress progress{};
  Value value;
};

struct Compilation {
  Scope scope;
  ProgramBuilder builder;
  std::vector<Defined> defined;
  std::vector<std::size_t> open;  // definitions being compiled, outermost first
};

}  // namespace detail

namespace {

using detail::Compilation;
using detail::Progress;
using detail::Value;

struct Word {
  std::string_view text;  // empty at the end
  std::size_t column = 1;
};

bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; }
bool is_digit(char c) { return c >= '0' && c <= '9'; }

struct Leaf {
  std::string_view name;
  Op op;
};
constexpr std::array<Leaf, 9> leaves{{{"open", Op::open},
                                      {"high", Op::high},
                                      {"low", Op::low},
                                      {"close", Op::close},
                                      {"volume", Op::volume},
                                      {"position", Op::position},
                                      {"held", Op::held},
                                      {"entry_price", Op::entry_price},
                                      {"bars_held", Op::bars_held}}};

struct Infix {
  std::string_view text;
  Op op;
  int level;  // binds tighter when greater
};
constexpr std::array<Infix, 12> infixes{{{"or", Op::logical_or, 1},
                                         {"and", Op::logical_and, 2},
                                         {"<=", Op::less_equal, 4},
                                         {">=", Op::greater_equal, 4},
                                         {"==", Op::equal, 4},
                                         {"!=", Op::not_equal, 4},
                                         {"<", Op::less, 4},
                                         {">", Op::greater, 4},
                                         {"+", Op::add, 5},
                                         {"-", Op::subtract, 5},
                                         {"*", Op::multiply, 6},
                                         {"/", Op::divide, 6}}};
constexpr int not_level = 3, sign_level = 7;

std::string quoted(std::string_view s) { return "'" + std::string(s) + "'"; }

struct Parameter {
  std::string_view name, otherwise;
  bool truth = false;
};
std::vector<Parameter> parameters_of(std::string_view text) {
  std::vector<Parameter> out;
  while (!text.empty()) {
    const auto end = std::min(text.find(' '), text.size());
    Parameter p{text.substr(0, end), {}, false};
    text.remove_prefix(std::min(end + 1, text.size()));
    if (const auto equal = p.name.find('='); equal != std::string_view::npos) {
      p.otherwise = p.name.substr(equal + 1);
      p.name = p.name.substr(0, equal);
    }
    if (p.name.ends_with('?')) {
      p.truth = true;
      p.name.remove_suffix(1);
    }
    out.push_back(p);
  }
  return out;
}

// What a call was given.
struct Argument {
  std::string_view name;
  Value value;
  Word at;
};

// Whatever is parsed inside a named indicator is blamed on the word that named it.
struct Setting {
  std::uint8_t input = 0;
  const std::vector<Argument>* arguments = nullptr;  // of the indicator whose text this is; null: the user's own text
  Word blame;
};

template <class T>
const T* named(std::span<const T> all, std::string_view name) {
  for (const auto& one : all)
    if (one.name == name) return &one;
  return nullptr;
}

// Precedence climbing over words; the first error stays and stops everything.
class Parser {
 public:
  Parser(Compilation& all, std::string_view text, std::string where, Setting setting, std::size_t depth)
      : all_(all), text_(text), where_(std::move(where)), setting_(setting), base_depth_(depth) {}

  bool failed() const { return failed_; }
  const Error& error() const { return error_; }
  std::vector<Rule::Part>& parts() { return parts_; }

  Value whole() {
    next();
    const Value v = expression(1, base_depth_);
    if (!failed_ && !word_.text.empty()) fail(word_, "unexpected " + quoted(word_.text), "an operator or the end belongs here");
    return v;
  }
  Value fail(const Word& at, std::string what, std::string mend) {
    const Word& blamed = setting_.arguments != nullptr ? setting_.blame : at;
    if (!failed_) error_ = {Failure::config, where_ + " column " + std::to_string(blamed.column), std::move(what), std::move(mend)};
    failed_ = true;
    word_.text = {};
    at_ = text_.size();
    return {all_.builder.constant(0), false};
  }

 private:
  Value adopt(const Error& error) {
    if (!failed_) error_ = error;
    failed_ = true;
    return fail(word_, {}, {});
  }
  void next() {
    while (at_ < text_.size() && (text_[at_] == ' ' || text_[at_] == '\n' || text_[at_] == '\t')) ++at_;
    std::size_t end = at_;
    if (end < text_.size()) {
      const char c = text_[end++];
      const auto more = [&](auto test) {
        while (end < text_.size() && test(text_[end])) ++end;
      };
      if (is_letter(c)) more([](char x) { return is_letter(x) || is_digit(x); });
      else if (is_digit(c)) more([](char x) { return is_digit(x) || x == '.'; });
      else if ((c == '<' || c == '>' || c == '=' || c == '!') && end < text_.size() && text_[end] == '=') ++end;
    }
    word_ = {text_.substr(at_, end - at_), at_ + 1};
    former_end_ = at_;
    at_ = end;
  }
  bool expect(std::string_view text) {
    if (failed_) return false;
    if (word_.text == text) {
      next();
      return true;
    }
    fail(word_, quoted(text) + " is missing", word_.text.empty() ? "the rule ends here" : "found " + quoted(word_.text));
    return false;
  }
  std::uint32_t operate(const Word& at, Op op, std::uint32_t a, std::uint32_t b = 0, std::uint32_t c = 0, std::uint32_t n = 0,
                        std::uint8_t input = any_input) {
    if (failed_) return 0;
    const auto place = all_.builder.operation(op, a, b, c, n, input);
    if (all_.builder.too_large()) fail(at, "the rules are too long", "at most " + std::to_string(max_steps) + " operations a strategy");
    return place;
  }
  void need(Value got, bool truth, const Word& at) {
    if (failed_ || got.truth == truth) return;
    fail(at, truth ? quoted(at.text) + " needs conditions, not numbers" : quoted(at.text) + " needs numbers on both sides",
         truth ? "compare the number with something" : "conditions are joined with and, or");
  }
  const Infix* infix() const {
    for (const auto& i : infixes)
      if (i.text == word_.text) return &i;
    return nullptr;
  }

  Value expression(int level, std::size_t depth) {
    if (depth > max_nesting) return fail(word_, "the rule is nested too deep", "at most " + std::to_string(max_nesting) + " levels");
    Value left = prefix(level, depth);
    while (!failed_) {
      const Infix* op = infix();
      if (op == nullptr || op->level < level) break;
      const Word at = word_;
      const bool logical = op->level <= 2;
      need(left, logical, at);
      next();
      const Value right = expression(op->level + 1, depth + 1);
      need(right, logical, at);
      left = {operate(at, op->op, left.place, right.place), logical || op->level == 4};
    }
    return left;
  }
  Value prefix(int level, std::size_t depth) {
    const Word at = word_;
    if (at.text == "not") {
      if (level > not_level) return fail(at, "'not' cannot stand here", "put the negated condition in brackets");
      next();
      const Value v = expression(not_level, depth + 1);
      need(v, true, at);
      return {operate(at, Op::logical_not, v.place), true};
    }
    if (at.text == "-") {
      next();
      const Value v = expression(sign_level, depth + 1);
      need(v, false, at);
      return {operate(at, Op::negate, v.place), false};
    }
    Value v = primary(depth);
    while (!failed_ && word_.text == "[") v = earlier(v, depth);
    return v;
  }
  Value primary(std::size_t depth) {
    const Word at = word_;
    if (at.text == "(") {
      next();
      const Value inner = expression(1, depth + 1);
      expect(")");
      return inner;
    }
    if (!at.text.empty() && is_digit(at.text[0])) return number();
    if (!at.text.empty() && is_letter(at.text[0])) return name(depth, setting_.input);
    if (at.text.empty()) return fail(at, "the rule ends where a value belongs", "for example ema(9) >= ema(21)");
    return fail(at, "unexpected " + quoted(at.text), "a number, a name or a bracket belongs here");
  }
  // x[n]
  Value earlier(Value v, std::size_t depth) {
    const Word bracket = word_;
    next();
    const Word at = word_;
    const Value n = expression(1, depth + 1);
    expect("]");
    if (failed_) return v;
    if (v.truth) return fail(bracket, "only numbers have a past", "compare after the brackets: close[1] > open[1]");
    const double* c = all_.builder.constant_at(n.place);
    if (c != nullptr && *c == 0) return v;
    const std::uint32_t period = whole_number(n, at, "a number of bars");
    return failed_ ? v : Value{operate(at, Op::delay, v.place, 0, 0, period), false};
  }
  std::uint32_t whole_number(Value v, const Word& at, std::string_view what) {
    const double* c = v.truth ? nullptr : all_.builder.constant_at(v.place);
    if (!failed_ && c != nullptr && *c >= 1 && *c <= max_period && *c == static_cast<double>(static_cast<std::uint32_t>(*c)))
      return static_cast<std::uint32_t>(*c);
    fail(at, quoted(at.text) + " is not " + std::string(what), "a whole number from 1 to " + std::to_string(max_period));
    return 1;
  }
  Value number() {
    const Word at = word_;
    double v = 0;
    const auto [end, error] = std::from_chars(at.text.data(), at.text.data() + at.text.size(), v, std::chars_format::fixed);
    if (error != std::errc{} || end != at.text.data() + at.text.size())
      return fail(at, quoted(at.text) + " is not a number", "write it as 12 or 0.5");
    next();
    return {all_.builder.constant(v), false};
  }

  // `from`: the column of the input's name before it.
  Value name(std::size_t depth, std::uint8_t input, std::size_t from = 0) {
    const Word at = word_, label{at.text, from == 0 ? at.column : from};
    next();
    if (setting_.arguments != nullptr)
      for (const auto& a : *setting_.arguments)
        if (a.name == at.text) return a.value;
    if (at.text == "true" || at.text == "false") return {all_.builder.constant(at.text == "true"), true};
    if (setting_.arguments == nullptr) {
      if (at.text == "stance") return stance(depth);
      for (std::size_t i = 0; i < all_.scope.inputs.size(); ++i)
        if (!all_.scope.inputs[i].empty() && all_.scope.inputs[i] == at.text) return of_input(at, static_cast<std::uint8_t>(i), depth);
      for (std::size_t i = 0; i < all_.scope.definitions.size(); ++i)
        if (all_.scope.definitions[i].name == at.text) return shown(label, definition(at, i, depth));
    }
    for (const auto& leaf : leaves)
      if (leaf.name == at.text) return shown(label, {all_.builder.leaf(leaf.op, leaf.op >= Op::position ? std::uint8_t{0} : input), false});
    if (const auto* op = named(named_operations(), at.text))
      return shown(label, call(at, op->parameters, depth, input, [&](auto& given) { return apply(at, *op, given, input); }));
    if (const auto* indicator = named(named_indicators(), at.text))
      return shown(label, call(at, indicator->parameters, depth, input,
                               [&](auto& given) { return expand(at, indicator->is, given, depth, input); }));
    return unknown(at);
  }
  Value unknown(const Word& at) {
    std::vector<std::string_view> known{"stance"};
    for (const auto& leaf : leaves) known.push_back(leaf.name);
    for (const auto& op : named_operations()) known.push_back(op.name);
    for (const auto& i : named_indicators()) known.push_back(i.name);
    for (const auto& i : all_.scope.inputs) known.push_back(i);
    for (const auto& d : all_.scope.definitions) known.push_back(d.name);
    const auto near = nearest(at.text, known);
    return fail(at, "unknown name " + quoted(at.text),
                near.empty() ? "known are close, position, ema(n) and others: docs/indicators.md" : "did you mean " + quoted(near) + "?");
  }
  // Values the user's own text names are what an explanation shows.
  Value shown(const Word& at, Value v) {
    if (failed_ || setting_.arguments != nullptr) return v;
    auto end = former_end_;
    while (end > at.column && (text_[end - 1] == ' ' || text_[end - 1] == '\n' || text_[end - 1] == '\t')) --end;
    const auto text = text_.substr(at.column - 1, end - (at.column - 1));
    for (const auto& p : parts_)
      if (p.text == text) return v;
    parts_.push_back({std::string(text), v.place});
    return v;
  }
  Value of_input(const Word& at, std::uint8_t input, std::size_t depth) {
    if (!expect(".")) return {};
    if (word_.text.empty() || !is_letter(word_.text[0]))
      return fail(word_, "a name is missing after " + quoted(at.text) + " .", "for example " + std::string(at.text) + ".close");
    const auto former = setting_.input;
    setting_.input = input;
    const Value v = name(depth, input, at.column);
    setting_.input = former;
    return v;
  }
  Value stance(std::size_t depth) {
    if (!expect("(")) return {};
    const Word at = word_;
    const Value id = expression(1, depth + 1);
    std::uint32_t most_bars = 0;
    if (!failed_ && word_.text == ",") {
      next();
      const Word age = word_;
      most_bars = whole_number(expression(1, depth + 1), age, "a number of bars");
    }
    expect(")");
    if (failed_) return {};
    const double* c = all_.builder.constant_at(id.place);
    const auto* place = c == nullptr || *c < 0 || *c > UINT32_MAX ? nullptr : all_.scope.strategies.find({static_cast<std::uint32_t>(*c)});
    if (place == nullptr)
      return fail(at, quoted(at.text) + " is no earlier strategy", "only strategies further up in the list can be asked");
    return {all_.builder.stance(*place, most_bars), false};
  }

  Value definition(const Word& at, std::size_t i, std::size_t depth) {
    auto& d = all_.defined[i];
    if (d.progress == Progress::done) return d.value;
    if (d.progress == Progress::begun) {
      std::string way;
      bool inside = false;
      for (const auto open : all_.open)
        if ((inside = inside || open == i)) way += all_.scope.definitions[open].name + " -> ";
      return fail(at, "definition " + quoted(at.text) + " needs itself: " + way + all_.scope.definitions[i].name, "break the cycle");
    }
    d.progress = Progress::begun;
    all_.open.push_back(i);
    const auto where = all_.scope.where + ".define[" + std::to_string(i) + "].is";
    Parser inner(all_, all_.scope.definitions[i].is, where, {}, depth + 1);
    d.value = inner.whole();
    all_.open.pop_back();
    d.progress = Progress::done;
    return inner.failed() ? adopt(inner.error()) : d.value;
  }

  template <class Finish>
  Value call(const Word& at, std::string_view parameter_text, std::size_t depth, std::uint8_t input, Finish finish) {
    const auto parameters = parameters_of(parameter_text);
    std::vector<Argument> given;
    if (!parameters.empty() || word_.text == "(") {
      if (!expect("(")) return {};
      while (!failed_ && word_.text != ")") {
        const Word first = word_;
        given.push_back({{}, expression(1, depth + 1), first});
        if (failed_ || word_.text != ",") break;
        next();
      }
      if (!expect(")")) return {};
    }
    if (!fill(at, parameters, given, input)) return {};
    return finish(given);
  }
  // Puts the arguments to their parameters; what was left out takes its default, a series before a leading number too.
  bool fill(const Word& at, const std::vector<Parameter>& parameters, std::vector<Argument>& given, std::uint8_t input) {
    const auto is_series = [](const Parameter& p) { return !p.otherwise.empty() && is_letter(p.otherwise[0]); };
    if (!parameters.empty() && is_series(parameters[0]) && given.size() < parameters.size() &&
        (given.empty() || all_.builder.constant_at(given[0].value.place) != nullptr))
      given.insert(given.begin(), {{}, defaulted(parameters[0], input), at});
    while (given.size() < parameters.size() && !parameters[given.size()].otherwise.empty())
      given.push_back({{}, defaulted(parameters[given.size()], input), at});
    if (failed_) return false;
    if (given.size() != parameters.size()) {
      std::string wanted;
      for (const auto& p : parameters)
        wanted += (wanted.empty() ? "" : ", ") + std::string(p.name) + (p.otherwise.empty() ? "" : "=" + std::string(p.otherwise));
      fail(at, quoted(at.text) + " was given " + std::to_string(given.size()) + " arguments", "it takes (" + wanted + ")");
      return false;
    }
    for (std::size_t i = 0; i < given.size(); ++i) {
      given[i].name = parameters[i].name;
      if (given[i].value.truth != parameters[i].truth) {
        fail(given[i].at,
             quoted(at.text) + (parameters[i].truth ? " needs a condition here, not a number" : " needs a number here, not a condition"),
             parameters[i].truth ? "compare the number with something" : "choose(condition, 1, 0) makes it one");
        return false;
      }
      if (parameters[i].name == "n") whole_number(given[i].value, given[i].at, "a period");
    }
    return !failed_;
  }
  Value defaulted(const Parameter& p, std::uint8_t input) {
    for (const auto& leaf : leaves)
      if (leaf.name == p.otherwise) return {all_.builder.leaf(leaf.op, input), false};
    double v = 0;
    std::from_chars(p.otherwise.data(), p.otherwise.data() + p.otherwise.size(), v);
    return {all_.builder.constant(v), false};
  }
  Value apply(const Word& at, const NamedOperation& named, const std::vector<Argument>& given, std::uint8_t input) {
    std::array<std::uint32_t, 3> operand{};
    std::size_t count = 0;
    std::uint32_t n = 0;
    for (const auto& a : given) {
      if (a.name == "n") n = whole_number(a.value, a.at, "a period");
      else operand[count++] = a.value.place;
    }
    const bool reads_bars = named.op == Op::parabolic || named.op == Op::supertrend;
    return {operate(at, named.op, operand[0], operand[1], operand[2], n, reads_bars ? input : any_input), false};
  }
  Value expand(const Word& at, std::string_view is, const std::vector<Argument>& given, std::size_t depth, std::uint8_t input) {
    const Word blame = setting_.arguments != nullptr ? setting_.blame : at;
    Parser inner(all_, is, where_, {input, &given, blame}, depth + 1);
    const Value v = inner.whole();
    return inner.failed() ? adopt(inner.error()) : v;
  }

  Compilation& all_;
  std::string_view text_;
  std::string where_;
  Setting setting_;
  std::size_t base_depth_;
  std::vector<Rule::Part> parts_;
  Word word_;
  std::size_t at_ = 0, former_end_ = 0;
  bool failed_ = false;
  Error error_;
};

}  // namespace

RuleCompiler::RuleCompiler(Scope scope) : all_(std::make_unique<Compilation>()) {
  all_->defined.resize(scope.definitions.size());
  all_->scope = std::move(scope);
}
RuleCompiler::~RuleCompiler() = default;

Result<void> RuleCompiler::check_definitions() {
  const auto& scope = all_->scope;
  std::vector<std::string_view> seen;
  for (std::size_t i = 0; i < scope.definitions.size(); ++i) {
    const auto& d = scope.definitions[i];
    const auto where = scope.where + ".define[" + std::to_string(i) + "].name";
    bool good = !d.name.empty() && is_letter(d.name[0]);
    for (const char c : d.name) good = good && (is_letter(c) || is_digit(c));
    if (!good) return Error{Failure::config, where, quoted(d.name) + " is not a name", "letters, digits and _, a letter first"};
    bool taken = std::find(seen.begin(), seen.end(), d.name) != seen.end() || d.name == "stance" || d.name == "not" || d.name == "and" ||
                 d.name == "or" || d.name == "true" || d.name == "false" || named(named_operations(), d.name) != nullptr ||
                 named(named_indicators(), d.name) != nullptr;
    for (const auto& leaf : leaves) taken = taken || leaf.name == d.name;
    for (const auto& input : scope.inputs) taken = taken || input == d.name;
    if (taken) return Error{Failure::config, where, quoted(d.name) + " is taken", "give it another name"};
    seen.push_back(d.name);
  }
  for (const auto& d : scope.definitions) {
    Parser parser(*all_, d.name, scope.where, {}, 0);
    parser.whole();
    if (parser.failed()) return parser.error();
  }
  return {};
}

Result<Rule> RuleCompiler::compile(std::string_view text, ValueKind wanted, const std::string& where) {
  Rule rule;
  if (text.empty()) return rule;
  Parser parser(*all_, text, where, {}, 0);
  const Value v = parser.whole();
  if (!parser.failed() && v.truth != (wanted == ValueKind::truth)) {
    if (v.truth) parser.fail({text, 1}, "the rule is a condition, not a number", "for example 2 * atr(14)");
    else parser.fail({text, 1}, "the rule is a number, not a condition", "compare it: for example close > sma(20)");
  }
  if (parser.failed()) return parser.error();
  rule.place = v.place;
  rule.parts = std::move(parser.parts());
  return rule;
}

Program RuleCompiler::finish(const std::vector<Rule*>& rules) const {
  std::vector<std::uint32_t*> roots;
  for (auto* r : rules) {
    if (!r->used()) continue;
    roots.push_back(&r->place);
    for (auto& p : r->parts) roots.push_back(&p.place);
  }
  return all_->builder.finish(roots);
}

}  // namespace trade
