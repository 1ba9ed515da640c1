// Where the orders of an exchange stand: in the book, among the hidden, waiting for a trigger or a reference.
#include <algorithm>

#include "domain/matching/exchange.h"
#include "domain/matching/touch.h"

namespace trade::matching {
namespace {

template <class T>
void drop_from(std::vector<T>& all, T one) {
  all.erase(std::remove(all.begin(), all.end(), one), all.end());
}

}  // namespace

std::int64_t Exchange::leaves(Handle h) const { return book_.leaves(h) + (special(h) ? terms_of(h).reserve : 0); }

std::int64_t Exchange::limit(Handle h) const {
  if (book_.linked(h)) return book_.price(h);
  return terms_of(h).price != 0 ? terms_of(h).price : terms_of(h).limit;
}

// A slot on no list; `h` when it has one already.
Exchange::Handle Exchange::hold(const Incoming& o, Handle h) {
  if (h == 0) h = book_.hold(o.id, o.side, o.quantity);
  else book_.set_leaves(h, o.quantity);
  mark(h) = {++arrivals_, o.owner, 0, o.tif, o.self_match, o.post_only};
  return h;
}

Exchange::Terms& Exchange::give_terms(Handle h, const Incoming& o, Where where) {
  std::uint32_t at = 0;
  if (free_terms_.empty()) {
    at = static_cast<std::uint32_t>(terms_.size());
    terms_.emplace_back();
  } else {
    at = free_terms_.back();
    free_terms_.pop_back();
  }
  ++specials_;
  marks_[h].terms = at;
  return terms_[at] = {where, o.type, o.peg, false, o.limit, 0, o.stop, o.display, o.minimum, o.offset, 0};
}

// What is left of an order stands at its limit; its slot is held, on no list.
void Exchange::rest(const Incoming& o, Handle h) {
  if (o.display > 0 || o.minimum > 0) {
    Incoming limited = o;
    limited.type = OrderType::limit;
    give_terms(h, limited, Where::book);
  }
  show(h, o.limit);
}

void Exchange::show(Handle h, std::int64_t price) {
  marks_[h].arrival = ++arrivals_;
  if (!special(h)) return book_.link(h, price);
  Terms& t = terms_of(h);
  const Side side = book_.side(h);
  t.price = price;
  if (t.minimum > 0) {
    t.where = Where::hidden;
    auto& all = hidden_[static_cast<std::size_t>(side)];
    const auto after = std::find_if(all.begin(), all.end(), [&](Handle other) {
      return side == Side::buy ? terms_of(other).price < price : terms_of(other).price > price;
    });
    all.insert(after, h);
    return;
  }
  if (t.display > 0 && book_.leaves(h) > t.display) {
    t.reserve += book_.leaves(h) - t.display;
    book_.set_leaves(h, t.display);
  }
  t.where = Where::book;
  ++tagged_[static_cast<std::size_t>(side)];
  book_.link(h, price);
}

void Exchange::unshow(Handle h) {
  const auto side = static_cast<std::size_t>(book_.side(h));
  if (!book_.linked(h)) return drop_from(hidden_[side], h);
  book_.unlink(h);
  if (special(h)) --tagged_[side];
}

void Exchange::forget(Handle h) {
  if (!special(h)) {
    if (book_.linked(h)) book_.unlink(h);
    return;
  }
  const Terms& t = terms_of(h);
  const auto side = static_cast<std::size_t>(book_.side(h));
  switch (t.where) {
    case Where::book:
    case Where::hidden: unshow(h); break;
    case Where::stop:
      if (t.armed) stops_[side].erase(stop_key(h));
      if (t.type == OrderType::trailing_stop) drop_from(trailing_, h);
      break;
    case Where::kept: drop_from(kept_, h); break;
    case Where::gathered: drop_from(markets_[side], h); break;
    case Where::unpriced: break;
  }
  if (t.type == OrderType::pegged) drop_from(pegs_, h);
  free_terms_.push_back(marks_[h].terms);
  marks_[h].terms = 0;
  --specials_;
}

std::int64_t Exchange::finish(Handle h) {
  const auto left = leaves(h);
  forget(h);
  book_.remove(h);
  return left;
}

// The order as it would come in with what is open of it.
Incoming Exchange::incoming_of(Handle h) const {
  const Mark& m = marks_[h];
  Incoming o{book_.id(h), leaves(h), 0, 0, book_.side(h), OrderType::limit, m.tif, m.owner, 0, 0, 0, {}, m.self_match, m.post_only};
  if (!special(h)) {
    o.limit = price_of(h);
    return o;
  }
  const Terms& t = terms_of(h);
  o.type = t.type;
  o.limit = t.limit;
  o.stop = t.stop;
  o.display = t.display;
  o.minimum = t.minimum;
  o.offset = t.offset;
  o.peg = t.peg;
  return o;
}

std::vector<Exchange::Handle> Exchange::by_arrival(std::vector<Handle> all) const {
  std::stable_sort(all.begin(), all.end(), [&](Handle a, Handle b) { return marks_[a].arrival < marks_[b].arrival; });
  return all;
}

// ---- stops ----------------------------------------------------------------------------------------------------------------------

void Exchange::look_at(std::int64_t high, std::int64_t low, Events& s, Touch* x) {
  reference_ = high != INT64_MIN ? high : low;
  saw(high, low);
  settle(s, x);
}

// A price for buy stops and one for sell stops has been seen; trailing stops follow.
void Exchange::saw(std::int64_t high, std::int64_t low) {
  seen_ = {high, low};
  for (const Handle h : trailing_) {
    const Terms& t = terms_of(h);
    if (book_.side(h) == Side::buy) {
      if (high != INT64_MIN && (!t.armed || high + t.offset < t.stop)) arm(h, high + t.offset);
    } else if (low != INT64_MAX && (!t.armed || low - t.offset > t.stop)) {
      arm(h, low - t.offset);
    }
  }
}

Exchange::StopKey Exchange::stop_key(Handle h) const {
  const auto stop = terms_of(h).stop;
  return {book_.side(h) == Side::buy ? stop : ~stop, marks_[h].arrival};
}

void Exchange::arm(Handle h, std::int64_t stop) {
  auto& side = stops_[static_cast<std::size_t>(book_.side(h))];
  Terms& t = terms_of(h);
  if (t.armed) side.erase(stop_key(h));
  t.armed = true;
  t.stop = stop;
  side[stop_key(h)] = h;
}

void Exchange::wait_for_trigger(Handle h) {
  const Terms& t = terms_of(h);
  if (t.stop != 0) arm(h, t.stop);
  if (t.type != OrderType::trailing_stop) return;
  if (!t.armed && book_.side(h) == Side::buy && seen_[0] != INT64_MIN) arm(h, seen_[0] + t.offset);
  if (!t.armed && book_.side(h) == Side::sell && seen_[1] != INT64_MAX) arm(h, seen_[1] - t.offset);
  trailing_.push_back(h);
}

Exchange::Handle Exchange::next_triggered() const {
  Handle next = 0;
  for (const auto& side : stops_) {
    if (side.empty()) continue;
    const Handle h = side.begin()->second;
    const auto stop = terms_of(h).stop;
    if (book_.side(h) == Side::buy ? stop > seen_[0] : stop < seen_[1]) continue;
    if (next == 0 || marks_[h].arrival < marks_[next].arrival) next = h;
  }
  return next;
}

void Exchange::run_triggers(Events& s, Touch* x) {
  while (const Handle h = next_triggered()) {
    Incoming o = incoming_of(h);
    o.type = o.type == OrderType::stop_limit ? OrderType::limit : OrderType::market;
    o.stop = o.offset = 0;
    forget(h);
    s.triggered(o.id);
    execute(o, h, s, x);
  }
}

// ---- pegs -----------------------------------------------------------------------------------------------------------------------

// 0: nothing is displayed there.
std::int64_t Exchange::best_shown(Side side, bool pegs_too, const Touch* x) const {
  std::int64_t best = 0;
  book_.each_level(side, [&](std::int64_t price, Handle h) {
    for (; h != 0 && best == 0; h = book_.next(h))
      if (pegs_too || !pegged(h)) best = price;
    return best == 0;
  });
  const auto outside = x != nullptr ? x->best_ticks(side) : 0;
  if (outside == 0) return best;
  if (best == 0) return outside;
  return side == Side::buy ? std::max(best, outside) : std::min(best, outside);
}

// Where a peg stands by these references; 0: nowhere.
std::int64_t Exchange::peg_target(Handle h, std::int64_t bid, std::int64_t ask, const Touch* x) const {
  const Terms& t = terms_of(h);
  const bool buy = book_.side(h) == Side::buy;
  std::int64_t follows = 0;
  if (t.peg == Peg::primary) follows = buy ? bid : ask;
  if (t.peg == Peg::market) follows = buy ? ask : bid;
  if (t.peg == Peg::mid && bid != 0 && ask != 0) follows = buy ? floor_div(bid + ask, 2) : ceil_div(bid + ask, 2);
  if (follows == 0) return 0;
  auto price = follows + t.offset;
  if (t.limit != 0) price = buy ? std::min(price, t.limit) : std::max(price, t.limit);
  if (const auto other = best_shown(opposite(book_.side(h)), true, x); other != 0)
    price = buy ? std::min(price, other - 1) : std::max(price, other + 1);
  return price >= low_ && price <= high_ ? price : 0;
}

void Exchange::take_price(Handle h) {
  unshow(h);
  terms_of(h).where = Where::unpriced;
  terms_of(h).price = 0;
}

void Exchange::reprice(const Touch* x) {
  const auto bid = best_shown(Side::buy, false, x), ask = best_shown(Side::sell, false, x);
  for (const Handle h : by_arrival(pegs_)) {
    const bool unpriced = terms_of(h).where == Where::unpriced;
    const auto target = peg_target(h, bid, ask, x), now = unpriced ? 0 : price_of(h);
    if (target == now) continue;
    if (!unpriced) take_price(h);
    if (target != 0) show(h, target);
  }
}

}  // namespace trade::matching
