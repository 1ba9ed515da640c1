#include "domain/routing/route.h"

#include <gtest/gtest.h>

#include <array>
#include <optional>

#include "core/digest.h"

namespace trade {
namespace {

RouteRequest request(Side side, OrderType type, TimeInForce tif, std::int64_t quantity, std::int64_t limit = 0) {
  return {side, type, tif, Quantity{quantity}, Price{limit}, Quantity{1}, Quantity{1}};
}
VenueOffer offer(std::uint16_t id, std::int64_t price, std::int64_t displayed, std::int64_t maker, std::int64_t taker) {
  VenueOffer v{VenueId{id}, {}, Ratio{maker}, Ratio{taker}};
  if (price != 0 && displayed != 0) v.levels.push_back({Price{price}, Quantity{displayed}});
  return v;
}
using Legs = std::vector<RouteLeg>;
Legs legs(std::initializer_list<std::pair<int, int>> list) {
  Legs out;
  for (const auto& [v, q] : list) out.push_back({VenueId{static_cast<std::uint16_t>(v)}, Quantity{q}});
  return out;
}

constexpr auto market = OrderType::market;
constexpr auto limit = OrderType::limit;
constexpr auto gtc = TimeInForce::gtc;
constexpr auto ioc = TimeInForce::ioc;

TEST(Route, fees_decide_between_near_prices) {
  // 100 + 0.1 % = 100.1 against 100.05 + 0.01 %
  const std::vector<VenueOffer> v = {offer(1, 10'000, 5, 0, 100'000), offer(2, 10'005, 5, 0, 10'000)};
  EXPECT_EQ(route(request(Side::buy, market, ioc, 5), v), legs({{2, 5}}));
  EXPECT_EQ(route(request(Side::buy, market, ioc, 8), v), legs({{2, 5}, {1, 3}}));
  EXPECT_EQ(route(request(Side::buy, market, ioc, 12), v), legs({{2, 7}, {1, 5}}));
  // selling, the higher price with the lower fee wins
  EXPECT_EQ(route(request(Side::sell, market, ioc, 5), v), legs({{2, 5}}));
}

TEST(Route, a_limit_takes_what_it_reaches_and_rests_where_making_is_cheap) {
  const std::vector<VenueOffer> v = {offer(1, 100, 5, 50, 100), offer(2, 101, 5, -10, 100)};
  EXPECT_EQ(route(request(Side::buy, limit, gtc, 8, 100), v), legs({{1, 5}, {2, 3}}));
  EXPECT_EQ(route(request(Side::buy, limit, ioc, 8, 100), v), legs({{1, 8}}));
  EXPECT_EQ(route(request(Side::buy, limit, gtc, 8, 99), v), legs({{2, 8}}));
  EXPECT_EQ(route(request(Side::buy, limit, gtc, 12, 101), v), legs({{1, 5}, {2, 7}}));
}

TEST(Route, what_must_stay_whole_stays_whole) {
  const std::vector<VenueOffer> v = {offer(1, 100, 5, 0, 100), offer(2, 101, 50, 0, 10)};
  EXPECT_EQ(route(request(Side::buy, market, TimeInForce::fok, 5), v), legs({{1, 5}}));
  EXPECT_EQ(route(request(Side::buy, market, TimeInForce::fok, 6), v), legs({{2, 6}}));
  EXPECT_EQ(route(request(Side::buy, market, TimeInForce::fok, 60), v), legs({{1, 60}}));
  EXPECT_EQ(route(request(Side::buy, OrderType::stop, gtc, 6), v), legs({{2, 6}}));
}

TEST(Route, one_venue_needs_no_price_and_none_takes_nothing) {
  EXPECT_EQ(route(request(Side::buy, market, gtc, 6), std::vector{offer(3, 0, 0, 0, 0)}), legs({{3, 6}}));
  EXPECT_TRUE(route(request(Side::buy, market, gtc, 6), {}).empty());
  const std::vector<VenueOffer> dark = {offer(1, 0, 0, 0, 20), offer(2, 0, 0, 10, 10)};
  EXPECT_EQ(route(request(Side::buy, market, gtc, 6), dark), legs({{2, 6}}));
  EXPECT_EQ(route(request(Side::buy, limit, gtc, 6, 10), dark), legs({{1, 6}}));
}

TEST(Route, no_piece_below_the_least) {
  auto r = request(Side::buy, limit, gtc, 10, 200);
  r.lot = Quantity{2};
  r.least_piece = Quantity{4};
  EXPECT_EQ(route(r, std::vector{offer(1, 100, 7, 0, 0), offer(2, 101, 100, 0, 0)}), legs({{1, 6}, {2, 4}}));
  EXPECT_EQ(route(r, std::vector{offer(1, 100, 3, 0, 0), offer(2, 101, 100, 0, 0)}), legs({{2, 10}}));
  EXPECT_EQ(route(r, std::vector{offer(1, 100, 9, 0, 0), offer(2, 101, 100, 0, 0)}), legs({{1, 10}}));
  EXPECT_EQ(route(r, std::vector{offer(1, 100, 3, 0, 0), offer(2, 101, 3, 0, 0)}), legs({{1, 10}}));
}

TEST(Route, least_piece_is_the_smallest_that_the_venue_takes) {
  for (const auto contract : {Contract::linear, Contract::inverse})
    for (const std::int64_t notional : {0, 1, 5, 100})
      for (const std::int64_t lot : {1, 3, 10}) {
        Instrument i;
        i.contract = contract;
        i.lot = Quantity{lot * decimal_one / 10};
        i.min_quantity = Quantity{decimal_one / 5};
        i.min_notional = price_of(notional);
        i.multiplier = quantity_of(2);
        const Price price = price_of(7);
        const auto good = [&](Quantity q) {
          const int128 face = static_cast<int128>(q.units) * i.multiplier.units;
          const int128 value = contract == Contract::inverse ? face : face / decimal_one * price.units;
          return q >= i.min_quantity && value >= static_cast<int128>(i.min_notional.units) * decimal_one;
        };
        const Quantity q = least_piece(i, price);
        EXPECT_EQ(q.units % i.lot.units, 0);
        EXPECT_TRUE(good(q));
        if (q > i.lot) { EXPECT_FALSE(good(q - i.lot)); }
      }
}

TEST(Route, depth_beyond_the_best_price_counts) {
  auto deep = offer(1, 100, 5, 0, 0), shallow = offer(2, 100, 5, 0, 0);
  deep.levels.push_back({Price{101}, Quantity{20}});
  shallow.levels.push_back({Price{105}, Quantity{20}});
  const std::vector<VenueOffer> v = {shallow, deep};
  EXPECT_EQ(route(request(Side::buy, market, ioc, 20), v), legs({{1, 15}, {2, 5}}));
  EXPECT_EQ(route(request(Side::buy, market, TimeInForce::fok, 20), v), legs({{1, 20}}));
  EXPECT_EQ(route(request(Side::buy, limit, ioc, 20, 100), v), legs({{1, 15}, {2, 5}}));  // 10 are within the limit
}

TEST(Route, slow_and_refusing_venues_have_to_be_cheaper) {
  auto far = offer(1, 10'000, 5, 0, 0), near = offer(2, 10'010, 5, 0, 0);
  auto r = request(Side::buy, market, ioc, 5);
  r.move = Price{1'000};  // in a second
  far.latency = milliseconds(9);
  EXPECT_EQ(route(r, std::vector{far, near}), legs({{1, 5}}));
  far.latency = milliseconds(11);
  EXPECT_EQ(route(r, std::vector{far, near}), legs({{2, 5}}));
  far.latency = milliseconds(9);
  far.reject_rate = Ratio{decimal_one / 5};
  EXPECT_EQ(route(r, std::vector{far, near}), legs({{2, 5}}));
  far.reject_rate = Ratio{decimal_one};  // never an answer but no: reckoned with as 99 %
  EXPECT_EQ(delay_cost(r.move, far), static_cast<int128>(1'000) * 9'000'000 / 10 * 100);
}

TEST(Route, what_rests_goes_where_the_queue_moves) {
  auto cheap = offer(1, 0, 0, -10, 100), dear = offer(2, 0, 0, 10, 100);
  const auto r = request(Side::buy, limit, gtc, 30, 1'000'000);
  EXPECT_EQ(route(r, std::vector{cheap, dear}), legs({{1, 30}}));
  cheap.flow = Quantity{3};  // 30 in the horizon, of which 20 are for those ahead
  cheap.queue_ahead = Quantity{20};
  dear.flow = Quantity{2};
  dear.queue_ahead = Quantity{5};
  EXPECT_EQ(resting_capacity(cheap), Quantity{10});
  EXPECT_EQ(route(r, std::vector{cheap, dear}), legs({{1, 15}, {2, 15}}));  // 5 more than are expected to fill anywhere
  auto post = r;
  post.post_only = true;
  cheap.levels = dear.levels = {{Price{999'999}, Quantity{50}}};
  EXPECT_EQ(route(post, std::vector{cheap, dear}), legs({{1, 15}, {2, 15}}));
  EXPECT_EQ(route(r, std::vector{cheap, dear}), legs({{1, 30}}));
}

TEST(Route, what_waits_for_its_time_or_price_stays_whole) {
  const std::vector<VenueOffer> v = {offer(1, 100, 5, -5, 100), offer(2, 101, 50, 0, 10)};
  for (const auto type : {OrderType::stop, OrderType::stop_limit, OrderType::trailing_stop})
    EXPECT_EQ(route(request(Side::sell, type, gtc, 60, 1), v), legs({{2, 60}}));
  for (const auto tif : {TimeInForce::at_open, TimeInForce::at_close})
    EXPECT_EQ(route(request(Side::sell, limit, tif, 60, 1), v), legs({{2, 60}}));
  EXPECT_EQ(route(request(Side::sell, OrderType::pegged, gtc, 60, 1), v), legs({{1, 60}}));
}

TEST(Route, quantities_and_prices_at_their_largest) {
  auto v = offer(1, INT64_MAX / 2, INT64_MAX / 2, 0, 100'000'000), w = offer(2, INT64_MAX / 2, INT64_MAX / 2, 0, 90'000'000);
  for (const auto tif : {ioc, TimeInForce::fok})
    EXPECT_EQ(route(request(Side::buy, market, tif, INT64_MAX / 2), std::vector{v, w}).size(), 1u);
  EXPECT_EQ(route(request(Side::buy, market, ioc, INT64_MAX / 2), std::vector{v, w})[0].venue, VenueId{2});
}

struct Random {
  std::uint64_t seed = 42;
  std::int64_t operator()(std::int64_t n) {
    seed += 0x9E3779B97F4A7C15ull;
    return static_cast<std::int64_t>(mix64(seed) % static_cast<std::uint64_t>(n));
  }
  VenueOffer venue(std::uint16_t id) {
    VenueOffer v{VenueId{id}, {}, Ratio{(*this)(50'000) - 20'000}, Ratio{(*this)(80'000)}};
    std::int64_t price = 1'000'000 + (*this)(10) * 100;
    for (auto n = (*this)(4); n > 0; --n, price += (1 + (*this)(3)) * 100) v.levels.push_back({Price{price}, Quantity{1 + (*this)(4)}});
    v.latency = milliseconds((*this)(40));
    v.reject_rate = Ratio{(*this)(decimal_one)};
    v.flow = Quantity{(*this)(3)};
    v.queue_ahead = Quantity{(*this)(25)};
    return v;
  }
};
// The same book seen by a seller: dearest first.
void turn(VenueOffer& v) {
  for (auto& l : v.levels) l.price = Price{2'000'900} - l.price;
}

int128 delay_of(const RouteRequest& o, const VenueOffer& v) {
  return static_cast<int128>(o.move.units) * v.latency.ns / 10 * decimal_one /
         std::max<std::int64_t>(decimal_one - v.reject_rate.units, 1'000'000);
}

// What taking `take` at the venue costs, unit by unit; nothing when it does not show so much within the limit.
std::optional<int128> cost_at(const RouteRequest& o, const VenueOffer& v, std::int64_t take) {
  int128 cost = 0;
  for (const auto& l : v.levels)
    for (auto n = l.quantity.units; n > 0 && take > 0; --n, --take) {
      if (o.type == limit && (o.side == Side::buy ? l.price > o.limit : l.price < o.limit)) return std::nullopt;
      const auto rate = o.side == Side::buy ? decimal_one + v.taker_fee.units : v.taker_fee.units - decimal_one;
      cost += static_cast<int128>(l.price.units) * rate + delay_of(o, v);
    }
  if (take > 0) return std::nullopt;
  return cost;
}

// The cheapest way to take `quantity` from what is shown, by trying every split.
std::optional<int128> cheapest(const RouteRequest& o, std::span<const VenueOffer> venues, std::int64_t quantity) {
  if (quantity == 0) return 0;
  if (venues.empty()) return std::nullopt;
  std::optional<int128> best;
  for (std::int64_t take = 0; take <= quantity; ++take) {
    const auto here = cost_at(o, venues[0], take);
    if (!here) break;
    const auto rest = cheapest(o, venues.subspan(1), quantity - take);
    if (rest && (!best || *rest + *here < *best)) best = *rest + *here;
  }
  return best;
}

// The legs' sum, and what they cost taken at once where that is shown.
std::optional<int128> cost_of(const RouteRequest& o, std::span<const VenueOffer> venues, const Legs& legs, std::int64_t& sum) {
  std::optional<int128> cost = 0;
  for (const auto& leg : legs) {
    sum += leg.quantity.units;
    for (const auto& v : venues)
      if (v.venue == leg.venue) {
        const auto here = cost_at(o, v, leg.quantity.units);
        if (here && cost) *cost += *here;
        else cost.reset();
      }
  }
  return cost;
}

TEST(Route, no_split_is_cheaper) {
  Random draw;
  int full = 0;
  for (int round = 0; round < 10'000; ++round) {
    auto o = request(draw(2) == 0 ? Side::buy : Side::sell, draw(2) == 0 ? market : limit, draw(2) == 0 ? gtc : ioc, 1 + draw(12),
                     1'000'000 + draw(10) * 100);
    o.move = Price{draw(3) * 10'000};
    std::vector<VenueOffer> venues;
    for (std::uint16_t id = 1; id <= 2 + draw(3); ++id) {
      venues.push_back(draw.venue(id));
      if (o.side == Side::sell) turn(venues.back());
    }
    std::int64_t sum = 0;
    const auto cost = cost_of(o, venues, route(o, venues), sum);
    ASSERT_EQ(sum, o.quantity.units);
    const auto best = cheapest(o, venues, o.quantity.units);
    ASSERT_EQ(best.has_value(), cost.has_value()) << round;
    if (!best) continue;
    ++full;
    ASSERT_TRUE(*cost == *best) << round;
  }
  EXPECT_GT(full, 3'000);
}

// Of all splits of an order that rests, none is expected to fill more, nor as much for less.
TEST(Route, no_split_rests_better) {
  Random draw;
  for (int round = 0; round < 5'000; ++round) {
    auto o = request(Side::buy, limit, gtc, 1 + draw(12), 1'000'000);
    o.post_only = true;
    o.move = Price{draw(2) * 100};
    std::vector<VenueOffer> venues;
    for (std::uint16_t id = 1; id <= 3; ++id) venues.push_back(draw.venue(id));
    const auto judged = [&](const std::array<std::int64_t, 3>& split) {
      std::int64_t unfilled = 0;
      int128 cost = 0;
      for (std::size_t i = 0; i < 3; ++i) {
        const auto& v = venues[i];
        unfilled += std::max<std::int64_t>(split[i] - std::max<std::int64_t>(v.flow.units * 10 - v.queue_ahead.units, 0), 0);
        cost += (static_cast<int128>(o.limit.units) * v.maker_fee.units + delay_of(o, v)) * split[i];
      }
      return std::pair(unfilled, cost);
    };
    std::array<std::int64_t, 3> ours{};
    for (const auto& leg : route(o, venues)) ours[leg.venue.value - 1u] += leg.quantity.units;
    ASSERT_EQ(ours[0] + ours[1] + ours[2], o.quantity.units);
    const auto got = judged(ours);
    for (std::int64_t a = 0; a <= o.quantity.units; ++a)
      for (std::int64_t b = 0; a + b <= o.quantity.units; ++b) {
        const auto other = judged({a, b, o.quantity.units - a - b});
        ASSERT_FALSE(other.first < got.first || (other.first == got.first && other.second < got.second)) << round;
      }
  }
}

// With lots and a least piece: every piece is one the venue takes, whatever is shown.
TEST(Route, pieces_are_ones_that_venues_take) {
  Random draw;
  for (int round = 0; round < 20'000; ++round) {
    auto o = request(Side::buy, draw(2) == 0 ? market : limit, draw(2) == 0 ? gtc : ioc, 0, 1'000'000 + draw(10) * 100);
    o.lot = Quantity{1 + draw(3)};
    o.least_piece = Quantity{o.lot.units * (1 + draw(3))};
    o.quantity = Quantity{o.lot.units * (1 + draw(10))};
    o.post_only = draw(4) == 0;
    std::vector<VenueOffer> venues;
    for (std::uint16_t id = 1; id <= 2 + draw(3); ++id) venues.push_back(draw.venue(id));
    std::int64_t sum = 0;
    const auto result = route(o, venues);
    for (const auto& leg : result) {
      sum += leg.quantity.units;
      ASSERT_EQ(leg.quantity.units % o.lot.units, 0) << round;
      ASSERT_TRUE(leg.quantity >= o.least_piece || result.size() == 1) << round;
    }
    ASSERT_EQ(sum, o.quantity.units);
  }
}

}  // namespace
}  // namespace trade
