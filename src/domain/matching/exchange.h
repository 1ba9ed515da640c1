#pragma once
#include <map>
#include <utility>
#include <vector>

#include "domain/matching/book.h"
#include "domain/matching/events.h"

namespace trade::matching {

class Touch;

// How displayed orders of one price share an incoming order.
enum class Allocation : std::uint8_t { price_time, pro_rata };
NAMES(Allocation, price_time, pro_rata)

// No price, quantity or offset goes beyond it.
inline constexpr std::int64_t greatest = std::int64_t{1} << 60;

// The exchange of docs/matching_rules.md for one instrument: every order type and condition, auctions, halts, bands. Each call is handled
// to its end; `s` gets what the page calls events, in that order (Events names the calls; any type with them will do), and must not call
// back. `x` is replayed liquidity an order may meet besides the book's own (docs/touch_model.md), none by default.
// An order is named by its id and the handle place() gave; a handle stays good until the order ends, but not over a save and load:
// locate() finds it again. Nothing is kept of an order that has ended.
class Exchange {
 public:
  using Handle = Book::Handle;

  explicit Exchange(Allocation allocation = Allocation::price_time) : allocation_(allocation), unusual_(allocation != Allocation{}) {}

  // The handle is 0 when nothing of it stays (it may also have ended through what it triggered).
  template <class Sink>
  Handle place(const Incoming& o, Sink&& s, Touch* x = nullptr) {
    if (calm() && x == nullptr && ordinary(o)) [[likely]]
      return place_plainly(o, s);
    Relay relay(s);
    return enter(o, relay, x);
  }
  // False, and no event, when it is not open.
  template <class Sink>
  bool cancel(Handle h, std::uint64_t id, Sink&& s, Touch* x = nullptr) {
    if (calm()) [[likely]]
      return book_.cancel(h, id, s);
    Relay relay(s);
    return end(h, id, false, Reason::none, relay, x);
  }
  // As cancel(), with a reason of the venue's own.
  template <class Sink>
  bool take_away(Handle h, std::uint64_t id, Reason why, Sink&& s, Touch* x = nullptr) {
    Relay relay(s);
    return end(h, id, false, why, relay, x);
  }
  template <class Sink>
  bool expire(Handle h, std::uint64_t id, Sink&& s, Touch* x = nullptr) {
    Relay relay(s);
    return end(h, id, true, Reason::none, relay, x);
  }
  // New limit and new open quantity. The reason when it is refused (nothing has happened then), else none.
  template <class Sink>
  Reason replace(Handle h, std::uint64_t id, std::int64_t limit, std::int64_t quantity, Sink&& s, Touch* x = nullptr) {
    Relay relay(s);
    return change(h, id, limit, quantity, relay, x);
  }
  // Owner 0: everybody.
  template <class Sink>
  void mass_cancel(std::uint32_t owner, Sink&& s, Touch* x = nullptr) {
    Relay relay(s);
    cancel_where({owner, true, true, Reason::none, false}, relay, x);
  }
  template <class Sink>
  void mass_cancel(std::uint32_t owner, Side side, Sink&& s, Touch* x = nullptr) {
    Relay relay(s);
    cancel_where({owner, side == Side::buy, side == Side::sell, Reason::none, false}, relay, x);
  }
  template <class Sink>
  void phase(TradingPhase p, Sink&& s, Touch* x = nullptr) {
    Relay relay(s);
    change_phase(p, relay, x);
  }
  // 1 <= low <= high <= greatest; (1, greatest) is no band.
  template <class Sink>
  void band(std::int64_t low, std::int64_t high, Sink&& s, Touch* x = nullptr) {
    Relay relay(s);
    change_band(low, high, relay, x);
  }
  // The price stops look at moves without a trade of this book. A price off tick has one for buy stops (rounded down) and one for sell
  // stops (rounded up); INT64_MIN and INT64_MAX: none for that side.
  template <class Sink>
  void reference(std::int64_t price, Sink&& s, Touch* x = nullptr) {
    reference(price, price, s, x);
  }
  template <class Sink>
  void reference(std::int64_t high, std::int64_t low, Sink&& s, Touch* x = nullptr) {
    Relay relay(s);
    look_at(high, low, relay, x);
  }

  // The outside has moved: resting orders it now crosses fill at their own price, best first, as far as it gives; then triggers and pegs.
  template <class Sink>
  void touched(Sink&& s, Touch& x) {
    Relay relay(s);
    fill_crossed(relay, x);
  }
  // Fills `lots` of what an open displayed order shows at its price from outside.
  template <class Sink>
  void fill(Handle h, std::int64_t lots, Sink&& s) {
    Relay relay(s);
    fill_shown(h, lots, relay);
  }

  TradingPhase phase() const { return phase_; }
  bool open(Handle h, std::uint64_t id) const { return book_.open(h, id); }
  Side side(Handle h) const { return book_.side(h); }
  // Open quantity, the reserve included.
  std::int64_t leaves(Handle h) const;
  // Stands in the book, displayed; shown() and price() are of such orders.
  bool displayed(Handle h) const { return book_.linked(h); }
  std::int64_t shown(Handle h) const { return book_.leaves(h); }
  std::int64_t price(Handle h) const { return book_.price(h); }
  // The price in force: the limit it has, or the one a peg has now; 0: none.
  std::int64_t limit(Handle h) const;
  bool waiting() const { return !stops_[0].empty() || !stops_[1].empty() || !trailing_.empty() || !pegs_.empty(); }
  // The displayed orders and what else is known of the book by price.
  const Book& book() const { return book_; }
  std::size_t size() const { return book_.size(); }
  Handle locate(std::uint64_t id) const { return book_.locate(id); }
  // The last trade of this book; 0: none.
  std::int64_t last_trade() const { return last_trade_; }
  std::pair<std::int64_t, std::int64_t> band() const { return {low_, high_}; }

  // Canonical: every open order by arrival, the phase, the band and the prices seen; equal behaviour, equal bytes.
  void save(ByteWriter& w) const;
  void load(ByteReader& r);

 private:
  // Where an order that is not plain stands.
  enum class Where : std::uint8_t { book, hidden, stop, kept, gathered, unpriced };
  struct Mark {  // of every open order, by handle
    std::uint64_t arrival{};
    std::uint32_t owner{};
    std::uint32_t terms{};  // 0: a plain limit order
    TimeInForce tif{};
    SelfMatch self_match{};
    bool post_only{};
  };
  struct Terms {
    Where where{};
    OrderType type{};
    Peg peg{};
    bool armed{};          // of a stop: it has a trigger price
    std::int64_t limit{};  // as given; of a peg: its bound
    std::int64_t price{};  // hidden and pegged: where it stands
    std::int64_t stop{}, display{}, minimum{}, offset{};
    std::int64_t reserve{};
  };
  struct Scope {
    std::uint32_t owner;
    bool buys, sells;
    Reason why;
    bool beyond_band;  // only those whose limit is
  };
  struct Indication {
    std::int64_t price{}, matched{}, imbalance{};
    Side side{};
    bool operator==(const Indication&) const = default;
  };
  struct Gathered {  // of one side of an auction, in its priority
    Handle handle;
    std::int64_t price;  // 0: any
    std::uint64_t arrival;
    std::int64_t open;
  };
  struct Saved;
  using StopKey = std::pair<std::int64_t, std::uint64_t>;  // trigger key, arrival

  bool calm() const { return (specials_ | unusual_) == 0; }
  // Nothing but price and quantity, and those within bounds.
  bool ordinary(const Incoming& o) const {
    return o.type <= OrderType::limit && o.tif < TimeInForce::at_open && (o.display | o.minimum) == 0 && o.self_match == SelfMatch::allow &&
           !o.post_only && static_cast<std::uint64_t>(o.quantity - 1) < static_cast<std::uint64_t>(greatest) &&
           (o.type == OrderType::market ? !book_.empty(opposite(o.side)) : o.limit >= low_ && o.limit <= high_);
  }
  template <class Sink>
  Handle place_plainly(const Incoming& o, Sink& s) {
    s.accepted(o.id);
    std::int64_t last = 0;
    const Handle h = book_.take_in(o, s, last);
    if (last != 0) {
      last_trade_ = last;
      seen_ = {last, last};
    }
    if (h != 0) mark(h) = {++arrivals_, o.owner, 0, o.tif, o.self_match, false};
    return h;
  }
  Mark& mark(Handle h) {
    if (h >= marks_.size()) [[unlikely]]
      marks_.resize(book_.slots());
    return marks_[h];
  }

  Handle enter(Incoming o, Events& s, Touch* x);
  Reason refusal(const Incoming& o, const Touch* x) const;
  Reason refused_now(const Incoming& o, const Touch* x) const;
  bool end(Handle h, std::uint64_t id, bool expired, Reason why, Events& s, Touch* x);
  Reason change(Handle h, std::uint64_t id, std::int64_t limit, std::int64_t quantity, Events& s, Touch* x);
  bool change_waiting(Handle h, std::int64_t limit, std::int64_t quantity, Events& s);
  void cancel_where(const Scope& scope, Events& s, Touch* x);
  void change_phase(TradingPhase p, Events& s, Touch* x);
  void change_band(std::int64_t low, std::int64_t high, Events& s, Touch* x);
  void look_at(std::int64_t high, std::int64_t low, Events& s, Touch* x);
  void fill_crossed(Events& s, Touch& x);
  void fill_shown(Handle h, std::int64_t lots, Events& s);
  void settle(Events& s, Touch* x);

  // Matching. Each says false when the incoming order was ended by its self-match policy.
  std::int64_t limit_of(const Incoming& o) const;
  Handle execute(Incoming o, Handle h, Events& s, Touch* x);
  bool work(Incoming& o, Events& s, Touch* x);
  bool work_inside(Incoming& o, std::int64_t bound, Events& s);
  bool meet_own(Incoming& o, Handle own, Events& s);
  void round(Incoming& o, Handle first, Events& s);
  bool fillable(const Incoming& o, const Touch* x) const;
  bool may_trade(const Incoming& o, Handle h) const;
  template <class F>
  Handle walk(Side side, std::int64_t bound, F&& f) const;
  Handle own_of_level(Handle first, std::uint32_t owner) const;
  void hit(Incoming& o, Handle h, std::int64_t lots, Events& s);
  void reduce(Handle h, std::int64_t lots);
  void reduce_open(Handle h, std::int64_t lots);
  void saw(std::int64_t high, std::int64_t low);

  // Where orders stand.
  Terms& terms_of(Handle h) { return terms_[marks_[h].terms]; }
  const Terms& terms_of(Handle h) const { return terms_[marks_[h].terms]; }
  bool special(Handle h) const { return marks_[h].terms != 0; }
  bool stands(Handle h, Where where) const { return special(h) && terms_of(h).where == where; }
  bool pegged(Handle h) const { return special(h) && terms_of(h).type == OrderType::pegged; }
  std::int64_t price_of(Handle h) const { return book_.linked(h) ? book_.price(h) : terms_of(h).price; }
  Handle hold(const Incoming& o, Handle h);
  Terms& give_terms(Handle h, const Incoming& o, Where where);
  void rest(const Incoming& o, Handle h);
  void show(Handle h, std::int64_t price);  // into the book, or among the hidden, at the back
  void unshow(Handle h);                    // out of it
  void take_price(Handle h);                // of a peg, which waits from then on
  void forget(Handle h);                    // off every list, its terms given back; its slot stays held
  std::int64_t finish(Handle h);            // ends it: what was open
  Incoming incoming_of(Handle h) const;
  std::vector<Handle> by_arrival(std::vector<Handle> all) const;

  // Stops and pegs.
  void wait_for_trigger(Handle h);
  void arm(Handle h, std::int64_t stop);
  StopKey stop_key(Handle h) const;
  void run_triggers(Events& s, Touch* x);
  Handle next_triggered() const;
  void reprice(const Touch* x);
  std::int64_t best_shown(Side side, bool pegs_too, const Touch* x) const;
  std::int64_t peg_target(Handle h, std::int64_t bid, std::int64_t ask, const Touch* x) const;

  // Auctions.
  Indication indication() const;
  void indicate(Events& s);
  void uncross(Events& s);
  std::vector<Gathered> gathered(Side side) const;
  void sweep_gathered(std::int64_t price, Events& s);
  void join_close();
  void close_day(Events& s);

  static void save_order(ByteWriter& w, const Saved& o);
  static bool load_order(ByteReader& r, Saved& o);
  bool restore(const Saved& o);

  Book book_;
  std::vector<Mark> marks_;            // by handle
  std::vector<Terms> terms_{Terms{}};  // [0] is nobody's
  std::vector<std::uint32_t> free_terms_;
  std::uint64_t specials_ = 0;  // orders with terms
  std::uint64_t arrivals_ = 0;
  std::array<std::uint32_t, 2> tagged_{};           // displayed orders with terms, by side
  std::array<std::vector<Handle>, 2> hidden_;       // by price, then arrival
  std::array<std::map<StopKey, Handle>, 2> stops_;  // those with a trigger price
  std::vector<Handle> trailing_, pegs_, kept_;
  std::array<std::vector<Handle>, 2> markets_;  // market orders of an auction
  Allocation allocation_;
  std::uint64_t unusual_;  // not continuous price-time trading without a band
  TradingPhase phase_ = TradingPhase::continuous;
  bool auction_begun_ = false;  // since the last uncross
  std::int64_t low_ = 1, high_ = greatest;
  std::array<std::int64_t, 2> seen_{INT64_MIN, INT64_MAX};  // what buy and sell stops look at; these: nothing
  std::int64_t last_trade_ = 0, reference_ = 0;
  Indication indicated_;
};

}  // namespace trade::matching
