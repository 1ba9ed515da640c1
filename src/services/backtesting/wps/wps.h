#pragma once
#include "core/map.h"
#include "domain/matching/agents.h"
#include "domain/matching/market.h"
#include "messages/market.h"
#include "messages/reference.h"
#include "messages/venue.h"
#include "runtime/service.h"

namespace trade {

// The simulated exchange: venues that match our orders against each other, against seeded agents and against replayed data.
class Wps {
 public:
  using Touch = matching::TouchSource;
  struct SimVenue {
    VenueId venue;
    VenueId feed;                  // whose market data drives it; 0: its own
    matching::TouchSource touch{};
    matching::FillModel model{};
    matching::QueueRule queue{};
    std::int64_t price_offset{};   // ticks its prices stand above the feed's
    matching::AgentRule agents;
    FIELDS(SimVenue, venue, feed, touch, model, queue, price_offset, agents)
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
    TimeInForce tif{};
    OrderType type{};
    ChildState state{};
    Reason reason{};
    Quantity quantity, filled;
    Price limit;
    matching::Market::Handle handle{};  // where the book keeps it; found again after a load, so not saved
    FIELDS(Child, venue, instrument, tif, type, state, reason, quantity, filled, limit)
    Quantity leaves() const { return state == ChildState::working ? quantity - filled : Quantity{}; }
  };
  struct VenueStatus {
    Duration order_latency, report_latency;
    std::uint64_t executions{};  // ids given
    Time day_end;                // a timer is set for it
    bool ended{};
    FIELDS(VenueStatus, order_latency, report_latency, executions, day_end, ended)
  };
  // One instrument at one venue of the configuration.
  struct Listing {
    std::uint32_t venue{};  // index into Config::venues
    InstrumentId instrument;
    Price tick;
    Quantity lot;
    matching::Market market;
    matching::Agents agents;
    Time bar_end{INT64_MIN};  // of the last bar taken
    FIELDS(Listing, venue, instrument, tick, lot, market, agents, bar_end)
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
    Map<std::uint64_t, Request> requests;      // in flight, by token
    Map<std::uint64_t, VenueReport> reports;   // in flight, by token
    std::uint64_t tokens{};
    FIELDS(State, venues, listings, children, requests, reports, tokens)
  };
  using In = Consumes<VenuePlace, VenueCancel, VenueReplace, VenueQuery, Quote, Trade, Bar, BookChanged, MarketStatus, FeedEnded,
                      InstrumentListed, VenueListed, TimerFired>;
  using Out = Emits<VenueReport, FundingDue>;

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

  State state;

 private:
  struct Events;  // what a book tells, turned into reports
  enum class TimerKind : std::uint64_t { request, report, expiry, day, agents };
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
  void report(VenueReport r, Context<Out>& context);
  void report_child(ChildId id, const Child& child, ReportKind kind, Reason reason, Context<Out>& context);
  void wake_agents(std::uint32_t index, Context<Out>& context);
  template <class F>
  void each_market(VenueId feed, InstrumentId instrument, F&& f);

  static constexpr std::uint32_t none = ~std::uint32_t{0};
  Config config_;
  ChildId asked_child_;   // whom the request being carried out names, and its number: within one call
  RequestNumber asked_;
};

}  // namespace trade
