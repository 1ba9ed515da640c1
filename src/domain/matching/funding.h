#pragma once
#include <optional>
#include <vector>

#include "core/decimal.h"
#include "core/fields.h"
#include "core/time.h"

namespace trade::matching {

// How a perpetual's funding is reckoned: Binance, "Introduction to Binance Futures Funding Rates" and "Mark Price" (USD-M), with the best
// bid and ask for the impact prices. interval 0: none. `interest` is per interval.
struct FundingRule {
  Duration interval{};
  Duration sample = seconds(60);
  Ratio interest{10'000};  // 0.01 %
  Ratio clamp{50'000};     // 0.05 %
  FIELDS(FundingRule, interval, sample, interest, clamp)
};

// (max(0, bid - index) - max(0, index - ask)) / index, half even to 1e-8; a side that is absent (0) adds nothing. index > 0.
Ratio premium(Price bid, Price ask, Price index);
// average + clamp(interest - average, -clamp, +clamp).
Ratio funding_rate(Ratio average, const FundingRule& rule);

// The premium of one perpetual over an interval, and its mark price.
class Funding {
 public:
  // The latest sample weighs most: the n-th of the interval n times. Ignored without an index.
  void take_sample(Price bid, Price ask);
  // Ends the interval: its rate. nullopt when no sample was taken; nothing is due then.
  std::optional<Ratio> end_interval(const FundingRule& rule);
  // The median of index x (1 + last rate x share of the interval left), index + mean of the last 30 sampled (bid + ask) / 2 - index, and
  // the last trade; of those that are known. 0: none is.
  Price mark(Price last_trade, Duration left, const FundingRule& rule) const;

  Price index;  // 0: not known
  FIELDS(Funding, index, weighted_, samples_, basis_, last_)

 private:
  static constexpr std::size_t basis_samples = 30;
  int128 weighted_{};                // sum of n x premium, in 1e-8
  std::uint64_t samples_{};          // of this interval
  std::vector<std::int64_t> basis_;  // mid - index in 1e-8, oldest first
  Ratio last_;
};

}  // namespace trade::matching
