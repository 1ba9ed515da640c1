#include "runtime/journal_thread.h"

namespace trade {
namespace {

constexpr std::size_t record_ring_bytes = 4u << 20;

}  // namespace

JournalQueue::JournalQueue(std::size_t loops, Place last) : next_(last + 1) {
  for (std::size_t i = 0; i < loops; ++i) rings_.push_back(std::make_unique<ByteRing>(record_ring_bytes));
}

bool JournalQueue::offer(std::size_t loop, const Record& record) {
  auto& ring = *rings_[loop];
  void* room = ring.reserve(sizeof(Record) + record.payload.size());
  if (room == nullptr) return false;
  auto* block = new (room) Record;  // member by member: a wide copy of what was just made waits for its stores
  block->place = record.place;
  block->kind = record.kind;
  block->loop = record.loop;
  block->lane = record.lane;
  block->epoch = record.epoch;
  block->origin.loop = record.origin.loop;
  block->origin.place = record.origin.place;
  block->origin.index = record.origin.index;
  block->time = record.time;
  block->payload = record.payload;
  std::memcpy(static_cast<void*>(block + 1), record.payload.data(), record.payload.size());
  ring.commit();
  return true;
}

std::size_t JournalQueue::drain(JournalWriter& writer) {
  std::size_t appended = 0;
  for (bool found = true; found;) {
    found = false;
    for (auto& ring : rings_) {
      for (auto* block = static_cast<Record*>(ring->front()); block != nullptr && block->place == next_;
           block = static_cast<Record*>(ring->front())) {
        Record r = *block;
        r.payload = {reinterpret_cast<const char*>(block + 1), r.payload.size()};
        writer.append(r);
        ring->pop();
        ++next_;
        ++appended;
        found = true;
      }
    }
  }
  return appended;
}

JournalThread::JournalThread(std::unique_ptr<JournalWriter> writer, std::size_t loops, Place last, std::function<void(const Error&)> failed,
                             std::chrono::microseconds gather)
    : writer_(std::move(writer)),
      queue_(loops, last),
      failed_(std::move(failed)),
      gather_(gather),
      covered_(last),
      thread_([this] { work(); }) {}

JournalThread::~JournalThread() {
  stop_ = true;
  wake();
}

void JournalThread::wake() {
  {
    const std::lock_guard lock(mutex_);
    wakes_.fetch_add(1, std::memory_order_release);
  }
  woken_.notify_one();
}

void JournalThread::hand(std::size_t loop, const Record& record) {
  if (!queue_.offer(loop, record)) {
    wake();
    while (!queue_.offer(loop, record)) std::this_thread::yield();
  }
  // Either the thread's look into the rings after its own exchange sees the record, or this sees the thread idle. A thread that gathers
  // comes round by itself.
  if (gather_.count() == 0 && idle_.exchange(false, std::memory_order_acq_rel)) wake();
}

void JournalThread::wait(Place place) {
  if (covered() >= place) return;
  waiting_.fetch_add(1, std::memory_order_acq_rel);
  if (gather_.count() != 0) wake();
  for (Place at = covered(); at < place; at = covered()) covered_.wait(at, std::memory_order_acquire);
  waiting_.fetch_sub(1, std::memory_order_acq_rel);
}

bool JournalThread::round() {
  if (queue_.drain(*writer_) == 0) return false;
  if (auto written = writer_->drain(); !written) {
    failed_(written.error());
    return false;
  }
  covered_.store(writer_->synced_mark(), std::memory_order_release);
  covered_.notify_all();
  return true;
}

void JournalThread::gather(std::uint64_t seen) {
  std::unique_lock lock(mutex_);
  woken_.wait_for(lock, gather_, [&] { return wakes_.load(std::memory_order_acquire) != seen; });
}

void JournalThread::work() {
  for (;;) {
    const auto seen = wakes_.load(std::memory_order_acquire);
    const bool last = stop_.load(std::memory_order_acquire);
    if (gather_.count() != 0 && !last && waiting_.load(std::memory_order_acquire) == 0) gather(seen);
    if (round()) continue;
    if (last) return;
    if (gather_.count() != 0) {
      std::this_thread::yield();
      continue;
    }
    idle_.exchange(true, std::memory_order_acq_rel);
    if (!round()) {
      std::unique_lock lock(mutex_);
      woken_.wait(lock, [&] { return wakes_.load(std::memory_order_acquire) != seen; });
    }
    idle_.store(false, std::memory_order_release);
  }
}

Result<void> JournalThread::close() {
  stop_ = true;
  wake();
  thread_.join();
  return writer_->close();
}

}  // namespace trade
