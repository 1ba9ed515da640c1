#include "core/digest.h"

#include <gtest/gtest.h>

#include <set>

#include "core/bytes.h"

namespace trade {
namespace {

// Castagnoli's polynomial bit by bit, reflected (RFC 3720 B.4).
std::uint32_t slow_crc32c(std::string_view bytes) {
  std::uint32_t crc = ~0u;
  for (const char c : bytes) {
    crc ^= static_cast<unsigned char>(c);
    for (int i = 0; i < 8; ++i) crc = (crc >> 1) ^ ((crc & 1) != 0 ? 0x82F63B78u : 0);
  }
  return ~crc;
}

std::string random_bytes(std::uint64_t seed, std::size_t n) {
  std::string s;
  for (std::size_t i = 0; i < n; ++i) s += static_cast<char>(mix64(seed += 0x9E3779B97F4A7C15ull));
  return s;
}

TEST(Crc32c, KnownVectors) {
  EXPECT_EQ(crc32c("123456789", 9), 0xE3069283u);
  EXPECT_EQ(crc32c("", 0), 0u);
  const std::string zeros(32, '\0'), ones(32, '\xFF');  // RFC 3720 B.4
  EXPECT_EQ(crc32c(zeros.data(), 32), 0x8A9136AAu);
  EXPECT_EQ(crc32c(ones.data(), 32), 0x62A8AB43u);
}

TEST(Crc32c, EqualsTheSlowOneAndContinues) {
  for (std::size_t n = 0; n < 200; ++n) {
    const auto s = random_bytes(n, n);
    ASSERT_EQ(crc32c(s.data(), n), slow_crc32c(s));
    const auto cut = n / 3;
    ASSERT_EQ(crc32c(s.data() + cut, n - cut, crc32c(s.data(), cut)), slow_crc32c(s));
  }
}

TEST(Sha256, KnownVectors) {  // FIPS 180-2, appendix B
  EXPECT_EQ(to_hex(sha256("")), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  EXPECT_EQ(to_hex(sha256("abc")), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  EXPECT_EQ(to_hex(sha256(std::string(1'000'000, 'a'))), "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
}

TEST(Sha256, PiecesAreTheWholeAndFinishStartsAnew) {
  const auto s = random_bytes(5, 1000);
  Sha256 h;
  for (std::size_t at = 0; at < s.size(); at += 37) h.add(std::string_view(s).substr(at, 37));
  EXPECT_EQ(h.finish(), sha256(s));
  EXPECT_EQ(h.finish(), sha256(""));
}

TEST(Digest, HexRoundTripsAndIsStrict) {
  const auto d = sha256("x");
  Digest back;
  ASSERT_TRUE(from_hex(to_hex(d), back));
  EXPECT_EQ(back, d);
  const auto hex = to_hex(d);
  for (const auto& bad : {hex.substr(1), hex + "0", std::string(64, 'g'), std::string(64, 'A'), std::string{}})
    EXPECT_FALSE(from_hex(bad, back)) << bad;
}

TEST(MixBytes, LengthSeedAndEveryByteMatter) {
  std::set<std::uint64_t> seen;
  for (std::size_t n = 0; n < 40; ++n) EXPECT_TRUE(seen.insert(mix_bytes(0, std::string(n, '\0').data(), n)).second);
  const auto s = random_bytes(9, 27);
  for (std::size_t i = 0; i < s.size(); ++i) {
    auto t = s;
    t[i] ^= 1;
    EXPECT_TRUE(seen.insert(mix_bytes(0, t.data(), t.size())).second);
  }
  EXPECT_NE(mix_bytes(1, s.data(), s.size()), mix_bytes(2, s.data(), s.size()));
}

TEST(MixBytes, IsTheSameWhenPutPieceByPiece) {
  std::uint64_t draw = 7;
  for (int round = 0; round < 2000; ++round) {
    ByteWriter w;
    ByteCount count;
    std::vector<std::uint64_t> pieces;
    for (std::uint64_t i = 0; i < draw % 9; ++i) pieces.push_back(mix64(draw + i * 0x9E3779B97F4A7C15ull));
    const auto put = [&](auto& to) {
      for (const auto p : pieces) switch (p % 7) {
          case 0: to.put(p); break;
          case 1: to.put(static_cast<std::int32_t>(p)); break;
          case 2: to.put(static_cast<std::uint16_t>(p)); break;
          case 3: to.put(static_cast<std::int8_t>(p)); break;
          case 4: to.put((p & 8) != 0); break;
          case 5: to.put_text(random_bytes(p, p / 7 % 20)); break;
          default: to.put_int128(-static_cast<int128>(p) * 3);
        }
    };
    put(w);
    put(count);
    ASSERT_EQ(count.size(), w.size());
    ByteMix mix(draw, count.size());
    put(mix);
    ASSERT_EQ(mix.value(), mix_bytes(draw, w.bytes().data(), w.size()));
    draw = mix64(draw + 0x9E3779B97F4A7C15ull);
  }
}

}  // namespace
}  // namespace trade
