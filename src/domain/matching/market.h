#pragma once
#include "domain/matching/book.h"
#include "domain/matching/queue_positions.h"
#include "domain/matching/touch.h"

namespace trade::matching {

// One instrument at one simulated venue: the book of our orders and agents beside the replayed touch. Same Sink as Book.
// On each replayed datum: the touch moves, resting orders it crosses fill, then stops are looked at.
class Market {
 public:
  Market() = default;
  explicit Market(const TouchRule& rule) : touch_(rule) {}

  template <class Sink>
  Book::Handle place(const Incoming& o, Sink&& s) {
    const auto h = book_.place(o, s, touch_);
    if (queues() && book_.open(h, o.id) && !book_.is_stop(h)) positions_.join(o.id, book_, h, touch_);
    return h;
  }
  template <class Sink>
  bool cancel(Book::Handle h, std::uint64_t id, Sink&& s) { return book_.cancel(h, id, s); }
  template <class Sink>
  bool expire(Book::Handle h, std::uint64_t id, Sink&& s) { return book_.expire(h, id, s); }
  // As Book::replace; an order that loses its place queues anew.
  template <class Sink>
  bool replace(Book::Handle h, std::uint64_t id, std::int64_t limit, std::int64_t lots, Sink&& s) {
    if (!book_.open(h, id)) return false;
    const bool stays = !book_.is_stop(h) && book_.price(h) == limit && lots <= book_.leaves(h);
    if (!book_.replace(h, id, limit, lots, s, touch_)) return false;
    if (queues() && !stays && book_.open(h, id) && !book_.is_stop(h)) positions_.join(id, book_, h, touch_);
    return true;
  }

  template <class Sink>
  void quote(Price bid, Price ask, Sink&& s) {
    if (touch_.quote(bid, ask)) moved(s);
  }
  template <class Sink>
  void trade(Price price, Quantity quantity, Side aggressor, Sink&& s) {
    const bool took = touch_.trade(price, aggressor);
    if (queues()) positions_.traded((price + touch_.shift()).units, quantity.units, aggressor, touch_.rule(), book_, s);
    traded(price, took, s);
  }
  template <class Sink>
  void bar(Price close, Sink&& s) {
    if (touch_.bar(close)) traded(close, true, s);
  }
  template <class Sink>
  void book(std::span<const Level> bids, std::span<const Level> asks, bool whole, Sink&& s) {
    if (!touch_.book(bids, asks, whole)) return;
    if (queues()) positions_.shrink(book_, touch_);
    moved(s);
  }
  void lost() { touch_.lost(); }

  Book& orders() { return book_; }
  const Book& orders() const { return book_; }
  const Touch& touch() const { return touch_; }

  void save(ByteWriter& w) const {
    book_.save(w);
    touch_.save(w);
    w.put(seen_trade_);
    positions_.save(w, book_);
  }
  void load(ByteReader& r) {
    book_.load(r);
    touch_.load(r);
    seen_trade_ = r.get<bool>();
    positions_.load(r, book_);
  }

 private:
  bool queues() const { return touch_.rule().queue == QueueRule::fifo; }
  template <class Sink>
  void traded(Price price, bool touched, Sink& s) {
    seen_trade_ = true;
    if (touched && book_.size() != 0) book_.touched(s, touch_);
    const auto units = (price + touch_.shift()).units;
    const auto tick = touch_.rule().tick.units;
    book_.reference(floor_div(units, tick), ceil_div(units, tick));
    book_.run_stops(s, touch_);
  }
  template <class Sink>
  void moved(Sink& s) {
    if (book_.size() == 0) return;
    book_.touched(s, touch_);
    if (!book_.waiting()) return;
    if (!seen_trade_) look_at_touch();
    book_.run_stops(s, touch_);
  }
  // Without any trade yet, a buy stop looks at the ask and a sell stop at the bid.
  void look_at_touch() {
    const auto tick = touch_.rule().tick.units;
    const auto high = touch_.present(Side::buy) ? floor_div(touch_.best(Side::buy).units, tick) : INT64_MIN;
    const auto low = touch_.present(Side::sell) ? ceil_div(touch_.best(Side::sell).units, tick) : INT64_MAX;
    book_.reference(high, low);
  }

  Book book_;
  Touch touch_;
  QueuePositions positions_;
  bool seen_trade_ = false;  // the replayed data holds trades (or bars)
};

}  // namespace trade::matching
