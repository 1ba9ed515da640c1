#include "domain/strategy/decision.h"

#include <cmath>

namespace trade {
namespace {

int sign_of(Quantity q) { return (q.units > 0) - (q.units < 0); }
int side_of(Stance s) { return s == Stance::bought ? 1 : s == Stance::sold ? -1 : 0; }
Side sided(int sign) { return sign > 0 ? Side::buy : Side::sell; }

double value(const RulesState& state, const Rule& rule) { return state.memory.values[rule.place]; }
bool holds(const RulesState& state, const Rule& rule) { return rule.used() && value(state, rule) != 0; }

// A positive number as price units, 0 when it is none.
Price units_of(double number) {
  const double units = std::floor(number * 1e8 + 0.5);
  return {!(units > 0) ? 0 : units < 9e18 ? static_cast<std::int64_t>(units) : INT64_MAX};
}

Price atr_distance(const RulesState& state, const Rule& atr, Ratio times) {
  if (!atr.used()) return {};
  return units_of(value(state, atr) * plain(times.units));
}

// `move` against (or for) the position reaches one of the distances.
bool reached(const ExitDistance& d, Price atr_part, std::int64_t move, Price from) {
  if (move <= 0) return false;
  if (atr_part.units > 0 && move >= atr_part.units) return true;
  return d.fraction.units > 0 && static_cast<int128>(move) * decimal_one >= static_cast<int128>(from.units) * d.fraction.units;
}

bool exit_met(const StrategyConfig& c, const RulesState& state, const OwnPosition& h, const Candle& bar) {
  const int side = sign_of(h.quantity);
  if (side == 0 || (!c.stop_loss.used() && !c.take_profit.used())) return false;
  const Price from = c.stop_loss.trailing ? state.best : h.average;
  const std::int64_t gain = side * (bar.close - h.average).units, fall = side * (from - bar.close).units;
  return (!c.stop_loss.resting && reached(c.stop_loss, state.stop_distance, fall, from)) ||
         (!c.take_profit.resting && reached(c.take_profit, state.take_distance, gain, h.average));
}

// The nearer of the two forms of a distance, as a price difference; 0 when it has none.
Price distance_of(const ExitDistance& d, Price atr_part, Price from) {
  const auto part = static_cast<std::int64_t>(static_cast<int128>(from.units) * std::min(d.fraction.units, decimal_one) / decimal_one);
  if (atr_part.units == 0) return {part};
  return part == 0 ? atr_part : min(atr_part, Price{part});
}

void close(Wishes& out, const OwnPosition& h, std::uint8_t leg = 0) {
  out.add({.duty = Duty::close, .leg = leg, .side = sided(-sign_of(h.quantity)), .quantity = abs(h.quantity)});
}
void close_all(Wishes& out, const Situation& at) {
  close(out, at.holding);
  for (std::size_t k = 0; k < at.legs.size(); ++k) close(out, at.legs[k].holding, static_cast<std::uint8_t>(k + 1));
}

bool has_limit(OrderType t) { return t == OrderType::limit || t == OrderType::stop_limit; }

// The entry order's prices; false when one is not known.
bool priced(const Strategy& s, const RulesState& state, const Instrument& instrument, Wish& w) {
  const auto& e = s.config.entry;
  w.type = e.type;
  const auto rounding = w.side == Side::buy ? Rounding::down : Rounding::up;
  if (has_limit(e.type)) {
    w.limit = price_on_tick(instrument, value(state, s.entry_limit), rounding);
    if (w.limit.units == 0) return false;
  }
  if (e.type == OrderType::stop || e.type == OrderType::stop_limit) {
    w.stop = price_on_tick(instrument, value(state, s.entry_stop), Rounding::nearest);
    if (w.stop.units == 0) return false;
  }
  if (s.entry_offset.used()) {
    const double offset = value(state, s.entry_offset);
    w.offset = price_on_tick(instrument, offset < 0 ? -offset : offset, Rounding::nearest);
    if (e.type == OrderType::trailing_stop && w.offset.units == 0) return false;
    if (!(offset == offset)) return false;
    if (offset < 0) w.offset = -w.offset;
  }
  return true;
}

// The side's entry in every leg, or nothing at all.
bool open(const Strategy& s, const RulesState& state, const Situation& at, const Candle& bar, int side, Wishes& out) {
  const auto& c = s.config;
  const Means means{distance_of(c.stop_loss, state.stop_distance, bar.close), s.range.used() ? units_of(value(state, s.range)) : Price{},
                    at.cash};
  Wish own{.duty = Duty::open, .side = sided(side)};
  own.quantity = entry_size(c, at.instrument, bar.close, means);
  if (c.max_position.units > 0) own.quantity = min(own.quantity, c.max_position);
  if (own.quantity.units <= 0 || !priced(s, state, at.instrument, own)) return false;
  out.add(own);
  const bool inverse = at.instrument.contract == Contract::inverse;
  const auto face = Price{inverse ? decimal_one : bar.close.units};
  const auto value_units = linear_value(face, own.quantity, at.instrument.multiplier, at.instrument.quote).units / decimal_one;
  for (std::size_t k = 0; k < at.legs.size(); ++k) {
    const auto& leg = at.legs[k];
    const auto weight = c.legs[k].weight.units;
    const int128 notional = value_units * std::abs(weight) / decimal_one;
    Wish w{.duty = Duty::open, .leg = static_cast<std::uint8_t>(k + 1), .side = sided(weight > 0 ? side : -side)};
    w.quantity = worth(leg.instrument, leg.price, notional);
    if (!leg.instrument.id || w.quantity.units == 0) return false;
    out.add(w);
  }
  return true;
}

Wishes change_to(const Strategy& s, RulesState& state, Stance wanted, const Situation& at, const Candle& bar) {
  const int side = side_of(wanted), held = sign_of(at.holding.quantity);
  Wishes out;
  if (held != side) close_all(out, at);
  if (side != 0 && held != side && !s.config.advise) {
    const auto stop = state.stop_distance, take = state.take_distance;
    state.stop_distance = atr_distance(state, s.stop_atr, s.config.stop_loss.atr);
    state.take_distance = atr_distance(state, s.take_atr, s.config.take_profit.atr);
    Wishes entry = out;
    if (open(s, state, at, bar, side, entry)) {
      out = entry;
    } else {  // the old position goes all the same; the entry is tried again at the next bar
      state.stop_distance = stop;
      state.take_distance = take;
      wanted = Stance::flat;
    }
  }
  if (wanted != state.stance) state.stance_bars = 0;
  state.stance = wanted;
  state.stopped = false;
  state.best = {};
  return out;
}

// A trailing stop's best close: the entry itself until a close is better.
void follow_best(RulesState& state, const OwnPosition& h, Price close) {
  if (h.quantity.units == 0) state.best = {};
  else if (state.best.units == 0) state.best = h.average;
  if (h.quantity.units > 0) state.best = max(state.best, close);
  if (h.quantity.units < 0) state.best = min(state.best, close);
}

Judgement towards(const Strategy& s, const RulesState& state, const Situation& at) {
  const double wanted = value(state, s.target);
  if (!(wanted == wanted)) return {};
  const double size = std::floor((wanted < 0 ? -wanted : wanted) * 1e8 + 0.5);
  const std::int64_t lot = std::max<std::int64_t>(at.instrument.lot.units, 1);
  std::int64_t units = size < 9e17 ? static_cast<std::int64_t>(size) / lot * lot : INT64_MAX / 4 / lot * lot;
  if (const auto most = s.config.max_position.units; most > 0) units = std::min(units, most / lot * lot);
  const Quantity difference = Quantity{wanted < 0 ? -units : units} - at.holding.quantity;
  if (abs(difference).units < std::max(lot, s.config.band.units)) return {};
  const Stance stance = units == 0 ? Stance::flat : wanted < 0 ? Stance::sold : Stance::bought;
  return {Intent::adjust, stance, difference, &s.target};
}

}  // namespace

void apply_fill(OwnPosition& h, Side side, Price price, Quantity quantity) {
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

void observe(const Strategy& s, RulesState& state, std::uint8_t input, const Candle& bar, const OwnPosition& h,
             const std::vector<Surroundings::Stance>& stances) {
  if (input == 0) {
    ++state.bars;
    ++state.stance_bars;
    state.held_bars = h.quantity.units == 0 ? 0 : state.held_bars + 1;
    if (s.config.stop_loss.trailing) follow_best(state, h, bar.close);
  }
  run(s.program, state.memory, input, bar, {sign_of(h.quantity), h.quantity.units, h.average.units, state.held_bars, stances});
}

Judgement judge(const Strategy& s, RulesState& state, const Situation& at, const Candle& bar) {
  if (!state.memory.ready || state.bars <= s.config.warmup) return {};
  if (s.target.used()) return towards(s, state, at);
  Judgement j;
  Stance entry = Stance::flat;
  if (holds(state, s.long_when)) {
    entry = Stance::bought;
    j.because = &s.long_when;
  } else if (holds(state, s.short_when)) {
    entry = Stance::sold;
    j.because = &s.short_when;
  }
  if (state.stopped && entry != state.stance) {
    state.stopped = false;
    state.stance = Stance::flat;
    state.stance_bars = 0;
  }
  j.stance = state.stance;
  if (entry != Stance::flat) {
    j.stance = entry;
  } else if (holds(state, s.exit_when)) {
    j.stance = Stance::flat;
    j.because = &s.exit_when;
  }
  if (j.stance != state.stance) j.intent = Intent::change;
  else if (exit_met(s.config, state, at.holding, bar)) j.intent = Intent::give_up;
  if (j.intent == Intent::give_up) j.because = nullptr;
  return j;
}

Wishes act(const Strategy& s, RulesState& state, const Judgement& j, const Situation& at, const Candle& bar) {
  Wishes out;
  if (j.intent == Intent::change) return change_to(s, state, j.stance, at, bar);
  if (j.intent == Intent::give_up) {
    state.stopped = true;
    close_all(out, at);
  } else if (j.intent == Intent::adjust) {
    if (j.stance != state.stance) state.stance_bars = 0;
    state.stance = j.stance;
    out.add({.duty = Duty::open, .side = sided(sign_of(j.difference)), .quantity = abs(j.difference)});
  }
  return out;
}

Explanation explanation(const Strategy& s, const RulesState& state, const Judgement& j, std::uint64_t signal, Time now) {
  Explanation e{signal, now, Cause::stop, 0, {}};
  if (j.because == &s.long_when) e.cause = Cause::long_when;
  else if (j.because == &s.short_when) e.cause = Cause::short_when;
  else if (j.because == &s.exit_when) e.cause = Cause::exit_when;
  else if (j.because == &s.target) e.cause = Cause::target;
  if (j.because != nullptr)
    for (const auto& part : j.because->parts)
      if (e.count < e.values.size()) e.values[e.count++] = state.memory.values[part.place];
  return e;
}

void lapse(RulesState& state) {
  state.stance = Stance::flat;
  state.stance_bars = 0;
}

Wishes protect(const Strategy& s, const RulesState& state, const Situation& at) {
  Wishes out;
  const auto& h = at.holding;
  const int side = sign_of(h.quantity);
  if (side == 0) return out;
  const auto price = [&](std::int64_t units, Rounding rounding) { return price_on_tick(at.instrument, plain(units), rounding); };
  const auto& stop = s.config.stop_loss;
  if (stop.resting && stop.used()) {
    const Price distance = distance_of(stop, state.stop_distance, h.average);
    Wish w{.duty = Duty::stop, .side = sided(-side), .quantity = abs(h.quantity)};
    w.type = stop.trailing ? OrderType::trailing_stop : OrderType::stop;
    if (stop.trailing) w.offset = price(distance.units, Rounding::up);
    else w.stop = price(h.average.units - side * distance.units, Rounding::nearest);
    if (w.stop.units != 0 || w.offset.units != 0) out.add(w);
  }
  const auto& take = s.config.take_profit;
  if (take.resting && take.used()) {
    Wish w{.duty = Duty::profit, .side = sided(-side), .quantity = abs(h.quantity), .type = OrderType::limit};
    const Price distance = distance_of(take, state.take_distance, h.average);
    w.limit = price(h.average.units + side * distance.units, side > 0 ? Rounding::up : Rounding::down);
    if (w.limit.units != 0) out.add(w);
  }
  return out;
}

Price price_on_tick(const Instrument& instrument, double number, Rounding rounding) {
  const double units = number * 1e8;
  if (!(units >= 1) || units >= 4e18) return {};
  const auto exact = static_cast<std::int64_t>(std::floor(units + 0.5));  // what a decimal price is, whatever binary made of it
  const std::int64_t step = std::max<std::int64_t>(tick_at(instrument, Price{exact}).units, 1);
  const std::int64_t below = exact / step * step;
  if (below == exact || rounding == Rounding::down) return {below};
  if (rounding == Rounding::up) return {below + step};
  return {exact - below < step - (exact - below) ? below : below + step};
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
