#include "adapters/embedded/memory_bus.h"

#include <algorithm>

namespace trade {
namespace {

Result<void> check_name(std::string_view what, std::string_view name) {
  if (is_bus_name(name)) return {};
  return Error{Failure::usage, std::string(what) + " \"" + std::string(name) + "\"", "is not a name of [a-z0-9_.-], at most 64 bytes", {}};
}

}  // namespace

class MemoryBus::Reading final : public Subscription {
 public:
  Reading(MemoryBus& bus, std::string subject, std::uint64_t after) : bus_(bus), subject_(std::move(subject)), at_(after) {}

  Result<bool> next(BusMessage& out) override {
    const std::lock_guard lock(bus_.mutex_);
    const auto& s = bus_.subjects_.at(subject_);
    const auto position = std::max(at_ + 1, s.first);
    if (position - s.first >= s.messages.size()) return false;
    given_ = s.messages[position - s.first];
    at_ = position;
    out = {position, given_.origin, given_.sequence, given_.bytes};
    return true;
  }

 private:
  MemoryBus& bus_;
  std::string subject_;
  std::uint64_t at_;
  Kept given_;
};

Result<bool> MemoryBus::publish(std::string_view subject, std::string_view origin, std::uint64_t sequence, std::string_view bytes) {
  if (auto good = check_name("subject", subject); !good) return good.error();
  if (auto good = check_name("origin", origin); !good) return good.error();
  if (sequence == 0) return Error{Failure::usage, std::string(subject), "sequences begin at 1", {}};
  const std::lock_guard lock(mutex_);
  auto& s = subjects_[std::string(subject)];
  auto& last = s.last[std::string(origin)];
  if (sequence <= last) return false;
  last = sequence;
  s.messages.push_back({std::string(origin), std::string(bytes), sequence});
  if (s.messages.size() > capacity_) {
    s.messages.pop_front();
    ++s.first;
  }
  return true;
}

Result<std::unique_ptr<Subscription>> MemoryBus::subscribe(std::string_view subject, std::uint64_t after) {
  if (auto good = check_name("subject", subject); !good) return good.error();
  const std::lock_guard lock(mutex_);
  subjects_[std::string(subject)];
  return std::unique_ptr<Subscription>(std::make_unique<Reading>(*this, std::string(subject), after));
}

}  // namespace trade
