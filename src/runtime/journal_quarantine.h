#pragma once
#include <vector>

#include "ports/file.h"
#include "runtime/journal_record.h"

namespace trade {

// An input, told apart from all others by where it came from, not by the place it was given: it gets a new one at every attempt.
struct SuspectInput {
  std::uint8_t loop{};  // that was to handle it
  RecordKind kind{};
  Origin origin;
  std::uint32_t aborts{};  // of the process while it handled this input
  bool skip = false;       // the operator decided that the fold passes over it
  FIELDS(SuspectInput, loop, kind, origin, aborts, skip)
};

// The list of inputs at which the process aborted, kept beside the mark and read before folding. Two aborts quarantine an input.
class Quarantine {
 public:
  static constexpr std::uint32_t limit = 2;

  // An absent file is an empty list; a damaged one is corruption and named.
  static Result<Quarantine> read(Files& files, const std::string& dir);
  Result<void> write(Files& files, const std::string& dir) const;

  void count_abort(std::uint8_t loop, RecordKind kind, const Origin& origin) { ++entry(loop, kind, origin).aborts; }
  void pass_over(std::uint8_t loop, RecordKind kind, const Origin& origin) { entry(loop, kind, origin).skip = true; }
  // The input is not to be handled: aborted too often, or the operator said so.
  bool holds(std::uint8_t loop, RecordKind kind, const Origin& origin) const;
  // Some input aborted the process twice and the operator has not yet decided about it: cancels and kill only.
  bool safe_mode() const;
  const std::vector<SuspectInput>& inputs() const { return inputs_; }

 private:
  SuspectInput& entry(std::uint8_t loop, RecordKind kind, const Origin& origin);
  std::vector<SuspectInput> inputs_;  // sorted by (loop, kind, origin)
};

inline constexpr std::string_view quarantine_file_name = "journal.quarantine";

}  // namespace trade
