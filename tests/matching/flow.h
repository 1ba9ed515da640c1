#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "core/digest.h"
#include "domain/facts/market.h"
#include "domain/facts/order.h"

// What both exchanges are fed with, and what they say.
namespace trade::matching_test {

// An order in ticks and lots, by the names of docs/matching_rules.md.
struct Terms {
  std::uint64_t id{};
  std::uint32_t owner{};
  Side side{};
  OrderType type{};
  TimeInForce tif{};
  std::int64_t quantity{}, limit{}, stop{}, display{}, minimum{}, offset{};
  Peg peg{};
  SelfMatch self_match{};
  bool post_only{};
};

struct Event {
  enum Kind : std::uint8_t { accepted, rejected, triggered, trade, cancelled, expired, replaced, reduced, phase, indicated } kind{};
  std::uint64_t id{}, taker{};
  std::int64_t price{}, lots{}, imbalance{};
  Reason reason{};
  Side side{};
  TradingPhase now{};
  bool operator==(const Event&) const = default;
};
NAMES(Event::Kind, accepted, rejected, triggered, trade, cancelled, expired, replaced, reduced, phase, indicated)
std::string print(const Event& e);

struct Input {
  enum Kind : std::uint8_t { place, cancel, expire, replace, mass_cancel, mass_cancel_side, phase, band, reference } kind{};
  Terms order;                 // of place; of mass cancels its owner and side
  std::uint64_t id{};
  std::int64_t a{}, b{};       // replace: limit, quantity; band: low, high; reference: price
  TradingPhase to{};
};
NAMES(Input::Kind, place, cancel, expire, replace, mass_cancel, mass_cancel_side, phase, band, reference)
std::string print(const Input& in);

// A seeded stream of inputs of every kind around a slowly moving price; ids ascend, and cancels and replaces mostly name recent orders.
class Flow {
 public:
  explicit Flow(std::uint64_t seed) : state_(seed) {}
  Input next();

 private:
  std::uint64_t below(std::uint64_t n) { return mix64(state_ += 0x9E3779B97F4A7C15ull) % n; }
  bool chance(std::uint64_t percent) { return below(100) < percent; }
  std::int64_t near(std::int64_t spread) {
    return middle_ + static_cast<std::int64_t>(below(static_cast<std::uint64_t>(2 * spread + 1))) - spread;
  }
  Terms order();
  void spoil(Terms& t);
  Input change_phase();

  std::uint64_t state_;
  std::uint64_t ids_ = 0;
  std::int64_t middle_ = 1000;
  TradingPhase phase_ = TradingPhase::continuous;
};

}  // namespace trade::matching_test
