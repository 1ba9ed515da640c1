#include <algorithm>

#include "services/trading/risk/risk.h"
#include "services/trading/risk/answered.h"

// What people tell risk: kills and releases, conditions, locates, builds, words for soft checks, value at risk.
namespace trade {
namespace {

// The one scope a kill is for; nothing when it names more than one.
std::optional<std::pair<KillScope, std::uint32_t>> scope_of(const SetKill& m) {
  const std::pair<KillScope, std::uint32_t> named[] = {{KillScope::account, m.account.value}, {KillScope::desk, m.desk},
                                                       {KillScope::strategy, m.strategy.value}, {KillScope::venue, m.venue.value},
                                                       {KillScope::instrument, m.instrument.value}};
  std::optional<std::pair<KillScope, std::uint32_t>> found;
  for (const auto& n : named) {
    if (n.second == 0) continue;
    if (found) return std::nullopt;
    found = n;
  }
  return found ? found : std::pair{KillScope::firm, 0u};
}

Reason when_known(bool known, Reason otherwise) { return known ? Reason::none : otherwise; }

}  // namespace

// Where two people let go of a kill, the first one's word waits for the second's.
Reason Risk::release(KillScope scope, std::uint32_t id, const Person& by) {
  auto& waiting = state.releases;
  const auto at = std::find_if(waiting.begin(), waiting.end(), [&](const Release& r) { return r.scope == scope && r.id == id; });
  if (by.empty()) return Reason::limit_needs_approver;
  if (at == waiting.end()) {
    waiting.push_back({scope, id, by});
    return Reason::limit_needs_approver;
  }
  if (at->by == by) return Reason::limit_same_person;
  waiting.erase(at);
  return Reason::none;
}

// A kill takes what is open with it.
void Risk::cancel_open(KillScope scope, std::uint32_t id, Ctx& context) {
  OrderScope orders;
  switch (scope) {
    case KillScope::firm: break;
    case KillScope::desk:
      for (const auto& f : state.portfolio.funds)
        if (f.desk == id) cancel_open(KillScope::account, f.account.id.value, context);
      return;
    case KillScope::account: orders.account = {id}; break;
    case KillScope::strategy: orders.strategy = {id}; break;
    case KillScope::venue: orders.venue = {static_cast<std::uint16_t>(id)}; break;
    case KillScope::instrument: orders.instrument = {id}; break;
  }
  context.publish(CancelsRequested{orders, Reason::risk_killed});
}

void Risk::on(const SetKill& m, Ctx& context) {
  std::optional<std::pair<KillScope, std::uint32_t>> killed;
  once(m, context, [&] {
    const auto scope = scope_of(m);
    if (!scope) return Reason::limit_bad_value;
    const Reason unknown = scope->first == KillScope::account ? Reason::order_unknown_account
                           : scope->first == KillScope::venue ? Reason::order_unknown_venue
                           : scope->first == KillScope::instrument ? Reason::order_unknown_instrument
                                                                   : Reason::limit_not_found;
    if (!m.killed && config_.release_by_two)
      if (const Reason waits = release(scope->first, scope->second, m.by); waits != Reason::none) return waits;
    if (m.killed) std::erase_if(state.releases, [&](const Release& r) { return r.scope == scope->first && r.id == scope->second; });
    const bool done = state.portfolio.kill(scope->first, scope->second, m.killed);
    if (done && m.killed) killed = scope;
    return when_known(done, unknown);
  });
  if (killed) cancel_open(killed->first, killed->second, context);
  alert_stopped(context);
}

void Risk::on(const SetCondition& m, Ctx& context) {
  once(m, context, [&] {
    Portfolio& p = state.portfolio;
    switch (m.condition) {
      case Condition::account_hold: return when_known(p.hold(m.account, m.on), Reason::order_unknown_account);
      case Condition::unreconciled: return when_known(p.reconcile(m.account, !m.on), Reason::order_unknown_account);
      case Condition::venue_down: return when_known(p.venue_down(m.venue, m.on), Reason::order_unknown_venue);
      case Condition::restricted:
        if (m.account && !p.funds_at.contains(m.account)) return Reason::order_unknown_account;
        return when_known(p.restrict(m.account, m.instrument, m.on, m.version), Reason::order_unknown_instrument);
    }
    return Reason::limit_bad_value;
  });
}

void Risk::on(const GrantLocate& m, Ctx& context) {
  once(m, context, [&] {
    if (!state.portfolio.funds_at.contains(m.account)) return Reason::order_unknown_account;
    if (!state.portfolio.market_at.contains(m.instrument)) return Reason::order_unknown_instrument;
    return when_known(state.portfolio.locate(m.account, m.instrument, m.quantity), Reason::order_bad_quantity);
  });
}

void Risk::on(const AttestBuild& m, Ctx& context) {
  once(m, context, [&] {
    if (!m.strategy) return Reason::limit_not_found;
    state.portfolio.attest(m.strategy, m.build);
    return Reason::none;
  });
}

void Risk::on(const OverrideCheck& m, Ctx& context) {
  once(m, context, [&] {
    const auto checks = risk_checks();
    const bool soft = std::any_of(checks.begin(), checks.end(), [&](const RiskCheck& c) {
      return c.soft && m.check != Reason::none && std::find(c.reasons.begin(), c.reasons.end(), m.check) != c.reasons.end();
    });
    if (!soft) return Reason::limit_not_found;
    if (m.by.empty()) return Reason::limit_needs_approver;
    if (m.until <= context.now()) return Reason::limit_expired;
    if (!state.portfolio.funds_at.contains(m.account)) return Reason::order_unknown_account;
    if (!state.portfolio.market_at.contains(m.instrument)) return Reason::order_unknown_instrument;
    return when_known(state.portfolio.allow({m.account, m.instrument, m.side, m.quantity, m.check, m.until}), Reason::limit_bad_value);
  });
}

void Risk::on(const SetValueAtRisk& m, Ctx& context) {
  once(m, context, [&] {
    const auto* f = state.portfolio.find_funds(m.account);
    if (f == nullptr) return Reason::order_unknown_account;
    if (m.amount.units < 0 || m.amount.currency != f->account.cash.currency) return Reason::limit_bad_value;
    for (const auto& v : m.marginals)
      if (!state.portfolio.market_at.contains(v.instrument)) return Reason::order_unknown_instrument;
    state.portfolio.value_at_risk(m.account, m.amount.units, m.marginals, context.now());
    return Reason::none;
  });
}

OverridesGiven Risk::answer(const OverridesQuery&) const {
  OverridesGiven a{state.overridden, {}};
  for (const auto& o : state.portfolio.overrides) a.given.push_back({o.account, o.instrument, o.side, o.quantity, o.check, o.until});
  return a;
}

}  // namespace trade
