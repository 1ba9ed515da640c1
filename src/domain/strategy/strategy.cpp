#include "domain/strategy/strategy.h"

#include <bit>
#include <limits>

#include "core/digest.h"

namespace trade {
namespace {

constexpr int128 most = std::numeric_limits<std::int64_t>::max();

Result<void> check_exit(const ExitDistance& d, const std::string& where) {
  if (d.fraction.units < 0 || d.atr.units < 0)
    return Error{Failure::config, where, "a distance is negative", "write it as a positive number"};
  if (d.atr.units > 0 && (d.atr_period < 1 || d.atr_period > max_period))
    return Error{Failure::config, where + ".atr_period", std::to_string(d.atr_period) + " is not a period",
                 "a whole number from 1 to 10000"};
  return {};
}

Result<void> check_numbers(const StrategyConfig& c, const std::string& where) {
  const auto bad = [&](const char* key, const char* what, const char* mend) {
    return Error{Failure::config, where + "." + key, what, mend};
  };
  if (!c.id) return bad("id", "is missing", "give every strategy a number from 1");
  if (!c.account) return bad("account", "is missing", "name an account id of section config");
  if (!c.instrument) return bad("instrument", "is missing", "name an instrument id of section config");
  const int sizes = (c.size.units != 0) + (c.notional.units != 0) + (c.risk.units != 0);
  if (sizes != 1 || c.size.units < 0 || c.notional.units < 0 || c.risk.units < 0)
    return bad("size", "an entry needs exactly one positive size", "give size, notional or risk");
  if (c.kind == StrategyKind::requote) {
    if (c.size.units == 0) return bad("size", "requote needs a fixed size", "give size");
    if (c.every == 0) return bad("every", "must be at least 1", "for example 100");
    if (c.offset.units < 0) return bad("offset", "is negative", "give the distance from the touch");
    return {};
  }
  if (c.kind == StrategyKind::step_quote) {
    if (c.size.units == 0) return bad("size", "step_quote needs a fixed size", "give size");
    if (c.step.ns <= 0) return bad("step", "is not a positive length", "for example 10ms");
    if (c.max_position.units < 0) return bad("max_position", "is negative", "give the largest position either way");
    return {};
  }
  if (c.bars.ns <= 0) return bad("bars", "is not a positive length", "for example 1m");
  if (c.long_when.empty() && c.short_when.empty()) return bad("long_when", "there is no rule", "give long_when, short_when or both");
  if (c.risk.units > 0 && !c.stop_loss.used()) return bad("risk", "needs a stop loss to measure with", "give stop_loss");
  if (auto r = check_exit(c.stop_loss, where + ".stop_loss"); !r) return r;
  return check_exit(c.take_profit, where + ".take_profit");
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

Quantity floor_to_lot(int128 units, Quantity lot) {
  if (units > most) units = most;
  const std::int64_t step = std::max<std::int64_t>(lot.units, 1);
  return {static_cast<std::int64_t>(units) / step * step};
}

}  // namespace

Result<Strategy> compile_strategy(const StrategyConfig& c, const std::string& where, const Map<StrategyId, std::uint32_t>& earlier) {
  if (auto r = check_numbers(c, where); !r) return r.error();
  if (auto r = check_inputs(c, where); !r) return r.error();
  Strategy s;
  s.config = c;
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
  s.shape = mix64(s.program.layout ^ mix64(static_cast<std::uint64_t>(c.kind) + 1));
  for (const auto& constant : s.program.constants) s.shape = mix64(s.shape ^ std::bit_cast<std::uint64_t>(constant.constant));
  return s;
}

Quantity entry_size(const StrategyConfig& c, const Instrument& i, Price price, Price stop_distance) {
  if (c.size.units > 0) return c.size;
  if (price.units <= 0 || i.multiplier.units <= 0) return {};
  int128 notional = c.notional.units;
  if (c.risk.units > 0) {
    if (stop_distance.units <= 0) return {};
    notional = std::min(static_cast<int128>(c.risk.units) * price.units / stop_distance.units, most);
  }
  const int128 contracts = notional * decimal_one / i.multiplier.units;
  if (i.contract == Contract::inverse) return floor_to_lot(contracts, i.lot);
  return floor_to_lot(std::min(contracts, most) * decimal_one / price.units, i.lot);
}

}  // namespace trade
