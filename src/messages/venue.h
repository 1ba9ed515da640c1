#pragma once
#include "domain/facts/order.h"
#include "wire/message_type.h"

// Conversation: exeq and a venue. wps answers it in paper and backtest; with no wps these leave through the edge to a real venue.
namespace trade {

// Every change asked for a child carries a number of its own, ascending; a query carries that of the last change. The venue's answer
// repeats it, so that what answers an older change is told from what answers the last one.
using RequestNumber = Id<struct RequestTag, std::uint64_t>;

// `terms`: those of its order, with the child's own quantity and venue.
struct VenuePlace {
  static constexpr std::string_view subject = "venue.place";
  static constexpr Role role = Role::venue;
  ChildId child;
  VenueId venue;
  RequestNumber request;
  OrderTerms terms;
  FIELDS(VenuePlace, child, venue, request, terms)
};
struct VenueCancel {
  static constexpr std::string_view subject = "venue.cancel";
  static constexpr Role role = Role::venue;
  static constexpr bool urgent = true;
  ChildId child;
  VenueId venue;
  InstrumentId instrument;
  RequestNumber request{};
  FIELDS(VenueCancel, child, venue, instrument, request)
};
// quantity: the child's new total, filled part included.
struct VenueReplace {
  static constexpr std::string_view subject = "venue.replace";
  static constexpr Role role = Role::venue;
  ChildId child;
  VenueId venue;
  InstrumentId instrument;
  Quantity quantity;
  Price limit;
  RequestNumber request{};
  FIELDS(VenueReplace, child, venue, instrument, quantity, limit, request)
};
struct VenueQuery {
  static constexpr std::string_view subject = "venue.query";
  static constexpr Role role = Role::venue;
  ChildId child;
  VenueId venue;
  InstrumentId instrument;
  RequestNumber request{};
  FIELDS(VenueQuery, child, venue, instrument, request)
};

enum class ReportKind : std::uint8_t {
  accepted, rejected, filled, cancelled, expired, replaced, cancel_rejected, replace_rejected, status, status_unknown, busted, corrected
};
NAMES(ReportKind, accepted, rejected, filled, cancelled, expired, replaced, cancel_rejected, replace_rejected, status, status_unknown,
      busted, corrected)

// What a venue says of a child. `leaves` and `filled` are totals after the event, `limit` the price in force. status answers a query;
// status_unknown: never heard of it. busted: `execution` (of `quantity`) never happened; corrected: it was at this price and quantity. What
// is taken back is not worked again: `filled` falls, `leaves` stays, the order is for that much less. Newer words have a later venue_time.
struct VenueReport {
  static constexpr std::string_view subject = "venue.report";
  static constexpr Role role = Role::command;
  static constexpr bool urgent = true;
  ChildId child;
  VenueId venue;
  ReportKind kind{};
  Reason reason{};
  ExecutionId execution;  // of a fill
  Price price;            // of a fill
  Quantity quantity;      // of a fill; of a replace: the new total
  Liquidity liquidity{};
  Quantity filled, leaves;
  Time venue_time;
  RequestNumber request{};  // what it answers; 0: nothing that was asked (a fill, an end)
  Price limit{};
  FIELDS(VenueReport, child, venue, kind, reason, execution, price, quantity, liquidity, filled, leaves, venue_time, request, limit)
};

}  // namespace trade
