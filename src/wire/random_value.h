#pragma once
#include <bit>
#include <cmath>
#include <deque>

#include "core/digest.h"
#include "wire/binary.h"
#include "wire/message_type.h"
#include "wire/utf8.h"

// For tests: random values of anything with FIELDS, edges (zero, least, greatest, empty, full) often among them.
namespace trade::wire {

// A source of random numbers from one seed, and the storage of the Many elements it made: it outlives the values.
class Draw {
 public:
  explicit Draw(std::uint64_t seed) : seed_(seed) {}
  std::uint64_t next() { return mix64(seed_ += 0x9E3779B97F4A7C15ull); }
  std::uint64_t below(std::uint64_t n) { return next() % n; }
  bool one_in(std::uint64_t n) { return below(n) == 0; }
  // Of every magnitude alike.
  std::uint64_t magnitude() {
    const auto bits = next();
    return bits >> below(64);
  }
  FlatMessage& store(std::size_t bytes) { return storage_.emplace_back(round_up(bytes)); }

 private:
  std::uint64_t seed_;
  std::deque<FlatMessage> storage_;
};

// Text of exactly or at most `bytes` bytes: letters, quotes, escapes, control characters and multi-byte sequences.
inline std::string random_text(Draw& draw, std::size_t bytes) {
  const std::size_t wanted = draw.one_in(4) ? bytes : draw.below(bytes + 1);
  std::string s;
  while (s.size() < wanted) {
    const auto room = wanted - s.size();
    const auto kind = draw.below(8);
    if (kind == 0 && room >= 4) append_utf8(s, 0x10000 + static_cast<std::uint32_t>(draw.below(0x100000)));
    else if (kind == 1 && room >= 3) append_utf8(s, 0x800 + static_cast<std::uint32_t>(draw.below(0xD000)));
    else if (kind == 2 && room >= 2) append_utf8(s, 0x80 + static_cast<std::uint32_t>(draw.below(0x780)));
    else if (kind == 3) s += static_cast<char>(draw.below(128));
    else if (kind == 4) s += "\"\\/'\n"[draw.below(5)];
    else s += static_cast<char>('A' + draw.below(26));
  }
  return s;
}

template <class T>
void randomise(Draw& draw, T& v);

template <class T>
struct RandomValue {
  static void fill(Draw& draw, T& v) {
    if constexpr (HasFields<T>) {
      T::each_field([&](std::string_view, auto member) { randomise(draw, v.*member); });
    } else if constexpr (std::is_same_v<T, bool>) {
      v = draw.one_in(2);
    } else if constexpr (std::is_integral_v<T>) {
      const T edges[] = {0, 1, std::numeric_limits<T>::min(), std::numeric_limits<T>::max()};
      v = draw.one_in(4) ? edges[draw.below(4)] : static_cast<T>(draw.magnitude());
    } else if constexpr (std::is_same_v<T, int128>) {
      std::uint64_t low = draw.magnitude(), high = draw.one_in(2) ? draw.next() : std::uint64_t{0} - draw.below(2);
      v = static_cast<int128>((static_cast<uint128>(high) << 64) | low);
    } else if constexpr (std::is_same_v<T, double>) {
      do v = std::bit_cast<double>(draw.next());
      while (!std::isfinite(v));
    } else if constexpr (NamedEnum<T>) {
      v = static_cast<T>(draw.below(enum_names(T{}).size()));
    } else if constexpr (std::is_same_v<T, Time> || std::is_same_v<T, Duration>) {
      randomise(draw, v.ns);
    } else if constexpr (std::is_same_v<T, Date>) {
      v.days = static_cast<std::int32_t>(draw.below(3'652'059)) - 719'162;  // years 1 to 9999: what has four digits
    } else if constexpr (std::is_same_v<T, Digest>) {
      randomise(draw, v.bytes);
    } else if constexpr (std::is_same_v<T, std::string>) {
      v = random_text(draw, 60);
    } else {
      static_assert(std::is_same_v<T, Money>, "no random value of this type yet");
      randomise(draw, v.units);
      std::string currency;
      for (std::uint64_t i = 0, n = draw.below(8); i < n; ++i) currency += static_cast<char>('!' + draw.below(94));
      v.currency = Currency(currency);
    }
  }
};
template <class Tag>
struct RandomValue<Scaled<Tag>> {
  static void fill(Draw& draw, Scaled<Tag>& v) { randomise(draw, v.units); }
};
template <class Tag, class N>
struct RandomValue<Id<Tag, N>> {
  static void fill(Draw& draw, Id<Tag, N>& v) { randomise(draw, v.value); }
};
template <std::size_t N>
struct RandomValue<Text<N>> {
  static void fill(Draw& draw, Text<N>& v) { v = Text<N>(random_text(draw, N)); }
};
template <class T>
struct RandomValue<Many<T>> {
  static void fill(Draw& draw, Many<T>& v) {
    const auto n = draw.one_in(4) ? 0 : draw.below(20);
    auto* elements = static_cast<T*>(draw.store(n * sizeof(T)).data());
    for (std::uint64_t i = 0; i < n; ++i) randomise(draw, *new (elements + i) T{});
    v = Many<T>(std::span<const T>(elements, n));
  }
};
template <class T>
struct RandomValue<std::vector<T>> {
  static void fill(Draw& draw, std::vector<T>& v) {
    v.resize(draw.one_in(4) ? 0 : draw.below(10));
    for (auto& e : v) randomise(draw, e);
  }
};
template <class T, std::size_t N>
struct RandomValue<std::array<T, N>> {
  static void fill(Draw& draw, std::array<T, N>& v) {
    for (auto& e : v) randomise(draw, e);
  }
};
template <class T>
struct RandomValue<std::optional<T>> {
  static void fill(Draw& draw, std::optional<T>& v) {
    v.reset();
    if (draw.one_in(2)) randomise(draw, v.emplace());
  }
};
template <class A, class B>
struct RandomValue<std::pair<A, B>> {
  static void fill(Draw& draw, std::pair<A, B>& v) {
    randomise(draw, v.first);
    randomise(draw, v.second);
  }
};
template <class K, class V>
struct RandomValue<Map<K, V>> {
  static void fill(Draw& draw, Map<K, V>& v) {
    v.clear();
    for (std::uint64_t i = 0, n = draw.below(10); i < n; ++i) {
      std::pair<K, V> e;
      randomise(draw, e);
      v.insert(e.first, std::move(e.second));
    }
  }
};

template <class T>
void randomise(Draw& draw, T& v) { RandomValue<T>::fill(draw, v); }

}  // namespace trade::wire
