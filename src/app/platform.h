#pragma once
#include <memory>

#include "app/report.h"
#include "app/settings.h"
#include "runtime/journal_thread.h"
#include "runtime/process.h"
#include "runtime/virtual_time.h"

namespace trade {

// Rows of every feed of the settings, opened.
Result<std::vector<std::unique_ptr<RowSource>>> open_sources(const Settings& settings);
// The instruments of the `config` section.
Result<std::vector<Instrument>> instruments_of(const Settings& settings);
std::vector<RowSource*> pointers(const std::vector<std::unique_ptr<RowSource>>& sources);

// One process put together from settings: machine, sources, journal, and what lies outside.
class Platform {
 public:
  struct Options {
    std::string journal_dir;  // empty: no journal
    bool replace = false;     // start the journal anew (backtest) instead of continuing it (up)
  };
  // Fresh: posts ConfigChanged as first input. Continuing: recovers from snapshot and journal first, says so on stderr.
  static Result<std::unique_ptr<Platform>> start(const Catalogue& catalogue, Settings settings, const Options& options);
  ~Platform();

  Machine& machine() { return *machine_; }
  Process& process() { return *process_; }
  const Settings& settings() const { return settings_; }
  RunIdentity identity() const { return identify_run(sources_, settings_.services_digest); }
  JournalThread* journal() { return journal_.get(); }
  DurableMark* mark();  // null when nothing is to be waited for
  std::vector<RowSource*> sources() const { return pointers(sources_); }
  bool recovered() const { return recovered_; }
  // Some input aborted the process twice and nobody has decided about it: only cancels and the kill switch are to be let in.
  bool safe_mode() const { return quarantine_.safe_mode(); }
  // Orderly end: everything handed is written, the journal closed; `complete`: the sources were taken to their end, so that the next
  // start begins a new session instead of continuing this one.
  Result<void> close(bool complete = false);

 private:
  Platform() = default;
  Result<void> open_journal(const Catalogue& catalogue, bool replace);
  Result<void> check_identity(const JournalIdentity& journal, const JournalIdentity& ours);
  void post_config();

  Settings settings_;
  std::string journal_dir_;
  std::unique_ptr<Files> files_;
  std::unique_ptr<DirectoryLock> lock_;
  std::vector<std::unique_ptr<RowSource>> sources_;
  std::unique_ptr<Machine> machine_;
  std::unique_ptr<JournalThread> journal_;
  std::unique_ptr<Process> process_;
  bool recovered_ = false;
  Quarantine quarantine_;
};

inline constexpr const char* complete_file = "complete";

}  // namespace trade
