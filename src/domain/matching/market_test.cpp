#include "domain/matching/market.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <list>
#include <map>

#include "domain/matching/agents.h"
#include "domain/matching/naive_book.h"

namespace trade::matching {
namespace {

using naive::Event;
using naive::Recorder;

constexpr Incoming limit(std::uint64_t id, Side side, std::int64_t ticks, std::int64_t lots, TimeInForce tif = TimeInForce::gtc) {
  return {id, lots, ticks, 0, side, OrderType::limit, tif};
}
constexpr Incoming market_order(std::uint64_t id, Side side, std::int64_t lots) {
  return {id, lots, 0, 0, side, OrderType::market, TimeInForce::gtc};
}
std::string saved(const Market& m) {
  ByteWriter w;
  m.save(w);
  return w.take();
}

// Sorts by `less`, equals in the order they stand.
template <class T, class Less>
void arrange(std::vector<T>& all, Less less) {
  std::vector<T> out;
  for (const auto& x : all) out.insert(std::upper_bound(out.begin(), out.end(), x, less), x);
  all = std::move(out);
}

// The touch model told slowly: everything an incoming order could trade with is listed and sorted anew for each trade.
class Oracle {
 public:
  Oracle(const TouchRule& rule) : rule_(rule) {}
  Recorder out;

  void place(const Incoming& o) {
    if (o.type == OrderType::market && options(o).empty()) return out.rejected(o.id, Reason::venue_no_liquidity);
    out.accepted(o.id);
    run(o);
  }
  void cancel(std::uint64_t id) {
    const auto at = std::find_if(resting_.begin(), resting_.end(), [&](const Incoming& r) { return r.id == id; });
    if (at == resting_.end()) return;
    out.cancelled(id, at->quantity, Reason::none);
    resting_.erase(at);
  }
  void quote(Price bid, Price ask) {
    levels_[0].clear();
    levels_[1].clear();
    if (bid.units) levels_[0][bid.units] = {rule_.lot.units, 0};
    if (ask.units) levels_[1][ask.units] = {rule_.lot.units, 0};
    touched();
  }
  void level(Side side, Price price, Quantity quantity) {
    auto& levels = levels_[static_cast<int>(side)];
    if (quantity.units == 0) levels.erase(price.units);
    else if (!levels.contains(price.units) || levels[price.units].shown != quantity.units) levels[price.units] = {quantity.units, 0};
  }
  void touched() {
    if (crossed()) return;
    for (const Side side : {Side::buy, Side::sell}) {
      std::vector<Incoming> queue;
      for (const auto& r : resting_)
        if (r.side == side) queue.push_back(r);
      arrange(queue, [&](const Incoming& a, const Incoming& b) { return side == Side::buy ? a.limit > b.limit : a.limit < b.limit; });
      for (const auto& r : queue) {
        std::int64_t left = r.quantity;
        while (left > 0) {
          auto all = options({r.id, left, r.limit, 0, side, OrderType::limit, TimeInForce::gtc});
          std::erase_if(all, [](const Option& x) { return x.own; });
          if (all.empty()) break;
          const auto lots = std::min(left, all[0].lots);
          eat(opposite(side), all[0], lots);
          out.trade(r.id, 0, r.limit, lots);
          left -= lots;
        }
        settle(r.id, left);
        if (left > 0) break;
      }
    }
  }

 private:
  struct Shown {
    std::int64_t shown = 0, eaten = 0;
  };
  struct Option {
    std::int64_t price{};  // 1e-8
    bool own{};
    std::uint64_t id{};
    std::int64_t lots{}, raw{};
  };
  bool crossed() const {
    return rule_.source == TouchSource::book && !levels_[0].empty() && !levels_[1].empty() &&
           levels_[0].rbegin()->first >= levels_[1].begin()->first;
  }
  // What `o` could trade with, best price first, own orders first at one price, then by arrival.
  std::vector<Option> options(const Incoming& o) const {
    std::vector<Option> all;
    const auto shift = rule_.offset * rule_.tick.units;
    for (const auto& r : resting_)
      if (r.side != o.side) all.push_back({r.limit * rule_.tick.units, true, r.id, r.quantity, 0});
    const auto& levels = levels_[o.side == Side::buy ? 1 : 0];
    for (const auto& [price, s] : levels) {
      const bool best = o.side == Side::buy ? price == levels.begin()->first : price == levels.rbegin()->first;
      const auto lots = rule_.model == FillModel::whole ? (best ? o.quantity : 0) : (s.shown - s.eaten) / rule_.lot.units;
      if (lots > 0 && !crossed()) all.push_back({price + shift, false, 0, lots, price});
    }
    std::erase_if(all, [&](const Option& x) {
      if (o.type == OrderType::market) return false;
      return o.side == Side::buy ? x.price > o.limit * rule_.tick.units : x.price < o.limit * rule_.tick.units;
    });
    arrange(all, [&](const Option& a, const Option& b) {
      if (a.price != b.price) return o.side == Side::buy ? a.price < b.price : a.price > b.price;
      return a.own && !b.own;
    });
    return all;
  }
  void eat(Side side, const Option& x, std::int64_t lots) {
    if (rule_.model == FillModel::depth) levels_[static_cast<int>(side)][x.raw].eaten += lots * rule_.lot.units;
  }
  void settle(std::uint64_t id, std::int64_t left) {
    for (auto at = resting_.begin(); at != resting_.end(); ++at)
      if (at->id == id) {
        at->quantity = left;
        if (left == 0) resting_.erase(at);
        return;
      }
  }
  void run(Incoming o) {
    if (o.tif == TimeInForce::fok) {
      std::int64_t sum = 0;
      for (const auto& x : options(o)) sum += x.lots;
      if (sum < o.quantity) return out.cancelled(o.id, o.quantity, Reason::venue_unfilled);
    }
    while (o.quantity > 0) {
      const auto all = options(o);
      if (all.empty()) break;
      const auto lots = std::min(o.quantity, all[0].lots);
      if (all[0].own) {
        out.trade(all[0].id, o.id, all[0].price / rule_.tick.units, lots);
        settle(all[0].id, all[0].lots - lots);
      } else {
        eat(opposite(o.side), all[0], lots);
        out.outside(o.id, Price{all[0].price}, lots);
      }
      o.quantity -= lots;
    }
    if (o.quantity == 0) return;
    if (o.type == OrderType::market || o.tif == TimeInForce::ioc) return out.cancelled(o.id, o.quantity, Reason::venue_unfilled);
    resting_.push_back(o);
  }

  TouchRule rule_;
  std::list<Incoming> resting_;  // by arrival
  std::map<std::int64_t, Shown> levels_[2];
};

std::vector<Event> merged(const std::vector<Event>& events) {
  std::vector<Event> out;
  for (const auto& e : events) {
    if (!out.empty() && e.kind == Event::trade && out.back().kind == Event::trade && e.taker == 0 && out.back().id == e.id &&
        out.back().taker == 0)
      out.back().lots += e.lots;
    else out.push_back(e);
  }
  return out;
}

void duel(const TouchRule& rule, std::uint64_t seed) {
  Market market(rule);
  Oracle oracle(rule);
  struct {
    std::uint64_t state;
    std::uint64_t draw(std::uint64_t n) { return matching::draw(state, n); }
  } random{seed};
  std::vector<Market::Handle> handles(1);
  Recorder events;
  const auto price = [&] {
    return Price{7 + 10 * static_cast<std::int64_t>(1 + random.draw(30)) + static_cast<std::int64_t>(random.draw(4))};
  };
  for (int i = 0; i < 3000; ++i) {
    switch (random.draw(4)) {
      case 0:
      case 1: {
        const auto id = handles.size();
        const auto side = static_cast<Side>(random.draw(2));
        Incoming o = limit(id, side, 1 + static_cast<std::int64_t>(random.draw(32)), 1 + static_cast<std::int64_t>(random.draw(9)),
                           static_cast<TimeInForce>(random.draw(4)));
        if (random.draw(6) == 0) o.type = OrderType::market;
        handles.push_back(market.place(o, events));
        oracle.place(o);
        break;
      }
      case 2: {
        const auto id = random.draw(handles.size());
        if (id == 0) continue;
        market.cancel(handles[id], id, events);
        oracle.cancel(id);
        break;
      }
      default:
        if (rule.source == TouchSource::quotes) {
          Price a = price(), b = price();
          if (b < a) std::swap(a, b);
          if (random.draw(9) == 0) a = {};
          market.quote(a, b, events);
          oracle.quote(a, b);
        } else {
          const auto side = static_cast<Side>(random.draw(2));
          const Price low{7 + 10 * static_cast<std::int64_t>(random.draw(17))}, high{low.units + 155};  // rarely crossed
          const Level level{side == Side::buy ? low : high, Quantity{static_cast<std::int64_t>(random.draw(4) * 23)}};
          if (side == Side::buy) market.book({&level, 1}, {}, false, events);
          else market.book({}, {&level, 1}, false, events);
          oracle.level(side, level.price, level.quantity);
          oracle.touched();
        }
    }
    ASSERT_EQ(merged(events.events), merged(oracle.out.events)) << "seed " << seed << " step " << i;
    events.events.clear();
    oracle.out.events.clear();
    if (i % 251 == 250) {
      const auto bytes = saved(market);
      Market copy;
      ByteReader r(bytes);
      copy.load(r);
      ASSERT_TRUE(r.at_end());
      ASSERT_EQ(saved(copy), bytes);
      market = std::move(copy);
      for (std::uint64_t id = 1; id < handles.size(); ++id) handles[id] = market.orders().locate(id);
    }
  }
}

TEST(touch_model, whole_fills_equal_the_slow_oracle) {
  for (std::uint64_t s = 0; s < 10; ++s) duel({TouchSource::quotes, FillModel::whole, QueueRule::none, 0, Price{10}, Quantity{10}}, s);
  duel({TouchSource::quotes, FillModel::whole, QueueRule::none, 3, Price{10}, Quantity{10}}, 99);
}
TEST(touch_model, whole_fills_on_a_replayed_book_equal_the_slow_oracle) {
  for (std::uint64_t s = 0; s < 10; ++s) duel({TouchSource::book, FillModel::whole, QueueRule::none, 0, Price{10}, Quantity{10}}, s);
}
TEST(touch_model, walking_the_replayed_levels_equals_the_slow_oracle) {
  for (std::uint64_t s = 0; s < 10; ++s) duel({TouchSource::book, FillModel::depth, QueueRule::none, 0, Price{10}, Quantity{10}}, s);
  duel({TouchSource::book, FillModel::depth, QueueRule::none, -2, Price{10}, Quantity{10}}, 99);
}

TEST(touch_model, trades_move_the_touch_by_the_aggressor) {
  Market m({TouchSource::trades, FillModel::whole, QueueRule::none, 0, Price{1}, Quantity{1}});
  Recorder r;
  m.place(market_order(1, Side::buy, 5), r);
  EXPECT_EQ(r.events.back(), (Event{Event::rejected, 1, 0, 0, 0, Reason::venue_no_liquidity}));
  m.trade(Price{100}, Quantity{1}, Side::buy, r);
  EXPECT_EQ(m.touch().best(Side::buy), Price{100});
  EXPECT_FALSE(m.touch().present(Side::sell));
  m.trade(Price{98}, Quantity{1}, Side::sell, r);
  EXPECT_EQ(m.touch().best(Side::sell), Price{98});
  EXPECT_EQ(m.touch().best(Side::buy), Price{100});
  m.trade(Price{103}, Quantity{1}, Side::sell, r);
  EXPECT_EQ(m.touch().best(Side::buy), Price{103});
  m.place(limit(2, Side::buy, 99, 5), r);
  m.trade(Price{99}, Quantity{1}, Side::buy, r);
  EXPECT_EQ(r.events.back(), (Event{Event::trade, 2, 0, 99, 5, {}}));
}

TEST(touch_model, a_bar_is_bid_and_ask_at_its_close) {
  Market m({TouchSource::bars, FillModel::whole, QueueRule::none, 0, Price{10}, Quantity{1}});
  Recorder r;
  m.bar(Price{1234}, r);
  m.place(market_order(1, Side::buy, 5), r);
  EXPECT_EQ(r.events.back(), (Event{Event::outside, 1, 0, 1234, 5, {}}));
  m.place(market_order(2, Side::sell, 5), r);
  EXPECT_EQ(r.events.back(), (Event{Event::outside, 2, 0, 1234, 5, {}}));
}

TEST(touch_model, stops_look_at_the_last_trade_and_at_the_touch_before_any) {
  const TouchRule rule{TouchSource::quotes, FillModel::whole, QueueRule::none, 0, Price{10}, Quantity{1}};
  Market m(rule);
  Recorder r;
  const auto stop = [](std::uint64_t id, Side side, std::int64_t at) {
    return Incoming{id, 2, 0, at, side, OrderType::stop, TimeInForce::gtc};
  };
  m.quote(Price{90}, Price{110}, r);
  m.place(stop(1, Side::buy, 12), r);
  m.place(stop(2, Side::sell, 8), r);
  m.quote(Price{90}, Price{119}, r);
  EXPECT_EQ(r.events.back().kind, Event::accepted);
  m.quote(Price{90}, Price{120}, r);
  EXPECT_EQ(r.events.back(), (Event{Event::outside, 1, 0, 120, 2, {}}));
  m.trade(Price{81}, Quantity{1}, Side::sell, r);
  m.quote(Price{70}, Price{75}, r);
  EXPECT_EQ(r.events.back().id, 1u) << "once there are trades, the touch triggers nothing";
  m.trade(Price{80}, Quantity{1}, Side::sell, r);
  EXPECT_EQ(r.events.back(), (Event{Event::outside, 2, 0, 70, 2, {}}));
}

TEST(touch_model, eaten_liquidity_comes_back_only_when_its_level_changes) {
  Market m({TouchSource::book, FillModel::depth, QueueRule::none, 0, Price{1}, Quantity{1}});
  Recorder r;
  const Level asks[] = {{Price{10}, Quantity{5}}, {Price{11}, Quantity{5}}};
  m.book({}, asks, true, r);
  m.place(market_order(1, Side::buy, 7), r);
  EXPECT_EQ(r.events.back(), (Event{Event::outside, 1, 0, 11, 2, {}}));
  m.book({}, asks, true, r);
  m.place(market_order(2, Side::buy, 1), r);
  EXPECT_EQ(r.events.back(), (Event{Event::outside, 2, 0, 11, 1, {}}));
  const Level changed{Price{10}, Quantity{6}};
  m.book({}, {&changed, 1}, false, r);
  m.place(market_order(3, Side::buy, 6), r);
  EXPECT_EQ(r.events.back(), (Event{Event::outside, 3, 0, 10, 6, {}}));
}

TEST(touch_model, a_resting_order_waits_behind_what_was_shown) {
  Market m({TouchSource::book, FillModel::depth, QueueRule::fifo, 0, Price{1}, Quantity{1}});
  Recorder r;
  const Level bid{Price{9}, Quantity{10}}, ask{Price{10}, Quantity{5}};
  m.book({&bid, 1}, {&ask, 1}, true, r);
  const auto h = m.place(limit(1, Side::buy, 9, 4), r);
  m.trade(Price{9}, Quantity{6}, Side::sell, r);
  EXPECT_EQ(m.orders().leaves(h), 4);
  const Level less{Price{9}, Quantity{3}};
  m.book({&less, 1}, {}, false, r);
  m.trade(Price{9}, Quantity{5}, Side::sell, r);
  EXPECT_EQ(r.events.back(), (Event{Event::trade, 1, 0, 9, 2, {}}));
  m.trade(Price{8}, Quantity{1}, Side::sell, r);
  EXPECT_EQ(r.events.back(), (Event{Event::trade, 1, 0, 9, 2, {}})) << "traded through";
  EXPECT_EQ(m.orders().size(), 0u);
}

TEST(touch_model, our_earlier_order_at_a_price_is_served_before_the_later_one) {
  Market m({TouchSource::book, FillModel::depth, QueueRule::fifo, 0, Price{1}, Quantity{1}});
  Recorder r;
  const auto one = m.place(limit(1, Side::buy, 9, 4), r), two = m.place(limit(2, Side::buy, 9, 4), r);
  m.trade(Price{9}, Quantity{5}, Side::sell, r);
  EXPECT_FALSE(m.orders().open(one, 1));
  EXPECT_EQ(m.orders().leaves(two), 3);
}

TEST(touch_model, a_crossed_replayed_book_gives_nothing) {
  Market m({TouchSource::book, FillModel::whole, QueueRule::none, 0, Price{1}, Quantity{1}});
  Recorder r;
  const Level bid{Price{11}, Quantity{10}}, ask{Price{10}, Quantity{5}};
  m.book({&bid, 1}, {&ask, 1}, true, r);
  m.place(market_order(1, Side::buy, 1), r);
  EXPECT_EQ(r.events.back().kind, Event::rejected);
}

TEST(agents, same_seed_same_trades) {
  const auto run = [](std::uint64_t seed) {
    Market m({TouchSource::quotes, FillModel::whole, QueueRule::none, 0, Price{1}, Quantity{1}});
    Agents agents;
    agents.random = seed;
    AgentRule rule;
    rule.makers = 2;
    rule.noise = 6;
    Recorder r;
    Relay relay(r);
    for (int i = 0; i < 50; ++i) {
      m.quote(Price{1000 + i % 7}, Price{1003 + i % 7}, r);
      agents.step(rule, m, relay);
    }
    return std::pair{r.events, saved(m)};
  };
  EXPECT_EQ(run(1), run(1));
  EXPECT_NE(run(1).first, run(2).first);
}

}  // namespace
}  // namespace trade::matching
