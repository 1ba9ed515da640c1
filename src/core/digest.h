#pragma once
#include <array>
#include <bit>
#include <concepts>
#include <cstdint>
#include <cstring>
#include <memory>
#include <string>
#include <string_view>
#include <type_traits>

#include "core/int128.h"

namespace trade {

// A SHA-256 value.
struct Digest {
  std::array<std::uint8_t, 32> bytes{};
  auto operator<=>(const Digest&) const = default;
};
std::string to_hex(const Digest& d);
// nullptr-free parse of 64 hex digits; false when malformed.
bool from_hex(std::string_view text, Digest& out);

// SHA-256 over everything added (libcrypto).
class Sha256 {
 public:
  Sha256();
  ~Sha256();
  Sha256(Sha256&&) noexcept;
  Sha256& operator=(Sha256&&) noexcept;
  void add(const void* bytes, std::size_t n);
  void add(std::string_view bytes) { add(bytes.data(), bytes.size()); }
  // The digest of what was added so far; the hash starts anew afterwards.
  Digest finish();

 private:
  struct Context;
  std::unique_ptr<Context> context_;
};
Digest sha256(std::string_view bytes);

// CRC-32C (Castagnoli polynomial, as in iSCSI, RFC 3720), continuing from `seed`.
std::uint32_t crc32c(const void* bytes, std::size_t n, std::uint32_t seed = 0) noexcept;

// A fast 64-bit mix of `n` bytes into `seed`: for running digests and hash tables, not for adversaries. Same value on every machine.
std::uint64_t mix_bytes(std::uint64_t seed, const void* bytes, std::size_t n) noexcept;
// The splitmix64 finaliser (Steele, Lea, Flood 2014).
constexpr std::uint64_t mix64(std::uint64_t x) noexcept {
  x ^= x >> 30;
  x *= 0xBF58476D1CE4E5B9ull;
  x ^= x >> 27;
  x *= 0x94D049BB133111EBull;
  return x ^ (x >> 31);
}

// mix_bytes over what a ByteWriter would have written, `total` bytes, without writing it: words are mixed as they fill.
class ByteMix {
 public:
  ByteMix(std::uint64_t seed, std::size_t total) : mixed_(seed ^ (total * 0x9E3779B97F4A7C15ull)) {}
  template <std::integral T>
  void put(T v) {
    if constexpr (std::is_same_v<T, bool>) add(v ? 1 : 0, 1);
    else add(static_cast<std::make_unsigned_t<T>>(v), sizeof(T));
  }
  void put_int128(int128 v) {
    put(static_cast<std::uint64_t>(static_cast<uint128>(v)));
    put(static_cast<std::uint64_t>(static_cast<uint128>(v) >> 64));
  }
  void put_double(double v) { put(std::bit_cast<std::uint64_t>(v)); }
  void put_text(std::string_view s) {
    put(static_cast<std::uint32_t>(s.size()));
    raw(s.data(), s.size());
  }
  void raw(const void* p, std::size_t n) {
    const auto* at = static_cast<const unsigned char*>(p);
    for (; n >= 8; n -= 8, at += 8) {
      std::uint64_t word;
      std::memcpy(&word, at, 8);
      add(word, 8);
    }
    for (; n != 0; --n, ++at) add(*at, 1);
  }
  std::uint64_t value() const { return mix64(mixed_ ^ pending_); }

 private:
  void add(std::uint64_t v, unsigned n) {
    pending_ |= v << (8 * filled_);
    filled_ += n;
    if (filled_ < 8) return;
    mixed_ = (mixed_ ^ pending_) * 0xD6E8FEB86659FD93ull;
    mixed_ ^= mixed_ >> 32;
    filled_ -= 8;
    pending_ = filled_ == 0 ? 0 : v >> (8 * (n - filled_));
  }

  std::uint64_t mixed_, pending_ = 0;
  unsigned filled_ = 0;  // bytes of pending_
};

}  // namespace trade
