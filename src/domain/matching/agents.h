#pragma once
#include <cstdint>
#include <vector>

#include "domain/matching/market.h"

namespace trade::matching {

// Seeded traders of one market, awake every `interval`; all counts 0: none. What each kind does: docs/touch_model.md.
struct AgentRule {
  std::uint32_t makers{}, noise{}, informed{}, momentum{};
  std::uint64_t seed{};
  Duration interval = seconds(1);
  std::int64_t lots = 10;          // of an order, at most; makers' outer levels more
  std::int64_t spread = 5;         // ticks: a maker's half spread in a calm market, at most
  std::int64_t price = 10'000;     // ticks: where a market without replayed data begins
  std::int64_t volatility = 1000;  // of the value per interval, in thousandths of a tick, on average
  FIELDS(AgentRule, makers, noise, informed, momentum, seed, interval, lots, spread, price, volatility)
  std::uint32_t count() const { return makers + noise + informed + momentum; }
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

// The agents' memory; what they do follows from it and the market alone, in integers.
class Agents {
 public:
  std::uint64_t random{};
  bool awake{};  // a step is due

  void step(const AgentRule& rule, Market& market, Events& s);
  FIELDS(Agents, random, awake, orders_, steps_, value_, seen_, fast_, slow_, storms_, quotes_, resting_)

 private:
  struct Resting {
    std::uint64_t id{};
    std::uint64_t until{};    // the step it is withdrawn in; of makers: whose it is
    Market::Handle handle{};  // found again after a load
    FIELDS(Resting, id, until)
  };
  std::int64_t below(std::int64_t n) { return static_cast<std::int64_t>(draw(random, static_cast<std::uint64_t>(n))); }
  std::int64_t storm(const AgentRule& rule) const;
  void news(const AgentRule& rule, const Market& market);
  bool still(Resting& r, const Market& market) const;
  void withdraw(Resting& r, Market& market, Events& s);
  Market::Handle send(Side side, std::int64_t price, std::int64_t lots, bool post_only, Market& market, Events& s);
  void keep_quotes(std::uint32_t maker, const AgentRule& rule, Market& market, Events& s);
  void noise(const AgentRule& rule, Market& market, Events& s);
  void informed(const AgentRule& rule, Market& market, Events& s);
  void momentum(const AgentRule& rule, Market& market, Events& s);

  std::uint64_t orders_{}, steps_{};
  std::int64_t value_{}, seen_{}, fast_{}, slow_{};  // thousandths of a tick
  std::vector<std::uint32_t> storms_;                // multifractal components: 1 stormy, 0 calm
  std::vector<Resting> quotes_, resting_;
};

}  // namespace trade::matching
