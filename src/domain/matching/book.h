#pragma once
#include <array>
#include <cstdint>
#include <map>
#include <utility>
#include <vector>

#include "core/bytes.h"
#include "core/check.h"
#include "domain/facts/order.h"
#include "domain/matching/ladder.h"

namespace trade::matching {

// An order as it comes in: prices in ticks, quantity in lots. `limit` matters for limit and stop_limit, `stop` for the stops.
struct Incoming {
  std::uint64_t id{};  // the owner's; not 0, unique among the orders of a book that are open
  std::int64_t quantity{}, limit{}, stop{};
  Side side{};
  OrderType type{};
  TimeInForce tif{};
};

// Liquidity from outside the book that an incoming order may take besides the book's own; here: none. Another one gives
//   bool present(Side taker)                     something can be taken at all
//   int64 own_first(Side taker)                  the worst price in ticks at which the book's own orders go before it
//   bool crosses(Side taker, int64 limit)        its best price is as good as the limit
//   int64 available(Side taker, int64 limit, int64 enough)   lots within the limit, counted up to `enough`
//   int64 take(Side taker, int64 limit, int64 lots, Price&)   takes at its best price only: lots taken (0: nothing)
struct NoOutside {
  static constexpr bool none = true;
};

// A price-time matching engine for one instrument: best price first, at one price first come first served.
// Events go to the Sink handed to each call, in the order they happen; the sink must not call back:
//   accepted(id) | rejected(id, Reason) | trade(maker id, taker id, price in ticks, lots) | outside(taker id, Price, lots) |
//   cancelled(id, leaves, Reason) | expired(id, leaves) | replaced(id, leaves)
// A fill of a resting order from outside is trade(maker, 0, …). An order that fills whole just ends with its last trade.
// Stops wait until the reference price is at or through them: the last trade of this book or what reference() said last.
// All waiting stops a message has triggered are executed before it ends: by side the nearest price first, then arrival.
class Book {
 public:
  using Handle = std::uint32_t;  // names an open order together with its id; 0: none. Not saved: see locate().

  Book() : orders_(1) {}

  // Takes an order; the handle is 0 when nothing of it stays (it may also have ended through a stop it triggered).
  template <class Sink, class Outside = NoOutside>
  Handle place(const Incoming& o, Sink&& s, Outside&& x = {}) {
    if (o.type >= OrderType::stop) [[unlikely]] return place_stop(o, s, x);
    if (o.quantity <= 0) [[unlikely]] return s.rejected(o.id, Reason::venue_bad_order), 0;
    if (o.type == OrderType::market && !liquid(o.side, x)) [[unlikely]] return s.rejected(o.id, Reason::venue_no_liquidity), 0;
    s.accepted(o.id);
    const Handle h = execute(o, 0, s, x);
    if (waiting()) [[unlikely]] trigger(s, x);
    return h;
  }

  // False when the handle does not name the open order `id` (any more).
  bool open(Handle h, std::uint64_t id) const { return h < orders_.size() && orders_[h].id == id && id != 0; }
  std::int64_t leaves(Handle h) const { return orders_[h].quantity; }
  std::int64_t price(Handle h) const { return price_of(orders_[h]); }
  Side side(Handle h) const { return side_of(orders_[h]); }
  bool is_stop(Handle h) const { return orders_[h].flags & stop_flag; }

  // False, and no event, when it is not open.
  template <class Sink>
  bool cancel(Handle h, std::uint64_t id, Sink&& s, Reason why = Reason::none) {
    if (!open(h, id)) return false;
    const auto left = remove(h);
    s.cancelled(id, left, why);
    return true;
  }
  template <class Sink>
  bool expire(Handle h, std::uint64_t id, Sink&& s) {
    if (!open(h, id)) return false;
    const auto left = remove(h);
    s.expired(id, left);
    return true;
  }
  // New limit and new open quantity (> 0). Less quantity at the same price keeps the place in the queue; anything else goes to
  // the back of it, and trades first if it crosses. A waiting stop keeps its trigger. False, and no event, when it is not open.
  template <class Sink, class Outside = NoOutside>
  bool replace(Handle h, std::uint64_t id, std::int64_t limit, std::int64_t quantity, Sink&& s, Outside&& x = {}) {
    if (!open(h, id) || quantity <= 0) return false;
    Order& o = orders_[h];
    if (o.flags & stop_flag) [[unlikely]] {
      o.quantity = quantity;
      stops_at(h).limit = limit;
      s.replaced(id, quantity);
      return true;
    }
    if (quantity <= o.quantity && price_of(o) == limit) {
      o.quantity = quantity;
      s.replaced(id, quantity);
      return true;
    }
    const Side side = side_of(o);
    unlink(o);
    s.replaced(id, quantity);
    execute({id, quantity, limit, 0, side, OrderType::limit, TimeInForce::gtc}, h, s, x);
    if (waiting()) [[unlikely]] trigger(s, x);
    return true;
  }

  // The outside has moved: resting orders it now crosses fill at their own price, best first, as far as it gives.
  template <class Sink, class Outside>
  void touched(Sink&& s, Outside&& x) {
    for (const Side side : {Side::buy, Side::sell}) {
      Ladder& own = ladder(side);
      while (!own.empty()) {
        const auto price = price_at(side, own.best_key());
        if (!x.crosses(side, price)) break;
        if (!fill_head(side, price, s, x)) break;
      }
    }
  }
  // Fills `lots` of an open resting order at its price from outside; lots <= leaves.
  template <class Sink>
  void fill(Handle h, std::int64_t lots, Sink&& s) {
    Order& o = orders_[h];
    CHECK(lots > 0 && lots <= o.quantity && !(o.flags & stop_flag), "fill beyond leaves");
    const auto id = o.id;
    const auto price = price_of(o);
    if (lots == o.quantity) remove(h);
    else o.quantity -= lots;
    s.trade(id, std::uint64_t{0}, price, lots);
  }

  // What stops look at: a buy stop at or below `high`, a sell stop at or above `low` is triggered. Off-tick prices give low > high.
  void reference(std::int64_t high, std::int64_t low) { set_last(high, low); }
  template <class Sink, class Outside = NoOutside>
  void run_stops(Sink&& s, Outside&& x = {}) {
    if (waiting()) trigger(s, x);
  }

  bool empty(Side side) const { return ladder(side).empty(); }
  // Best price in ticks; the side must not be empty.
  std::int64_t best(Side side) const { return price_at(side, ladder(side).best_key()); }
  bool waiting() const { return !stops_[0].empty() || !stops_[1].empty(); }
  std::size_t size() const { return live_; }

  // Lots resting on `side` at `limit` or better, counted up to `enough`.
  std::int64_t available(Side side, std::int64_t limit, std::int64_t enough) const;
  // Open orders in priority order, bids, asks, then stops by arrival: f(handle, id).
  template <class F>
  void each(F&& f) const;
  // The handle of an open order by a walk over all of them; after load(), when handles are forgotten. 0: not open.
  Handle locate(std::uint64_t id) const;

  // Canonical: what is open, in priority order, and what stops look at.
  void save(ByteWriter& w) const;
  void load(ByteReader& r);

 private:
  static constexpr std::uint32_t sell_flag = 1, stop_flag = 2;
  struct Order {
    std::int64_t quantity{};
    std::uint64_t id{};  // 0: the slot is free, `next` is the next free one
    std::uint32_t prev{}, next{};
    Ladder::Ref level{};
    std::uint32_t flags{};
  };
  struct Stop {
    Handle handle{};
    std::int64_t stop{}, limit{};
    OrderType type{};  // market or limit: what it becomes
    TimeInForce tif{};
  };
  using StopKey = std::pair<std::int64_t, std::uint64_t>;  // trigger key, arrival

  static Side side_of(const Order& o) { return static_cast<Side>(o.flags & sell_flag); }
  static std::int64_t key(Side side, std::int64_t price) { return side == Side::buy ? ~price : price; }
  static std::int64_t price_at(Side side, std::int64_t k) { return side == Side::buy ? ~k : k; }
  std::int64_t price_of(const Order& o) const { return price_at(side_of(o), ladder(side_of(o)).key_of(o.level)); }
  Ladder& ladder(Side side) { return sides_[static_cast<std::size_t>(side)]; }
  const Ladder& ladder(Side side) const { return sides_[static_cast<std::size_t>(side)]; }
  template <class Outside>
  static constexpr bool alone = requires { std::remove_cvref_t<Outside>::none; };

  template <class Outside>
  bool liquid(Side side, Outside& x) const {
    if (!ladder(opposite(side)).empty()) return true;
    if constexpr (alone<Outside>) return false;
    else return x.present(side);
  }

  void set_last(std::int64_t high, std::int64_t low) {
    last_ = {high, ~low};
    known_ = true;
  }
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
  void unlink(const Order& o) {
    Ladder& l = ladder(side_of(o));
    Queue& q = l.queue(o.level);
    (o.prev ? orders_[o.prev].next : q.head) = o.next;
    (o.next ? orders_[o.next].prev : q.tail) = o.prev;
    if (!(o.prev | o.next)) l.vacate(o.level);
  }
  std::int64_t remove(Handle h) {
    const auto left = orders_[h].quantity;
    if (orders_[h].flags & stop_flag) [[unlikely]] forget_stop(h);
    else unlink(orders_[h]);
    release(h);
    return left;
  }
  void rest(Handle h, std::uint64_t id, Side side, std::int64_t price, std::int64_t quantity) {
    Ladder& l = ladder(side);
    const auto ref = l.occupy(key(side, price));
    Queue& q = l.queue(ref);
    orders_[h] = {quantity, id, q.tail, 0, ref, static_cast<std::uint32_t>(side)};
    (q.tail ? orders_[q.tail].next : q.head) = h;
    q.tail = h;
  }

  // Trades with resting orders of the other side at `limit` or better; returns what is left of `quantity`.
  template <class Sink>
  std::int64_t match(Side side, std::int64_t limit, std::uint64_t taker, std::int64_t quantity, Sink& s) {
    Ladder& own = ladder(opposite(side));
    const std::int64_t worst = key(opposite(side), limit);
    if (own.best_key() > worst || own.empty()) return quantity;
    std::int64_t price;
    do {
      const auto ref = own.best();
      price = price_at(opposite(side), own.best_key());
      quantity = match_level(own, ref, price, taker, quantity, s);
    } while (quantity > 0 && own.best_key() <= worst && !own.empty());
    set_last(price, price);
    return quantity;
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

  // Matches inside and outside by price, own orders first at equal price; returns what is left.
  template <class Sink, class Outside>
  std::int64_t match_all(Side side, std::int64_t limit, std::uint64_t taker, std::int64_t quantity, Sink& s, Outside& x) {
    while (quantity > 0) {
      const bool there = x.crosses(side, limit);
      auto bound = limit;
      if (there) {
        const auto first = x.own_first(side);
        bound = side == Side::buy ? (first < limit ? first : limit) : (first > limit ? first : limit);
      }
      quantity = match(side, bound, taker, quantity, s);
      if (!there || quantity == 0) return quantity;
      Price price;
      const auto taken = x.take(side, limit, quantity, price);
      if (taken == 0) return quantity;
      quantity -= taken;
      s.outside(taker, price, taken);
    }
    return quantity;
  }

  // Executes an accepted order; `h` is the slot it holds already (a replaced order, a stop), or 0.
  template <class Sink, class Outside>
  Handle execute(const Incoming& o, Handle h, Sink& s, Outside& x) {
    const std::int64_t limit = o.type == OrderType::market ? (o.side == Side::buy ? INT64_MAX : INT64_MIN) : o.limit;
    if (o.tif == TimeInForce::fok && !fillable(o, limit, x)) [[unlikely]] return drop(o.id, o.quantity, h, s), 0;
    std::int64_t left;
    if constexpr (alone<Outside>) left = match(o.side, limit, o.id, o.quantity, s);
    else left = match_all(o.side, limit, o.id, o.quantity, s, x);
    if (left == 0) {
      if (h) release(h);
      return 0;
    }
    if (o.type == OrderType::market || o.tif == TimeInForce::ioc) return drop(o.id, left, h, s), 0;
    if (h == 0) h = allocate();
    rest(h, o.id, o.side, o.limit, left);
    return h;
  }
  template <class Sink>
  void drop(std::uint64_t id, std::int64_t left, Handle h, Sink& s) {
    if (h) release(h);
    s.cancelled(id, left, Reason::venue_unfilled);
  }
  template <class Outside>
  bool fillable(const Incoming& o, std::int64_t limit, Outside& x) const {
    auto sum = available(opposite(o.side), limit, o.quantity);
    if constexpr (!alone<Outside>) {
      if (sum < o.quantity) sum += x.available(o.side, limit, o.quantity - sum);
    }
    return sum >= o.quantity;
  }
  template <class Sink, class Outside>
  bool fill_head(Side side, std::int64_t price, Sink& s, Outside& x) {
    const Handle h = ladder(side).queue(ladder(side).best()).head;
    Price ignored;
    const auto lots = x.take(side, price, orders_[h].quantity, ignored);
    if (lots > 0) fill(h, lots, s);
    return lots > 0;
  }

  template <class Sink, class Outside>
  Handle place_stop(const Incoming& o, Sink& s, Outside& x) {
    if (o.quantity <= 0) return s.rejected(o.id, Reason::venue_bad_order), 0;
    s.accepted(o.id);
    const Handle h = add_stop(o);
    trigger(s, x);
    return open(h, o.id) ? h : 0;
  }
  template <class Sink, class Outside>
  void trigger(Sink& s, Outside& x) {
    Incoming o;
    Handle h;
    while ((h = take_triggered(o)) != 0) execute(o, h, s, x);
  }
  Handle add_stop(const Incoming& o);
  Stop& stops_at(Handle h);
  void forget_stop(Handle h);
  Handle take_triggered(Incoming& o);  // the next stop the reference has reached, no longer waiting; 0: none
  static void save_side(ByteWriter& w, const Book& b, Side side);
  bool load_side(ByteReader& r, Side side);

  std::vector<Order> orders_;  // [0] is not an order
  Handle free_ = 0;
  std::size_t live_ = 0;
  std::array<Ladder, 2> sides_;
  std::array<std::int64_t, 2> last_{};  // by side: stops whose key is not above it are triggered
  bool known_ = false;                   // last_ holds a price
  std::array<std::map<StopKey, Stop>, 2> stops_;
  std::uint64_t arrivals_ = 0;
};

template <class F>
void Book::each(F&& f) const {
  for (const auto& side : sides_)
    side.each([&](Ladder::Ref ref, std::int64_t) {
      for (Handle h = side.queue(ref).head; h; h = orders_[h].next) f(h, orders_[h].id);
      return true;
    });
  std::map<std::uint64_t, Handle> by_arrival;
  for (const auto& side : stops_)
    for (const auto& [k, stop] : side) by_arrival[k.second] = stop.handle;
  for (const auto& [arrival, h] : by_arrival) f(h, orders_[h].id);
}

}  // namespace trade::matching
