#pragma once
#include <array>
#include <string_view>
#include <utility>

// FIELDS(T, a, b, ...) inside struct T names every member once; each derived form is a walk over it:
// each_field(v) calls v("a", &T::a), v("b", &T::b), ... in that order.
#define TRADE_PARENS ()
#define TRADE_EXPAND(...) TRADE_EXPAND4(TRADE_EXPAND4(TRADE_EXPAND4(__VA_ARGS__)))
#define TRADE_EXPAND4(...) TRADE_EXPAND3(TRADE_EXPAND3(TRADE_EXPAND3(__VA_ARGS__)))
#define TRADE_EXPAND3(...) TRADE_EXPAND2(TRADE_EXPAND2(TRADE_EXPAND2(__VA_ARGS__)))
#define TRADE_EXPAND2(...) TRADE_EXPAND1(TRADE_EXPAND1(TRADE_EXPAND1(__VA_ARGS__)))
#define TRADE_EXPAND1(...) __VA_ARGS__
#define TRADE_EACH_FIELD(T, a, ...) v(#a, &T::a); __VA_OPT__(TRADE_AGAIN_FIELD TRADE_PARENS(T, __VA_ARGS__))
#define TRADE_AGAIN_FIELD() TRADE_EACH_FIELD
#define FIELDS(T, ...)                                                    \
  template <class V>                                                      \
  static constexpr void each_field([[maybe_unused]] V&& v) {              \
    __VA_OPT__(TRADE_EXPAND(TRADE_EACH_FIELD(T, __VA_ARGS__)))            \
  }

// NAMES(E, a, b, ...) beside enum class E {a, b, ...} (values 0, 1, ...) gives its printed names.
#define TRADE_EACH_NAME(a, ...) ::std::string_view{#a}, __VA_OPT__(TRADE_AGAIN_NAME TRADE_PARENS(__VA_ARGS__))
#define TRADE_AGAIN_NAME() TRADE_EACH_NAME
#define NAMES(E, ...) \
  constexpr auto enum_names(E) { return ::std::to_array<::std::string_view>({TRADE_EXPAND(TRADE_EACH_NAME(__VA_ARGS__))}); }

namespace trade {

template <class T>
concept HasFields = requires { T::each_field([](std::string_view, auto) {}); };

template <class E>
concept NamedEnum = std::is_enum_v<E> && requires(E e) { enum_names(e); };

// The printed name of an enumerator; "?" outside the enumeration (which binary decoding refuses).
template <NamedEnum E>
constexpr std::string_view name_of(E e) {
  constexpr auto names = enum_names(E{});
  const auto i = static_cast<std::size_t>(e);
  return i < names.size() ? names[i] : std::string_view{"?"};
}

namespace detail {
struct Anything {
  template <class T>
  operator T() const;
};
template <class T, class... A>
constexpr int arity() {
  if constexpr (requires { T{std::declval<A>()..., Anything{}}; }) return arity<T, A..., Anything>();
  else return static_cast<int>(sizeof...(A));
}
}  // namespace detail

// Number of fields named by FIELDS.
template <HasFields T>
constexpr int field_count() {
  int n = 0;
  T::each_field([&](auto, auto) { ++n; });
  return n;
}

// True when FIELDS forgot no member of the aggregate T; checked once per message, State and Config.
template <HasFields T>
constexpr bool all_fields_named = !std::is_aggregate_v<T> || field_count<T>() == detail::arity<T>();

}  // namespace trade
