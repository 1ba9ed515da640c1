#include "messages/risk_figures.h"

#include <cmath>

#include "domain/portfolio/value_at_risk.h"
#include "wire/describe.h"

namespace trade {
namespace {

constexpr double unit = static_cast<double>(decimal_one);

// To the booked unit; what no Money holds is the largest it does.
Money money_of(double v, Currency currency) {
  constexpr double largest = 9e18;
  const double units = std::isfinite(v) ? std::min(std::max(v * unit, -largest), largest) : (v > 0 ? largest : -largest);
  return {static_cast<int128>(static_cast<std::int64_t>(units)) * decimal_one, currency};
}

// Simple returns of each instrument, a row an observation.
Matrix returns_of(const FigureRisk& q) {
  Matrix r(q.window, q.positions.size());
  for (std::size_t j = 0; j < r.columns; ++j)
    for (std::size_t t = 0; t < r.rows; ++t) {
      const auto at = j * (q.window + 1) + t;
      r(t, j) = static_cast<double>(q.closes[at + 1].units) / static_cast<double>(q.closes[at].units) - 1;
    }
  return r;
}

bool enough(const FigureRisk& q) {
  if (q.window < 2 || q.closes.size() != static_cast<std::size_t>(q.positions.size()) * (q.window + 1)) return false;
  for (const auto& close : q.closes)
    if (close.units <= 0) return false;
  return true;
}

}  // namespace

RiskFigured FigureRisk::compute() const {
  RiskFigured f;
  f.account = account;
  f.asked = asked;
  const auto faulty = [&f](FiguresFault fault) { return f.fault = fault, f; };
  if (positions.size() > RiskFigured::most) return faulty(FiguresFault::too_many_positions);
  if (!enough(*this)) return faulty(FiguresFault::too_few_closes);
  const Matrix returns = returns_of(*this);
  const double c = static_cast<double>(confidence.units) / unit;
  std::vector<RiskPosition> held;
  Vector values;
  double value = 0;
  for (const auto& p : positions) {
    held.push_back({static_cast<double>(p.value.units) / static_cast<double>(money_one), p.inverse});
    values.push_back(held.back().value);
    value += values.back();
  }
  const auto shrunk = ledoit_wolf(returns);
  if (!shrunk) return faulty(FiguresFault::too_few_closes);
  const auto parametric = parametric_risk(values, shrunk->covariance, {}, c);
  const auto historical = historical_risk(held, returns, c);
  const auto simulated = simulated_risk(held, shrunk->covariance, c, draws, seed);
  const auto shares = risk_shares(values, shrunk->covariance, c);
  if (!parametric || !historical || !simulated || !shares) return faulty(FiguresFault::no_definite_covariance);
  f.value = money_of(value, currency);
  f.parametric_var = money_of(parametric->value_at_risk, currency);
  f.parametric_shortfall = money_of(parametric->shortfall, currency);
  f.historical_var = money_of(historical->value_at_risk, currency);
  f.historical_shortfall = money_of(historical->shortfall, currency);
  f.simulated_var = money_of(simulated->value_at_risk, currency);
  f.simulated_shortfall = money_of(simulated->shortfall, currency);
  f.count = positions.size();
  for (std::size_t i = 0; i < f.count; ++i)
    f.marginals[i] = {positions[i].instrument, Ratio{static_cast<std::int64_t>(shares->marginal[i] * unit)}};
  return f;
}

DESCRIBE(FigureRisk)
DESCRIBE(RiskFigured)

}  // namespace trade
