#pragma once
#include <optional>

#include "core/digest.h"
#include "ports/file.h"
#include "runtime/service.h"

namespace trade {

// The state of a process at one place of its journal. `content` is the process's own; the file adds its length, digest and CRC.
struct Snapshot {
  Place place{};
  Digest journal;  // Scan::origin of the journal it belongs to
  std::string content;
};
std::string snapshot_name(Place place);  // "snapshot-00000000000000000042.bin"

// Writes it durably under its name (temporary name, sync, rename, sync of the directory), then removes all but the last two.
Result<void> write_snapshot(Files& files, const std::string& dir, const Snapshot& snapshot);

struct FoundSnapshot {
  std::optional<Snapshot> snapshot;   // the newest good one at or below `end`; none: fold from the beginning
  std::vector<std::string> warnings;  // each names a file that was passed over and says why
};
Result<FoundSnapshot> read_newest_snapshot(Files& files, const std::string& dir, const Digest& journal, Place end);

}  // namespace trade
