#pragma once
#include <functional>
#include <memory>
#include <optional>

#include "adapters/embedded/simulated_disk.h"
#include "runtime/journal_thread.h"
#include "runtime/process.h"
#include "runtime/recovery.h"
#include "sim/draw.h"

namespace trade::sim {

// One process on a simulated disk, driven step by step by one thread in an order the seed decides: what threads would do in production
// happens here one action at a time, and a crash may fall between any two.
class SimProcess {
 public:
  struct Options {
    std::size_t ring_bytes = 1024;
    std::uint64_t segment_bytes = 4096;
    std::function<std::unique_ptr<RowSource>()> rows;  // opens the one recorded source anew; empty: there is none
  };
  SimProcess(const Catalogue& catalogue, const Document& config, const Options& options, std::uint64_t disk_seed);

  bool up() const { return process_ != nullptr; }
  // Start-up is recovery. False when a planted bug made recovery impossible: why() tells.
  bool boot(Time now, Draw& draw);
  // The process dies at once; with `power` the disk loses what it may.
  void crash(bool power);

  Machine& machine() { return *machine_; }
  Process& process() { return *process_; }
  SimulatedDisk& disk() { return disk_; }
  std::uint32_t boots() const { return boots_; }
  Place covered() const { return writer_->synced_mark(); }
  // What a restart at this moment is certain to find.
  Place durable() const;

  // One choice of a loop. False when it had nothing to do, or waits for room in a ring.
  bool step_loop(std::size_t loop, Time now, Draw& draw);
  // The next row of the recorded source, by the loop that consumes it. False when there is none, or something urgent goes first.
  bool step_row(Time now);
  // One disk operation of the journal. False when there was none.
  bool step_journal();
  bool journal_idle();
  // Background fold of closed segments. False when there was none, or it failed: why() tells.
  bool step_snapshot();
  void release(std::size_t loop, std::vector<Effect>& out) { process_->release(loop, covered(), out); }

  // Folds the whole journal into a new machine, as replay does; empty when it does not fold: why() tells.
  std::unique_ptr<Machine> folded();
  // Folds what a power loss at this moment would leave at least; `last` is its last place. Empty when that does not fold: why() tells.
  std::unique_ptr<Machine> survivor(Place& last);
  // The first thing that went wrong inside the process; empty when nothing has.
  const std::string& why() const { return why_; }

 private:
  class Sink;
  std::unique_ptr<Machine> new_machine();
  std::unique_ptr<RowSource> open_rows(std::vector<RowSource*>& list);
  bool failed(const Error& error);
  void recover_unjournaled(Time now, Place last);

  const Catalogue& catalogue_;
  Document config_;
  Options options_;
  SimulatedDisk disk_;
  std::unique_ptr<DirectoryLock> lock_;
  std::unique_ptr<Machine> machine_;
  std::unique_ptr<JournalWriter> writer_;
  std::unique_ptr<JournalQueue> queue_;
  std::unique_ptr<RecordSink> sink_;
  std::unique_ptr<Process> process_;
  std::unique_ptr<RowSource> rows_, background_rows_;
  std::unique_ptr<BackgroundFold> background_;
  std::vector<Choice> choices_;
  std::uint32_t boots_ = 0;
  std::string why_;
};

}  // namespace trade::sim
