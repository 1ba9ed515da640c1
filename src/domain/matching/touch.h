#pragma once
#include <array>
#include <cstdint>
#include <span>
#include <vector>

#include "core/bytes.h"
#include "domain/book/l2_book.h"
#include "domain/facts/order.h"

namespace trade::matching {

// Which replayed data moves the touch (none: there is nothing outside), and how much it gives: `whole`: any quantity at the best price;
// `depth`: the replayed levels, each quantity once. fifo: resting orders queue behind the displayed quantity. docs/touch_model.md says it
// in full.
enum class TouchSource : std::uint8_t { quotes, trades, bars, book, none };
NAMES(TouchSource, quotes, trades, bars, book, none)
enum class FillModel : std::uint8_t { whole, depth };
NAMES(FillModel, whole, depth)
enum class QueueRule : std::uint8_t { none, fifo, probable };
NAMES(QueueRule, none, fifo, probable)
// Of what people cancel in a queue, how much (of 1000) stood behind an order, by the tenth of the queue that is behind it. The figures here
// are those of a recorded day of BTCUSDT perpetual (tests/queue_model prints them): the newest leave first, wherever one stands.
using CancelShares = std::array<std::uint32_t, 10>;
inline constexpr CancelShares recorded_cancels{680, 700, 710, 720, 720, 720, 740, 760, 790, 840};

// depth and the queues need source book. Prices move by `offset` ticks on their way in. `behind` matters for queue probable.
struct TouchRule {
  TouchSource source{};
  FillModel model{};
  QueueRule queue{};
  std::int64_t offset{};
  Price tick{1};
  Quantity lot{1};
  CancelShares behind = recorded_cancels;
  FIELDS(TouchRule, source, model, queue, offset, tick, lot, behind)
};

// n / d rounded down and up; d > 0.
constexpr std::int64_t floor_div(std::int64_t n, std::int64_t d) { return n / d - (n % d < 0); }
constexpr std::int64_t ceil_div(std::int64_t n, std::int64_t d) { return n / d + (n % d > 0); }

// The liquidity outside our book at one venue in one instrument, as replayed data shows it.
// Prices may be off tick; they are compared exactly. A side that is absent crosses nothing.
class Touch {
 public:
  Touch() = default;
  explicit Touch(const TouchRule& rule) : rule_(rule), shift_(rule.tick * rule.offset) {}

  // Each ignores what its rule is not moved by, and tells whether it took the datum. Price 0: that side is absent.
  bool quote(Price bid, Price ask);
  bool trade(Price price, Side aggressor);
  bool bar(Price close);
  bool book(std::span<const Level> bids, std::span<const Level> asks, bool whole);
  bool lost();  // the replayed book is out of step: nothing outside until it is whole again

  // The best price outside for a taker of this side (buy: the ask), shifted; meaningful when present.
  Price best(Side taker) const { return raw(taker) + shift_; }
  Price shift() const { return shift_; }
  const TouchRule& rule() const { return rule_; }
  // Lots shown at a price of our book (0: none or unknown), for the queue rule.
  std::int64_t shown(Side side, std::int64_t ticks) const;

  // The best price of a side in whole ticks, never better than it is (buy: the bid); 0: absent.
  std::int64_t best_ticks(Side side) const {
    if (!present(opposite(side))) return 0;
    const auto units = best(opposite(side)).units;
    return side == Side::buy ? floor_div(units, rule_.tick.units) : ceil_div(units, rule_.tick.units);
  }

  // What an exchange asks: something can be taken at all; the worst price in ticks at which its own orders go before it; its best price
  // is as good as the limit; lots within the limit, counted up to `enough`; taking at its best price only: lots taken (0: nothing).
  bool present(Side taker) const { return raw(taker).units != 0; }
  std::int64_t own_first(Side taker) const {
    return taker == Side::buy ? floor_div(best(taker).units, rule_.tick.units) : ceil_div(best(taker).units, rule_.tick.units);
  }
  bool crosses(Side taker, std::int64_t limit) const {
    if (!present(taker)) return false;
    return taker == Side::buy ? ceil_div(best(taker).units, rule_.tick.units) <= limit
                              : floor_div(best(taker).units, rule_.tick.units) >= limit;
  }
  std::int64_t available(Side taker, std::int64_t limit, std::int64_t enough) const;
  std::int64_t take(Side taker, std::int64_t limit, std::int64_t lots, Price& price);

  void save(ByteWriter& w) const;
  void load(ByteReader& r);

 private:
  // Replayed liquidity our orders have eaten; forgotten when the level changes.
  struct Eaten {
    Side side{};     // of the level
    Price price;     // as replayed
    Quantity shown;  // the level's quantity when it was eaten
    Quantity eaten;
  };
  Price raw(Side taker) const { return taker == Side::buy ? ask_ : bid_; }
  std::int64_t lots_left(Side side, const Level& level) const;
  void refresh(Side side);  // of the levels

  TouchRule rule_;
  Price shift_;
  Price bid_, ask_;           // as replayed; 0: absent
  L2Book levels_;             // source book only
  std::vector<Eaten> eaten_;  // by side and price
};

}  // namespace trade::matching
