#pragma once
#include "domain/portfolio/linear_algebra.h"

// Covariances of returns: one row an observation, one column an asset, simple returns of equal periods.
namespace trade {

Vector mean_returns(const Matrix& returns);

// Unbiased, over n - 1. At least two observations.
Result<Matrix> sample_covariance(const Matrix& returns);

// The sample covariance (over n) drawn towards the mean variance times the identity by the intensity of least expected squared error:
// O. Ledoit, M. Wolf, "A well-conditioned estimator for large-dimensional covariance matrices", J. Multivariate Analysis 88 (2004).
struct Shrunk {
  Matrix covariance;
  double intensity{};  // 0: the sample's own, 1: the target alone
};
Result<Shrunk> ledoit_wolf(const Matrix& returns);

// covariance = deviations x correlation x deviations; variances must be positive.
struct Correlation {
  Vector deviations;
  Matrix correlation;
};
Result<Correlation> correlation_of(const Matrix& covariance);
Matrix covariance_of(const Correlation& c);

}  // namespace trade
