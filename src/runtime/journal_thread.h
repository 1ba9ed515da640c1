#pragma once
#include <chrono>
#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>
#include <vector>

#include "core/ring.h"
#include "runtime/journal_writer.h"
#include "runtime/process.h"

namespace trade {

// Brings the records of all loops into place order for the writer. hand() from each loop's thread, drain() from the journal's.
class JournalQueue {
 public:
  JournalQueue(std::size_t loops, Place last);
  // False when the loop's ring is full.
  bool offer(std::size_t loop, const Record& record);
  // Appends every record that follows gaplessly; returns how many.
  std::size_t drain(JournalWriter& writer);

 private:
  std::vector<std::unique_ptr<ByteRing>> rings_;
  Place next_;
};

// The journal's own thread: writes, syncs and marks whatever has been handed over whenever it comes round (group commit).
// `failed` is called on that thread when a write or sync failed; it must stop the process.
class JournalThread final : public RecordSink, public DurableMark {
 public:
  // `gather`: while nobody waits for a place, records are gathered so long before they are written and synced together.
  JournalThread(std::unique_ptr<JournalWriter> writer, std::size_t loops, Place last, std::function<void(const Error&)> failed,
                std::chrono::microseconds gather = {});
  ~JournalThread() override;

  void hand(std::size_t loop, const Record& record) override;
  Place covered() const override { return covered_.load(std::memory_order_acquire); }
  void wait(Place place) override;
  // Writes what is left and closes the journal. hand() is over by then.
  Result<void> close();

 private:
  void work();
  bool round();
  void wake();
  void gather(std::uint64_t seen);

  std::unique_ptr<JournalWriter> writer_;
  JournalQueue queue_;
  std::function<void(const Error&)> failed_;
  std::atomic<bool> idle_{false};          // the thread found nothing and is about to wait
  std::atomic<std::uint32_t> waiting_{0};  // for a place
  std::atomic<std::uint64_t> wakes_{0};    // grows under the mutex
  std::mutex mutex_;
  std::condition_variable woken_;
  std::chrono::microseconds gather_;
  std::atomic<Place> covered_;
  std::atomic<bool> stop_{false};
  std::jthread thread_;
};

}  // namespace trade
