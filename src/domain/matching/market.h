#pragma once
#include "domain/matching/exchange.h"
#include "domain/matching/queue_positions.h"
#include "domain/matching/touch.h"

namespace trade::matching {

// One instrument at one simulated venue: the exchange of our orders and agents beside the replayed touch. Same sinks as Exchange.
// On each replayed datum: the touch moves, resting orders it crosses fill, then stops and pegs are looked at. Outside continuous trading
// the touch only moves.
class Market {
 public:
  using Handle = Exchange::Handle;

  Market() = default;
  explicit Market(const TouchRule& rule, Allocation allocation = {}) : exchange_(allocation), touch_(rule) {}

  template <class Sink>
  Handle place(const Incoming& o, Sink&& s) {
    const auto h = exchange_.place(o, s, outside());
    if (queues() && h != 0 && exchange_.displayed(h)) positions_.join(o.id, exchange_, h, touch_);
    return h;
  }
  template <class Sink>
  bool cancel(Handle h, std::uint64_t id, Sink&& s) {
    return exchange_.cancel(h, id, s, outside());
  }
  template <class Sink>
  bool expire(Handle h, std::uint64_t id, Sink&& s) {
    return exchange_.expire(h, id, s, outside());
  }
  template <class Sink>
  bool take_away(Handle h, std::uint64_t id, Reason why, Sink&& s) {
    return exchange_.take_away(h, id, why, s, outside());
  }
  // As Exchange::replace; an order that loses its place queues anew.
  template <class Sink>
  Reason replace(Handle h, std::uint64_t id, std::int64_t limit, std::int64_t lots, Sink&& s) {
    if (!exchange_.open(h, id)) return Reason::venue_unknown_order;
    const bool stays = exchange_.displayed(h) && exchange_.price(h) == limit && lots <= exchange_.leaves(h);
    const auto why = exchange_.replace(h, id, limit, lots, s, outside());
    if (why == Reason::none && queues() && !stays && exchange_.open(h, id) && exchange_.displayed(h))
      positions_.join(id, exchange_, h, touch_);
    return why;
  }
  template <class Sink>
  void mass_cancel(std::uint32_t owner, Sink&& s) {
    exchange_.mass_cancel(owner, s, outside());
  }
  template <class Sink>
  void phase(TradingPhase p, Sink&& s) {
    exchange_.phase(p, s, outside());
    if (p == TradingPhase::continuous) exchange_.touched(s, touch_);
  }
  template <class Sink>
  void band(std::int64_t low, std::int64_t high, Sink&& s) {
    exchange_.band(low, high, s, outside());
  }

  template <class Sink>
  void quote(Price bid, Price ask, Sink&& s) {
    if (touch_.quote(bid, ask)) moved(s);
  }
  template <class Sink>
  void trade(Price price, Quantity quantity, Side aggressor, Sink&& s) {
    const bool took = touch_.trade(price, aggressor);
    if (queues() && exchange_.phase() == TradingPhase::continuous)
      positions_.traded((price + touch_.shift()).units, quantity.units, aggressor, touch_.rule(), exchange_, s);
    traded(price, took, s);
  }
  template <class Sink>
  void bar(Price close, Sink&& s) {
    if (touch_.bar(close)) traded(close, true, s);
  }
  template <class Sink>
  void book(std::span<const Level> bids, std::span<const Level> asks, bool whole, Sink&& s) {
    if (!touch_.book(bids, asks, whole)) return;
    if (queues()) positions_.moved(exchange_, touch_);
    moved(s);
  }
  void lost() { touch_.lost(); }

  // Best displayed price in ticks, replayed liquidity included; 0: none.
  std::int64_t best(Side side) const {
    const Book& book = exchange_.book();
    const auto outside = touch_.best_ticks(side), own = book.empty(side) ? 0 : book.best(side);
    if (outside == 0 || own == 0) return outside + own;
    return side == Side::buy ? std::max(outside, own) : std::min(outside, own);
  }
  const Exchange& orders() const { return exchange_; }
  const Touch& touch() const { return touch_; }
  const QueuePositions& positions() const { return positions_; }

  void save(ByteWriter& w) const {
    exchange_.save(w);
    touch_.save(w);
    w.put(seen_trade_);
    positions_.save(w, exchange_);
  }
  void load(ByteReader& r) {
    exchange_.load(r);
    touch_.load(r);
    seen_trade_ = r.get<bool>();
    positions_.load(r, exchange_);
  }

 private:
  bool queues() const { return touch_.rule().queue != QueueRule::none; }
  // Outside continuous trading orders meet only each other.
  Touch* outside() { return exchange_.phase() == TradingPhase::continuous ? &touch_ : nullptr; }
  template <class Sink>
  void traded(Price price, bool touched, Sink& s) {
    seen_trade_ = true;
    if (touched && exchange_.size() != 0) exchange_.touched(s, touch_);
    const auto units = (price + touch_.shift()).units;
    const auto tick = touch_.rule().tick.units;
    exchange_.reference(floor_div(units, tick), ceil_div(units, tick), s, outside());
  }
  template <class Sink>
  void moved(Sink& s) {
    if (exchange_.size() == 0) return;
    exchange_.touched(s, touch_);
    if (exchange_.waiting() && !seen_trade_) look_at_touch(s);
  }
  // Without any trade yet, a buy stop looks at the ask and a sell stop at the bid.
  template <class Sink>
  void look_at_touch(Sink& s) {
    const auto tick = touch_.rule().tick.units;
    const auto high = touch_.present(Side::buy) ? floor_div(touch_.best(Side::buy).units, tick) : INT64_MIN;
    const auto low = touch_.present(Side::sell) ? ceil_div(touch_.best(Side::sell).units, tick) : INT64_MAX;
    exchange_.reference(high, low, s, outside());
  }

  Exchange exchange_;
  Touch touch_;
  QueuePositions positions_;
  bool seen_trade_ = false;  // the replayed data holds trades (or bars)
};

}  // namespace trade::matching
