#include "domain/matching/touch.h"

#include <algorithm>
#include <tuple>

namespace trade::matching {

bool Touch::quote(Price bid, Price ask) {
  if (rule_.source != TouchSource::quotes) return false;
  bid_ = bid;
  ask_ = ask;
  return true;
}

bool Touch::trade(Price price, Side aggressor) {
  if (rule_.source != TouchSource::trades) return false;
  if (aggressor == Side::buy) {
    ask_ = price;
    bid_ = min(bid_, price);
  } else {
    bid_ = price;
    ask_ = max(ask_, price);
  }
  return true;
}

bool Touch::bar(Price close) {
  if (rule_.source != TouchSource::bars) return false;
  bid_ = ask_ = close;
  return true;
}

bool Touch::book(std::span<const Level> bids, std::span<const Level> asks, bool whole) {
  if (rule_.source != TouchSource::book) return false;
  if (whole) levels_.assign(bids, asks);
  else levels_.apply(bids, asks);
  std::erase_if(eaten_, [&](const Eaten& e) { return levels_.quantity_at(e.side, e.price) != e.shown; });
  refresh(Side::buy);
  refresh(Side::sell);
  if (levels_.crossed()) bid_ = ask_ = {};  // a book that contradicts itself is not traded on
  return true;
}

bool Touch::lost() {
  if (rule_.source != TouchSource::book) return false;
  levels_.clear();
  eaten_.clear();
  bid_ = ask_ = {};
  return true;
}

std::int64_t Touch::lots_left(Side side, const Level& level) const {
  Quantity left = level.quantity;
  for (const auto& e : eaten_)
    if (e.side == side && e.price == level.price) left -= e.eaten;
  return left.units / rule_.lot.units;
}

void Touch::refresh(Side side) {
  Price& best = side == Side::buy ? bid_ : ask_;
  best = {};
  const auto levels = levels_.levels(side);
  for (auto at = levels.rbegin(); at != levels.rend(); ++at) {
    if (rule_.model == FillModel::depth && lots_left(side, *at) == 0) continue;
    best = at->price;
    return;
  }
}

std::int64_t Touch::shown(Side side, std::int64_t ticks) const {
  return levels_.quantity_at(side, rule_.tick * ticks - shift_).units / rule_.lot.units;
}

std::int64_t Touch::available(Side taker, std::int64_t limit, std::int64_t enough) const {
  if (!crosses(taker, limit)) return 0;
  if (rule_.model == FillModel::whole) return enough;
  const Side side = opposite(taker);
  const auto levels = levels_.levels(side);
  std::int64_t sum = 0;
  for (auto at = levels.rbegin(); at != levels.rend() && sum < enough; ++at) {
    const auto price = (at->price + shift_).units;
    const bool within = taker == Side::buy ? ceil_div(price, rule_.tick.units) <= limit : floor_div(price, rule_.tick.units) >= limit;
    if (!within) break;
    sum += std::min(enough - sum, lots_left(side, *at));
  }
  return sum;
}

std::int64_t Touch::take(Side taker, std::int64_t limit, std::int64_t lots, Price& price) {
  if (!crosses(taker, limit)) return 0;
  price = best(taker);
  if (rule_.model == FillModel::whole) return lots;
  const Side side = opposite(taker);
  const Level level{raw(taker), levels_.quantity_at(side, raw(taker))};
  const auto taken = std::min(lots, lots_left(side, level));
  const Quantity eaten = rule_.lot * taken;
  const auto place = std::find_if(eaten_.begin(), eaten_.end(),
                                  [&](const Eaten& e) { return std::tuple(e.side, e.price) >= std::tuple(side, level.price); });
  if (place != eaten_.end() && place->side == side && place->price == level.price) place->eaten += eaten;
  else eaten_.insert(place, {side, level.price, level.quantity, eaten});
  refresh(side);
  return taken;
}

void Touch::save(ByteWriter& w) const {
  w.put(static_cast<std::uint8_t>(rule_.source));
  w.put(static_cast<std::uint8_t>(rule_.model));
  w.put(static_cast<std::uint8_t>(rule_.queue));
  w.put(rule_.offset);
  w.put(rule_.tick.units);
  w.put(rule_.lot.units);
  for (const auto share : rule_.behind) w.put(share);
  w.put(bid_.units);
  w.put(ask_.units);
  levels_.save(w);
  w.put(static_cast<std::uint32_t>(eaten_.size()));
  for (const auto& e : eaten_) {
    w.put(static_cast<std::uint8_t>(e.side));
    w.put(e.price.units);
    w.put(e.shown.units);
    w.put(e.eaten.units);
  }
}

void Touch::load(ByteReader& r) {
  const auto source = r.get<std::uint8_t>(), model = r.get<std::uint8_t>(), queue = r.get<std::uint8_t>();
  TouchRule rule{static_cast<TouchSource>(source), static_cast<FillModel>(model), static_cast<QueueRule>(queue), {}, {}, {}, {}};
  rule.offset = r.get<std::int64_t>();
  rule.tick.units = r.get<std::int64_t>();
  rule.lot.units = r.get<std::int64_t>();
  bool shares = true;
  for (auto& share : rule.behind) {
    share = r.get<std::uint32_t>();
    shares = shares && share <= 1000;
  }
  std::int64_t shift;
  if (source > 4 || model > 1 || queue > 2 || !shares || rule.tick.units <= 0 || rule.lot.units <= 0 ||
      __builtin_mul_overflow(rule.tick.units, rule.offset, &shift))
    return r.fail();
  *this = Touch(rule);
  bid_.units = r.get<std::int64_t>();
  ask_.units = r.get<std::int64_t>();
  levels_.load(r);
  const auto n = r.get<std::uint32_t>();
  for (std::uint32_t i = 0; i < n && r.ok(); ++i) {
    Eaten e;
    const auto side = r.get<std::uint8_t>();
    e.price.units = r.get<std::int64_t>();
    e.shown.units = r.get<std::int64_t>();
    e.eaten.units = r.get<std::int64_t>();
    if (side > 1) r.fail();
    e.side = static_cast<Side>(side & 1);
    if (r.ok()) eaten_.push_back(e);
  }
}

}  // namespace trade::matching
