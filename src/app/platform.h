#pragma once
#include <memory>
#include <set>

#include "app/settings.h"
#include "runtime/journal_thread.h"
#include "runtime/process.h"
#include "runtime/virtual_time.h"

namespace trade {

// Rows of every feed of the settings, opened.
Result<std::vector<std::unique_ptr<RowSource>>> open_sources(const Settings& settings);
std::vector<RowSource*> pointers(const std::vector<std::unique_ptr<RowSource>>& sources);

// One process put together from settings: machine, sources, journal, and what lies outside.
class Platform {
 public:
  struct Options {
    std::string journal_dir;  // empty: no journal
    bool replace = false;     // start the journal anew (backtest) instead of continuing it (up)
    Outside* outside = nullptr;
  };
  // Fresh: posts ConfigChanged as first input. Continuing: recovers from snapshot and journal first, says so on stderr.
  static Result<std::unique_ptr<Platform>> start(const Catalogue& catalogue, Settings settings, const Options& options);
  ~Platform();

  Machine& machine() { return *machine_; }
  Process& process() { return *process_; }
  const Settings& settings() const { return settings_; }
  JournalThread* journal() { return journal_.get(); }
  Mark* mark();  // null when nothing is to be waited for
  std::vector<RowSource*> sources() const { return pointers(sources_); }
  bool recovered() const { return recovered_; }
  // Orderly end: everything handed is written, the journal closed.
  Result<void> close();

 private:
  Platform() = default;
  Result<void> start_fresh(const Catalogue& catalogue, const Options& options);
  Result<void> recover(const Catalogue& catalogue, const Options& options);
  void post_config();

  Settings settings_;
  std::unique_ptr<Files> files_;
  std::unique_ptr<DirectoryLock> lock_;
  std::vector<std::unique_ptr<RowSource>> sources_;
  std::unique_ptr<Machine> machine_;
  std::unique_ptr<JournalThread> journal_;
  std::unique_ptr<Process> process_;
  bool recovered_ = false;
};

}  // namespace trade
