#include "services/market_data/signals/signals.h"

#include "runtime/define_service.h"

namespace trade {
namespace {

using Ctx = Context<Signals::Out>;

OrderTerms terms_of(const StrategyConfig& c, Side side, Quantity quantity) {
  OrderTerms t;
  t.account = c.account;
  t.strategy = c.id;
  t.instrument = c.instrument;
  t.venue = c.venue;
  t.side = side;
  t.quantity = quantity;
  return t;
}

bool ended(VenueState s) {
  return s == VenueState::filled || s == VenueState::cancelled || s == VenueState::rejected || s == VenueState::expired;
}

// All strategies of a configuration, in its order.
Result<std::vector<Strategy>> compile_all(const Signals::Config& config) {
  std::vector<Strategy> all;
  Map<StrategyId, std::uint32_t> seen;
  for (std::size_t i = 0; i < config.strategies.size(); ++i) {
    const std::string where = "strategies[" + std::to_string(i) + "]";
    auto s = compile_strategy(config.strategies[i], where, seen);
    if (!s) return s.error();
    if (!seen.insert(config.strategies[i].id, static_cast<std::uint32_t>(i)))
      return Error{Failure::config, where + ".id", "is used twice", "give every strategy its own number"};
    all.push_back(std::move(s).value());
  }
  return all;
}

}  // namespace

Result<void> Signals::validate(const Config& config) {
  auto all = compile_all(config);
  if (!all) return all.error();
  return {};
}

Signals::Signals(const Config& config) : strategies_(compile_all(config).value()) {
  for (std::uint32_t i = 0; i < strategies_.size(); ++i) {
    const auto& c = strategies_[i].config;
    places_[c.id] = i;
    if (c.kind == StrategyKind::rules) by_bar_.push_back(i);
    else if (c.kind == StrategyKind::step_quote) by_step_.push_back(i);
    else (c.ticks == TickKind::trades ? by_trade_ : by_quote_).push_back(i);
  }
  stances_.resize(strategies_.size());
  align();
}

// Brings `state.strategies` into the order of the configuration; a strategy without a state of its shape starts anew.
void Signals::align() {
  std::vector<Progress> aligned;
  for (const auto& s : strategies_) {
    Progress* old = nullptr;
    for (auto& p : state.strategies)
      if (p.id == s.config.id) old = &p;
    if (old != nullptr && old->shape == s.shape) {
      aligned.push_back(std::move(*old));
      continue;
    }
    auto& p = aligned.emplace_back();
    if (old != nullptr) {  // what it holds and has asked for is true whatever its rules were
      p.instrument = old->instrument;
      p.last_signal = old->last_signal;
      p.working = old->working;
      p.holding = old->holding;
    }
    p.id = s.config.id;
    p.shape = s.shape;
    p.feeds.resize(s.config.inputs.size() + 1);
    if (old != nullptr && old->rules.memory.layout == s.program.layout && s.program.values > 0) {  // other numbers in the same rules
      p.rules = std::move(old->rules);
      p.feeds = std::move(old->feeds);
      put_constants(s.program, p.rules.memory);
    } else {
      p.rules = make_rules_state(s);
    }
    p.working.reserve(max_working);
  }
  state.strategies = std::move(aligned);
}

Signals::Progress& Signals::progress(std::size_t i) {
  if (i >= state.strategies.size() || state.strategies[i].id != strategies_[i].config.id ||
      state.strategies[i].shape != strategies_[i].shape)
    align();  // a state of another configuration was restored
  return state.strategies[i];
}

bool Signals::follows(const StrategyConfig& c, Progress& p, std::size_t k, InstrumentId instrument, VenueId venue) {
  const bool own = k == 0;
  const auto wanted = own || !c.inputs[k - 1].instrument ? c.instrument : c.inputs[k - 1].instrument;
  const auto from = own ? c.data_venue : c.inputs[k - 1].data_venue;
  if (wanted != instrument || (from && from != venue)) return false;
  auto& feed = p.feeds[k];
  if (!feed.venue) feed.venue = venue;
  return feed.venue == venue;
}

Signals::Progress* Signals::follower(std::size_t i, InstrumentId instrument, VenueId venue) {
  auto& p = progress(i);
  return follows(strategies_[i].config, p, 0, instrument, venue) && p.instrument.id ? &p : nullptr;
}

// True when every other input of the strategy's own interval has its bar of the same time.
bool Signals::complete(const StrategyConfig& c, const Progress& p) {
  for (std::size_t k = 0; k < c.inputs.size(); ++k)
    if ((c.inputs[k].bars.ns == 0 || c.inputs[k].bars == c.bars) && p.feeds[k + 1].open_time < p.feeds[0].open_time) return false;
  return true;
}

std::span<const Surroundings::Stance> Signals::stances(std::size_t i) {
  if (strategies_[i].asks_stances)
    for (std::size_t k = 0; k < i; ++k) {
      const auto& r = progress(k).rules;
      stances_[k] = {r.stance == Stance::bought ? 1 : r.stance == Stance::sold ? -1 : 0, r.stance_bars};
    }
  return stances_;
}

void Signals::place(const StrategyConfig& c, Progress& p, OrderTerms terms, Ctx& context) {
  if (p.working.size() >= max_working) return;
  p.working.push_back({++p.last_signal, {}, terms.side, terms.quantity, terms.limit, false});
  context.publish(SignalRaised{c.id, p.last_signal, SignalAction::place, terms});
}

void Signals::on(const Bar& m, Ctx& context) {
  const Candle candle{m.open, m.high, m.low, m.close, m.volume, m.trades};
  for (const auto i : by_bar_) {
    const auto& s = strategies_[i];
    auto& p = progress(i);
    for (std::size_t k = s.config.inputs.size(); k > 0; --k) {
      const auto& input = s.config.inputs[k - 1];
      if ((input.bars.ns == 0 ? s.config.bars : input.bars) != m.interval || !follows(s.config, p, k, m.instrument, m.venue)) continue;
      p.feeds[k].open_time = m.open_time;
      observe(s, p.rules, static_cast<std::uint8_t>(k), candle, p.holding, {});
      if (p.waiting && complete(s.config, p)) own_bar(i, p, p.own_bar, true, context);
    }
    if (s.config.bars != m.interval || !follows(s.config, p, 0, m.instrument, m.venue) || !p.instrument.id) continue;
    if (p.waiting) own_bar(i, p, p.own_bar, false, context);  // what it waited for never came: too late to decide
    p.feeds[0].open_time = m.open_time;
    if (complete(s.config, p)) {
      own_bar(i, p, candle, true, context);
    } else {
      p.waiting = true;
      p.own_bar = candle;
    }
  }
}

// While an order of the strategy is under way its position is not known: the indicators go on, the decision waits for a later bar.
void Signals::own_bar(std::size_t i, Progress& p, const Candle& bar, bool may_decide, Ctx& context) {
  const auto& s = strategies_[i];
  p.waiting = false;
  observe(s, p.rules, 0, bar, p.holding, stances(i));
  if (!may_decide || p.halted || !p.working.empty()) return;
  const auto orders = decide(s, p.rules, p.holding, p.instrument, bar);
  for (std::uint32_t k = 0; k < orders.count; ++k) {
    auto terms = terms_of(s.config, orders.orders[k].side, orders.orders[k].quantity);
    terms.type = OrderType::market;
    terms.tif = TimeInForce::ioc;
    place(s.config, p, terms, context);
  }
}

void Signals::on(const Trade& m, Ctx& context) {
  for (const auto i : by_trade_)
    if (auto* p = follower(i, m.instrument, m.venue)) tick(i, *p, m.price, m.price, context);
}

void Signals::on(const Quote& m, Ctx& context) {
  for (const auto i : by_quote_)
    if (auto* p = follower(i, m.instrument, m.venue)) tick(i, *p, m.bid, m.ask, context);
  for (const auto i : by_step_) {
    auto* p = follower(i, m.instrument, m.venue);
    if (p == nullptr) continue;
    auto& quoting = p->quoting;
    quoting.bid = m.bid;
    quoting.ask = m.ask;
    if (quoting.stepping) continue;
    quoting.stepping = true;
    context.set_timer(strategies_[i].config.step, strategies_[i].config.id.value);
  }
}

void Signals::on(const TimerFired& m, Ctx& context) {
  for (const auto i : by_step_) {
    const auto& c = strategies_[i].config;
    if (c.id.value != m.token) continue;
    step(i, context);
    context.set_timer(c.step, m.token);
  }
}

void Signals::step(std::size_t i, Ctx& context) {
  const auto& c = strategies_[i].config;
  auto& p = progress(i);
  bool stands[2]{};
  for (auto& w : p.working) {
    if (w.cancelling) continue;
    if (off_touch(p.quoting, w.side, w.limit)) cancel(c, w, context);
    else stands[static_cast<std::size_t>(w.side)] = true;
  }
  for (const auto side : {Side::buy, Side::sell}) {
    if (p.halted || stands[static_cast<std::size_t>(side)] || !wants_quote(c, p.quoting, side, p.holding.quantity)) continue;
    auto terms = terms_of(c, side, c.size);
    terms.type = OrderType::limit;
    terms.tif = TimeInForce::gtc;
    terms.limit = touch_of(p.quoting, side);
    terms.post_only = true;
    place(c, p, terms, context);
  }
}

void Signals::cancel(const StrategyConfig& c, Working& w, Ctx& context) {
  w.cancelling = true;
  context.publish(SignalRaised{c.id, w.signal, SignalAction::cancel, terms_of(c, w.side, w.quantity)});
}

void Signals::tick(std::size_t i, Progress& p, Price bid, Price ask, Ctx& context) {
  const auto& c = strategies_[i].config;
  Requote wanted;
  if (!count_tick(c, p.requote, bid, ask, p.instrument.tick, wanted)) return;
  for (auto& w : p.working)
    if (!w.cancelling) cancel(c, w, context);
  if (p.halted || wanted.limit.units == 0) return;
  auto terms = terms_of(c, wanted.side, c.size);
  terms.type = OrderType::limit;
  terms.tif = TimeInForce::gtc;
  terms.limit = wanted.limit;
  place(c, p, terms, context);
}

void Signals::on(const Fill& m, Ctx&) {
  const auto* i = places_.find(m.strategy);
  if (i == nullptr || strategies_[*i].config.instrument != m.instrument) return;
  apply_fill(progress(*i).holding, m.side, m.price, m.quantity);
}

void Signals::on(const FillReversed& m, Ctx& context) {
  Fill back = m.fill;
  back.side = opposite(back.side);
  on(back, context);
}

void Signals::on(const OrderChanged& m, Ctx&) {
  const auto* i = places_.find(m.strategy);
  if (i == nullptr) return;
  auto& working = progress(*i).working;
  std::size_t at = 0;
  while (at < working.size() && working[at].order != m.order) ++at;
  if (at == working.size()) {
    const auto fits = [&m](const Working& w) { return !w.order && w.side == m.side && w.quantity == m.quantity && w.limit == m.limit; };
    at = 0;
    while (at < working.size() && !fits(working[at])) ++at;
    if (at == working.size()) return;  // not of ours: a client's order in the strategy's name, or late truth
    working[at].order = m.order;
  }
  if (ended(m.state)) working.erase(working.begin() + static_cast<std::ptrdiff_t>(at));
}

void Signals::on(const InstrumentListed& m, Ctx&) {
  for (std::size_t i = 0; i < strategies_.size(); ++i)
    if (strategies_[i].config.instrument == m.instrument.id) progress(i).instrument = m.instrument;
}

void Signals::on(const MarketStatus& m, Ctx&) {
  for (std::size_t i = 0; i < strategies_.size(); ++i) {
    auto* p = follower(i, m.instrument, m.venue);
    if (p == nullptr) continue;
    auto& halted = p->halted;
    if (m.state == FeedState::live) halted = false;
    else if (m.state == FeedState::gap || m.state == FeedState::crossed) halted = true;
  }
}

extern const ServiceType signals_service;
const ServiceType signals_service = service_type<Signals>();

}  // namespace trade
