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
  auto* block = new (room) Record(record);
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

JournalThread::JournalThread(std::unique_ptr<JournalWriter> writer, std::size_t loops, Place last, std::function<void(const Error&)> failed)
    : writer_(std::move(writer)), queue_(loops, last), failed_(std::move(failed)), covered_(last), thread_([this] { work(); }) {}

JournalThread::~JournalThread() {
  stop_ = true;
  wake();
}

void JournalThread::wake() {
  wakes_.fetch_add(1, std::memory_order_release);
  wakes_.notify_one();
}

void JournalThread::hand(std::size_t loop, const Record& record) {
  while (!queue_.offer(loop, record)) std::this_thread::yield();
  // Either the thread's look into the rings after its own exchange sees the record, or this sees the thread idle.
  if (idle_.exchange(false, std::memory_order_acq_rel)) wake();
}

void JournalThread::wait(Place place) {
  for (Place at = covered(); at < place; at = covered()) covered_.wait(at, std::memory_order_acquire);
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

void JournalThread::work() {
  for (;;) {
    const auto seen = wakes_.load(std::memory_order_acquire);
    const bool last = stop_.load(std::memory_order_acquire);
    if (round()) continue;
    if (last) return;
    idle_.exchange(true, std::memory_order_acq_rel);
    if (!round()) wakes_.wait(seen, std::memory_order_acquire);
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
