#include "domain/matching/exchange.h"

#include <gtest/gtest.h>

#include <map>

// Each rule of docs/matching_rules.md on its own, and what always holds over random messages of every kind.
namespace trade::matching {
namespace {

// Events as text: +1 accepted, !1:reason, *1 triggered, 1x2@100:5 (maker, taker, price, lots), -1:5[:reason] cancelled, e1:5 expired,
// =1:5 replaced, ~1:5 reduced, #phase, i100:5/3b indicated (matched / imbalance and side).
struct Log {
  std::string text;
  void add(const std::string& s) { text += (text.empty() ? "" : " ") + s; }
  static std::string n(auto v) { return std::to_string(v); }
  void accepted(std::uint64_t id) { add("+" + n(id)); }
  void rejected(std::uint64_t id, Reason why) { add("!" + n(id) + ":" + std::string(name_of(why))); }
  void triggered(std::uint64_t id) { add("*" + n(id)); }
  void trade(std::uint64_t maker, std::uint64_t taker, std::int64_t price, std::int64_t lots) {
    add(n(maker) + "x" + n(taker) + "@" + n(price) + ":" + n(lots));
  }
  void outside(std::uint64_t, Price, std::int64_t) { add("outside"); }
  void cancelled(std::uint64_t id, std::int64_t leaves, Reason why) {
    add("-" + n(id) + ":" + n(leaves) + (why == Reason::none ? "" : ":" + std::string(name_of(why))));
  }
  void expired(std::uint64_t id, std::int64_t leaves) { add("e" + n(id) + ":" + n(leaves)); }
  void replaced(std::uint64_t id, std::int64_t leaves) { add("=" + n(id) + ":" + n(leaves)); }
  void reduced(std::uint64_t id, std::int64_t leaves) { add("~" + n(id) + ":" + n(leaves)); }
  void phase(TradingPhase p) { add("#" + std::string(name_of(p))); }
  void indicated(std::int64_t price, std::int64_t matched, std::int64_t imbalance, Side side) {
    add("i" + n(price) + ":" + n(matched) + "/" + n(imbalance) + (side == Side::buy ? "b" : "s"));
  }
};

struct Rig {
  Exchange x;
  Log log;
  std::uint64_t ids = 0;

  explicit Rig(Allocation a = Allocation::price_time) : x(a) {}
  std::string said() { return std::exchange(log.text, {}); }
  std::string place(Incoming o) {
    o.id = ++ids;
    x.place(o, log);
    return said();
  }
  std::string limit(Side side, std::int64_t price, std::int64_t lots, TimeInForce tif = TimeInForce::gtc) {
    return place({0, lots, price, 0, side, OrderType::limit, tif});
  }
  std::string market(Side side, std::int64_t lots) { return place({0, lots, 0, 0, side, OrderType::market, TimeInForce::gtc}); }
  std::string iceberg(Side side, std::int64_t price, std::int64_t lots, std::int64_t display) {
    Incoming o{0, lots, price, 0, side, OrderType::limit, TimeInForce::gtc};
    o.display = display;
    return place(o);
  }
  std::string hidden(Side side, std::int64_t price, std::int64_t lots, std::int64_t minimum) {
    Incoming o{0, lots, price, 0, side, OrderType::limit, TimeInForce::gtc};
    o.minimum = minimum;
    return place(o);
  }
  std::string peg(Side side, Peg follows, std::int64_t offset, std::int64_t bound = 0) {
    Incoming o{0, 5, bound, 0, side, OrderType::pegged, TimeInForce::gtc};
    o.peg = follows;
    o.offset = offset;
    return place(o);
  }
  std::string own(Side side, std::int64_t price, std::int64_t lots, SelfMatch policy, std::int64_t display = 0) {
    Incoming o{0, lots, price, 0, side, OrderType::limit, TimeInForce::gtc, 9};
    o.self_match = policy;
    o.display = display;
    return place(o);
  }
  std::string cancel(std::uint64_t id) {
    EXPECT_TRUE(x.cancel(x.locate(id), id, log));
    return said();
  }
  std::string replace(std::uint64_t id, std::int64_t price, std::int64_t lots) {
    const auto why = x.replace(x.locate(id), id, price, lots, log);
    return why == Reason::none ? said() : std::string(name_of(why)) + said();
  }
  std::string phase(TradingPhase p) {
    x.phase(p, log);
    return said();
  }
  std::int64_t at(std::uint64_t id) { return x.limit(x.locate(id)); }
};
constexpr Side buy = Side::buy, sell = Side::sell;

TEST(exchange, refuses_bad_orders_and_nothing_else_changes) {
  Rig r;
  r.limit(sell, 100, 5);
  ByteWriter before;
  r.x.save(before);
  const Incoming good{0, 5, 90, 0, buy, OrderType::limit, TimeInForce::gtc};
  const auto bad = [&](auto change, const char* why = "venue_bad_order") {
    Incoming o = good;
    change(o);
    const auto got = r.place(o);
    EXPECT_EQ(got, "!" + std::to_string(r.ids) + ":" + why);
    ByteWriter after;
    r.x.save(after);
    EXPECT_EQ(after.bytes(), before.bytes()) << why;
  };
  bad([](auto& o) { o.quantity = 0; });
  bad([](auto& o) { o.quantity = greatest + 1; });
  bad([](auto& o) { o.limit = 0; });
  bad([](auto& o) { o.limit = greatest + 1; });
  bad([](auto& o) { o.type = OrderType::stop; });
  bad([](auto& o) { o.type = OrderType::stop_limit; });
  bad([](auto& o) { o.type = OrderType::trailing_stop; });
  bad([](auto& o) { o.display = 6; });
  bad([](auto& o) { o.display = -1; });
  bad([](auto& o) { o.minimum = 6; });
  bad([](auto& o) { o.minimum = -1; });
  bad([](auto& o) { o.display = o.minimum = 1; });
  bad([](auto& o) { o.display = 1, o.tif = TimeInForce::ioc; });
  bad([](auto& o) { o.display = 1, o.type = OrderType::market; });
  bad([](auto& o) { o.post_only = true, o.type = OrderType::market; });
  bad([](auto& o) { o.post_only = true, o.tif = TimeInForce::fok; });
  bad([](auto& o) { o.type = OrderType::pegged, o.tif = TimeInForce::ioc; });
  bad([](auto& o) { o.type = OrderType::pegged, o.limit = -1; });
  bad([](auto& o) { o.type = OrderType::pegged, o.offset = -greatest - 1; });
  bad([](auto& o) { o.minimum = 1, o.tif = TimeInForce::at_open; });
  bad([](auto& o) { o.type = OrderType::stop, o.stop = 1, o.tif = TimeInForce::at_close; });
  bad([](auto& o) { o.tif = TimeInForce::at_open; }, "venue_closed");
  bad([](auto& o) { o.post_only = true, o.limit = 100; }, "venue_would_trade");
  bad([](auto& o) { o.type = OrderType::market, o.side = sell; }, "venue_no_liquidity");
  bad([](auto& o) { o.type = OrderType::market_to_limit, o.side = sell; }, "venue_no_liquidity");
  bad([](auto& o) { o.type = OrderType::pegged; }, "venue_no_reference");
  r.x.band(95, 105, r.log);
  before.clear();
  r.x.save(before);
  bad([](auto&) {}, "venue_band");
}

TEST(exchange, an_iceberg_shows_a_part_and_refills_at_the_back) {
  Rig r;
  r.iceberg(sell, 100, 12, 5);
  r.limit(sell, 100, 4);
  EXPECT_EQ(r.x.shown(r.x.locate(1)), 5);
  EXPECT_EQ(r.x.leaves(r.x.locate(1)), 12);
  EXPECT_EQ(r.limit(buy, 100, 7), "+3 1x3@100:5 2x3@100:2");
  EXPECT_EQ(r.limit(buy, 100, 9), "+4 2x4@100:2 1x4@100:5 1x4@100:2");
  EXPECT_EQ(r.x.size(), 0u);
  r.iceberg(sell, 100, 12, 5);
  EXPECT_EQ(r.replace(5, 100, 8), "=5:8");
  EXPECT_EQ(r.x.shown(r.x.locate(5)), 5) << "the reserve goes first";
  EXPECT_EQ(r.replace(5, 100, 3), "=5:3");
  EXPECT_EQ(r.x.shown(r.x.locate(5)), 3);
}

TEST(exchange, a_hidden_minimum_trades_with_one_large_enough) {
  Rig r;
  EXPECT_EQ(r.hidden(sell, 100, 10, 4), "+1");
  r.limit(sell, 100, 2);
  EXPECT_EQ(r.limit(buy, 100, 3, TimeInForce::ioc), "+3 2x3@100:2 -3:1:venue_unfilled")
      << "displayed first, then too small for the hidden one";
  EXPECT_EQ(r.limit(buy, 101, 7, TimeInForce::ioc), "+4 1x4@100:7");
  EXPECT_EQ(r.limit(buy, 100, 2, TimeInForce::ioc), "+5 -5:2:venue_unfilled");
  EXPECT_EQ(r.limit(buy, 100, 3, TimeInForce::ioc), "+6 1x6@100:3") << "its leaves are less than its minimum";
  r.limit(sell, 100, 2);
  r.limit(sell, 101, 6);
  EXPECT_EQ(r.hidden(buy, 101, 9, 5), "+9 8x9@101:6") << "the first was too small; the rest, 3, finds nobody with 3";
  EXPECT_FALSE(r.x.displayed(r.x.locate(9)));
  EXPECT_EQ(r.limit(sell, 99, 2), "+10") << "it rests through the hidden one, which waits for 3";
  EXPECT_EQ(r.limit(sell, 99, 4), "+11 9x11@101:3");
}

TEST(exchange, pegs_follow_their_reference_and_never_take) {
  Rig r;
  EXPECT_EQ(r.peg(buy, Peg::primary, 0), "!1:venue_no_reference");
  r.limit(buy, 90, 5);
  r.limit(sell, 101, 5);
  r.peg(buy, Peg::primary, 1);
  EXPECT_EQ(r.at(4), 91);
  r.peg(buy, Peg::mid, 0);
  EXPECT_EQ(r.at(5), 95);
  r.peg(sell, Peg::mid, 0);
  EXPECT_EQ(r.at(6), 96);
  r.peg(buy, Peg::market, 5);
  EXPECT_EQ(r.at(7), 95) << "one tick from the best of the other side, pegs included";
  r.peg(buy, Peg::market, -2, 93);
  EXPECT_EQ(r.at(8), 93) << "bounded by its limit";
  r.limit(buy, 94, 1);
  EXPECT_EQ(r.at(4), 95);
  EXPECT_EQ(r.at(5), 95) << "the sell peg still stood at 96 when it was its turn";
  EXPECT_EQ(r.at(6), 98);
  EXPECT_EQ(r.market(sell, 2), "+10 7x10@97:2");
  r.cancel(2);
  r.cancel(9);
  EXPECT_EQ(r.at(4), 0) << "nothing displayed but pegs: it waits unpriced";
  r.limit(buy, 80, 1);
  EXPECT_EQ(r.at(4), 81);
}

TEST(exchange, stops_trigger_by_nearest_price_and_trail) {
  Rig r;
  r.limit(sell, 100, 1);
  r.limit(sell, 102, 1);
  r.limit(sell, 105, 9);
  const auto stop = [&](std::int64_t at, OrderType type = OrderType::stop, std::int64_t limit = 0) {
    return r.place({0, 1, limit, at, buy, type, TimeInForce::gtc});
  };
  EXPECT_EQ(stop(102), "+4");
  EXPECT_EQ(stop(100, OrderType::stop_limit, 101), "+5");
  EXPECT_EQ(r.market(buy, 1), "+6 1x6@100:1 *5") << "a stop limit rests at its limit";
  EXPECT_EQ(r.market(buy, 1), "+7 2x7@102:1 *4 3x4@105:1");
  EXPECT_EQ(stop(99), "+8 *8 3x8@105:1") << "already through";
  Incoming trailing{0, 2, 0, 0, sell, OrderType::trailing_stop, TimeInForce::gtc};
  trailing.offset = 3;
  r.place(trailing);
  r.x.reference(107, r.log);
  r.x.reference(105, r.log);
  EXPECT_EQ(r.said(), "");
  r.x.reference(104, r.log);
  EXPECT_EQ(r.said(), "*9 5x9@101:1 -9:1:venue_unfilled") << "104 is 3 behind 107";
  EXPECT_EQ(r.replace(5, 101, 2), "venue_unknown_order");
}

TEST(exchange, market_to_limit_rests_at_its_first_price) {
  Rig r;
  r.limit(sell, 100, 2);
  r.limit(sell, 101, 2);
  EXPECT_EQ(r.place({0, 5, 0, 0, buy, OrderType::market_to_limit, TimeInForce::gtc}), "+3 1x3@100:2");
  EXPECT_EQ(r.at(3), 100);
  EXPECT_EQ(r.limit(sell, 99, 1), "+4 3x4@100:1");
  EXPECT_EQ(r.replace(3, 101, 1), "=3:1 2x3@101:1") << "a limit order from then on";
}

TEST(exchange, self_match_policies) {
  const auto meeting = [](SelfMatch policy, std::int64_t display = 0) {
    Rig r;
    r.own(sell, 100, 5, SelfMatch::allow, display);
    r.limit(sell, 100, 2);
    const auto said = r.own(buy, 100, 6, policy);
    return said + (r.x.locate(1) != 0 ? " open" : "");
  };
  EXPECT_EQ(meeting(SelfMatch::allow), "+3 1x3@100:5 2x3@100:1");
  EXPECT_EQ(meeting(SelfMatch::cancel_newest), "+3 -3:6:venue_self_match open");
  EXPECT_EQ(meeting(SelfMatch::cancel_oldest), "+3 -1:5:venue_self_match 2x3@100:2");
  EXPECT_EQ(meeting(SelfMatch::cancel_both), "+3 -1:5:venue_self_match -3:6:venue_self_match");
  EXPECT_EQ(meeting(SelfMatch::decrement), "+3 -1:5:venue_self_match ~3:1 2x3@100:1");
  EXPECT_EQ(meeting(SelfMatch::decrement, 1), "+3 -1:5:venue_self_match ~3:1 2x3@100:1") << "an iceberg counts whole";
  Rig r;
  r.own(sell, 100, 9, SelfMatch::allow, 2);
  EXPECT_EQ(r.own(buy, 100, 3, SelfMatch::decrement), "+2 ~1:6 -2:3:venue_self_match");
  Incoming fok{0, 3, 100, 0, buy, OrderType::limit, TimeInForce::fok, 9};
  fok.self_match = SelfMatch::cancel_oldest;
  EXPECT_EQ(r.place(fok), "+3 -3:3:venue_unfilled") << "what self-match would cancel does not fill a FOK";
  EXPECT_EQ(r.x.leaves(r.x.locate(1)), 6);
}

TEST(exchange, pro_rata_shares_by_size_and_the_rest_by_arrival) {
  Rig r(Allocation::pro_rata);
  r.limit(sell, 100, 3);
  r.limit(sell, 100, 5);
  r.iceberg(sell, 100, 9, 2);
  EXPECT_EQ(r.limit(buy, 100, 7), "+4 1x4@100:3 2x4@100:3 3x4@100:1") << "7 of 10: 2.1, 3.5, 1.4; one over goes to the first";
  EXPECT_EQ(r.limit(buy, 100, 5), "+5 2x5@100:2 3x5@100:1 3x5@100:2") << "then the next round";
}

TEST(exchange, replace_keeps_the_place_only_downwards) {
  Rig r;
  r.limit(buy, 10, 5);
  r.limit(buy, 10, 5);
  EXPECT_EQ(r.replace(1, 10, 4), "=1:4");
  EXPECT_EQ(r.limit(sell, 10, 1), "+3 1x3@10:1");
  EXPECT_EQ(r.replace(1, 10, 7), "=1:7");
  EXPECT_EQ(r.limit(sell, 10, 1), "+4 2x4@10:1");
  Incoming post{0, 5, 12, 0, sell, OrderType::limit, TimeInForce::gtc};
  post.post_only = true;
  r.place(post);
  EXPECT_EQ(r.replace(5, 10, 5), "venue_would_trade");
  EXPECT_EQ(r.at(5), 12);
  EXPECT_EQ(r.replace(5, 0, 5), "venue_bad_order");
  EXPECT_EQ(r.replace(5, 11, 0), "venue_bad_order");
  EXPECT_EQ(r.replace(5, 11, 6), "=5:6");
}

TEST(exchange, an_auction_gathers_indicates_and_uncrosses) {
  Rig r;
  EXPECT_EQ(r.phase(TradingPhase::opening_auction), "#opening_auction");
  EXPECT_EQ(r.limit(buy, 102, 5), "+1");
  EXPECT_EQ(r.limit(sell, 100, 3), "+2 i100:3/2b") << "all of 100 to 102 match 3; none traded yet: nearest to 0";
  EXPECT_EQ(r.limit(sell, 101, 4, TimeInForce::at_open), "+3 i101:5/2s");
  EXPECT_EQ(r.market(buy, 1), "+4 i101:6/1s");
  EXPECT_EQ(r.place({0, 3, 0, 0, buy, OrderType::market_to_limit, TimeInForce::gtc}), "+5 i101:7/2b");
  EXPECT_EQ(r.limit(buy, 99, 1, TimeInForce::ioc), "!6:venue_closed");
  EXPECT_EQ(r.phase(TradingPhase::continuous), "2x4@101:1 2x5@101:2 3x5@101:1 1x3@101:3 #continuous");
  EXPECT_EQ(r.at(1), 102);
  EXPECT_EQ(r.x.leaves(r.x.locate(1)), 2);
  r.phase(TradingPhase::closing_auction);
  r.market(sell, 5);
  EXPECT_EQ(r.phase(TradingPhase::closed), "1x7@102:2 -7:3:venue_unfilled #closed");
}

TEST(exchange, unmatched_auction_orders_end_and_market_to_limit_rests) {
  Rig r;
  r.phase(TradingPhase::opening_auction);
  r.limit(sell, 100, 3, TimeInForce::at_open);
  r.place({0, 5, 0, 0, buy, OrderType::market_to_limit, TimeInForce::gtc});
  r.limit(sell, 105, 3, TimeInForce::at_open);
  EXPECT_EQ(r.phase(TradingPhase::continuous), "1x2@105:3 2x3@105:2 -3:1:venue_unfilled #continuous");
  r.phase(TradingPhase::volatility_auction);
  r.limit(sell, 100, 1);
  r.place({0, 5, 0, 0, buy, OrderType::market_to_limit, TimeInForce::gtc});
  EXPECT_EQ(r.phase(TradingPhase::halted), "#halted");
  EXPECT_EQ(r.limit(buy, 1, 1), "!6:venue_halted");
  EXPECT_EQ(r.phase(TradingPhase::continuous), "4x5@100:1 #continuous") << "what gathered is uncrossed after the halt";
  EXPECT_EQ(r.at(5), 100);
}

TEST(exchange, at_close_waits_for_the_closing_auction_and_day_ends_with_the_close) {
  Rig r;
  EXPECT_EQ(r.limit(sell, 90, 5, TimeInForce::at_close), "+1");
  EXPECT_EQ(r.limit(buy, 95, 3, TimeInForce::day), "+2") << "kept aside, it does not trade";
  r.limit(buy, 80, 1);
  EXPECT_EQ(r.phase(TradingPhase::closing_auction), "#closing_auction i90:3/2s");
  EXPECT_EQ(r.phase(TradingPhase::closed), "2x1@90:3 -1:2:venue_unfilled #closed");
  EXPECT_EQ(r.limit(buy, 80, 1), "!4:venue_closed");
  r.phase(TradingPhase::continuous);
  r.limit(buy, 81, 1, TimeInForce::day);
  r.limit(sell, 99, 1, TimeInForce::at_close);
  EXPECT_EQ(r.phase(TradingPhase::closed), "#closed -6:1:venue_unfilled e5:1");
  EXPECT_EQ(r.cancel(3), "-3:1");
}

TEST(exchange, an_iceberg_keeps_its_arrival_in_an_uncross) {
  Rig r;
  r.phase(TradingPhase::volatility_auction);
  r.iceberg(sell, 100, 10, 4);
  r.limit(sell, 100, 3);
  r.limit(buy, 100, 5);
  EXPECT_EQ(r.phase(TradingPhase::continuous), "1x3@100:5 #continuous");
  EXPECT_EQ(r.x.shown(r.x.locate(1)), 4);
  EXPECT_EQ(r.limit(buy, 100, 1), "+4 1x4@100:1");
}

TEST(exchange, bands_cancel_and_bound) {
  Rig r;
  r.limit(sell, 120, 1);
  r.limit(sell, 105, 1);
  r.place({0, 1, 130, 110, buy, OrderType::stop_limit, TimeInForce::gtc});
  r.x.band(90, 110, r.log);
  EXPECT_EQ(r.said(), "-1:1:venue_band -3:1:venue_band");
  r.limit(sell, 110, 1);
  r.x.band(90, 109, r.log);
  EXPECT_EQ(r.said(), "-4:1:venue_band");
  EXPECT_EQ(r.market(buy, 2), "+5 2x5@105:1 -5:1:venue_unfilled");
  EXPECT_EQ(r.limit(buy, 111, 1), "!6:venue_band");
}

TEST(exchange, mass_cancels_go_by_id) {
  Rig r;
  r.own(buy, 10, 1, SelfMatch::allow);
  r.limit(buy, 10, 1);
  r.own(sell, 20, 1, SelfMatch::allow);
  r.own(buy, 11, 1, SelfMatch::allow);
  r.x.mass_cancel(9, buy, r.log);
  EXPECT_EQ(r.said(), "-1:1 -4:1");
  r.x.mass_cancel(0, r.log);
  EXPECT_EQ(r.said(), "-2:1 -3:1");
}

// Random messages of every kind; what always holds is checked after each.
class Storm {
 public:
  explicit Storm(Allocation a, std::uint64_t seed) : random_(seed), a_(a), x_(a), twin_(a) {}

  void run(int messages) {
    for (int i = 0; i < messages && !::testing::Test::HasFatalFailure(); ++i) {
      step();
      ASSERT_EQ(log_.text, other_.text) << "a loaded exchange goes on alike, message " << i;
      check(i);
      log_.text.clear();
      other_.text.clear();
      if (i % 53 == 0) reload();
    }
  }

 private:
  // Counts what each order has open, as the events tell it.
  struct Counting : Log {
    std::map<std::uint64_t, std::int64_t> open;
    std::uint64_t incoming = 0;
    std::int64_t lots = 0;
    void accepted(std::uint64_t id) { Log::accepted(id), open[id] = lots; }
    void take(std::uint64_t id, std::int64_t n) {
      ASSERT_GE(open[id], n) << "more traded than open";
      if ((open[id] -= n) == 0) open.erase(id);
    }
    void trade(std::uint64_t maker, std::uint64_t taker, std::int64_t price, std::int64_t n) {
      Log::trade(maker, taker, price, n);
      ASSERT_GT(n, 0);
      take(maker, n);
      take(taker, n);
    }
    void cancelled(std::uint64_t id, std::int64_t leaves, Reason why) {
      Log::cancelled(id, leaves, why);
      ASSERT_EQ(open[id], leaves) << "order " << id;
      open.erase(id);
    }
    void expired(std::uint64_t id, std::int64_t leaves) {
      Log::expired(id, leaves);
      ASSERT_EQ(open[id], leaves);
      open.erase(id);
    }
    void replaced(std::uint64_t id, std::int64_t leaves) { Log::replaced(id, leaves), open[id] = leaves; }
    void reduced(std::uint64_t id, std::int64_t leaves) { Log::reduced(id, leaves), open[id] = leaves; }
  };

  std::int64_t below(std::int64_t n) {
    random_ = random_ * 6364136223846793005u + 1442695040888963407u;
    return static_cast<std::int64_t>((random_ >> 33) % static_cast<std::uint64_t>(n));
  }
  template <class F>
  void both(F&& f) {
    f(x_, log_);
    f(twin_, other_);
  }
  void step() {
    const auto k = below(100);
    const auto id = ids_ == 0 ? 0 : ids_ - static_cast<std::uint64_t>(below(static_cast<std::int64_t>(std::min<std::uint64_t>(ids_, 40))));
    if (k < 62) return place();
    if (k < 74) return both([&](Exchange& x, auto& log) { x.cancel(x.locate(id), id, log); });
    if (k < 76) return both([&](Exchange& x, auto& log) { x.expire(x.locate(id), id, log); });
    if (k < 88) {
      const auto price = 90 + below(21), lots = below(25);
      return both([&](Exchange& x, auto& log) { x.replace(x.locate(id), id, price, lots, log); });
    }
    if (k < 92) {
      const auto price = 90 + below(21);
      return both([&](Exchange& x, auto& log) { x.reference(price, log); });
    }
    if (k < 93) {
      const auto owner = static_cast<std::uint32_t>(below(4));
      return both([&](Exchange& x, auto& log) { x.mass_cancel(owner, log); });
    }
    if (k < 95) {
      const auto low = 85 + below(8), high = 105 + below(12);
      return both([&](Exchange& x, auto& log) { x.band(low, high, log); });
    }
    const auto p = below(3) ? TradingPhase::continuous : static_cast<TradingPhase>(below(6));
    both([&](Exchange& x, auto& log) { x.phase(p, log); });
  }
  void place() {
    Incoming o{++ids_, 1 + below(20), 90 + below(21), 90 + below(21), static_cast<Side>(below(2)), OrderType::limit, TimeInForce::gtc};
    o.owner = static_cast<std::uint32_t>(below(4));
    if (below(3) == 0) o.type = static_cast<OrderType>(below(7));
    if (below(3) == 0) o.tif = static_cast<TimeInForce>(below(7));
    if (below(5) == 0) o.display = 1 + below(5);
    if (below(6) == 0) o.minimum = 1 + below(8);
    o.offset = below(7) - 2;
    o.peg = static_cast<Peg>(below(3));
    if (below(3) == 0) o.self_match = static_cast<SelfMatch>(below(5));
    o.post_only = below(9) == 0;
    if (o.type == OrderType::pegged && below(2)) o.limit = 0;
    if (o.type == OrderType::trailing_stop && below(2)) o.stop = 0;
    log_.lots = other_.lots = o.quantity;
    both([&](Exchange& x, auto& log) { x.place(o, log); });
  }
  void check(int message) {
    ASSERT_EQ(x_.size(), log_.open.size()) << "message " << message << ": " << log_.text;
    for (const auto& [id, lots] : log_.open) {
      const auto h = x_.locate(id);
      ASSERT_NE(h, 0u) << "order " << id;
      ASSERT_EQ(x_.leaves(h), lots) << "order " << id << " message " << message << ": " << log_.text;
    }
    const Book& b = x_.book();
    if (x_.phase() == TradingPhase::continuous && !b.empty(buy) && !b.empty(sell)) {
      ASSERT_LT(b.best(buy), b.best(sell)) << "message " << message << ": " << log_.text;
    }
  }
  void reload() {
    ByteWriter w, again;
    x_.save(w);
    Exchange copy;
    ByteReader r(w.bytes());
    copy.load(r);
    ASSERT_TRUE(r.at_end());
    copy.save(again);
    ASSERT_EQ(again.bytes(), w.bytes());
    twin_ = std::move(copy);
  }

  std::uint64_t random_, ids_ = 0;
  Allocation a_;
  Exchange x_, twin_;
  Counting log_, other_;
};

TEST(exchange, quantity_is_conserved_the_book_uncrossed_and_a_loaded_one_goes_on_alike) {
  for (std::uint64_t seed = 1; seed <= 30; ++seed) Storm(Allocation::price_time, seed).run(2000);
  for (std::uint64_t seed = 1; seed <= 15; ++seed) Storm(Allocation::pro_rata, seed).run(2000);
}

}  // namespace
}  // namespace trade::matching
