#include "services/trading/pnl/pnl.h"

#include <algorithm>

#include "runtime/define_service.h"

namespace trade {

Result<void> Pnl::validate(const Config& config) {
  if (config.curve_interval.ns <= 0)
    return Error{Failure::config, "curve_interval", "must be greater than 0", "1s, 1m, 1h"};
  if (config.curve_points < 16 || config.curve_points > 1'000'000)
    return Error{Failure::config, "curve_points", "must lie between 16 and 1000000", "65536 unless memory is short"};
  return {};
}

void Pnl::on(const AccountOpened& m, Context<Out>&) {
  const auto index = static_cast<std::uint32_t>(state.accounts.size());
  if (!state.account_index.insert(m.account.id, index)) return;
  Valued v;
  v.account = m.account;
  v.peak = m.account.cash.units;
  v.interval = config_.curve_interval;
  v.curve.reserve(config_.curve_points);
  state.accounts.push_back(std::move(v));
}

void Pnl::revalue(Holding& h, const Market& market) {
  const int128 now = market.mark.units > 0 ? unrealised(market.instrument, h.quantity, h.cost, market.mark).units : 0;
  state.accounts[h.account].unrealised += now - h.unrealised;
  h.unrealised = now;
}

void Pnl::on(const PositionChanged& m, Context<Out>& context) {
  const std::uint32_t* account = state.account_index.find(m.account);
  Market* market = state.markets.find(m.instrument);
  if (account == nullptr || market == nullptr) return;
  Valued& v = state.accounts[*account];
  if (market->instrument.settle != v.account.cash.currency) {
    ++v.unvalued;
    return;
  }
  const auto fresh = static_cast<std::uint32_t>(state.holdings.size());
  if (state.holding_index.insert({m.account, m.instrument}, fresh)) {
    state.holdings.push_back({*account, m.instrument, {}, {}, 0});
    market->holdings.push_back(fresh);
  }
  Holding& h = state.holdings[state.holding_index.at({m.account, m.instrument})];
  h.quantity = m.quantity;
  h.cost = m.quantity.units < 0 ? -m.cost : m.cost;
  v.realised += m.realised.units;
  v.fees += m.fee.units;
  v.income += m.funding.units + m.dividend.units;
  state.last_time = context.now();
  revalue(h, *market);
}

// The mark becomes what it is after the action, before the positions do; they are valued when they have been told.
void Pnl::on(const CorporateActionDue& m, Context<Out>&) {
  if (Market* market = state.markets.find(m.action.instrument)) market->mark = adjusted(market->mark, m.action);
}

void Pnl::on(const Mark& m, Context<Out>& context) {
  Market* market = state.markets.find(m.instrument);
  if (market == nullptr || m.price.units <= 0) return;
  market->mark = m.price;
  state.last_time = context.now();
  for (const std::uint32_t index : market->holdings) revalue(state.holdings[index], *market);
  for (Valued& v : state.accounts) observe(v, context.now());
}

void Pnl::observe(Valued& v, Time now) {
  const int128 e = equity(v);
  v.peak = std::max(v.peak, e);
  v.max_drawdown = std::max(v.max_drawdown, v.peak - e);
  if (now < v.next_point) return;
  v.next_point = floor_to(now, v.interval) + v.interval;
  if (v.curve.size() >= config_.curve_points) thin(v);
  v.curve.push_back({now, e});
}

// Bounds the curve: every second point goes, the first stays, and points come half as often from now on.
void Pnl::thin(Valued& v) const {
  std::size_t kept = 0;
  for (std::size_t i = 0; i < v.curve.size(); i += 2) v.curve[kept++] = v.curve[i];
  v.curve.resize(kept);
  v.interval = {v.interval.ns * 2};
}

PnlReport Pnl::answer(const PnlQuery&) const {
  PnlReport report;
  for (const Valued& v : state.accounts) {
    const Currency c = v.account.cash.currency;
    const int128 now = equity(v);
    PnlSummary s;
    s.account = v.account.id;
    s.realised = {v.realised, c};
    s.unrealised = {v.unrealised, c};
    s.fees = {v.fees, c};
    s.balance = {balance(v), c};
    s.equity = {now, c};
    s.max_drawdown = {std::max(v.max_drawdown, v.peak - now), c};
    std::vector<CurvePoint> points;
    for (const Point& p : v.curve) points.push_back({p.time, p.equity});
    if (state.last_time.ns != INT64_MIN) {
      if (points.empty() || points.back().time < state.last_time) points.push_back({state.last_time, now});
      else points.back().equity = now;
    }
    for (const CurvePoint& p : points) s.curve.push_back({p.time, {p.equity, c}});
    const auto ratios = performance(points);
    s.sharpe = ratios.sharpe;
    s.sortino = ratios.sortino;
    report.accounts.push_back(std::move(s));
  }
  return report;
}

extern const ServiceType pnl_service;
const ServiceType pnl_service = service_type<Pnl>();

}  // namespace trade
