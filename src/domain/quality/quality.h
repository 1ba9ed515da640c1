#pragma once
#include <algorithm>
#include <array>
#include <limits>
#include <vector>

#include "core/int128.h"
#include "core/time.h"
#include "domain/facts/order.h"

// How well orders were executed. Sums are integers (price x quantity in units of 1e-16, contract sizes cancel out); a figure is a quotient
// of two of them, made when asked. Signs are the trader's: a positive cost or slippage is money lost. Definitions after Kissell, "The
// Science of Algorithmic Trading and Portfolio Management" (2013), and SEC Rule 605 (effective and realised spread).
namespace trade {

// A cost against the value it was paid on.
struct CostSum {
  int128 cost{}, value{};
  FIELDS(CostSum, cost, value)
};
// In basis points of the value; 0 when there is none.
double bps(const CostSum& s);
void add(CostSum& into, const CostSum& s);
// part / whole; 0 when the whole is.
double share(int128 part, int128 whole);

inline constexpr std::array<Duration, 3> quality_horizons = {seconds(1), seconds(5), seconds(60)};

// Of a fill at price p of side s (+1 buy, -1 sell), with mid prices a when its order arrived, d when its child was sent, m before the fill
// and h one horizon after it:
//   arrival = s (p - a)      slippage of the whole decision       route    = s (p - d)       slippage since the child was sent
//   effective = 2 s (p - m)  effective spread                     realised = 2 s (p - h)     what of it the other side kept
//   impact = s (m - a)       how far the market went with us      reverted = s (m - h)       how much of it came back
//   regret = what was paid, fee included, less what the best venue showed, fee included, when the child was sent
struct FillQuality {
  std::uint64_t fills{};
  CostSum arrival, route, effective, impact, regret;
  std::array<CostSum, quality_horizons.size()> realised, reverted;
  FIELDS(FillQuality, fills, arrival, route, effective, impact, regret, realised, reverted)
};

// A fill to be judged; prices that are not known are 0 and leave out what needs them. `paid` and `best` are unit costs of a buyer (price
// and fee; of a seller with its sign turned) in units of 1e-8; best 0: unknown.
struct JudgedFill {
  Side side{};
  Price price;
  Quantity quantity;
  Price arrival, route, mid;
  std::int64_t paid{}, best{};
};
// Prices above 0, quantity above 0, and the value below 1e14: else it cannot be true and is left out.
bool measurable(const JudgedFill& f);
void note_fill(FillQuality& q, const JudgedFill& f);
// What the price did in the time after it; `horizon` an index of quality_horizons.
void note_later(FillQuality& q, const JudgedFill& f, std::size_t horizon, Price later);
void add(FillQuality& into, const FillQuality& q);

// Fills of one instrument that wait for the prices that come after them, in the order of their times. The price in force at an instant is
// the last one before it.
class Aftermath {
 public:
  struct Waiting {
    std::uint64_t line{};  // what it is to be counted under
    Side side{};
    Price price, mid;
    Quantity quantity;
    Time at;
    FIELDS(Waiting, line, side, price, mid, quantity, at)
  };
  static constexpr std::size_t most_waiting = 10'000;  // later fills are not followed

  // Whether a change of the price at `now` ends a wait.
  bool due(Time now) const { return now > next; }
  void add(const Waiting& w) {
    if (waiting.size() - reached.back() >= most_waiting) return;
    waiting.push_back(w);
    next = std::min(next, w.at + quality_horizons.front());
  }
  // The price changes at `now`; before it was `last` (0: none). judge(const Waiting&, horizon, last) is called for each instant passed.
  template <class Judge>
  void price_changes(Price last, Time now, Judge&& judge) {
    for (std::size_t h = 0; h < quality_horizons.size(); ++h)
      for (; reached[h] < waiting.size() && waiting[reached[h]].at + quality_horizons[h] < now; ++reached[h])
        if (last != Price{}) judge(waiting[reached[h]], h, last);
    forget();
  }

  std::vector<Waiting> waiting;
  std::array<std::uint64_t, quality_horizons.size()> reached{};  // of each horizon: the first that it has not come to
  Time next{std::numeric_limits<std::int64_t>::max()};           // the earliest instant waited for
  FIELDS(Aftermath, waiting, reached, next)

 private:
  void forget();
};

// How long something takes: counts by size, 8 steps to a doubling.
struct Latencies {
  std::uint64_t count{};
  std::vector<std::uint32_t> steps;
  FIELDS(Latencies, count, steps)
};
void note(Latencies& l, Duration took);
// The duration that `percent` (0 to 100) of all do not pass, at most 1/8 too long; 0 when there is none.
Duration percentile(const Latencies& l, int percent);

}  // namespace trade
