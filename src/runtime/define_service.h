#pragma once
#include "runtime/service.h"
#include "wire/binary.h"
#include "wire/config.h"
#include "wire/json.h"

// Included by a service's .cpp only: makes the ServiceType that its last line defines.
//   class X { struct Config{…}; struct State{…}; using In, Out[, Queries, Routes]; explicit X(const Config&);
//             void on(const M&, Context<Out>&) for each M of In;  Answer answer(const Q&) const for each Q of Queries;  State state; }
namespace trade {

namespace detail {

template <class S>
class Instance final : public ServiceInstance {
 public:
  explicit Instance(const typename S::Config& config) : service_(config) {}
  void* self() override { return &service_; }
  void save(ByteWriter& w) const override { wire::write_binary(w, service_.state); }
  void load(ByteReader& r) override { wire::read_binary(r, service_.state); }
  void state_json(std::string& out) const override { wire::write_json(out, service_.state); }
  bool answer([[maybe_unused]] std::uint32_t id, [[maybe_unused]] const void* query, [[maybe_unused]] void* answer) const override {
    bool known = false;
    if constexpr (requires { typename S::Queries; })
      S::Queries::each([&]<class Q>() {
        if (id != query_id<Q>()) return;
        known = true;
        *static_cast<typename Q::Answer*>(answer) = service_.answer(*static_cast<const Q*>(query));
      });
    return known;
  }

 private:
  S service_;
};

template <class S, class M>
void call_on(void* service, const Outlet* outlets, std::uint8_t index, const void* message, Loop& loop) {
  Context<typename S::Out> context{loop, outlets, index};
  static_cast<S*>(service)->on(*static_cast<const M*>(message), context);
}

// Its configuration, read and found good; errors name key and line.
template <class S>
Result<typename S::Config> read_valid(const Document* section) {
  typename S::Config config;
  if (auto read = wire::read_config(section, config); !read) return read.error();
  if constexpr (requires { S::validate(config); })
    if (auto valid = S::validate(config); !valid) return wire::with_line(section, valid.error());
  return config;
}

}  // namespace detail

template <class S>
ServiceType service_type() {
  static_assert(all_fields_named<typename S::Config> && all_fields_named<typename S::State>, "FIELDS forgot a member");
  ServiceType t;
  S::In::each([&]<class M>() { t.in.push_back({&describe<M>(), &detail::call_on<S, M>}); });
  S::Out::each([&]<class M>() { t.out.push_back(&describe<M>()); });
  if constexpr (requires { typename S::Queries; })
    S::Queries::each([&]<class Q>() { t.queries.push_back({Q::name, query_id<Q>()}); });
  if constexpr (requires { typename S::Routes; })
    S::Routes::each([&]<class R>() {
      constexpr bool query = requires { typename R::message::Answer; };
      if constexpr (query) t.routes.push_back({R::method, R::path, R::message::name, true});
      else t.routes.push_back({R::method, R::path, describe<typename R::message>().name, false});
    });
  t.make = [](const Document* section) -> Result<std::unique_ptr<ServiceInstance>> {
    auto config = detail::read_valid<S>(section);
    if (!config) return config.error();
    return std::unique_ptr<ServiceInstance>(std::make_unique<detail::Instance<S>>(*config));
  };
  t.effective = [](const Document* section) -> Result<std::string> {
    auto config = detail::read_valid<S>(section);
    if (!config) return config.error();
    std::string out;
    wire::write_json(out, *config);
    return out;
  };
  t.config_fields = [] { return wire::field_descriptions<typename S::Config>(); };
  return t;
}

}  // namespace trade
