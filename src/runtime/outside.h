#pragma once
#include "core/digest.h"
#include "runtime/machine.h"

namespace trade {

// One row of a recorded source; `message` is valid until the next call of next().
struct Row {
  std::uint64_t row = 0;
  Time time;
  const MessageType* type = nullptr;
  const void* message = nullptr;
};

// Recorded market data as inputs: dense rows from 0, in file order.
class RowSource {
 public:
  virtual ~RowSource() = default;
  virtual Result<bool> next(Row& row) = 0;  // false: no more
  virtual Result<void> seek(std::uint64_t row) = 0;
  virtual std::string name() const = 0;
  virtual Digest digest() const = 0;  // of the file's bytes
};

// What an answer to a request is: its type and the message.
struct Answer {
  const MessageType* type = nullptr;
  FlatMessage message;
};

// Everything behind the edge of the process.
class Outside {
 public:
  virtual ~Outside() = default;
  // An effect whose cause the mark covers: a reply, a venue message, a projection. Called in order of (loop, cause).
  virtual void leave(const Effect& effect) = 0;
  // False: effects of this type are not even kept for leave(). Asked once at start, of facts only; requests and replies always come.
  virtual bool wants(const MessageType&) const { return true; }
  // Performs a request and returns its answer (virtual time), or starts it and answers later through Process::answer (live: empty type).
  virtual Answer perform(const Effect& request) = 0;
};

}  // namespace trade
