#pragma once
#include <string_view>
#include <vector>

#include "adapters/venues/byte_stream.h"

namespace trade::venues {

// A file inside a zip, and where its packed bytes lie.
struct ZipEntry {
  std::string name;
  std::uint64_t offset = 0;  // of its local header
  std::uint64_t packed = 0;
  std::uint32_t crc = 0;
  Packing packing{};
};

// Lists a zip's files from its central directory (PKWARE APPNOTE 4.3, zip64 included; no encryption, stored or deflated only).
Result<std::vector<ZipEntry>> read_zip_directory(const InputFile& file);
// The one to read: the named one, or the only one. Errors name what there is.
Result<ZipEntry> choose_zip_entry(const InputFile& file, const std::vector<ZipEntry>& entries, std::string_view name);
// The bytes of a file that are data: an entry of a zip (told by its name or first bytes), else the whole file, packed by gzip or not.
struct FilePart {
  ByteStream::Range range;
  Packing packing{};
  std::optional<std::uint32_t> crc;
};
// `entry`: which one of a zip, as choose_zip_entry says.
Result<FilePart> find_part(const InputFile& file, std::string_view entry);
// Where the packed bytes of an entry lie.
Result<ByteStream::Range> locate_zip_entry(const InputFile& file, const ZipEntry& entry);

}  // namespace trade::venues
