// Auctions, halts and the end of the day of an exchange.
#include <algorithm>

#include "domain/matching/exchange.h"

namespace trade::matching {
namespace {

std::int64_t bounded(int128 n) { return n > INT64_MAX ? INT64_MAX : static_cast<std::int64_t>(n); }

}  // namespace

void Exchange::change_phase(TradingPhase p, Events& s, Touch* x) {
  if (p == phase_) return;
  if (auction_begun_ && (p == TradingPhase::continuous || p == TradingPhase::closed)) uncross(s);
  phase_ = p;
  unusual_ = allocation_ != Allocation::price_time || phase_ != TradingPhase::continuous || low_ != 1 || high_ != greatest;
  s.phase(p);
  if (is_auction(p)) {
    auction_begun_ = true;
    indicated_ = {};
  }
  if (p == TradingPhase::closing_auction) join_close();
  if (p == TradingPhase::closed) close_day(s);
  settle(s, x);
}

// The kept at_close orders take part, by arrival, which is renewed.
void Exchange::join_close() {
  for (const Handle h : by_arrival(kept_)) {
    const Incoming o = incoming_of(h);
    forget(h);
    if (o.type == OrderType::limit) {
      rest(o, h);
    } else {
      marks_[h].arrival = ++arrivals_;
      give_terms(h, o, Where::gathered);
      markets_[static_cast<std::size_t>(o.side)].push_back(h);
    }
  }
}

void Exchange::close_day(Events& s) {
  for (const Handle h : by_arrival(kept_)) {
    const auto id = book_.id(h);
    s.cancelled(id, finish(h), Reason::venue_unfilled);
  }
  std::vector<Handle> due;
  for (Handle h = 1; h < book_.slots(); ++h)
    if (book_.id(h) != 0 && marks_[h].tif == TimeInForce::day) due.push_back(h);
  for (const Handle h : by_arrival(std::move(due))) {
    const auto id = book_.id(h);
    s.expired(id, finish(h));
  }
}

// Every order that takes part, in the priority of an uncross.
std::vector<Exchange::Gathered> Exchange::gathered(Side side) const {
  std::vector<Gathered> all;
  for (const Handle h : by_arrival(markets_[static_cast<std::size_t>(side)])) all.push_back({h, 0, marks_[h].arrival, leaves(h)});
  const auto markets = static_cast<std::ptrdiff_t>(all.size());
  book_.each_level(side, [&](std::int64_t price, Handle h) {
    for (; h != 0; h = book_.next(h)) all.push_back({h, price, marks_[h].arrival, leaves(h)});
    return true;
  });
  const auto shown = static_cast<std::ptrdiff_t>(all.size());
  for (const Handle h : hidden_[static_cast<std::size_t>(side)]) all.push_back({h, terms_of(h).price, marks_[h].arrival, leaves(h)});
  std::inplace_merge(all.begin() + markets, all.begin() + shown, all.end(), [side](const Gathered& a, const Gathered& b) {
    if (a.price != b.price) return side == Side::buy ? a.price > b.price : a.price < b.price;
    return a.arrival < b.arrival;
  });
  return all;
}

Exchange::Indication Exchange::indication() const {
  const auto buys = gathered(Side::buy), sells = gathered(Side::sell);
  std::vector<std::int64_t> prices;
  int128 bought = 0, sold = 0;  // what would buy, and sell, at the price looked at
  std::size_t below = 0;        // buys counted out, from the lowest
  for (const auto& g : buys) {
    bought += g.open;
    if (g.price != 0) prices.push_back(g.price);
  }
  std::size_t taken = 0;
  for (; taken < sells.size() && sells[taken].price == 0; ++taken) sold += sells[taken].open;
  for (std::size_t i = taken; i < sells.size(); ++i) prices.push_back(sells[i].price);
  const auto reference = last_trade_ != 0 ? last_trade_ : reference_;
  if (prices.empty() && reference >= low_ && reference <= high_) prices.push_back(reference);
  std::stable_sort(prices.begin(), prices.end());
  Indication best;
  int128 matched = 0, surplus = 0;
  const auto distance = [&](std::int64_t p) { return p > reference ? p - reference : reference - p; };
  for (const auto p : prices) {
    for (; taken < sells.size() && sells[taken].price <= p; ++taken) sold += sells[taken].open;
    for (; below < buys.size() && buys[buys.size() - 1 - below].price < p && buys[buys.size() - 1 - below].price != 0; ++below)
      bought -= buys[buys.size() - 1 - below].open;
    const auto both = std::min(bought, sold), over = std::max(bought, sold) - both;
    const bool better = both > matched || (both == matched && (over < surplus || (over == surplus && distance(p) < distance(best.price))));
    if (both == 0 || !better) continue;
    matched = both;
    surplus = over;
    best = {p, bounded(both), bounded(over), bought >= sold ? Side::buy : Side::sell};
  }
  return best;
}

void Exchange::indicate(Events& s) {
  const auto now = indication();
  if (now == indicated_) return;
  indicated_ = now;
  s.indicated(now.price, now.matched, now.imbalance, now.side);
}

void Exchange::uncross(Events& s) {
  const auto price = indication().price;
  auction_begun_ = false;
  indicated_ = {};
  if (price != 0) {
    auto buys = gathered(Side::buy), sells = gathered(Side::sell);
    const auto take = [&](Gathered& g, std::int64_t lots) {
      g.open -= lots;
      if (g.open == 0) {
        finish(g.handle);
        return;
      }
      const auto shown = book_.leaves(g.handle);
      if (lots < shown) return book_.set_leaves(g.handle, shown - lots);
      Terms& t = terms_of(g.handle);  // an iceberg: it shows anew and keeps its place
      book_.set_leaves(g.handle, std::min(t.display, g.open));
      t.reserve = g.open - book_.leaves(g.handle);
    };
    for (std::size_t i = 0, j = 0; i < buys.size() && j < sells.size();) {
      Gathered& b = buys[i];
      Gathered& a = sells[j];
      if ((b.price != 0 && b.price < price) || a.price > price) break;
      const auto lots = std::min(b.open, a.open);
      const bool buy_first = b.arrival < a.arrival;
      s.trade(book_.id(buy_first ? b.handle : a.handle), book_.id(buy_first ? a.handle : b.handle), price, lots);
      last_trade_ = price;
      saw(price, price);
      take(b, lots);
      take(a, lots);
      i += b.open == 0;
      j += a.open == 0;
    }
  }
  sweep_gathered(price, s);
}

// After an uncross: what was for the auction only ends, what had no price gets the auction's.
void Exchange::sweep_gathered(std::int64_t price, Events& s) {
  std::vector<Handle> ending, resting;
  for (Handle h = 1; h < book_.slots(); ++h) {
    if (book_.id(h) == 0 || stands(h, Where::kept)) continue;
    const auto tif = marks_[h].tif;
    const bool auction_only = tif == TimeInForce::at_open || tif == TimeInForce::at_close;
    if (!auction_only && !stands(h, Where::gathered)) continue;
    const bool rests = !auction_only && price != 0 && terms_of(h).type == OrderType::market_to_limit;
    (rests ? resting : ending).push_back(h);
  }
  for (const Handle h : by_arrival(std::move(ending))) {
    const auto id = book_.id(h);
    s.cancelled(id, finish(h), Reason::venue_unfilled);
  }
  for (const Handle h : by_arrival(std::move(resting))) {
    Incoming o = incoming_of(h);
    o.limit = price;
    forget(h);
    rest(o, h);
  }
}

}  // namespace trade::matching
