#include "domain/quality/quality.h"

#include <algorithm>

namespace trade {
namespace {

constexpr int128 most_value = static_cast<int128>(100'000'000'000'000) * decimal_one * decimal_one;

void note(CostSum& s, const JudgedFill& f, int128 each, Price of) {
  s.cost += each * f.quantity.units;
  s.value += static_cast<int128>(of.units) * f.quantity.units;
}
// side x (a - b)
int128 apart(const JudgedFill& f, Price a, Price b) { return static_cast<int128>(sign(f.side)) * (static_cast<int128>(a.units) - b.units); }

std::size_t step_of(Duration took) {
  const auto ns = static_cast<std::uint64_t>(std::max<std::int64_t>(took.ns, 0));
  if (ns < 8) return ns;
  const int doublings = 63 - __builtin_clzll(ns);
  return static_cast<std::size_t>(doublings - 2) * 8 + ((ns >> (doublings - 3)) & 7);
}
// The longest that counts under a step.
std::int64_t longest(std::size_t step) {
  if (step < 8) return static_cast<std::int64_t>(step);
  const auto shift = static_cast<int>(step / 8 - 1);
  return static_cast<std::int64_t>(((static_cast<std::uint64_t>(step % 8) + 9) << shift) - 1);
}

}  // namespace

double share(int128 part, int128 whole) { return whole == 0 ? 0 : static_cast<double>(part) / static_cast<double>(whole); }
double bps(const CostSum& s) { return share(s.cost, s.value) * 10'000; }

void add(CostSum& into, const CostSum& s) {
  into.cost += s.cost;
  into.value += s.value;
}

bool measurable(const JudgedFill& f) {
  if (f.price.units <= 0 || f.quantity.units <= 0) return false;
  const auto magnitude = [](int128 v) { return v < 0 ? -v : v; };
  const int128 costs = std::max(magnitude(f.paid), magnitude(f.best));
  const int128 dearest = std::max<int128>(costs, max(f.price, max(f.arrival, max(f.route, f.mid))).units);
  return dearest * f.quantity.units < most_value;
}

void note_fill(FillQuality& q, const JudgedFill& f) {
  if (!measurable(f)) return;
  ++q.fills;
  if (f.arrival != Price{}) note(q.arrival, f, apart(f, f.price, f.arrival), f.arrival);
  if (f.route != Price{}) note(q.route, f, apart(f, f.price, f.route), f.route);
  if (f.mid != Price{}) note(q.effective, f, 2 * apart(f, f.price, f.mid), f.mid);
  if (f.mid != Price{} && f.arrival != Price{}) note(q.impact, f, apart(f, f.mid, f.arrival), f.arrival);
  if (f.best != 0) note(q.regret, f, static_cast<int128>(f.paid) - f.best, f.price);
}

void note_later(FillQuality& q, const JudgedFill& f, std::size_t horizon, Price later) {
  if (!measurable(f) || f.mid == Price{}) return;
  note(q.realised[horizon], f, 2 * apart(f, f.price, later), f.mid);
  note(q.reverted[horizon], f, apart(f, f.mid, later), f.mid);
}

void add(FillQuality& into, const FillQuality& q) {
  into.fills += q.fills;
  add(into.arrival, q.arrival);
  add(into.route, q.route);
  add(into.effective, q.effective);
  add(into.impact, q.impact);
  add(into.regret, q.regret);
  for (std::size_t h = 0; h < quality_horizons.size(); ++h) {
    add(into.realised[h], q.realised[h]);
    add(into.reverted[h], q.reverted[h]);
  }
}

// The longest horizon comes to each fill last.
void Aftermath::forget() {
  const std::uint64_t done = reached.back();
  if (done == waiting.size() || (done >= 64 && done * 2 >= waiting.size())) {
    waiting.erase(waiting.begin(), waiting.begin() + static_cast<std::ptrdiff_t>(done));
    for (auto& r : reached) r -= done;
  }
  next = Time{std::numeric_limits<std::int64_t>::max()};
  for (std::size_t h = 0; h < quality_horizons.size(); ++h)
    if (reached[h] < waiting.size()) next = std::min(next, waiting[reached[h]].at + quality_horizons[h]);
}

void note(Latencies& l, Duration took) {
  const std::size_t step = step_of(took);
  if (step >= l.steps.size()) l.steps.resize(step + 1);
  ++l.steps[step];
  ++l.count;
}

Duration percentile(const Latencies& l, int percent) {
  if (l.count == 0) return {};
  const std::uint64_t rank = std::max<std::uint64_t>((l.count * static_cast<std::uint64_t>(percent) + 99) / 100, 1);
  std::uint64_t below = 0;
  for (std::size_t step = 0; step < l.steps.size(); ++step) {
    below += l.steps[step];
    if (below >= rank) return {longest(step)};
  }
  return {longest(l.steps.size() - 1)};
}

}  // namespace trade
