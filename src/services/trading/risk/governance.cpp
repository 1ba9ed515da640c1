#include <algorithm>

#include "services/trading/risk/answered.h"

// Changes of limits, by people and by time.
namespace trade {
namespace {

LimitScope scope_of(const ProposeLimit& m) { return {m.account, m.instrument, m.strategy, m.firm}; }

}  // namespace

std::optional<LimitValueUnits> Risk::value_in_force(const LimitScope& s, std::string_view limit, std::uint64_t but) const {
  if (s.firm || s.strategy) return limit_value(in_force(s.strategy, s.firm, but), limit);
  return limit_value(in_force(s.account, s.instrument, but), limit);
}

// `by`: who took the step. Of what has just taken effect, or ceased to, `before` is what was in force until then.
void Risk::limit_stepped(const LimitChange& c, LimitStep step, LimitValueUnits before, const Person& by, Ctx& context) {
  const auto now = value_in_force(c.scope, c.limit.view()).value_or(before);
  context.publish(RiskLimitChanged{context.now(), c.number, step, c.scope.account, c.scope.instrument, c.scope.strategy, c.scope.firm,
                                   c.limit, LimitValue{before}, LimitValue{now}, c.owner, by});
}

// From this input on every order is held against it, and so is what is open.
void Risk::limit_took_effect(const LimitChange& c, Ctx& context) {
  read_limits_anew();
  for (const auto& f : state.portfolio.funds) watch(f.account.id);
  if (c.limit.view() == "max_move" || c.limit.view() == "move_window")
    for (const auto& m : state.portfolio.markets) watch(m.instrument.id);
  retest(c.scope, context);
  alert_stopped(context);
}

// Lines whose open orders, with what is held, stand over a limit now: said, and cancelled where that is asked.
void Risk::retest(const LimitScope& scope, Ctx& context) {
  const Portfolio& p = state.portfolio;
  for (std::size_t i = 0; i < p.lines.size(); ++i) {
    const auto& l = p.lines[i];
    if ((scope.account && scope.account != l.account) || (scope.instrument && scope.instrument != l.instrument)) continue;
    if (l.counted.buys == 0 && l.counted.sells == 0) continue;
    const Resolved& limits = limits_of(l.account, l.instrument);
    const auto& f = p.funds[l.funds];
    const auto& m = p.markets[l.market];
    const Reason reasons[] = {check_position(l.counted.gross, limits.own), check_exposure(f.worst, limits.account),
                              check_open_value(f.open_value, limits.account), check_firm_gross(m.gross, limits.own),
                              check_firm_net(std::max(m.position + m.buys, m.sells - m.position), limits.own),
                              firm_.max_exposure.units == 0 ? Reason::none : check_capital(p.firm_worst(), firm_),
                              check_turnover(f.turnover + f.open_value, limits.account)};
    const auto over = std::find_if(std::begin(reasons), std::end(reasons), [](Reason r) { return r != Reason::none; });
    if (over == std::end(reasons)) continue;
    context.publish(RiskAlert{context.now(), AlertKind::over_limit, l.account, {}, l.instrument, {}, 0, *over});
    if (config_.when_over != WhenOver::cancel) continue;
    OrderScope open;
    open.account = l.account;
    open.instrument = l.instrument;
    context.publish(CancelsRequested{open, *over});
  }
}

void Risk::on(const ProposeLimit& m, Ctx& context) {
  once(m, context, [&] {
    const LimitScope scope = scope_of(m);
    const bool group = scope.strategy || scope.firm;
    if (group && (scope.account || scope.instrument || (scope.strategy && scope.firm))) return Reason::limit_bad_value;
    if (scope.account && !state.portfolio.funds_at.contains(scope.account)) return Reason::order_unknown_account;
    if (scope.instrument && !state.portfolio.market_at.contains(scope.instrument)) return Reason::order_unknown_instrument;
    const auto current = value_in_force(scope, m.limit.view());
    if (!current) return Reason::limit_not_found;
    Limits tried;
    GroupLimits tried_group;
    const bool can_be = group ? set_limit(tried_group, m.limit.view(), m.value.units) : set_limit(tried, m.limit.view(), m.value.units);
    if (!can_be || (!group && scope.instrument && of_account(m.limit.view()))) return Reason::limit_bad_value;
    const auto a = state.book.propose({0, scope, m.limit, m.value.units, m.owner, m.by, {}, {}, m.reason, m.from, m.to, {}}, *current,
                                      context.now());
    if (a.reason != Reason::none) return a.reason;
    if (m.from > context.now()) context.set_timer(m.from, a.number);
    if (m.to.ns != 0) context.set_timer(m.to, a.number);
    const LimitChange& c = *state.book.find(a.number);
    limit_stepped(c, a.in_force ? LimitStep::applied : LimitStep::proposed, *current, m.by, context);
    if (a.in_force) limit_took_effect(c, context);
    return Reason::none;
  });
}

void Risk::on(const ApproveLimit& m, Ctx& context) {
  once(m, context, [&] {
    const LimitChange* c = state.book.find(m.number);
    if (c == nullptr) return Reason::limit_not_found;
    const LimitValueUnits before = value_in_force(c->scope, c->limit.view()).value_or(0);
    const auto a = state.book.approve(m.number, m.by.view(), context.now());
    if (a.reason != Reason::none) return a.reason;
    limit_stepped(*c, a.in_force ? LimitStep::applied : LimitStep::approved, before, m.by, context);
    if (a.in_force) limit_took_effect(*c, context);
    return Reason::none;
  });
}

void Risk::on(const RevokeLimit& m, Ctx& context) {
  once(m, context, [&] {
    const LimitChange* c = state.book.find(m.number);
    if (c == nullptr) return Reason::limit_not_found;
    const LimitValueUnits before = value_in_force(c->scope, c->limit.view()).value_or(0);
    const auto a = state.book.revoke(m.number, m.by.view(), value_in_force(c->scope, c->limit.view(), m.number).value_or(0), context.now());
    if (a.reason != Reason::none) return a.reason;
    if (a.asked) return Reason::limit_needs_approver;  // noted: another person's revoke does it
    limit_stepped(*c, LimitStep::revoked, before, m.by, context);
    if (a.in_force) limit_took_effect(*c, context);
    return Reason::none;
  });
}

void Risk::on(const TimerFired& m, Ctx& context) {
  if (m.token == figures_timer) return ask_figures(context);
  const LimitChange* c = state.book.find(m.token);
  if (c == nullptr) return;
  const LimitValueUnits before = value_in_force(c->scope, c->limit.view()).value_or(0);
  const auto due = state.book.advance(context.now());
  for (const auto number : due.applied) limit_stepped(*state.book.find(number), LimitStep::applied, before, {}, context);
  for (const auto number : due.expired) limit_stepped(*state.book.find(number), LimitStep::expired, before, {}, context);
  for (const auto& numbers : {due.applied, due.expired})
    for (const auto number : numbers) limit_took_effect(*state.book.find(number), context);
}

LimitsInForce Risk::answer(const LimitsQuery& q) const {
  LimitsInForce a;
  const Portfolio& p = state.portfolio;
  const auto amount = [](int128 money) { return LimitValue{static_cast<std::int64_t>(money / decimal_one)}; };
  for (const auto& l : p.lines) {
    if (q.account && q.account != l.account) continue;
    const Limits own = in_force(l.account, l.instrument);
    const LimitValue peak{static_cast<std::int64_t>(l.peak.highest())};
    a.limits.push_back({l.account, l.instrument, "max_position", {own.max_position.units}, peak, true});
    Limits::each_field([&](std::string_view name, auto) {
      if (!of_account(name) && name != "max_position")
        a.limits.push_back({l.account, l.instrument, name, {*limit_value(own, name)}, {}, false});
    });
  }
  for (const auto& f : p.funds) {
    if (q.account && q.account != f.account.id) continue;
    const Limits own = in_force(f.account.id, {});
    Limits::each_field([&](std::string_view name, auto) {
      if (!of_account(name)) return;
      const bool worst = name == "max_exposure", open = name == "max_open_value";
      a.limits.push_back({f.account.id, {}, name, {*limit_value(own, name)},
                          worst ? amount(f.peak_worst.highest()) : open ? amount(f.peak_open.highest()) : LimitValue{}, worst || open});
    });
  }
  for (const auto& c : state.book.changes()) {
    if (c.state == ChangeState::ended || (q.account && c.scope.account != q.account)) continue;
    a.changes.push_back({c.number, c.scope.account, c.scope.instrument, c.scope.strategy, c.scope.firm, c.state == ChangeState::in_force,
                         c.limit, {c.value}, c.owner, c.proposer, c.approver, c.reason, c.from, c.to});
  }
  return a;
}

}  // namespace trade
