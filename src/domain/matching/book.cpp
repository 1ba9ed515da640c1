#include "domain/matching/book.h"

namespace trade::matching {

std::int64_t Book::available(Side side, std::int64_t limit, std::int64_t enough) const {
  const Ladder& l = ladder(side);
  const auto worst = key(side, limit);
  std::int64_t sum = 0;
  l.each([&](Ladder::Ref ref, std::int64_t k) {
    if (k > worst) return false;
    for (Handle h = l.queue(ref).head; h && sum < enough; h = orders_[h].next)
      if (__builtin_add_overflow(sum, orders_[h].quantity, &sum)) sum = enough;
    return sum < enough;
  });
  return sum < enough ? sum : enough;
}

Book::Handle Book::locate(std::uint64_t id) const {
  Handle found = 0;
  each([&](Handle h, std::uint64_t other) {
    if (other == id) found = h;
  });
  return found;
}

Book::Handle Book::add_stop(const Incoming& o) {
  const Handle h = allocate();
  orders_[h] = {o.quantity, o.id, 0, 0, 0, static_cast<std::uint32_t>(o.side) | stop_flag};
  const auto becomes = o.type == OrderType::stop ? OrderType::market : OrderType::limit;
  const auto k = o.side == Side::buy ? o.stop : ~o.stop;
  stops_[static_cast<std::size_t>(o.side)][{k, ++arrivals_}] = {h, o.stop, o.limit, becomes, o.tif};
  return h;
}

Book::Stop& Book::stops_at(Handle h) {
  for (auto& side : stops_)
    for (auto& [k, stop] : side)
      if (stop.handle == h) return stop;
  CHECK(false, "stop not waiting");
}

void Book::forget_stop(Handle h) {
  for (auto& side : stops_)
    for (auto at = side.begin(); at != side.end(); ++at)
      if (at->second.handle == h) {
        side.erase(at);
        return;
      }
}

Book::Handle Book::take_triggered(Incoming& o) {
  std::size_t which = 2;
  std::uint64_t arrival = 0;
  for (std::size_t side = 0; known_ && side < 2; ++side) {
    if (stops_[side].empty()) continue;
    const auto& k = stops_[side].begin()->first;
    if (k.first <= last_[side] && (which == 2 || k.second < arrival)) {
      which = side;
      arrival = k.second;
    }
  }
  if (which == 2) return 0;
  const auto at = stops_[which].begin();
  const Stop stop = at->second;
  stops_[which].erase(at);
  Order& order = orders_[stop.handle];
  order.flags &= ~stop_flag;
  o = {order.id, order.quantity, stop.limit, 0, static_cast<Side>(which), stop.type, stop.tif};
  return stop.handle;
}

void Book::save_side(ByteWriter& w, const Book& b, Side side) {
  const Ladder& l = b.ladder(side);
  std::uint32_t n = 0;
  l.each([&](Ladder::Ref ref, std::int64_t) {
    for (Handle h = l.queue(ref).head; h; h = b.orders_[h].next) ++n;
    return true;
  });
  w.put(n);
  l.each([&](Ladder::Ref ref, std::int64_t k) {
    for (Handle h = l.queue(ref).head; h; h = b.orders_[h].next) {
      w.put(b.orders_[h].id);
      w.put(price_at(side, k));
      w.put(b.orders_[h].quantity);
    }
    return true;
  });
}

bool Book::load_side(ByteReader& r, Side side) {
  const auto n = r.get<std::uint32_t>();
  for (std::uint32_t i = 0; i < n && r.ok(); ++i) {
    const auto id = r.get<std::uint64_t>();
    const auto price = r.get<std::int64_t>();
    const auto quantity = r.get<std::int64_t>();
    if (id == 0 || quantity <= 0) r.fail();
    if (r.ok()) rest(allocate(), id, side, price, quantity);
  }
  return r.ok();
}

void Book::save(ByteWriter& w) const {
  save_side(w, *this, Side::buy);
  save_side(w, *this, Side::sell);
  std::map<std::uint64_t, std::pair<Side, const Stop*>> by_arrival;
  for (std::size_t side = 0; side < 2; ++side)
    for (const auto& [k, stop] : stops_[side]) by_arrival[k.second] = {static_cast<Side>(side), &stop};
  w.put(static_cast<std::uint32_t>(by_arrival.size()));
  for (const auto& [arrival, at] : by_arrival) {
    const auto& [side, stop] = at;
    w.put(orders_[stop->handle].id);
    w.put(orders_[stop->handle].quantity);
    w.put(stop->stop);
    w.put(stop->limit);
    w.put(static_cast<std::uint8_t>(side));
    w.put(static_cast<std::uint8_t>(stop->type));
    w.put(static_cast<std::uint8_t>(stop->tif));
  }
  w.put(known_);
  w.put(last_[0]);
  w.put(last_[1]);
}

void Book::load(ByteReader& r) {
  *this = Book{};
  if (!load_side(r, Side::buy) || !load_side(r, Side::sell)) return;
  const auto n = r.get<std::uint32_t>();
  for (std::uint32_t i = 0; i < n && r.ok(); ++i) {
    Incoming o;
    o.id = r.get<std::uint64_t>();
    o.quantity = r.get<std::int64_t>();
    o.stop = r.get<std::int64_t>();
    o.limit = r.get<std::int64_t>();
    const auto side = r.get<std::uint8_t>(), type = r.get<std::uint8_t>(), tif = r.get<std::uint8_t>();
    if (o.id == 0 || o.quantity <= 0 || side > 1 || type > 1 || tif > static_cast<std::uint8_t>(TimeInForce::gtd)) r.fail();
    if (!r.ok()) return;
    o.side = static_cast<Side>(side);
    o.type = type == 0 ? OrderType::stop : OrderType::stop_limit;
    o.tif = static_cast<TimeInForce>(tif);
    add_stop(o);
  }
  known_ = r.get<bool>();
  last_[0] = r.get<std::int64_t>();
  last_[1] = r.get<std::int64_t>();
}

}  // namespace trade::matching
