#include "runtime/journal_segment.h"

#include <charconv>

#include "wire/binary.h"

namespace trade {

std::string print(SegmentName name) {
  const std::string first = std::to_string(name.first);
  return "journal-" + std::string(20 - first.size(), '0') + first + "-" + std::to_string(name.epoch) + ".seg";
}

std::optional<SegmentName> parse_segment_name(std::string_view text) {
  constexpr std::string_view head = "journal-", tail = ".seg";
  if (!text.starts_with(head) || !text.ends_with(tail) || text.size() < head.size() + 22 + tail.size()) return std::nullopt;
  const auto first = text.substr(head.size(), 20);
  const auto epoch = text.substr(head.size() + 21, text.size() - head.size() - 21 - tail.size());
  SegmentName name;
  std::from_chars(first.data(), first.data() + first.size(), name.first);
  std::from_chars(epoch.data(), epoch.data() + epoch.size(), name.epoch);
  if (name.epoch == 0 || name.first == 0 || print(name) != text) return std::nullopt;
  return name;
}

std::string encode_opened(const Opened& o) {
  ByteWriter w;
  wire::write_binary(w, o);
  return w.take();
}

Digest chain_over(const Digest& before, std::string_view block) {
  Sha256 sha;
  sha.add(before.bytes.data(), before.bytes.size());
  sha.add(block);
  return sha.finish();
}

Digest SegmentCursor::chain_to_here() const {
  return offset_ == block_start_ ? chain_ : chain_over(chain_, bytes_.substr(block_start_, offset_ - block_start_));
}

std::uint64_t SegmentCursor::written_beyond() const {
  const auto rest = bytes_.substr(offset_);
  std::size_t n = rest.size();
  for (; n >= 8; n -= 8) {
    std::uint64_t word;
    std::memcpy(&word, rest.data() + n - 8, 8);
    if (word != 0) break;
  }
  while (n > 0 && rest[n - 1] == '\0') --n;
  return n;
}

std::string_view SegmentCursor::broken_opening() {
  const auto& r = parsed_.record;
  if (r.kind != RecordKind::opened) return "a segment begins with a record that opens it";
  ByteReader in(r.payload);
  opened_.format = in.get<std::uint32_t>();
  if (opened_.format != journal_format) return "the segment's format is known";
  in = ByteReader(r.payload);
  if (!wire::read_binary(in, opened_) || !in.at_end()) return "the record that opens a segment is readable";
  if (opened_.epoch != name_.epoch || opened_.first != name_.first || r.epoch != name_.epoch || r.place != name_.first - 1)
    return "a segment's first place and epoch are those of its file name";
  if (opened_.previous >= name_) return "a segment continues an earlier one";
  if (!opened_.previous && (name_.first != 1 || opened_.position != 0 || opened_.previous_end != 0 || opened_.chain != Digest{}))
    return "a segment with none before it begins at place 1";
  chain_ = opened_.chain;
  return {};
}

// The first rule of the journal that the good record at hand breaks; empty: none.
std::string_view SegmentCursor::broken_rule() {
  const auto& r = parsed_.record;
  if (offset_ == 0) return broken_opening();
  if (r.kind == RecordKind::opened) return "only the first record of a segment opens it";
  if (chain_due() != (r.kind == RecordKind::chain)) return "a chain record follows every 64 KiB of a segment, and nothing else";
  if (r.kind == RecordKind::chain) {
    if (r.place != last_) return "a chain record carries the place before it";
    const Digest chain = chain_over(chain_, bytes_.substr(block_start_, chain_block_bytes));
    if (r.payload != std::string_view(reinterpret_cast<const char*>(chain.bytes.data()), chain.bytes.size()))
      return "the chain record is the SHA-256 of the chain and the block before it";
    chain_ = chain;
    block_start_ += chain_block_bytes;
    return {};
  }
  if (r.place != last_ + 1) return "places follow each other without a gap";
  if (r.epoch < epoch_ || r.epoch > name_.epoch) return "epochs do not decrease, nor exceed their segment's";
  return {};
}

ParsedRecord::Is SegmentCursor::next() {
  using Is = ParsedRecord::Is;
  parsed_ = parse_record(bytes_.substr(offset_));
  rule_ = parsed_.rule;
  if (parsed_.is != Is::good) return parsed_.is;
  rule_ = broken_rule();
  if (!rule_.empty()) return offset_ == 0 && opened_.format != journal_format ? Is::unknown : Is::bad;
  if (has_place(record().kind)) {
    last_ = record().place;
    epoch_ = record().epoch;
  }
  running_ = running_digest(running_, parsed_.crc);
  offset_ += parsed_.bytes;
  return Is::good;
}

}  // namespace trade
