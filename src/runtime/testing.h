#pragma once
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "runtime/service.h"

namespace trade {

// Test rig: services wired in one loop as the runtime would, every published message also recorded. Tests only.
//   TestBench bench({{"oms", &oms_service}, {"risk", &risk_service}}, config);   // config: table of sections, or {}
//   bench.send(PlaceOrder{...}, Time{5});   auto fills = bench.take<Fill>();
class TestBench {
 public:
  explicit TestBench(std::vector<std::pair<std::string, const ServiceType*>> services, const Document& config = {}) : loop_(0, 8u << 20) {
    services_.resize(services.size());
    for (std::size_t i = 0; i < services.size(); ++i) {
      auto made = services[i].second->make(config.find(services[i].first));
      CHECK(made.ok(), made.ok() ? "" : made.error().text());
      services_[i] = {services[i].second, std::move(made).value(), std::vector<Outlet>(services[i].second->out.size())};
    }
    for (auto& s : services_)
      for (const auto& c : s.type->in) enter(c.type);
    for (auto& s : services_)
      for (std::size_t o = 0; o < s.outlets.size(); ++o) {
        const auto* type = s.type->out[o];
        s.outlets[o] = enter(type);
        auto& recorder = recorders_[type->id];
        recorder.type = type;
        s.outlets[o].local.push_back({&recorder, nullptr, 0, &record});
      }
  }

  // Delivers m to its consumers as an input at `t` and runs the loop until nothing is left to handle.
  template <class M>
  void send(const M& m, Time t) {
    FlatMessage flat(wire::flat_size(m));
    wire::flatten(m, flat.data());
    loop_.handle(enter(&describe<M>()), flat.data(), ++place_, t);
  }
  // Fires every timer due at or before `t`, in order, those armed meanwhile included.
  void run_timers(Time t) {
    while (loop_.timer_due(t)) {
      const Timer timer = loop_.take_timer();
      const TimerFired fired{timer.token};
      for (const auto& s : enter(&describe<TimerFired>()).local)
        if (s.index == timer.service) loop_.handle_for(s, &fired, ++place_, timer.at);
    }
  }
  // What has been published of M since the last take, in order. Many fields of the results stay valid until the next take<M>.
  template <class M>
  std::vector<M> take() {
    auto& r = recorders_[describe<M>().id];
    r.handed = std::move(r.messages);
    r.messages.clear();
    std::vector<M> out;
    for (auto& m : r.handed) {
      wire::rebase<M>(m.data());
      out.push_back(*static_cast<const M*>(m.data()));
    }
    return out;
  }
  template <class Q>
  typename Q::Answer ask(const Q& q) const {
    typename Q::Answer a{};
    for (const auto& s : services_)
      if (s.instance->answer(query_id<Q>(), &q, &a)) return a;
    CHECK(false, "no service answers this query");
  }
  // Canonical state of service i; restore puts it back (into an equal rig: a restart).
  std::string save(std::size_t i) const {
    ByteWriter w;
    services_[i].instance->save(w);
    return w.take();
  }
  void restore(std::size_t i, std::string_view bytes) {
    ByteReader r(bytes);
    services_[i].instance->load(r);
    CHECK(r.at_end(), "state bytes do not fit");
  }
  std::string state_json(std::size_t i) const {
    std::string s;
    services_[i].instance->state_json(s);
    return s;
  }
  Loop& loop() { return loop_; }

 private:
  struct Wired {
    const ServiceType* type = nullptr;
    std::unique_ptr<ServiceInstance> instance;
    std::vector<Outlet> outlets;
  };
  struct Recorder {
    const MessageType* type = nullptr;
    std::vector<FlatMessage> messages, handed;
  };
  static void record(void* self, const Outlet*, std::uint8_t, const void* message, Loop&) {
    auto& r = *static_cast<Recorder*>(self);
    r.messages.emplace_back(r.type->flat_size(message));
    r.type->flatten(message, r.messages.back().data());
  }
  const Outlet& enter(const MessageType* type) {
    const auto [at, fresh] = entries_.try_emplace(type->id);
    if (fresh) {
      at->second.type = type;
      for (std::size_t i = 0; i < services_.size(); ++i)
        for (const auto& c : services_[i].type->in)
          if (c.type == type)
            at->second.local.push_back({services_[i].instance->self(), services_[i].outlets.data(), static_cast<std::uint8_t>(i), c.call});
    }
    return at->second;
  }

  Loop loop_;
  Place place_ = 0;
  std::vector<Wired> services_;
  std::map<std::uint32_t, Outlet> entries_;
  std::map<std::uint32_t, Recorder> recorders_;
};

}  // namespace trade
