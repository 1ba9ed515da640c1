#include "adapters/embedded/memory_bus.h"

#include <thread>

#include "ports/bus_contract.h"
#include "wire/binary.h"

namespace trade {
namespace {

std::unique_ptr<Bus> memory_bus(std::size_t kept) { return std::make_unique<MemoryBus>(kept); }
INSTANTIATE_TEST_SUITE_P(Memory, BusContract, testing::Values(&memory_bus));

// A receiver behind a path that loses, repeats and reorders takes every message once and in order, by asking again from its cursor.
TEST(ArrivalOrderTest, EveryMessageIsTakenOnceWhateverThePathDoes) {
  std::uint64_t random = 7;
  const auto draw = [&random](std::uint64_t below) { return mix64(random += 0x9E3779B97F4A7C15ull) % below; };
  for (int round = 0; round < 200; ++round) {
    MemoryBus bus;
    std::vector<std::pair<std::string, std::uint64_t>> sent, taken, expected;
    std::uint64_t a = 0, b = 0;
    for (int i = 0; i < 30; ++i) sent.push_back(draw(2) == 0 ? std::pair{std::string("a"), ++a} : std::pair{std::string("b"), ++b});
    for (const auto& [origin, sequence] : sent) {
      ASSERT_TRUE(*bus.publish("s", origin, sequence, "x"));
      if (draw(3) == 0) {
        ASSERT_FALSE(*bus.publish("s", origin, sequence, "x"));
      }
    }
    ArrivalOrder order;
    while (taken.size() < sent.size()) {
      auto reading = bus.subscribe("s", draw(sent.size()));  // a cursor that is too late leaves gaps, one that is too early repeats
      BusMessage m;
      while (*(*reading)->next(m)) {
        if (draw(10) == 0) continue;  // lost
        const auto was = order.look(m.origin, m.sequence);
        EXPECT_EQ(order.take(m.origin, m.sequence), was);
        if (was == Arrival::next) taken.emplace_back(std::string(m.origin), m.sequence);
      }
    }
    for (const auto* origin : {"a", "b"}) {
      std::uint64_t next = 0;
      for (const auto& [o, sequence] : taken) {
        if (o != origin) continue;
        EXPECT_EQ(sequence, ++next);
      }
    }
  }
}

TEST(ArrivalOrderTest, EqualStateIsEqualBytesHoweverItWasReached) {
  const auto bytes = [](const ArrivalOrder& o) {
    ByteWriter w;
    wire::write_binary(w, o);
    return w.take();
  };
  ArrivalOrder one, two;
  for (const auto* o : {"b", "a", "c"}) one.take(o, 1);
  for (const auto* o : {"c", "b", "a"}) two.take(o, 1);
  EXPECT_EQ(bytes(one), bytes(two));
  two.take("a", 2);
  EXPECT_NE(bytes(one), bytes(two));
  ArrivalOrder back;
  const auto written = bytes(two);
  ByteReader r(written);
  ASSERT_TRUE(wire::read_binary(r, back));
  EXPECT_EQ(back.last("a"), 2u);
  EXPECT_EQ(back.last("none"), 0u);
}

TEST(MemoryBusTest, ManyThreadsPublishAtOnce) {
  MemoryBus bus;
  constexpr std::uint64_t each = 2000;
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t)
    threads.emplace_back([&bus, t] {
      for (std::uint64_t i = 1; i <= each; ++i) ASSERT_TRUE(*bus.publish("s", "o" + std::to_string(t), i, std::to_string(i)));
    });
  for (auto& t : threads) t.join();
  ArrivalOrder order;
  auto reading = bus.subscribe("s", 0);
  BusMessage m;
  std::uint64_t n = 0;
  for (; *(*reading)->next(m); ++n) EXPECT_EQ(order.take(m.origin, m.sequence), Arrival::next);
  EXPECT_EQ(n, 4 * each);
}

}  // namespace
}  // namespace trade
