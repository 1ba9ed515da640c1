#include "core/check.h"

#include <cstdio>
#include <cstdlib>

namespace trade {
namespace {
thread_local std::uint64_t current_place = 0;
}

void set_check_place(std::uint64_t place) noexcept { current_place = place; }
std::uint64_t check_place() noexcept { return current_place; }

void check_failed(const char* condition, const char* file, int line, std::string_view what) noexcept {
  std::fprintf(stderr, "bug: CHECK(%s) failed at %s:%d, journal place %llu%s%.*s\n", condition, file, line,
               static_cast<unsigned long long>(current_place), what.empty() ? "" : ": ", static_cast<int>(what.size()),
               what.data());
  std::fflush(stderr);
  std::abort();
}

}  // namespace trade
