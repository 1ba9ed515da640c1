#pragma once
#include <optional>

#include "runtime/journal_record.h"

namespace trade {

// A segment file: records back to back from offset 0, then zeros to the reserved size. A record never spans segments.
struct SegmentName {
  std::uint32_t epoch{};  // 0: no segment
  Place first{};          // of its first record with a place
  auto operator<=>(const SegmentName&) const = default;
  explicit operator bool() const { return epoch != 0; }
  FIELDS(SegmentName, epoch, first)
};
// "journal-00000000000000000001-1.seg" and back; nullopt for every other spelling.
std::string print(SegmentName name);
std::optional<SegmentName> parse_segment_name(std::string_view text);

// One recorded source of market data that row records refer to by its index.
struct JournalSource {
  std::string name;
  Digest digest;  // of the file's bytes
  bool operator==(const JournalSource&) const = default;
  FIELDS(JournalSource, name, digest)
};

// What a fold must be given again to reach the same state.
struct JournalIdentity {
  std::string config;  // effective configuration, canonical JSON
  std::vector<JournalSource> sources;
  Digest catalogue;
  bool operator==(const JournalIdentity&) const = default;
  FIELDS(JournalIdentity, config, sources, catalogue)
};

// The payload of a segment's first record. `previous` and what follows say where the bytes before it end; with `chain` they tie the
// segment to exactly one past.
inline constexpr std::uint32_t journal_format = 1;
struct Opened {
  std::uint32_t format = journal_format;
  std::uint32_t epoch{};
  Place first{};
  std::uint64_t position{};  // journal bytes before this segment
  Digest chain;              // over them
  SegmentName previous;
  std::uint64_t previous_end{};  // offset where it ends; its bytes from there on are superseded
  JournalIdentity identity;
  FIELDS(Opened, format, epoch, first, position, chain, previous, previous_end, identity)
};
std::string encode_opened(const Opened& o);

// SHA-256 over 64 KiB blocks of a segment's bytes, each with the digest before it. The first block starts from Opened::chain; a block
// that is not full at the segment's end counts as it is.
inline constexpr std::uint64_t chain_block_bytes = 64 * 1024;
Digest chain_over(const Digest& before, std::string_view block);

// Folds a record's CRC into the digest of all covered records of its segment: the mark carries it, so that not one of them can be
// exchanged for another good one.
constexpr std::uint64_t running_digest(std::uint64_t before, std::uint32_t crc) { return mix64(before * 0x9E3779B97F4A7C15ull + crc + 1); }

// Walks the records of one segment in memory and checks each: CRC, places without gap, epochs, chain. Copyable: a copy is a point to
// return to. Does not own the bytes.
class SegmentCursor {
 public:
  SegmentCursor(SegmentName name, std::string_view bytes) : name_(name), bytes_(bytes), last_(name.first - 1) {}

  // The next record. After anything but `good` the cursor stays; rule() tells what was broken.
  ParsedRecord::Is next();
  const Record& record() const { return parsed_.record; }  // valid after `good`; its payload points into the segment
  std::string_view rule() const { return rule_; }

  // Where the next record begins, and what lies before it.
  std::uint64_t offset() const { return offset_; }
  std::uint64_t position() const { return opened_.position + offset_; }
  Place last() const { return last_; }
  std::uint64_t running() const { return running_; }
  const Digest& chain() const { return chain_; }  // over the full blocks
  Digest chain_to_here() const;                   // and the part of a block behind them
  bool chain_due() const { return offset_ >= block_start_ + chain_block_bytes; }

  SegmentName name() const { return name_; }
  const Opened& opened() const { return opened_; }  // after the first next()
  std::string_view bytes() const { return bytes_; }
  // Number of bytes from here to the last one that is not zero.
  std::uint64_t written_beyond() const;

 private:
  std::string_view broken_rule();
  std::string_view broken_opening();

  SegmentName name_;
  std::string_view bytes_, rule_;
  std::uint64_t offset_ = 0, block_start_ = 0, running_ = 0;
  Place last_;
  std::uint32_t epoch_ = 0;
  Digest chain_;
  Opened opened_;
  ParsedRecord parsed_;
};

}  // namespace trade
