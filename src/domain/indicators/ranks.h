#pragma once
#include <cstdint>

// The last n values in order of size: a treap (R. Seidel, C. Aragon 1996) whose nodes are the places of a ring and whose priorities are
// a hash of the place, so equal values give the same tree everywhere. O(log n) expected a value.
namespace trade {

// Over memory it does not own: numbers(n) doubles and counters(n) counts, zero at first.
class Ranks {
 public:
  static constexpr std::uint32_t numbers(std::uint32_t n) { return 2 * n; }
  static constexpr std::uint32_t counters(std::uint32_t n) { return 3 * n + 3; }

  Ranks(double* numbers, std::uint32_t* counts, std::uint32_t n);

  bool full() const { return *used_ == n_; }
  // Takes the newest value in; the oldest of a full ring leaves.
  void push(double x);
  // The k-th smallest, from 0; k < size.
  double at(std::uint32_t k) const;
  // Linear between neighbours as numpy's default (R. Hyndman, Y. Fan 1996, type 7); share 0 to 1.
  double quantile(double share) const;
  // How many are not above x.
  std::uint32_t not_above(double x) const;
  // The mean distance from the mean.
  double mean_deviation() const;

 private:
  std::uint32_t size(std::uint32_t node) const { return node == 0 ? 0 : sizes_[node - 1]; }
  double sum(std::uint32_t node) const { return node == 0 ? 0.0 : sums_[node - 1]; }
  void refresh(std::uint32_t node);
  bool before(std::uint32_t a, std::uint32_t b) const;
  // Splits `tree` into what goes before `node` and the rest.
  void split(std::uint32_t tree, std::uint32_t node, std::uint32_t& left, std::uint32_t& right);
  std::uint32_t merge(std::uint32_t left, std::uint32_t right);
  void insert(std::uint32_t& tree, std::uint32_t node);
  void erase(std::uint32_t& tree, std::uint32_t node);

  double *values_, *sums_;  // node i has place i - 1
  std::uint32_t *left_, *right_, *sizes_, *root_, *head_, *used_;
  std::uint32_t n_;
};

}  // namespace trade
