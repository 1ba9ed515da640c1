#include "runtime/loop.h"

#include <algorithm>
#include <new>

#include "wire/binary.h"

namespace trade {
namespace {

// Heap order: the earliest timer on top, ties by age.
bool later(const Timer& a, const Timer& b) { return a.at != b.at ? a.at > b.at : a.id > b.id; }

}  // namespace

void Loop::Free::operator()(std::byte* p) const { ::operator delete(p, std::align_val_t{wire::flat_align}); }

Loop::Storage Loop::allocate(std::size_t bytes) {
  return Storage(static_cast<std::byte*>(::operator new(bytes, std::align_val_t{wire::flat_align})));
}

Loop::Loop(std::uint8_t index, std::size_t queue_bytes)
    : index_(index),
      capacity_(queue_bytes),
      queue_(allocate(queue_bytes)),
      emitted_capacity_(queue_bytes),
      emitted_(allocate(queue_bytes)) {
  emissions_.reserve(1024);
  timers_.reserve(1024);
}

void Loop::begin(Place place, Time time) {
  place_ = place;
  set_check_place(place);
  now_ = std::max(now_, time);
  ++handled_;
  emissions_.clear();
  emitted_size_ = 0;
}

void Loop::handle(const Outlet& entry, const void* message, Place place, Time time) {
  begin(place, time);
  for (const auto& s : entry.local) s.call(s.service, s.outlets, s.index, message, *this);
  drain();
}

void Loop::handle_for(const Subscriber& s, const void* message, Place place, Time time) {
  begin(place, time);
  s.call(s.service, s.outlets, s.index, message, *this);
  drain();
}

void Loop::drain() {
  while (head_ != tail_) {
    auto* slot = reinterpret_cast<Slot*>(queue_.get() + head_);
    for (const auto& s : slot->outlet->local) s.call(s.service, s.outlets, s.index, slot + 1, *this);
    head_ = slot->next;
  }
  head_ = tail_ = 0;
}

void* Loop::emit(const Outlet& outlet, std::size_t bytes, std::uint8_t service) {
  CHECK(emitted_size_ + bytes <= emitted_capacity_, "loop emissions overflow");
  const auto offset = static_cast<std::uint32_t>(emitted_size_);
  emissions_.push_back({&outlet, offset, static_cast<std::uint32_t>(bytes), static_cast<std::uint32_t>(emissions_.size()), service});
  emitted_size_ += bytes;
  return emitted_.get() + offset;
}

void Loop::set_timer(Time at, std::uint8_t service, std::uint64_t token) {
  timers_.push_back({std::max(at, now_), next_timer_++, service, token});
  std::push_heap(timers_.begin(), timers_.end(), later);
}

Timer Loop::take_timer() {
  CHECK(!timers_.empty());
  std::pop_heap(timers_.begin(), timers_.end(), later);
  const Timer t = timers_.back();
  timers_.pop_back();
  return t;
}

bool Loop::take_timer(std::uint64_t id, Timer& out) {
  const auto at = std::find_if(timers_.begin(), timers_.end(), [id](const Timer& t) { return t.id == id; });
  if (at == timers_.end()) return false;
  out = *at;
  timers_.erase(at);
  std::make_heap(timers_.begin(), timers_.end(), later);
  return true;
}

void Loop::save(ByteWriter& w) const {
  auto sorted = timers_;
  std::sort(sorted.begin(), sorted.end(), [](const Timer& a, const Timer& b) { return later(b, a); });
  wire::write_binary(w, now_);
  wire::write_binary(w, next_timer_);
  wire::write_binary(w, sorted);
}

void Loop::load(ByteReader& r) {
  wire::read_binary(r, now_);
  wire::read_binary(r, next_timer_);
  wire::read_binary(r, timers_);
  std::make_heap(timers_.begin(), timers_.end(), later);
}

}  // namespace trade
