#pragma once
#include <list>
#include <map>
#include <vector>

#include "domain/matching/exchange.h"

// The slow, obvious twin of Book, and of an Exchange of plain orders and stops, for the tests: ordered maps of lists, everything
// searched for.
namespace trade::matching::naive {

struct Event {
  enum Kind { accepted, rejected, triggered, trade, outside, cancelled, expired, replaced, reduced, phase, indicated } kind{};
  std::uint64_t id{}, taker{};
  std::int64_t price{}, lots{};
  Reason reason{};
  bool operator==(const Event&) const = default;
};

// Records events in the order they come.
struct Recorder {
  std::vector<Event> events;
  void triggered(std::uint64_t id) { events.push_back({Event::triggered, id, 0, 0, 0, {}}); }
  void reduced(std::uint64_t id, std::int64_t leaves) { events.push_back({Event::reduced, id, 0, 0, leaves, {}}); }
  void phase(TradingPhase p) { events.push_back({Event::phase, static_cast<std::uint64_t>(p), 0, 0, 0, {}}); }
  void indicated(std::int64_t price, std::int64_t matched, std::int64_t imbalance, Side side) {
    events.push_back({Event::indicated, static_cast<std::uint64_t>(side), static_cast<std::uint64_t>(imbalance), price, matched, {}});
  }
  void accepted(std::uint64_t id) { events.push_back({Event::accepted, id, 0, 0, 0, {}}); }
  void rejected(std::uint64_t id, Reason r) { events.push_back({Event::rejected, id, 0, 0, 0, r}); }
  void trade(std::uint64_t maker, std::uint64_t taker, std::int64_t price, std::int64_t lots) {
    events.push_back({Event::trade, maker, taker, price, lots, {}});
  }
  void outside(std::uint64_t id, Price price, std::int64_t lots) { events.push_back({Event::outside, id, 0, price.units, lots, {}}); }
  void cancelled(std::uint64_t id, std::int64_t leaves, Reason r) { events.push_back({Event::cancelled, id, 0, 0, leaves, r}); }
  void expired(std::uint64_t id, std::int64_t leaves) { events.push_back({Event::expired, id, 0, 0, leaves, {}}); }
  void replaced(std::uint64_t id, std::int64_t leaves) { events.push_back({Event::replaced, id, 0, 0, leaves, {}}); }
};

class NaiveBook {
 public:
  Recorder out;

  void place(const Incoming& o) {
    if (o.quantity <= 0) return out.rejected(o.id, Reason::venue_bad_order);
    if (o.type == OrderType::market && sides_[other(o.side)].empty()) return out.rejected(o.id, Reason::venue_no_liquidity);
    out.accepted(o.id);
    if (o.type >= OrderType::stop) stops_.push_back(o);
    else execute(o);
    trigger();
  }
  bool cancel(std::uint64_t id, bool expire) {
    std::int64_t left = 0;
    if (!take_away(id, left)) return false;
    if (expire) out.expired(id, left);
    else out.cancelled(id, left, Reason::none);
    return true;
  }
  bool replace(std::uint64_t id, std::int64_t limit, std::int64_t quantity) {
    if (quantity <= 0) return false;
    for (auto& s : stops_)
      if (s.id == id) {
        s.limit = limit;
        s.quantity = quantity;
        out.replaced(id, quantity);
        return true;
      }
    for (int side = 0; side < 2; ++side)
      for (auto& [price, list] : sides_[side])
        for (auto& o : list)
          if (o.id == id) {
            if (price == limit && quantity <= o.quantity) {
              o.quantity = quantity;
              out.replaced(id, quantity);
              return true;
            }
            std::int64_t left;
            take_away(id, left);
            out.replaced(id, quantity);
            execute({id, quantity, limit, 0, static_cast<Side>(side), OrderType::limit, TimeInForce::gtc});
            trigger();
            return true;
          }
    return false;
  }
  // (id, price, quantity) in priority order, bids then asks then stops.
  std::vector<std::array<std::int64_t, 3>> open() const {
    std::vector<std::array<std::int64_t, 3>> all;
    for (auto at = sides_[0].rbegin(); at != sides_[0].rend(); ++at)
      for (const auto& o : at->second) all.push_back({static_cast<std::int64_t>(o.id), at->first, o.quantity});
    for (const auto& [price, list] : sides_[1])
      for (const auto& o : list) all.push_back({static_cast<std::int64_t>(o.id), price, o.quantity});
    for (const auto& s : stops_) all.push_back({static_cast<std::int64_t>(s.id), s.stop, s.quantity});
    return all;
  }
  const std::map<std::int64_t, std::list<Incoming>>& side(Side s) const { return sides_[static_cast<int>(s)]; }

 private:
  static int other(Side s) { return s == Side::buy ? 1 : 0; }
  static bool within(Side taker, std::int64_t price, const Incoming& o) {
    return o.type == OrderType::market || (taker == Side::buy ? price <= o.limit : price >= o.limit);
  }
  void execute(Incoming o) {
    auto& opposite = sides_[other(o.side)];
    if (o.tif == TimeInForce::fok) {
      int128 sum = 0;
      for (const auto& [price, list] : opposite)
        for (const auto& m : list)
          if (within(o.side, price, o)) sum += m.quantity;
      if (sum < o.quantity) return out.cancelled(o.id, o.quantity, Reason::venue_unfilled);
    }
    while (o.quantity > 0 && !opposite.empty()) {
      const auto level = o.side == Side::buy ? opposite.begin() : std::prev(opposite.end());
      if (!within(o.side, level->first, o)) break;
      Incoming& m = level->second.front();
      const auto lots = std::min(m.quantity, o.quantity);
      out.trade(m.id, o.id, level->first, lots);
      last_ = level->first;
      traded_ = true;
      o.quantity -= lots;
      m.quantity -= lots;
      if (m.quantity == 0) level->second.pop_front();
      if (level->second.empty()) opposite.erase(level);
    }
    if (o.quantity == 0) return;
    if (o.type == OrderType::market || o.tif == TimeInForce::ioc) return out.cancelled(o.id, o.quantity, Reason::venue_unfilled);
    sides_[static_cast<int>(o.side)][o.limit].push_back(o);
  }
  void trigger() {
    while (traded_) {
      auto next = stops_.end();
      for (auto side : {Side::buy, Side::sell}) {  // the nearest of its side, earliest first; of the two fronts the earlier one
        auto front = stops_.end();
        for (auto at = stops_.begin(); at != stops_.end(); ++at) {
          if (at->side != side) continue;
          if (side == Side::buy ? at->stop > last_ : at->stop < last_) continue;
          if (front == stops_.end() || (side == Side::buy ? at->stop < front->stop : at->stop > front->stop)) front = at;
        }
        if (front == stops_.end()) continue;
        if (next == stops_.end() || std::distance(stops_.begin(), front) < std::distance(stops_.begin(), next)) next = front;
      }
      if (next == stops_.end()) return;
      Incoming o = *next;
      stops_.erase(next);
      o.type = o.type == OrderType::stop ? OrderType::market : OrderType::limit;
      out.triggered(o.id);
      execute(o);
    }
  }
  bool take_away(std::uint64_t id, std::int64_t& left) {
    for (auto at = stops_.begin(); at != stops_.end(); ++at)
      if (at->id == id) {
        left = at->quantity;
        stops_.erase(at);
        return true;
      }
    for (auto& side : sides_)
      for (auto level = side.begin(); level != side.end(); ++level)
        for (auto at = level->second.begin(); at != level->second.end(); ++at)
          if (at->id == id) {
            left = at->quantity;
            level->second.erase(at);
            if (level->second.empty()) side.erase(level);
            return true;
          }
    return false;
  }

  std::map<std::int64_t, std::list<Incoming>> sides_[2];
  std::list<Incoming> stops_;  // by arrival
  std::int64_t last_ = 0;
  bool traded_ = false;
};

}  // namespace trade::matching::naive
