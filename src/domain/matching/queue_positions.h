#pragma once
#include <algorithm>
#include <vector>

#include "domain/matching/exchange.h"
#include "domain/matching/touch.h"

namespace trade::matching {

// How much replayed quantity stands before each resting order at its price (QueueRule::fifo):
//   on arrival: what its price level shows; a trade at that price takes from the front; a level that shows less than what stood
//   before the order shrinks it to that (who left is unknown: whoever could be before us is believed to have gone last).
// A trade at the order's price fills it with what is left of the traded quantity after those before it, our earlier orders
// included; a trade through its price fills it whole.
class QueuePositions {
 public:
  void join(std::uint64_t id, const Exchange& book, Exchange::Handle h, const Touch& touch) {
    std::erase_if(waiting_, [&](const Waiting& w) { return w.id == id || !book.open(w.handle, w.id); });
    waiting_.push_back({id, h, touch.shown(book.side(h), book.price(h))});
  }
  void shrink(const Exchange& book, const Touch& touch) {
    for (auto& w : waiting_)
      if (w.ahead > 0 && book.open(w.handle, w.id) && book.displayed(w.handle))
        w.ahead = std::min(w.ahead, touch.shown(book.side(w.handle), book.price(w.handle)));
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
    }
  }
  void load(ByteReader& r, const Exchange& book) {
    waiting_.clear();
    const auto n = r.get<std::uint32_t>();
    for (std::uint32_t i = 0; i < n && r.ok(); ++i) {
      const auto id = r.get<std::uint64_t>();
      const auto ahead = r.get<std::int64_t>();
      const auto h = book.locate(id);
      if (h == 0 || ahead < 0) r.fail();
      else waiting_.push_back({id, h, ahead});
    }
  }

 private:
  struct Waiting {
    std::uint64_t id{};
    Exchange::Handle handle{};
    std::int64_t ahead{};  // lots
  };
  std::vector<Waiting> waiting_;
};

}  // namespace trade::matching
