#pragma once
#include <array>
#include <cstdint>
#include <cstring>
#include <string_view>
#include <type_traits>

#include "core/check.h"

namespace trade {

// At most N bytes of UTF-8 held in place, the unused rest zero, so equal texts are equal bytes.
template <std::size_t N>
class Text {
  static_assert(N < 256);

 public:
  static constexpr std::size_t capacity = N;
  constexpr Text() = default;
  // A text longer than N is a bug: edges check lengths with fits().
  constexpr Text(std::string_view s) {
    CHECK(s.size() <= N, "text too long");
    for (std::size_t i = 0; i < s.size(); ++i) bytes_[i] = s[i];
    size_ = static_cast<std::uint8_t>(s.size());
  }
  constexpr Text(const char* s) : Text(std::string_view{s}) {}

  static constexpr bool fits(std::string_view s) { return s.size() <= N; }
  constexpr std::string_view view() const { return {bytes_.data(), size_}; }
  constexpr bool empty() const { return size_ == 0; }
  constexpr bool operator==(const Text& b) const {
    if (std::is_constant_evaluated()) return view() == b.view();
    return std::memcmp(this, &b, sizeof(Text)) == 0;  // of a known size: a few loads, no call
  }
  constexpr auto operator<=>(const Text& b) const { return view() <=> b.view(); }

 private:
  std::array<char, N> bytes_{};
  std::uint8_t size_ = 0;
};

}  // namespace trade
