#pragma once
#include "ports/file.h"
#include "runtime/journal_segment.h"

namespace trade {

// Up to where the journal is synced. Only what a synced mark covers may be acknowledged, and nothing it covers may ever be missing.
struct CommitMark {
  std::uint64_t position{};  // journal bytes covered, over all segments; grows with every mark, the greatest is the newest
  Place place{};             // last one covered; 0: none
  SegmentName segment;       // that holds it; none in a new journal
  std::uint64_t offset{};    // of the first byte of the segment that is not covered
  std::uint64_t running{};   // digest of the segment's covered records
  Digest chain;              // over the full blocks covered
  bool operator==(const CommitMark&) const = default;
  FIELDS(CommitMark, position, place, segment, offset, running, chain)
};

// The mark file holds two slots, one sector each, written in turn: one always survives a torn write.
inline constexpr std::string_view mark_file_name = "journal.mark";
inline constexpr std::size_t mark_slot_bytes = 512, mark_slots = 2;

// Magic, version, the mark's canonical bytes, zeros, and the CRC-32C of all before it.
std::string encode_mark(const CommitMark& m);

// What the mark file says.
struct MarkFile {
  CommitMark newest;
  std::size_t slot = 0;              // that holds it
  std::vector<std::string> damaged;  // what is wrong with the other slot, or with the file
};
// corruption when no slot is good; a version this program does not know is refused.
Result<MarkFile> decode_marks(std::string_view bytes, const std::string& path);

}  // namespace trade
