#include "runtime/journal_quarantine.h"

#include <algorithm>
#include <tuple>

#include "wire/binary.h"

namespace trade {
namespace {

constexpr std::string_view magic = "tradquar";
constexpr std::uint32_t quarantine_version = 1;

auto key(const SuspectInput& i) { return std::tuple(i.loop, i.kind, i.origin); }

std::string path_in(const std::string& dir) { return dir + "/" + std::string(quarantine_file_name); }

}  // namespace

Result<Quarantine> Quarantine::read(Files& files, const std::string& dir) {
  Quarantine q;
  const auto path = path_in(dir);
  if (!files.exists(path)) return q;
  const auto bytes = files.read_all(path);
  if (!bytes) return bytes.error();
  const Error damaged{Failure::corruption, path, "the list of quarantined inputs is damaged",
                      "restore it from a backup, or remove it to count aborts anew"};
  if (bytes->size() < magic.size() + 8) return damaged;
  ByteReader in(std::string_view(*bytes).substr(0, bytes->size() - 4));
  std::uint32_t crc;
  std::memcpy(&crc, bytes->data() + bytes->size() - 4, 4);
  if (crc != crc32c(bytes->data(), bytes->size() - 4) || in.view(magic.size()) != magic) return damaged;
  if (in.get<std::uint32_t>() != quarantine_version)
    return Error{Failure::data, path, "was written by another version", "use the program that wrote it"};
  if (!wire::read_binary(in, q.inputs_) || !in.at_end()) return damaged;
  return q;
}

Result<void> Quarantine::write(Files& files, const std::string& dir) const {
  ByteWriter w;
  w.raw(magic.data(), magic.size());
  w.put(quarantine_version);
  wire::write_binary(w, inputs_);
  w.put(crc32c(w.bytes().data(), w.size()));
  return replace_file(files, path_in(dir), w.bytes());
}

SuspectInput& Quarantine::entry(std::uint8_t loop, RecordKind kind, const Origin& origin) {
  const SuspectInput wanted{loop, kind, origin, 0, false};
  const auto at = std::lower_bound(inputs_.begin(), inputs_.end(), wanted, [](const auto& a, const auto& b) { return key(a) < key(b); });
  return at != inputs_.end() && key(*at) == key(wanted) ? *at : *inputs_.insert(at, wanted);
}

bool Quarantine::holds(std::uint8_t loop, RecordKind kind, const Origin& origin) const {
  const SuspectInput wanted{loop, kind, origin, 0, false};
  return std::any_of(inputs_.begin(), inputs_.end(),
                     [&](const auto& i) { return key(i) == key(wanted) && (i.skip || i.aborts >= limit); });
}

bool Quarantine::safe_mode() const {
  return std::any_of(inputs_.begin(), inputs_.end(), [](const auto& i) { return i.aborts >= limit && !i.skip; });
}

}  // namespace trade
