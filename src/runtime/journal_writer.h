#pragma once
#include <atomic>
#include <deque>

#include "runtime/journal_reader.h"

namespace trade {

struct JournalOptions {
  std::uint64_t segment_bytes = 64u << 20;  // reserved per segment; a record that finds less room opens the next
  std::size_t staging_bytes = 1u << 20;     // initial room for records not yet written; grows when needed
};

// Appends to the journal of one directory. Owned by one thread, or by a simulator: append() stages records, step() does the next disk
// operation of write -> sync -> mark -> sync of the mark for all that was staged when it came round. The bytes of the segments depend
// only on the records, not on how they were grouped. Whoever gets an Error from step() stops the process: nothing is tried again.
class JournalWriter {
 public:
  enum class Step : std::uint8_t { idle, created, wrote, synced, marked, covered };

  // Continues what was scanned, under the epoch scan.epoch + 1: opens a segment that supersedes everything behind the mark, rewrites
  // and syncs the good tail there, moves the mark, then removes what was superseded. With an empty scan: begins a journal.
  // The caller holds the directory's lock.
  static Result<std::unique_ptr<JournalWriter>> start(Files& files, const std::string& dir, const JournalOptions& options,
                                                      const JournalIdentity& identity, const Scan& scan);

  std::uint32_t epoch() const { return epoch_; }
  Place last_appended() const { return last_; }
  // Identifies this journal among others; Scan::origin of it.
  const Digest& origin() const { return origin_; }

  // Stages the record of the next place (a gap is a bug). The payload is copied.
  void append(const Record& record);
  bool has_staged() const { return !staged_.empty() && staged_.front().used != 0; }
  std::uint64_t staged_bytes() const;

  // The next disk operation; idle when all that was staged is covered.
  Result<Step> step();
  // Steps until idle.
  Result<void> drain();
  // Everything up to this place is covered by a synced mark. From any thread.
  Place synced_mark() const { return synced_mark_.load(std::memory_order_acquire); }

  // Drains, cuts the last segment to its length and writes the mark to both slots: equal records leave equal files.
  Result<void> close();

 private:
  // Bytes for one segment, written and synced together.
  struct Group {
    SegmentName segment;
    bool begins_segment = false;
    std::uint64_t offset = 0;
    std::vector<char> bytes;
    std::size_t used = 0;
    CommitMark mark;  // once it is synced; set when the group is complete
  };

  JournalWriter(Files& files, std::string dir, const JournalOptions& options, const JournalIdentity& identity);
  Result<void> open_marks(const Scan& scan);
  Result<void> rewrite_tail(const Scan& scan, const JournalHead& from);
  Result<void> remove_superseded(const Scan& scan);

  void open_segment(Place first, const JournalHead& before);
  void stage(const Record& record);
  void put(const Record& record);
  void close_chain_block();
  void hash_staged();
  Group& new_group();
  void complete(Group& group);

  Result<Step> create_segment();
  Result<Step> write_group();
  Result<Step> sync_group();
  Result<Step> write_mark();
  Result<Step> sync_mark();
  Step group_done(Step step);
  std::string path(SegmentName name) const { return dir_ + "/" + print(name); }

  enum class Next : std::uint8_t { group, write, sync, mark, sync_mark };

  Files& files_;
  std::string dir_;
  JournalOptions options_;
  JournalIdentity identity_;
  Digest origin_;
  std::uint32_t epoch_ = 0;

  // Where the next record goes.
  SegmentName segment_;
  std::uint64_t base_ = 0, offset_ = 0, first_record_ = 0;  // journal bytes before the segment; its length; where its first place lies
  Place last_ = 0;
  std::uint64_t running_ = 0, block_start_ = 0;
  Digest chain_;
  Sha256 block_;
  std::size_t hashed_ = 0;  // of the group being filled

  std::deque<Group> staged_;
  std::vector<std::vector<char>> spare_;

  // The group being written.
  Next next_ = Next::group;
  Group group_;
  std::unique_ptr<File> file_, mark_file_;
  std::size_t mark_slot_ = 0;
  CommitMark mark_;
  bool skip_sync_ = false;
  std::optional<Error> failed_;
  std::atomic<Place> synced_mark_{0};
};

}  // namespace trade
