#pragma once
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/fields.h"
#include "core/result.h"
#include "core/text.h"

// Port: subjects between processes. At least once: what is published is kept once, delivered until the receiver has moved on.
namespace trade {

// One message as it is delivered; the texts are valid until the next call of next().
struct BusMessage {
  std::uint64_t position{};  // in its subject, from 1, increasing: a cursor
  std::string_view origin;   // the sender
  std::uint64_t sequence{};  // the sender's own in this subject, dense from 1
  std::string_view bytes;
};

// A reading of one subject. Not for sharing between threads.
class Subscription {
 public:
  virtual ~Subscription() = default;
  // The message after the one given last; false when there is none yet.
  virtual Result<bool> next(BusMessage& out) = 0;
};

// Callable from any thread. Subjects and origins are [a-z0-9_.-], at most 64 bytes; others are a usage Error.
class Bus {
 public:
  virtual ~Bus() = default;
  // Keeps the message and returns true; false when this (subject, origin) has had that sequence or a later one: a repeat, acknowledged
  // all the same. A sequence beyond the next one is kept: a receiver notices the gap. When it returns an Error, publish again.
  virtual Result<bool> publish(std::string_view subject, std::string_view origin, std::uint64_t sequence, std::string_view bytes) = 0;
  // Reads `subject` on from behind position `after` (0: from the oldest message kept). The cursor is the caller's to keep: an older one
  // brings messages again. Messages no longer kept are passed over, which shows as a gap.
  virtual Result<std::unique_ptr<Subscription>> subscribe(std::string_view subject, std::uint64_t after) = 0;
};

// Whether `name` may be a subject or an origin.
bool is_bus_name(std::string_view name);

// next: take it. repeat: it was taken. gap: one before it is missing; leave it, and ask for it again.
enum class Arrival : std::uint8_t { next, repeat, gap };
NAMES(Arrival, next, repeat, gap)

// What a receiver of one subject has taken: of every origin the last sequence, and only last + 1 may be next. Part of its state.
class ArrivalOrder {
 public:
  Arrival look(std::string_view origin, std::uint64_t sequence) const;
  // Takes it when it is the next one; says what it was.
  Arrival take(std::string_view origin, std::uint64_t sequence);
  std::uint64_t last(std::string_view origin) const;
  FIELDS(ArrivalOrder, last_)

 private:
  std::vector<std::pair<Text<64>, std::uint64_t>> last_;  // by origin
};

}  // namespace trade
