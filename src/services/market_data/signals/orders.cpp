#include "services/market_data/signals/signals.h"

// What strategies want done, and what became of it.
namespace trade {
namespace {

using Ctx = Context<Signals::Out>;

bool ended(VenueState s) {
  return s == VenueState::filled || s == VenueState::cancelled || s == VenueState::rejected || s == VenueState::expired;
}

// The terms of a wish; what only an entry has comes from the strategy's own words.
OrderTerms terms_of(const StrategyConfig& c, const Wish& w, InstrumentId instrument, Time now) {
  OrderTerms t;
  t.account = c.account;
  t.strategy = c.id;
  t.instrument = instrument;
  t.venue = w.leg == 0 ? c.venue : c.legs[w.leg - 1u].venue;
  t.side = w.side;
  t.type = w.type;
  t.quantity = w.quantity;
  t.limit = w.limit;
  t.stop = w.stop;
  t.offset = w.offset;
  if (w.duty == Duty::quote) t.post_only = c.entry.post_only || c.kind == StrategyKind::step_quote;
  if (w.duty == Duty::open && w.leg == 0) {
    t.post_only = c.entry.post_only;
    t.display = c.entry.display;
    t.peg = c.entry.peg;
    t.algo = c.entry.algo;
    t.participation = c.entry.participation;
    if (t.algo != Algo::none && c.entry.over.ns > 0) {
      t.start = now;
      t.end = now + c.entry.over;
    }
  }
  t.tif = t.type == OrderType::market && t.algo == Algo::none ? TimeInForce::ioc : TimeInForce::gtc;
  return t;
}

bool protects(Duty d) { return d == Duty::stop || d == Duty::profit; }

}  // namespace

void Signals::raise(const StrategyConfig& c, Progress& p, const Wish& wish, Ctx& context) {
  if (p.working.size() >= max_working) return;
  const auto instrument = wish.leg == 0 ? c.instrument : p.legs[wish.leg - 1u].instrument.id;
  const auto terms = terms_of(c, wish, instrument, context.now());
  Working w{++p.last_signal, {}, instrument, wish.duty, wish.side, wish.quantity, wish.limit, terms.tif == TimeInForce::gtc, false, 0};
  if (wish.duty == Duty::open && w.rests && c.entry.valid_bars > 0) w.until = p.rules.bars + c.entry.valid_bars;
  p.working.push_back(w);
  SignalRaised raised;
  raised.strategy = c.id;
  raised.signal = w.signal;
  raised.terms = terms;
  context.publish(raised);
}

void Signals::take_back(const StrategyConfig& c, Working& w, Ctx& context) {
  if (w.cancelling) return;
  w.cancelling = true;
  SignalRaised raised;
  raised.strategy = c.id;
  raised.signal = w.signal;
  raised.action = SignalAction::cancel;
  raised.terms.account = c.account;
  raised.terms.strategy = c.id;
  raised.terms.instrument = w.instrument;
  raised.terms.venue = c.venue;
  raised.terms.side = w.side;
  raised.terms.quantity = w.quantity;
  context.publish(raised);
}

void Signals::take_all_back(const StrategyConfig& c, Progress& p, Ctx& context) {
  for (auto& w : p.working) take_back(c, w, context);
}

// While an order that is about to end is under way the position is not known: the indicators go on, the decision waits for a later bar.
// The bar is in its place already: a copy of what was just written would wait for its stores.
void Signals::own_bar(std::size_t i, Progress& p, bool decides, Ctx& context) {
  const auto& s = strategies_[i];
  p.waiting = false;
  observe(s, p.rules, 0, p.own_bar, p.holding, stances(i));
  for (auto& w : p.working)
    if (w.until != 0 && p.rules.bars >= w.until) take_back(s.config, w, context);
  if (!decides || p.halted) return;
  consider(i, p, context);
  guard(s, p, context);
}

void Signals::consider(std::size_t i, Progress& p, Ctx& context) {
  const auto& s = strategies_[i];
  for (const auto& w : p.working)
    if (w.cancelling || !w.rests) return;
  const Situation at{p.instrument, p.holding, p.legs, p.cash};
  const auto j = judge(s, p.rules, at, p.own_bar);
  if (j.intent == Intent::none || opposed(i, j)) return;
  if (!p.working.empty()) {  // first what rests must be gone
    take_all_back(s.config, p, context);
    p.again = true;
    return;
  }
  const auto first = p.last_signal + 1;
  const auto wishes = act(s, p.rules, j, at, p.own_bar);
  if (s.config.advise) return;
  for (const auto& w : wishes) raise(s.config, p, w, context);
  if (p.last_signal >= first) explain(s, p, j, context.now());
}

// Another strategy of the account holds, or has asked for, the other side of what is wanted.
bool Signals::opposed(std::size_t i, const Judgement& j) const {
  const auto& c = strategies_[i].config;
  if (c.conflict == Conflict::allow || j.stance == Stance::flat || j.intent == Intent::give_up) return false;
  const std::int64_t side = j.stance == Stance::bought ? 1 : -1;
  for (std::size_t k = 0; k < state.strategies.size(); ++k) {
    const auto& other = strategies_[k].config;
    if (k == i || other.account != c.account || other.instrument != c.instrument) continue;
    const auto& p = state.strategies[k];
    if (p.holding.quantity.units * side < 0) return true;
    for (const auto& w : p.working)
      if (w.duty == Duty::open && sign(w.side) != side && p.holding.quantity.units * side <= 0) return true;
  }
  return false;
}

// Lays the protecting orders of a position that has none, once nothing else is under way.
void Signals::guard(const Strategy& s, Progress& p, Ctx& context) {
  const auto& c = s.config;
  if (!(c.stop_loss.resting || c.take_profit.resting) || !p.working.empty() || p.holding.quantity.units == 0 || p.rules.stopped) return;
  const auto first = p.last_signal + 1;
  for (const auto& w : protect(s, p.rules, {p.instrument, p.holding, p.legs, p.cash})) raise(c, p, w, context);
  if (p.last_signal < first) return;
  auto& e = p.explanations[p.next_explanation++ % explained];
  e = {p.last_signal, context.now(), Cause::protection, 0, {}};
}

void Signals::explain(const Strategy& s, Progress& p, const Judgement& j, Time now) {
  p.explanations[p.next_explanation++ % explained] = explanation(s, p.rules, j, p.last_signal, now);
}

void Signals::tick(const StrategyConfig& c, Progress& p, Best best, Ctx& context) {
  if (c.kind == StrategyKind::requote) return requote(c, p, best, context);
  if (c.kind == StrategyKind::grid) {
    if (observe_tick(c, p.grid, p.instrument, best)) lay_grid(c, p, context);
    return;
  }
  if (!observe_tick(c, p.maker, best, context.now())) return;
  const auto sides = maker_quotes(c, p.maker, p.instrument, best, p.holding.quantity);
  QuoteWishes wanted;
  wanted.add({Side::buy, sides.bid});
  wanted.add({Side::sell, sides.ask});
  quote(c, p, wanted, context);
}

void Signals::lay_grid(const StrategyConfig& c, Progress& p, Ctx& context) {
  quote(c, p, grid_quotes(c, p.grid, p.instrument, p.holding.quantity), context);
}

// Takes back the quotes that are no longer wanted and places those that are missing; a side waits while one of its own is being taken back,
// so that no more than what is wanted can fill.
void Signals::quote(const StrategyConfig& c, Progress& p, const QuoteWishes& wanted, Ctx& context) {
  std::array<bool, QuoteWishes::capacity> there{};
  bool leaving[2] = {false, false};
  for (auto& w : p.working) {
    std::uint32_t k = 0;
    while (k < wanted.count && (there[k] || wanted.quotes[k] != QuoteWish{w.side, w.limit})) ++k;
    if (k < wanted.count && !w.cancelling && !p.halted) there[k] = true;
    else take_back(c, w, context);
    leaving[static_cast<std::size_t>(w.side)] = leaving[static_cast<std::size_t>(w.side)] || w.cancelling;
  }
  if (p.halted) return;
  for (std::uint32_t k = 0; k < wanted.count; ++k) {
    const auto& q = wanted.quotes[k];
    if (there[k] || leaving[static_cast<std::size_t>(q.side)]) continue;
    raise(c, p, {.duty = Duty::quote, .side = q.side, .quantity = c.size, .type = OrderType::limit, .limit = q.limit}, context);
  }
}

void Signals::requote(const StrategyConfig& c, Progress& p, Best best, Ctx& context) {
  Requote wanted;
  if (!count_tick(c, p.requote, best.bid, best.ask, p.instrument.tick, wanted)) return;
  take_all_back(c, p, context);
  if (p.halted || wanted.limit.units == 0) return;
  raise(c, p, {.duty = Duty::quote, .side = wanted.side, .quantity = c.size, .type = OrderType::limit, .limit = wanted.limit}, context);
}

void Signals::step(const StrategyConfig& c, Progress& p, Ctx& context) {
  bool stands[2]{};
  for (auto& w : p.working) {
    if (w.cancelling) continue;
    if (off_touch(p.quoting, w.side, w.limit)) take_back(c, w, context);
    else stands[static_cast<std::size_t>(w.side)] = true;
  }
  for (const auto side : {Side::buy, Side::sell}) {
    if (p.halted || stands[static_cast<std::size_t>(side)] || !wants_quote(c, p.quoting, side, p.holding.quantity)) continue;
    raise(c, p, {.duty = Duty::quote, .side = side, .quantity = c.size, .type = OrderType::limit, .limit = touch_of(p.quoting, side)},
          context);
  }
}

void Signals::on(const Fill& m, Ctx&) {
  const auto* i = places_.find(m.strategy);
  if (i == nullptr) return;
  const auto& c = strategies_[*i].config;
  auto& p = progress(*i);
  if (c.instrument == m.instrument) apply_fill(p.holding, m.side, m.price, m.quantity);
  for (auto& leg : p.legs)
    if (leg.instrument.id == m.instrument) apply_fill(leg.holding, m.side, m.price, m.quantity);
}

void Signals::on(const FillReversed& m, Ctx& context) {
  Fill back = m.fill;
  back.side = opposite(back.side);
  on(back, context);
}

void Signals::on(const OrderChanged& m, Ctx& context) {
  const auto* i = places_.find(m.strategy);
  if (i == nullptr) return;
  auto& p = progress(*i);
  auto& working = p.working;
  std::size_t at = 0;
  while (at < working.size() && working[at].order != m.order) ++at;
  if (at == working.size()) {
    const auto fits = [&m](const Working& w) {
      return !w.order && w.instrument == m.instrument && w.side == m.side && w.quantity == m.quantity && w.limit == m.limit;
    };
    at = 0;
    while (at < working.size() && !fits(working[at])) ++at;
    if (at == working.size()) return;  // not of ours: a client's order in the strategy's name, or late truth
    working[at].order = m.order;
  }
  if (!ended(m.state)) return;
  const Working gone = working[at];
  working.erase(working.begin() + static_cast<std::ptrdiff_t>(at));
  const auto& c = strategies_[*i].config;
  if (c.kind == StrategyKind::grid && (gone.cancelling || m.state == VenueState::filled))
    return lay_grid(c, p, context);  // one refused waits for the next tick
  if (c.kind != StrategyKind::rules) return;
  if (protects(gone.duty) && p.holding.quantity.units == 0) {
    p.rules.stopped = true;
    take_all_back(c, p, context);
  }
  const bool lapsed = gone.duty == Duty::open && gone.rests && m.state != VenueState::rejected && p.holding.quantity.units == 0;
  if (lapsed && working.empty()) lapse(p.rules);
  if (!working.empty() || p.halted) return;
  if (p.again) {
    p.again = false;
    consider(*i, p, context);
  }
  if (gone.duty == Duty::open) guard(strategies_[*i], p, context);
}

}  // namespace trade
