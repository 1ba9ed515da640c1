// portfolio_figures RETURNS.csv: what domain/portfolio makes of these returns (a row an observation), one "name value value ..." a line.
#include <cstdio>
#include <fstream>
#include <iostream>
#include <sstream>

#include "domain/portfolio/optimise.h"
#include "domain/portfolio/value_at_risk.h"

namespace {

using namespace trade;

Matrix read_returns(const char* path) {
  std::ifstream in(path);
  Matrix m;
  for (std::string line; std::getline(in, line); ++m.rows) {
    std::istringstream cells(line);
    std::uint32_t columns = 0;
    for (std::string cell; std::getline(cells, cell, ','); ++columns) m.values.push_back(std::stod(cell));
    m.columns = columns;
  }
  return m;
}

void print(const char* name, std::span<const double> values) {
  std::printf("%s", name);
  for (const double v : values) std::printf(" %.17g", v);
  std::printf("\n");
}
template <class T>
T got(Result<T> r) {
  if (!r.ok()) {
    std::fprintf(stderr, "%s\n", r.error().text().c_str());
    std::exit(1);
  }
  return std::move(r).value();
}

// Long and short by turns, of rising size.
Vector positions(std::size_t n) {
  Vector x(n);
  for (std::size_t i = 0; i < n; ++i) x[i] = (i % 3 == 1 ? -1.0 : 1.0) * 1000 * static_cast<double>(i + 1);
  return x;
}

void risks(const Matrix& returns, const Matrix& covariance) {
  const Vector x = positions(returns.columns);
  std::vector<RiskPosition> held;
  for (std::size_t i = 0; i < x.size(); ++i) held.push_back({x[i], i % 4 == 3});
  for (const double c : {0.9, 0.95, 0.99}) {
    const auto h = got(historical_risk(held, returns, c));
    print("historical", Vector{c, h.value_at_risk, h.shortfall});
    const auto p = got(parametric_risk(x, covariance, mean_returns(returns), c));
    print("parametric", Vector{c, p.value_at_risk, p.shortfall});
    const auto m = got(simulated_risk(held, covariance, c, 200'000, 11));
    print("simulated", Vector{c, m.value_at_risk, m.shortfall});
    print("component", got(risk_shares(x, covariance, c)).component);
  }
  for (const auto& cell : got(stress_grid(held, covariance, {})))
    print("stress", Vector{cell.move, cell.deviation, cell.correlation, cell.gain, cell.value_at_risk});
}

void weights(const Matrix& returns, const Matrix& covariance) {
  const Vector mean = mean_returns(returns);
  const std::size_t n = mean.size();
  print("minimum_variance", got(minimum_variance(covariance)));
  print("minimum_variance_free", got(minimum_variance(covariance, {-10, 10})));
  for (const double aversion : {1.0, 5.0, 20.0}) {
    Vector line = got(mean_variance(covariance, mean, aversion));
    line.insert(line.begin(), aversion);
    print("mean_variance", line);
  }
  print("tangency", got(tangency(covariance, mean, 0)));
  print("risk_parity", got(risk_parity(covariance)));
  print("hierarchical", got(hierarchical_risk_parity(covariance)));
  Views views{Matrix(2, n), {0.001, -0.0005}, {}};
  views.picks(0, 0) = 1;
  views.picks(0, 1) = -1;
  views.picks(1, 2) = 1;
  const auto posterior = got(black_litterman(covariance, Vector(n, 1.0 / static_cast<double>(n)), 2.5, 0.05, views));
  print("black_litterman_mean", posterior.mean);
  print("black_litterman_covariance", posterior.covariance.values);
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2) return 2;
  const Matrix returns = read_returns(argv[1]);
  const Matrix covariance = got(sample_covariance(returns));
  print("covariance", covariance.values);
  const auto shrunk = got(ledoit_wolf(returns));
  print("ledoit_wolf", shrunk.covariance.values);
  print("intensity", Vector{shrunk.intensity});
  Vector quantiles;
  for (int i = 1; i < 1000; ++i) quantiles.push_back(normal_quantile(i / 1000.0));
  for (const double p : {1e-12, 1e-6, 1 - 1e-6}) quantiles.push_back(normal_quantile(p));
  print("quantiles", quantiles);
  risks(returns, covariance);
  weights(returns, covariance);
}
