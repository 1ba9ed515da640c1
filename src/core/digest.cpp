#include "core/digest.h"

#include <nmmintrin.h>
#include <openssl/evp.h>

#include <cstring>

#include "core/check.h"

namespace trade {

struct Sha256::Context {
  EVP_MD_CTX* evp = EVP_MD_CTX_new();
  ~Context() { EVP_MD_CTX_free(evp); }
};

Sha256::Sha256() : context_(std::make_unique<Context>()) {
  CHECK(EVP_DigestInit_ex(context_->evp, EVP_sha256(), nullptr) == 1, "libcrypto has no SHA-256");
}
Sha256::~Sha256() = default;
Sha256::Sha256(Sha256&&) noexcept = default;
Sha256& Sha256::operator=(Sha256&&) noexcept = default;

void Sha256::add(const void* bytes, std::size_t n) { CHECK(EVP_DigestUpdate(context_->evp, bytes, n) == 1); }

Digest Sha256::finish() {
  Digest d;
  unsigned n = 0;
  CHECK(EVP_DigestFinal_ex(context_->evp, d.bytes.data(), &n) == 1 && n == d.bytes.size());
  CHECK(EVP_DigestInit_ex(context_->evp, EVP_sha256(), nullptr) == 1);
  return d;
}

Digest sha256(std::string_view bytes) {
  Sha256 h;
  h.add(bytes);
  return h.finish();
}

std::string to_hex(const Digest& d) {
  constexpr std::string_view digits = "0123456789abcdef";
  std::string s;
  for (const auto b : d.bytes) {
    s.push_back(digits[b >> 4]);
    s.push_back(digits[b & 15]);
  }
  return s;
}

bool from_hex(std::string_view text, Digest& out) {
  if (text.size() != 64) return false;
  for (std::size_t i = 0; i < 64; ++i) {
    const char c = text[i];
    int v;
    if (c >= '0' && c <= '9') v = c - '0';
    else if (c >= 'a' && c <= 'f') v = c - 'a' + 10;
    else return false;
    auto& byte = out.bytes[i / 2];
    byte = static_cast<std::uint8_t>(i % 2 == 0 ? v << 4 : byte | v);
  }
  return true;
}

std::uint32_t crc32c(const void* bytes, std::size_t n, std::uint32_t seed) noexcept {
  const auto* p = static_cast<const unsigned char*>(bytes);
  std::uint64_t crc = ~seed;
  for (; n >= 8; n -= 8, p += 8) {
    std::uint64_t word;
    std::memcpy(&word, p, 8);
    crc = _mm_crc32_u64(crc, word);
  }
  auto crc32 = static_cast<std::uint32_t>(crc);
  if (n >= 4) {
    std::uint32_t word;
    std::memcpy(&word, p, 4);
    crc32 = _mm_crc32_u32(crc32, word);
    n -= 4;
    p += 4;
  }
  for (; n > 0; --n, ++p) crc32 = _mm_crc32_u8(crc32, *p);
  return ~crc32;
}

std::uint64_t mix_bytes(std::uint64_t seed, const void* bytes, std::size_t n) noexcept {
  const auto* p = static_cast<const unsigned char*>(bytes);
  std::uint64_t h = seed ^ (n * 0x9E3779B97F4A7C15ull);
  for (; n >= 8; n -= 8, p += 8) {
    std::uint64_t word;
    std::memcpy(&word, p, 8);
    h = (h ^ word) * 0xD6E8FEB86659FD93ull;
    h ^= h >> 32;
  }
  std::uint64_t last = 0;
  if (n != 0) std::memcpy(&last, p, n);
  return mix64(h ^ last);
}

}  // namespace trade
