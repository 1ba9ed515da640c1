#include "domain/matching/exchange.h"

#include <algorithm>

#include "domain/matching/touch.h"

namespace trade::matching {
namespace {

constexpr bool within(std::int64_t n) { return n <= greatest; }
constexpr bool uses_limit(OrderType t) { return t == OrderType::limit || t == OrderType::stop_limit || t == OrderType::pegged; }
constexpr bool uses_stop(OrderType t) { return is_stop(t); }
constexpr bool uses_offset(OrderType t) { return t == OrderType::trailing_stop || t == OrderType::pegged; }
constexpr bool at_auction(TimeInForce t) { return t == TimeInForce::at_open || t == TimeInForce::at_close; }
constexpr bool at_once(TimeInForce t) { return t == TimeInForce::ioc || t == TimeInForce::fok; }

bool bad_conditions(const Incoming& o) {
  const bool stop = is_stop(o.type), pegged = o.type == OrderType::pegged;
  const bool never_rests = o.type == OrderType::market || o.type == OrderType::stop || o.type == OrderType::trailing_stop || at_once(o.tif);
  if (o.display < 0 || o.minimum < 0 || o.display > o.quantity || o.minimum > o.quantity) return true;
  if (o.display > 0 && (never_rests || o.minimum > 0)) return true;
  if (o.post_only && (o.type == OrderType::market || o.type == OrderType::market_to_limit || stop || at_once(o.tif))) return true;
  if (pegged && at_once(o.tif)) return true;
  return at_auction(o.tif) && (pegged || o.post_only || o.minimum > 0 || stop);
}

// Rule 1 of the page.
bool bad_order(const Incoming& o) {
  if (o.quantity <= 0 || !within(o.quantity) || !within(o.limit) || !within(o.stop) || !within(o.offset) || o.offset < -greatest)
    return true;
  if (o.limit < 0 || o.stop < 0) return true;
  if ((o.type == OrderType::limit || o.type == OrderType::stop_limit) && o.limit == 0) return true;
  if ((o.type == OrderType::stop || o.type == OrderType::stop_limit) && o.stop == 0) return true;
  if (o.type == OrderType::trailing_stop && o.offset <= 0) return true;
  return bad_conditions(o);
}

}  // namespace

// ---- admission ------------------------------------------------------------------------------------------------------------------

Exchange::Handle Exchange::enter(Incoming o, Events& s, Touch* x) {
  if (!uses_limit(o.type)) o.limit = 0;
  if (!uses_stop(o.type)) o.stop = 0;
  if (!uses_offset(o.type)) o.offset = 0;
  if (const auto why = refusal(o, x); why != Reason::none) {
    s.rejected(o.id, why);
    return 0;
  }
  s.accepted(o.id);
  Handle h = 0;
  if (o.tif == TimeInForce::at_close && phase_ != TradingPhase::closing_auction) {
    h = hold(o, 0);
    give_terms(h, o, Where::kept);
    kept_.push_back(h);
  } else if (is_stop(o.type)) {
    h = hold(o, 0);
    give_terms(h, o, Where::stop);
    wait_for_trigger(h);
  } else if (o.type == OrderType::pegged) {
    h = hold(o, 0);
    give_terms(h, o, Where::unpriced);
    pegs_.push_back(h);
  } else if (phase_ == TradingPhase::continuous) {
    h = execute(o, 0, s, x);
  } else if (o.type == OrderType::limit) {
    h = hold(o, 0);
    rest(o, h);
  } else {
    h = hold(o, 0);
    give_terms(h, o, Where::gathered);
    markets_[static_cast<std::size_t>(o.side)].push_back(h);
  }
  settle(s, x);
  return book_.open(h, o.id) ? h : 0;
}

Reason Exchange::refusal(const Incoming& o, const Touch* x) const {
  if (bad_order(o)) return Reason::venue_bad_order;
  if (phase_ == TradingPhase::closed) return Reason::venue_closed;
  if (phase_ == TradingPhase::halted) return Reason::venue_halted;
  if (o.tif == TimeInForce::at_open && phase_ != TradingPhase::opening_auction) return Reason::venue_closed;
  if (is_auction(phase_) && (at_once(o.tif) || o.post_only || o.type == OrderType::pegged || o.minimum > 0)) return Reason::venue_closed;
  if (o.limit != 0 && (o.limit < low_ || o.limit > high_)) return Reason::venue_band;
  if (phase_ != TradingPhase::continuous || o.tif == TimeInForce::at_close) return Reason::none;
  return refused_now(o, x);
}

// Rule 6 of the page.
Reason Exchange::refused_now(const Incoming& o, const Touch* x) const {
  const Side other = opposite(o.side);
  if (o.post_only && o.type == OrderType::limit) {
    if (x != nullptr && x->crosses(o.side, o.limit)) return Reason::venue_would_trade;
    if (walk(other, o.limit, [&](Handle h) { return may_trade(o, h); }) != 0) return Reason::venue_would_trade;
  }
  if (o.type == OrderType::market || o.type == OrderType::market_to_limit) {
    const bool somebody = !book_.empty(other) || !hidden_[static_cast<std::size_t>(other)].empty() || (x != nullptr && x->present(o.side));
    if (!somebody) return Reason::venue_no_liquidity;
  }
  if (o.type == OrderType::pegged) {
    const bool own = o.peg != Peg::market, others = o.peg != Peg::primary;
    if ((own && best_shown(o.side, false, x) == 0) || (others && best_shown(other, false, x) == 0)) return Reason::venue_no_reference;
  }
  return Reason::none;
}

bool Exchange::end(Handle h, std::uint64_t id, bool expired, Reason why, Events& s, Touch* x) {
  if (!book_.open(h, id)) return false;
  const auto left = finish(h);
  if (expired) s.expired(id, left);
  else s.cancelled(id, left, why);
  settle(s, x);
  return true;
}

Reason Exchange::change(Handle h, std::uint64_t id, std::int64_t limit, std::int64_t quantity, Events& s, Touch* x) {
  if (!book_.open(h, id)) return Reason::venue_unknown_order;
  const OrderType type = special(h) ? terms_of(h).type : OrderType::limit;
  if (!uses_limit(type)) limit = 0;
  if (quantity <= 0 || !within(quantity) || !within(limit)) return Reason::venue_bad_order;
  if (uses_limit(type) && limit < (type == OrderType::pegged ? 0 : 1)) return Reason::venue_bad_order;
  if (phase_ == TradingPhase::closed) return Reason::venue_closed;
  if (phase_ == TradingPhase::halted) return Reason::venue_halted;
  if (limit != 0 && (limit < low_ || limit > high_)) return Reason::venue_band;
  if (change_waiting(h, limit, quantity, s)) {
    settle(s, x);
    return Reason::none;
  }
  if (limit == price_of(h) && quantity <= leaves(h)) {
    reduce_open(h, leaves(h) - quantity);
    s.replaced(id, quantity);
    settle(s, x);
    return Reason::none;
  }
  Incoming o = incoming_of(h);
  o.limit = limit;
  o.quantity = quantity;
  const bool continuous = phase_ == TradingPhase::continuous;
  if (continuous && o.post_only)
    if (const auto why = refused_now(o, x); why != Reason::none) return why;
  forget(h);
  s.replaced(id, quantity);
  if (continuous) execute(o, h, s, x);
  else rest(o, hold(o, h));
  settle(s, x);
  return Reason::none;
}

// The replace of what does not stand at its own limit: stops, pegs, what is kept or gathered. False: it is another order.
bool Exchange::change_waiting(Handle h, std::int64_t limit, std::int64_t quantity, Events& s) {
  if (!special(h)) return false;
  Terms& t = terms_of(h);
  const bool pegged = t.type == OrderType::pegged;
  if (!pegged && (t.where == Where::book || t.where == Where::hidden)) return false;
  const bool back = t.where != Where::stop && (quantity > leaves(h) || (!pegged && limit != t.limit));
  t.limit = limit;
  if (pegged && limit != 0 && t.where != Where::unpriced) {
    const auto price = price_of(h);
    if (book_.side(h) == Side::buy ? price > limit : price < limit) take_price(h);
  }
  if (!back) {
    if (quantity <= leaves(h)) reduce_open(h, leaves(h) - quantity);
    else book_.set_leaves(h, quantity);  // a stop
  } else {
    const bool priced = pegged && t.where != Where::unpriced;
    const auto price = priced ? price_of(h) : 0;
    if (priced) unshow(h);
    book_.set_leaves(h, quantity);
    t.reserve = 0;
    marks_[h].arrival = ++arrivals_;
    if (priced) show(h, price);
  }
  s.replaced(book_.id(h), quantity);
  return true;
}

void Exchange::cancel_where(const Scope& scope, Events& s, Touch* x) {
  std::vector<std::pair<std::uint64_t, Handle>> due;
  for (Handle h = 1; h < book_.slots(); ++h) {
    if (book_.id(h) == 0 || (scope.owner != 0 && marks_[h].owner != scope.owner)) continue;
    if (!(book_.side(h) == Side::buy ? scope.buys : scope.sells)) continue;
    if (scope.beyond_band) {
      const auto given = special(h) ? terms_of(h).limit : book_.price(h);
      if (given == 0 || (given >= low_ && given <= high_)) continue;
    }
    due.emplace_back(book_.id(h), h);
  }
  std::stable_sort(due.begin(), due.end());
  for (const auto& [id, h] : due) {
    const auto left = finish(h);
    s.cancelled(id, left, scope.why);
  }
  settle(s, x);
}

void Exchange::change_band(std::int64_t low, std::int64_t high, Events& s, Touch* x) {
  CHECK(low >= 1 && low <= high && high <= greatest, "a band of prices");
  low_ = low;
  high_ = high;
  unusual_ = allocation_ != Allocation::price_time || phase_ != TradingPhase::continuous || low_ != 1 || high_ != greatest;
  cancel_where({0, true, true, Reason::venue_band, true}, s, x);
}

void Exchange::settle(Events& s, Touch* x) {
  if (phase_ == TradingPhase::continuous) {
    if (waiting()) run_triggers(s, x);
    if (!pegs_.empty()) reprice(x);
  } else if (is_auction(phase_)) {
    indicate(s);
  }
}

// ---- matching -------------------------------------------------------------------------------------------------------------------

// Without a band nothing bounds a market order: replayed liquidity may stand at any price.
std::int64_t Exchange::limit_of(const Incoming& o) const {
  if (o.limit != 0) return o.limit;
  if (o.side == Side::buy) return high_ == greatest ? INT64_MAX : high_;
  return low_ == 1 ? INT64_MIN : low_;
}

// Executes an accepted order; `h` is the slot it holds already, on no list, or 0. The slot it rests in, or 0.
Exchange::Handle Exchange::execute(Incoming o, Handle h, Events& s, Touch* x) {
  const bool tried = o.tif != TimeInForce::fok || fillable(o, x);
  const bool ended = tried && !work(o, s, x);
  if (!ended && o.quantity > 0 && tried && o.limit != 0 && !at_once(o.tif)) {
    h = hold(o, h);
    rest(o, h);
    return h;
  }
  if (h != 0) book_.remove(h);
  if (!ended && o.quantity > 0) s.cancelled(o.id, o.quantity, Reason::venue_unfilled);
  return 0;
}

bool Exchange::work(Incoming& o, Events& s, Touch* x) {
  while (o.quantity > 0) {
    const auto limit = limit_of(o);
    bool there = x != nullptr && x->crosses(o.side, limit);
    if (there && o.minimum > 0) {
      const auto need = std::min(o.minimum, o.quantity);
      there = x->available(o.side, limit, need) >= need;
    }
    const auto first = there ? x->own_first(o.side) : limit;
    const auto bound = o.side == Side::buy ? std::min(first, limit) : std::max(first, limit);
    if (!work_inside(o, bound, s)) return false;
    if (o.quantity == 0 || !there) return true;
    if (limit_of(o) != limit) continue;
    Price price;
    const auto taken = x->take(o.side, limit, o.quantity, price);
    if (taken == 0) return true;
    o.quantity -= taken;
    s.outside(o.id, price, taken);
    if (o.type == OrderType::market_to_limit && o.limit == 0) o.limit = first;
  }
  return true;
}

bool Exchange::work_inside(Incoming& o, std::int64_t bound, Events& s) {
  const Side other = opposite(o.side);
  const auto at = static_cast<std::size_t>(other);
  const bool guarded = o.owner != 0 && o.self_match != SelfMatch::allow;
  const bool to_limit = o.type == OrderType::market_to_limit;
  if (!guarded && o.minimum == 0 && allocation_ == Allocation::price_time && tagged_[at] == 0 && hidden_[at].empty()) {
    if (book_.empty(other)) return true;
    const auto first = book_.best(other);
    if (to_limit && o.limit == 0) bound = o.side == Side::buy ? std::min(bound, first) : std::max(bound, first);
    std::int64_t last = 0;
    o.quantity = book_.match(o.side, bound, o.id, o.quantity, s, last);
    if (last == 0) return true;
    saw(first, first);
    if (last != first) saw(last, last);
    last_trade_ = last;
    if (to_limit && o.limit == 0) o.limit = first;
    return true;
  }
  while (o.quantity > 0) {
    Handle m = walk(other, bound, [&](Handle h) { return may_trade(o, h); });
    if (m == 0) return true;
    const bool share = allocation_ == Allocation::pro_rata && o.minimum == 0 && book_.linked(m);
    Handle own = guarded && marks_[m].owner == o.owner ? m : 0;
    if (guarded && share) own = own_of_level(m, o.owner);
    if (own != 0) {
      if (!meet_own(o, own, s)) return false;
      continue;
    }
    const auto price = price_of(m);
    if (share) round(o, m, s);
    else hit(o, m, std::min(o.quantity, book_.leaves(m)), s);
    if (to_limit && o.limit == 0) o.limit = bound = price;
  }
  return true;
}

bool Exchange::may_trade(const Incoming& o, Handle h) const {
  const auto lots = std::min(o.quantity, book_.leaves(h));
  if (o.minimum > 0 && lots < std::min(o.minimum, o.quantity)) return false;
  return book_.linked(h) || lots >= std::min(terms_of(h).minimum, book_.leaves(h));
}

// The first order of a side at `bound` or better, in priority, for which f is true; 0: none.
template <class F>
Exchange::Handle Exchange::walk(Side side, std::int64_t bound, F&& f) const {
  const auto& hidden = hidden_[static_cast<std::size_t>(side)];
  const auto better = [side](std::int64_t a, std::int64_t b) { return side == Side::buy ? a > b : a < b; };
  std::size_t i = 0;
  const auto hidden_to = [&](std::int64_t price, bool included) -> Handle {
    for (; i < hidden.size(); ++i) {
      const auto at = terms_of(hidden[i]).price;
      if (better(price, at) || (at == price && !included)) return 0;
      if (f(hidden[i])) return hidden[i];
    }
    return 0;
  };
  Handle found = 0;
  book_.each_level(side, [&](std::int64_t price, Handle h) {
    if (better(bound, price)) return false;
    if ((found = hidden_to(price, false)) != 0) return false;
    for (; h != 0; h = book_.next(h))
      if (f(h)) return found = h, false;
    return (found = hidden_to(price, true)) == 0;
  });
  return found != 0 ? found : hidden_to(bound, true);
}

Exchange::Handle Exchange::own_of_level(Handle first, std::uint32_t owner) const {
  for (Handle h = first; h != 0; h = book_.next(h))
    if (marks_[h].owner == owner) return h;
  return 0;
}

bool Exchange::meet_own(Incoming& o, Handle own, Events& s) {
  const auto id = book_.id(own);
  const auto there = leaves(own);
  const auto end_resting = [&] {
    finish(own);
    s.cancelled(id, there, Reason::venue_self_match);
  };
  const auto end_incoming = [&] {
    s.cancelled(o.id, o.quantity, Reason::venue_self_match);
    o.quantity = 0;
    return false;
  };
  if (o.self_match == SelfMatch::cancel_newest) return end_incoming();
  if (o.self_match != SelfMatch::decrement) {
    end_resting();
    return o.self_match == SelfMatch::cancel_both ? end_incoming() : true;
  }
  const auto both = std::min(there, o.quantity);
  if (both == there) {
    end_resting();
  } else {
    reduce_open(own, both);
    s.reduced(id, there - both);
  }
  if (both == o.quantity) return end_incoming();
  o.quantity -= both;
  s.reduced(o.id, o.quantity);
  return true;
}

void Exchange::round(Incoming& o, Handle first, Events& s) {
  int128 total = 0;
  std::vector<std::pair<Handle, std::int64_t>> shares;
  for (Handle h = first; h != 0; h = book_.next(h)) {
    total += book_.leaves(h);
    shares.emplace_back(h, 0);
  }
  const auto capped = static_cast<std::int64_t>(std::min<int128>(o.quantity, total));
  auto left = capped;
  for (auto& [h, lots] : shares) {
    lots = static_cast<std::int64_t>(static_cast<int128>(capped) * book_.leaves(h) / total);
    left -= lots;
  }
  for (auto& [h, lots] : shares) {
    const auto more = std::min(left, book_.leaves(h) - lots);
    lots += more;
    left -= more;
  }
  for (const auto& [h, lots] : shares)
    if (lots > 0) hit(o, h, lots, s);
}

bool Exchange::fillable(const Incoming& o, const Touch* x) const {
  const Side other = opposite(o.side);
  const auto limit = limit_of(o);
  const bool guarded = o.owner != 0 && o.self_match != SelfMatch::allow;
  bool simple = o.minimum == 0 && o.type != OrderType::market_to_limit && !(guarded && allocation_ == Allocation::pro_rata);
  int128 sum = 0;
  walk(other, limit, [&](Handle h) {
    sum += leaves(h);
    // An own order may stand before an iceberg's reserve.
    simple = simple && book_.linked(h) && !(guarded && (marks_[h].owner == o.owner || leaves(h) != book_.leaves(h)));
    return simple && sum >= o.quantity;
  });
  if (sum < o.quantity && x != nullptr) sum += x->available(o.side, limit, static_cast<std::int64_t>(o.quantity - sum));
  if (simple || sum < o.quantity) return sum >= o.quantity;
  struct Tally {
    std::int64_t traded = 0;
    void accepted(std::uint64_t) {}
    void rejected(std::uint64_t, Reason) {}
    void triggered(std::uint64_t) {}
    void trade(std::uint64_t, std::uint64_t, std::int64_t, std::int64_t lots) { traded += lots; }
    void outside(std::uint64_t, Price, std::int64_t lots) { traded += lots; }
    void cancelled(std::uint64_t, std::int64_t, Reason) {}
    void expired(std::uint64_t, std::int64_t) {}
    void replaced(std::uint64_t, std::int64_t) {}
    void reduced(std::uint64_t, std::int64_t) {}
    void phase(TradingPhase) {}
    void indicated(std::int64_t, std::int64_t, std::int64_t, Side) {}
  } tally;
  Relay relay(tally);
  Exchange copy = *this;
  Touch touch = x != nullptr ? *x : Touch{};
  Incoming tried = o;
  copy.work(tried, relay, x != nullptr ? &touch : nullptr);
  return tally.traded == o.quantity;
}

void Exchange::hit(Incoming& o, Handle h, std::int64_t lots, Events& s) {
  const auto price = price_of(h);
  s.trade(book_.id(h), o.id, price, lots);
  o.quantity -= lots;
  reduce(h, lots);
  last_trade_ = price;
  saw(price, price);
}

// Takes lots of what it shows; an iceberg refills at the back.
void Exchange::reduce(Handle h, std::int64_t lots) {
  const auto left = book_.leaves(h) - lots;
  if (left > 0) return book_.set_leaves(h, left);
  if (!special(h) || terms_of(h).reserve == 0) {
    finish(h);
    return;
  }
  const auto price = book_.price(h);
  unshow(h);
  book_.set_leaves(h, terms_of(h).reserve);
  terms_of(h).reserve = 0;
  show(h, price);
}

// Takes off the open quantity, the reserve first; something stays.
void Exchange::reduce_open(Handle h, std::int64_t lots) {
  if (special(h)) {
    Terms& t = terms_of(h);
    const auto hidden = std::min(t.reserve, lots);
    t.reserve -= hidden;
    lots -= hidden;
  }
  book_.set_leaves(h, book_.leaves(h) - lots);
}

void Exchange::fill_crossed(Events& s, Touch& x) {
  for (const Side side : {Side::buy, Side::sell}) {
    while (phase_ == TradingPhase::continuous) {
      const auto worst = side == Side::buy ? INT64_MIN : INT64_MAX;
      const Handle h = walk(side, worst, [&](Handle at) {
        const auto price = price_of(at);
        if (book_.linked(at) || !x.crosses(side, price)) return true;
        const auto need = std::min(terms_of(at).minimum, book_.leaves(at));
        return x.available(side, price, need) >= need;
      });
      if (h == 0 || !x.crosses(side, price_of(h))) break;
      Price ignored;
      const auto lots = x.take(side, price_of(h), book_.leaves(h), ignored);
      if (lots == 0) break;
      fill_shown(h, lots, s);
    }
  }
  settle(s, &x);
}

void Exchange::fill_shown(Handle h, std::int64_t lots, Events& s) {
  CHECK(lots > 0 && lots <= book_.leaves(h), "fill beyond leaves");
  s.trade(book_.id(h), 0, price_of(h), lots);
  reduce(h, lots);
}

}  // namespace trade::matching
