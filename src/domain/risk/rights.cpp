#include "domain/risk/rights.h"

#include <algorithm>

#include "core/money.h"

namespace trade {
namespace {

constexpr std::uint32_t bit_of(OrderType t) { return std::uint32_t{1} << static_cast<unsigned>(t); }

bool trades(const VenueMarket& v) { return !v.phase_known || (v.phase != TradingPhase::closed && v.phase != TradingPhase::halted); }

}  // namespace

Rights resolve_rights(const std::vector<Entitlement>& all, AccountId account, InstrumentId instrument) {
  Rights r;
  r.limited = !all.empty();
  for (const auto& e : all) {
    if ((e.account && e.account != account) || (e.instrument && e.instrument != instrument)) continue;
    std::uint32_t types = e.types.empty() ? ~std::uint32_t{0} : 0;
    for (const OrderType t : e.types) types |= bit_of(t);
    r.grants.push_back({e.venue, types});
  }
  return r;
}

Reason check_entitlement(const Rights& r, VenueId venue, OrderType type) {
  if (!r.limited) return Reason::none;
  bool there = false;
  for (const auto& g : r.grants) {
    if (g.venue && g.venue != venue) continue;
    there = true;
    if ((g.types & bit_of(type)) != 0) return Reason::none;
  }
  return there ? Reason::risk_type : Reason::risk_entitlement;
}

Reason check_phase(const std::vector<VenueMarket>& venues, VenueId venue) {
  Reason found = Reason::none;
  for (const auto& v : venues) {
    if (venue && v.venue != venue) continue;
    if (trades(v)) return Reason::none;
    found = v.phase == TradingPhase::halted ? Reason::risk_halted : Reason::risk_not_tradable;
  }
  return found;
}

Reason check_feed(const std::vector<VenueMarket>& venues, VenueId venue, bool needed) {
  if (!needed) return Reason::none;
  const bool live = std::any_of(venues.begin(), venues.end(),
                                [&](const VenueMarket& v) { return (!venue || v.venue == venue) && v.feed_known && v.feed_live; });
  return live ? Reason::none : Reason::risk_stale_market;
}

Reason check_band(Price limit, const Limits& l) {
  if (limit.units == 0) return Reason::none;
  const bool within = (l.band_low.units == 0 || limit >= l.band_low) && (l.band_high.units == 0 || limit <= l.band_high);
  return within ? Reason::none : Reason::risk_band;
}

Reason check_locate(int128 short_quantity, Quantity located, const Limits& l) {
  return !l.needs_locate || short_quantity <= located.units ? Reason::none : Reason::risk_locate;
}

Reason check_algo(const std::vector<RegisteredAlgo>& registered, StrategyId strategy, const BuildHash& attested) {
  if (registered.empty() || !strategy) return Reason::none;
  for (const auto& r : registered)
    if (r.strategy == strategy) return r.build.empty() || r.build == attested ? Reason::none : Reason::risk_algo;
  return Reason::risk_algo;
}

Reason check_mode(TradingMode mode, bool reducing, bool closes) {
  switch (mode) {
    case TradingMode::live:
    case TradingMode::canary: return Reason::none;
    case TradingMode::shadow: return Reason::risk_mode;
    case TradingMode::reduce_only: return reducing ? Reason::none : Reason::risk_mode;
    case TradingMode::close_only: return closes ? Reason::none : Reason::risk_mode;
  }
  return Reason::risk_mode;
}

Reason check_canary(int128 worst, const Limits& l) {
  const bool within = l.mode != TradingMode::canary || worst <= static_cast<int128>(l.canary_value.units) * decimal_one;
  return within ? Reason::none : Reason::risk_mode;
}

}  // namespace trade
