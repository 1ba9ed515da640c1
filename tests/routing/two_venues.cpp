#include "routing/two_venues.h"

#include <algorithm>
#include <limits>

namespace trade {
extern const ServiceType exeq_service;
}

namespace trade::tape {
namespace {

constexpr InstrumentId instrument{1};

// The same wish is refused by the same venue at the same attempt, whoever chose.
bool refuses(const Site& s, std::uint64_t seed, std::size_t wish, int attempt, VenueId venue) {
  const auto draw = mix64(mix64(mix64(seed + wish) + static_cast<std::uint64_t>(attempt)) + venue.value);
  return static_cast<int>(draw % 100) < s.rejects;
}

}  // namespace

Trial::Trial(const Tape& tape, const std::array<Site, 2>& sites, Chooser chooser, std::uint64_t seed)
    : tape_(tape), sites_(sites), chooser_(chooser), seed_(seed), bench_({{"exeq", &exeq_service}}) {
  const Time start = tape.moments().front().time;
  Instrument i;
  i.id = instrument;
  i.contract = Contract::linear;
  i.multiplier = quantity_of(1);
  i.lot = i.min_quantity = Quantity{decimal_one / 1000};
  bench_.send(InstrumentListed{i}, start);
  for (std::uint16_t v = 1; v <= 2; ++v) {
    const Site& s = sites[v - 1u];
    bench_.send(VenueListed{Venue{VenueId{v}, "site", Ratio{}, s.taker_fee, s.lag, s.lag}}, start);
  }
}

void Trial::show(std::size_t site, const Moment& m, Time now) {
  const VenueId venue{static_cast<std::uint16_t>(site + 1)};
  seen_[site] = m;
  if (last_depth_[site] != m.depth) {
    last_depth_[site] = m.depth;
    const Depth& d = tape_.depth_of(m);
    BookChanged book;
    book.instrument = instrument;
    book.venue = venue;
    book.whole = true;
    book.bids = std::span<const Level>(d.bids);
    book.asks = std::span<const Level>(d.asks);
    bench_.send(book, now);
  }
  bench_.send(Quote{instrument, venue, m.bid.price, m.bid.quantity, m.ask.price, m.ask.quantity}, now);
}

// What is shown at the best price goes there, the next at the other venue, and what neither shows to the best.
std::vector<std::pair<VenueId, Quantity>> Trial::best_first(Side side, Quantity quantity) const {
  const auto shown = [&](std::size_t i) { return side == Side::buy ? seen_[i].ask : seen_[i].bid; };
  const auto cost = [&](std::size_t i) {
    const double s = static_cast<double>(sign(side)), price = static_cast<double>(shown(i).price.units);
    return chooser_ == Chooser::best_price ? s * price : s * price * (1 + s * static_cast<double>(sites_[i].taker_fee.units) / 1e8);
  };
  std::size_t first = 0;
  if (cost(1) < cost(0) || (cost(1) == cost(0) && shown(1).quantity > shown(0).quantity)) first = 1;
  const std::size_t second = 1 - first;
  const Quantity a = min(quantity, shown(first).quantity), b = min(quantity - a, shown(second).quantity);
  std::vector<std::pair<VenueId, Quantity>> legs{{VenueId{static_cast<std::uint16_t>(first + 1)}, quantity - b}};
  if (b != Quantity{}) legs.emplace_back(VenueId{static_cast<std::uint16_t>(second + 1)}, b);
  return legs;
}

void Trial::send(std::size_t wish, Quantity quantity, Time now) {
  ++done_[wish].attempts;
  if (chooser_ == Chooser::exeq) return place(wish, quantity, VenueId{}, now);
  for (const auto& [venue, q] : best_first(wishes_[wish].side, quantity)) place(wish, q, venue, now);
}

void Trial::place(std::size_t wish, Quantity quantity, VenueId venue, Time now) {
  OrderTerms t;
  t.account = AccountId{1};
  t.instrument = instrument;
  t.venue = venue;
  t.side = wishes_[wish].side;
  t.type = OrderType::market;
  t.tif = TimeInForce::ioc;
  t.quantity = quantity;
  bench_.send(OrderAccepted{OrderId{++last_order_}, t}, now);
  collect(wish, now);
}

void Trial::collect(std::size_t wish, Time now) {
  Done& d = done_[wish];
  for (const auto& p : bench_.take<VenuePlace>()) {
    const std::size_t site = p.venue.value - 1u;
    ++sent_[site];
    d.out += p.terms.quantity;
    most_over_ = max(most_over_, d.out + d.filled - d.asked);
    on_the_way_.emplace(now + sites_[site].lag, Open{wish, p, false});
  }
}

void Trial::arrive(Open o, Time now) {
  const Site& s = sites_[o.place.venue.value - 1u];
  o.refused = refuses(s, seed_, o.wish, done_[o.wish].attempts, o.place.venue);
  if (!o.refused) {
    const Side side = o.place.terms.side;
    const int128 value = tape_.sweep(side, o.place.terms.quantity, now);
    Done& d = done_[o.wish];
    d.paid += value + sign(side) * (value / decimal_one * s.taker_fee.units);
    d.filled += o.place.terms.quantity;
    d.out -= o.place.terms.quantity;
  }
  on_the_way_back_.emplace(now + s.lag, o);
}

void Trial::answer(const Open& o, Time now) {
  VenueReport r;
  r.child = o.place.child;
  r.venue = o.place.venue;
  r.request = o.place.request;
  if (o.refused) {
    ++refused_;
    r.kind = ReportKind::rejected;
    r.reason = Reason::venue_halted;
    done_[o.wish].out -= o.place.terms.quantity;
  } else {
    r.kind = ReportKind::filled;
    r.execution = ExecutionId{o.place.child.value};
    r.quantity = r.filled = o.place.terms.quantity;
    r.price = tape_.at(now).bid.price;  // exeq's figures are not what is measured here
    r.liquidity = Liquidity::taker;
  }
  bench_.send(r, now);
  bench_.take<Execution>();
  if (o.refused) send(o.wish, o.place.terms.quantity, now);
}

std::vector<double> Trial::work(const std::vector<Wish>& wishes) {
  wishes_ = wishes;
  done_.assign(wishes.size(), {});
  const auto& moments = tape_.moments();
  std::array<std::size_t, 2> cursor{};
  std::size_t next_wish = 0;
  constexpr Time never{std::numeric_limits<std::int64_t>::max()};
  const auto first = [](const std::multimap<Time, Open>& m) { return m.empty() ? never : m.begin()->first; };
  for (;;) {
    std::array<Time, 5> due{never, never, first(on_the_way_), first(on_the_way_back_),
                            next_wish < wishes.size() ? wishes[next_wish].time : never};
    for (std::size_t s = 0; s < 2; ++s)
      if (cursor[s] < moments.size()) due[s] = moments[cursor[s]].time + sites_[s].lag;
    const auto at = static_cast<std::size_t>(std::min_element(due.begin(), due.end()) - due.begin());
    const Time now = due[at];
    if (now == never) break;
    bench_.run_timers(now);
    if (at < 2) {
      show(at, moments[cursor[at]++], now);
    } else if (at == 4) {
      done_[next_wish].asked = wishes[next_wish].quantity;
      send(next_wish, wishes[next_wish].quantity, now);
      ++next_wish;
    } else {
      auto& way = at == 2 ? on_the_way_ : on_the_way_back_;
      const Open o = way.begin()->second;
      way.erase(way.begin());
      at == 2 ? arrive(o, now) : answer(o, now);
    }
  }
  std::vector<double> costs;
  for (std::size_t w = 0; w < wishes.size(); ++w) {
    const Moment& m = tape_.at(wishes[w].time);
    const double mid = static_cast<double>(m.bid.price.units + m.ask.price.units) / 2, quantity = static_cast<double>(done_[w].asked.units);
    const bool whole = done_[w].filled == done_[w].asked;
    costs.push_back(whole ? static_cast<double>(sign(wishes[w].side)) * (static_cast<double>(done_[w].paid) / quantity / mid - 1) * 1e4
                          : -std::numeric_limits<double>::infinity());
  }
  return costs;
}

}  // namespace trade::tape
