#pragma once
#include <cstdint>
#include <string_view>

namespace trade {

// Tells where the calling thread stands in the journal; a failed CHECK prints it. Set by the loop that handles an input.
void set_check_place(std::uint64_t place) noexcept;
std::uint64_t check_place() noexcept;

// Prints the failed condition, its source line, the journal place and `what`, then aborts. Never returns.
[[noreturn]] void check_failed(const char* condition, const char* file, int line, std::string_view what) noexcept;

}  // namespace trade

// A bug, not a refusal: on in every build.
#define CHECK(condition, ...)                                                                 \
  do {                                                                                        \
    if (!(condition)) [[unlikely]]                                                            \
      ::trade::check_failed(#condition, __FILE__, __LINE__, ::std::string_view{__VA_ARGS__}); \
  } while (false)
