#pragma once
#include <cstdint>
#include <vector>

#include "domain/matching/market.h"

namespace trade::matching {

// Seeded traders of one market. Every second one makes a market: a bid and an ask up to `spread` ticks off the touch, renewed each
// step; the others send a market order of up to `lots` to a random side. count 0: none.
struct AgentRule {
  std::uint32_t count{};
  std::uint64_t seed{};
  Duration interval = seconds(1);
  std::int64_t lots = 10;
  std::int64_t spread = 5;
  FIELDS(AgentRule, count, seed, interval, lots, spread)
};

// Ids of agents' orders carry the top bit; ours never do. The next one is set on sells.
inline constexpr std::uint64_t agent_bit = std::uint64_t{1} << 63;
constexpr Side agent_side(std::uint64_t id) { return static_cast<Side>((id >> 62) & 1); }

// splitmix64 (Steele, Lea, Flood 2014), below `below`.
inline std::uint64_t draw(std::uint64_t& random, std::uint64_t below) {
  std::uint64_t z = (random += 0x9E3779B97F4A7C15ull);
  z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9ull;
  z = (z ^ (z >> 27)) * 0x94D049BB133111EBull;
  return (z ^ (z >> 31)) % below;
}

// The agents' memory; what they do follows from it and the market alone.
struct Agents {
  std::uint64_t random{};
  std::uint64_t orders{};           // ids given
  std::vector<std::uint64_t> open;  // the makers' resting orders
  bool awake{};                     // a step is due
  FIELDS(Agents, random, orders, open, awake)

  std::uint64_t draw(std::uint64_t below) { return matching::draw(random, below); }
  template <class Sink>
  void step(const AgentRule& rule, Market& market, Sink&& s) {
    for (const auto id : open) market.cancel(market.orders().locate(id), id, s);
    open.clear();
    const Touch& touch = market.touch();
    if (!touch.present(Side::buy) || !touch.present(Side::sell)) return;
    for (std::uint32_t i = 0; i < rule.count; ++i) {
      const auto lots = 1 + static_cast<std::int64_t>(draw(static_cast<std::uint64_t>(rule.lots)));
      if (i % 2 == 1) {
        const auto side = static_cast<Side>(draw(2));
        market.place({next_id(side), lots, 0, 0, side, OrderType::market, TimeInForce::ioc}, s);
        continue;
      }
      for (const auto side : {Side::buy, Side::sell}) {
        const auto off = 1 + static_cast<std::int64_t>(draw(static_cast<std::uint64_t>(rule.spread)));
        const auto id = next_id(side);
        const auto price = touch.own_first(opposite(side)) - sign(side) * off;
        if (market.place({id, lots, price, 0, side, OrderType::limit, TimeInForce::gtc}, s) != 0) open.push_back(id);
      }
    }
  }

 private:
  std::uint64_t next_id(Side side) { return agent_bit | (static_cast<std::uint64_t>(side) << 62) | ++orders; }
};

}  // namespace trade::matching
