#pragma once
#include <string>

#include "ports/file.h"
#include "runtime/machine.h"

namespace trade {

// The input the calling thread is handling, kept by Machine::perform.
struct HandledInput {
  std::uint8_t loop{};
  RecordKind kind{};
  Origin origin;
};
void set_handled_input(std::uint8_t loop, RecordKind kind, const Origin& origin) noexcept;

// From now on a process that dies by CHECK, abort or a memory fault first counts the input it was handling in the quarantine list of
// `dir` (journal_quarantine.h). One directory a process; `files` must outlive it. The signal is raised again with its default action.
void record_aborts(Files& files, const std::string& dir);

}  // namespace trade
