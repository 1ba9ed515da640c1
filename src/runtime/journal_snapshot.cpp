#include "runtime/journal_snapshot.h"

#include <algorithm>
#include <charconv>

#include "wire/binary.h"

namespace trade {
namespace {

constexpr std::string_view magic = "tradsnap";
constexpr std::uint32_t snapshot_version = 1;
constexpr std::size_t kept = 2;

struct SnapshotHead {
  std::uint32_t version = snapshot_version;
  Place place{};
  Digest journal, content;
  std::uint64_t bytes{};
  FIELDS(SnapshotHead, version, place, journal, content, bytes)
};
constexpr std::size_t head_bytes = 4 + 8 + 32 + 32 + 8;

std::optional<Place> parse_snapshot_name(std::string_view name) {
  Place place = 0;
  if (name.size() != 33) return std::nullopt;
  std::from_chars(name.data() + 9, name.data() + 29, place);
  return snapshot_name(place) == name ? std::optional(place) : std::nullopt;
}

Result<std::vector<Place>> places(Files& files, const std::string& dir) {
  std::vector<Place> found;
  if (!files.exists(dir)) return found;
  const auto names = files.list(dir);
  if (!names) return names.error();
  for (const auto& n : *names)
    if (const auto place = parse_snapshot_name(n)) found.push_back(*place);
  std::sort(found.begin(), found.end());
  return found;
}

// The snapshot in these bytes, or why there is none.
Result<Snapshot> decode(std::string_view bytes, Place place, const Digest& journal) {
  const auto bad = [](std::string what) { return Error{Failure::corruption, {}, std::move(what), {}}; };
  constexpr std::size_t before_crc = magic.size() + head_bytes;
  if (bytes.size() < before_crc + 4 || !bytes.starts_with(magic)) return bad("is not a snapshot");
  std::uint32_t crc;
  std::memcpy(&crc, bytes.data() + before_crc, 4);
  if (crc != crc32c(bytes.data(), before_crc)) return bad("is damaged: the CRC-32C of its head does not match");
  ByteReader in(bytes.substr(magic.size(), head_bytes));
  SnapshotHead head;
  wire::read_binary(in, head);
  const auto content = bytes.substr(before_crc + 4);
  if (head.version != snapshot_version) return bad("was written by another version");
  if (head.place != place) return bad("is of place " + std::to_string(head.place) + ", not what its name says");
  if (head.journal != journal) return bad("belongs to another journal");
  if (content.size() != head.bytes || sha256(content) != head.content) return bad("is damaged: its digest does not match");
  return Snapshot{place, journal, std::string(content)};
}

}  // namespace

std::string snapshot_name(Place place) {
  const std::string p = std::to_string(place);
  return "snapshot-" + std::string(20 - p.size(), '0') + p + ".bin";
}

Result<void> write_snapshot(Files& files, const std::string& dir, const Snapshot& s) {
  ByteWriter w;
  w.raw(magic.data(), magic.size());
  wire::write_binary(w, SnapshotHead{snapshot_version, s.place, s.journal, sha256(s.content), s.content.size()});
  w.put(crc32c(w.bytes().data(), w.size()));
  w.raw(s.content.data(), s.content.size());
  if (auto written = replace_file(files, dir + "/" + snapshot_name(s.place), w.bytes()); !written) return written;
  const auto all = places(files, dir);
  if (!all) return all.error();
  for (std::size_t i = 0; i + kept < all->size(); ++i)
    if (auto removed = files.remove(dir + "/" + snapshot_name((*all)[i])); !removed) return removed;
  return {};
}

Result<FoundSnapshot> read_newest_snapshot(Files& files, const std::string& dir, const Digest& journal, Place end) {
  auto all = places(files, dir);
  if (!all) return all.error();
  FoundSnapshot found;
  std::reverse(all->begin(), all->end());
  for (const auto place : *all) {
    const std::string path = dir + "/" + snapshot_name(place);
    if (place > end) {
      found.warnings.push_back(path + ": is ahead of the journal's end, place " + std::to_string(end) + "; passed over");
      continue;
    }
    const auto bytes = files.read_all(path);
    if (!bytes) return bytes.error();
    auto decoded = decode(*bytes, place, journal);
    if (decoded) {
      found.snapshot = std::move(*decoded);
      break;
    }
    found.warnings.push_back(path + ": " + decoded.error().what + "; passed over");
  }
  return found;
}

}  // namespace trade
