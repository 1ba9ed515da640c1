#pragma once
#include <bit>
#include <concepts>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>

#include "core/int128.h"

namespace trade {

static_assert(std::endian::native == std::endian::little, "canonical bytes are little endian");

// Appends canonical little-endian bytes. Owns its buffer.
class ByteWriter {
 public:
  template <std::integral T>
  void put(T v) { raw(&v, sizeof v); }
  void put_int128(int128 v) {
    put(static_cast<std::uint64_t>(static_cast<uint128>(v)));
    put(static_cast<std::uint64_t>(static_cast<uint128>(v) >> 64));
  }
  void put_double(double v) { put(std::bit_cast<std::uint64_t>(v)); }
  void put_text(std::string_view s) {
    put(static_cast<std::uint32_t>(s.size()));
    raw(s.data(), s.size());
  }
  void raw(const void* p, std::size_t n) { bytes_.append(static_cast<const char*>(p), n); }

  const std::string& bytes() const { return bytes_; }
  std::string take() { return std::move(bytes_); }
  std::size_t size() const { return bytes_.size(); }
  void clear() { bytes_.clear(); }

 private:
  std::string bytes_;
};

// Counts the bytes a ByteWriter would have written.
class ByteCount {
 public:
  template <std::integral T>
  void put(T) { size_ += sizeof(T); }
  void put_int128(int128) { size_ += 16; }
  void put_double(double) { size_ += 8; }
  void put_text(std::string_view s) { size_ += 4 + s.size(); }
  void raw(const void*, std::size_t n) { size_ += n; }
  std::size_t size() const { return size_; }

 private:
  std::size_t size_ = 0;
};

// Reads what ByteWriter wrote; never past the end. After the first bad read ok() is false and every value is zero.
class ByteReader {
 public:
  explicit ByteReader(std::string_view bytes) : bytes_(bytes) {}

  template <std::integral T>
  T get() {
    T v{};
    raw(&v, sizeof v);
    if constexpr (std::is_same_v<T, bool>) {
      std::uint8_t b;
      std::memcpy(&b, &v, 1);
      if (b > 1) { fail(); return false; }
    }
    return v;
  }
  int128 get_int128() {
    const auto lo = get<std::uint64_t>();
    const auto hi = get<std::uint64_t>();
    return static_cast<int128>((static_cast<uint128>(hi) << 64) | lo);
  }
  double get_double() { return std::bit_cast<double>(get<std::uint64_t>()); }
  std::string_view get_text() { return view(get<std::uint32_t>()); }
  std::string_view view(std::size_t n) {
    if (n > bytes_.size()) { fail(); return {}; }
    const auto s = bytes_.substr(0, n);
    bytes_.remove_prefix(n);
    return s;
  }
  void raw(void* p, std::size_t n) {
    if (n > bytes_.size()) { fail(); std::memset(p, 0, n); return; }
    std::memcpy(p, bytes_.data(), n);
    bytes_.remove_prefix(n);
  }

  void fail() { ok_ = false; bytes_ = {}; }
  bool ok() const { return ok_; }
  bool at_end() const { return ok_ && bytes_.empty(); }
  std::size_t left() const { return bytes_.size(); }

 private:
  std::string_view bytes_;
  bool ok_ = true;
};

}  // namespace trade
