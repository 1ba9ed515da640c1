#pragma once
#include <array>
#include <string>
#include <vector>

#include "core/time.h"
#include "domain/facts/order.h"

// Questions exeq answers about where orders go, how they are worked off, and how well that went (never journaled).
namespace trade {

// queued: waits in exeq for the venue's pace; sent: not acknowledged; lost: the venue has never heard of it.
enum class ChildState : std::uint8_t { queued, sent, working, filled, cancelled, rejected, expired, lost };
NAMES(ChildState, queued, sent, working, filled, cancelled, rejected, expired, lost)

// What exeq sends about a child.
enum class ChildRequest : std::uint8_t { place, cancel, replace, query };
NAMES(ChildRequest, place, cancel, replace, query)

enum class VenueHealth : std::uint8_t { admitted, feed_down, circuit_open, paced };
NAMES(VenueHealth, admitted, feed_down, circuit_open, paced)

struct ChildLine {
  ChildId child;
  VenueId venue;
  ChildState state{};
  Reason reason{};
  Quantity quantity, filled;
  Price limit;    // 0: none
  Price average;  // of its fills; 0: none
  Time sent;      // 0: not yet
  FIELDS(ChildLine, child, venue, state, reason, quantity, filled, limit, average, sent)
};
struct ChildrenView {
  bool found{};
  std::vector<ChildLine> children;
  FIELDS(ChildrenView, found, children)
};
struct ChildrenQuery {
  static constexpr std::string_view name = "ChildrenQuery";
  using Answer = ChildrenView;
  OrderId order;
  FIELDS(ChildrenQuery, order)
};

// Where an order would go now, and what speaks for each venue. `quantity` is the venue's part, 0 when it gets none.
struct RouteLine {
  VenueId venue;
  VenueHealth health{};
  Price best;  // what it shows of the side the order would take; 0: nothing
  Quantity displayed;
  Ratio maker_fee, taker_fee;
  Duration latency;
  Ratio reject_rate;
  Quantity queue_ahead, flow;  // at the limit, on the order's own side; traded there in a second
  Quantity quantity;
  FIELDS(RouteLine, venue, health, best, displayed, maker_fee, taker_fee, latency, reject_rate, queue_ahead, flow, quantity)
};
struct RoutesView {
  Reason reason{};  // why it could go nowhere; else none
  std::vector<RouteLine> venues;
  FIELDS(RoutesView, reason, venues)
};
// limit 0: a market order.
struct RoutesQuery {
  static constexpr std::string_view name = "RoutesQuery";
  using Answer = RoutesView;
  InstrumentId instrument;
  Side side{};
  Quantity quantity;
  Price limit;
  FIELDS(RoutesQuery, instrument, side, quantity, limit)
};

struct VenueLine {
  VenueId venue;
  Text<23> name;
  std::uint64_t sent{}, accepted{}, rejected{}, silent{};
  Ratio reject_rate;                                        // of late
  Duration latency, latency_p50, latency_p90, latency_p99;  // from sending to the first word: of late, and of all
  bool circuit_open{};
  std::uint64_t queued{};  // requests that wait for the venue's pace
  FIELDS(VenueLine, venue, name, sent, accepted, rejected, silent, reject_rate, latency, latency_p50, latency_p90, latency_p99,
         circuit_open, queued)
};
struct VenuesView {
  std::vector<VenueLine> venues;
  FIELDS(VenuesView, venues)
};
struct VenuesQuery {
  static constexpr std::string_view name = "VenuesQuery";
  using Answer = VenuesView;
  FIELDS(VenuesQuery)
};

struct QueueLine {
  VenueId venue;
  ChildRequest request{};
  ChildId child;
  OrderId order;
  FIELDS(QueueLine, venue, request, child, order)
};
// What waits for a venue's pace, in the order in which it will go out.
struct QueueView {
  std::vector<QueueLine> requests;
  FIELDS(QueueView, requests)
};
struct QueueQuery {
  static constexpr std::string_view name = "QueueQuery";
  using Answer = QueueView;
  FIELDS(QueueQuery)
};

struct AlgoLine {
  OrderId order;
  InstrumentId instrument;
  Algo algo{};
  Side side{};
  Time start, end;
  Quantity quantity, filled, open;
  Quantity target;  // what its schedule wants done by the end of the present slice, as of the last look
  Time next;        // when it looks again by itself
  FIELDS(AlgoLine, order, instrument, algo, side, start, end, quantity, filled, open, target, next)
};
// The orders that are being worked off.
struct AlgosView {
  std::vector<AlgoLine> orders;
  FIELDS(AlgosView, orders)
};
struct AlgosQuery {
  static constexpr std::string_view name = "AlgosQuery";
  using Answer = AlgosView;
  FIELDS(AlgosQuery)
};

// Of the fills of one instrument at one venue under one algo (in a total: of all). In basis points of the value, positive: lost. The
// definitions: domain/quality. The three of realised and reverted are 1, 5 and 60 s after the fill.
struct QualityLine {
  InstrumentId instrument;
  VenueId venue;
  Algo algo{};
  std::uint64_t children{}, fills{};
  double fill_rate{};  // filled of what ended children asked for
  double arrival_bps{}, route_bps{}, effective_bps{}, impact_bps{}, regret_bps{};
  std::array<double, 3> realised_bps{}, reverted_bps{};
  FIELDS(QualityLine, instrument, venue, algo, children, fills, fill_rate, arrival_bps, route_bps, effective_bps, impact_bps, regret_bps,
         realised_bps, reverted_bps)
};
struct QualityView {
  std::vector<QualityLine> lines;
  QualityLine total;
  FIELDS(QualityView, lines, total)
};
struct ExecutionQualityQuery {
  static constexpr std::string_view name = "ExecutionQualityQuery";
  using Answer = QualityView;
  FIELDS(ExecutionQualityQuery)
};

// What was paid, fee included, against what the best venue showed when the order was routed, fee included; by the venue that was chosen.
struct RegretLine {
  VenueId venue;
  std::uint64_t fills{};
  double regret_bps{};
  FIELDS(RegretLine, venue, fills, regret_bps)
};
struct RegretView {
  std::vector<RegretLine> venues;
  double regret_bps{};
  FIELDS(RegretView, venues, regret_bps)
};
struct RegretQuery {
  static constexpr std::string_view name = "RegretQuery";
  using Answer = RegretView;
  FIELDS(RegretQuery)
};

// One order against the market.
struct OrderQualityView {
  bool found{};
  Price arrival;  // the mid price when it came; 0: unknown
  Price average;  // of its fills; 0: none
  Quantity quantity, filled;
  double arrival_bps{};
  FIELDS(OrderQualityView, found, arrival, average, quantity, filled, arrival_bps)
};
struct OrderQualityQuery {
  static constexpr std::string_view name = "OrderQualityQuery";
  using Answer = OrderQualityView;
  OrderId order;
  FIELDS(OrderQualityQuery, order)
};

}  // namespace trade
