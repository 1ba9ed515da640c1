#include "adapters/venues/byte_stream.h"

#include <zlib.h>

#include <algorithm>

namespace trade::venues {

struct ByteStream::Inflater {
  z_stream z{};
  explicit Inflater(Packing packing) { CHECK(inflateInit2(&z, packing == Packing::gzip ? 15 + 16 : -15) == Z_OK, "zlib"); }
  ~Inflater() { inflateEnd(&z); }
};

ByteStream::ByteStream(std::shared_ptr<const InputFile> file, Range range, Packing packing, std::optional<std::uint32_t> expected_crc)
    : file_(std::move(file)), at_(range.offset), end_(range.offset + range.bytes), packing_(packing), expected_crc_(expected_crc) {
  if (packing_ == Packing::plain) return;
  inflater_ = std::make_unique<Inflater>(packing_);
  input_.resize(static_cast<std::size_t>(std::min<std::uint64_t>(1u << 16, range.bytes + 1)));
}
ByteStream::~ByteStream() = default;

Result<std::size_t> ByteStream::read(char* to, std::size_t n) {
  if (done_ || n == 0) return std::size_t{0};
  auto got = packing_ == Packing::plain ? read_plain(to, n) : read_packed(to, n);
  if (got && expected_crc_) crc_ = static_cast<std::uint32_t>(crc32(crc_, reinterpret_cast<const Bytef*>(to), static_cast<uInt>(*got)));
  if (got && done_ && damage_.empty() && expected_crc_ && crc_ != *expected_crc_) damage_ = "zip checksum does not match";
  return got;
}

Result<std::size_t> ByteStream::read_plain(char* to, std::size_t n) {
  auto got = file_->read_at(at_, to, static_cast<std::size_t>(std::min<std::uint64_t>(n, end_ - at_)));
  if (!got) return got;
  at_ += *got;
  if (at_ == end_) done_ = true;
  else if (*got == 0) {
    done_ = true;
    damage_ = "file became shorter while reading";
  }
  return got;
}

// Gives zlib more input; false when there is none.
Result<bool> ByteStream::fill() {
  auto& z = inflater_->z;
  if (z.avail_in != 0) return true;
  const auto want = static_cast<std::size_t>(std::min<std::uint64_t>(input_.size(), end_ - at_));
  if (want == 0) return false;
  auto got = file_->read_at(at_, input_.data(), want);
  if (!got) return got.error();
  at_ += *got;
  z.next_in = input_.data();
  z.avail_in = static_cast<uInt>(*got);
  return *got != 0;
}

// A gzip file may be several members in a row, and padded with zeros.
bool ByteStream::next_member() {
  auto& z = inflater_->z;
  while (z.avail_in != 0 && *z.next_in == 0) {
    ++z.next_in;
    --z.avail_in;
  }
  if (z.avail_in == 0) return true;
  if (*z.next_in == 0x1f) return inflateReset(&z) == Z_OK;
  done_ = true;
  damage_ = "bytes that are not gzip follow the gzip data";
  return false;
}

Result<std::size_t> ByteStream::read_packed(char* to, std::size_t n) {
  auto& z = inflater_->z;
  z.next_out = reinterpret_cast<Bytef*>(to);
  z.avail_out = static_cast<uInt>(n);
  const auto produced = [&] { return n - z.avail_out; };
  while (produced() == 0) {
    const auto more = fill();
    if (!more) return more.error();
    if (!*more) {
      done_ = true;
      damage_ = "packed data ends early";
      break;
    }
    const int r = inflate(&z, Z_NO_FLUSH);
    if (r == Z_OK || r == Z_BUF_ERROR) continue;
    if (r != Z_STREAM_END) {
      done_ = true;
      damage_ = std::string("packed data is damaged (") + (z.msg != nullptr ? z.msg : "needs a dictionary") + ")";
      break;
    }
    if (packing_ == Packing::deflate) {
      done_ = true;
      if (z.avail_in != 0 || at_ != end_) damage_ = "bytes follow the packed data";
      break;
    }
    for (;;) {
      const auto after = fill();
      if (!after) return after.error();
      if (!*after) {
        done_ = true;
        return produced();
      }
      if (!next_member()) return produced();
      if (z.avail_in != 0) break;
    }
  }
  return produced();
}

Result<Packing> packing_of(const InputFile& file) {
  unsigned char magic[2] = {0, 0};
  const auto got = file.read_at(0, magic, 2);
  if (!got) return got.error();
  const bool gzip = *got == 2 && magic[0] == 0x1f && magic[1] == 0x8b;
  if (!gzip && file.path().ends_with(".gz"))
    return Error{Failure::corruption, file.path(), "is not gzip: it does not begin with 1f 8b", "fetch the file again"};
  return gzip ? Packing::gzip : Packing::plain;
}

}  // namespace trade::venues
