#pragma once
#include "domain/facts/order.h"
#include "wire/message_type.h"

// Conversation: exeq and a venue. wps answers it in paper and backtest; with no wps these leave through the edge to a real venue.
namespace trade {

struct VenuePlace {
  static constexpr std::string_view subject = "venue.place";
  static constexpr Role role = Role::venue;
  ChildId child;
  VenueId venue;
  AccountId account;
  InstrumentId instrument;
  Side side{};
  OrderType type{};
  TimeInForce tif{};
  Quantity quantity;
  Price limit, stop;
  Time expire;
  FIELDS(VenuePlace, child, venue, account, instrument, side, type, tif, quantity, limit, stop, expire)
};
struct VenueCancel {
  static constexpr std::string_view subject = "venue.cancel";
  static constexpr Role role = Role::venue;
  static constexpr bool urgent = true;
  ChildId child;
  VenueId venue;
  InstrumentId instrument;
  FIELDS(VenueCancel, child, venue, instrument)
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
  FIELDS(VenueReplace, child, venue, instrument, quantity, limit)
};
struct VenueQuery {
  static constexpr std::string_view subject = "venue.query";
  static constexpr Role role = Role::venue;
  ChildId child;
  VenueId venue;
  InstrumentId instrument;
  FIELDS(VenueQuery, child, venue, instrument)
};

enum class ReportKind : std::uint8_t {
  accepted, rejected, filled, cancelled, expired, replaced, cancel_rejected, replace_rejected, status, status_unknown
};
NAMES(ReportKind, accepted, rejected, filled, cancelled, expired, replaced, cancel_rejected, replace_rejected, status, status_unknown)

// What a venue says of a child. `leaves` and `filled` are totals after the event. status answers a query; status_unknown: never
// heard of it.
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
  FIELDS(VenueReport, child, venue, kind, reason, execution, price, quantity, liquidity, filled, leaves, venue_time)
};

}  // namespace trade
