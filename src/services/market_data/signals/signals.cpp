#include "services/market_data/signals/signals.h"

#include "runtime/define_service.h"

// Which strategies there are, what they see, and what they are asked.
namespace trade {
namespace {

using Ctx = Context<Signals::Out>;

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

int side_of(Stance s) { return s == Stance::bought ? 1 : s == Stance::sold ? -1 : 0; }

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
      p.opening = old->opening;
      p.cash = old->cash;
      p.last_signal = old->last_signal;
      p.working = old->working;
      p.holding = old->holding;
      p.legs = old->legs;
    }
    p.id = s.config.id;
    p.shape = s.shape;
    p.legs.resize(s.config.legs.size());
    const bool same_rules = old != nullptr && s.program.values > 0 && old->rules.memory.layout == s.program.layout &&
                            old->feeds.size() == s.config.inputs.size() + 1;
    if (same_rules) {  // with other numbers in them
      p.rules = std::move(old->rules);
      p.feeds = std::move(old->feeds);
      put_constants(s.program, p.rules.memory);
    } else {
      p.rules = make_rules_state(s);
      p.feeds.resize(s.config.inputs.size() + 1);
    }
    p.working.reserve(max_working);
    p.explanations.resize(explained);
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

const std::vector<Surroundings::Stance>& Signals::stances(std::size_t i) {
  if (strategies_[i].asks_stances)
    for (std::size_t k = 0; k < i; ++k) {
      const auto& r = progress(k).rules;
      stances_[k] = {side_of(r.stance), r.stance_bars};
    }
  return stances_;
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
      for (std::size_t leg = 0; leg < s.leg_inputs.size(); ++leg)
        if (s.leg_inputs[leg] == k) p.legs[leg].price = m.close;
      observe(s, p.rules, static_cast<std::uint8_t>(k), candle, p.holding, {});
      if (p.waiting && complete(s.config, p)) own_bar(i, p, true, context);
    }
    if (s.config.bars != m.interval || !follows(s.config, p, 0, m.instrument, m.venue) || !p.instrument.id) continue;
    if (p.waiting) own_bar(i, p, false, context);  // what it waited for never came: too late to decide
    p.feeds[0].open_time = m.open_time;
    p.own_bar = Candle{m.open, m.high, m.low, m.close, m.volume, m.trades};
    if (complete(s.config, p)) own_bar(i, p, true, context);
    else p.waiting = true;
  }
}

void Signals::on(const Trade& m, Ctx& context) {
  for (const auto i : by_trade_)
    if (auto* p = follower(i, m.instrument, m.venue)) tick(strategies_[i].config, *p, {m.price, m.price}, context);
}

void Signals::on(const Quote& m, Ctx& context) {
  for (const auto i : by_quote_)
    if (auto* p = follower(i, m.instrument, m.venue)) tick(strategies_[i].config, *p, {m.bid, m.ask}, context);
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
    step(c, progress(i), context);
    context.set_timer(c.step, m.token);
  }
}

void Signals::on(const InstrumentListed& m, Ctx&) {
  for (std::size_t i = 0; i < strategies_.size(); ++i) {
    const auto& s = strategies_[i];
    auto& p = progress(i);
    if (s.config.instrument == m.instrument.id) p.instrument = m.instrument;
    find_cash(p);
    for (std::size_t k = 0; k < s.leg_inputs.size(); ++k)
      if (s.config.inputs[s.leg_inputs[k] - 1].instrument == m.instrument.id) p.legs[k].instrument = m.instrument;
  }
}

void Signals::on(const AccountOpened& m, Ctx&) {
  for (std::size_t i = 0; i < strategies_.size(); ++i) {
    if (strategies_[i].config.account != m.account.id) continue;
    auto& p = progress(i);
    p.opening = m.account.cash;
    find_cash(p);
  }
}

void Signals::find_cash(Progress& p) {
  const bool same = p.opening.currency == p.instrument.quote && p.opening.units > 0;
  p.cash = {same ? static_cast<std::int64_t>(std::min<int128>(p.opening.units / decimal_one, INT64_MAX)) : 0};
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

StrategyList Signals::answer(const StrategiesQuery&) const {
  StrategyList list;
  for (std::size_t i = 0; i < state.strategies.size() && i < strategies_.size(); ++i) {
    const auto& p = state.strategies[i];
    list.strategies.push_back({p.id, strategies_[i].config.name, p.rules.memory.ready, side_of(p.rules.stance), p.holding.quantity,
                               p.last_signal, p.working.size(), p.rules.bars});
  }
  return list;
}

SignalExplanation Signals::answer(const ExplainSignalQuery& q) const {
  const auto* i = places_.find(q.strategy);
  if (i == nullptr || *i >= state.strategies.size() || state.strategies[*i].shape != strategies_[*i].shape) return {};
  const auto& s = strategies_[*i];
  const Explanation* found = nullptr;
  for (const auto& e : state.strategies[*i].explanations) {
    if (e.signal == 0 || e.signal < q.signal) continue;
    const bool nearer = found == nullptr || (q.signal == 0 ? e.signal > found->signal : e.signal < found->signal);
    if (nearer) found = &e;
  }
  if (found == nullptr) return {};
  const std::pair<const Rule*, const std::string*> rules[] = {{&s.long_when, &s.config.long_when}, {&s.short_when, &s.config.short_when},
                                                              {&s.exit_when, &s.config.exit_when}, {nullptr, nullptr},
                                                              {&s.target, &s.config.target},       {nullptr, nullptr}};
  SignalExplanation out{true, found->signal, found->time, std::string(name_of(found->cause)), {}, {}};
  const auto [rule, text] = rules[static_cast<std::size_t>(found->cause)];
  if (rule == nullptr) return out;
  out.text = *text;
  for (std::uint32_t k = 0; k < found->count && k < rule->parts.size(); ++k) out.values.emplace_back(rule->parts[k].text, found->values[k]);
  return out;
}

extern const ServiceType signals_service;
const ServiceType signals_service = service_type<Signals>();

}  // namespace trade
