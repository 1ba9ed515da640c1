#include "adapters/venues/zip_archive.h"

#include <algorithm>

#include "core/bytes.h"

namespace trade::venues {
namespace {

constexpr std::uint32_t directory_mark = 0x02014b50, local_mark = 0x04034b50;
constexpr std::uint32_t end64_mark = 0x06064b50, locator_mark = 0x07064b50, small_limit = 0xffffffff;
constexpr std::size_t end_size = 22, local_size = 30, locator_size = 20, end64_size = 56;

Error broken(const InputFile& file, std::string what) {
  return {Failure::corruption, file.path(), std::move(what), "fetch the file again"};
}

Result<std::string> bytes_at(const InputFile& file, std::uint64_t offset, std::size_t n) {
  std::string bytes(n, '\0');
  const auto got = file.read_at(offset, bytes.data(), n);
  if (!got) return got.error();
  if (*got != n) return broken(file, "zip is truncated");
  return bytes;
}

// Sizes that do not fit 32 bits stand in the extra field 1, in this order, those that fit left out (APPNOTE 4.5.3).
void read_zip64(std::string_view extra, bool unpacked_there, ZipEntry& e) {
  ByteReader r(extra);
  while (r.left() >= 4) {
    const auto id = r.get<std::uint16_t>();
    ByteReader field(r.view(r.get<std::uint16_t>()));
    if (id != 1) continue;
    if (unpacked_there) field.view(8);
    if (e.packed == small_limit) e.packed = field.get<std::uint64_t>();
    if (e.offset == small_limit) e.offset = field.get<std::uint64_t>();
  }
}

Result<ZipEntry> read_entry(const InputFile& file, ByteReader& r) {
  const auto mark = r.get<std::uint32_t>();
  r.view(4);
  const auto flags = r.get<std::uint16_t>(), method = r.get<std::uint16_t>();
  r.view(4);
  ZipEntry e;
  e.crc = r.get<std::uint32_t>();
  e.packed = r.get<std::uint32_t>();
  const auto unpacked = r.get<std::uint32_t>();
  const auto name = r.get<std::uint16_t>(), extra = r.get<std::uint16_t>(), comment = r.get<std::uint16_t>();
  r.view(8);
  e.offset = r.get<std::uint32_t>();
  e.name = r.view(name);
  read_zip64(r.view(extra), unpacked == small_limit, e);
  r.view(comment);
  if (!r.ok() || mark != directory_mark) return broken(file, "zip directory is damaged");
  if ((flags & 1) != 0) return broken(file, "zip entry " + e.name + " is encrypted");
  if (method != 0 && method != 8) return broken(file, "zip entry " + e.name + " is packed by method " + std::to_string(method));
  e.packing = method == 8 ? Packing::deflate : Packing::plain;
  return e;
}

struct Directory {
  std::uint64_t count = 0, size = 0, offset = 0;
};

// The directory's place by the zip64 end record, which the locator in front of the end record points to.
Result<Directory> find_directory64(const InputFile& file, std::string_view tail, std::size_t end_at) {
  if (end_at < locator_size) return broken(file, "zip64 end record is missing");
  ByteReader locator(tail.substr(end_at - locator_size));
  const auto mark = locator.get<std::uint32_t>();
  locator.view(4);
  const auto offset = locator.get<std::uint64_t>();
  if (mark != locator_mark || offset > file.size()) return broken(file, "zip64 end record is missing");
  const auto bytes = bytes_at(file, offset, end64_size);
  if (!bytes) return bytes.error();
  ByteReader r(*bytes);
  if (r.get<std::uint32_t>() != end64_mark) return broken(file, "zip64 end record is damaged");
  r.view(28);
  Directory d;
  d.count = r.get<std::uint64_t>();
  d.size = r.get<std::uint64_t>();
  d.offset = r.get<std::uint64_t>();
  return d;
}

Result<Directory> find_directory(const InputFile& file) {
  const auto size = static_cast<std::size_t>(std::min<std::uint64_t>(file.size(), end_size + 65'535 + locator_size));
  const auto tail = bytes_at(file, file.size() - size, size);
  if (!tail) return tail.error();
  const auto at = tail->rfind(std::string_view("PK\x05\x06", 4));
  if (at == std::string::npos || tail->size() - at < end_size) return broken(file, "is not a zip, or is truncated: no end record");
  ByteReader end(std::string_view(*tail).substr(at + 10));
  Directory d;
  d.count = end.get<std::uint16_t>();
  d.size = end.get<std::uint32_t>();
  d.offset = end.get<std::uint32_t>();
  const bool big = d.count == 0xffff || d.size == small_limit || d.offset == small_limit;
  return big ? find_directory64(file, *tail, at) : Result<Directory>(d);
}

}  // namespace

Result<std::vector<ZipEntry>> read_zip_directory(const InputFile& file) {
  const auto d = find_directory(file);
  if (!d) return d.error();
  if (d->offset > file.size() || d->size > file.size() - d->offset) return broken(file, "zip directory is damaged");
  const auto bytes = bytes_at(file, d->offset, static_cast<std::size_t>(d->size));
  if (!bytes) return bytes.error();
  ByteReader r(*bytes);
  std::vector<ZipEntry> entries;
  for (std::uint64_t i = 0; i < d->count; ++i) {
    auto entry = read_entry(file, r);
    if (!entry) return entry.error();
    entries.push_back(std::move(*entry));
  }
  return entries;
}

Result<ZipEntry> choose_zip_entry(const InputFile& file, const std::vector<ZipEntry>& entries, std::string_view name) {
  if (name.empty() && entries.size() == 1) return entries.front();
  const auto at = std::ranges::find_if(entries, [name](const ZipEntry& e) { return !name.empty() && e.name == name; });
  if (at != entries.end()) return *at;
  if (entries.empty()) return broken(file, "zip holds no file");
  std::string known = entries.front().name;
  for (std::size_t i = 1; i < std::min<std::size_t>(entries.size(), 4); ++i) known += ", " + entries[i].name;
  if (entries.size() > 4) known += ", ... (" + std::to_string(entries.size()) + " files)";
  const auto what = name.empty() ? std::string("holds several files") : "holds no file \"" + std::string(name) + "\"";
  return Error{Failure::config, file.path(), what, "set feed.entry to one of: " + known};
}

Result<ByteStream::Range> locate_zip_entry(const InputFile& file, const ZipEntry& entry) {
  if (entry.offset > file.size() || file.size() - entry.offset < local_size)
    return broken(file, "zip entry " + entry.name + " lies outside the file");
  auto header = bytes_at(file, entry.offset, local_size);
  if (!header) return header.error();
  ByteReader r(*header);
  if (r.get<std::uint32_t>() != local_mark) return broken(file, "zip entry " + entry.name + " has no header");
  r.view(22);
  const auto name = r.get<std::uint16_t>(), extra = r.get<std::uint16_t>();
  const ByteStream::Range range{entry.offset + local_size + name + extra, entry.packed};
  if (range.offset > file.size() || range.bytes > file.size() - range.offset)
    return broken(file, "zip entry " + entry.name + " is truncated");
  return range;
}

Result<FilePart> find_part(const InputFile& file, std::string_view entry) {
  char first[4]{};
  const auto n = file.read_at(0, first, sizeof first);
  if (!n) return n.error();
  if (file.path().ends_with(".zip") || std::string_view(first, *n) == std::string_view("PK\3\4", 4)) {
    const auto entries = read_zip_directory(file);
    if (!entries) return entries.error();
    const auto chosen = choose_zip_entry(file, *entries, entry);
    if (!chosen) return chosen.error();
    const auto range = locate_zip_entry(file, *chosen);
    if (!range) return range.error();
    return FilePart{*range, chosen->packing, chosen->crc};
  }
  const auto packing = packing_of(file);
  if (!packing) return packing.error();
  return FilePart{{0, file.size()}, *packing, {}};
}

}  // namespace trade::venues
