#include "services/trading/pnl/pnl.h"

#include <algorithm>

#include "runtime/define_service.h"

namespace trade {
namespace {

// Every second element goes, the first stays, and they come half as often from now on.
template <class T>
void thin(std::vector<T>& all, Duration& interval) {
  std::size_t kept = 0;
  for (std::size_t i = 0; i < all.size(); i += 2) all[kept++] = all[i];
  all.resize(kept);
  interval = {interval.ns * 2};
}

}  // namespace

Result<void> Pnl::validate(const Config& config) {
  const auto positive = [](Duration d, const char* key) -> Result<void> {
    if (d.ns <= 0) return Error{Failure::config, key, "must be greater than 0", "1s, 1m, 1h, 1d"};
    return {};
  };
  const auto bounded = [](std::uint32_t n, const char* key) -> Result<void> {
    if (n >= 16 && n <= 1'000'000) return {};
    return Error{Failure::config, key, "must lie between 16 and 1000000", "leave it out unless memory is short"};
  };
  auto valid = positive(config.curve_interval, "curve_interval");
  if (valid) valid = positive(config.snapshot_interval, "snapshot_interval");
  if (valid) valid = bounded(config.curve_points, "curve_points");
  if (valid) valid = bounded(config.snapshots, "snapshots");
  if (valid) valid = bounded(config.explained, "explained");
  return valid;
}

void Pnl::on(const CalendarListed& m, Context<Out>&) {
  if (m.name == config_.calendar) state.calendar = {calendar_of(m)};
}

void Pnl::on(const AccountOpened& m, Context<Out>&) {
  if (!state.valuation.open(m.account)) return;
  Track t;
  t.peak = state.valuation.accounts().back().equity;
  t.interval = config_.curve_interval;
  t.snapshot_interval = config_.snapshot_interval;
  t.curve.reserve(config_.curve_points);
  state.tracks.push_back(std::move(t));
}

void Pnl::on(const PositionChanged& m, Context<Out>& context) {
  const Sleeve& own = m.sleeve;
  const Movement moved{{}, {}, m.realised, m.funding, m.dividend, m.fee};
  const StrategyLine part{own.quantity, own.cost, own.realised, own.fees, own.funding, own.dividends};
  const Valuation::Event event{m.account, m.instrument, m.strategy, m.quantity, m.cost, moved, part, m.cause, m.fill, context.now()};
  if (state.valuation.book(event)) state.last_time = context.now();
}

void Pnl::on(const Mark& m, Context<Out>& context) {
  if (m.price.units <= 0 || !state.valuation.mark(m.instrument, m.price, m.venue, context.now())) return;
  state.last_time = context.now();
  const auto& accounts = state.valuation.accounts();
  for (std::size_t n = 0; n < accounts.size(); ++n) observe(accounts[n], state.tracks[n], context.now());
}

void Pnl::observe(const ValuedAccount& a, Track& t, Time now) {
  t.peak = std::max(t.peak, a.equity);
  t.max_drawdown = std::max(t.max_drawdown, t.peak - a.equity);
  if (now >= t.next_point) {
    t.next_point = floor_to(now, t.interval) + t.interval;
    if (t.curve.size() >= config_.curve_points) thin(t.curve, t.interval);
    t.curve.push_back({now, a.equity});
  }
  if (now >= t.next_snapshot) {
    t.next_snapshot = floor_to(now, t.snapshot_interval) + t.snapshot_interval;
    if (t.snapshots.size() >= config_.snapshots) thin(t.snapshots, t.snapshot_interval);
    const BaseFigures f = Valuation::base_figures(a);
    t.snapshots.push_back({now, f.equity, f.unrealised, f.fx, f.amounts});
  }
}

std::size_t Pnl::index_of(AccountId account) const {
  const auto& all = state.valuation.accounts();
  const ValuedAccount* a = state.valuation.account(account);
  return a == nullptr ? all.size() : static_cast<std::size_t>(a - all.data());
}

std::vector<CurvePoint> Pnl::curve_of(std::size_t account) const {
  std::vector<CurvePoint> points;
  for (const Point& p : state.tracks[account].curve) points.push_back({p.time, p.equity});
  if (state.last_time.ns == INT64_MIN) return points;
  const int128 now = state.valuation.accounts()[account].equity;
  if (points.empty() || points.back().time < state.last_time) points.push_back({state.last_time, now});
  else points.back().equity = now;
  return points;
}

std::vector<EquityPoint> Pnl::points_of(std::size_t account) const {
  std::vector<EquityPoint> points;
  for (const CurvePoint& p : curve_of(account)) points.push_back({p.time, {p.equity, state.valuation.accounts()[account].base}});
  return points;
}

PnlReport Pnl::answer(const PnlQuery&) const {
  PnlReport report;
  const auto& accounts = state.valuation.accounts();
  for (std::size_t n = 0; n < accounts.size(); ++n) {
    const ValuedAccount& a = accounts[n];
    const Track& t = state.tracks[n];
    const BaseFigures f = Valuation::base_figures(a);
    PnlSummary s;
    s.account = a.account.id;
    s.realised = {f.amounts.realised, a.base};
    s.unrealised = {f.unrealised, a.base};
    s.fees = {f.amounts.fees, a.base};
    s.balance = {f.equity - f.unrealised, a.base};
    s.equity = {f.equity, a.base};
    s.max_drawdown = {std::max(t.max_drawdown, t.peak - f.equity), a.base};
    s.curve = points_of(n);
    const auto ratios = performance(curve_of(n));
    s.sharpe = ratios.sharpe;
    s.sortino = ratios.sortino;
    report.accounts.push_back(std::move(s));
  }
  return report;
}

extern const ServiceType pnl_service;
const ServiceType pnl_service = service_type<Pnl>();

}  // namespace trade
