#pragma once
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "core/bytes.h"
#include "core/document.h"
#include "core/result.h"
#include "core/time.h"
#include "wire/flat.h"

namespace trade {

// What a message is to the runtime.
//   row      market data read from a recorded file; journaled by reference
//   event    a fact published by a service
//   command  from outside; journaled with its payload; may change state
//   request  to a port or an offloaded computation; its answer comes back to the service that asked
//   answer   the outcome of a request; journaled with its payload
//   reply    leaves through the edge: the acknowledgement of a command
//   venue    goes to the service that plays the venue, or leaves through the edge when none does
enum class Role : std::uint8_t { row, event, command, request, answer, reply, venue };
NAMES(Role, row, event, command, request, answer, reply, venue)

// What happens to a message for another loop whose ring is full. Only `block` may reach a consumer that can influence an order, and in
// virtual time nothing is ever conflated or dropped.
enum class WhenFull : std::uint8_t { block, keep_latest, drop };
NAMES(WhenFull, block, keep_latest, drop)

// One field of a message as schemas show it: its name and the name of its type ("price", "time", "text", "side", "many level", ...).
struct FieldDescription {
  std::string_view name;
  std::string type;
};

// A flat message with its own 16-aligned storage.
class FlatMessage {
 public:
  FlatMessage() = default;
  explicit FlatMessage(std::size_t bytes) : units_(bytes / wire::flat_align) {}
  void* data() { return units_.data(); }
  const void* data() const { return units_.data(); }
  std::size_t size() const { return units_.size() * wire::flat_align; }
  bool empty() const { return units_.empty(); }

 private:
  struct alignas(wire::flat_align) Unit { std::byte bytes[wire::flat_align]; };
  std::vector<Unit> units_;
};

// Everything the runtime knows of a message: its name, how to move it as bytes, and its forms. One per message, made once by DESCRIBE.
struct MessageType {
  std::string_view name;     // "OrderAccepted"
  std::string_view subject;  // "orders.accepted"
  std::uint32_t id = 0;      // CRC-32C of the name: what records carry
  Role role = Role::event;
  bool urgent = false;       // takes the urgent lane between loops and at the edge
  WhenFull when_full{};
  Duration cost{};           // of a request in virtual time: how long until its answer comes
  std::size_t size = 0;      // of the struct
  std::size_t (*flat_size)(const void* message) = nullptr;
  void (*flatten)(const void* message, void* to) = nullptr;
  void (*rebase)(void* flat) = nullptr;  // null: it has no elements and may lie anywhere
  void (*encode)(ByteWriter&, const void* message) = nullptr;
  std::uint64_t (*digest)(std::uint64_t seed, const void* message) = nullptr;  // mix_bytes over the canonical bytes
  Result<FlatMessage> (*decode)(std::string_view bytes) = nullptr;  // refuses trailing bytes
  void (*to_json)(std::string& out, const void* message) = nullptr;
  Result<FlatMessage> (*from_document)(const Document&) = nullptr;  // errors name the field
  std::vector<FieldDescription> (*fields)() = nullptr;
  Time (*time)(const void* message) = nullptr;  // its first field of type Time: what a time series is ordered by; null: it has none
  // Of a request that is a long computation (M::Answer M::compute() const, pure): what answers it, and the computation itself.
  const MessageType& (*answer)() = nullptr;
  FlatMessage (*compute)(const void* request) = nullptr;
};

// The one descriptor of M; defined by DESCRIBE(M) in exactly one source file (linking fails otherwise).
template <class M>
const MessageType& describe();

}  // namespace trade
