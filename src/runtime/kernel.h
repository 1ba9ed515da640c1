#pragma once
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "runtime/catalogue.h"

namespace trade {

// The services of one process, wired: who receives what is resolved once, here. Deterministic; owns no thread and no outside.
class Kernel {
 public:
  // Builds every service of the catalogue that is there from its section of `config` (a table; a missing section means defaults).
  static Result<std::unique_ptr<Kernel>> make(const Catalogue& catalogue, const Document& config);

  std::size_t loop_count() const { return loops_.size(); }
  Loop& loop(std::size_t i) { return *loops_[i].loop; }
  const Loop& loop(std::size_t i) const { return *loops_[i].loop; }

  // Where `type` enters the loop; nullptr when nobody there consumes it.
  const Outlet* entry(std::size_t loop, std::uint32_t type_id) const;
  // Some service of the loop consumes something.
  bool serves(std::size_t loop) const { return !loops_[loop].entries.empty(); }
  // The loops that may ever receive a message of that urgency from a service of `loop`: a bit each.
  std::uint32_t targets(std::size_t loop, bool urgent) const;
  // The loop that consumes an input from outside; -1 when none does.
  int loop_of(std::uint32_t type_id) const;
  // Effects of facts that `wanted` says no to are made no more; what they change in journals and states stays.
  void keep_effects(const std::function<bool(const MessageType&)>& wanted);
  // The descriptor of any message a service consumes or emits; nullptr when unknown.
  const MessageType* type(std::uint32_t type_id) const;
  const MessageType* type(std::string_view name) const;
  // The service `index` of the loop, as receiver of `type`.
  const Subscriber* receiver(std::size_t loop, std::uint8_t service, std::uint32_t type_id) const;

  // Asks the service that knows Q; false when there is none.
  template <class Q>
  bool ask(const Q& query, typename Q::Answer& answer) const {
    return ask(query_id<Q>(), &query, &answer);
  }
  bool ask(std::uint32_t query_id, const void* query, void* answer) const;

  // Services' states and the loops' time and timers, canonical; services by name.
  void save(ByteWriter& w) const;
  void load(ByteReader& r);
  // SHA-256 over (name, canonical state) of every service, by name. What two equal runs have in common.
  Digest state_hash() const;
  std::string state_json() const;

 private:
  struct Service {
    std::string_view name;
    const ServiceType* type;
    std::uint8_t index;  // within its loop
    std::unique_ptr<ServiceInstance> instance;
    std::vector<Outlet> outlets;
  };
  struct LoopServices {
    std::unique_ptr<Loop> loop;
    std::vector<Service*> services;
    std::vector<Outlet> entries;          // by type id
    std::vector<const Outlet*> by_index;  // the same by a type's index, null where nobody consumes it
  };
  Kernel() = default;
  void wire(const Catalogue& catalogue);
  void wire_outlets(std::size_t loop, Service& s, const std::vector<std::string_view>& stores);
  std::vector<const Service*> by_name() const;
  static Subscriber subscriber(const Service& s, const Consumed& c);

  std::vector<std::unique_ptr<Service>> services_;  // catalogue order
  std::vector<LoopServices> loops_;
  static constexpr std::uint32_t none = ~std::uint32_t{0};
  struct TypeSlot {
    std::uint32_t id = 0, index = none;
  };
  std::uint32_t index_of(std::uint32_t type_id) const;
  void index_types();

  std::vector<const MessageType*> types_;  // by id
  std::vector<TypeSlot> slots_;            // of types_, found by id: open addressing, a power of two of them
};

}  // namespace trade
