#include "routing/tape.h"

#include <algorithm>

#include "adapters/venues/open_feed.h"
#include "domain/book/book_sync.h"

namespace trade::tape {
namespace {

Depth top_of(const L2Book& book) {
  Depth d;
  for (const auto side : {Side::buy, Side::sell}) {
    const auto levels = book.levels(side);
    auto& out = side == Side::buy ? d.bids : d.asks;
    for (std::size_t i = 0; i < std::min(depth, levels.size()); ++i) out[i] = levels[levels.size() - 1 - i];
  }
  return d;
}

std::span<const Level> span_of(const Many<Level>& m) { return {m.begin(), m.size()}; }

}  // namespace

Tape::Tape(const std::string& path) {
  Instrument i;
  i.id = InstrumentId{1};
  i.symbol = Symbol("BTCUSDT");
  i.tick = Price{decimal_one / 10};
  FeedSource source;
  source.path = path;
  source.venue = VenueId{1};
  auto feed = open_feed(source, std::span(&i, 1));
  CHECK(feed.ok(), feed.ok() ? "" : feed.error().text());
  BookSync book;
  FeedRow row;
  for (;;) {
    const auto more = (*feed)->next(row);
    CHECK(more.ok(), "the capture cannot be read");
    if (!*more) break;
    if (const auto* d = std::get_if<VenueDepth>(&row.fact))
      book.on_diff({d->first_id, d->last_id, d->previous_id}, span_of(d->bids), span_of(d->asks));
    if (const auto* s = std::get_if<VenueSnapshot>(&row.fact)) book.on_snapshot(s->last_id, span_of(s->bids), span_of(s->asks));
    if (book.state() != SyncState::live) continue;
    const bool of_book = std::get_if<VenueDepth>(&row.fact) != nullptr || std::get_if<VenueSnapshot>(&row.fact) != nullptr;
    if (of_book) depths_.push_back(top_of(book.book()));
    if (const auto* q = std::get_if<VenueQuote>(&row.fact); q != nullptr && !depths_.empty())
      moments_.push_back({row.time, {q->bid, q->bid_quantity}, {q->ask, q->ask_quantity}, depths_.size() - 1});
  }
}

const Moment& Tape::at(Time t) const {
  auto after = std::upper_bound(moments_.begin(), moments_.end(), t, [](Time x, const Moment& m) { return x < m.time; });
  return after == moments_.begin() ? *after : *(after - 1);
}

int128 Tape::sweep(Side side, Quantity quantity, Time t) const {
  const Moment& m = at(t);
  const Depth& d = depth_of(m);
  const Level best = side == Side::buy ? m.ask : m.bid;
  int128 cost = 0;
  Price last = best.price;
  const auto take = [&](const Level& l) {
    const Quantity q = min(quantity, l.quantity);
    cost += static_cast<int128>(l.price.units) * q.units;
    quantity -= q;
    if (q != Quantity{}) last = l.price;
  };
  take(best);
  for (const auto& l : side == Side::buy ? d.asks : d.bids)
    if (side == Side::buy ? l.price > best.price : l.price < best.price && l.price != Price{}) take(l);
  return cost + static_cast<int128>(last.units) * quantity.units;
}

}  // namespace trade::tape
