#pragma once
#include <memory>

#include "app/settings.h"
#include "runtime/journal_reader.h"
#include "runtime/outside.h"

namespace trade {

// What a journal was made from, as it says itself: enough to fold it again.
struct JournalInputs {
  Scan scan;
  Settings settings;
  std::vector<std::unique_ptr<RowSource>> sources;
};

// `data` replaces the paths of recorded files that have moved, in the journal's order. Errors: no journal there, another program's,
// a recorded file that is not the one the journal was made from.
Result<JournalInputs> open_journal_inputs(Files& files, const std::string& dir, const std::vector<std::string>& data);

}  // namespace trade
