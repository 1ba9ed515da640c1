#pragma once
#include <limits>

#include "domain/indicators/program.h"

// The operations of a program, one at a time.
namespace trade {

inline constexpr double not_known = std::numeric_limits<double>::quiet_NaN();

struct MemoryNeed {
  std::uint32_t numbers{}, counts{};
};
MemoryNeed memory_need(Op op, std::uint32_t n);

// The value of one step that remembers nothing.
double work_out(const Step& step, const double* values, const Candle& bar, const Surroundings& around);

}  // namespace trade
