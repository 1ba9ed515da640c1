#pragma once
#include <algorithm>
#include <vector>

#include "domain/matching/exchange.h"
#include "domain/matching/touch.h"

namespace trade::matching {

// Of `gone` lots that left a level without a trade, how many stood before an order with `front` lots before and `back` behind it: those
// that did not leave behind it, by the tenth of the level its back is (CancelShares); never so few that more than `back` left behind it.
// The form is that of the probability queue models of hftbacktest, with measured shares in place of an assumed function.
std::int64_t gone_before(std::int64_t gone, std::int64_t front, std::int64_t back, const CancelShares& behind);

// How much replayed quantity stands before each resting order at its price:
//   on arrival: what its price level shows; a trade at that price takes from the front. What a level loses without a trade:
//   fifo      leaves from behind us: only a level that shows less than what stood before the order shrinks that
//   probable  leaves from before and behind us by gone_before()
// A trade at the order's price fills it with what is left of the traded quantity after those before it, our earlier orders
// included; a trade through its price fills it whole.
class QueuePositions {
 public:
  void join(std::uint64_t id, const Exchange& book, Exchange::Handle h, const Touch& touch) {
    std::erase_if(waiting_, [&](const Waiting& w) { return w.id == id || !book.open(w.handle, w.id); });
    const auto shown = touch.shown(book.side(h), book.price(h));
    waiting_.push_back({id, h, shown, shown, 0});
  }
  // The replayed book has changed.
  void moved(const Exchange& book, const Touch& touch) {
    for (auto& w : waiting_) {
      if (!book.open(w.handle, w.id) || !book.displayed(w.handle)) continue;
      const auto now = touch.shown(book.side(w.handle), book.price(w.handle));
      if (touch.rule().queue == QueueRule::probable && w.ahead > 0) {
        const auto before = std::max<std::int64_t>(w.shown - w.traded, 0), gone = before - now;
        if (gone > 0) w.ahead -= gone_before(gone, w.ahead, std::max<std::int64_t>(before - w.ahead, 0), touch.rule().behind);
      }
      w.ahead = std::max<std::int64_t>(0, std::min(w.ahead, now));
      w.shown = now;
      w.traded = 0;
    }
  }
  // Lots believed to stand before an open order; -1: it has no position.
  std::int64_t ahead(std::uint64_t id) const {
    for (const auto& w : waiting_)
      if (w.id == id) return w.ahead;
    return -1;
  }
  // Fills come in the order the orders joined their level; `units` and `quantity` are the trade's, in 1e-8.
  template <class Sink>
  void traded(std::int64_t units, std::int64_t quantity, Side aggressor, const TouchRule& rule, Exchange& book, Sink& s) {
    const auto volume = quantity / rule.lot.units;
    std::int64_t given = 0;  // to our orders at this price
    for (auto& w : waiting_) {
      if (!book.open(w.handle, w.id) || !book.displayed(w.handle) || book.side(w.handle) == aggressor) continue;
      const auto price = book.price(w.handle) * rule.tick.units;
      if (price == units) {
        const auto lots = std::min(book.shown(w.handle), volume - w.ahead - given);
        w.ahead = std::max<std::int64_t>(0, w.ahead - volume);
        w.traded += volume;
        if (lots <= 0) continue;
        given += lots;
        book.fill(w.handle, lots, s);
      } else if (aggressor == Side::sell ? price > units : price < units) {
        while (book.open(w.handle, w.id)) book.fill(w.handle, book.shown(w.handle), s);
      }
    }
  }

  // Canonical: open orders only, by joining.
  void save(ByteWriter& w, const Exchange& book) const {
    std::uint32_t n = 0;
    for (const auto& x : waiting_) n += book.open(x.handle, x.id);
    w.put(n);
    for (const auto& x : waiting_) {
      if (!book.open(x.handle, x.id)) continue;
      w.put(x.id);
      w.put(x.ahead);
      w.put(x.shown);
      w.put(x.traded);
    }
  }
  void load(ByteReader& r, const Exchange& book) {
    waiting_.clear();
    const auto n = r.get<std::uint32_t>();
    for (std::uint32_t i = 0; i < n && r.ok(); ++i) {
      const auto id = r.get<std::uint64_t>();
      const auto ahead = r.get<std::int64_t>(), shown = r.get<std::int64_t>(), traded = r.get<std::int64_t>();
      const auto h = book.locate(id);
      if (h == 0 || ahead < 0 || shown < 0 || traded < 0) r.fail();
      else waiting_.push_back({id, h, ahead, shown, traded});
    }
  }

 private:
  struct Waiting {
    std::uint64_t id{};
    Exchange::Handle handle{};
    std::int64_t ahead{};            // lots
    std::int64_t shown{}, traded{};  // by the level when the book last changed, and since then
  };
  std::vector<Waiting> waiting_;
};

}  // namespace trade::matching
