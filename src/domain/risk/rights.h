#pragma once
#include <vector>

#include "domain/facts/market.h"
#include "domain/risk/limits.h"

// Who may trade what, where and how: checks 1 to 6.
namespace trade {

using BuildHash = Text<64>;  // of a strategy's program, hexadecimal

// What an account may do; 0: any, no types: all. Where nothing is granted at all nothing is restricted.
struct Entitlement {
  AccountId account;
  VenueId venue;
  InstrumentId instrument;
  std::vector<OrderType> types;
  FIELDS(Entitlement, account, venue, instrument, types)
};
// A strategy that may send orders, and the build it was tested with (empty: any).
struct RegisteredAlgo {
  StrategyId strategy;
  BuildHash build;
  FIELDS(RegisteredAlgo, strategy, build)
};

// The entitlements of one account in one instrument.
struct Rights {
  struct Grant {
    VenueId venue;
    std::uint32_t types;  // a bit each
  };
  bool limited = false;
  std::vector<Grant> grants;
};
Rights resolve_rights(const std::vector<Entitlement>& all, AccountId account, InstrumentId instrument);

// A venue's phase and feed in an instrument, as last heard.
struct VenueMarket {
  VenueId venue;
  TradingPhase phase{};
  bool phase_known{}, feed_known{}, feed_live{};
  FIELDS(VenueMarket, venue, phase, phase_known, feed_known, feed_live)
};

// An order without a venue of its own needs a grant for any venue.
Reason check_entitlement(const Rights& r, VenueId venue, OrderType type);
// With no word of any phase the instrument trades. An order without a venue of its own passes when one of the venues trades.
Reason check_phase(const std::vector<VenueMarket>& venues, VenueId venue);
// The venue's feed (of an order without one: some feed) is live.
Reason check_feed(const std::vector<VenueMarket>& venues, VenueId venue, bool needed);
// The limit price lies within the band; 0: no bound, or no price.
Reason check_band(Price limit, const Limits& l);
// Sold short beyond what was located, in units of Quantity.
Reason check_locate(int128 short_quantity, Quantity located, const Limits& l);
// Once strategies are registered, only they send orders, and only the build that is registered, attested before.
Reason check_algo(const std::vector<RegisteredAlgo>& registered, StrategyId strategy, const BuildHash& attested);

// What the mode admits. `reducing`: the order can only bring the position closer to zero; `closes`: it is for all of it; `worst`: the
// worst case with it, in units of Money.
Reason check_mode(TradingMode mode, bool reducing, bool closes);
Reason check_canary(int128 worst, const Limits& l);

}  // namespace trade
