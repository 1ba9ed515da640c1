#pragma once
#include <chrono>
#include <vector>

#include "app/report.h"

namespace trade {

// Wall-clock seconds since it was made.
class Stopwatch {
 public:
  double seconds() const { return std::chrono::duration<double>(std::chrono::steady_clock::now() - from_).count(); }

 private:
  std::chrono::steady_clock::time_point from_ = std::chrono::steady_clock::now();
};

// The run part of a report; `handle_ns` are sampled times of handling one input (may be empty), consumed.
RunFigures figures(double wall_s, std::uint64_t rows, std::uint64_t steps, std::vector<std::uint32_t> handle_ns);

}  // namespace trade
