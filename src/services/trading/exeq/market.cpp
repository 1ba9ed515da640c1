#include "domain/bars/bar_series.h"
#include "services/trading/exeq/exeq.h"

// What venues show.
namespace trade {
namespace {

// What an instrument is worth at a venue: the middle of its quote; of a venue without quotes the last price heard. 0: nothing known.
Price reference(const Exeq::Shown& s) {
  if (!s.quoted) return s.last;
  if (s.bid.units <= 0 || s.ask.units <= 0) return {};
  return Price{s.bid.units + (s.ask.units - s.bid.units) / 2};
}

}  // namespace

Price Exeq::mid_at(InstrumentId instrument, VenueId venue) const {
  const Shown* s = state.shown.find({instrument, venue});
  return s == nullptr ? Price{} : reference(*s);
}

// Before the price of `shown` changes: what fell due since is judged by the one that held until now.
void Exeq::price_moves(Shown& shown, Time now) {
  shown.aftermath.price_changes(reference(shown), now, [this](const Aftermath::Waiting& w, std::size_t horizon, Price later) {
    note_later(state.tallies[w.line].quality, JudgedFill{w.side, w.price, w.quantity, {}, {}, w.mid, 0, 0}, horizon, later);
  });
}

void Exeq::on(const Quote& m, Ctx& context) {
  Shown& s = state.shown[{m.instrument, m.venue}];
  if (s.aftermath.due(context.now())) price_moves(s, context.now());
  s.bid = m.bid;
  s.bid_quantity = m.bid_quantity;
  s.ask = m.ask;
  s.ask_quantity = m.ask_quantity;
  s.quoted = true;
  state.clock = context.now();
  if (choice()) note_price(s.movement, reference(s), context.now());
  if (!state.snipers.empty()) look_at_snipers(m.instrument, context);
}

// Depth matters only to an order that has a choice; a book begins whole.
void Exeq::on(const BookChanged& m, Ctx&) {
  if (!choice()) return;
  L2Book* book = state.books.find({m.instrument, m.venue});
  const std::span<const Level> bids(m.bids.begin(), m.bids.size()), asks(m.asks.begin(), m.asks.size());
  if (m.whole) state.books[{m.instrument, m.venue}].assign(bids, asks);
  else if (book != nullptr) book->apply(bids, asks);
}

void Exeq::on(const MarketStatus& m, Ctx&) {
  const bool down = m.state != FeedState::live;
  state.shown[{m.instrument, m.venue}].down = down;
  if (down) state.books.erase({m.instrument, m.venue});
}

void Exeq::on(const Trade& m, Ctx& context) {
  Shown& s = state.shown[{m.instrument, m.venue}];
  state.clock = context.now();
  if (!s.quoted && s.aftermath.due(context.now())) price_moves(s, context.now());
  s.last = m.price;
  s.trades = true;
  s.traded += static_cast<std::uint64_t>(m.quantity.units);
  if (!choice()) return;
  note_trade(s.flow, m.quantity, context.now());
  if (!s.quoted) note_price(s.movement, m.price, context.now());
}

// The shortest bars tell of the volume: by the hour of the day, and, where no trades are heard, as such.
void Exeq::on(const Bar& m, Ctx& context) {
  Shown& s = state.shown[{m.instrument, m.venue}];
  if (s.bar == Duration{} || m.interval < s.bar) s.bar = m.interval;
  if (m.interval != s.bar) return;
  add_bar(s.curve, m.open_time, m.interval, m.volume);
  if (s.trades) return;
  if (!s.quoted && s.aftermath.due(context.now())) price_moves(s, context.now());
  s.last = m.close;
  s.traded += static_cast<std::uint64_t>(m.volume.units);
}

// The middle between the best bid and the best ask of all venues the order may go to; without both the price of the first that has one.
Price Exeq::mid_of(const OrderTerms& t) const {
  Price bid, ask, last;
  for (const auto& e : state.venues) {
    if (!may_go(t, e.key)) continue;
    const Shown* s = state.shown.find({t.instrument, e.key});
    if (s == nullptr || s->down) continue;
    if (s->bid.units > 0) bid = max(bid, s->bid);
    if (s->ask.units > 0 && (ask == Price{} || s->ask < ask)) ask = s->ask;
    if (last == Price{}) last = reference(*s);
  }
  if (bid == Price{} || ask == Price{}) return last;
  return Price{bid.units + (ask.units - bid.units) / 2};
}

std::uint64_t Exeq::traded(const OrderTerms& t) const {
  std::uint64_t sum = 0;
  for (const auto& e : state.venues)
    if (may_go(t, e.key))
      if (const Shown* s = state.shown.find({t.instrument, e.key})) sum += s->traded;
  return sum;
}

// The volume of the venues the order may go to, added up by the time of day.
VolumeCurve Exeq::curve_of(const OrderTerms& t) const {
  VolumeCurve sum;
  for (const auto& e : state.venues)
    if (may_go(t, e.key))
      if (const Shown* s = state.shown.find({t.instrument, e.key})) add_curve(sum, s->curve);
  return sum;
}

// The best price of the side the order would take, and what all venues that may be asked show there.
Level Exeq::touch(const OrderTerms& t, Time now) const {
  Level best;
  for (const auto& e : state.venues) {
    const Shown* s = state.shown.find({t.instrument, e.key});
    if (s == nullptr || !may_go(t, e.key) || health(t.instrument, e.key, now) != VenueHealth::admitted) continue;
    const Level there = t.side == Side::buy ? Level{s->ask, s->ask_quantity} : Level{s->bid, s->bid_quantity};
    if (there.price.units <= 0 || there.quantity.units <= 0) continue;
    const bool better = best.price == Price{} || (t.side == Side::buy ? there.price < best.price : there.price > best.price);
    if (better) best = there;
    else if (there.price == best.price) best.quantity = add_volume(best.quantity, there.quantity);
  }
  return best;
}

}  // namespace trade
