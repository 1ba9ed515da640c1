#pragma once
#include <array>
#include <optional>
#include <string>
#include <type_traits>
#include <vector>

#include "core/bytes.h"
#include "core/date.h"
#include "core/fields.h"
#include "core/many.h"
#include "core/map.h"
#include "core/money.h"
#include "core/time.h"

// The canonical binary form: field by field, little endian, no padding; same value, same bytes. Serves messages, State and snapshots.
namespace trade::wire {

template <class T>
concept Saved = requires(const T& t, T& u, ByteWriter& w, ByteReader& r) {
  t.save(w);
  u.load(r);
};

template <class T>
struct Binary;

// `w`: a ByteWriter, or anything with its put functions.
template <class W, class T>
void write_binary(W& w, const T& v) { Binary<T>::write(w, v); }
// False, with `r` failed, when the bytes are not a T.
template <class T>
bool read_binary(ByteReader& r, T& v) {
  Binary<T>::read(r, v);
  return r.ok();
}

template <class T>
  requires std::is_integral_v<T>
struct Binary<T> {
  template <class W>
  static void write(W& w, T v) { w.put(v); }
  static void read(ByteReader& r, T& v) { v = r.get<T>(); }
};
template <>
struct Binary<int128> {
  template <class W>
  static void write(W& w, int128 v) { w.put_int128(v); }
  static void read(ByteReader& r, int128& v) { v = r.get_int128(); }
};
template <>
struct Binary<double> {
  template <class W>
  static void write(W& w, double v) { w.put_double(v); }
  static void read(ByteReader& r, double& v) { v = r.get_double(); }
};
template <NamedEnum E>
struct Binary<E> {
  using U = std::underlying_type_t<E>;
  template <class W>
  static void write(W& w, E v) { w.put(static_cast<U>(v)); }
  static void read(ByteReader& r, E& v) {
    const auto u = r.get<U>();
    if (static_cast<std::size_t>(u) >= enum_names(E{}).size()) r.fail();
    else v = static_cast<E>(u);
  }
};
template <class Tag>
struct Binary<Scaled<Tag>> {
  template <class W>
  static void write(W& w, Scaled<Tag> v) { w.put(v.units); }
  static void read(ByteReader& r, Scaled<Tag>& v) { v.units = r.get<std::int64_t>(); }
};
template <class Tag, class N>
struct Binary<Id<Tag, N>> {
  template <class W>
  static void write(W& w, Id<Tag, N> v) { w.put(v.value); }
  static void read(ByteReader& r, Id<Tag, N>& v) { v.value = r.get<N>(); }
};
template <class T>
  requires std::is_same_v<T, Time> || std::is_same_v<T, Duration>
struct Binary<T> {
  template <class W>
  static void write(W& w, T v) { w.put(v.ns); }
  static void read(ByteReader& r, T& v) { v.ns = r.get<std::int64_t>(); }
};
template <>
struct Binary<Date> {
  template <class W>
  static void write(W& w, Date v) { w.put(v.days); }
  static void read(ByteReader& r, Date& v) { v.days = r.get<std::int32_t>(); }
};
template <std::size_t N>
struct Binary<Text<N>> {
  template <class W>
  static void write(W& w, const Text<N>& v) {
    w.put(static_cast<std::uint8_t>(v.view().size()));
    w.raw(v.view().data(), v.view().size());
  }
  static void read(ByteReader& r, Text<N>& v) {
    const auto n = r.get<std::uint8_t>();
    if (n > N) return r.fail();
    v = Text<N>(r.view(n));
  }
};
template <>
struct Binary<Money> {
  template <class W>
  static void write(W& w, const Money& v) {
    w.put_int128(v.units);
    write_binary(w, v.currency);
  }
  static void read(ByteReader& r, Money& v) {
    v.units = r.get_int128();
    read_binary(r, v.currency);
  }
};
template <>
struct Binary<Digest> {
  template <class W>
  static void write(W& w, const Digest& v) { w.raw(v.bytes.data(), v.bytes.size()); }
  static void read(ByteReader& r, Digest& v) { r.raw(v.bytes.data(), v.bytes.size()); }
};
template <>
struct Binary<std::string> {
  template <class W>
  static void write(W& w, const std::string& v) { w.put_text(v); }
  static void read(ByteReader& r, std::string& v) { v = r.get_text(); }
};
// Written as count and elements. Decoded elements cannot be owned by a view: read_binary of a message uses an Arena (message_type.h).
template <class T>
struct Binary<Many<T>> {
  template <class W>
  static void write(W& w, const Many<T>& v) {
    w.put(v.count);
    for (const auto& e : v) write_binary(w, e);
  }
};
template <class T>
struct Binary<std::vector<T>> {
  template <class W>
  static void write(W& w, const std::vector<T>& v) {
    w.put(static_cast<std::uint32_t>(v.size()));
    for (const auto& e : v) write_binary(w, e);
  }
  static void read(ByteReader& r, std::vector<T>& v) {
    v.clear();
    const auto n = r.get<std::uint32_t>();
    for (std::uint32_t i = 0; i < n && r.ok(); ++i) {
      T e{};
      if (read_binary(r, e)) v.push_back(std::move(e));
    }
  }
};
template <class T, std::size_t N>
struct Binary<std::array<T, N>> {
  template <class W>
  static void write(W& w, const std::array<T, N>& v) {
    for (const auto& e : v) write_binary(w, e);
  }
  static void read(ByteReader& r, std::array<T, N>& v) {
    for (auto& e : v) read_binary(r, e);
  }
};
template <class T>
struct Binary<std::optional<T>> {
  template <class W>
  static void write(W& w, const std::optional<T>& v) {
    w.put(v.has_value());
    if (v) write_binary(w, *v);
  }
  static void read(ByteReader& r, std::optional<T>& v) {
    v.reset();
    if (r.get<bool>()) read_binary(r, v.emplace());
  }
};
template <class A, class B>
struct Binary<std::pair<A, B>> {
  template <class W>
  static void write(W& w, const std::pair<A, B>& v) {
    write_binary(w, v.first);
    write_binary(w, v.second);
  }
  static void read(ByteReader& r, std::pair<A, B>& v) {
    read_binary(r, v.first);
    read_binary(r, v.second);
  }
};
template <class K, class V>
struct Binary<Map<K, V>> {
  template <class W>
  static void write(W& w, const Map<K, V>& v) {
    w.put(static_cast<std::uint32_t>(v.size()));
    for (const auto& e : v) {
      write_binary(w, e.key);
      write_binary(w, e.value);
    }
  }
  static void read(ByteReader& r, Map<K, V>& v) {
    v.clear();
    const auto n = r.get<std::uint32_t>();
    for (std::uint32_t i = 0; i < n && r.ok(); ++i) {
      K key{};
      V value{};
      read_binary(r, key);
      read_binary(r, value);
      if (r.ok() && !v.insert(key, std::move(value))) r.fail();
    }
  }
};
template <HasFields T>
struct Binary<T> {
  template <class W>
  static void write(W& w, const T& v) {
    T::each_field([&](auto, auto member) { write_binary(w, v.*member); });
  }
  static void read(ByteReader& r, T& v) {
    T::each_field([&](auto, auto member) { read_binary(r, v.*member); });
  }
};
// Domain structures that are not plain fields (books, queues) write themselves, canonically.
template <Saved T>
  requires(!HasFields<T>)
struct Binary<T> {
  template <class W>
  static void write(W& w, const T& v) { v.save(w); }
  static void read(ByteReader& r, T& v) { v.load(r); }
};

}  // namespace trade::wire
