#include "services/trading/risk/risk.h"

#include <string>

#include "runtime/define_service.h"
#include "runtime/planted.h"

namespace trade {
namespace {

// The name of the first negative limit, or nothing. T is Limits or LimitOverride.
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

Error refuse(std::string where, std::string what, std::string mend) {
  return {Failure::config, std::move(where), std::move(what), std::move(mend)};
}

}  // namespace

Result<void> Risk::validate(const Config& config) {
  if (const auto name = negative_limit(config.limits); !name.empty())
    return refuse("limits." + std::string(name), "must not be negative", "0 does not limit");
  if (config.limits.market_slippage.units >= decimal_one) return refuse("limits.market_slippage", "must be below 1", "0.01 is one percent");
  for (std::size_t i = 0; i < config.overrides.size(); ++i) {
    const LimitOverride& o = config.overrides[i];
    const std::string at = "overrides[" + std::to_string(i) + "]";
    if (const auto name = negative_limit(o); !name.empty())
      return refuse(at + "." + std::string(name), "must not be negative", "0 does not limit");
    if (o.market_slippage && o.market_slippage->units >= decimal_one)
      return refuse(at + ".market_slippage", "must be below 1", "0.01 is one percent");
    if (!o.account && !o.instrument) return refuse(at, "names neither account nor instrument", "what holds for all belongs in limits");
    if (o.instrument && (o.rate || o.burst || o.max_exposure || o.max_loss))
      return refuse(at, "rate, burst, max_exposure and max_loss are limits of an account", "leave instrument out of this override");
  }
  if (config.max_ids == 0) return refuse("max_ids", "must be greater than 0", "100000 unless memory is short");
  return {};
}

const LimitPair& Risk::limits_of(AccountId account, InstrumentId instrument) {
  const auto key = std::pair{account, instrument};
  if (const LimitPair* known = limits_.find(key)) return *known;
  const auto resolved = [&](InstrumentId of) { return resolve(config_.limits, config_.overrides, account, of); };
  limits_.insert(key, {resolved(instrument), resolved({})});
  return limits_.at(key);
}

void Risk::on(const Bar& m, Context<Out>& context) {
  if (!m.filled) state.portfolio.refer(m.instrument, m.close, context.now());
}

void Risk::on(const Quote& m, Context<Out>& context) {
  if (m.bid.units <= 0 || m.ask < m.bid) return;
  state.portfolio.refer(m.instrument, Price{m.bid.units + (m.ask.units - m.bid.units) / 2}, context.now());
}

void Risk::on(const OrderIntended& m, Context<Out>& context) {
  const bool known = state.portfolio.accounts.contains(m.terms.account) && state.portfolio.markets.contains(m.terms.instrument);
  const LimitPair& limits = known ? limits_of(m.terms.account, m.terms.instrument) : limits_of({}, {});
  if (planted(Bug::ignore_open_orders)) forget_open_orders(state.portfolio, m.order);
  const Reason reason = state.portfolio.assess(m.order, m.replace, m.terms, limits, context.now());
  if (reason == Reason::none) {
    ++state.approved;
    context.publish(OrderApproved{m.order, m.replace, state.approved + state.blocked});
  } else {
    ++state.blocked;
    ++state.reasons[static_cast<std::size_t>(reason)];
    context.publish(OrderBlocked{m.order, m.replace, reason, state.approved + state.blocked});
  }
}

void Risk::on(const OrderChanged& m, Context<Out>&) {
  const bool lost = planted(Bug::reservation_lost) && m.state == VenueState::unknown;  // as if doubt after a restart were an end
  state.portfolio.settle(m.order, {lost ? VenueState::cancelled : m.state, m.pending, m.quantity, m.filled, m.limit});
}

namespace {
Portfolio::FillFacts facts_of(const Fill& m) { return {m.fill, m.order, m.account, m.instrument, m.side, m.quantity, m.value, m.fee}; }
}  // namespace

void Risk::on(const Fill& m, Context<Out>&) { state.portfolio.book(facts_of(m)); }

void Risk::on(const FillReversed& m, Context<Out>&) { state.portfolio.reverse(facts_of(m.fill)); }

void Risk::on(const SetKill& m, Context<Out>& context) {
  const CommandKey key{m.account, m.id};
  const auto say = [&](const Answered& a) { context.publish(CommandAnswered{m.account, m.id, {}, a.accepted, a.reason}); };
  if (const Answered* before = state.commands.find(key)) {
    // Said again it is answered again but not done again: a late repeat must not undo what was decided since.
    say(before->killed == m.killed ? *before : Answered{m.killed, false, Reason::order_duplicate_id});
    return;
  }
  const bool done = state.portfolio.kill(m.account, m.killed);
  const Answered answer{m.killed, done, done ? Reason::none : Reason::order_unknown_account};
  if (state.commands.size() >= config_.max_ids) state.commands.erase(state.commands.begin()->key);
  state.commands.insert(key, answer);
  say(answer);
  if (!done || !m.killed) return;
  OrderScope scope;
  scope.account = m.account;
  context.publish(CancelsRequested{scope, Reason::risk_killed});
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
  for (const auto& e : p.accounts) {
    const Portfolio::Funds& f = e.value;
    const Currency c = f.account.cash.currency;
    s.accounts.push_back({e.key, f.killed, {f.worst, c}, {f.needed, c}, {f.cash, c}, {f.realised + f.unrealised - f.fees, c}});
  }
  return s;
}

extern const ServiceType risk_service;
const ServiceType risk_service = service_type<Risk>();

}  // namespace trade
