#include "domain/strategy/strategy.h"

#include <limits>

#include "core/digest.h"

namespace trade {
namespace {

constexpr int128 most = std::numeric_limits<std::int64_t>::max();

std::uint32_t indicator_place(std::vector<IndicatorName>& names, IndicatorName name) {
  for (std::uint32_t i = 0; i < names.size(); ++i)
    if (names[i] == name) return i;
  names.push_back(name);
  return static_cast<std::uint32_t>(names.size() - 1);
}

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
  if (c.bars.ns <= 0) return bad("bars", "is not a positive length", "for example 1m");
  if (c.long_when.empty() && c.short_when.empty()) return bad("long_when", "there is no rule", "give long_when, short_when or both");
  if (c.risk.units > 0 && !c.stop_loss.used()) return bad("risk", "needs a stop loss to measure with", "give stop_loss");
  if (auto r = check_exit(c.stop_loss, where + ".stop_loss"); !r) return r;
  return check_exit(c.take_profit, where + ".take_profit");
}

Result<void> compile_one(const std::string& text, const std::string& where, Strategy& s, Program& into) {
  if (text.empty()) return {};
  auto program = compile_rule(text, where, s.indicators);
  if (!program) return program.error();
  into = std::move(program).value();
  return {};
}

Quantity floor_to_lot(int128 units, Quantity lot) {
  if (units > most) units = most;
  const std::int64_t step = std::max<std::int64_t>(lot.units, 1);
  return {static_cast<std::int64_t>(units) / step * step};
}

}  // namespace

Result<Strategy> compile_strategy(const StrategyConfig& c, const std::string& where) {
  if (auto r = check_numbers(c, where); !r) return r.error();
  Strategy s;
  s.config = c;
  s.shape = mix64(static_cast<std::uint64_t>(c.kind) + 1);
  if (c.kind == StrategyKind::requote) return s;
  if (auto r = compile_one(c.long_when, where + ".long_when", s, s.long_when); !r) return r.error();
  if (auto r = compile_one(c.short_when, where + ".short_when", s, s.short_when); !r) return r.error();
  if (auto r = compile_one(c.exit_when, where + ".exit_when", s, s.exit_when); !r) return r.error();
  if (c.stop_loss.atr.units > 0) s.stop_atr = indicator_place(s.indicators, {IndicatorKind::atr, c.stop_loss.atr_period});
  if (c.take_profit.atr.units > 0) s.take_atr = indicator_place(s.indicators, {IndicatorKind::atr, c.take_profit.atr_period});
  s.first_decision = c.warmup;
  for (const auto& i : s.indicators) {
    s.first_decision = std::max<std::uint64_t>(s.first_decision, bars_needed(i.kind, i.period) - 1);
    s.shape = mix64(s.shape ^ (static_cast<std::uint64_t>(i.kind) << 32 | i.period));
  }
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
