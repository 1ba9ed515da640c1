#pragma once
#include <gtest/gtest.h>

#include <memory>
#include <vector>

#include "ports/bus.h"

// What every adapter of ports/bus.h must do.
namespace trade {

// An empty bus that keeps the latest `kept` messages a subject.
using BusWorld = std::unique_ptr<Bus> (*)(std::size_t kept);

class BusContract : public testing::TestWithParam<BusWorld> {
 protected:
  std::unique_ptr<Bus> bus = GetParam()(1000);
  bool publish(std::string_view subject, std::string_view origin, std::uint64_t sequence, std::string_view bytes = "x") {
    auto done = bus->publish(subject, origin, sequence, bytes);
    EXPECT_TRUE(done.ok());
    return done.ok() && *done;
  }
  // "origin:sequence=bytes" of everything there is now.
  static std::vector<std::string> drain(Subscription& s, std::uint64_t* cursor = nullptr) {
    std::vector<std::string> out;
    BusMessage m;
    for (auto more = s.next(m); more.ok() && *more; more = s.next(m)) {
      out.push_back(std::string(m.origin) + ":" + std::to_string(m.sequence) + "=" + std::string(m.bytes));
      if (cursor != nullptr) *cursor = m.position;
    }
    return out;
  }
  std::unique_ptr<Subscription> subscribe(std::string_view subject, std::uint64_t after = 0) {
    auto s = bus->subscribe(subject, after);
    EXPECT_TRUE(s.ok());
    return std::move(s).value();
  }
};

TEST_P(BusContract, EverySubscriberSeesItsSubjectInOrder) {
  auto early = subscribe("fills");
  EXPECT_TRUE(publish("fills", "a", 1, "one"));
  EXPECT_TRUE(publish("other", "a", 1, "no"));
  EXPECT_TRUE(publish("fills", "b", 1, std::string_view("\0", 1)));
  EXPECT_TRUE(publish("fills", "a", 2, "two"));
  const std::vector<std::string> all{"a:1=one", std::string("b:1=\0", 5), "a:2=two"};
  EXPECT_EQ(drain(*early), all);
  EXPECT_EQ(drain(*subscribe("fills")), all);
  EXPECT_EQ(drain(*early), std::vector<std::string>{});
  EXPECT_TRUE(publish("fills", "a", 3, ""));
  EXPECT_EQ(drain(*early), std::vector<std::string>{"a:3="});
}

TEST_P(BusContract, ARepeatIsAcknowledgedAndKeptOnce) {
  EXPECT_TRUE(publish("s", "a", 1, "one"));
  EXPECT_FALSE(publish("s", "a", 1, "one"));
  EXPECT_TRUE(publish("s", "a", 2));
  EXPECT_FALSE(publish("s", "a", 1));
  EXPECT_TRUE(publish("s", "b", 1)) << "every origin counts for itself";
  EXPECT_TRUE(publish("t", "a", 1)) << "and in every subject";
  EXPECT_EQ(drain(*subscribe("s")).size(), 3u);
}

TEST_P(BusContract, AnOlderCursorBringsMessagesAgain) {
  for (std::uint64_t i = 1; i <= 5; ++i) publish("s", "a", i);
  std::uint64_t cursor = 0;
  auto s = subscribe("s");
  EXPECT_EQ(drain(*s, &cursor).size(), 5u);
  EXPECT_EQ(drain(*subscribe("s", cursor)).size(), 0u);
  EXPECT_EQ(drain(*subscribe("s", cursor - 2)), (std::vector<std::string>{"a:4=x", "a:5=x"}));
}

TEST_P(BusContract, WhatIsNoLongerKeptShowsAsAGap) {
  bus = GetParam()(3);
  ArrivalOrder order;
  auto s = subscribe("s");
  BusMessage m;
  publish("s", "a", 1);
  ASSERT_TRUE(*s->next(m));
  EXPECT_EQ(order.take(m.origin, m.sequence), Arrival::next);
  for (std::uint64_t i = 2; i <= 6; ++i) publish("s", "a", i);
  ASSERT_TRUE(*s->next(m));
  EXPECT_EQ(m.sequence, 4u);
  EXPECT_EQ(order.take(m.origin, m.sequence), Arrival::gap);
}

TEST_P(BusContract, NamesAreHeldToTheirRule) {
  for (const auto* bad : {"", "A", "a b", "a/b", "a*"}) {
    EXPECT_EQ(bus->publish(bad, "a", 1, "x").error().kind, Failure::usage) << bad;
    EXPECT_EQ(bus->publish("s", bad, 1, "x").error().kind, Failure::usage) << bad;
    EXPECT_FALSE(bus->subscribe(bad, 0).ok()) << bad;
  }
  EXPECT_EQ(bus->publish("s", "a", 0, "x").error().kind, Failure::usage);
}

}  // namespace trade
