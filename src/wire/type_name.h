#pragma once
#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include "core/digest.h"
#include "core/fields.h"
#include "core/many.h"
#include "core/map.h"
#include "core/money.h"
#include "core/time.h"

// Names of types as schemas and error messages show them: "price", "order id", "list of level", "side (buy|sell)".
namespace trade::wire {

// A spelling of T by the compiler, for snake_name only.
template <class T>
constexpr std::string_view spelled() { return __PRETTY_FUNCTION__; }
// "... [with T = trade::OrderTerms; ...]" -> "order_terms"; a final "Tag" is left out.
std::string snake_name(std::string_view spelled);
std::string joined(const std::string_view* names, std::size_t count);

template <class T>
struct TypeName {
  static std::string get() {
    if constexpr (std::is_integral_v<T>)
      return std::string(std::is_signed_v<T> ? "int" : "uint") + std::to_string(8 * sizeof(T));
    else if constexpr (NamedEnum<T>) {
      static constexpr auto names = enum_names(T{});
      return snake_name(spelled<T>()) + " (" + joined(names.data(), names.size()) + ")";
    } else {
      return snake_name(spelled<T>());
    }
  }
};
template <class T>
std::string type_name() { return TypeName<T>::get(); }

template <>
struct TypeName<bool> {
  static std::string get() { return "bool"; }
};
template <>
struct TypeName<int128> {
  static std::string get() { return "int128"; }
};
template <>
struct TypeName<double> {
  static std::string get() { return "double"; }
};
template <>
struct TypeName<std::string> {
  static std::string get() { return "string"; }
};
template <class Tag>
struct TypeName<Scaled<Tag>> {
  static std::string get() { return snake_name(spelled<Tag>()); }
};
template <class Tag, class N>
struct TypeName<Id<Tag, N>> {
  static std::string get() { return snake_name(spelled<Tag>()) + " id"; }
};
template <std::size_t N>
struct TypeName<Text<N>> {
  static std::string get() { return "text " + std::to_string(N); }
};
template <class T>
struct TypeName<Many<T>> {
  static std::string get() { return "many " + type_name<T>(); }
};
template <class T>
struct TypeName<std::vector<T>> {
  static std::string get() { return "list of " + type_name<T>(); }
};
template <class T, std::size_t N>
struct TypeName<std::array<T, N>> {
  static std::string get() { return std::to_string(N) + " of " + type_name<T>(); }
};
template <class T>
struct TypeName<std::optional<T>> {
  static std::string get() { return "optional " + type_name<T>(); }
};
template <class A, class B>
struct TypeName<std::pair<A, B>> {
  static std::string get() { return "pair of " + type_name<A>() + " and " + type_name<B>(); }
};
template <class K, class V>
struct TypeName<Map<K, V>> {
  static std::string get() { return "map of " + type_name<K>() + " to " + type_name<V>(); }
};

}  // namespace trade::wire
