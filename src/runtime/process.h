#pragma once
#include <atomic>
#include <deque>
#include <mutex>

#include "runtime/journal_quarantine.h"
#include "runtime/outside.h"

namespace trade {

// Takes records in the order of their places per loop; hands them to the journal. May block, never fails: a journal that cannot
// write stops the process.
class RecordSink {
 public:
  virtual ~RecordSink() = default;
  virtual void hand(std::size_t loop, const Record& record) = 0;
};

// An input from an edge, waiting to be taken. Owns its message.
struct Posted {
  RecordKind kind = RecordKind::command;
  Origin origin;
  Time time;
  const MessageType* type = nullptr;
  FlatMessage message;
  std::uint32_t source = 0;
  std::uint64_t row = 0;
  std::uint32_t epoch = 0;
  Place claimed = 0;  // planted bug claim_at_enqueue only
};

// Where one input of a loop may come from at this moment.
struct Choice {
  enum class From : std::uint8_t { inbox, ring, timer } from{};
  std::uint8_t lane = normal_lane;
  std::uint8_t producer = 0;  // of ring
};

// How far the journal is durable. Callable from any thread.
class DurableMark {
 public:
  virtual ~DurableMark() = default;
  virtual Place covered() const = 0;
  virtual void wait(Place place) = 0;  // until covered() >= place
};

// One running process: claims places, records inputs, keeps inboxes and effects. Each loop is driven by one thread at a time.
class Process {
 public:
  // Continues after `last`, the last place of the journal (0: a new one). `sink` null: nothing is recorded, the mark covers all at once.
  Process(Machine& machine, std::uint32_t epoch, Place last, RecordSink* sink);

  Machine& machine() { return machine_; }
  std::uint32_t epoch() const { return epoch_; }
  Place last_claimed() const { return next_.load(std::memory_order_acquire) - 1; }

  // Offers an input to a loop's inbox from any thread. False when the inbox is full (the edge answers "busy").
  bool post(std::size_t loop, Posted input);
  // A message from a numbered sender: taken once each, in order; what has been taken is settled again, a gap waits for its sender.
  bool post_numbered(std::size_t loop, std::uint32_t sender, std::uint64_t sequence, Posted input);
  bool inbox_empty(std::size_t loop) const { return inboxes_[loop]->size.load(std::memory_order_acquire) == 0; }
  // False: every inbox is empty.
  bool any_posted() const { return in_flight_.load(std::memory_order_acquire) != 0; }
  bool inbox_full(std::size_t loop);

  // What the loop could take now: urgent lane before normal; timers by `now`. At most `out.size()` choices are given.
  std::size_t choices(std::size_t loop, Time now, std::vector<Choice>& out);
  // Takes one of them: claims, records, handles, routes. False when it proved to be nothing (a duplicate, a stale answer).
  bool take(std::size_t loop, const Choice& choice, Time now);
  // Takes the first message of a ring that is not empty.
  void take(std::size_t loop, const Machine::Incoming& from, std::uint8_t lane);
  // The same for an input at hand, which is given its origin.
  void take(std::size_t loop, Input& in);
  // Goes on with emissions that found a ring full; true when none is left. take() only then.
  bool routed(std::size_t loop);

  // First input of every loop after a restart.
  void post_recovered(Time now);

  // Moves effects whose cause `mark` covers out of the loop, oldest first; with `async` venue messages do not wait for it
  // (acknowledgements always do).
  // Call from the loop's thread.
  void release(std::size_t loop, Place mark, std::vector<Effect>& out, bool async = false);
  // Numbered inputs that are durable: (sender, sequence) pairs to be acknowledged.
  void release_settled(std::size_t loop, Place mark, std::vector<std::pair<std::uint32_t, std::uint64_t>>& out);

  // Inputs the list holds are taken but shown to no service. The list must outlive the process; null: none.
  void set_quarantine(const Quarantine* quarantine) {
    quarantine_ = quarantine != nullptr && !quarantine->inputs().empty() ? quarantine : nullptr;
  }
  // One thread at a time drives all loops (virtual time): rings grow instead of being full, places are claimed without a locked
  // instruction.
  void drive_alone() { alone_ = true; }
  // Live runs count what is under way, so that an end can be told from a pause. Before any loop runs: recovery may have filled rings.
  void count_in_flight();
  bool quiescent() const;

  static constexpr Place digest_every = 4096;  // places between running digests
  static constexpr std::size_t inbox_limit = 65'536;

 private:
  struct Inbox {
    std::mutex mutex;
    std::deque<Posted> lanes[lane_count];
    std::atomic<std::size_t> size{0};
  };
  struct Settled {
    Place cause;
    std::uint32_t sender;
    std::uint64_t sequence;
  };
  struct LoopSide {
    ByteWriter payload;
    bool routing = false, digest_due = false;
    std::vector<Settled> settled;
  };
  bool take_posted(std::size_t loop, std::uint8_t lane, Time now);
  bool refuse(std::size_t loop, const Posted& p);
  Origin command_origin(std::size_t loop, const Input& in);
  Place claim() {
    if (!alone_) return next_.fetch_add(1, std::memory_order_acq_rel);
    const Place place = next_.load(std::memory_order_relaxed);
    next_.store(place + 1, std::memory_order_release);
    return place;
  }
  void record(std::size_t loop, const Input& in, Place place);
  void perform(std::size_t loop, const Input& in, Place place);
  void take_digest(std::size_t loop);  // journals the loop's running digest, which every fold must reproduce

  Machine& machine_;
  std::uint32_t epoch_;
  std::atomic<Place> next_;
  RecordSink* sink_;
  const Quarantine* quarantine_ = nullptr;
  bool alone_ = false, counting_ = false;
  std::atomic<std::int64_t> in_flight_{0};  // posted or emitted to a loop and not yet handled, or asked and not yet answered
  std::vector<std::unique_ptr<Inbox>> inboxes_;
  std::vector<LoopSide> sides_;
};

// The payload of an input's record, row aside (journal_record.h says what each kind holds).
void write_payload(ByteWriter& w, const Input& in);

}  // namespace trade
