#pragma once
#include <vector>

#include "core/map.h"
#include "domain/routing/route.h"
#include "messages/market.h"
#include "messages/orders.h"
#include "messages/reference.h"
#include "messages/venue.h"
#include "runtime/service.h"

namespace trade {

// Decides where an approved order goes, splits it into children of one venue each, and sums up what the venues say of them. What a venue
// says is never trusted to be consistent: what cannot be is ignored here, and fills are passed on one by one for oms to judge.
class Exeq {
 public:
  struct Listing {
    InstrumentId instrument;
    std::vector<VenueId> venues;
    FIELDS(Listing, instrument, venues)
  };
  struct Config {
    std::vector<Listing> venues;         // where an instrument trades; not named: wherever market data of it has been seen
    std::uint64_t max_closed = 100'000;  // ended orders kept for late truth
    Duration ack_timeout = seconds(5);   // how long a piece may go unacknowledged while another piece of its order works
    FIELDS(Config, venues, max_closed, ack_timeout)
  };
  // What a venue shows of an instrument.
  struct Shown {
    Price bid;
    Quantity bid_quantity;
    Price ask;
    Quantity ask_quantity;
    bool quoted = false;  // a quote has been seen: the feed's health matters
    bool down = false;
    FIELDS(Shown, bid, bid_quantity, ask, ask_quantity, quoted, down)
  };
  // sent: not acknowledged; lost: the venue has never heard of it.
  enum class ChildState : std::uint8_t { sent, working, filled, cancelled, rejected, expired, lost };
  friend constexpr auto enum_names(ChildState) {
    return std::to_array<std::string_view>({"sent", "working", "filled", "cancelled", "rejected", "expired", "lost"});
  }
  struct Child {
    ChildId id;
    OrderId order;
    VenueId venue;
    ChildState state{};
    Reason reason{};
    bool asked = false;    // a query of oms is out
    bool watched = false;  // a query of our own is
    Quantity quantity, filled;
    RequestNumber place, cancel, replace;  // the last ones sent: older ones' answers are stale
    Time taken_back_at;                    // when the venue last took a fill back: totals from before that are stale
    FIELDS(Child, id, order, venue, state, reason, asked, watched, quantity, filled, place, cancel, replace, taken_back_at)
  };
  struct Parent {
    OrderTerms terms;
    std::vector<ChildId> children;
    Quantity committed;        // counted on its own: open children in full, ended ones by what they filled; never above the quantity
    bool working = false;      // said so to oms
    bool closed = false;
    bool rerouting = false;    // a replace over several children: they are being cancelled, the rest goes out anew
    Quantity wanted_quantity;  // of a replace under way; 0: none
    Price wanted_limit;
    FIELDS(Parent, terms, children, committed, working, closed, rerouting, wanted_quantity, wanted_limit)
  };
  struct State {
    Map<InstrumentId, Instrument> instruments;
    Map<VenueId, Venue> venues;
    Map<std::pair<InstrumentId, VenueId>, Shown> shown;
    Map<OrderId, Parent> parents;
    Map<ChildId, Child> children;
    std::uint64_t last_child = 0, last_request = 0, open_parents = 0;
    FIELDS(State, instruments, venues, shown, parents, children, last_child, last_request, open_parents)
  };
  using In = Consumes<OrderAccepted, CancelRequested, ReplaceRequested, OrderQueried, VenueReport, Quote, Bar, Trade, MarketStatus,
                      VenueListed, InstrumentListed, TimerFired>;
  using Out = Emits<VenuePlace, VenueCancel, VenueReplace, VenueQuery, Execution>;

  explicit Exeq(const Config& config) : config_(config) {}

  void on(const VenueListed& m, Context<Out>&) { state.venues[m.venue.id] = m.venue; }
  void on(const InstrumentListed& m, Context<Out>&) { state.instruments[m.instrument.id] = m.instrument; }
  void on(const Quote& m, Context<Out>& context);
  void on(const MarketStatus& m, Context<Out>&) { state.shown[{m.instrument, m.venue}].down = m.state != FeedState::live; }
  void on(const Bar& m, Context<Out>&) { state.shown[{m.instrument, m.venue}]; }
  void on(const Trade& m, Context<Out>&) { state.shown[{m.instrument, m.venue}]; }

  void on(const OrderAccepted& m, Context<Out>& context);
  void on(const CancelRequested& m, Context<Out>& context);
  void on(const ReplaceRequested& m, Context<Out>& context);
  void on(const OrderQueried& m, Context<Out>& context);
  void on(const VenueReport& m, Context<Out>& context);
  void on(const TimerFired& m, Context<Out>& context);

  State state;

 private:
  using Ctx = Context<Out>;

  // Where (routing.cpp).
  bool trades_at(InstrumentId instrument, VenueId venue) const;
  Reason candidates(const OrderTerms& terms, std::vector<VenueOffer>& found) const;
  Reason place(OrderId order, Parent& parent, Quantity quantity, Ctx& context);

  // What became of it (exeq.cpp).
  bool any_open(const Parent& parent) const;
  bool any_asked(const Parent& parent) const;
  Quantity filled_in_all(const Parent& parent) const;
  void tell(OrderId order, ExecutionKind kind, Reason reason, Ctx& context);
  void tell_working(OrderId order, Parent& parent, Ctx& context);
  void tell_replaced(OrderId order, Parent& parent, Ctx& context);
  void tell_end(OrderId order, const Parent& parent, ExecutionKind kind, Reason reason, Ctx& context);
  void tell_restated(OrderId order, const Parent& parent, Reason reason, Ctx& context);
  RequestNumber next_request() { return {++state.last_request}; }
  void send_cancel(Child& child, const Parent& parent, Ctx& context);
  void send_query(const Child& child, const Parent& parent, Ctx& context);
  void cancel_open(const Parent& parent, Ctx& context);
  void close(Parent& parent);
  void end(Child& child, Parent& parent, ChildState how, Reason reason, bool say_end, Ctx& context);
  void settle(OrderId order, Parent& parent, bool say_end, Ctx& context);
  Quantity wanted_total(const Child& child, const Parent& parent) const;
  void infer_replace(Child& child, Parent& parent, const VenueReport& m, Ctx& context);
  void take_replace(Child& child, Parent& parent, Quantity total, Ctx& context);
  void send_rest(OrderId order, Parent& parent, Ctx& context);

  void accepted(Child& child, Parent& parent, const VenueReport& m, Ctx& context);
  void ended(Child& child, Parent& parent, const VenueReport& m, ChildState how, Ctx& context);
  void filled(Child& child, Parent& parent, const VenueReport& m, Ctx& context);
  void replaced(Child& child, Parent& parent, const VenueReport& m, Ctx& context);
  void taken_back(Child& child, Parent& parent, const VenueReport& m, Ctx& context);
  void refused(Child& child, Parent& parent, const VenueReport& m, Ctx& context);
  void ask_again(Child& child, const Parent& parent, Ctx& context);
  void answered(Child& child, Parent& parent, const VenueReport& m, Ctx& context);

  Config config_;
};

}  // namespace trade
