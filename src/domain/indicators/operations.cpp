#include "domain/indicators/operations.h"

#include <algorithm>
#include <cmath>

#include "domain/indicators/ranks.h"
#include "domain/indicators/window.h"

namespace trade {
namespace {

template <class Fold>
constexpr MemoryNeed window_need(std::uint32_t n) {
  return {Window<Fold>::numbers(n), Window<Fold>::counters};
}

// What is not finite is not taken in by what remembers: it would never leave again.
bool finite(double v) { return v - v == 0; }

// One NaN for all: which one an operation makes differs between compilers, and values are saved.
double canonical(double v) { return v == v ? v : not_known; }

double smaller(double a, double b) { return a <= b ? a : b < a ? b : not_known; }
double larger(double a, double b) { return a >= b ? a : b > a ? b : not_known; }

double stance_of(const Step& s, const Surroundings& around) {
  const auto& other = around.stances[s.aside >> 32];
  const auto most = s.aside & UINT32_MAX;
  return most != 0 && other.age >= most ? 0.0 : other.side;
}

double delayed(const Step& s, double x, double* ring, std::uint32_t* counts) {
  std::uint32_t &at = counts[0], &filled = counts[1];
  const double old = filled == s.n ? ring[at] : not_known;
  ring[at] = x;
  at = at + 1 == s.n ? 0 : at + 1;
  if (filled < s.n) ++filled;
  return old;
}

double wilder(const Step& s, double x, double& average, std::uint32_t& seen) {
  const double n = s.n;
  if (seen < s.n) {
    ++seen;
    const double c = seen;
    average = (average * (c - 1.0) + x) / c;
  } else {
    average = (average * (n - 1.0) + x) / n;
  }
  return seen < s.n ? not_known : average;
}

double smoothed(double x, double share, double& e, std::uint32_t* counts) {
  std::uint32_t &begun = counts[0], &going = counts[1];
  if (finite(share) && begun != 0) {
    e = e + share * (x - e);
    going = 1;
  } else {
    e = x;
    begun = 1;
  }
  return going != 0 ? e : not_known;
}

template <class Fold, class Answer>
double windowed(const Step& s, const Fold& element, double* numbers, std::uint32_t* counts, Answer answer) {
  Window<Fold> w(numbers, counts, s.n);
  w.push(element);
  return w.full() ? answer(w.fold()) : not_known;
}

// The newest bar's number comes after the window's own counts.
template <class Fold>
double extreme(const Step& s, double x, double* numbers, std::uint32_t* counts, bool since) {
  const double now = ++counts[Window<Fold>::counters];
  return windowed(s, Fold{x, now}, numbers, counts, [&](const Fold& f) { return since ? now - f.at : f.value; });
}

double comoment(const Step& s, double x, double y, double* numbers, std::uint32_t* counts) {
  return windowed(s, ComomentsFold{1, x, y, 0, 0, 0}, numbers, counts, [&](const ComomentsFold& f) {
    if (s.op == Op::covariance) return f.xy / f.count;
    if (s.op == Op::beta) return canonical(f.xy / f.yy);
    return canonical(f.xy / std::sqrt(f.xx * f.yy));
  });
}

double line(const Step& s, double y, double* numbers, std::uint32_t* counts) {
  const double now = ++counts[Window<ComomentsFold>::counters];
  return windowed(s, ComomentsFold{1, now, y, 0, 0, 0}, numbers, counts, [&](const ComomentsFold& f) {
    const double slope = f.count > 1 ? f.xy / f.xx : 0.0;
    return s.op == Op::slope ? slope : f.mean_y + slope * (now - f.mean_x);
  });
}

double ranked(const Step& s, double x, double share, double* numbers, std::uint32_t* counts) {
  Ranks ranks(numbers, counts, s.n);
  ranks.push(x);
  if (!ranks.full()) return not_known;
  if (s.op == Op::quantile) return ranks.quantile(share);
  if (s.op == Op::rank) return ranks.not_above(x) / static_cast<double>(s.n);
  return ranks.mean_deviation();
}

// The stop of one direction, seen as if upwards: prices of a fall come negated.
struct Parabolic {
  double stop, extreme, share, former_low, former_high;
};
double parabolic(double step, double most, const Candle& bar, double* numbers, std::uint32_t* counts) {
  std::uint32_t &seen = counts[0], &falling = counts[1];
  const double high = plain(bar.high.units), low = plain(bar.low.units);
  double &stop = numbers[0], &extreme = numbers[1], &share = numbers[2], &former_low = numbers[3], &former_high = numbers[4];
  const auto keep = [&](double answer) {
    former_low = low;
    former_high = high;
    return answer;
  };
  if (seen == 0) {
    seen = 1;
    return keep(not_known);
  }
  if (seen == 1) {
    seen = 2;
    falling = former_low - low > 0 && former_low - low > high - former_high;
    stop = falling != 0 ? former_high : former_low;
    extreme = falling != 0 ? low : high;
    share = step;
    former_low = low;
    former_high = high;
  }
  // The stop never enters the range of the last two bars.
  const auto behind = [&](double x) { return falling != 0 ? std::max({x, former_high, high}) : std::min({x, former_low, low}); };
  double answer = stop;
  if (falling != 0 ? high >= stop : low <= stop) {
    falling = falling == 0;
    answer = behind(extreme);
    share = step;
    extreme = falling != 0 ? low : high;
    stop = answer;
  } else if (falling != 0 ? low < extreme : high > extreme) {
    extreme = falling != 0 ? low : high;
    share = std::min(share + step, most);
  }
  stop = behind(stop + share * (extreme - stop));
  return keep(answer);
}

double supertrend(double range, double times, const Candle& bar, double* numbers, std::uint32_t* counts) {
  double &upper = numbers[0], &lower = numbers[1], &former_close = numbers[2];
  std::uint32_t &begun = counts[0], &falling = counts[1];
  const double middle = (plain(bar.high.units) + plain(bar.low.units)) / 2, close = plain(bar.close.units);
  if (!finite(range)) return not_known;
  const double high_band = middle + times * range, low_band = middle - times * range;
  if (begun == 0) {
    begun = falling = 1;
    upper = high_band;
    lower = low_band;
  } else {
    if (high_band < upper || former_close > upper) upper = high_band;
    if (low_band > lower || former_close < lower) lower = low_band;
    if (falling != 0 ? close > upper : close < lower) falling = falling == 0;
  }
  former_close = close;
  return falling != 0 ? upper : lower;
}

double remembered(const Step& s, const double* v, double* numbers, std::uint32_t* counts, const Candle& bar) {
  const double a = v[s.a];
  if (s.op == Op::delay) return delayed(s, a, numbers, counts);
  if (s.op == Op::smooth) return finite(a) ? smoothed(a, v[s.b], numbers[0], counts) : not_known;
  if (s.op == Op::supertrend) return supertrend(a, v[s.b], bar, numbers, counts);
  if (s.op == Op::parabolic) return parabolic(a, v[s.b], bar, numbers, counts);
  if (!finite(a)) return not_known;
  switch (s.op) {
    case Op::total: return canonical(numbers[0] += a);
    case Op::bars_since:
      if (a != 0) counts[0] = 1;
      else if (counts[0] != 0) ++counts[0];
      return counts[0] == 0 ? not_known : counts[0] - 1.0;
    case Op::wilder: return wilder(s, a, numbers[0], counts[0]);
    case Op::sum: return windowed(s, SumFold{a}, numbers, counts, [](const SumFold& f) { return f.sum; });
    case Op::mean: return windowed(s, SumFold{a}, numbers, counts, [&](const SumFold& f) { return f.sum / s.n; });
    case Op::weighted_mean:
      return windowed(s, RisingFold{1, a, 0}, numbers, counts,
                      [](const RisingFold& f) { return (f.rising + f.sum) / (f.count * (f.count + 1.0) / 2.0); });
    case Op::variance: return windowed(s, MomentsFold{1, a, 0}, numbers, counts, [](const MomentsFold& f) { return f.squares / f.count; });
    case Op::highest:
    case Op::since_highest: return extreme<HighestFold>(s, a, numbers, counts, s.op == Op::since_highest);
    case Op::lowest:
    case Op::since_lowest: return extreme<LowestFold>(s, a, numbers, counts, s.op == Op::since_lowest);
    case Op::slope:
    case Op::fitted: return line(s, a, numbers, counts);
    case Op::covariance:
    case Op::correlation:
    case Op::beta: return finite(v[s.b]) ? comoment(s, a, v[s.b], numbers, counts) : not_known;
    default: return ranked(s, a, v[s.b], numbers, counts);
  }
}

double worked_apart(const Step& s, const double* v, double* numbers, std::uint32_t* counts, const Candle& bar, const Surroundings& around) {
  const double a = v[s.a];
  switch (s.op) {
    case Op::number: return s.constant;
    case Op::open: return plain(bar.open.units);
    case Op::high: return plain(bar.high.units);
    case Op::low: return plain(bar.low.units);
    case Op::volume: return plain(bar.volume.units);
    case Op::position: return around.position;
    case Op::held: return plain(around.held);
    case Op::entry_price: return plain(around.entry_price);
    case Op::bars_held: return static_cast<double>(around.bars_held);
    case Op::stance: return stance_of(s, around);
    case Op::negate: return canonical(-a);
    case Op::absolute: return canonical(a < 0 ? -a : a + 0.0);
    case Op::sign_of: return a > 0 ? 1.0 : a < 0 ? -1.0 : a == 0 ? 0.0 : not_known;
    case Op::square_root: return canonical(std::sqrt(a));
    case Op::round_down: return canonical(std::floor(a));
    case Op::logical_not: return a == 0;
    case Op::add: return canonical(a + v[s.b]);
    case Op::subtract: return canonical(a - v[s.b]);
    case Op::multiply: return canonical(a * v[s.b]);
    case Op::divide: return canonical(a / v[s.b]);
    case Op::smaller: return smaller(a, v[s.b]);
    case Op::larger: return larger(a, v[s.b]);
    case Op::less_equal: return a <= v[s.b];
    case Op::equal: return a == v[s.b];
    case Op::not_equal: return a < v[s.b] || a > v[s.b];
    case Op::logical_or: return a != 0 || v[s.b] != 0;
    case Op::known: return a == a ? a : v[s.b];
    case Op::choose: return a != 0 ? v[s.b] : v[s.c];
    case Op::ratio: return v[s.b] == 0 ? v[s.c] : canonical(a / v[s.b]);
    default: return remembered(s, v, numbers, counts, bar);
  }
}

// What most rules are made of, worked out in the loop itself; the rest by a call.
[[gnu::always_inline]] inline double worked(const Step& s, const double* v, double* numbers, std::uint32_t* counts, const Candle& bar,
                                            const Surroundings& around) {
  switch (s.op) {
    case Op::close: return plain(bar.close.units);
    case Op::ema: {
      const double a = v[s.a];
      if (!finite(a)) return not_known;
      double& e = numbers[s.numbers];
      std::uint32_t& begun = counts[s.counts];
      e = begun == 0 ? a : s.constant * a + (1.0 - s.constant) * e;
      begun = 1;
      return e;
    }
    case Op::less: return v[s.a] < v[s.b];
    case Op::greater: return v[s.a] > v[s.b];
    case Op::greater_equal: return v[s.a] >= v[s.b];
    case Op::logical_and: return v[s.a] != 0 && v[s.b] != 0;
    default: return worked_apart(s, v, numbers + s.numbers, counts + s.counts, bar, around);
  }
}

}  // namespace

double work_out(const Step& s, const double* values, const Candle& bar, const Surroundings& around) {
  return worked(s, values, nullptr, nullptr, bar, around);
}

MemoryNeed memory_need(Op op, std::uint32_t n) {
  switch (op) {
    case Op::delay: return {n, 2};
    case Op::total:
    case Op::ema:
    case Op::bars_since: return {1, 1};
    case Op::wilder: return {1, 1};
    case Op::smooth: return {1, 2};
    case Op::sum:
    case Op::mean: return window_need<SumFold>(n);
    case Op::weighted_mean: return window_need<RisingFold>(n);
    case Op::variance: return window_need<MomentsFold>(n);
    case Op::highest:
    case Op::since_highest: {
      auto need = window_need<HighestFold>(n);
      ++need.counts;
      return need;
    }
    case Op::lowest:
    case Op::since_lowest: {
      auto need = window_need<LowestFold>(n);
      ++need.counts;
      return need;
    }
    case Op::covariance:
    case Op::correlation:
    case Op::beta: return window_need<ComomentsFold>(n);
    case Op::slope:
    case Op::fitted: {
      auto need = window_need<ComomentsFold>(n);
      ++need.counts;
      return need;
    }
    case Op::quantile:
    case Op::rank:
    case Op::mean_deviation: return {Ranks::numbers(n), Ranks::counters(n)};
    case Op::parabolic: return {5, 2};
    case Op::supertrend: return {3, 2};
    default: return {};
  }
}

Memory make_memory(const Program& p) {
  Memory m;
  m.layout = p.layout;
  m.values.assign(p.values, not_known);
  m.numbers.assign(p.numbers, 0.0);
  m.counts.assign(p.counts, 0);
  m.ready = p.remembering.empty();
  put_constants(p, m);
  return m;
}

void put_constants(const Program& p, Memory& m) {
  for (const auto& s : p.constants) m.values[s.out] = s.constant;
}

void run(const Program& p, Memory& m, std::uint8_t input, const Candle& bar, const Surroundings& around) {
  double* values = m.values.data();
  double* numbers = m.numbers.data();
  std::uint32_t* counts = m.counts.data();
  for (const auto& s : p.steps[input]) values[s.out] = worked(s, values, numbers, counts, bar, around);
  if (m.ready) [[likely]]
    return;
  bool ready = true;
  for (const auto place : p.remembering) ready = ready && values[place] == values[place];
  m.ready = ready;
}

}  // namespace trade
