#include "domain/strategy/strategy.h"

#include <bit>

#include "core/digest.h"

namespace trade {
namespace {

Result<void> check_exit(const ExitDistance& d, const std::string& where) {
  if (d.fraction.units < 0 || d.atr.units < 0)
    return Error{Failure::config, where, "a distance is negative", "write it as a positive number"};
  if (d.atr.units > 0 && (d.atr_period < 1 || d.atr_period > max_period))
    return Error{Failure::config, where + ".atr_period", std::to_string(d.atr_period) + " is not a period",
                 "a whole number from 1 to 10000"};
  return {};
}

// The keys of an entry order that its type must have, and those it must not.
Result<void> check_entry(const StrategyConfig& c, const std::string& where) {
  const auto& e = c.entry;
  const auto bad = [&](const char* key, const char* what, const char* mend) {
    return Error{Failure::config, where + ".entry." + key, what, mend};
  };
  const bool limited = e.type == OrderType::limit || e.type == OrderType::stop_limit;
  const bool stopped = e.type == OrderType::stop || e.type == OrderType::stop_limit;
  if (e.limit.empty() == limited)
    return bad("limit", limited ? "is missing" : "is of no use to this type", "limit and stop_limit have one");
  if (e.stop.empty() == stopped) return bad("stop", stopped ? "is missing" : "is of no use to this type", "stop and stop_limit have one");
  const bool offset = e.type == OrderType::trailing_stop;
  if (e.offset.empty() ? offset : !offset && e.type != OrderType::pegged)
    return bad("offset", offset ? "is missing" : "is of no use to this type", "trailing_stop and pegged have one");
  if (e.display.units < 0) return bad("display", "is negative", "give the quantity that shows");
  if (e.over.ns < 0) return bad("over", "is negative", "for example 10m");
  if (e.participation.units < 0 || e.participation.units > decimal_one) return bad("participation", "is not a share", "0 to 1");
  if (e.algo == Algo::none && (e.over.ns != 0 || e.participation.units != 0))
    return bad("algo", "is missing", "over and participation are an algo's");
  if (!c.target.empty() && e.type != OrderType::market) return bad("type", "a target is followed by market orders", "leave it out");
  return {};
}

Result<void> check_legs(const StrategyConfig& c, const std::string& where) {
  for (std::size_t k = 0; k < c.legs.size(); ++k) {
    const auto at = where + ".legs[" + std::to_string(k) + "]";
    const InputConfig* input = nullptr;
    for (const auto& i : c.inputs)
      if (i.name == c.legs[k].input) input = &i;
    if (input == nullptr) return Error{Failure::config, at + ".input", "'" + c.legs[k].input + "' is no input", "name one of inputs"};
    if (!input->instrument || input->instrument == c.instrument)
      return Error{Failure::config, at + ".input", "is of the strategy's own instrument", "a leg needs another instrument"};
    for (std::size_t other = 0; other < k; ++other)
      if (c.legs[other].input == c.legs[k].input) return Error{Failure::config, at + ".input", "is used twice", "one leg an instrument"};
    if (c.legs[k].weight.units == 0) return Error{Failure::config, at + ".weight", "is 0", "-1 trades as much the other way"};
  }
  if (c.legs.size() > 4) return Error{Failure::config, where + ".legs", "there are too many", "at most 4"};
  if (!c.legs.empty() && !c.target.empty())
    return Error{Failure::config, where + ".legs", "a target has no legs", "give conditions, or a strategy for each instrument"};
  return {};
}

Result<void> check_rules(const StrategyConfig& c, const std::string& where) {
  const auto bad = [&](const char* key, const char* what, const char* mend) {
    return Error{Failure::config, where + "." + key, what, mend};
  };
  if (c.bars.ns <= 0) return bad("bars", "is not a positive length", "for example 1m");
  const bool conditions = !c.long_when.empty() || !c.short_when.empty();
  if (!conditions && c.target.empty()) return bad("long_when", "there is no rule", "give long_when, short_when or both, or target");
  if (conditions && !c.target.empty()) return bad("target", "stands beside conditions", "give one or the other");
  if (c.risk.units > 0 && !c.stop_loss.used()) return bad("risk", "needs a stop loss to measure with", "give stop_loss");
  if (c.take_profit.trailing) return bad("take_profit.trailing", "only a stop loss trails", "leave it out");
  if (auto r = check_exit(c.stop_loss, where + ".stop_loss"); !r) return r;
  if (auto r = check_exit(c.take_profit, where + ".take_profit"); !r) return r;
  if (auto r = check_entry(c, where); !r) return r;
  return check_legs(c, where);
}

Result<void> check_numbers(const StrategyConfig& c, const std::string& where) {
  const auto bad = [&](const char* key, const char* what, const char* mend) {
    return Error{Failure::config, where + "." + key, what, mend};
  };
  if (!c.id) return bad("id", "is missing", "give every strategy a number from 1");
  if (!c.account) return bad("account", "is missing", "name an account id of section config");
  if (!c.instrument) return bad("instrument", "is missing", "name an instrument id of section config");
  const std::int64_t sizes[] = {c.size.units, c.notional.units, c.risk.units, c.volatility.units, c.cash_share.units};
  int given = 0;
  if (c.max_position.units < 0) return bad("max_position", "is negative", "give the largest position either way");
  bool negative = c.band.units < 0;
  for (const auto s : sizes) {
    given += s != 0;
    negative = negative || s < 0;
  }
  const bool sized = c.target.empty() && !c.advise;
  if (negative || given > 1 || (sized && given == 0))
    return bad("size", "an entry needs exactly one positive size", "give size, notional, risk, volatility or cash_share");
  switch (c.kind) {
    case StrategyKind::rules: return check_rules(c, where);
    case StrategyKind::requote:
      if (c.offset.units < 0) return bad("offset", "is negative", "give the distance from the touch");
      break;
    case StrategyKind::step_quote:
      if (c.step.ns <= 0) return bad("step", "is not a positive length", "for example 10ms");
      break;
    case StrategyKind::maker:
      if (c.maker.risk_aversion.units <= 0) return bad("maker.risk_aversion", "is not positive", "for example 0.1");
      if (c.maker.intensity.units <= 0) return bad("maker.intensity", "is not positive", "for example 1.5");
      if (c.maker.horizon.ns <= 0) return bad("maker.horizon", "is not a positive length", "for example 1s");
      if (c.maker.span < 2) return bad("maker.span", "must be at least 2", "for example 200");
      if (c.maker.max_position < c.size) return bad("maker.max_position", "is less than one order", "give at least size");
      break;
    case StrategyKind::grid:
      if (c.grid.step.units <= 0) return bad("grid.step", "is not positive", "give the distance of two levels");
      if (c.grid.levels < 1 || c.grid.levels > 16) return bad("grid.levels", "must be 1 to 16", "for example 5");
      break;
  }
  if (c.size.units == 0) return bad("size", "this kind needs a fixed size", "give size");
  if (c.every == 0) return bad("every", "must be at least 1", "for example 100");
  return {};
}

Result<void> check_inputs(const StrategyConfig& c, const std::string& where) {
  if (c.inputs.size() + 1 > max_inputs)
    return Error{Failure::config, where + ".inputs", "there are too many", "at most " + std::to_string(max_inputs - 1)};
  for (std::size_t i = 0; i < c.inputs.size(); ++i) {
    const auto at = where + ".inputs[" + std::to_string(i) + "]";
    if (c.inputs[i].name.empty()) return Error{Failure::config, at + ".name", "is missing", "rules write name.close"};
    for (std::size_t k = 0; k < i; ++k)
      if (c.inputs[k].name == c.inputs[i].name)
        return Error{Failure::config, at + ".name", "is used twice", "give every input its own name"};
    if (c.inputs[i].bars.ns < 0) return Error{Failure::config, at + ".bars", "is not a positive length", "for example 1m"};
  }
  return {};
}

Scope scope_of(const StrategyConfig& c, const std::string& where, const Map<StrategyId, std::uint32_t>& earlier) {
  Scope scope;
  scope.where = where;
  scope.definitions = c.define;
  scope.strategies = earlier;
  scope.inputs.emplace_back();
  for (const auto& input : c.inputs) scope.inputs.push_back(input.name);
  return scope;
}

std::string atr_text(const ExitDistance& d) { return d.atr.units > 0 ? "atr(" + std::to_string(d.atr_period) + ")" : std::string(); }

}  // namespace

Result<Strategy> compile_strategy(const StrategyConfig& c, const std::string& where, const Map<StrategyId, std::uint32_t>& earlier) {
  if (auto r = check_numbers(c, where); !r) return r.error();
  if (auto r = check_inputs(c, where); !r) return r.error();
  Strategy s;
  s.config = c;
  s.shape = mix64(static_cast<std::uint64_t>(c.kind) + 1);
  RuleCompiler compiler(scope_of(c, where, earlier));
  if (auto r = compiler.check_definitions(); !r) return r.error();
  struct Text {
    std::string text;
    ValueKind kind;
    const char* key;
    Rule* rule;
  };
  const Text texts[] = {{c.long_when, ValueKind::truth, ".long_when", &s.long_when},
                        {c.short_when, ValueKind::truth, ".short_when", &s.short_when},
                        {c.exit_when, ValueKind::truth, ".exit_when", &s.exit_when},
                        {c.target, ValueKind::number, ".target", &s.target},
                        {c.entry.limit, ValueKind::number, ".entry.limit", &s.entry_limit},
                        {c.entry.stop, ValueKind::number, ".entry.stop", &s.entry_stop},
                        {c.entry.offset, ValueKind::number, ".entry.offset", &s.entry_offset},
                        {c.volatility.units > 0 ? "atr(14)" : "", ValueKind::number, ".volatility", &s.range},
                        {atr_text(c.stop_loss), ValueKind::number, ".stop_loss", &s.stop_atr},
                        {atr_text(c.take_profit), ValueKind::number, ".take_profit", &s.take_atr}};
  std::vector<Rule*> rules;
  for (const auto& t : texts) {
    auto rule = compiler.compile(t.text, t.kind, where + t.key);
    if (!rule) return rule.error();
    *t.rule = std::move(rule).value();
    rules.push_back(t.rule);
  }
  s.program = compiler.finish(rules);
  for (const auto& step : s.program.steps[0]) s.asks_stances = s.asks_stances || step.op == Op::stance;
  for (const auto& leg : c.legs)
    for (std::size_t k = 0; k < c.inputs.size(); ++k)
      if (c.inputs[k].name == leg.input) s.leg_inputs.push_back(static_cast<std::uint8_t>(k + 1));
  s.shape = mix64(s.program.layout ^ mix64(static_cast<std::uint64_t>(c.kind) + 1) ^ mix64(c.inputs.size() << 32 | c.legs.size()));
  for (const auto& constant : s.program.constants) s.shape = mix64(s.shape ^ std::bit_cast<std::uint64_t>(constant.constant));
  return s;
}

}  // namespace trade
