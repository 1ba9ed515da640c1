#pragma once
#include <ctime>

#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <string>
#include <vector>

// How the small benches time and tell: CPU time is the figure (the machine is shared), the wall minimum stands beside it; ours and its
// reference run by turns, so that a busy moment meets both.
namespace trade::bench {

inline double clock_ns(clockid_t clock) {
  timespec t{};
  clock_gettime(clock, &t);
  return static_cast<double>(t.tv_sec) * 1e9 + static_cast<double>(t.tv_nsec);
}

// CPU and wall nanoseconds of one call of f; `clock`: CLOCK_THREAD_CPUTIME_ID, or CLOCK_PROCESS_CPUTIME_ID to count every thread.
struct Timed {
  double cpu{}, wall{};
};
template <class F>
Timed timed(F&& f, clockid_t clock = CLOCK_THREAD_CPUTIME_ID) {
  const double cpu = clock_ns(clock), wall = clock_ns(CLOCK_MONOTONIC);
  f();
  return {clock_ns(clock) - cpu, clock_ns(CLOCK_MONOTONIC) - wall};
}

// Makes the compiler believe that `value` is looked at.
template <class T>
void keep(const T& value) {
  asm volatile("" : : "g"(&value) : "memory");
}

// The value below which `share` of the samples lie; reorders them.
inline double quantile(std::vector<double>& samples, double share) {
  const auto at = static_cast<std::ptrdiff_t>(share * static_cast<double>(samples.size() - 1));
  std::nth_element(samples.begin(), samples.begin() + at, samples.end());
  return samples[static_cast<std::size_t>(at)];
}

// Many timings of one thing.
class Timings {
 public:
  void add(const Timed& t) {
    cpu_.push_back(t.cpu);
    wall_.push_back(t.wall);
  }
  double cpu_median() { return quantile(cpu_, 0.5); }
  double wall_minimum() const { return *std::min_element(wall_.begin(), wall_.end()); }

 private:
  std::vector<double> cpu_, wall_;
};

// One line of output: a figure with what it is held against, both in `unit`. `wall`: the best wall-clock figure in the same unit.
struct Figure {
  std::string name, unit;
  double value{}, wall{}, reference{};
  std::string reference_is, note;
};
inline void print(const Figure& f) {
  std::printf("{\"name\":\"%s\",\"unit\":\"%s\",\"value\":%.6g,\"wall\":%.6g,\"reference\":%.6g,\"reference_is\":\"%s\",\"note\":\"%s\"}\n",
              f.name.c_str(), f.unit.c_str(), f.value, f.wall, f.reference, f.reference_is.c_str(), f.note.c_str());
  std::fflush(stdout);
}
// `absent`: the recording it needs is not there.
inline void print_error(const std::string& name, const std::string& error, bool absent = false) {
  std::string plain = error;
  std::replace(plain.begin(), plain.end(), '"', '\'');
  std::printf("{\"name\":\"%s\",\"error\":\"%s\",\"absent\":%s}\n", name.c_str(), plain.c_str(), absent ? "true" : "false");
  std::fflush(stdout);
}

// Runs ours and the reference by turns; the figure is nanoseconds an event.
template <class Ours, class Reference>
Figure alternate(std::string name, std::string unit, double events, int turns, Ours&& ours, Reference&& reference) {
  Timings mine, theirs;
  for (int i = 0; i < turns; ++i) {
    mine.add(timed(ours));
    theirs.add(timed(reference));
  }
  return {std::move(name), std::move(unit), mine.cpu_median() / events, mine.wall_minimum() / events, theirs.cpu_median() / events, {}, {}};
}

}  // namespace trade::bench
