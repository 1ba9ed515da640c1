#include "domain/indicators/ranks.h"

#include "core/digest.h"

namespace trade {

Ranks::Ranks(double* numbers, std::uint32_t* counts, std::uint32_t n)
    : values_(numbers),
      sums_(numbers + n),
      left_(counts),
      right_(counts + n),
      sizes_(counts + 2 * static_cast<std::size_t>(n)),
      root_(counts + 3 * static_cast<std::size_t>(n)),
      head_(root_ + 1),
      used_(root_ + 2),
      n_(n) {}

void Ranks::push(double x) {
  const std::uint32_t node = *head_ + 1;
  if (full()) erase(*root_, node);
  else ++*used_;
  values_[node - 1] = x;
  left_[node - 1] = right_[node - 1] = 0;
  refresh(node);
  insert(*root_, node);
  *head_ = node == n_ ? 0 : node;
}

double Ranks::at(std::uint32_t k) const {
  std::uint32_t node = *root_;
  for (;;) {
    const std::uint32_t below = size(left_[node - 1]);
    if (k == below) return values_[node - 1];
    if (k < below) {
      node = left_[node - 1];
    } else {
      k -= below + 1;
      node = right_[node - 1];
    }
  }
}

double Ranks::quantile(double share) const {
  const double place = share * (*used_ - 1.0);
  const auto low = static_cast<std::uint32_t>(place);
  const double a = at(low), part = place - low;
  return part == 0.0 ? a : a + (at(low + 1) - a) * part;
}

std::uint32_t Ranks::not_above(double x) const {
  std::uint32_t count = 0;
  for (std::uint32_t node = *root_; node != 0;) {
    if (values_[node - 1] > x) {
      node = left_[node - 1];
    } else {
      count += size(left_[node - 1]) + 1;
      node = right_[node - 1];
    }
  }
  return count;
}

double Ranks::mean_deviation() const {
  const double n = *used_, total = sum(*root_), mean = total / n;
  if (at(0) == at(*used_ - 1)) return 0.0;  // else what rounding leaves would pass for a deviation
  double below_count = 0, below = 0;
  for (std::uint32_t node = *root_; node != 0;) {
    if (values_[node - 1] > mean) {
      node = left_[node - 1];
    } else {
      below_count += size(left_[node - 1]) + 1.0;
      below += sum(left_[node - 1]) + values_[node - 1];
      node = right_[node - 1];
    }
  }
  return ((below_count * mean - below) + ((total - below) - (n - below_count) * mean)) / n;
}

void Ranks::refresh(std::uint32_t node) {
  const std::uint32_t i = node - 1;
  sizes_[i] = size(left_[i]) + size(right_[i]) + 1;
  sums_[i] = sum(left_[i]) + values_[i] + sum(right_[i]);
}

bool Ranks::before(std::uint32_t a, std::uint32_t b) const {
  const double x = values_[a - 1], y = values_[b - 1];
  return x < y || (!(y < x) && a < b);
}

void Ranks::split(std::uint32_t tree, std::uint32_t node, std::uint32_t& left, std::uint32_t& right) {
  if (tree == 0) {
    left = right = 0;
    return;
  }
  if (before(tree, node)) {
    split(right_[tree - 1], node, right_[tree - 1], right);
    left = tree;
  } else {
    split(left_[tree - 1], node, left, left_[tree - 1]);
    right = tree;
  }
  refresh(tree);
}

std::uint32_t Ranks::merge(std::uint32_t left, std::uint32_t right) {
  if (left == 0 || right == 0) return left + right;
  if (mix64(left) > mix64(right)) {
    right_[left - 1] = merge(right_[left - 1], right);
    refresh(left);
    return left;
  }
  left_[right - 1] = merge(left, left_[right - 1]);
  refresh(right);
  return right;
}

void Ranks::insert(std::uint32_t& tree, std::uint32_t node) {
  if (tree == 0 || mix64(node) > mix64(tree)) {
    std::uint32_t left = 0, right = 0;
    split(tree, node, left, right);
    left_[node - 1] = left;
    right_[node - 1] = right;
    tree = node;
  } else {
    insert(before(node, tree) ? left_[tree - 1] : right_[tree - 1], node);
  }
  refresh(tree);
}

void Ranks::erase(std::uint32_t& tree, std::uint32_t node) {
  if (tree == node) {
    tree = merge(left_[node - 1], right_[node - 1]);
    return;
  }
  erase(before(node, tree) ? left_[tree - 1] : right_[tree - 1], node);
  refresh(tree);
}

}  // namespace trade
