#pragma once
#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

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

}  // namespace trade
