#pragma once
#include <deque>

#include "core/digest.h"
#include "wire/binary.h"
#include "wire/json.h"
#include "wire/message_type.h"

// Included by the one source file that describes a message:  DESCRIBE(OrderAccepted)  inside namespace trade.
namespace trade::wire {

// Reads the canonical binary form into a flat message; the elements of Many fields are read into storage of their own first.
template <class M>
Result<FlatMessage> decode_flat(std::string_view bytes) {
  ByteReader r(bytes);
  M m{};
  std::deque<FlatMessage> storage;
  M::each_field([&]<class F>(auto, F M::*field) {
    if constexpr (IsMany<F>::value) {
      using T = std::remove_cvref_t<decltype(*(m.*field).data)>;
      const auto n = r.get<std::uint32_t>();
      if (!r.ok() || n > r.left()) return r.fail();  // an element takes a byte at least
      auto& s = storage.emplace_back(round_up(n * sizeof(T)));
      auto* elements = static_cast<T*>(s.data());
      for (std::uint32_t i = 0; i < n; ++i) {
        new (elements + i) T{};
        read_binary(r, elements[i]);
      }
      m.*field = Many<T>(std::span<const T>(elements, n));
    } else {
      read_binary(r, m.*field);
    }
  });
  if (!r.at_end()) return Error{Failure::corruption, {}, "the bytes are not this message", {}};
  FlatMessage flat(flat_size(m));
  flatten(m, flat.data());
  return flat;
}

// The same from a document; errors name the field.
template <class M>
Result<FlatMessage> flat_from_document(const Document& d) {
  Owned<M> owned;  // json.h: M with storage for its Many elements
  if (auto read = read_document(d, owned, {}); !read) return read.error();
  FlatMessage flat(flat_size(owned.message));
  flatten(owned.message, flat.data());
  return flat;
}

// Flattened: the fields' offsets are known, so a digest is a few multiplications.
template <class M>
[[gnu::flatten]] std::uint64_t digest_of(std::uint64_t seed, const void* message) {
  const M& m = *static_cast<const M*>(message);
  ByteCount count;
  write_binary(count, m);
  ByteMix mix(seed, count.size());
  write_binary(mix, m);
  return mix.value();
}

template <class M>
constexpr bool has_time() {
  bool any = false;
  M::each_field([&]<class F>(auto, F M::*) { any = any || std::is_same_v<F, Time>; });
  return any;
}
template <class M>
Time first_time(const void* message) {
  const M& m = *static_cast<const M*>(message);
  const Time* found = nullptr;
  M::each_field([&]<class F>(auto, F M::*field) {
    if constexpr (std::is_same_v<F, Time>)
      if (found == nullptr) found = &(m.*field);
  });
  return *found;
}

template <class M>
MessageType make_message_type(std::string_view name) {
  static_assert(all_fields_named<M>, "FIELDS forgot a member");
  MessageType t;
  t.name = name;
  t.id = crc32c(name.data(), name.size());
  // Static members only: a field may have the name of a trait.
  if constexpr (requires { requires std::is_same_v<decltype(M::subject), const std::string_view>; }) t.subject = M::subject;
  if constexpr (requires { requires std::is_same_v<decltype(M::role), const Role>; }) t.role = M::role;
  if constexpr (requires { requires std::is_same_v<decltype(M::urgent), const bool>; }) t.urgent = M::urgent;
  if constexpr (requires { requires std::is_same_v<decltype(M::when_full), const WhenFull>; }) t.when_full = M::when_full;
  if constexpr (requires { requires std::is_same_v<decltype(M::cost), const Duration>; }) t.cost = M::cost;
  t.size = sizeof(M);
  t.flat_size = [](const void* m) { return flat_size(*static_cast<const M*>(m)); };
  t.flatten = [](const void* m, void* to) { flatten(*static_cast<const M*>(m), to); };
  if constexpr (has_many<M>()) t.rebase = [](void* flat) { rebase<M>(flat); };
  t.encode = [](ByteWriter& w, const void* m) { write_binary(w, *static_cast<const M*>(m)); };
  t.digest = &digest_of<M>;
  t.decode = &decode_flat<M>;
  t.to_json = [](std::string& out, const void* m) { write_json(out, *static_cast<const M*>(m)); };
  t.from_document = &flat_from_document<M>;
  t.fields = [] { return field_descriptions<M>(); };
  if constexpr (requires(const M& m) { m.compute(); }) {
    static_assert(std::is_same_v<decltype(M::role), const Role> && M::role == Role::request, "what is computed is asked for");
    t.answer = []() -> const MessageType& { return describe<typename M::Answer>(); };
    t.compute = [](const void* request) {
      const auto answer = static_cast<const M*>(request)->compute();
      FlatMessage flat(flat_size(answer));
      flatten(answer, flat.data());
      return flat;
    };
  }
  if constexpr (has_time<M>()) t.time = &first_time<M>;
  return t;
}

}  // namespace trade::wire

// The same for a fact of a venue adapter (domain/facts knows no roles): a row of market data, journaled by reference.
#define DESCRIBE_ROW(M)                                                               \
  template <>                                                                         \
  const MessageType& describe<M>() {                                                  \
    static const MessageType type = [] {                                              \
      auto t = ::trade::wire::make_message_type<M>(#M);                               \
      t.role = Role::row;                                                             \
      return t;                                                                       \
    }();                                                                              \
    return type;                                                                      \
  }

#define DESCRIBE(M)                                                                   \
  template <>                                                                         \
  const MessageType& describe<M>() {                                                  \
    static const MessageType type = ::trade::wire::make_message_type<M>(#M);          \
    return type;                                                                      \
  }
