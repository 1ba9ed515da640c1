#pragma once
#include <array>
#include <map>
#include <vector>

#include "routing/tape.h"
#include "runtime/testing.h"
#include "services/trading/exeq/exeq.h"

namespace trade::tape {

// A way to the recorded market: its fee, how long each way takes, and how often an order is refused.
struct Site {
  Ratio taker_fee;
  Duration lag;
  int rejects = 0;  // percent
};

// An order to be done, at any price, from `time` on.
struct Wish {
  Time time;
  Side side{};
  Quantity quantity;
};

// Does the wishes one by one over the two sites, each time sending what was refused again as soon as that is known, through exeq:
// routed by it, or each piece pinned to the venue that best-price-first chooses from the same delayed quotes (equal prices: the larger
// quantity shown, then the first venue), by price alone or by price and fee.
enum class Chooser { exeq, best_price, best_price_and_fee };

class Trial {
 public:
  Trial(const Tape& tape, const std::array<Site, 2>& sites, Chooser chooser, std::uint64_t seed);
  // What each wish cost in basis points against the mid price at its time, fees included; negative infinity: not done by the end.
  std::vector<double> work(const std::vector<Wish>& wishes);

  // Counted apart from exeq: the most that was ever at the venues of a wish beyond its quantity.
  Quantity most_over() const { return most_over_; }
  std::uint64_t sent(std::size_t site) const { return sent_[site]; }
  std::uint64_t refused() const { return refused_; }

 private:
  struct Open {
    std::size_t wish = 0;
    VenuePlace place;
    bool refused = false;
  };
  struct Done {
    Quantity asked, out, filled;  // out: at the venues and not answered
    int128 paid{};                // price x quantity, fee included
    int attempts = 0;
  };
  void show(std::size_t site, const Moment& m, Time now);
  void send(std::size_t wish, Quantity quantity, Time now);
  void place(std::size_t wish, Quantity quantity, VenueId venue, Time now);
  std::vector<std::pair<VenueId, Quantity>> best_first(Side side, Quantity quantity) const;
  void collect(std::size_t wish, Time now);
  void arrive(Open open, Time now);
  void answer(const Open& open, Time now);

  const Tape& tape_;
  std::array<Site, 2> sites_;
  Chooser chooser_;
  std::uint64_t seed_;
  TestBench bench_;
  std::array<Moment, 2> seen_{};
  std::array<std::size_t, 2> last_depth_{};
  std::multimap<Time, Open> on_the_way_, on_the_way_back_;
  std::vector<Wish> wishes_;
  std::vector<Done> done_;
  std::map<ChildId, Quantity> filled_at_;
  std::uint64_t last_order_ = 0, refused_ = 0;
  std::array<std::uint64_t, 2> sent_{};
  Quantity most_over_;
};

}  // namespace trade::tape
