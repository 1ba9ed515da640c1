// The canonical bytes of an exchange.
#include "domain/matching/exchange.h"

namespace trade::matching {

// An open order as it is written; a plain one ends before `where`.
struct Exchange::Saved {
  std::uint64_t id{};
  Side side{};
  std::int64_t shown{}, price{};  // price: where it stands; 0: nowhere
  Mark mark;
  Terms terms;
};

void Exchange::save_order(ByteWriter& w, const Saved& o) {
  w.put(o.id);
  w.put(o.shown);
  w.put(o.price);
  w.put(static_cast<std::uint8_t>(o.side));
  w.put(o.mark.owner);
  w.put(static_cast<std::uint8_t>(o.mark.tif));
  w.put(static_cast<std::uint8_t>(o.mark.self_match));
  w.put(o.mark.post_only);
  w.put(o.mark.terms != 0);
  if (o.mark.terms == 0) return;
  w.put(static_cast<std::uint8_t>(o.terms.where));
  w.put(static_cast<std::uint8_t>(o.terms.type));
  w.put(static_cast<std::uint8_t>(o.terms.peg));
  w.put(o.terms.armed);
  for (const auto n : {o.terms.limit, o.terms.stop, o.terms.display, o.terms.minimum, o.terms.offset, o.terms.reserve}) w.put(n);
}

bool Exchange::load_order(ByteReader& r, Saved& o) {
  o.id = r.get<std::uint64_t>();
  o.shown = r.get<std::int64_t>();
  o.price = r.get<std::int64_t>();
  const auto side = r.get<std::uint8_t>();
  o.mark.owner = r.get<std::uint32_t>();
  const auto tif = r.get<std::uint8_t>(), self_match = r.get<std::uint8_t>();
  o.mark.post_only = r.get<bool>();
  o.mark.terms = r.get<bool>();
  if (o.id == 0 || o.shown <= 0 || o.shown > greatest || o.price < 0 || o.price > greatest || side > 1 ||
      tif > static_cast<std::uint8_t>(TimeInForce::at_close) || self_match > static_cast<std::uint8_t>(SelfMatch::decrement))
    r.fail();
  o.side = static_cast<Side>(side & 1);
  o.mark.tif = static_cast<TimeInForce>(tif);
  o.mark.self_match = static_cast<SelfMatch>(self_match);
  if (!r.ok() || o.mark.terms == 0) return r.ok() && o.price != 0;
  const auto where = r.get<std::uint8_t>(), type = r.get<std::uint8_t>(), peg = r.get<std::uint8_t>();
  o.terms.armed = r.get<bool>();
  for (auto* n : {&o.terms.limit, &o.terms.stop, &o.terms.display, &o.terms.minimum, &o.terms.offset, &o.terms.reserve})
    *n = r.get<std::int64_t>();
  if (where > static_cast<std::uint8_t>(Where::unpriced) || type > static_cast<std::uint8_t>(OrderType::pegged) ||
      peg > static_cast<std::uint8_t>(Peg::mid) || o.terms.reserve < 0 || o.terms.reserve > greatest)
    r.fail();
  o.terms.where = static_cast<Where>(where);
  o.terms.type = static_cast<OrderType>(type);
  o.terms.peg = static_cast<Peg>(peg);
  o.terms.price = o.price;
  const bool standing = o.terms.where == Where::book || o.terms.where == Where::hidden;
  return r.ok() && standing == (o.price != 0);
}

// Orders come by arrival, so each queue is filled in its order.
bool Exchange::restore(const Saved& o) {
  const Handle h = book_.hold(o.id, o.side, o.shown);
  mark(h) = o.mark;
  marks_[h].arrival = ++arrivals_;
  marks_[h].terms = 0;
  if (o.mark.terms == 0) {
    book_.link(h, o.price);
    return true;
  }
  const auto side = static_cast<std::size_t>(o.side);
  give_terms(h, {}, o.terms.where) = o.terms;
  switch (o.terms.where) {
    case Where::book:
      ++tagged_[side];
      book_.link(h, o.price);
      break;
    case Where::hidden: show(h, o.price); break;
    case Where::stop:
      if (!is_stop(o.terms.type)) return false;
      terms_of(h).armed = false;
      if (o.terms.armed) arm(h, o.terms.stop);
      if (o.terms.type == OrderType::trailing_stop) trailing_.push_back(h);
      break;
    case Where::kept: kept_.push_back(h); break;
    case Where::gathered: markets_[side].push_back(h); break;
    case Where::unpriced: break;
  }
  if (o.terms.type == OrderType::pegged) pegs_.push_back(h);
  return o.terms.where != Where::hidden || o.terms.minimum > 0;
}

void Exchange::save(ByteWriter& w) const {
  w.put(static_cast<std::uint8_t>(allocation_));
  w.put(static_cast<std::uint8_t>(phase_));
  w.put(auction_begun_);
  for (const auto n :
       {low_, high_, seen_[0], seen_[1], last_trade_, reference_, indicated_.price, indicated_.matched, indicated_.imbalance})
    w.put(n);
  w.put(static_cast<std::uint8_t>(indicated_.side));
  std::vector<Handle> all;
  for (Handle h = 1; h < book_.slots(); ++h)
    if (book_.id(h) != 0) all.push_back(h);
  w.put(static_cast<std::uint32_t>(all.size()));
  for (const Handle h : by_arrival(std::move(all))) {
    Saved o{book_.id(h), book_.side(h), book_.leaves(h), 0, marks_[h], special(h) ? terms_of(h) : Terms{}};
    const bool standing = book_.linked(h) || stands(h, Where::hidden);
    if (standing) o.price = price_of(h);
    save_order(w, o);
  }
}

void Exchange::load(ByteReader& r) {
  const auto allocation = r.get<std::uint8_t>(), phase = r.get<std::uint8_t>();
  if (allocation > 1 || phase > static_cast<std::uint8_t>(TradingPhase::halted)) return r.fail();
  *this = Exchange(static_cast<Allocation>(allocation));
  phase_ = static_cast<TradingPhase>(phase);
  auction_begun_ = r.get<bool>();
  for (auto* n :
       {&low_, &high_, &seen_[0], &seen_[1], &last_trade_, &reference_, &indicated_.price, &indicated_.matched, &indicated_.imbalance})
    *n = r.get<std::int64_t>();
  const auto side = r.get<std::uint8_t>();
  if (side > 1 || low_ < 1 || high_ < low_ || high_ > greatest) return r.fail();
  indicated_.side = static_cast<Side>(side);
  unusual_ = allocation_ != Allocation::price_time || phase_ != TradingPhase::continuous || low_ != 1 || high_ != greatest;
  const auto n = r.get<std::uint32_t>();
  for (std::uint32_t i = 0; i < n && r.ok(); ++i) {
    Saved o;
    if (!load_order(r, o) || !restore(o)) r.fail();
  }
}

}  // namespace trade::matching
