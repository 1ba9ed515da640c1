#pragma once
#include <atomic>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "core/ring.h"
#include "runtime/journal_record.h"
#include "runtime/kernel.h"

namespace trade {

inline constexpr std::uint8_t normal_lane = 0, urgent_lane = 1, lane_count = 2;
// Origins of inputs. ring: loop, place and index of the emission; answer: the request's; timer: its loop and id; numbered command:
// outside_loop, the sender's sequence and the sender; row: row_origin, row and source; command: edge_origin, a digest of what it says.
inline constexpr std::uint8_t outside_loop = 255, row_origin = 254, edge_origin = 253;

// One thing a loop takes from its inbox: what a record stands for.
struct Input {
  Input() {}  // member by member: cleared as a whole, by a string instruction, it costs more than most handlings take
  RecordKind kind{};
  std::uint8_t lane = normal_lane;
  bool quarantined = false;           // counted as taken, but not shown to any service (safe mode)
  std::uint32_t source = 0;           // of row
  Origin origin;                      // what tells it from all others, at every attempt: see origin_of
  Time time;
  const MessageType* type = nullptr;  // of row, command, ring, answer
  const void* message = nullptr;      // the same; stays the caller's
  std::uint64_t digest = 0;           // of ring
  const Timer* timer = nullptr;       // of timer; stays the caller's
  std::uint64_t row = 0;              // of row
  std::uint32_t epoch = 0;            // of recovered
};

// Head of a message waiting in a ring between two loops; the flat message follows it.
struct alignas(wire::flat_align) Waiting {
  Origin origin;
  Time time;             // when it was emitted
  std::uint64_t digest;  // of its type and canonical bytes: what its record carries
  const MessageType* type;
  void* message() { return this + 1; }
};

// A request whose answer has not been journaled: offered again after a restart under the same id.
struct Outstanding {
  std::uint8_t service{};
  std::uint32_t type_id{};
  Time due;           // in virtual time: when its answer comes
  std::string bytes;  // canonical
  FIELDS(Outstanding, service, type_id, due, bytes)
};

// Something that leaves the process once the mark covers its cause.
struct Effect {
  Place cause = 0;
  Origin id;
  const MessageType* type = nullptr;
  FlatMessage message;
  Time time{};  // the loop's, when it was published
};

// The deterministic whole of one process: services, rings between loops, open requests, what has been seen of numbered senders and
// recorded sources. Live run, virtual time, simulator and fold drive the same machine; a snapshot is its bytes.
class Machine {
 public:
  // `ring_bytes`: capacity between two loops, per lane.
  static Result<std::unique_ptr<Machine>> make(const Catalogue& catalogue, const Document& config, std::size_t ring_bytes = 1u << 20);

  Kernel& kernel() { return *kernel_; }
  const Kernel& kernel() const { return *kernel_; }
  std::size_t loop_count() const { return loops_.size(); }

  // Handles `in` in `loop` at `place`. The emissions then wait in the loop: route() them before its next input.
  void perform(std::size_t loop, const Input& in, Place place);
  // Moves the last input's emissions into rings and effects. False when a ring is full (never when `grow`) and the message may neither be
  // conflated nor dropped: call again later.
  bool route(std::size_t loop, bool grow);

  // The oldest message from `producer` to `consumer` in that lane, or nullptr. pop() it after perform().
  Waiting* front(std::size_t producer, std::size_t consumer, std::uint8_t lane);
  void pop(std::size_t producer, std::size_t consumer, std::uint8_t lane) { ring(producer, consumer, lane).pop(); }

  // The loops whose messages may ever come to `consumer` in that lane; all other rings stay empty.
  struct Incoming {
    std::uint8_t producer;
    ByteRing* ring;
  };
  const std::vector<Incoming>& incoming(std::size_t consumer, std::uint8_t lane) const { return incoming_[consumer * lane_count + lane]; }
  // The ring whose message has the lowest place of those waiting; null when none waits.
  static const Incoming* oldest(const std::vector<Incoming>& incoming) {
    const Incoming* first = nullptr;
    Place lowest = 0;
    for (const auto& i : incoming) {
      const auto* w = static_cast<const Waiting*>(i.ring->front());
      if (w == nullptr || (first != nullptr && lowest <= w->origin.place)) continue;
      first = &i;
      lowest = w->origin.place;
    }
    return first;
  }
  // Its first message, ready to be read; pop() of the ring takes it away.
  static Waiting* front(const Incoming& i) {
    auto* waiting = static_cast<Waiting*>(i.ring->front());
    if (waiting != nullptr && waiting->type->rebase != nullptr) waiting->type->rebase(waiting->message());  // the block may have moved
    return waiting;
  }

  // Messages in all rings. No loop may be running.
  std::size_t waiting();

  // Effects of a loop in order of cause; the owner takes them when they may leave. Nothing is kept while suppressed (fold).
  std::vector<Effect>& effects(std::size_t loop) { return loops_[loop].effects; }
  void suppress_effects(bool on) { suppressed_ = on; }
  std::map<Origin, Outstanding>& outstanding(std::size_t loop) { return loops_[loop].outstanding; }
  // Every open request as an effect caused at `cause` (after a restart: all that the journal does not settle).
  void reoffer_requests(Place cause);

  // Highest sequence taken from a numbered sender; 0 when none.
  std::uint64_t taken_from(std::size_t loop, std::uint32_t sender) const;
  // Next row of a recorded source.
  std::uint64_t cursor(std::uint32_t source) const { return source < cursors_.size() ? cursors_[source] : 0; }
  // Messages this loop has dropped or replaced by a later one because a ring was full. Not part of any state.
  std::uint64_t conflated(std::size_t loop) const { return loops_[loop].lost.load(std::memory_order_acquire); }
  // Sends on what keep_latest has kept, as far as there is room by now.
  void flush_kept(std::size_t loop);
  // Off: nothing is recorded, so nobody will compare digests and none are made.
  void keep_digests(bool on) { digests_ = on; }
  // Running digest over all a loop has emitted.
  std::uint64_t emitted_digest(std::size_t loop) const { return loops_[loop].digest; }

#ifdef TRADE_PLANTED_BUGS
  // Moves what waits in some rings aside, and (second call) behind what has come since: planted bug reoffer_late.
  void withhold_rings(bool give_back);
#endif

  // Canonical bytes of everything above but effects; load() needs the same catalogue and fails on other bytes.
  void save(ByteWriter& w);
  void load(ByteReader& r);

 private:
  // The latest of a keep_latest type that found no room: goes before anything newer to the same ring.
  struct Kept {
    std::size_t consumer;
    Waiting head;
    FlatMessage message;
  };
  struct LoopState {
    std::map<Origin, Outstanding> outstanding;
    std::map<std::uint32_t, std::uint64_t> taken;  // numbered sender -> highest sequence
    std::uint64_t digest = 0;
    std::vector<Effect> effects;
    Place cause = 0;  // of the effects of the input being routed
    std::uint64_t emission_digest = 0;
    std::vector<Kept> kept;
    std::atomic<std::uint64_t> lost{0};
    std::size_t route_at = 0;    // next emission to route
    std::uint32_t loops_left = 0;  // of that emission: loops still to be given it; 0 with fresh = true: not begun
    bool fresh = true;
  };
  Machine() = default;
  ByteRing& ring(std::size_t producer, std::size_t consumer, std::uint8_t lane) {
    return *rings_[(producer * loops_.size() + consumer) * lane_count + lane];
  }
  void begin_emission(std::size_t loop, const Emission& e);
  bool push(std::size_t producer, std::size_t consumer, const Emission& e, bool grow);
  bool put(ByteRing& to, const Waiting& head, const void* message, std::size_t bytes, bool grow);
  bool put_kept(std::size_t producer, std::size_t consumer, std::uint8_t lane);
  void save_ring(ByteWriter& w, ByteRing& ring);
  void load_ring(ByteReader& r, ByteRing& ring);

  std::unique_ptr<Kernel> kernel_;
  std::vector<LoopState> loops_;  // as many as there are from the start
  std::vector<std::unique_ptr<ByteRing>> rings_;
  std::vector<std::vector<Incoming>> incoming_;  // by consumer and lane
  std::vector<std::uint64_t> cursors_;
  bool suppressed_ = false, digests_ = true;
#ifdef TRADE_PLANTED_BUGS
  std::vector<std::pair<std::size_t, std::string>> withheld_;
#endif
};

}  // namespace trade
