#pragma once
#include "domain/facts/market.h"
#include "domain/facts/order.h"

namespace trade::matching {

// What an exchange tells, in the order it happens; docs/matching_rules.md says when. Prices in ticks, quantities in lots. A taker 0 is
// somebody outside the book; `outside` is a trade of the incoming order with replayed liquidity, at that liquidity's own price.
class Events {
 public:
  virtual void accepted(std::uint64_t id) = 0;
  virtual void rejected(std::uint64_t id, Reason why) = 0;
  virtual void triggered(std::uint64_t id) = 0;
  virtual void trade(std::uint64_t maker, std::uint64_t taker, std::int64_t price, std::int64_t lots) = 0;
  virtual void outside(std::uint64_t id, Price price, std::int64_t lots) = 0;
  virtual void cancelled(std::uint64_t id, std::int64_t leaves, Reason why) = 0;
  virtual void expired(std::uint64_t id, std::int64_t leaves) = 0;
  virtual void replaced(std::uint64_t id, std::int64_t leaves) = 0;
  virtual void reduced(std::uint64_t id, std::int64_t leaves) = 0;
  virtual void phase(TradingPhase p) = 0;
  virtual void indicated(std::int64_t price, std::int64_t matched, std::int64_t imbalance, Side side) = 0;

 protected:
  ~Events() = default;
};

// Any type with the calls of Events, as Events.
template <class Sink>
class Relay final : public Events {
 public:
  explicit Relay(Sink& s) : s_(s) {}
  void accepted(std::uint64_t id) override { s_.accepted(id); }
  void rejected(std::uint64_t id, Reason why) override { s_.rejected(id, why); }
  void triggered(std::uint64_t id) override { s_.triggered(id); }
  void trade(std::uint64_t maker, std::uint64_t taker, std::int64_t price, std::int64_t lots) override {
    s_.trade(maker, taker, price, lots);
  }
  void outside(std::uint64_t id, Price price, std::int64_t lots) override { s_.outside(id, price, lots); }
  void cancelled(std::uint64_t id, std::int64_t leaves, Reason why) override { s_.cancelled(id, leaves, why); }
  void expired(std::uint64_t id, std::int64_t leaves) override { s_.expired(id, leaves); }
  void replaced(std::uint64_t id, std::int64_t leaves) override { s_.replaced(id, leaves); }
  void reduced(std::uint64_t id, std::int64_t leaves) override { s_.reduced(id, leaves); }
  void phase(TradingPhase p) override { s_.phase(p); }
  void indicated(std::int64_t price, std::int64_t matched, std::int64_t imbalance, Side side) override {
    s_.indicated(price, matched, imbalance, side);
  }

 private:
  Sink& s_;
};

}  // namespace trade::matching
