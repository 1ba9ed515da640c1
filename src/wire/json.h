#pragma once
#include <array>
#include <concepts>
#include <limits>
#include <optional>
#include <string>
#include <type_traits>
#include <vector>

#include "core/date.h"
#include "core/digest.h"
#include "core/document.h"
#include "core/fields.h"
#include "core/map.h"
#include "core/money.h"
#include "core/time.h"
#include "wire/binary.h"
#include "wire/flat.h"
#include "wire/message_type.h"
#include "wire/type_name.h"

// The JSON form. Canonical: compact, members in field order, one spelling per value, so equal values are equal text. Decimals are
// numbers with their exact digits, Money is "12.5 USDT", Time and Date are ISO 8601, Duration is "250ms", enumerators are their names,
// 128-bit integers are strings, a NaN is null, Map is a list of pairs, and a type that only saves itself is the hex of its bytes.
namespace trade {

// Parses strict JSON (RFC 8259): refused are bad syntax, bare NaN, a duplicate key, nesting deeper than 32, bad UTF-8 and lone
// surrogates. An error's `where` is "name:line".
Result<Document> parse_json(std::string_view text, std::string_view name);

}  // namespace trade

namespace trade::wire {

inline constexpr int max_document_depth = 32;

// Where a reader stands in a document: the node, and the way to it, spelled out only when an error needs it.
struct Node {
  const Document& document;
  const Node* parent = nullptr;
  std::string_view name;  // of a table's member
  std::size_t index = 0;  // of a list's item, when name is empty
  Error& error;

  Node member(std::string_view key, const Document& d) const { return {d, this, key, 0, error}; }
  Node item(std::size_t i, const Document& d) const { return {d, this, {}, i, error}; }
  // Records what is wrong with this node; always false.
  bool refuse(std::string what, std::string mend = {}) const;
  // "expected `what`, found a list".
  bool refuse_type(std::string_view what) const;
  // Records the first member of the table that `known` does not name.
  bool refuse_unknown(const std::vector<std::string_view>& known) const;
  bool expect(Document::Kind kind, std::string_view what) const { return document.kind() == kind || refuse_type(what); }
};

// The readers and writers of single values, one per kind; readers refuse in `at` and return false.
void write_text(std::string& out, std::string_view text);
void write_signed(std::string& out, std::int64_t v);
void write_unsigned(std::string& out, std::uint64_t v);
void write_double(std::string& out, double v);
void write_hex(std::string& out, std::string_view bytes);
bool read_signed(const Node& at, std::int64_t low, std::int64_t high, std::int64_t& v);
bool read_unsigned(const Node& at, std::uint64_t high, std::uint64_t& v);
bool read_int128(const Node& at, int128& v);
bool read_double(const Node& at, double& v);
bool read_bool(const Node& at, bool& v);
bool read_decimal(const Node& at, std::int64_t& units);
bool read_money(const Node& at, Money& v);
bool read_time(const Node& at, Time& v);
bool read_duration(const Node& at, Duration& v);
bool read_date(const Node& at, Date& v);
bool read_digest(const Node& at, Digest& v);
bool read_hex(const Node& at, std::string& bytes);
bool read_text(const Node& at, std::size_t capacity, std::string_view& v);
bool read_name(const Node& at, const std::string_view* names, std::size_t count, std::size_t& index);

template <class T>
struct Json;

// Appends the canonical JSON of `v`.
template <class T>
void write_json(std::string& out, const T& v) { Json<T>::write(out, v); }
template <class T>
bool read_json(const Node& at, T& v) { return Json<T>::read(at, v); }

// A message read from a document, with storage for the elements of its Many fields. Not copied: the message points into it.
template <class M>
struct Owned {
  Owned() = default;
  Owned(const Owned&) = delete;
  Owned& operator=(const Owned&) = delete;
  M message{};
  std::vector<FlatMessage> storage;
};

template <HasFields T>
std::vector<std::string_view> field_names() {
  std::vector<std::string_view> names;
  T::each_field([&](std::string_view name, auto) { names.push_back(name); });
  return names;
}

// Reads every member of the table at `at` with read_field(node, pointer to member); missing ones keep their value, others are refused.
template <HasFields T, class ReadField>
bool read_table(const Node& at, ReadField&& read_field) {
  if (!at.expect(Document::Kind::table, "a table of fields")) return false;
  bool ok = true;
  std::size_t found = 0;
  T::each_field([&](std::string_view name, auto member) {
    const Document* d = ok ? at.document.find(name) : nullptr;
    if (d == nullptr) return;
    ++found;
    ok = read_field(at.member(name, *d), member);
  });
  if (ok && found != at.document.members().size()) return at.refuse_unknown(field_names<T>());
  return ok;
}

template <class T>
bool read_json(const Node& at, Owned<T>& owned) {
  return read_table<T>(at, [&]<class F>(const Node& node, F T::*field) {
    if constexpr (IsMany<F>::value) {
      using E = std::remove_cvref_t<decltype(*(owned.message.*field).data)>;
      if (!node.expect(Document::Kind::list, "a list")) return false;
      const auto& items = node.document.items();
      auto& storage = owned.storage.emplace_back(round_up(items.size() * sizeof(E)));
      auto* elements = static_cast<E*>(storage.data());
      for (std::size_t i = 0; i < items.size(); ++i)
        if (!read_json(node.item(i, items[i]), *new (elements + i) E{})) return false;
      owned.message.*field = Many<E>(std::span<const E>(elements, items.size()));
      return true;
    } else {
      return read_json(node, owned.message.*field);
    }
  });
}

// Fills `v` from a document; what the document does not name keeps its value. The error's `where` is the field's path, beginning
// with `path`, and its line; `what` is the rule it broke. On failure `v` is partly read.
template <class T>
Result<void> read_document(const Document& d, T& v, std::string path) {
  Error error;
  const Node root{d, nullptr, path, 0, error};
  if (!read_json(root, v)) return error;
  return {};
}

// What FIELDS says of T, for schemas: field names and the names of their types.
template <HasFields T>
std::vector<FieldDescription> field_descriptions() {
  std::vector<FieldDescription> fields;
  T::each_field([&]<class F>(std::string_view name, F T::*) { fields.push_back({name, type_name<F>()}); });
  return fields;
}

template <class T>
  requires std::is_integral_v<T>
struct Json<T> {
  static void write(std::string& out, T v) {
    if constexpr (std::is_signed_v<T>) write_signed(out, v);
    else write_unsigned(out, v);
  }
  static bool read(const Node& at, T& v) {
    using Limits = std::numeric_limits<T>;
    if constexpr (std::is_signed_v<T>) {
      std::int64_t wide;
      if (!read_signed(at, Limits::min(), Limits::max(), wide)) return false;
      v = static_cast<T>(wide);
    } else {
      std::uint64_t wide;
      if (!read_unsigned(at, Limits::max(), wide)) return false;
      v = static_cast<T>(wide);
    }
    return true;
  }
};
template <>
struct Json<bool> {
  static void write(std::string& out, bool v) { out += v ? "true" : "false"; }
  static bool read(const Node& at, bool& v) { return read_bool(at, v); }
};
template <>
struct Json<int128> {
  static void write(std::string& out, int128 v) { write_text(out, print_decimal(v, 0)); }
  static bool read(const Node& at, int128& v) { return read_int128(at, v); }
};
template <>
struct Json<double> {
  static void write(std::string& out, double v) { write_double(out, v); }
  static bool read(const Node& at, double& v) { return read_double(at, v); }
};
template <NamedEnum E>
struct Json<E> {
  static void write(std::string& out, E v) { write_text(out, name_of(v)); }
  static bool read(const Node& at, E& v) {
    static constexpr auto names = enum_names(E{});
    std::size_t index;
    if (!read_name(at, names.data(), names.size(), index)) return false;
    v = static_cast<E>(index);
    return true;
  }
};
template <class Tag>
struct Json<Scaled<Tag>> {
  static void write(std::string& out, Scaled<Tag> v) { out += print_decimal(v.units); }
  static bool read(const Node& at, Scaled<Tag>& v) { return read_decimal(at, v.units); }
};
template <class Tag, class N>
struct Json<Id<Tag, N>> {
  static void write(std::string& out, Id<Tag, N> v) { write_unsigned(out, v.value); }
  static bool read(const Node& at, Id<Tag, N>& v) { return Json<N>::read(at, v.value); }
};
template <>
struct Json<Money> {
  static void write(std::string& out, const Money& v) { write_text(out, print(v)); }
  static bool read(const Node& at, Money& v) { return read_money(at, v); }
};
template <>
struct Json<Time> {
  static void write(std::string& out, Time v) { write_text(out, print(v)); }
  static bool read(const Node& at, Time& v) { return read_time(at, v); }
};
template <>
struct Json<Duration> {
  static void write(std::string& out, Duration v) { write_text(out, print(v)); }
  static bool read(const Node& at, Duration& v) { return read_duration(at, v); }
};
template <>
struct Json<Date> {
  static void write(std::string& out, Date v) { write_text(out, print(v)); }
  static bool read(const Node& at, Date& v) { return read_date(at, v); }
};
template <>
struct Json<Digest> {
  static void write(std::string& out, const Digest& v) { write_text(out, to_hex(v)); }
  static bool read(const Node& at, Digest& v) { return read_digest(at, v); }
};
template <std::size_t N>
struct Json<Text<N>> {
  static void write(std::string& out, const Text<N>& v) { write_text(out, v.view()); }
  static bool read(const Node& at, Text<N>& v) {
    std::string_view s;
    if (!read_text(at, N, s)) return false;
    v = Text<N>(s);
    return true;
  }
};
template <>
struct Json<std::string> {
  static void write(std::string& out, const std::string& v) { write_text(out, v); }
  static bool read(const Node& at, std::string& v) {
    std::string_view s;
    if (!read_text(at, SIZE_MAX, s)) return false;
    v = s;
    return true;
  }
};

// Any range as a list.
template <class E, class Range>
void write_list(std::string& out, const Range& range) {
  char before = '[';
  for (const auto& e : range) {
    out += before;
    write_json<E>(out, e);
    before = ',';
  }
  out += before == '[' ? "[]" : "]";
}
template <class T>
struct Json<Many<T>> {  // read by Owned only: a view owns nothing
  static void write(std::string& out, const Many<T>& v) { write_list<T>(out, v); }
};
template <class T>
struct Json<std::vector<T>> {
  static void write(std::string& out, const std::vector<T>& v) { write_list<T>(out, v); }
  static bool read(const Node& at, std::vector<T>& v) {
    if (!at.expect(Document::Kind::list, "a list")) return false;
    v.clear();
    std::size_t i = 0;
    for (const auto& d : at.document.items()) {
      T e{};
      if (!read_json(at.item(i++, d), e)) return false;
      v.push_back(std::move(e));
    }
    return true;
  }
};
template <class T, std::size_t N>
struct Json<std::array<T, N>> {
  static void write(std::string& out, const std::array<T, N>& v) { write_list<T>(out, v); }
  static bool read(const Node& at, std::array<T, N>& v) {
    if (!at.expect(Document::Kind::list, "a list")) return false;
    const auto& items = at.document.items();
    if (items.size() != N) return at.refuse("expected " + std::to_string(N) + " items, found " + std::to_string(items.size()));
    for (std::size_t i = 0; i < N; ++i)
      if (!read_json(at.item(i, items[i]), v[i])) return false;
    return true;
  }
};
template <class T>
struct Json<std::optional<T>> {
  static void write(std::string& out, const std::optional<T>& v) {
    if (v) write_json(out, *v);
    else out += "null";
  }
  static bool read(const Node& at, std::optional<T>& v) {
    v.reset();
    return at.document.kind() == Document::Kind::null || read_json(at, v.emplace());
  }
};
template <class A, class B>
struct Json<std::pair<A, B>> {
  static void write(std::string& out, const std::pair<A, B>& v) {
    out += '[';
    write_json(out, v.first);
    out += ',';
    write_json(out, v.second);
    out += ']';
  }
  static bool read(const Node& at, std::pair<A, B>& v) {
    if (!at.expect(Document::Kind::list, "a pair")) return false;
    const auto& items = at.document.items();
    if (items.size() != 2) return at.refuse("expected a pair, found " + std::to_string(items.size()) + " items");
    return read_json(at.item(0, items[0]), v.first) && read_json(at.item(1, items[1]), v.second);
  }
};
template <class K, class V>
struct Json<Map<K, V>> {
  static void write(std::string& out, const Map<K, V>& v) {
    char before = '[';
    for (const auto& e : v) {
      out += before;
      out += '[';
      write_json(out, e.key);
      out += ',';
      write_json(out, e.value);
      out += ']';
      before = ',';
    }
    out += before == '[' ? "[]" : "]";
  }
  static bool read(const Node& at, Map<K, V>& v) {
    if (!at.expect(Document::Kind::list, "a list of pairs")) return false;
    v.clear();
    std::size_t i = 0;
    for (const auto& d : at.document.items()) {
      std::pair<K, V> e;
      const Node node = at.item(i++, d);
      if (!read_json(node, e)) return false;
      if (!v.insert(e.first, std::move(e.second))) return node.refuse("the key is there twice");
    }
    return true;
  }
};
template <HasFields T>
struct Json<T> {
  static void write(std::string& out, const T& v) {
    char before = '{';
    T::each_field([&](std::string_view name, auto member) {
      out += before;
      before = ',';
      out.append("\"").append(name).append("\":");
      write_json(out, v.*member);
    });
    out += before == '{' ? "{}" : "}";
  }
  static bool read(const Node& at, T& v) {
    return read_table<T>(at, [&](const Node& node, auto member) { return read_json(node, v.*member); });
  }
};
template <Saved T>
  requires(!HasFields<T>)
struct Json<T> {
  static void write(std::string& out, const T& v) {
    ByteWriter w;
    v.save(w);
    write_hex(out, w.bytes());
  }
  static bool read(const Node& at, T& v) {
    std::string bytes;
    if (!read_hex(at, bytes)) return false;
    ByteReader r(bytes);
    v.load(r);
    return r.at_end() || at.refuse("the bytes are not this value");
  }
};

}  // namespace trade::wire
