#include "runtime/abort_record.h"

#include <csignal>

#include "runtime/journal_quarantine.h"

namespace trade {
namespace {

thread_local HandledInput handled;

// A dying process has no owner to ask: what its signal handler needs lies here.
Files* quarantine_files = nullptr;
std::string quarantine_dir;

constexpr int fatal_signals[] = {SIGABRT, SIGSEGV, SIGBUS, SIGFPE, SIGILL};

// Not async-signal-safe, and need not be: the process ends in any case, and at worst the count is missing.
void on_fatal(int signal) {
  for (const int s : fatal_signals) std::signal(s, SIG_DFL);
  if (handled.kind != RecordKind::opened) {
    auto list = Quarantine::read(*quarantine_files, quarantine_dir);
    if (list) {
      list->count_abort(handled.loop, handled.kind, handled.origin);
      const auto written = list->write(*quarantine_files, quarantine_dir);
      static_cast<void>(written.ok());
    }
  }
  std::raise(signal);
}

}  // namespace

// Member by member: a wide copy of what was just written waits for its stores.
void set_handled_input(std::uint8_t loop, RecordKind kind, const Origin& origin) noexcept {
  handled.loop = loop;
  handled.kind = kind;
  handled.origin.loop = origin.loop;
  handled.origin.place = origin.place;
  handled.origin.index = origin.index;
}

void record_aborts(Files& files, const std::string& dir) {
  quarantine_files = &files;
  quarantine_dir = dir;
  for (const int s : fatal_signals) std::signal(s, on_fatal);
}

}  // namespace trade
