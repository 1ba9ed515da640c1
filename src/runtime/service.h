#pragma once
#include <memory>
#include <optional>
#include <type_traits>

#include "core/digest.h"
#include "runtime/loop.h"

namespace trade {

template <class... M>
struct TypeList {
  static constexpr std::size_t size = sizeof...(M);
  template <class X>
  static constexpr bool has = (std::is_same_v<X, M> || ...);
  template <class X>
  static constexpr std::size_t index_of() {
    std::size_t i = 0, found = sizeof...(M);
    ((std::is_same_v<X, M> ? void(found = i++) : void(++i)), ...);
    return found;
  }
  template <class F>
  static constexpr void each(F&& f) { (f.template operator()<M>(), ...); }
};
// What a service consumes, may publish, and answers.
template <class... M>
using Consumes = TypeList<M...>;
template <class... M>
using Emits = TypeList<M...>;
template <class... Q>
using Answers = TypeList<Q...>;

// A timer set by this service has fired.
struct TimerFired {
  static constexpr std::string_view subject = "runtime.timer";
  std::uint64_t token{};
  FIELDS(TimerFired, token)
};
// First input of every loop after a restart: whatever was asked of the outside and not answered is in doubt.
struct Recovered {
  static constexpr std::string_view subject = "runtime.recovered";
  std::uint32_t epoch{};
  FIELDS(Recovered, epoch)
};

// Handed to on(); valid during the call only.
template <class Out>
class Context {
 public:
  Context(Loop& loop, const Outlet* outlets, std::uint8_t service) : loop_(loop), outlets_(outlets), service_(service) {}
  // The time of the input being handled, and its place in the journal.
  Time now() const { return loop_.now(); }
  // Publishes a fact, command, request or venue message; handled after all messages already waiting in this loop.
  template <class M>
  void publish(const M& m) {
    static_assert(Out::template has<M>, "not in this service's Emits");
    loop_.put(outlets_[Out::template index_of<M>()], m, service_);
  }
  // Has a long pure computation done outside the loop; its answer comes back to this service as a message (virtual time: after M::cost).
  template <class M>
  void offload(const M& m) {
    static_assert(requires { m.compute(); }, "offload takes a request that can compute its answer");
    publish(m);
  }
  // TimerFired{token} comes to this service at `at` (at once when that has passed). A timer is not taken back: ignore stale tokens.
  void set_timer(Time at, std::uint64_t token) { loop_.set_timer(at, service_, token); }
  void set_timer(Duration in, std::uint64_t token) { set_timer(now() + in, token); }

 private:
  Loop& loop_;
  const Outlet* outlets_;
  std::uint8_t service_;
};

// A query is a plain struct Q with `static constexpr std::string_view name` and `using Answer`; it reads, is never journaled.
template <class Q>
std::uint32_t query_id() { return crc32c(Q::name.data(), Q::name.size()); }

// A declared HTTP route; the edge of part 4 serves it. The message is a command (journaled) or a query (reads only).
struct RouteDescription {
  std::string_view method, path, message;
  bool query = false;
};
template <std::size_t N>
struct Literal {
  char text[N];
  constexpr Literal(const char (&s)[N]) { for (std::size_t i = 0; i < N; ++i) text[i] = s[i]; }
};
template <Literal Method, Literal Path, class M>
struct Route {
  using message = M;
  static constexpr std::string_view method{Method.text}, path{Path.text};
};

// One live service as the runtime holds it.
class ServiceInstance {
 public:
  virtual ~ServiceInstance() = default;
  virtual void* self() = 0;
  virtual void save(ByteWriter& w) const = 0;  // its State, canonical
  virtual void load(ByteReader& r) = 0;
  virtual void state_json(std::string& out) const = 0;
  // Answers the query whose type has this id; false when the service does not know it. `query` and `answer` are C++ objects of the pair.
  virtual bool answer(std::uint32_t query_id, const void* query, void* answer) const = 0;
};

struct Consumed {
  const MessageType* type;
  void (*call)(void* service, const Outlet* outlets, std::uint8_t index, const void* message, Loop& loop);
};
struct QueryDescription {
  std::string_view name;
  std::uint32_t id;
};

// A service as the catalogue knows it, type-erased. Each x.cpp ends with one `extern const ServiceType x_service`.
struct ServiceType {
  std::vector<Consumed> in;
  std::vector<const MessageType*> out;
  std::vector<RouteDescription> routes;
  std::vector<QueryDescription> queries;
  // Builds it from its section of the configuration (null: all defaults); errors name the key.
  Result<std::unique_ptr<ServiceInstance>> (*make)(const Document* section) = nullptr;
  // Its effective configuration with every default spelled out, as canonical JSON; and its schema.
  Result<std::string> (*effective)(const Document* section) = nullptr;
  std::vector<FieldDescription> (*config_fields)() = nullptr;
};

}  // namespace trade
