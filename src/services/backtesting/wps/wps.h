#pragma once
#include "core/map.h"
#include "domain/matching/agents.h"
#include "domain/matching/fees.h"
#include "domain/matching/funding.h"
#include "domain/matching/market.h"
#include "messages/market.h"
#include "messages/reference.h"
#include "messages/venue.h"
#include "messages/venue_queries.h"
#include "runtime/service.h"

namespace trade {

// The simulated exchange: venues that match our orders against each other, against seeded agents and against replayed data.
class Wps {
 public:
  using Touch = matching::TouchSource;
  // From this time of the UTC day on.
  struct PhaseTime {
    Duration at;
    TradingPhase phase{};
    FIELDS(PhaseTime, at, phase)
  };
  // A price more than `range` (a fraction; 0: no rule) away from where it stood when its window began calls a volatility auction of that
  // length. A window begins when the one before is over, and with the end of an auction.
  struct VolatilityRule {
    Ratio range;
    Duration window = seconds(300);
    Duration auction = seconds(120);
    FIELDS(VolatilityRule, range, window, auction)
  };
  // Lies a venue tells, each per 10,000 of the reports it could follow: a fill beyond what is open; a fill after the cancel was confirmed;
  // a fill of an order nobody placed; an execution told again with another quantity. And truths that change: a trade taken back, a
  // trade at another price.
  static constexpr std::uint32_t fault_scale = 10'000;
  struct FaultRule {
    std::uint64_t seed{};
    std::uint32_t overfill{}, fill_after_cancel{}, unknown_order{}, changed_execution{}, bust{}, correct{};
    FIELDS(FaultRule, seed, overfill, fill_after_cancel, unknown_order, changed_execution, bust, correct)
  };
  struct SimVenue {
    VenueId venue;
    VenueId feed;  // whose market data drives it; 0: its own
    matching::TouchSource touch{};
    matching::FillModel model{};
    matching::QueueRule queue{};
    matching::CancelShares cancels_behind = matching::recorded_cancels;  // of queue: probable
    Duration order_jitter{}, report_jitter{};  // at most this much more than the venue's latencies, evenly; nobody is overtaken
    std::int64_t price_offset{};               // ticks its prices stand above the feed's
    matching::AgentRule agents;
    matching::Allocation allocation{};
    std::vector<PhaseTime> schedule;  // by time; before the first the last is in force; empty: always continuous
    VolatilityRule volatility;
    Ratio band;                // fraction around the first price of each UTC day; 0: none
    std::uint32_t depth = 20;  // levels published of a venue with touch none
    VenueId index;             // whose prices are the index of its perpetuals
    matching::FundingRule funding;
    FaultRule faults;
    std::vector<matching::FeeTier> fees;  // by 30-day volume, ascending; empty: the listed rates
    FIELDS(SimVenue, venue, feed, touch, model, queue, cancels_behind, order_jitter, report_jitter, price_offset, agents, allocation,
           schedule, volatility, band, depth, index, funding, faults, fees)
  };
  struct Config {
    std::vector<SimVenue> venues;
    FIELDS(Config, venues)
  };

  enum class ChildState : std::uint8_t { working, filled, cancelled, rejected, expired };
  // All that is known of an order a venue has received.
  struct Child {
    VenueId venue;
    InstrumentId instrument;
    AccountId account;
    Side side{};
    TimeInForce tif{};
    OrderType type{};
    ChildState state{};
    Reason reason{};
    Quantity quantity, filled;
    Price limit;
    matching::Market::Handle handle{};  // where the book keeps it; found again after a load, so not saved
    FIELDS(Child, venue, instrument, account, side, tif, type, state, reason, quantity, filled, limit)
    Quantity leaves() const { return state == ChildState::working ? quantity - filled : Quantity{}; }
  };
  struct VenueStatus {
    Duration order_latency, report_latency;
    std::uint64_t executions{};  // ids given
    Time day_end;                // a timer is set for it
    bool ended{};
    Time last_fill;                // as of which volumes are told
    bool scheduled{};              // a timer is set for the next phase
    std::uint64_t random{};        // of its lies
    std::uint64_t delays{};        // random, of its jitter
    Time request_due, report_due;  // of the last one sent
    FIELDS(VenueStatus, order_latency, report_latency, executions, day_end, ended, scheduled, last_fill, random, delays, request_due,
           report_due)
  };
  // One instrument at one venue of the configuration.
  struct Listing {
    std::uint32_t venue{};  // index into Config::venues
    InstrumentId instrument;
    Price tick;
    Quantity lot;
    Instrument facts;
    matching::Market market;
    matching::Agents agents;
    matching::Funding funding;
    bool opened{};
    Time bar_end{INT64_MIN};        // of the last bar taken
    Price last_price;               // traded here or replayed; 0: none yet
    Price window_price;             // when the volatility window began
    Time window_began, resumes;     // resumes: the end of a volatility auction
    std::int64_t band_day = -1;     // UTC day the band was set for
    std::uint64_t trades{};         // published
    std::vector<Level> bids, asks;  // published, best first
    FIELDS(Listing, venue, instrument, tick, lot, facts, market, agents, funding, opened, bar_end, last_price, window_price, window_began,
           resumes, band_day, trades, bids, asks)
  };
  enum class RequestKind : std::uint8_t { place, cancel, replace, query };
  friend constexpr auto enum_names(RequestKind) { return std::to_array<std::string_view>({"place", "cancel", "replace", "query"}); }
  friend constexpr auto enum_names(ChildState) {
    return std::to_array<std::string_view>({"working", "filled", "cancelled", "rejected", "expired"});
  }
  // A request on its way to the venue; of a cancel, replace or query `order` holds what they name.
  struct Request {
    RequestKind kind{};
    VenuePlace order;
    FIELDS(Request, kind, order)
  };
  struct State {
    std::vector<VenueStatus> venues;  // as in the configuration
    std::vector<Listing> listings;
    Map<ChildId, Child> children;
    Map<std::uint64_t, Request> requests;     // in flight, by token
    Map<std::uint64_t, VenueReport> reports;  // in flight, by token
    std::uint64_t tokens{};
    bool begun{};                                                                              // there is a time
    Map<std::pair<std::pair<VenueId, AccountId>, Currency>, matching::RollingVolume> volumes;  // of venues with fee tiers
    FIELDS(State, venues, listings, children, requests, reports, tokens, begun, volumes)
  };
  using In = Consumes<VenuePlace, VenueCancel, VenueReplace, VenueQuery, Quote, Trade, Bar, BookChanged, MarketStatus, FeedEnded,
                      InstrumentListed, VenueListed, TimerFired>;
  using Out = Emits<VenueReport, FundingDue, PhaseChanged, AuctionIndicated, Quote, Trade, BookChanged, MarketStatus>;

  using Queries = Answers<VenueFeesQuery, BookOrdersQuery>;
  using Routes = TypeList<Route<"GET", "/fees", VenueFeesQuery>, Route<"GET", "/orderbook/orders", BookOrdersQuery>>;

  explicit Wps(const Config& config);
  static Result<void> validate(const Config& config);

  void on(const VenuePlace& m, Context<Out>& context);
  void on(const VenueCancel& m, Context<Out>& context);
  void on(const VenueReplace& m, Context<Out>& context);
  void on(const VenueQuery& m, Context<Out>& context);
  void on(const Quote& m, Context<Out>& context);
  void on(const trade::Trade& m, Context<Out>& context);
  void on(const Bar& m, Context<Out>& context);
  void on(const BookChanged& m, Context<Out>& context);
  void on(const MarketStatus& m, Context<Out>& context);
  void on(const FeedEnded& m, Context<Out>& context);
  void on(const InstrumentListed& m, Context<Out>& context);
  void on(const VenueListed& m, Context<Out>& context);
  void on(const TimerFired& m, Context<Out>& context);
  VenueFees answer(const VenueFeesQuery& q) const;
  BookOrders answer(const BookOrdersQuery& q) const;

  State state;

 private:
  struct Events;  // what a book tells, turned into reports
  enum class TimerKind : std::uint64_t { request, report, expiry, day, agents, schedule, resume, funding };
  static constexpr std::uint64_t timer_kinds = 8;
  static std::uint64_t token(TimerKind kind, std::uint64_t n) { return n * timer_kinds + static_cast<std::uint64_t>(kind); }
  // A question and its answer go by the child and the request it asks about, not by a new number: once answered, nothing tells that it was
  // asked. Two such questions that are under way together are one.
  static std::uint64_t question(ChildId id, RequestNumber request) {
    constexpr std::uint64_t bit = std::uint64_t{1} << 56;
    return bit | (hash_of(std::pair{id, request}) & (bit - 1));
  }

  std::uint32_t venue_index(VenueId id) const;  // none when it is not simulated
  Listing* listing(std::uint32_t venue, InstrumentId instrument);
  matching::TouchRule rule(const Listing& l) const;
  Child* working(ChildId id, Listing*& l);
  // When something sent now arrives; `last` is when the one before it does.
  Time due(std::uint32_t venue, Duration latency, Duration jitter, Time& last, Time now);
  void send(RequestKind kind, const VenuePlace& order, Context<Out>& context);
  void arrive(const Request& request, Context<Out>& context);
  void carry_out(const Request& request, Context<Out>& context);
  void place(const VenuePlace& m, Context<Out>& context);
  void cancel(const VenuePlace& m, Context<Out>& context);
  void replace(const VenuePlace& m, Context<Out>& context);
  void query(const VenuePlace& m, Context<Out>& context);
  Reason refusal(const VenuePlace& m, const Listing* l, Time now) const;
  void arm_expiry(const VenuePlace& m, std::uint32_t venue, Context<Out>& context);
  void expire(ChildId id, Context<Out>& context);
  void expire_day(std::uint32_t venue, Context<Out>& context);
  void report(const VenueReport& r, Context<Out>& context);
  void deliver(const VenueReport& r, Context<Out>& context);
  void lie_about(const VenueReport& r, Context<Out>& context);
  void take_back(VenueReport r, ReportKind kind, Context<Out>& context);
  void report_child(ChildId id, const Child& child, ReportKind kind, Reason reason, Context<Out>& context);
  static Result<void> validate_rules(const SimVenue& v, const std::string& where);
  void begin(Context<Out>& context);
  void open(std::uint32_t index, Context<Out>& context);
  void wake_agents(std::uint32_t index, Context<Out>& context);
  void step_agents(std::uint32_t index, Context<Out>& context);
  void set_phase(Listing& l, TradingPhase phase, Context<Out>& context);
  void keep_schedule(std::uint32_t venue, Context<Out>& context);
  TradingPhase scheduled_phase(std::uint32_t venue, Time now) const;
  void resume(std::uint32_t index, Context<Out>& context);
  void keep_funding(std::uint32_t index, Context<Out>& context);
  void seen(InstrumentId instrument, VenueId venue, Price price);
  // Lets f speak to a market, then looks at what the venue's own rules make of it.
  template <class F>
  void at_market(Listing& l, Context<Out>& context, F&& f);
  void watch(Listing& l, Context<Out>& context);
  void publish_book(Listing& l, Context<Out>& context);
  template <class F>
  void each_market(VenueId feed, InstrumentId instrument, F&& f);

  static constexpr std::uint32_t none = ~std::uint32_t{0};
  Config config_;
  std::vector<bool> watched_;  // venues with rules of their own, or whose book is published
  ChildId asked_child_;        // whom the request being carried out names, and its number: within one call
  RequestNumber asked_;
};

}  // namespace trade
