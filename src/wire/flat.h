#pragma once
#include <cstddef>
#include <cstring>
#include <type_traits>

#include "core/fields.h"
#include "core/many.h"

// The flat form of a loop message: the struct, then the elements of each Many in field order, each run aligned to 16 bytes.
// It can be moved as bytes and rebased where it lands.
namespace trade::wire {

template <class T>
struct IsMany : std::false_type {};
template <class T>
struct IsMany<Many<T>> : std::true_type {};

constexpr std::size_t flat_align = 16;
constexpr std::size_t round_up(std::size_t n) { return (n + flat_align - 1) & ~(flat_align - 1); }

template <HasFields M>
constexpr bool has_many() {
  bool any = false;
  M::each_field([&]<class F>(auto, F M::*) { any = any || IsMany<F>::value; });
  return any;
}

// Bytes of the flat form, a multiple of 16.
template <HasFields M>
std::size_t flat_size(const M& m) {
  std::size_t n = round_up(sizeof(M));
  if constexpr (has_many<M>())
    M::each_field([&]<class F>(auto, F M::*field) {
      if constexpr (IsMany<F>::value) n += round_up((m.*field).count * sizeof(*(m.*field).data));
    });
  return n;
}

// Points every Many of the flat message at `flat` to its elements behind the struct.
template <HasFields M>
void rebase(void* flat) {
  if constexpr (has_many<M>()) {
    M& m = *static_cast<M*>(flat);
    auto* at = static_cast<std::byte*>(flat) + round_up(sizeof(M));
    M::each_field([&]<class F>(auto, F M::*field) {
      if constexpr (IsMany<F>::value) {
        (m.*field).data = reinterpret_cast<decltype((m.*field).data)>(at);
        at += round_up((m.*field).count * sizeof(*(m.*field).data));
      }
    });
  }
}

// Copies `m` and its elements to `to`, which has flat_size(m) bytes aligned to 16.
template <HasFields M>
void flatten(const M& m, void* to) {
  static_assert(std::is_trivially_copyable_v<M> && alignof(M) <= flat_align, "a loop message is fixed-size and trivially copyable");
  // Member by member: a wide copy of what was just made on the stack waits for its stores.
  M& flat = *static_cast<M*>(to);
  M::each_field([&](auto, auto member) { flat.*member = m.*member; });
  if constexpr (has_many<M>()) {
    auto* at = static_cast<std::byte*>(to) + round_up(sizeof(M));
    M::each_field([&]<class F>(auto, F M::*field) {
      if constexpr (IsMany<F>::value) {
        const std::size_t n = (m.*field).count * sizeof(*(m.*field).data);
        if (n != 0) std::memcpy(at, (m.*field).data, n);
        at += round_up(n);
      }
    });
    rebase<M>(to);
  }
}

}  // namespace trade::wire
