#pragma once
#include <deque>
#include <map>
#include <mutex>

#include "ports/bus.h"

namespace trade {

// A bus within one process: of every subject the latest messages, in memory. What a process loses with it is its own.
class MemoryBus final : public Bus {
 public:
  // Keeps at most `capacity` messages a subject; the oldest go first.
  explicit MemoryBus(std::size_t capacity = 65'536) : capacity_(capacity) {}

  Result<bool> publish(std::string_view subject, std::string_view origin, std::uint64_t sequence, std::string_view bytes) override;
  // The subscription may not outlive the bus.
  Result<std::unique_ptr<Subscription>> subscribe(std::string_view subject, std::uint64_t after) override;

 private:
  struct Kept {
    std::string origin, bytes;
    std::uint64_t sequence{};
  };
  struct Subject {
    std::uint64_t first = 1;  // position of the oldest kept
    std::deque<Kept> messages;
    std::map<std::string, std::uint64_t, std::less<>> last;  // by origin
  };
  class Reading;

  std::size_t capacity_;
  std::mutex mutex_;
  std::map<std::string, Subject, std::less<>> subjects_;
};

}  // namespace trade
