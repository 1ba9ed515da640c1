#include <algorithm>
#include <cmath>
#include <limits>

#include "domain/portfolio/optimise.h"

namespace trade {
namespace {

// Squared Euclidean distances between the rows of d = sqrt((1 - rho) / 2).
Matrix row_distances(const Matrix& correlation) {
  const std::size_t n = correlation.rows;
  Matrix d(n, n), between(n, n);
  for (std::size_t i = 0; i < d.values.size(); ++i) d.values[i] = std::sqrt(std::max(0.0, (1 - correlation.values[i]) / 2));
  for (std::size_t i = 0; i < n; ++i)
    for (std::size_t j = 0; j < n; ++j)
      for (std::size_t k = 0; k < n; ++k) between(i, j) += (d(i, k) - d(j, k)) * (d(i, k) - d(j, k));
  return between;
}

// Assets in the order of the leaves of the single-linkage tree. Of two clusters that are joined the older one comes first (an asset is as
// old as its index, a joint cluster as its making); of equal distances the older pair is joined first.
std::vector<std::size_t> leaf_order(const Matrix& distances) {
  struct Cluster {
    std::size_t age;
    std::vector<std::size_t> assets;
  };
  std::vector<Cluster> clusters;
  for (std::size_t i = 0; i < distances.rows; ++i) clusters.push_back({i, {i}});
  const auto apart = [&](const Cluster& a, const Cluster& b) {
    double least = std::numeric_limits<double>::infinity();
    for (const auto i : a.assets)
      for (const auto j : b.assets) least = std::min(least, distances(i, j));
    return least;
  };
  for (std::size_t age = distances.rows; clusters.size() > 1; ++age) {
    std::size_t x = 0, y = 1;
    double least = std::numeric_limits<double>::infinity();
    for (std::size_t i = 0; i < clusters.size(); ++i)
      for (std::size_t j = i + 1; j < clusters.size(); ++j)
        if (const double d = apart(clusters[i], clusters[j]); d < least) {
          least = d;
          x = i;
          y = j;
        }
    Cluster joint{age, std::move(clusters[x].assets)};
    joint.assets.insert(joint.assets.end(), clusters[y].assets.begin(), clusters[y].assets.end());
    clusters.erase(clusters.begin() + static_cast<std::ptrdiff_t>(y));
    clusters.erase(clusters.begin() + static_cast<std::ptrdiff_t>(x));
    clusters.push_back(std::move(joint));
  }
  return clusters.front().assets;
}

// Variance of the assets held in inverse proportion to their own variances.
double cluster_variance(const Matrix& covariance, std::span<const std::size_t> assets) {
  double sum = 0, variance = 0;
  for (const auto i : assets) sum += 1 / covariance(i, i);
  for (const auto i : assets)
    for (const auto j : assets) variance += covariance(i, j) / (covariance(i, i) * covariance(j, j));
  return variance / (sum * sum);
}

void bisect(const Matrix& covariance, std::span<const std::size_t> assets, Vector& w) {
  if (assets.size() < 2) return;
  const auto left = assets.first(assets.size() / 2), right = assets.subspan(assets.size() / 2);
  const double l = cluster_variance(covariance, left), r = cluster_variance(covariance, right);
  for (const auto i : left) w[i] *= r / (l + r);
  for (const auto i : right) w[i] *= l / (l + r);
  bisect(covariance, left, w);
  bisect(covariance, right, w);
}

}  // namespace

Result<Vector> hierarchical_risk_parity(const Matrix& covariance) {
  if (covariance.rows == 0) return Error{Failure::data, "covariance", "names no asset", ""};
  auto c = correlation_of(covariance);
  if (!c) return c.error();
  Vector w(covariance.rows, 1.0);
  bisect(covariance, leaf_order(row_distances(c->correlation)), w);
  return w;
}

}  // namespace trade
