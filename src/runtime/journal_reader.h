#pragma once
#include "runtime/journal_mark.h"

namespace trade {

// A point in the journal where a new segment may continue.
struct JournalHead {
  SegmentName segment;
  std::uint64_t offset{}, position{};
  Digest chain;  // over all bytes before
  Place place{};
};

// A segment file that belongs to the journal, as far as it was read.
struct ScannedSegment {
  SegmentName name;
  Place last{};
  std::uint64_t bytes{};     // of its good records that count
  std::uint64_t reserved{};  // size of the file
  bool operator==(const ScannedSegment&) const = default;
  FIELDS(ScannedSegment, name, last, bytes, reserved)
};

// What a journal holds, known when all of it was read.
struct Scan {
  bool has_mark_file = false;  // false: there is no journal here yet
  CommitMark mark;
  std::size_t mark_slot = 0;
  JournalHead at_mark, at_end;
  Place end = 0;            // last good place; from the mark to here lies the tail, good but perhaps not synced
  std::string tail;         // its records with a place, as they are on disk
  std::uint32_t epoch = 0;  // greatest of any segment file
  std::vector<ScannedSegment> segments;
  JournalIdentity identity;          // of the segment the mark is in (or else the first one)
  Digest origin;                     // of the journal's first record: equal for all time, differs between journals; zero when new
  std::uint64_t cut_bytes = 0;       // written beyond the end, not usable: a torn tail
  std::string cut;                   // where the tail was cut and by which rule; empty when it ended cleanly
  std::vector<std::string> warnings; // each names a file
  std::vector<SegmentName> superseded;  // files whose records no longer count
};

// Reads a journal in place order and checks every byte on the way. Damage at or below the mark is an Error that names file, offset,
// place and rule; behind the mark the first bad record ends the journal. A record of a kind or version this program does not know
// is an Error wherever it lies.
class JournalReader {
 public:
  // Reads the mark and decides which segments count. `dir` holds one journal, or none yet.
  static Result<JournalReader> open(Files& files, const std::string& dir);

  // The next record with a place; false at the end. Its payload is valid until the next call.
  Result<bool> next(Record& record);
  // The same with the records that open segments and chain blocks.
  Result<bool> next_of_any_kind(Record& record);
  // Where the record given last begins.
  SegmentName segment() const { return order_[at_].name; }
  std::uint64_t offset() const { return record_offset_; }
  // The record given last lies at or below the mark.
  bool covered() const { return covered_; }

  // Complete once next() has said false.
  const Scan& scan() const { return scan_; }
  Scan take_scan() { return std::move(scan_); }

 private:
  struct Entry {
    SegmentName name;
    std::optional<Opened> opened;  // known beforehand: of covered segments, and of a good one behind
  };
  using Is = ParsedRecord::Is;

  JournalReader(Files& files, std::string dir) : files_(&files), dir_(std::move(dir)) {}
  std::string path(SegmentName name) const { return dir_ + "/" + print(name); }
  Result<void> plan();
  Result<void> plan_covered(std::vector<SegmentName>& names);
  Result<void> plan_ahead(const std::vector<SegmentName>& names);
  Result<Opened> read_opened(SegmentName name);

  Result<bool> enter_segment(std::size_t at);
  Result<void> check_join(const SegmentCursor& before, std::size_t next);
  Result<void> check_mark();
  Result<bool> leave_segment();
  Result<bool> stop(Is is, std::string_view rule);
  Result<bool> finish();
  void note_segment();
  bool at_or_below_mark() const {
    return at_ < covered_segments_ && (at_ + 1 < covered_segments_ || cursor_->offset() < scan_.mark.offset);
  }
  Error damage(std::string_view rule) const;

  Files* files_;
  std::string dir_;
  std::vector<Entry> order_;
  std::size_t covered_segments_ = 0;  // the first ones of order_, up to the mark's
  bool tail_superseded_ = false;      // a later epoch begins right behind the mark

  std::size_t at_ = 0;
  std::unique_ptr<std::string> bytes_;  // of the segment at hand; the cursor looks into it
  std::optional<SegmentCursor> cursor_;
  std::optional<std::uint64_t> stop_at_;  // offset where the next segment takes over
  std::uint64_t record_offset_ = 0;
  bool begun_ = false, done_ = false, covered_ = false;
  Scan scan_;
};

// Reads all of it.
Result<Scan> scan_journal(Files& files, const std::string& dir);

}  // namespace trade
