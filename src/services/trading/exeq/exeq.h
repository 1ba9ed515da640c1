#pragma once
#include <algorithm>
#include <vector>

#include "core/map.h"
#include "domain/book/l2_book.h"
#include "domain/execution/schedule.h"
#include "domain/quality/quality.h"
#include "domain/routing/pacing.h"
#include "domain/routing/route.h"
#include "domain/routing/venue_record.h"
#include "messages/execution.h"
#include "messages/market.h"
#include "messages/orders.h"
#include "messages/reference.h"
#include "messages/venue.h"
#include "runtime/service.h"

namespace trade {

// Decides where an approved order goes, splits it into children of one venue each, works it off by its algorithm, and sums up what the
// venues say of them. What a venue says is never trusted to be consistent: what cannot be is ignored here, and fills are passed on one by
// one for oms to judge.
class Exeq {
 public:
  struct Listing {
    InstrumentId instrument;
    std::vector<VenueId> venues;
    FIELDS(Listing, instrument, venues)
  };
  struct VenuePace {
    VenueId venue;
    Pace pace;
    FIELDS(VenuePace, venue, pace)
  };
  struct Config {
    std::vector<Listing> venues;         // where an instrument trades; not named: wherever market data of it has been seen
    std::vector<VenuePace> paces;        // how fast a venue may be asked; not named: as fast as orders come
    std::uint64_t max_queued = 1'000;    // requests that may wait for one venue's pace
    CircuitRule circuit;                 // when a venue that fails is left alone
    Duration slice = seconds(10);        // of algorithms: how long a slice is, about
    std::uint32_t max_refusals = 5;      // pieces in a row refused before an algorithm gives up
    std::uint32_t resends = 0;           // how often a piece that its venue has never heard of is sent again, under the same id
    std::uint64_t max_closed = 100'000;  // ended orders kept for late truth
    Duration ack_timeout = seconds(5);   // how long a piece may go unacknowledged while another piece of its order works
    FIELDS(Config, venues, paces, max_queued, circuit, slice, max_refusals, resends, max_closed, ack_timeout)
  };
  // What a venue shows of an instrument, and has shown.
  struct Shown {
    Price bid;
    Quantity bid_quantity;
    Price ask;
    Quantity ask_quantity;
    bool quoted = false;  // a quote has been seen: the feed's health matters
    bool down = false;
    bool trades = false;       // a trade has been seen: its volume is counted by trades, not by bars
    Price last;                // of a trade or a bar; 0: none
    Duration bar;              // the shortest interval of its bars
    std::uint64_t traded = 0;  // all units ever, modulo 2^64: for differences
    TradeFlow flow;
    PriceMovement movement;
    VolumeCurve curve;
    Aftermath aftermath;
    FIELDS(Shown, bid, bid_quantity, ask, ask_quantity, quoted, down, trades, last, bar, traded, flow, movement, curve, aftermath)
  };
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
    std::vector<std::pair<ExecutionId, Time>> amended;  // its executions that were taken back or corrected, and when last
    Price limit;                           // 0: none
    TimeInForce tif{};
    Time sent;  // 0: not yet
    std::uint32_t resent = 0;
    Price mid;            // the venue's when it was sent; 0: unknown
    std::int64_t best{};  // what a unit cost at the best venue then, fee included (1e-8, a seller's turned); 0: unknown
    int128 paid{};        // price x quantity of its fills
    FIELDS(Child, id, order, venue, state, reason, asked, watched, quantity, filled, place, cancel, replace, taken_back_at, amended,
           limit, tif, sent, resent, mid, best, paid)
  };
  struct Parent {
    OrderTerms terms;
    std::vector<ChildId> children;
    Quantity committed;    // counted on its own: open children in full, ended ones by what they filled; never above the quantity
    bool working = false;  // said so to oms
    bool closed = false;
    bool rerouting = false;    // a replace over several children: they are being cancelled, the rest goes out anew
    Quantity wanted_quantity;  // of a replace under way; 0: none
    Price wanted_limit;
    Price arrival;  // the mid price when it came; 0: unknown
    Time watch_at;  // when its pieces are looked after next; 0: not at all
    FIELDS(Parent, terms, children, committed, working, closed, rerouting, wanted_quantity, wanted_limit, arrival, watch_at)
  };
  // An order that is being worked off. Once stopped it sends nothing more and ends with its last open child, as `end` says.
  struct Work {
    WorkSchedule schedule;
    std::uint64_t traded_before = 0;  // of the market when it came
    Time next;                        // the look that a timer is set for; 0: none
    Time not_before;                  // no piece before this: the last one got nothing
    std::uint32_t refused = 0;        // pieces in a row
    bool stopped = false;
    ExecutionKind end{};
    Reason reason{};
    FIELDS(Work, schedule, traded_before, next, not_before, refused, stopped, end, reason)
  };
  struct Outgoing {
    ChildRequest request{};
    ChildId child;
    FIELDS(Outgoing, request, child)
  };
  // The way to a venue: how it has been, and what waits for its pace. Cancels go first.
  struct Lane {
    VenueRecord record;
    Latencies latencies;
    Circuit circuit;
    PaceBucket bucket;
    std::vector<Outgoing> cancels, requests;
    Time next;  // the instant a timer is set for; 0: none
    FIELDS(Lane, record, latencies, circuit, bucket, cancels, requests, next)
  };
  // What became of the ended children of one instrument, venue and algo, and how well they were filled.
  struct Tally {
    std::uint64_t children = 0;
    int128 asked{}, filled{};  // units
    FillQuality quality;
    FIELDS(Tally, children, asked, filled, quality)
  };
  struct State {
    Map<InstrumentId, Instrument> instruments;
    Map<VenueId, Venue> venues;
    Map<std::pair<InstrumentId, VenueId>, Shown> shown;
    Map<std::pair<InstrumentId, VenueId>, L2Book> books;  // only while there is a choice of venues
    Map<OrderId, Parent> parents;
    Map<ChildId, Child> children;
    Map<OrderId, Work> works;
    Map<InstrumentId, std::vector<OrderId>> snipers;  // works that wait for a price
    Map<VenueId, Lane> lanes;
    Map<std::uint64_t, Tally> tallies;  // by line_key
    std::uint64_t last_child = 0, last_request = 0, open_parents = 0;
    Time clock;  // of the latest market data or order: questions are answered as of it
    FIELDS(State, instruments, venues, shown, books, parents, children, works, snipers, lanes, tallies, last_child, last_request,
           open_parents, clock)
  };
  using In = Consumes<OrderAccepted, CancelRequested, ReplaceRequested, OrderQueried, VenueReport, Quote, BookChanged, Bar, Trade,
                      MarketStatus, VenueListed, InstrumentListed, TimerFired>;
  using Out = Emits<VenuePlace, VenueCancel, VenueReplace, VenueQuery, Execution>;
  using Queries =
      Answers<ChildrenQuery, RoutesQuery, VenuesQuery, QueueQuery, AlgosQuery, ExecutionQualityQuery, RegretQuery, OrderQualityQuery>;
  using Routes = TypeList<Route<"GET", "/routes", RoutesQuery>, Route<"GET", "/venues", VenuesQuery>, Route<"GET", "/queue", QueueQuery>,
                          Route<"GET", "/algos", AlgosQuery>, Route<"GET", "/orders/{id}/children", ChildrenQuery>,
                          Route<"GET", "/orders/{id}/quality", OrderQualityQuery>, Route<"GET", "/quality", ExecutionQualityQuery>,
                          Route<"GET", "/regret", RegretQuery>>;

  explicit Exeq(const Config& config) : config_(config) {}

  void on(const VenueListed& m, Context<Out>&) { state.venues[m.venue.id] = m.venue; }
  void on(const InstrumentListed& m, Context<Out>&) { state.instruments[m.instrument.id] = m.instrument; }
  void on(const Quote& m, Context<Out>& context);
  void on(const BookChanged& m, Context<Out>& context);
  void on(const MarketStatus& m, Context<Out>& context);
  void on(const Bar& m, Context<Out>& context);
  void on(const Trade& m, Context<Out>& context);

  void on(const OrderAccepted& m, Context<Out>& context);
  void on(const CancelRequested& m, Context<Out>& context);
  void on(const ReplaceRequested& m, Context<Out>& context);
  void on(const OrderQueried& m, Context<Out>& context);
  void on(const VenueReport& m, Context<Out>& context);
  void on(const TimerFired& m, Context<Out>& context);

  ChildrenView answer(const ChildrenQuery& q) const;
  RoutesView answer(const RoutesQuery& q) const;
  VenuesView answer(const VenuesQuery&) const;
  QueueView answer(const QueueQuery&) const;
  AlgosView answer(const AlgosQuery&) const;
  QualityView answer(const ExecutionQualityQuery&) const;
  RegretView answer(const RegretQuery&) const;
  OrderQualityView answer(const OrderQualityQuery& q) const;

  static Result<void> validate(const Config& config);

  State state;

 private:
  using Ctx = Context<Out>;

  enum class TimerKind : std::uint8_t { silence, look, lane };
  static std::uint64_t token(TimerKind kind, std::uint64_t id) { return id << 2 | static_cast<std::uint64_t>(kind); }

  // The market (market.cpp).
  bool choice() const { return state.venues.size() > 1; }
  void price_moves(Shown& shown, Time now);
  Price mid_at(InstrumentId instrument, VenueId venue) const;
  Price mid_of(const OrderTerms& terms) const;
  std::uint64_t traded(const OrderTerms& terms) const;
  VolumeCurve curve_of(const OrderTerms& terms) const;
  Level touch(const OrderTerms& terms, Time now) const;

  // Where (routing.cpp).
  bool trades_at(InstrumentId instrument, VenueId venue) const;
  bool may_go(const OrderTerms& terms, VenueId venue) const;
  VenueHealth health(InstrumentId instrument, VenueId venue, Time now) const;
  Reason candidates(const OrderTerms& terms, Time now, std::vector<VenueId>& found) const;
  std::vector<Level> levels(const OrderTerms& terms, VenueId venue) const;
  Quantity queue_ahead(const OrderTerms& terms, VenueId venue) const;
  VenueOffer offer(const OrderTerms& terms, VenueId venue, Time now) const;
  std::vector<RouteLeg> split(const OrderTerms& terms, std::span<const VenueId> venues, Time now) const;
  Quantity least_piece_of(const OrderTerms& terms) const;
  std::int64_t best_cost(const OrderTerms& terms, std::span<const VenueId> venues) const;
  Reason place(OrderId order, Parent& parent, const OrderTerms& terms, Ctx& context);

  // By and by (algos.cpp).
  void begin_work(OrderId order, Parent& parent, Ctx& context);
  WorkProgress progress(const Parent& parent, const Work& work, Time now) const;
  void pause(Work& work, Time now) const;
  void look(OrderId order, Ctx& context);
  void look_at_snipers(InstrumentId instrument, Ctx& context);
  void resume(OrderId order, Parent& parent, Ctx& context);
  void stop(OrderId order, Parent& parent, ExecutionKind end, Reason reason, Ctx& context);
  void replace_work(OrderId order, Parent& parent, const ReplaceRequested& m, Ctx& context);
  void end_work(OrderId order, const Parent& parent);

  // How fast (lanes.cpp).
  Pace pace_of(VenueId venue) const;
  void send(Child& child, ChildRequest request, Ctx& context);
  void emit(Child& child, ChildRequest request, Ctx& context);
  bool still_wanted(const Outgoing& out) const;
  void drain(VenueId venue, Ctx& context);
  void withdraw(const Child& child);
  void note_word(const Child& child, const VenueReport& m, Ctx& context);
  void note_silence(const Child& child, Ctx& context);

  // How well (figures.cpp).
  static std::uint64_t line_key(InstrumentId instrument, VenueId venue, Algo algo) {
    return static_cast<std::uint64_t>(instrument.value) << 32 | static_cast<std::uint64_t>(venue.value) << 8 |
           static_cast<std::uint64_t>(algo);
  }
  void judge(Child& child, const Parent& parent, const VenueReport& m, Quantity quantity, Ctx& context);
  void count_end(const Child& child, const Parent& parent);

  // What became of it (exeq.cpp).
  static bool open(const Child& c) { return c.state <= ChildState::working; }
  // The last request that may have changed the child at its venue.
  static RequestNumber last_change(const Child& c) { return std::max({c.place, c.cancel, c.replace}); }
  bool any_open(const Parent& parent) const;
  bool any_asked(const Parent& parent) const;
  Quantity filled_in_all(const Parent& parent) const;
  void tell(OrderId order, ExecutionKind kind, Reason reason, Ctx& context);
  void tell_working(OrderId order, Parent& parent, Ctx& context);
  void tell_replaced(OrderId order, Parent& parent, Ctx& context);
  void tell_end(OrderId order, const Parent& parent, ExecutionKind kind, Reason reason, Ctx& context);
  void tell_restated(OrderId order, const Parent& parent, Reason reason, Ctx& context);
  RequestNumber next_request() { return {++state.last_request}; }
  void cancel_open(OrderId order, Ctx& context);
  void close(OrderId order, Parent& parent);
  void end(Child& child, Parent& parent, ChildState how, Reason reason, bool say_end, Ctx& context);
  void settle(OrderId order, Parent& parent, bool say_end, Ctx& context);
  Quantity wanted_total(const Child& child, const Parent& parent) const;
  void infer_replace(Child& child, Parent& parent, const VenueReport& m, Ctx& context);
  void take_replace(Child& child, Parent& parent, Quantity total, Ctx& context);
  void send_rest(OrderId order, Parent& parent, Ctx& context);
  static void forget_replace(Parent& parent);

  void accepted(Child& child, Parent& parent, const VenueReport& m, Ctx& context);
  void ended(Child& child, Parent& parent, const VenueReport& m, ChildState how, Ctx& context);
  void filled(Child& child, Parent& parent, const VenueReport& m, Ctx& context);
  void replaced(Child& child, Parent& parent, const VenueReport& m, Ctx& context);
  void taken_back(Child& child, Parent& parent, const VenueReport& m, Ctx& context);
  void refused(Child& child, Parent& parent, const VenueReport& m, Ctx& context);
  void ask_again(Child& child, Ctx& context);
  void watch_from(OrderId order, Time at, Ctx& context);
  void watch(OrderId order, Ctx& context);
  bool resend(Child& child, const Parent& parent, Ctx& context);
  void answered(Child& child, Parent& parent, const VenueReport& m, Ctx& context);

  Config config_;
};

}  // namespace trade
