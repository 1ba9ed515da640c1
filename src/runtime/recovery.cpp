#include "runtime/recovery.h"

#include "runtime/journal_snapshot.h"
#include "runtime/planted.h"

namespace trade {
namespace {

Result<void> load_snapshot(const Snapshot& snapshot, Machine& machine) {
  ByteReader r(snapshot.content);
  machine.load(r);
  if (r.at_end()) return {};
  return Error{Failure::corruption, snapshot_name(snapshot.place), "does not fit this program's services",
               "move the snapshots away to fold from the beginning"};
}

}  // namespace

Result<Folded> fold_journal(Files& files, const std::string& dir, Machine& machine, const std::vector<RowSource*>& sources,
                            bool use_snapshot, const std::function<Result<void>(const JournalIdentity&)>& admit) {
  Folded out;
  auto scan = scan_journal(files, dir);
  if (!scan) return scan.error();
  out.scan = std::move(scan).value();
  out.warnings = out.scan.warnings;
  // An input may abort the process before anything of the journal is durable: the list holds without a journal as well.
  auto quarantine = Quarantine::read(files, dir);
  if (!quarantine) return quarantine.error();
  out.quarantine = std::move(quarantine).value();
  if (out.scan.end == 0) return out;
  if (admit)
    if (auto admitted = admit(out.scan.identity); !admitted) return admitted.error();
  if (use_snapshot) {
    auto found = read_newest_snapshot(files, dir, out.scan.origin, out.scan.end);
    if (!found) return found.error();
    out.warnings.insert(out.warnings.end(), found->warnings.begin(), found->warnings.end());
    if (found->snapshot) {
      if (auto loaded = load_snapshot(*found->snapshot, machine); !loaded) return loaded.error();
      out.from_snapshot = found->snapshot->place;
    }
  }
  Fold fold(machine, sources, out.from_snapshot, &out.quarantine);
  auto reader = JournalReader::open(files, dir);
  if (!reader) return reader.error();
  Record record;
  for (;;) {
    auto read = reader->next(record);
    if (!read) return read.error();
    if (!*read) return out;
    if (record.place <= out.from_snapshot) continue;
    if (auto applied = fold.apply(record); !applied) return applied.error();
  }
}

BackgroundFold::BackgroundFold(Files& files, std::string dir, std::unique_ptr<Machine> machine, std::vector<RowSource*> sources)
    : files_(files), dir_(std::move(dir)), machine_(std::move(machine)), fold_(*machine_, std::move(sources)) {}

Result<bool> BackgroundFold::step() {
  auto reader = JournalReader::open(files_, dir_);
  if (!reader) return reader.error();
  Record record;
  const Place before = fold_.last();
  // A segment is closed once the mark lies beyond it: fold only what precedes the segment of the mark.
  const SegmentName open = reader->scan().mark.segment;
  for (;;) {
    auto read = reader->next(record);
    if (!read) return read.error();
    if (!*read || (!planted(Bug::snap_ahead) && reader->segment() == open)) break;
    if (record.place <= fold_.last()) continue;
    if (auto applied = fold_.apply(record); !applied) return applied.error();
  }
  if (fold_.last() == before) return false;
  auto identity = scan_journal(files_, dir_);
  if (!identity) return identity.error();
  ByteWriter content;
  machine_->save(content);
  if (auto written = write_snapshot(files_, dir_, {fold_.last(), identity->origin, content.take()}); !written) return written.error();
  return true;
}

}  // namespace trade
