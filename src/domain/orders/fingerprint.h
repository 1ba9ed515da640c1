#pragma once
#include "core/digest.h"
#include "domain/facts/order.h"

namespace trade {

template <HasFields T>
std::uint64_t fingerprint(std::uint64_t seed, const T& body);

namespace detail {
inline std::uint64_t bits_of(bool b) { return b; }
inline std::uint64_t bits_of(Time t) { return static_cast<std::uint64_t>(t.ns); }
template <class Tag>
std::uint64_t bits_of(Scaled<Tag> v) { return static_cast<std::uint64_t>(v.units); }
template <class Tag, class N>
std::uint64_t bits_of(Id<Tag, N> v) { return v.value; }
template <NamedEnum E>
std::uint64_t bits_of(E e) { return static_cast<std::uint64_t>(e); }
template <std::size_t N>
std::uint64_t bits_of(const Text<N>& t) { return mix_bytes(t.view().size(), t.view().data(), t.view().size()); }
template <class T>
  requires HasFields<T>
std::uint64_t bits_of(const T& v) { return fingerprint(0, v); }
}  // namespace detail

// A 64-bit mix of every field in order: tells a repeated command from another one under the same id. Not for adversaries: whoever
// finds two bodies of one mix under an id of his own gets the first one's answer twice.
template <HasFields T>
std::uint64_t fingerprint(std::uint64_t seed, const T& body) {
  std::uint64_t h = mix64(seed);
  T::each_field([&](auto, auto member) { h = mix64(h + 0x9E3779B97F4A7C15ull + detail::bits_of(body.*member)); });
  return h;
}

}  // namespace trade
