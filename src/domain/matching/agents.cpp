#include "domain/matching/agents.h"

#include <algorithm>

namespace trade::matching {
namespace {

constexpr std::size_t components = 8, most_resting = 2000;
constexpr std::int64_t milli = 1000, levels = 10;

}  // namespace

// The value's step size now: Markov-switching multifractal volatility (Calvet and Fisher 2004), each component 1.25 or 0.75.
std::int64_t Agents::storm(const AgentRule& rule) const {
  std::int64_t v = rule.volatility;
  for (const auto stormy : storms_) v = v * (stormy ? 5 : 3) / 4;
  return std::max<std::int64_t>(v, 1);
}

// The value moves: the middle of replayed data where there is any, else a random walk in storms and calms. Makers see it late.
void Agents::news(const AgentRule& rule, const Market& market) {
  storms_.resize(components);
  for (std::size_t k = 0; k < components; ++k)
    if (draw(random, std::uint64_t{64} << k) == 0) storms_[k] = static_cast<std::uint32_t>(below(2));
  const auto bid = market.touch().best_ticks(Side::buy), ask = market.touch().best_ticks(Side::sell);
  if (bid != 0 && ask != 0) {
    value_ = (bid + ask) * milli / 2;
    seen_ = value_;
  } else if (market.touch().rule().source == TouchSource::none) {
    if (value_ == 0) value_ = seen_ = fast_ = slow_ = rule.price * milli;
    std::int64_t normal = -6 * milli;  // the sum of 12 uniform numbers: near enough
    for (int i = 0; i < 12; ++i) normal += below(milli);
    value_ = std::max(value_ + storm(rule) * normal / milli, 2 * levels * milli);
    seen_ += (value_ - seen_) / 2;
  }
  const auto last = market.orders().last_trade() != 0 ? market.orders().last_trade() * milli : value_;
  if (fast_ == 0) fast_ = slow_ = last;
  fast_ += (last - fast_) / 8;
  slow_ += (last - slow_) / 128;
}

void Agents::step(const AgentRule& rule, Market& market, Events& s) {
  ++steps_;
  news(rule, market);
  if (value_ == 0) return;
  std::vector<Resting> kept;
  for (auto& r : resting_) {
    if (r.until <= steps_) withdraw(r, market, s);
    else if (still(r, market)) kept.push_back(r);
  }
  resting_ = std::move(kept);
  for (std::uint32_t i = 0; i < rule.makers; ++i)
    if (below(2) == 0) keep_quotes(i, rule, market, s);
  for (std::uint32_t i = 0; i < rule.noise; ++i) noise(rule, market, s);
  for (std::uint32_t i = 0; i < rule.informed; ++i) informed(rule, market, s);
  for (std::uint32_t i = 0; i < rule.momentum; ++i) momentum(rule, market, s);
}

// Is it open? A handle is forgotten in a load.
bool Agents::still(Resting& r, const Market& market) const {
  if (r.handle == 0) r.handle = market.orders().locate(r.id);
  return r.handle != 0 && market.orders().open(r.handle, r.id);
}

void Agents::withdraw(Resting& r, Market& market, Events& s) {
  if (still(r, market)) market.cancel(r.handle, r.id, s);
}

// price 0: at the market.
Market::Handle Agents::send(Side side, std::int64_t price, std::int64_t lots, bool post_only, Market& market, Events& s) {
  Incoming o;
  o.id = agent_bit | (static_cast<std::uint64_t>(side) << 62) | ++orders_;
  o.quantity = lots;
  o.side = side;
  o.limit = price;
  o.type = price == 0 ? OrderType::market : OrderType::limit;
  o.tif = price == 0 ? TimeInForce::ioc : TimeInForce::gtc;
  o.post_only = post_only;
  return market.place(o, s);
}

// A maker renews a ladder of bids and asks around the value as it sees it, wider in storms, larger further out.
void Agents::keep_quotes(std::uint32_t maker, const AgentRule& rule, Market& market, Events& s) {
  std::vector<Resting> others;
  for (auto& q : quotes_) {
    if (q.until == maker) withdraw(q, market, s);
    else others.push_back(q);
  }
  quotes_ = std::move(others);
  const auto half = below(rule.spread) + storm(rule) / (4 * milli);
  for (const Side side : {Side::buy, Side::sell}) {
    auto price = (side == Side::buy ? floor_div(seen_, milli) : ceil_div(seen_, milli)) - sign(side) * half;
    for (std::int64_t level = 0; level < levels && price > 0; ++level) {
      const auto h = send(side, price, 1 + below(rule.lots * (level + 1)), true, market, s);
      if (h != 0) quotes_.push_back({agent_bit | (static_cast<std::uint64_t>(side) << 62) | orders_, maker, h});
      price -= sign(side) * (1 + below(rule.spread));
    }
  }
}

// The more of them the stormier it is: market orders of fat-tailed size, and limit orders at distances that fall off as a power.
void Agents::noise(const AgentRule& rule, Market& market, Events& s) {
  const auto busy = std::min<std::int64_t>(300, 100 * storm(rule) / rule.volatility + 20);
  if (below(1000) >= busy) return;
  const auto side = static_cast<Side>(below(2));
  const auto lots = 1 + below(rule.lots << below(3));
  const auto own = market.best(side), other = market.best(opposite(side));
  const auto kind = below(10);
  if (kind < 4 || own == 0 || other == 0) {
    send(side, 0, lots, false, market, s);
    return;
  }
  const bool inside = kind == 9 && (side == Side::buy ? own + 1 < other : own - 1 > other);
  const auto price = inside ? own + sign(side) : own - sign(side) * below(std::int64_t{1} << below(7));
  if (price <= 0 || resting_.size() >= most_resting) return;
  const auto h = send(side, price, lots, false, market, s);
  const auto life = 20 + static_cast<std::uint64_t>(below(1000));
  if (h != 0) resting_.push_back({agent_bit | (static_cast<std::uint64_t>(side) << 62) | orders_, steps_ + life, h});
}

// Trades when the market is on the wrong side of the value.
void Agents::informed(const AgentRule& rule, Market& market, Events& s) {
  const auto bid = market.best(Side::buy), ask = market.best(Side::sell);
  const auto lots = 1 + below(2 * rule.lots);
  if (below(2) == 0) return;
  if (ask != 0 && value_ > ask * milli) send(Side::buy, 0, lots, false, market, s);
  else if (bid != 0 && value_ < bid * milli) send(Side::sell, 0, lots, false, market, s);
}

// Follows the last price when it runs away from its slow average.
void Agents::momentum(const AgentRule& rule, Market& market, Events& s) {
  const auto run = fast_ - slow_, enough = 4 * storm(rule);
  const auto lots = 1 + below(rule.lots);
  if (below(4) != 0 || (run <= enough && run >= -enough)) return;
  send(run > 0 ? Side::buy : Side::sell, 0, lots, false, market, s);
}

}  // namespace trade::matching
