#include "runtime/journal_mark.h"

#include <tuple>

#include "wire/binary.h"

namespace trade {
namespace {

constexpr std::string_view magic = "tradmark";
constexpr std::uint32_t mark_version = 1;
constexpr std::size_t crc_at = mark_slot_bytes - 4;

// The mark of a slot whose bytes are whole; its version must be known.
Result<CommitMark> decode_slot(std::string_view slot) {
  const Error damaged{Failure::corruption, {}, "is damaged: its CRC-32C does not match", {}};
  if (slot.size() < mark_slot_bytes) return Error{Failure::corruption, {}, "is cut short", {}};
  std::uint32_t crc;
  std::memcpy(&crc, slot.data() + crc_at, 4);
  if (crc != crc32c(slot.data(), crc_at)) return damaged;
  ByteReader in(slot.substr(0, crc_at));
  if (in.view(magic.size()) != magic) return damaged;
  if (in.get<std::uint32_t>() != mark_version)
    return Error{Failure::data, {}, "was written by another version", "use the program that wrote this journal"};
  CommitMark m;
  if (!wire::read_binary(in, m)) return damaged;
  return m;
}

}  // namespace

std::string encode_mark(const CommitMark& m) {
  ByteWriter w;
  w.raw(magic.data(), magic.size());
  w.put(mark_version);
  wire::write_binary(w, m);
  std::string slot = w.take();
  slot.resize(crc_at, '\0');
  const auto crc = crc32c(slot.data(), slot.size());
  slot.append(reinterpret_cast<const char*>(&crc), 4);
  return slot;
}

Result<MarkFile> decode_marks(std::string_view bytes, const std::string& path) {
  std::optional<MarkFile> best;
  std::vector<std::string> damaged;
  for (std::size_t i = 0; i < mark_slots; ++i) {
    const auto at = std::min(i * mark_slot_bytes, bytes.size());
    const auto slot = decode_slot(bytes.substr(at, mark_slot_bytes));
    if (!slot.ok() && slot.error().kind == Failure::data)
      return Error{Failure::data, path, "slot " + std::to_string(i) + " " + slot.error().what, slot.error().mend};
    if (!slot.ok()) damaged.push_back(path + ": slot " + std::to_string(i) + " " + slot.error().what);
    else if (!best || std::tie(best->newest.position, best->newest.segment) < std::tie(slot->position, slot->segment))
      best = MarkFile{*slot, i, {}};
  }
  if (!best)
    return Error{Failure::corruption, path, "both slots of the commit mark are damaged: what was acknowledged cannot be told",
                 "restore the file from a backup taken with this journal"};
  if (bytes.size() > mark_slots * mark_slot_bytes) damaged.push_back(path + ": is longer than its two slots");
  best->damaged = std::move(damaged);
  return *best;
}

}  // namespace trade
