#include "services/trading/risk/risk.h"

#include <algorithm>
#include <string>

#include "runtime/define_service.h"
#include "runtime/planted.h"

namespace trade {
namespace {

// The name of the first negative limit, or nothing. T is Limits, GroupLimits or LimitOverride.
template <class T>
std::string_view negative_limit(const T& limits) {
  std::string_view found;
  T::each_field([&]<class F>(std::string_view name, F T::*field) {
    const auto below = [](const auto& v) {
      if constexpr (requires { v.units; }) return v.units < 0;
      else if constexpr (requires { v.ns; }) return v.ns < 0;
      else return false;
    };
    bool bad = false;
    if constexpr (requires { (limits.*field).has_value(); }) bad = (limits.*field).has_value() && below(*(limits.*field));
    else bad = below(limits.*field);
    if (bad && found.empty()) found = name;
  });
  return found;
}

// What an order is judged against when whatever else is open is left out. For planted bugs only.
void forget_open_orders(Portfolio& p, OrderId but) {
  std::vector<OrderId> others;
  for (const auto& e : p.reservations)
    if (e.key != but) others.push_back(e.key);
  for (const OrderId o : others) p.settle(o, {VenueState::cancelled, Pending::none, {}, p.reservations.at(o).filled, {}});
}

bool too_large(Ratio share) { return share.units >= decimal_one; }
bool too_large(const std::optional<Ratio>& share) { return share && too_large(*share); }

Error refuse(std::string where, std::string what, std::string mend) {
  return {Failure::config, std::move(where), std::move(what), std::move(mend)};
}

}  // namespace

Risk::Risk(const Config& config) : config_(config) {
  for (const auto& v : config_.venues) venues_.insert(v.venue, v.pace);
  firm_ = config_.firm;
}

Result<void> Risk::validate(const Config& config) {
  const auto plain = [](const auto& limits, const std::string& at) -> Result<void> {
    if (const auto name = negative_limit(limits); !name.empty())
      return refuse(at + "." + std::string(name), "must not be negative", "0 does not limit");
    return {};
  };
  const auto shares = [](const auto& limits, const std::string& at) -> Result<void> {
    for (const auto& [name, share] : {std::pair{"market_slippage", limits.market_slippage}, {"market_limit", limits.market_limit}})
      if (too_large(share)) return refuse(at + "." + name, "must be below 1", "0.01 is one percent");
    return {};
  };
  if (auto figures = check_figures(config.figures); !figures) return figures;
  auto valid = plain(config.limits, "limits");
  if (valid) valid = shares(config.limits, "limits");
  if (valid) valid = plain(config.strategy, "strategy");
  if (valid) valid = plain(config.firm, "firm");
  for (std::size_t i = 0; valid && i < config.strategies.size(); ++i) {
    const std::string at = "strategies[" + std::to_string(i) + "]";
    if (!config.strategies[i].strategy) return refuse(at + ".strategy", "is missing", "what holds for all belongs in strategy");
    valid = plain(config.strategies[i].limits, at + ".limits");
  }
  for (std::size_t i = 0; valid && i < config.overrides.size(); ++i) {
    const LimitOverride& o = config.overrides[i];
    const std::string at = "overrides[" + std::to_string(i) + "]";
    valid = plain(o, at);
    if (valid) valid = shares(o, at);
    if (valid && !o.account && !o.instrument)
      return refuse(at, "names neither account nor instrument", "what holds for all belongs in limits");
    if (const auto name = misplaced_limit(o); valid && !name.empty())
      return refuse(at, std::string(name) + " is a limit of an account", "leave instrument out of this override");
  }
  for (std::size_t i = 0; valid && i < config.venues.size(); ++i)
    if (const Pace& p = config.venues[i].pace; p.rate != 0 && p.burst <= p.reserve)
      return refuse("venues[" + std::to_string(i) + "].pace.burst",
                    "must be greater than the reserve", "or nothing but cancels would pass");
  if (valid && config.max_ids == 0) return refuse("max_ids", "must be greater than 0", "100000 unless memory is short");
  return valid;
}

Limits Risk::in_force(AccountId account, InstrumentId instrument, std::uint64_t but) const {
  Limits l = resolve(config_.limits, config_.overrides, account, instrument);
  state.book.apply(l, account, instrument, but);
  return l;
}

GroupLimits Risk::in_force(StrategyId strategy, bool firm, std::uint64_t but) const {
  GroupLimits l = firm ? config_.firm : config_.strategy;
  for (const auto& s : config_.strategies)
    if (!firm && s.strategy == strategy) l = s.limits;
  state.book.apply(l, strategy, firm, but);
  return l;
}

const Risk::Resolved& Risk::limits_of(AccountId account, InstrumentId instrument) {
  const auto key = std::pair{account, instrument};
  if (const Resolved* known = limits_.find(key)) return *known;
  limits_.insert(key, {in_force(account, instrument), in_force(account, {}), resolve_rights(config_.entitlements, account, instrument)});
  return limits_.at(key);
}

const GroupLimits& Risk::limits_of(StrategyId strategy) {
  if (const GroupLimits* known = strategies_.find(strategy)) return *known;
  strategies_.insert(strategy, in_force(strategy, false));
  return strategies_.at(strategy);
}

void Risk::read_limits_anew() {
  limits_.clear();
  strategies_.clear();
  firm_ = in_force({}, true);
}

void Risk::watch(AccountId account) {
  const Limits l = in_force(account, {});
  state.portfolio.watch(account, l.max_loss, l.max_drawdown);
}

// One window an instrument: the longest that any account's limits ask.
void Risk::watch(InstrumentId instrument) {
  const auto asked = [](const LimitOverride& o) { return o.max_move && o.max_move->units > 0; };
  const auto changed = [](const LimitChange& c) { return c.limit.view() == "max_move"; };
  const auto& changes = state.book.changes();
  Duration longest{};
  if (config_.limits.max_move.units > 0 || std::any_of(config_.overrides.begin(), config_.overrides.end(), asked) ||
      std::any_of(changes.begin(), changes.end(), changed))
    for (const auto& f : state.portfolio.funds)
      if (const Limits l = in_force(f.account.id, instrument); l.max_move.units > 0) longest = std::max(longest, l.move_window);
  state.portfolio.watch(instrument, longest);
}

void Risk::on(const InstrumentListed& m, Ctx&) {
  if (state.portfolio.base != config_.base_currency) state.portfolio.use_base(config_.base_currency);
  state.portfolio.list(m.instrument);
  read_limits_anew();
  watch(m.instrument.id);
}

void Risk::on(const AccountOpened& m, Ctx&) {
  const AccountId id = m.account.id;
  state.portfolio.open(m.account);
  std::uint32_t desk = 0, owner = 0;
  const auto holds = [id](const std::vector<AccountId>& all) { return std::find(all.begin(), all.end(), id) != all.end(); };
  for (const auto& d : config_.desks)
    if (holds(d.accounts)) desk = d.desk;
  for (std::size_t i = 0; i < config_.owners.size(); ++i)
    if (holds(config_.owners[i].accounts)) owner = static_cast<std::uint32_t>(i + 1);
  state.portfolio.belongs(id, desk, owner);
  read_limits_anew();
  watch(id);
  for (const auto& market : state.portfolio.markets) watch(market.instrument.id);
}

void Risk::on(const Bar& m, Ctx& context) {
  keep_close(state.figures, config_.figures, m);
  if (config_.figures.every.ns != 0 && !state.figures.armed) {
    state.figures.armed = true;
    context.set_timer(config_.figures.every, figures_timer);
  }
  if (m.filled) return;
  state.portfolio.refer(m.instrument, m.close, context.now());
  state.portfolio.volume(m.instrument, m.interval, m.open_time, m.volume);
}

void Risk::on(const Quote& m, Ctx& context) {
  if (m.bid.units <= 0 || m.ask < m.bid) return;
  state.portfolio.refer(m.instrument, Price{m.bid.units + (m.ask.units - m.bid.units) / 2}, context.now());
}

void Risk::on(const Mark& m, Ctx& context) {
  state.portfolio.mark(m.instrument, m.price);
  alert_stopped(context);
}

// Says once of each account whose stop has latched.
void Risk::alert_stopped(Ctx& context) {
  Portfolio& p = state.portfolio;
  while (!p.stopped.empty()) {
    const std::uint32_t at = p.stopped.back();
    p.stopped.pop_back();
    const auto& f = p.funds[at];
    context.publish(RiskAlert{context.now(), AlertKind::stopped, f.account.id, {}, {}, {}, 22, f.stopped});
  }
}

void Risk::on(const OrderIntended& m, Ctx& context) {
  Portfolio& p = state.portfolio;
  const OrderTerms& t = m.terms;
  const bool known = p.funds_at.contains(t.account) && p.market_at.contains(t.instrument);
  const Resolved& limits = known ? limits_of(t.account, t.instrument) : limits_of({}, {});
  const LimitSet set{&limits.own, &limits.account, t.strategy ? &limits_of(t.strategy) : nullptr, &firm_,
                     t.venue ? venues_.find(t.venue) : nullptr, &limits.rights, &config_.algos};
  if (planted(Bug::ignore_open_orders)) forget_open_orders(p, m.order);
  const Verdict v = p.assess(m.order, m.replace, t, set, context.now(), m.group);
  for (std::uint32_t number = 1; v.overridden >> number != 0; ++number)
    if ((v.overridden >> number & 1) != 0) {
      ++state.overridden;
      context.publish(RiskAlert{context.now(), AlertKind::soft_passed, t.account, t.strategy, t.instrument, m.order,
                                static_cast<std::uint8_t>(number), Reason::none});
    }
  if (v.reason == Reason::none) {
    ++state.approved;
    context.publish(OrderApproved{m.order, m.replace, state.approved + state.blocked, v.limit});
  } else {
    ++state.blocked;
    ++state.reasons[static_cast<std::size_t>(v.reason)];
    context.publish(OrderBlocked{m.order, m.replace, v.reason, state.approved + state.blocked});
  }
}

void Risk::on(const OrderChanged& m, Ctx&) {
  const bool lost = planted(Bug::reservation_lost) && m.state == VenueState::unknown;  // as if doubt after a restart were an end
  state.portfolio.settle(m.order, {lost ? VenueState::cancelled : m.state, m.pending, m.quantity, m.filled, m.limit});
}

void Risk::on(const CancelRequested& m, Ctx& context) {
  const Reservation* r = state.portfolio.reservations.find(m.order);
  if (r != nullptr) state.portfolio.sent_cancel(m.order, limits_of(r->account, r->instrument).account, context.now());
}

void Risk::on(const Fill& m, Ctx& context) {
  const bool off = state.portfolio.book({m.fill, m.order, m.account, m.instrument, m.side, m.quantity, m.value, m.fee, m.strategy},
                                        m.strategy ? &limits_of(m.strategy) : nullptr, context.now());
  if (off)
    context.publish(RiskAlert{context.now(), AlertKind::strategy_off, m.account, m.strategy, m.instrument, m.order, 16,
                              Reason::risk_repeated});
  alert_stopped(context);
}

void Risk::on(const FillReversed& m, Ctx& context) {
  const Fill& f = m.fill;
  state.portfolio.reverse({f.fill, f.order, f.account, f.instrument, f.side, f.quantity, f.value, f.fee, f.strategy}, context.now());
  alert_stopped(context);
}

RiskSummary Risk::answer(const RiskQuery&) const {
  const Portfolio& p = state.portfolio;
  RiskSummary s;
  s.firm_killed = p.firm_killed;
  s.approved = state.approved;
  s.blocked = state.blocked;
  s.reservations = p.reservations.size();
  for (std::size_t i = 0; i < state.reasons.size(); ++i)
    if (state.reasons[i] != 0) s.reasons.push_back({static_cast<Reason>(i), state.reasons[i]});
  for (const auto& f : p.funds) {
    const Currency c = f.account.cash.currency;
    s.accounts.push_back({f.account.id, f.killed, {f.worst, c}, {f.needed, c}, {f.cash, c}, {p.gain(f), c}});
  }
  return s;
}

extern const ServiceType risk_service;
const ServiceType risk_service = service_type<Risk>();

}  // namespace trade
