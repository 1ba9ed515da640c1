#pragma once
#include <vector>

#include "domain/facts/market.h"
#include "domain/facts/order.h"

// Questions a simulated venue answers without being changed.
namespace trade {

// What an account is charged at a venue now, by its volume of the last 30 days. Without tiers `tiered` is false: the listed rates.
struct VenueFees {
  bool tiered{};
  Ratio maker, taker;
  Money volume;
  FIELDS(VenueFees, tiered, maker, taker, volume)
};
// The volume counts the trades valued in `currency`.
struct VenueFeesQuery {
  static constexpr std::string_view name = "VenueFeesQuery";
  using Answer = VenueFees;
  VenueId venue;
  AccountId account;
  Currency currency;
  FIELDS(VenueFeesQuery, venue, account, currency)
};

// One displayed order, as an order-by-order (L3) feed would show it; `quantity` is what it shows.
struct BookOrder {
  std::uint64_t id{};  // the venue's: a child's id, or an agent's
  Side side{};
  Price price;
  Quantity quantity;
  FIELDS(BookOrder, id, side, price, quantity)
};
struct BookOrders {
  TradingPhase phase{};
  std::vector<BookOrder> orders;  // bids, then asks, in priority
  FIELDS(BookOrders, phase, orders)
};
struct BookOrdersQuery {
  static constexpr std::string_view name = "BookOrdersQuery";
  using Answer = BookOrders;
  VenueId venue;
  InstrumentId instrument;
  FIELDS(BookOrdersQuery, venue, instrument)
};

}  // namespace trade
