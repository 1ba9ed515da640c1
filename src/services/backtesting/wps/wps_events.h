#pragma once
#include "services/backtesting/wps/wps.h"

namespace trade {

// What one market tells during one call, turned into reports. Orders of agents are nobody's children: their events end here.
struct Wps::Events {
  Wps& wps;
  Listing& listing;
  Context<Out>& context;

  static bool agent(std::uint64_t id) { return (id & matching::agent_bit) != 0; }
  Child& child(std::uint64_t id) { return wps.state.children.at(ChildId{id}); }
  VenueId venue() const { return wps.config_.venues[listing.venue].venue; }
  Side side_of(std::uint64_t id) { return agent(id) ? matching::agent_side(id) : child(id).side; }
  void tell(std::uint64_t id, ReportKind kind, Reason reason = {}) { wps.report_child(ChildId{id}, child(id), kind, reason, context); }
  void end(std::uint64_t id, ChildState to, ReportKind kind, Reason reason) {
    if (agent(id)) return;
    child(id).state = to;
    child(id).reason = reason;
    tell(id, kind, reason);
  }
  void fill(std::uint64_t id, Price price, std::int64_t lots, Liquidity liquidity) {
    if (id == 0 || agent(id)) return;
    Child& c = child(id);
    const Quantity quantity = listing.lot * lots;
    c.filled += quantity;
    if (c.filled == c.quantity) c.state = ChildState::filled;
    if (!wps.config_.venues[listing.venue].fees.empty()) {
      const Money value = value_of(listing.facts, price, quantity);
      wps.state.volumes[{{c.venue, c.account}, value.currency}].add(context.now(), value);
      wps.state.venues[listing.venue].last_fill = context.now();
    }
    const ExecutionId execution{++wps.state.venues[listing.venue].executions};
    wps.report({ChildId{id},
                c.venue,
                ReportKind::filled,
                {},
                execution,
                price,
                quantity,
                liquidity,
                c.filled,
                c.leaves(),
                context.now(),
                {},
                c.limit},
               context);
  }

  void accepted(std::uint64_t id) {
    if (!agent(id)) tell(id, ReportKind::accepted);
  }
  void rejected(std::uint64_t id, Reason r) { end(id, ChildState::rejected, ReportKind::rejected, r); }
  void triggered(std::uint64_t) {}
  void cancelled(std::uint64_t id, std::int64_t, Reason r) { end(id, ChildState::cancelled, ReportKind::cancelled, r); }
  void expired(std::uint64_t id, std::int64_t) { end(id, ChildState::expired, ReportKind::expired, {}); }
  void replaced(std::uint64_t id, std::int64_t) {
    if (!agent(id)) tell(id, ReportKind::replaced);
  }
  void reduced(std::uint64_t id, std::int64_t lots) {
    if (agent(id)) return;
    Child& c = child(id);
    c.quantity = c.filled + listing.lot * lots;
    tell(id, ReportKind::replaced, Reason::venue_self_match);
  }
  void phase(TradingPhase p) { context.publish(PhaseChanged{listing.instrument, venue(), p}); }
  void indicated(std::int64_t price, std::int64_t matched, std::int64_t imbalance, Side side) {
    const auto lots = [&](std::int64_t n) { return listing.lot * std::min(n, INT64_MAX / listing.lot.units); };
    context.publish(AuctionIndicated{listing.instrument, venue(), listing.tick * price, lots(matched), lots(imbalance), side});
  }
  void note(Price price) {
    listing.last_price = price;
    if (listing.window_price.units != 0) return;
    listing.window_price = price;
    listing.window_began = context.now();
  }
  // Nobody takes in an auction: both sides are makers there.
  void trade(std::uint64_t maker, std::uint64_t taker, std::int64_t ticks, std::int64_t lots) {
    const Price price = listing.tick * ticks;
    note(price);
    if (wps.config_.venues[listing.venue].touch == Touch::none)
      context.publish(Trade{listing.instrument, venue(), context.now(), ++listing.trades, price, listing.lot * lots, side_of(taker)});
    fill(maker, price, lots, Liquidity::maker);
    fill(taker, price, lots, is_auction(listing.market.orders().phase()) ? Liquidity::maker : Liquidity::taker);
  }
  void outside(std::uint64_t id, Price price, std::int64_t lots) {
    note(price);
    fill(id, price, lots, Liquidity::taker);
  }
};

template <class F>
void Wps::at_market(Listing& l, Context<Out>& context, F&& f) {
  Events e{*this, l, context};
  f(e);
  if (watched_[l.venue]) watch(l, context);
}

}  // namespace trade
