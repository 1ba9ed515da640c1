// The venue's own side of its markets: what is listed, replayed data, phases, bands, what it publishes, funding, agents.
#include "services/backtesting/wps/wps_events.h"

namespace trade {
namespace {

constexpr Duration day = seconds(86'400);
std::span<const Level> span_of(const Many<Level>& m) { return {m.data, m.count}; }
Price between(Price bid, Price ask) { return bid + Price{(ask - bid).units / 2}; }

// Is `price` more than the fraction away from `from`?
bool beyond(Price price, Price from, Ratio fraction) {
  const int128 moved = abs(price - from).units;
  return moved * decimal_one > static_cast<int128>(from.units) * fraction.units;
}

}  // namespace

template <class F>
void Wps::each_market(VenueId feed, InstrumentId instrument, F&& f) {
  for (std::uint32_t i = 0; i < state.listings.size(); ++i) {
    Listing& l = state.listings[i];
    CHECK(l.venue < config_.venues.size(), "the list of simulated venues differs from the saved one");
    if (l.instrument == instrument && config_.venues[l.venue].feed == feed && config_.venues[l.venue].touch != Touch::none) f(l, i);
  }
}

// ---- reference data -------------------------------------------------------------------------------------------------------------

void Wps::on(const InstrumentListed& m, Context<Out>& context) {
  for (std::uint32_t v = 0; v < config_.venues.size(); ++v) {
    if (listing(v, m.instrument.id)) continue;
    const SimVenue& venue = config_.venues[v];
    Listing l;
    l.venue = v;
    l.instrument = m.instrument.id;
    l.tick = m.instrument.tick.units > 0 ? m.instrument.tick : Price{1};
    l.lot = m.instrument.lot.units > 0 ? m.instrument.lot : Quantity{1};
    l.facts = m.instrument;
    l.facts.tick = l.tick;
    l.market = matching::Market(rule(l), venue.allocation);
    l.agents.random = hash_of(std::pair{venue.agents.seed, std::uint64_t{l.instrument.value}});
    state.listings.push_back(std::move(l));
    if (context.now().ns > 0) open(static_cast<std::uint32_t>(state.listings.size() - 1), context);
  }
}

// A market begins with the first instant there is: what a configuration lists comes at time 0, before any.
void Wps::open(std::uint32_t index, Context<Out>& context) {
  Listing& l = state.listings[index];
  const SimVenue& venue = config_.venues[l.venue];
  l.opened = true;
  if (venue.touch == Touch::none) {
    context.publish(MarketStatus{l.instrument, venue.venue, FeedState::live});
    wake_agents(index, context);
  }
  if (!venue.schedule.empty()) set_phase(l, scheduled_phase(l.venue, context.now()), context);
  if (!venue.schedule.empty() && !state.venues[l.venue].scheduled) keep_schedule(l.venue, context);
  if (venue.funding.interval.ns > 0 && l.facts.contract != Contract::spot)
    context.set_timer(floor_to(context.now(), venue.funding.sample) + venue.funding.sample, token(TimerKind::funding, index));
}

void Wps::begin(Context<Out>& context) {
  if (state.begun || context.now().ns <= 0) return;
  state.begun = true;
  for (std::uint32_t i = 0; i < state.listings.size(); ++i)
    if (!state.listings[i].opened) open(i, context);
}

void Wps::on(const VenueListed& m, Context<Out>&) {
  const auto v = venue_index(m.venue.id);
  if (v == none) return;
  state.venues[v].order_latency = m.venue.order_latency;
  state.venues[v].report_latency = m.venue.report_latency;
}

// ---- replayed data --------------------------------------------------------------------------------------------------------------

void Wps::on(const Quote& m, Context<Out>& context) {
  begin(context);
  if (m.bid.units != 0 && m.ask.units != 0) seen(m.instrument, m.venue, between(m.bid, m.ask));
  each_market(m.venue, m.instrument, [&](Listing& l, std::uint32_t i) {
    at_market(l, context, [&](Events& e) { l.market.quote(m.bid, m.ask, e); });
    wake_agents(i, context);
  });
}

void Wps::on(const trade::Trade& m, Context<Out>& context) {
  begin(context);
  each_market(m.venue, m.instrument, [&](Listing& l, std::uint32_t i) {
    l.last_price = m.price;
    at_market(l, context, [&](Events& e) { l.market.trade(m.price, m.quantity, m.aggressor, e); });
    wake_agents(i, context);
  });
}

void Wps::on(const Bar& m, Context<Out>& context) {
  begin(context);
  each_market(m.venue, m.instrument, [&](Listing& l, std::uint32_t i) {
    const Time end = m.open_time + m.interval;
    if (end <= l.bar_end) return;  // a longer bar over what shorter ones have told, come after them
    l.bar_end = end;
    l.last_price = m.close;
    at_market(l, context, [&](Events& e) { l.market.bar(m.close, e); });
    wake_agents(i, context);
  });
}

void Wps::on(const BookChanged& m, Context<Out>& context) {
  begin(context);
  each_market(m.venue, m.instrument, [&](Listing& l, std::uint32_t i) {
    at_market(l, context, [&](Events& e) { l.market.book(span_of(m.bids), span_of(m.asks), m.whole, e); });
    wake_agents(i, context);
  });
}

void Wps::on(const MarketStatus& m, Context<Out>& context) {
  begin(context);
  if (m.state != FeedState::gap && m.state != FeedState::syncing) return;
  each_market(m.venue, m.instrument, [](Listing& l, std::uint32_t) { l.market.lost(); });
}

void Wps::on(const FeedEnded& m, Context<Out>&) {
  for (std::size_t v = 0; v < config_.venues.size(); ++v) {
    const SimVenue& c = config_.venues[v];
    const bool alone = c.touch == Touch::none && c.feed == c.venue;  // nothing of its own ends: the first feed that does ends it
    if (c.feed == m.venue || alone) state.venues[v].ended = true;
  }
}

// The index of the perpetuals that follow this venue's quotes.
void Wps::seen(InstrumentId instrument, VenueId venue, Price price) {
  for (auto& l : state.listings)
    if (l.instrument == instrument && config_.venues[l.venue].index == venue) l.funding.index = price;
}

// ---- phases, bands --------------------------------------------------------------------------------------------------------------

TradingPhase Wps::scheduled_phase(std::uint32_t venue, Time now) const {
  const auto& schedule = config_.venues[venue].schedule;
  if (schedule.empty()) return TradingPhase::continuous;
  TradingPhase phase = schedule.back().phase;
  const Duration at = now - floor_to(now, day);
  for (const auto& p : schedule)
    if (p.at <= at) phase = p.phase;
  return phase;
}

void Wps::set_phase(Listing& l, TradingPhase phase, Context<Out>& context) {
  if (is_auction(l.market.orders().phase())) l.window_price = {};  // the range begins anew with the auction's price
  at_market(l, context, [&](Events& e) { l.market.phase(phase, e); });
}

// The phase of now for every market of the venue, and a timer for the next.
void Wps::keep_schedule(std::uint32_t venue, Context<Out>& context) {
  const Time today = floor_to(context.now(), day);
  const auto& schedule = config_.venues[venue].schedule;
  Time next = today + day + schedule.front().at;
  for (auto p = schedule.rbegin(); p != schedule.rend(); ++p)
    if (today + p->at > context.now()) next = today + p->at;
  state.venues[venue].scheduled = !state.venues[venue].ended;
  if (!state.venues[venue].ended) context.set_timer(next, token(TimerKind::schedule, venue));
  const auto phase = scheduled_phase(venue, context.now());
  for (auto& l : state.listings) {
    if (l.venue != venue) continue;
    const bool interrupted = l.resumes > context.now() && phase == TradingPhase::continuous;
    if (!interrupted) set_phase(l, phase, context);
  }
}

void Wps::resume(std::uint32_t index, Context<Out>& context) {
  Listing& l = state.listings.at(index);
  if (context.now() < l.resumes || l.market.orders().phase() != TradingPhase::volatility_auction) return;
  set_phase(l, scheduled_phase(l.venue, context.now()), context);
}

// After each message to a market: its band, a price that moved too far, what is published.
void Wps::watch(Listing& l, Context<Out>& context) {
  const SimVenue& v = config_.venues[l.venue];
  const Time now = context.now();
  if (v.band.units > 0 && l.last_price.units > 0 && l.band_day != floor_to(now, day).ns / day.ns) {
    l.band_day = floor_to(now, day).ns / day.ns;
    const auto away = static_cast<std::int64_t>(static_cast<int128>(l.last_price.units) * v.band.units / decimal_one);
    const auto low = matching::ceil_div(l.last_price.units - away, l.tick.units), high = (l.last_price.units + away) / l.tick.units;
    Events e{*this, l, context};
    if (high >= 1) l.market.band(std::max<std::int64_t>(1, low), std::min(high, matching::greatest), e);
  }
  if (v.volatility.range.units > 0 && l.last_price.units > 0) {
    const bool over = now - l.window_began >= v.volatility.window && !beyond(l.last_price, l.window_price, v.volatility.range);
    if (over || l.window_price.units == 0) {
      l.window_price = l.last_price;
      l.window_began = now;
    }
    const bool trading = l.market.orders().phase() == TradingPhase::continuous;
    if (trading && beyond(l.last_price, l.window_price, v.volatility.range)) {
      l.resumes = now + v.volatility.auction;
      const auto index = static_cast<std::uint64_t>(&l - state.listings.data());
      context.set_timer(l.resumes, token(TimerKind::resume, index));
      Events e{*this, l, context};
      l.market.phase(TradingPhase::volatility_auction, e);
    }
  }
  if (v.touch == Touch::none) publish_book(l, context);
}

// What changed of the best levels since it was last told, and the best prices when they did.
void Wps::publish_book(Listing& l, Context<Out>& context) {
  const SimVenue& v = config_.venues[l.venue];
  std::vector<Level> changes[2];
  bool touched = l.bids.empty() && l.asks.empty();
  for (const Side side : {Side::buy, Side::sell}) {
    std::vector<Level> now;
    l.market.orders().book().each_level(side, [&](std::int64_t ticks, matching::Book::Handle h) {
      std::int64_t lots = 0;
      const auto& book = l.market.orders().book();
      for (; h != 0; h = book.next(h)) lots += book.leaves(h);
      now.push_back({l.tick * ticks, l.lot * lots});
      return now.size() < v.depth;
    });
    auto& told = side == Side::buy ? l.bids : l.asks;
    auto& out = changes[static_cast<std::size_t>(side)];
    const auto ahead = [side](Price a, Price b) { return side == Side::buy ? a > b : a < b; };
    std::size_t i = 0, j = 0;
    while (i < told.size() || j < now.size()) {
      if (j == now.size() || (i < told.size() && ahead(told[i].price, now[j].price))) out.push_back({told[i++].price, {}});
      else if (i == told.size() || ahead(now[j].price, told[i].price)) out.push_back(now[j++]);
      else if (told[i++].quantity != now[j++].quantity) out.push_back(now[j - 1]);
    }
    const Level none{};
    const Level &before = told.empty() ? none : told.front(), &after = now.empty() ? none : now.front();
    touched = touched || before.price != after.price || before.quantity != after.quantity;
    told = std::move(now);
  }
  if (changes[0].empty() && changes[1].empty()) return;
  context.publish(BookChanged{l.instrument, v.venue, false, 0, std::span<const Level>(changes[0]), std::span<const Level>(changes[1])});
  if (!touched) return;
  const Level bid = l.bids.empty() ? Level{} : l.bids.front(), ask = l.asks.empty() ? Level{} : l.asks.front();
  context.publish(Quote{l.instrument, v.venue, bid.price, bid.quantity, ask.price, ask.quantity});
}

// ---- funding --------------------------------------------------------------------------------------------------------------------

void Wps::keep_funding(std::uint32_t index, Context<Out>& context) {
  Listing& l = state.listings.at(index);
  const SimVenue& v = config_.venues[l.venue];
  if (state.venues[l.venue].ended) return;
  const Time now = context.now();
  context.set_timer(now + v.funding.sample, token(TimerKind::funding, index));
  l.funding.take_sample(l.tick * l.market.best(Side::buy), l.tick * l.market.best(Side::sell));
  if (floor_to(now, v.funding.interval) != now) return;
  const auto rate = l.funding.end_interval(v.funding);
  const Price mark = l.funding.mark(l.last_price, v.funding.interval, v.funding);
  if (rate && mark.units > 0) context.publish(FundingDue{l.instrument, v.venue, *rate, mark});
}

// ---- agents ---------------------------------------------------------------------------------------------------------------------

void Wps::wake_agents(std::uint32_t index, Context<Out>& context) {
  Listing& l = state.listings[index];
  const auto& rule = config_.venues[l.venue].agents;
  if (rule.count() == 0 || l.agents.awake || state.venues[l.venue].ended) return;
  l.agents.awake = true;
  context.set_timer(rule.interval, token(TimerKind::agents, index));
}

void Wps::step_agents(std::uint32_t index, Context<Out>& context) {
  Listing& l = state.listings.at(index);
  l.agents.awake = false;
  if (state.venues[l.venue].ended) return;
  at_market(l, context, [&](Events& e) {
    matching::Relay relay(e);
    l.agents.step(config_.venues[l.venue].agents, l.market, relay);
  });
  wake_agents(index, context);
}

// ---- lies -----------------------------------------------------------------------------------------------------------------------

void Wps::lie_about(const VenueReport& r, Context<Out>& context) {
  const auto v = venue_index(r.venue);
  if (v == none) return;
  const FaultRule& rule = config_.venues[v].faults;
  VenueStatus& status = state.venues[v];
  const auto due = [&](std::uint32_t rate) { return rate != 0 && matching::draw(status.random, fault_scale) < rate; };
  const auto more = [&](ChildId child) {
    VenueReport lie = r;
    const Listing* l = listing(v, state.children.at(r.child).instrument);
    lie.child = child;
    lie.kind = ReportKind::filled;
    lie.reason = Reason::none;
    lie.execution = ExecutionId{++status.executions};
    lie.quantity = l->lot;
    if (lie.price.units == 0) lie.price = r.limit.units != 0 ? r.limit : l->last_price;
    lie.request = {};
    if (child == r.child) lie.filled += lie.quantity;
    if (lie.price.units > 0) deliver(lie, context);
  };
  if (r.kind == ReportKind::cancelled && due(rule.fill_after_cancel)) more(r.child);
  if (r.kind != ReportKind::filled) return;
  if (r.leaves.units == 0 && due(rule.overfill)) more(r.child);
  if (due(rule.unknown_order)) more(ChildId{r.child.value | (std::uint64_t{1} << 62)});
  if (due(rule.changed_execution)) {
    VenueReport lie = r;
    lie.quantity += listing(v, state.children.at(r.child).instrument)->lot;
    deliver(lie, context);
  }
  if (due(rule.bust)) take_back(r, ReportKind::busted, context);
  else if (due(rule.correct)) take_back(r, ReportKind::corrected, context);
}

// A trade of this venue never happened, or was a tick better for the child.
void Wps::take_back(VenueReport r, ReportKind kind, Context<Out>& context) {
  Child& c = state.children.at(r.child);
  r.kind = kind;
  r.request = {};
  if (kind == ReportKind::busted) {
    c.filled -= r.quantity;
    c.quantity -= r.quantity;
    r.reason = Reason::venue_busted;
  } else {
    const Listing* l = listing(venue_index(r.venue), c.instrument);
    const Price better = r.price - l->tick * sign(c.side);
    if (better.units <= 0) return;
    r.price = better;
  }
  r.filled = c.filled;
  r.leaves = c.leaves();
  deliver(r, context);
}

// ---- questions ------------------------------------------------------------------------------------------------------------------

VenueFees Wps::answer(const VenueFeesQuery& q) const {
  const auto v = venue_index(q.venue);
  if (v == none || config_.venues[v].fees.empty()) return {};
  const auto* traded = state.volumes.find({{q.venue, q.account}, q.currency});
  const Money volume = traded == nullptr ? Money{0, q.currency} : traded->of(state.venues[v].last_fill);
  const auto& tier = matching::tier_of(config_.venues[v].fees, volume);
  return {true, tier.maker, tier.taker, volume};
}

BookOrders Wps::answer(const BookOrdersQuery& q) const {
  BookOrders out;
  const auto v = venue_index(q.venue);
  for (const auto& l : state.listings) {
    if (l.venue != v || l.instrument != q.instrument) continue;
    out.phase = l.market.orders().phase();
    const auto& book = l.market.orders().book();
    for (const Side side : {Side::buy, Side::sell})
      book.each_level(side, [&](std::int64_t ticks, matching::Book::Handle h) {
        for (; h != 0; h = book.next(h)) out.orders.push_back({book.id(h), side, l.tick * ticks, l.lot * book.leaves(h)});
        return true;
      });
  }
  return out;
}

}  // namespace trade
