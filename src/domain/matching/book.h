#pragma once
#include <array>
#include <cstdint>
#include <vector>

#include "core/bytes.h"
#include "core/check.h"
#include "domain/facts/order.h"
#include "domain/matching/ladder.h"

namespace trade::matching {

// An order as it comes in: prices in ticks, quantities in lots. What each field means: docs/matching_rules.md.
struct Incoming {
  std::uint64_t id{};  // the owner's; not 0, unique among the orders of a book that are open
  std::int64_t quantity{}, limit{}, stop{};
  Side side{};
  OrderType type{};
  TimeInForce tif{};
  std::uint32_t owner{};  // 0: nobody
  std::int64_t display{}, minimum{}, offset{};
  Peg peg{};
  SelfMatch self_match{};
  bool post_only{};
};

// The orders of one instrument and the plain part of price-time matching: limit and market orders in continuous trading, best price
// first, at one price first come first served. Exchange puts every other rule on top of it.
// Events go to the Sink handed to each call, in the order they happen; the sink must not call back:
//   accepted(id) | rejected(id, Reason) | trade(maker id, taker id, price in ticks, lots) | cancelled(id, leaves, Reason) |
//   expired(id, leaves) | replaced(id, leaves)
// An order that fills whole just ends with its last trade.
class Book {
 public:
  using Handle = std::uint32_t;  // names an open order together with its id; 0: none

  Book() : orders_(1) {}

  // Takes a limit or market order of any plain time in force; the handle is 0 when nothing of it stays.
  template <class Sink>
  Handle place(const Incoming& o, Sink&& s) {
    if (o.quantity <= 0) [[unlikely]]
      return s.rejected(o.id, Reason::venue_bad_order), 0;
    if (o.type == OrderType::market && empty(opposite(o.side))) [[unlikely]]
      return s.rejected(o.id, Reason::venue_no_liquidity), 0;
    s.accepted(o.id);
    std::int64_t last;
    return take_in(o, s, last);
  }
  // Executes an order somebody else has accepted; `last` becomes the price of its last trade when it trades.
  template <class Sink>
  Handle take_in(const Incoming& o, Sink& s, std::int64_t& last) {
    const std::int64_t limit = o.type != OrderType::market ? o.limit : o.side == Side::buy ? INT64_MAX : INT64_MIN;
    return execute(o.id, o.side, limit, o.quantity, o.type == OrderType::market || o.tif == TimeInForce::ioc, o.tif == TimeInForce::fok, 0,
                   s, last);
  }

  // False when the handle does not name the open order `id` (any more).
  bool open(Handle h, std::uint64_t id) const { return h < orders_.size() && orders_[h].id == id && id != 0; }
  std::uint64_t id(Handle h) const { return orders_[h].id; }
  std::int64_t leaves(Handle h) const { return orders_[h].quantity; }
  Side side(Handle h) const { return side_of(orders_[h]); }
  // Stands in a queue of the book; price() is defined for those only.
  bool linked(Handle h) const { return !(orders_[h].flags & aside_flag); }
  std::int64_t price(Handle h) const { return price_at(side(h), ladder(side(h)).key_of(orders_[h].level)); }

  // False, and no event, when it is not open.
  template <class Sink>
  bool cancel(Handle h, std::uint64_t id, Sink&& s, Reason why = Reason::none) {
    if (!open(h, id)) return false;
    s.cancelled(id, remove(h), why);
    return true;
  }
  template <class Sink>
  bool expire(Handle h, std::uint64_t id, Sink&& s) {
    if (!open(h, id)) return false;
    s.expired(id, remove(h));
    return true;
  }
  // New limit and new open quantity (> 0). Less quantity at the same price keeps the place in the queue; anything else goes to
  // the back of it, and trades first if it crosses. False, and no event, when it is not open.
  template <class Sink>
  bool replace(Handle h, std::uint64_t id, std::int64_t limit, std::int64_t quantity, Sink&& s) {
    if (!open(h, id) || quantity <= 0) return false;
    Order& o = orders_[h];
    if (quantity <= o.quantity && price(h) == limit) {
      o.quantity = quantity;
      s.replaced(id, quantity);
      return true;
    }
    const Side side = side_of(o);
    detach(o);
    s.replaced(id, quantity);
    std::int64_t last;
    execute(id, side, limit, quantity, false, false, h, s, last);
    return true;
  }

  bool empty(Side side) const { return ladder(side).empty(); }
  // Best price in ticks; the side must not be empty.
  std::int64_t best(Side side) const { return price_at(side, ladder(side).best_key()); }
  std::size_t size() const { return live_; }
  // A bound of all handles given.
  Handle slots() const { return static_cast<Handle>(orders_.size()); }
  // Lots queued on `side` at `limit` or better, counted up to `enough`.
  std::int64_t available(Side side, std::int64_t limit, std::int64_t enough) const;
  // The handle of an open order by a walk over all slots; 0: not open.
  Handle locate(std::uint64_t id) const;

  // What stands in the queues, for Exchange. hold() gives an order a slot outside them; link() puts it at the back of a level.
  Handle hold(std::uint64_t id, Side side, std::int64_t quantity) {
    const Handle h = allocate();
    orders_[h] = {quantity, id, 0, 0, 0, static_cast<std::uint32_t>(side) | aside_flag};
    return h;
  }
  void link(Handle h, std::int64_t price) { rest(h, orders_[h].id, side_of(orders_[h]), price, orders_[h].quantity); }
  void unlink(Handle h) {
    detach(orders_[h]);
    orders_[h].flags |= aside_flag;
  }
  void set_leaves(Handle h, std::int64_t lots) { orders_[h].quantity = lots; }
  // Ends the order, wherever it stands; returns what was open of it.
  std::int64_t remove(Handle h) {
    const auto left = orders_[h].quantity;
    if (linked(h)) [[likely]]
      detach(orders_[h]);
    release(h);
    return left;
  }
  // Calls f(price, first handle) for the levels of a side from the best on until it returns false; next() goes on in the queue.
  template <class F>
  void each_level(Side side, F&& f) const {
    const Ladder& l = ladder(side);
    l.each([&](Ladder::Ref ref, std::int64_t k) { return f(price_at(side, k), l.queue(ref).head); });
  }
  Handle next(Handle h) const { return orders_[h].next; }

  // Trades with queued orders of the other side at `limit` or better; returns what is left of `quantity`, and the price of the last trade.
  template <class Sink>
  std::int64_t match(Side side, std::int64_t limit, std::uint64_t taker, std::int64_t quantity, Sink& s, std::int64_t& price) {
    Ladder& own = ladder(opposite(side));
    const std::int64_t worst = key(opposite(side), limit);
    if (own.best_key() > worst || own.empty()) return quantity;
    do {
      const auto ref = own.best();
      price = price_at(opposite(side), own.best_key());
      quantity = match_level(own, ref, price, taker, quantity, s);
    } while (quantity > 0 && own.best_key() <= worst && !own.empty());
    return quantity;
  }

 private:
  static constexpr std::uint32_t sell_flag = 1, aside_flag = 2;
  struct Order {
    std::int64_t quantity{};
    std::uint64_t id{};  // 0: the slot is free, `next` is the next free one
    std::uint32_t prev{}, next{};
    Ladder::Ref level{};
    std::uint32_t flags{};
  };

  static Side side_of(const Order& o) { return static_cast<Side>(o.flags & sell_flag); }
  static std::int64_t key(Side side, std::int64_t price) { return side == Side::buy ? ~price : price; }
  static std::int64_t price_at(Side side, std::int64_t k) { return side == Side::buy ? ~k : k; }
  Ladder& ladder(Side side) { return sides_[static_cast<std::size_t>(side)]; }
  const Ladder& ladder(Side side) const { return sides_[static_cast<std::size_t>(side)]; }

  Handle allocate() {
    if (free_) {
      const Handle h = free_;
      free_ = orders_[h].next;
      ++live_;
      return h;
    }
    ++live_;
    orders_.emplace_back();
    return static_cast<Handle>(orders_.size() - 1);
  }
  void release(Handle h) {
    Order& o = orders_[h];
    o.id = 0;
    o.next = free_;
    free_ = h;
    --live_;
  }
  void detach(const Order& o) {
    Ladder& l = ladder(side_of(o));
    Queue& q = l.queue(o.level);
    (o.prev ? orders_[o.prev].next : q.head) = o.next;
    (o.next ? orders_[o.next].prev : q.tail) = o.prev;
    if (!(o.prev | o.next)) l.vacate(o.level);
  }
  void rest(Handle h, std::uint64_t id, Side side, std::int64_t price, std::int64_t quantity) {
    Ladder& l = ladder(side);
    const auto ref = l.occupy(key(side, price));
    Queue& q = l.queue(ref);
    orders_[h] = {quantity, id, q.tail, 0, ref, static_cast<std::uint32_t>(side)};
    (q.tail ? orders_[q.tail].next : q.head) = h;
    q.tail = h;
  }
  template <class Sink>
  std::int64_t match_level(Ladder& own, Ladder::Ref ref, std::int64_t price, std::uint64_t taker, std::int64_t quantity, Sink& s) {
    Handle at = own.queue(ref).head;
    while (true) {
      Order& m = orders_[at];
      if (m.quantity > quantity) {
        m.quantity -= quantity;
        s.trade(m.id, taker, price, quantity);
        quantity = 0;
        break;
      }
      quantity -= m.quantity;
      s.trade(m.id, taker, price, m.quantity);
      const Handle next = m.next;
      release(at);
      at = next;
      if (at == 0) {
        own.queue(ref) = {};
        own.vacate(ref);
        return quantity;
      }
      if (quantity == 0) break;
    }
    own.queue(ref).head = at;
    orders_[at].prev = 0;
    return quantity;
  }
  // Executes an accepted order; `h` is the slot it holds already (a replaced order), or 0.
  template <class Sink>
  Handle execute(std::uint64_t id, Side side, std::int64_t limit, std::int64_t quantity, bool never_rests, bool all_or_nothing, Handle h,
                 Sink& s, std::int64_t& last) {
    if (all_or_nothing && available(opposite(side), limit, quantity) < quantity) [[unlikely]]
      return drop(id, quantity, h, s), 0;
    const std::int64_t left = match(side, limit, id, quantity, s, last);
    if (left == 0) {
      if (h) release(h);
      return 0;
    }
    if (never_rests) return drop(id, left, h, s), 0;
    if (h == 0) h = allocate();
    rest(h, id, side, limit, left);
    return h;
  }
  template <class Sink>
  void drop(std::uint64_t id, std::int64_t left, Handle h, Sink& s) {
    if (h) release(h);
    s.cancelled(id, left, Reason::venue_unfilled);
  }

  std::vector<Order> orders_;  // [0] is not an order
  Handle free_ = 0;
  std::size_t live_ = 0;
  std::array<Ladder, 2> sides_;
};

}  // namespace trade::matching
