#include "matching/naive_exchange.h"

#include <algorithm>
#include <functional>

namespace trade::matching_test {
namespace {

constexpr std::int64_t most = std::int64_t{1} << 60;

bool stops(OrderType t) { return t == OrderType::stop || t == OrderType::stop_limit || t == OrderType::trailing_stop; }
bool at_once(TimeInForce t) { return t == TimeInForce::ioc || t == TimeInForce::fok; }
bool auction_only(TimeInForce t) { return t == TimeInForce::at_open || t == TimeInForce::at_close; }
bool takes_limit(OrderType t) { return t == OrderType::limit || t == OrderType::stop_limit || t == OrderType::pegged; }
bool better(Side side, std::int64_t a, std::int64_t b) { return side == Side::buy ? a > b : a < b; }
std::int64_t added(std::int64_t a, std::int64_t b) { return a > INT64_MAX - b ? INT64_MAX : a + b; }

}  // namespace

// ---- admission ------------------------------------------------------------------------------------------------------------------

Reason NaiveExchange::badly_made(const Terms& t) const {
  const bool stop_type = stops(t.type), uses_offset = t.type == OrderType::trailing_stop || t.type == OrderType::pegged;
  const bool never_rests =
      t.type == OrderType::market || t.type == OrderType::stop || t.type == OrderType::trailing_stop || at_once(t.tif);
  const bool bad =
      t.quantity <= 0 || t.quantity > most || (takes_limit(t.type) && t.limit > most) || (stop_type && t.stop > most) ||
      (uses_offset && (t.offset > most || t.offset < -most)) || t.display > most || t.minimum > most ||
      ((t.type == OrderType::limit || t.type == OrderType::stop_limit) && t.limit <= 0) || (t.type == OrderType::pegged && t.limit < 0) ||
      ((t.type == OrderType::stop || t.type == OrderType::stop_limit) && t.stop <= 0) ||
      (t.type == OrderType::trailing_stop && (t.stop < 0 || t.offset <= 0)) || t.display < 0 || t.minimum < 0 || t.display > t.quantity ||
      t.minimum > t.quantity || (t.display > 0 && never_rests) || (t.minimum > 0 && t.display > 0) ||
      (t.post_only && (t.type == OrderType::market || t.type == OrderType::market_to_limit || stop_type || at_once(t.tif))) ||
      (t.type == OrderType::pegged && at_once(t.tif)) ||
      (auction_only(t.tif) && (t.type == OrderType::pegged || t.post_only || t.minimum > 0 || stop_type));
  return bad ? Reason::venue_bad_order : Reason::none;
}

Reason NaiveExchange::refused(const Terms& t) const {
  if (const auto bad = badly_made(t); bad != Reason::none) return bad;
  if (phase_ == TradingPhase::closed) return Reason::venue_closed;
  if (phase_ == TradingPhase::halted) return Reason::venue_halted;
  if (t.tif == TimeInForce::at_open && phase_ != TradingPhase::opening_auction) return Reason::venue_closed;
  if (is_auction(phase_) && (at_once(t.tif) || t.post_only || t.type == OrderType::pegged || t.minimum > 0)) return Reason::venue_closed;
  if (takes_limit(t.type) && t.limit != 0 && (t.limit < low_ || t.limit > high_)) return Reason::venue_band;
  const bool kept = t.tif == TimeInForce::at_close && phase_ != TradingPhase::closing_auction;
  return phase_ == TradingPhase::continuous && !kept ? refused_in_continuous(t) : Reason::none;
}

Reason NaiveExchange::refused_in_continuous(const Terms& t) const {
  Order in{t, t.quantity};
  bool anybody = false, would_trade = false;
  for (const auto& [id, o] : orders_) {
    if (o.place != Place::book || o.terms.side == t.side) continue;
    anybody = true;
    would_trade |= reaches(in, o.price) && may_trade(in, o);
  }
  if (t.post_only && t.type != OrderType::pegged && would_trade) return Reason::venue_would_trade;
  if ((t.type == OrderType::market || t.type == OrderType::market_to_limit) && !anybody) return Reason::venue_no_liquidity;
  if (t.type != OrderType::pegged) return Reason::none;
  const bool bid = best_displayed(Side::buy, false).has_value(), ask = best_displayed(Side::sell, false).has_value();
  const bool own = t.side == Side::buy ? bid : ask, other = t.side == Side::buy ? ask : bid;
  const bool there = t.peg == Peg::primary ? own : t.peg == Peg::market ? other : bid && ask;
  return there ? Reason::none : Reason::venue_no_reference;
}

void NaiveExchange::place(const Terms& t) {
  if (const auto why = refused(t); why != Reason::none) return say({Event::rejected, t.id, 0, 0, 0, 0, why});
  say({Event::accepted, t.id});
  Order o{t, t.quantity};
  o.arrival = ++arrivals_;
  o.price = t.limit;
  o.shown = t.display > 0 ? t.display : t.quantity;
  if (t.tif == TimeInForce::at_close && phase_ != TradingPhase::closing_auction) {
    o.place = Place::kept;
  } else if (stops(t.type)) {
    o.place = Place::stop;
    if (t.type != OrderType::trailing_stop || t.stop != 0) o.trigger = t.stop;
    else if (last_seen_) o.trigger = *last_seen_ + (t.side == Side::buy ? t.offset : -t.offset);
  } else if (t.type == OrderType::pegged) {
    o.place = Place::unpriced;
  } else if (is_auction(phase_)) {
    o.place = t.type == OrderType::limit ? Place::book : Place::beside;
  } else {
    work(o);
    return settle();
  }
  orders_[t.id] = o;
  settle();
}

// ---- the book -------------------------------------------------------------------------------------------------------------------

std::vector<NaiveExchange::Order*> NaiveExchange::standing(Side side) {
  std::vector<Order*> all;
  for (auto& [id, o] : orders_)
    if (o.place == Place::book && o.terms.side == side) all.push_back(&o);
  std::stable_sort(all.begin(), all.end(), [side](const Order* a, const Order* b) {
    if (a->price != b->price) return better(side, a->price, b->price);
    const bool hidden_a = a->terms.minimum > 0, hidden_b = b->terms.minimum > 0;
    return hidden_a != hidden_b ? hidden_b : a->arrival < b->arrival;
  });
  return all;
}

std::optional<std::int64_t> NaiveExchange::best_displayed(Side side, bool with_pegged) const {
  std::optional<std::int64_t> best;
  for (const auto& [id, o] : orders_) {
    if (o.place != Place::book || o.terms.side != side || o.terms.minimum > 0) continue;
    if (o.terms.type == OrderType::pegged && !with_pegged) continue;
    if (!best || better(side, o.price, *best)) best = o.price;
  }
  return best;
}

bool NaiveExchange::may_trade(const Order& in, const Order& rest) const {
  const auto lots = std::min(in.open, rest.shown);
  for (const Order* o : {&in, &rest})
    if (o->terms.minimum > 0 && lots < std::min(o->terms.minimum, o->open)) return false;
  return true;
}

// Market orders stop where the band ends; the limit of a market_to_limit order is its first trade's price, once there was one.
bool NaiveExchange::reaches(const Order& in, std::int64_t price) const {
  const bool limited = in.limit_now || takes_limit(in.terms.type);
  const auto bound = limited ? in.terms.limit : in.terms.side == Side::buy ? high_ : low_;
  return in.terms.side == Side::buy ? price <= bound : price >= bound;
}

void NaiveExchange::seen(std::int64_t price, bool traded) {
  last_seen_ = price;
  if (traded) last_trade_ = price;
  for (auto& [id, o] : orders_) {
    if (o.place != Place::stop || o.terms.type != OrderType::trailing_stop) continue;
    const bool buy = o.terms.side == Side::buy;
    const auto follows = price + (buy ? o.terms.offset : -o.terms.offset);
    if (!o.trigger || (buy ? follows < *o.trigger : follows > *o.trigger)) o.trigger = follows;
  }
}

void NaiveExchange::refill(Order& o, bool to_the_back) {
  if (o.terms.display == 0 || o.shown > 0 || o.open == 0) return;
  o.shown = std::min(o.terms.display, o.open);
  if (to_the_back) o.arrival = ++arrivals_;
}

void NaiveExchange::trade(Order& in, Order& rest, std::int64_t lots) {
  say({Event::trade, rest.terms.id, in.terms.id, rest.price, lots});
  in.open -= lots;
  rest.open -= lots;
  rest.shown -= lots;
  if (in.terms.type == OrderType::market_to_limit && !in.limit_now) {
    in.limit_now = true;
    in.terms.limit = rest.price;
  }
  seen(rest.price, true);
}

bool NaiveExchange::own(Order& in, std::uint64_t id) {
  Order& rest = orders_.at(id);
  const auto policy = in.terms.self_match;
  if (policy == SelfMatch::decrement) {
    const auto less = std::min(in.open, rest.open);
    rest.open -= less;
    rest.shown = std::min(rest.shown, rest.open);
    if (rest.open == 0) {
      say({Event::cancelled, id, 0, 0, less, 0, Reason::venue_self_match});
      orders_.erase(id);
    } else {
      say({Event::reduced, id, 0, 0, rest.open});
    }
    in.open -= less;
    if (in.open == 0) say({Event::cancelled, in.terms.id, 0, 0, less, 0, Reason::venue_self_match});
    else say({Event::reduced, in.terms.id, 0, 0, in.open});
    return in.open > 0;
  }
  if (policy != SelfMatch::cancel_newest) end(id, Event::cancelled, Reason::venue_self_match);
  if (policy == SelfMatch::cancel_oldest) return true;
  say({Event::cancelled, in.terms.id, 0, 0, in.open, 0, Reason::venue_self_match});
  return false;
}

// One round of the displayed orders of a level; own ones have been dealt with.
void NaiveExchange::round(Order& in, std::int64_t price) {
  std::vector<Order*> level;
  for (Order* o : standing(opposite(in.terms.side)))
    if (o->price == price && o->terms.minimum == 0) level.push_back(o);
  int128 shown = 0;
  for (const Order* o : level) shown += o->shown;
  const int128 wanted = std::min<int128>(in.open, shown);
  std::vector<std::int64_t> share;
  int128 left = wanted;
  for (const Order* o : level) {
    share.push_back(static_cast<std::int64_t>(wanted * o->shown / shown));
    left -= share.back();
  }
  for (std::size_t i = 0; i < level.size(); ++i) {
    const auto more = std::min<int128>(left, level[i]->shown - share[i]);
    share[i] += static_cast<std::int64_t>(more);
    left -= more;
  }
  for (std::size_t i = 0; i < level.size(); ++i)
    if (share[i] > 0) trade(in, *level[i], share[i]);
  for (Order* o : level) {
    const auto id = o->terms.id;
    if (o->open == 0) orders_.erase(id);
    else refill(*o, true);
  }
}

bool NaiveExchange::run(Order& in) {
  while (in.open > 0) {
    Order* found = nullptr;
    for (Order* o : standing(opposite(in.terms.side)))
      if (reaches(in, o->price) && may_trade(in, *o)) {
        found = o;
        break;
      }
    if (found == nullptr) return true;
    const auto same_owner = [&](const Order& o) {
      return in.terms.owner != 0 && o.terms.owner == in.terms.owner && in.terms.self_match != SelfMatch::allow;
    };
    const bool rounds = pro_rata_ && in.terms.minimum == 0 && found->terms.minimum == 0;
    if (rounds) {
      std::vector<std::uint64_t> mine;
      for (const Order* o : standing(opposite(in.terms.side)))
        if (o->price == found->price && o->terms.minimum == 0 && same_owner(*o)) mine.push_back(o->terms.id);
      const auto price = found->price;
      for (const auto id : mine)
        if (!own(in, id)) return false;
      if (mine.empty()) round(in, price);
    } else if (same_owner(*found)) {
      if (!own(in, found->terms.id)) return false;
    } else {
      trade(in, *found, std::min(in.open, found->shown));
      if (found->open == 0) orders_.erase(found->terms.id);
      else refill(*found, true);
    }
  }
  return true;
}

void NaiveExchange::work(Order in) {
  const auto& t = in.terms;
  if (t.tif == TimeInForce::fok) {
    NaiveExchange tried = *this;
    tried.events.clear();
    Order same = in;
    tried.run(same);
    std::int64_t traded = 0;
    for (const auto& e : tried.events)
      if (e.kind == Event::trade) traded += e.lots;
    if (traded < in.open) return say({Event::cancelled, t.id, 0, 0, in.open, 0, Reason::venue_unfilled});
  }
  if (!run(in) || in.open == 0) return;
  const bool market = (t.type == OrderType::market || t.type == OrderType::market_to_limit) && !in.limit_now;
  if (market || at_once(t.tif)) return say({Event::cancelled, t.id, 0, 0, in.open, 0, Reason::venue_unfilled});
  come_to_rest(in);
}

void NaiveExchange::come_to_rest(Order in) {
  in.place = Place::book;
  in.arrival = ++arrivals_;
  in.price = in.terms.limit;
  in.shown = in.terms.display > 0 ? std::min(in.terms.display, in.open) : in.open;
  orders_[in.terms.id] = in;
}

// ---- after every input ----------------------------------------------------------------------------------------------------------

void NaiveExchange::settle() {
  if (phase_ == TradingPhase::continuous) {
    while (trigger_one()) {}
    reprice_pegs();
  } else if (is_auction(phase_)) {
    say_indication();
  }
}

bool NaiveExchange::trigger_one() {
  if (!last_seen_) return false;
  std::optional<std::uint64_t> candidates[2];
  for (const Side side : {Side::buy, Side::sell})
    for (const auto& [id, o] : orders_) {
      if (o.place != Place::stop || o.terms.side != side || !o.trigger) continue;
      if (side == Side::buy ? *last_seen_ < *o.trigger : *last_seen_ > *o.trigger) continue;
      auto& best = candidates[static_cast<int>(side)];
      const Order* b = best ? &orders_.at(*best) : nullptr;
      const bool nearer = b != nullptr && (side == Side::buy ? *o.trigger < *b->trigger : *o.trigger > *b->trigger);
      if (b == nullptr || nearer || (*o.trigger == *b->trigger && o.arrival < b->arrival)) best = id;
    }
  if (!candidates[0] && !candidates[1]) return false;
  const bool sell = !candidates[0] || (candidates[1] && orders_.at(*candidates[1]).arrival < orders_.at(*candidates[0]).arrival);
  const auto id = *candidates[sell ? 1 : 0];
  Order o = orders_.at(id);
  orders_.erase(id);
  say({Event::triggered, id});
  o.limit_now = o.terms.type == OrderType::stop_limit;
  o.terms.type = o.limit_now ? OrderType::limit : OrderType::market;
  work(o);
  return true;
}

std::optional<std::int64_t> NaiveExchange::peg_price(const Order& o, std::optional<std::int64_t> bid,
                                                     std::optional<std::int64_t> ask) const {
  const bool buy = o.terms.side == Side::buy;
  std::optional<std::int64_t> price;
  if (o.terms.peg == Peg::primary) price = buy ? bid : ask;
  else if (o.terms.peg == Peg::market) price = buy ? ask : bid;
  else if (bid && ask) price = buy ? (*bid + *ask) / 2 : (*bid + *ask + 1) / 2;
  if (!price) return {};
  *price += o.terms.offset;
  if (o.terms.limit != 0) *price = buy ? std::min(*price, o.terms.limit) : std::max(*price, o.terms.limit);
  if (const auto other = best_displayed(opposite(o.terms.side), true))
    *price = buy ? std::min(*price, *other - 1) : std::max(*price, *other + 1);
  if (*price < 1 || *price < low_ || *price > high_) return {};
  return price;
}

void NaiveExchange::reprice_pegs() {
  const auto bid = best_displayed(Side::buy, false), ask = best_displayed(Side::sell, false);
  for (const auto id : by_arrival()) {
    Order& o = orders_.at(id);
    if (o.terms.type != OrderType::pegged) continue;
    const auto price = peg_price(o, bid, ask);
    const bool stands = o.place == Place::book;
    if (price ? stands && *price == o.price : !stands) continue;
    o.place = price ? Place::book : Place::unpriced;
    o.price = price.value_or(0);
    if (price) o.arrival = ++arrivals_;
  }
}

std::vector<std::uint64_t> NaiveExchange::by_arrival() const {
  std::vector<std::uint64_t> ids;
  for (const auto& [id, o] : orders_) ids.push_back(id);
  std::stable_sort(ids.begin(), ids.end(), [this](auto a, auto b) { return orders_.at(a).arrival < orders_.at(b).arrival; });
  return ids;
}

// ---- auctions -------------------------------------------------------------------------------------------------------------------

NaiveExchange::Indication NaiveExchange::indication() const {
  std::vector<std::int64_t> candidates;
  bool markets[2]{};
  for (const auto& [id, o] : orders_) {
    if (o.place == Place::book) candidates.push_back(o.price);
    if (o.place == Place::beside) markets[static_cast<int>(o.terms.side)] = true;
  }
  const auto reference = last_trade_ ? *last_trade_ : reference_.value_or(0);
  if (candidates.empty() && markets[0] && markets[1] && reference != 0 && reference >= low_ && reference <= high_)
    candidates.push_back(reference);
  std::stable_sort(candidates.begin(), candidates.end());
  Indication best;
  const auto apart = [reference](std::int64_t p) { return p > reference ? p - reference : reference - p; };
  for (const auto p : candidates) {
    std::int64_t sums[2]{};
    for (const auto& [id, o] : orders_) {
      const bool counts = o.place == Place::beside || (o.place == Place::book && !better(o.terms.side, p, o.price));
      if (counts) sums[static_cast<int>(o.terms.side)] = added(sums[static_cast<int>(o.terms.side)], o.open);
    }
    const Indication here{p, std::min(sums[0], sums[1]), std::max(sums[0], sums[1]) - std::min(sums[0], sums[1]),
                          sums[1] > sums[0] ? Side::sell : Side::buy};
    if (here.matched == 0) continue;
    const bool first = best.matched == 0 || here.matched > best.matched;
    const bool tied = here.matched == best.matched;
    if (first || (tied && here.imbalance < best.imbalance) ||
        (tied && here.imbalance == best.imbalance && apart(p) < apart(best.price)))
      best = here;
  }
  return best;
}

void NaiveExchange::say_indication() {
  const auto now = indication();
  if (now == said_) return;
  said_ = now;
  say({Event::indicated, 0, 0, now.price, now.matched, now.imbalance, {}, now.side});
}

std::vector<NaiveExchange::Order*> NaiveExchange::auction_side(Side side, std::int64_t price) {
  std::vector<Order*> all;
  for (auto& [id, o] : orders_)
    if (o.terms.side == side && (o.place == Place::beside || (o.place == Place::book && !better(side, price, o.price)))) all.push_back(&o);
  std::stable_sort(all.begin(), all.end(), [side](const Order* a, const Order* b) {
    const bool market_a = a->place == Place::beside, market_b = b->place == Place::beside;
    if (market_a != market_b) return market_a;
    if (!market_a && a->price != b->price) return better(side, a->price, b->price);
    return a->arrival < b->arrival;
  });
  return all;
}

void NaiveExchange::uncross() {
  const auto price = indication().price;
  while (price != 0) {
    const auto buys = auction_side(Side::buy, price), sells = auction_side(Side::sell, price);
    if (buys.empty() || sells.empty()) break;
    Order &buy = *buys.front(), &sell = *sells.front();
    const auto lots = std::min(buy.open, sell.open);
    const bool buy_first = buy.arrival < sell.arrival;
    say({Event::trade, (buy_first ? buy : sell).terms.id, (buy_first ? sell : buy).terms.id, price, lots});
    for (Order* o : {&buy, &sell}) {
      o->open -= lots;
      o->shown -= std::min(lots, o->shown);
      refill(*o, false);
    }
    seen(price, true);
    for (const auto id : {buy.terms.id, sell.terms.id})
      if (orders_.at(id).open == 0) orders_.erase(id);
  }
  after_uncross(price);
}

void NaiveExchange::after_uncross(std::int64_t price) {
  for (const auto id : by_arrival()) {
    const Order& o = orders_.at(id);
    if (o.place == Place::kept) continue;
    const bool to_limit = o.place == Place::beside && o.terms.type == OrderType::market_to_limit && price != 0;
    if (auction_only(o.terms.tif) || (o.place == Place::beside && !to_limit)) end(id, Event::cancelled, Reason::venue_unfilled);
  }
  for (const auto id : by_arrival()) {
    Order& o = orders_.at(id);
    if (o.place != Place::beside) continue;
    o.limit_now = true;
    o.terms.limit = price;
    come_to_rest(o);
  }
}

void NaiveExchange::phase(TradingPhase p) {
  if (p == phase_) return;
  if ((p == TradingPhase::continuous || p == TradingPhase::closed) && to_uncross_) {
    uncross();
    to_uncross_ = false;
  }
  phase_ = p;
  say({Event::phase, 0, 0, 0, 0, 0, {}, {}, p});
  if (p == TradingPhase::closed) {
    for (const auto id : by_arrival())
      if (orders_.at(id).place == Place::kept) end(id, Event::cancelled, Reason::venue_unfilled);
    for (const auto id : by_arrival())
      if (orders_.at(id).terms.tif == TimeInForce::day) end(id, Event::expired, Reason::none);
  }
  if (p == TradingPhase::closing_auction)
    for (const auto id : by_arrival()) {
      Order& o = orders_.at(id);
      if (o.place != Place::kept) continue;
      o.place = o.terms.type == OrderType::limit ? Place::book : Place::beside;
      o.price = o.terms.limit;
      o.arrival = ++arrivals_;
    }
  if (is_auction(p)) {
    to_uncross_ = true;
    said_ = {};
  }
  settle();
}

// ---- what is asked of open orders -----------------------------------------------------------------------------------------------

void NaiveExchange::end(std::uint64_t id, Event::Kind how, Reason why) {
  say({how, id, 0, 0, orders_.at(id).open, 0, why});
  orders_.erase(id);
}

bool NaiveExchange::cancel(std::uint64_t id) {
  const bool open = orders_.contains(id);
  if (open) end(id, Event::cancelled, Reason::none);
  if (open) settle();
  return open;
}

bool NaiveExchange::expire(std::uint64_t id) {
  const bool open = orders_.contains(id);
  if (open) end(id, Event::expired, Reason::none);
  if (open) settle();
  return open;
}

void NaiveExchange::mass_cancel(std::uint32_t owner, std::optional<Side> side) {
  const auto all = orders_;
  for (const auto& [id, o] : all)
    if ((owner == 0 || o.terms.owner == owner) && (!side || o.terms.side == *side)) end(id, Event::cancelled, Reason::none);
  settle();
}

void NaiveExchange::band(std::int64_t low, std::int64_t high) {
  low_ = low;
  high_ = high;
  const auto all = orders_;
  for (const auto& [id, o] : all)
    if (uses_limit(o) && o.terms.limit != 0 && (o.terms.limit < low || o.terms.limit > high)) end(id, Event::cancelled, Reason::venue_band);
  settle();
}

void NaiveExchange::reference(std::int64_t price) {
  reference_ = price;
  seen(price, false);
  settle();
}

bool NaiveExchange::uses_limit(const Order& o) const { return o.limit_now || takes_limit(o.terms.type); }

Reason NaiveExchange::replace(std::uint64_t id, std::int64_t limit, std::int64_t quantity) {
  const auto at = orders_.find(id);
  if (at == orders_.end()) return Reason::venue_unknown_order;
  Order& o = at->second;
  const bool limited = uses_limit(o), pegged = o.terms.type == OrderType::pegged;
  if (quantity <= 0 || quantity > most || (limited && (limit > most || (pegged ? limit < 0 : limit <= 0)))) return Reason::venue_bad_order;
  if (phase_ == TradingPhase::closed) return Reason::venue_closed;
  if (phase_ == TradingPhase::halted) return Reason::venue_halted;
  if (limited && limit != 0 && (limit < low_ || limit > high_)) return Reason::venue_band;
  const bool stays = (!limited || pegged || limit == o.terms.limit) && quantity <= o.open;
  const bool works = o.place == Place::book && !pegged && phase_ == TradingPhase::continuous && !stays;
  if (works && o.terms.post_only) {
    Terms anew = o.terms;
    anew.limit = limit;
    anew.quantity = quantity;
    if (refused_in_continuous(anew) == Reason::venue_would_trade) return Reason::venue_would_trade;
  }
  say({Event::replaced, id, 0, 0, quantity});
  if (limited) o.terms.limit = limit;
  o.open = quantity;
  if (works) {
    const Order incoming = o;
    orders_.erase(id);
    work(incoming);
    settle();
    return Reason::none;
  }
  if (!pegged && limited && o.place == Place::book) o.price = limit;
  if (pegged && o.place == Place::book && limit != 0 && better(o.terms.side, o.price, limit)) o.place = Place::unpriced;
  if (stays) {
    o.shown = o.terms.display > 0 ? std::min(o.shown, o.open) : o.open;
  } else {
    o.shown = o.terms.display > 0 ? std::min(o.terms.display, o.open) : o.open;
    if (o.place != Place::stop) o.arrival = ++arrivals_;
  }
  settle();
  return Reason::none;
}

}  // namespace trade::matching_test
