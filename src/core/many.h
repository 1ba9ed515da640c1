#pragma once
#include <cstdint>
#include <span>

namespace trade {

// Elements that travel behind a message in the ring; valid during `on`. A view: whoever made it owns the elements until published.
template <class T>
struct Many {
  const T* data = nullptr;
  std::uint32_t count = 0;

  Many() = default;
  Many(std::span<const T> s) : data(s.data()), count(static_cast<std::uint32_t>(s.size())) {}
  const T* begin() const { return data; }
  const T* end() const { return data + count; }
  std::uint32_t size() const { return count; }
  bool empty() const { return count == 0; }
  const T& operator[](std::size_t i) const { return data[i]; }
};

}  // namespace trade
