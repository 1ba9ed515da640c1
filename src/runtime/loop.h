#pragma once
#include <cstring>
#include <memory>
#include <vector>

#include "core/check.h"
#include "core/time.h"
#include "wire/message_type.h"

namespace trade {

class Loop;
struct Outlet;

// The global position of a handled input in the journal; 0: none yet.
using Place = std::uint64_t;

// Where a message came from: the `index`-th emission of the input handled at `place` in `loop`.
struct Origin {
  std::uint8_t loop{};
  Place place{};
  std::uint32_t index{};
  auto operator<=>(const Origin&) const = default;
  FIELDS(Origin, loop, place, index)
};

// A service that consumes a message inside a loop.
struct Subscriber {
  void* service = nullptr;
  const Outlet* outlets = nullptr;  // of that service, by its Emits
  std::uint8_t index = 0;           // of that service within its loop
  void (*call)(void* service, const Outlet* outlets, std::uint8_t index, const void* message, Loop& loop) = nullptr;
};

// Where one message of one service goes; resolved once at start, never searched for on the way.
struct Outlet {
  const MessageType* type = nullptr;
  std::vector<Subscriber> local;  // in catalogue order
  std::uint32_t loops = 0;        // bit per other loop that consumes it
  bool leaves = false;            // it is an effect: a request, a reply, a stored fact, or a venue message nobody plays here
  bool kept = true;               // what stands outside takes it; else only its digest is
  bool emits() const { return loops != 0 || leaves; }
};

// A message that leaves the loop when the handling ends.
struct Emission {
  const Outlet* outlet;
  std::uint32_t offset;  // into the loop's emission bytes
  std::uint32_t bytes;   // of the flat message
  std::uint32_t index;   // among the emissions of this input
  std::uint8_t service;  // who emitted it
};

// A timer that is armed: fires at the service that set it, as TimerFired{token}.
struct Timer {
  Time at;
  std::uint64_t id{};  // dense per loop; orders timers of one instant
  std::uint8_t service{};
  std::uint64_t token{};
  FIELDS(Timer, at, id, service, token)
};

// One logical sequence: handles one input and all it causes inside the loop, first in first out, before the next.
// Owns no thread; whoever drives it calls from one thread at a time.
class Loop {
 public:
  // `queue_bytes`: room for all messages that one input may cause; overflow is a bug.
  explicit Loop(std::uint8_t index, std::size_t queue_bytes = 32u << 20);

  // Handles an input that was given `place` at `time`; time never runs backwards within a loop (an older stamp counts as now()).
  void handle(const Outlet& entry, const void* message, Place place, Time time);
  // Delivers a timer, or an answer, to one service of the loop.
  void handle_for(const Subscriber& service, const void* message, Place place, Time time);

  std::uint8_t index() const { return index_; }
  Time now() const { return now_; }
  Place place() const { return place_; }
  std::uint64_t handled() const { return handled_; }

  // What the last handling emitted, in order; cleared by the next one.
  const std::vector<Emission>& emissions() const { return emissions_; }
  const void* emitted(const Emission& e) const { return emitted_.get() + e.offset; }

  // Armed timers, the next one first (a binary heap by (at, id)).
  const std::vector<Timer>& timers() const { return timers_; }
  bool timer_due(Time t) const { return !timers_.empty() && timers_.front().at <= t; }
  Timer take_timer();
  // Takes the named timer out of turn order; false when it is not armed (the fold uses it).
  bool take_timer(std::uint64_t id, Timer& out);

  // For Context only.
  template <class M>
  void put(const Outlet& outlet, const M& m, std::uint8_t service) {
    if (!outlet.local.empty()) {
      const std::size_t need = sizeof(Slot) + wire::flat_size(m);
      CHECK(tail_ + need <= capacity_, "loop queue overflow");
      auto* slot = reinterpret_cast<Slot*>(queue_.get() + tail_);
      slot->outlet = &outlet;
      slot->next = tail_ + need;
      wire::flatten(m, slot + 1);
      tail_ += need;
    }
    if (outlet.emits()) wire::flatten(m, emit(outlet, wire::flat_size(m), service));
  }
  void set_timer(Time at, std::uint8_t service, std::uint64_t token);

  // The loop's own part of a snapshot: time and timers (canonical: timers sorted).
  void save(ByteWriter& w) const;
  void load(ByteReader& r);

 private:
  struct alignas(wire::flat_align) Slot {
    const Outlet* outlet;
    std::size_t next;
  };
  struct Free { void operator()(std::byte* p) const; };
  using Storage = std::unique_ptr<std::byte, Free>;
  static Storage allocate(std::size_t bytes);

  void begin(Place place, Time time);
  void drain();
  void* emit(const Outlet& outlet, std::size_t bytes, std::uint8_t service);

  std::uint8_t index_;
  Time now_{INT64_MIN};
  Place place_ = 0;
  std::uint64_t handled_ = 0;
  std::size_t capacity_, head_ = 0, tail_ = 0;
  Storage queue_;
  std::size_t emitted_capacity_, emitted_size_ = 0;
  Storage emitted_;
  std::vector<Emission> emissions_;
  std::vector<Timer> timers_;
  std::uint64_t next_timer_ = 1;
};

}  // namespace trade
