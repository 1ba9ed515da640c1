#include <cstring>

#include "bench/measure.h"
#include "bench/micro/benches.h"
#include "core/ring.h"

// The queue between two loops by itself: a 64-byte block in, seen, and out again, on one thread; 32 in flight.
namespace trade::bench {

void ring(const Folders&) {
  constexpr std::size_t rounds = 100'000, burst = 32, bytes = 64;
  ByteRing ring(1u << 16);
  std::byte message[bytes]{}, slots[burst][bytes]{};
  std::uint64_t seen = 0;
  auto f = alternate(
      "ring.hop", "ns/hop", static_cast<double>(rounds * burst), 15,
      [&] {
        for (std::size_t r = 0; r < rounds; ++r) {
          for (std::size_t i = 0; i < burst; ++i) {
            std::memcpy(ring.reserve(bytes), message, bytes);
            ring.commit();
          }
          for (std::size_t i = 0; i < burst; ++i) {
            seen += *static_cast<const std::uint64_t*>(ring.front());
            ring.pop();
          }
        }
        keep(seen);
      },
      [&] {
        for (std::size_t r = 0; r < rounds; ++r) {
          for (auto& s : slots) {
            std::memcpy(s, message, bytes);
            keep(s);
          }
          for (auto& s : slots) {
            std::uint64_t first;
            std::memcpy(&first, s, sizeof first);
            seen += first;
          }
        }
        keep(seen);
      });
  f.reference_is = "memcpy of the block";
  f.note = "64-byte blocks, one thread, 32 in flight";
  print(f);
}

}  // namespace trade::bench
