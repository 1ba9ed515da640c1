#pragma once
#include <cstdint>
#include <map>
#include <optional>
#include <vector>

#include "matching/flow.h"

namespace trade::matching_test {

// docs/matching_rules.md, sentence by sentence: every order in one ordered map, everything searched for, nothing kept that can be worked
// out. Written from the page alone; the page is the judge when it and the engine differ.
class NaiveExchange {
 public:
  enum class Place : std::uint8_t { book, stop, kept, beside, unpriced };
  struct Order {
    Terms terms;
    std::int64_t open{}, shown{};
    std::uint64_t arrival{};
    Place place{};
    std::int64_t price{};                   // where it stands in the book
    std::optional<std::int64_t> trigger{};  // of a waiting stop
    bool limit_now{};                       // triggered, or rested after market_to_limit: a limit order from then on
  };
  std::vector<Event> events;

  explicit NaiveExchange(bool pro_rata) : pro_rata_(pro_rata) {}

  void place(const Terms& t);
  bool cancel(std::uint64_t id);
  bool expire(std::uint64_t id);
  Reason replace(std::uint64_t id, std::int64_t limit, std::int64_t quantity);
  void mass_cancel(std::uint32_t owner, std::optional<Side> side);
  void phase(TradingPhase p);
  void band(std::int64_t low, std::int64_t high);
  void reference(std::int64_t price);

  const std::map<std::uint64_t, Order>& orders() const { return orders_; }

 private:
  Reason badly_made(const Terms& t) const;
  Reason refused(const Terms& t) const;
  Reason refused_in_continuous(const Terms& t) const;
  bool uses_limit(const Order& o) const;

  std::vector<Order*> standing(Side side);  // in the book, in the priority an incoming order meets them
  std::optional<std::int64_t> best_displayed(Side side, bool with_pegged) const;
  bool may_trade(const Order& in, const Order& rest) const;
  bool reaches(const Order& in, std::int64_t price) const;

  void work(Order in);                        // an incoming order, in continuous trading
  bool run(Order& in);                        // its trades; false: it ended by self-match
  void come_to_rest(Order in);
  bool own(Order& in, std::uint64_t rest);    // self-match; false: the incoming order ended
  void trade(Order& in, Order& rest, std::int64_t lots);
  void round(Order& in, std::int64_t price);  // of pro-rata
  void refill(Order& o, bool to_the_back);
  void seen(std::int64_t price, bool traded);

  void settle();
  bool trigger_one();
  void reprice_pegs();
  std::optional<std::int64_t> peg_price(const Order& o, std::optional<std::int64_t> bid, std::optional<std::int64_t> ask) const;
  struct Indication {
    std::int64_t price{}, matched{}, imbalance{};
    Side side{};
    bool operator==(const Indication&) const = default;
  };
  Indication indication() const;
  void say_indication();
  void uncross();
  void after_uncross(std::int64_t price);
  std::vector<Order*> auction_side(Side side, std::int64_t price);
  std::vector<std::uint64_t> by_arrival() const;

  void end(std::uint64_t id, Event::Kind how, Reason why);
  void say(Event e) { events.push_back(e); }

  bool pro_rata_;
  std::map<std::uint64_t, Order> orders_;  // by id
  std::uint64_t arrivals_ = 0;
  TradingPhase phase_ = TradingPhase::continuous;
  bool to_uncross_ = false;
  std::int64_t low_ = 1, high_ = INT64_MAX;
  std::optional<std::int64_t> last_seen_, last_trade_, reference_;
  Indication said_;
};

}  // namespace trade::matching_test
