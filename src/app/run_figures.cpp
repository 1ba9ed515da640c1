#include "app/run_figures.h"

#include <sys/resource.h>

#include <algorithm>

namespace trade {

RunFigures figures(double wall_s, std::uint64_t rows, std::uint64_t steps, std::vector<std::uint32_t> handle_ns) {
  RunFigures f;
  f.wall_s = wall_s;
  f.events_per_second = wall_s > 0 ? static_cast<double>(rows) / wall_s : 0;
  f.steps = steps;
  if (!handle_ns.empty()) {
    std::sort(handle_ns.begin(), handle_ns.end());
    f.handle_p50_ns = handle_ns[handle_ns.size() / 2];
    f.handle_p99_ns = handle_ns[handle_ns.size() * 99 / 100];
    f.handle_max_ns = handle_ns.back();
  }
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  f.peak_rss_mib = static_cast<double>(usage.ru_maxrss) / 1024.0;
  return f;
}

}  // namespace trade
