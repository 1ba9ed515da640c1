#include "domain/strategy/decision.h"

#include <cmath>

namespace trade {
namespace {

int sign_of(Quantity q) { return (q.units > 0) - (q.units < 0); }

Price atr_distance(const RulesState& state, const Rule& atr, Ratio times) {
  if (!atr.used()) return {};
  const double units = std::floor(state.memory.values[atr.place] * plain(times.units) * 1e8 + 0.5);
  return {units < 9e18 ? static_cast<std::int64_t>(units) : INT64_MAX};
}

bool holds(const RulesState& state, const Rule& rule) { return rule.used() && state.memory.values[rule.place] != 0; }

// `move` against (or for) the position reaches one of the distances.
bool reached(const ExitDistance& d, Price atr_part, std::int64_t move, Price average) {
  if (move <= 0) return false;
  if (atr_part.units > 0 && move >= atr_part.units) return true;
  return d.fraction.units > 0 && static_cast<int128>(move) * decimal_one >= static_cast<int128>(average.units) * d.fraction.units;
}

bool exit_met(const StrategyConfig& c, const RulesState& state, const Holding& h, const Candle& bar) {
  const int side = sign_of(h.quantity);
  if (side == 0) return false;
  const std::int64_t gain = side * (bar.close - h.average).units;
  return reached(c.stop_loss, state.stop_distance, -gain, h.average) || reached(c.take_profit, state.take_distance, gain, h.average);
}

void close(MarketOrders& out, const Holding& h) { out.add(h.quantity.units > 0 ? Side::sell : Side::buy, abs(h.quantity)); }

// The distance by which sizing measures risk: the nearer of the two forms of the stop loss.
Price sizing_distance(const StrategyConfig& c, const RulesState& state, Price price) {
  const auto part =
      static_cast<std::int64_t>(static_cast<int128>(price.units) * std::min(c.stop_loss.fraction.units, decimal_one) / decimal_one);
  if (state.stop_distance.units == 0) return {part};
  return part == 0 ? state.stop_distance : min(state.stop_distance, Price{part});
}

MarketOrders change_to(Stance wanted, const Strategy& s, RulesState& state, const Holding& h, const Instrument& instrument,
                       const Candle& bar) {
  state.stance = wanted;
  state.stance_bars = 0;
  state.stopped = false;
  const int side = wanted == Stance::bought ? 1 : wanted == Stance::sold ? -1 : 0;
  MarketOrders out;
  const int held = sign_of(h.quantity);
  if (held != 0 && held != side) close(out, h);
  if (side == 0 || held == side) return out;
  state.stop_distance = atr_distance(state, s.stop_atr, s.config.stop_loss.atr);
  state.take_distance = atr_distance(state, s.take_atr, s.config.take_profit.atr);
  const Price distance = s.config.risk.units > 0 ? sizing_distance(s.config, state, bar.close) : Price{};
  out.add(side > 0 ? Side::buy : Side::sell, entry_size(s.config, instrument, bar.close, distance));
  return out;
}

}  // namespace

void apply_fill(Holding& h, Side side, Price price, Quantity quantity) {
  const auto added = quantity * sign(side);
  const Quantity before = h.quantity;
  h.quantity += added;
  if (sign_of(h.quantity) == 0) {
    h.average = {};
  } else if (sign_of(before) != sign_of(h.quantity)) {
    h.average = price;
  } else if (sign_of(added) == sign_of(before)) {
    const int128 cost = static_cast<int128>(h.average.units) * abs(before).units + static_cast<int128>(price.units) * quantity.units;
    h.average = {static_cast<std::int64_t>(divide_half_even(cost, abs(h.quantity).units))};
  }
}

RulesState make_rules_state(const Strategy& strategy) {
  RulesState state;
  state.memory = make_memory(strategy.program);
  return state;
}

void observe(const Strategy& s, RulesState& state, std::uint8_t input, const Candle& bar, const Holding& h,
             std::span<const Surroundings::Stance> stances) {
  if (input == 0) {
    ++state.bars;
    ++state.stance_bars;
    state.held_bars = h.quantity.units == 0 ? 0 : state.held_bars + 1;
  }
  run(s.program, state.memory, input, bar, {sign_of(h.quantity), h.quantity.units, h.average.units, state.held_bars, stances});
}

MarketOrders decide(const Strategy& s, RulesState& state, const Holding& h, const Instrument& instrument, const Candle& bar) {
  if (!state.memory.ready || state.bars <= s.config.warmup) return {};
  Stance entry = Stance::flat;
  if (holds(state, s.long_when)) entry = Stance::bought;
  else if (holds(state, s.short_when)) entry = Stance::sold;
  if (state.stopped && entry != state.stance) {
    state.stopped = false;
    state.stance = Stance::flat;
    state.stance_bars = 0;
  }
  Stance wanted = state.stance;
  if (entry != Stance::flat) wanted = entry;
  else if (holds(state, s.exit_when)) wanted = Stance::flat;
  if (wanted != state.stance) return change_to(wanted, s, state, h, instrument, bar);
  MarketOrders out;
  if (exit_met(s.config, state, h, bar)) {
    state.stopped = true;
    close(out, h);
  }
  return out;
}

bool count_tick(const StrategyConfig& c, RequoteState& state, Price bid, Price ask, Price tick, Requote& out) {
  if (++state.ticks % c.every != 0) return false;
  out.side = ++state.turns % 2 != 0 ? Side::buy : Side::sell;
  const Price from = out.side == Side::buy ? bid : ask;
  out.limit = {};
  const int128 wanted = static_cast<int128>(from.units) - sign(out.side) * static_cast<int128>(c.offset.units);
  if (from.units <= 0 || wanted <= 0 || wanted > INT64_MAX / 2) return true;
  const std::int64_t step = std::max<std::int64_t>(tick.units, 1);
  out.limit = {(static_cast<std::int64_t>(wanted) + step / 2) / step * step};
  return true;
}

}  // namespace trade
