#include "services/trading/risk/figures.h"

#include "services/trading/risk/risk.h"

namespace trade {

Result<void> check_figures(const FigureRule& r) {
  const auto bad = [](const char* field, const char* what) { return Error{Failure::config, field, what, {}}; };
  if (r.every.ns < 0) return bad("figures.every", "is negative");
  if (r.every.ns == 0) return {};
  if (r.interval.ns <= 0) return bad("figures.interval", "is not positive");
  if (r.window < 2 || r.window > 10'000) return bad("figures.window", "must be 2..10000");
  if (r.confidence.units <= 0 || r.confidence.units >= decimal_one) return bad("figures.confidence", "is not between 0 and 1");
  if (r.draws == 0 || r.draws > 1'000'000) return bad("figures.draws", "must be 1..1000000");
  return {};
}

void keep_close(FigureState& s, const FigureRule& rule, const Bar& bar) {
  if (rule.every.ns == 0 || bar.interval != rule.interval || bar.close.units <= 0) return;
  Closes& closes = s.closes[bar.instrument];
  if (closes.prices.empty()) closes.venue = bar.venue;
  if (closes.venue != bar.venue) return;
  if (closes.prices.size() > rule.window) closes.prices.erase(closes.prices.begin());
  closes.prices.push_back(bar.close);
}

FigureRisk figures_question(const FigureState& s, const FigureRule& rule, const Account& account, Time now,
                            std::span<const ValuedPosition> positions, std::vector<Price>& closes) {
  closes.clear();
  for (const auto& p : positions)
    if (const auto* known = s.closes.find(p.instrument)) closes.insert(closes.end(), known->prices.begin(), known->prices.end());
  FigureRisk q;
  q.account = account.id;
  q.asked = now;
  q.currency = account.cash.currency;
  q.confidence = rule.confidence;
  q.window = rule.window;
  q.draws = rule.draws;
  q.seed = rule.seed + s.asked;
  q.positions = positions;
  q.closes = std::span<const Price>(closes);
  return q;
}

void Risk::ask_figures(Ctx& context) {
  context.set_timer(config_.figures.every, figures_timer);
  const Portfolio& p = state.portfolio;
  std::vector<ValuedPosition> held;
  std::vector<Price> closes;
  for (const auto& f : p.funds) {
    held.clear();
    for (const auto& l : p.lines) {
      const auto& market = p.markets[l.market];
      const auto quantity = l.exposure.position.quantity;
      if (l.account != f.account.id || quantity.units == 0 || market.mark.units <= 0) continue;
      const Quantity size{quantity.units < 0 ? -quantity.units : quantity.units};
      Money value = value_of(market.instrument, market.mark, size);
      if (quantity.units < 0) value.units = -value.units;
      held.push_back({l.instrument, value, market.instrument.contract == Contract::inverse});
    }
    if (held.empty()) continue;
    ++state.figures.asked;
    context.offload(figures_question(state.figures, config_.figures, f.account, context.now(), held, closes));
  }
}

// What could not be worked out is told and not used: the vector in force grows old, and check 21 refuses beyond its age.
void Risk::on(const RiskFigured& m, Ctx&) {
  state.figures.last[m.account] = m;
  if (m.fault != FiguresFault::none) return;
  state.portfolio.value_at_risk(m.account, m.parametric_var.units, std::span(m.marginals).first(m.count), m.asked);
}

RiskFiguresView Risk::answer(const RiskFiguresQuery&) const {
  RiskFiguresView view;
  for (const auto& e : state.figures.last) view.accounts.push_back(e.value);
  return view;
}

}  // namespace trade
