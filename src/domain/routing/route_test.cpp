#include "domain/routing/route.h"

#include <gtest/gtest.h>

#include <optional>

#include "core/digest.h"

namespace trade {
namespace {

RouteRequest request(Side side, OrderType type, TimeInForce tif, std::int64_t quantity, std::int64_t limit = 0) {
  return {side, type, tif, Quantity{quantity}, Price{limit}, Quantity{1}, Quantity{1}};
}
VenueOffer offer(std::uint16_t id, std::int64_t price, std::int64_t displayed, std::int64_t maker, std::int64_t taker) {
  return {VenueId{id}, Price{price}, Quantity{displayed}, Ratio{maker}, Ratio{taker}};
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

// The cheapest way to take `quantity` from what is shown within the limit, by trying every split.
std::optional<int128> cheapest(const RouteRequest& o, std::span<const VenueOffer> venues, std::int64_t quantity) {
  if (quantity == 0) return 0;
  if (venues.empty()) return std::nullopt;
  const auto& v = venues[0];
  const bool within = v.price.units > 0 && (o.type == market || (o.side == Side::buy ? v.price <= o.limit : v.price >= o.limit));
  std::optional<int128> best;
  for (std::int64_t take = 0; take <= (within ? std::min(v.displayed.units, quantity) : 0); ++take) {
    const auto rest = cheapest(o, venues.subspan(1), quantity - take);
    if (!rest) continue;
    const int128 each = o.side == Side::buy ? static_cast<int128>(v.price.units) * (decimal_one + v.taker_fee.units)
                                            : -static_cast<int128>(v.price.units) * (decimal_one - v.taker_fee.units);
    const int128 cost = *rest + each * take;
    if (!best || cost < *best) best = cost;
  }
  return best;
}

TEST(Route, no_split_is_cheaper) {
  std::uint64_t seed = 42;
  const auto draw = [&](std::int64_t n) {
    seed += 0x9E3779B97F4A7C15ull;
    return static_cast<std::int64_t>(mix64(seed) % static_cast<std::uint64_t>(n));
  };
  int full = 0;
  for (int round = 0; round < 20'000; ++round) {
    std::vector<VenueOffer> venues;
    for (std::uint16_t id = 1; id <= 2 + draw(3); ++id)
      venues.push_back(offer(id, draw(8) == 0 ? 0 : 1'000'000 + draw(10) * 100, draw(6), draw(50'000) - 20'000, draw(80'000)));
    const auto side = draw(2) == 0 ? Side::buy : Side::sell;
    const auto o = request(side, draw(2) == 0 ? market : limit, draw(2) == 0 ? gtc : ioc, 1 + draw(12), 1'000'000 + draw(10) * 100);
    const auto result = route(o, venues);
    std::int64_t sum = 0, shown = 0;
    int128 cost = 0;
    bool only_shown = true;
    for (const auto& leg : result) {
      ASSERT_GT(leg.quantity.units, 0);
      sum += leg.quantity.units;
      for (const auto& v : venues)
        if (v.venue == leg.venue) {
          only_shown = only_shown && leg.quantity <= v.displayed && v.price.units > 0;
          cost += unit_cost(side, v.price, v.taker_fee) * leg.quantity.units;
        }
    }
    ASSERT_EQ(sum, o.quantity.units);
    for (const auto& v : venues)
      if (v.price.units > 0 && (o.type == market || (side == Side::buy ? v.price <= o.limit : v.price >= o.limit)))
        shown += v.displayed.units;
    if (const auto best = cheapest(o, venues, o.quantity.units)) {
      ++full;
      ASSERT_TRUE(only_shown);
      ASSERT_TRUE(cost == *best) << round;
    } else {
      ASSERT_LT(shown, o.quantity.units);
    }
  }
  EXPECT_GT(full, 3'000);
}

}  // namespace
}  // namespace trade
