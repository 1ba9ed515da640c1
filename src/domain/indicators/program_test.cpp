#include "domain/indicators/program.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <deque>

#include "core/digest.h"
#include "domain/indicators/definitions.h"
#include "domain/indicators/ranks.h"
#include "domain/indicators/window.h"

namespace trade {
namespace {

// Values with long level stretches and jumps, where sliding sums go wrong.
std::vector<double> awkward(std::uint64_t seed, std::size_t count) {
  std::vector<double> out;
  double x = 46'000;
  for (std::size_t k = 0; k < count; ++k) {
    const auto r = mix64(seed * 7919 + k);
    if (r % 4 != 0) x += (static_cast<double>(r >> 8 & 1023) - 512) / 128;
    if (r % 97 == 0) x += 1e6;
    if (r % 97 == 1) x -= 1e6;
    out.push_back(k / 30 % 3 == 0 ? 46'000.1 : x);
  }
  return out;
}

// The value of an operation after each x (and y), through a program.
struct Line {
  ProgramBuilder builder;
  Program program;
  Memory memory;
  std::uint32_t place = 0;
  Line(Op op, std::uint32_t n, double share = 0) {
    const auto x = builder.leaf(Op::close, 0);
    std::uint32_t b = operands(op) < 2 ? 0 : op == Op::quantile ? builder.constant(share) : builder.leaf(Op::open, 0);
    place = builder.operation(op, x, b, 0, n);
    std::uint32_t* roots[] = {&place};
    program = builder.finish(roots);
    memory = make_memory(program);
  }
  double take(double x, double y = 0) {
    const auto price = [](double v) { return Price{static_cast<std::int64_t>(std::llround(v * 1e8))}; };
    run(program, memory, 0, {price(y), {}, {}, price(x), {}, 1}, {});
    return memory.values[place];
  }
};

double plainly(Op op, const std::deque<double>& x, const std::deque<double>& y, double share) {
  const double n = static_cast<double>(x.size());
  double mx = 0, my = 0, xx = 0, yy = 0, xy = 0, tx = 0, tt = 0, weighted = 0, apart = 0;
  for (std::size_t k = 0; k < x.size(); ++k) {
    mx += x[k] / n;
    my += y[k] / n;
    weighted += x[k] * static_cast<double>(k + 1);
  }
  for (std::size_t k = 0; k < x.size(); ++k) {
    const double t = static_cast<double>(k) - (n - 1) / 2;
    xx += (x[k] - mx) * (x[k] - mx);
    yy += (y[k] - my) * (y[k] - my);
    xy += (x[k] - mx) * (y[k] - my);
    tx += t * (x[k] - mx);
    tt += t * t;
    apart += std::abs(x[k] - mx) / n;
  }
  auto sorted = x;
  std::sort(sorted.begin(), sorted.end());
  const double slope = n > 1 ? tx / tt : 0.0, place = share * (n - 1);
  const auto low = static_cast<std::size_t>(place);
  switch (op) {
    case Op::sum: return mx * n;
    case Op::mean: return mx;
    case Op::weighted_mean: return weighted / (n * (n + 1) / 2);
    case Op::variance: return xx / n;
    case Op::highest: return *std::max_element(x.begin(), x.end());
    case Op::lowest: return *std::min_element(x.begin(), x.end());
    case Op::since_highest: return static_cast<double>(std::max_element(x.rbegin(), x.rend()) - x.rbegin());
    case Op::since_lowest: return static_cast<double>(std::min_element(x.rbegin(), x.rend()) - x.rbegin());
    case Op::covariance: return xy / n;
    case Op::correlation: return xy / std::sqrt(xx * yy);
    case Op::beta: return xy / yy;
    case Op::slope: return slope;
    case Op::fitted: return mx + slope * (n - 1) / 2;
    case Op::quantile:
      return low + 1 < sorted.size() ? sorted[low] + (sorted[low + 1] - sorted[low]) * (place - static_cast<double>(low)) : sorted[low];
    case Op::rank: return static_cast<double>(std::count_if(x.begin(), x.end(), [&](double v) { return v <= x.back(); })) / n;
    default: return apart;
  }
}

TEST(program, windows_equal_their_definitions) {
  for (const Op op : {Op::sum, Op::mean, Op::weighted_mean, Op::variance, Op::highest, Op::lowest, Op::since_highest, Op::since_lowest,
                      Op::covariance, Op::correlation, Op::beta, Op::slope, Op::fitted, Op::quantile, Op::rank, Op::mean_deviation})
    for (const std::uint32_t n : {1u, 2u, 3u, 7u, 20u, 64u}) {
      const auto xs = awkward(n, 600), ys = awkward(n + 100, 600);
      const double share = 0.37;
      Line line(op, n, share);
      std::deque<double> x, y;
      for (std::size_t k = 0; k < xs.size(); ++k) {
        const double got = line.take(xs[k], ys[k]);
        x.push_back(plain(std::llround(xs[k] * 1e8)));
        y.push_back(plain(std::llround(ys[k] * 1e8)));
        if (x.size() > n) {
          x.pop_front();
          y.pop_front();
        }
        if (x.size() < n) {
          ASSERT_TRUE(std::isnan(got));
          continue;
        }
        const double want = plainly(op, x, y, share);
        if (op == Op::correlation || op == Op::beta) {  // of level stretches there is none, and the slow twin's is noise
          const bool level = *std::max_element(x.begin(), x.end()) == *std::min_element(x.begin(), x.end()) ||
                             *std::max_element(y.begin(), y.end()) == *std::min_element(y.begin(), y.end());
          if (level) {
            ASSERT_TRUE(std::isnan(got) || got == 0.0);
            continue;
          }
        }
        ASSERT_NEAR(got, want, 1e-9 * (1 + std::abs(want))) << static_cast<int>(op) << " " << n << " bar " << k;
      }
    }
}

TEST(program, a_level_window_has_no_deviation) {
  for (const Op op : {Op::variance, Op::mean_deviation}) {
    Line line(op, 20);
    double last = 1;
    for (int k = 0; k < 500; ++k) last = line.take(k < 400 ? 46'000.3 + k * 0.7 : 123.456);
    EXPECT_EQ(last, 0.0);
  }
}

TEST(program, known_values) {
  Line wilder(Op::wilder, 2), ema(Op::ema, 3), delay(Op::delay, 2);
  const double x[] = {10, 13, 11, 15};
  const double wilders[] = {NAN, 11.5, 11.25, 13.125}, emas[] = {10, 11.5, 11.25, 13.125}, delayed[] = {NAN, NAN, 10, 13};
  for (int k = 0; k < 4; ++k) {
    const double w = wilder.take(x[k]), e = ema.take(x[k]), d = delay.take(x[k]);
    EXPECT_TRUE(w == wilders[k] || (std::isnan(w) && std::isnan(wilders[k]))) << k;
    EXPECT_EQ(e, emas[k]);
    EXPECT_TRUE(d == delayed[k] || (std::isnan(d) && std::isnan(delayed[k]))) << k;
  }
}

TEST(program, readiness_waits_for_the_slowest) {
  Line line(Op::mean, 5);
  for (int k = 0; k < 5; ++k) {
    EXPECT_FALSE(line.memory.ready);
    line.take(1);
  }
  EXPECT_TRUE(line.memory.ready);
}

TEST(program, constants_fold_and_equal_steps_are_one) {
  ProgramBuilder b;
  const auto two = b.constant(2), three = b.constant(3);
  const auto six = b.operation(Op::multiply, two, three);
  ASSERT_NE(b.constant_at(six), nullptr);
  EXPECT_EQ(*b.constant_at(six), 6);
  const auto close = b.leaf(Op::close, 0);
  EXPECT_EQ(b.operation(Op::mean, close, 0, 0, 6), b.operation(Op::mean, close, 0, 0, 6));
  EXPECT_NE(b.operation(Op::mean, close, 0, 0, 6), b.operation(Op::mean, close, 0, 0, 7));
  EXPECT_NE(b.leaf(Op::close, 1), close);
}

TEST(program, names_are_unique_and_at_least_forty_indicators) {
  std::vector<std::string_view> names;
  for (const auto& o : named_operations()) names.push_back(o.name);
  for (const auto& i : named_indicators()) names.push_back(i.name);
  std::sort(names.begin(), names.end());
  EXPECT_EQ(std::adjacent_find(names.begin(), names.end()), names.end());
  EXPECT_GE(named_indicators().size(), 40u);
}

}  // namespace
}  // namespace trade
