#include "domain/matching/funding.h"

#include <algorithm>

namespace trade::matching {

Ratio premium(Price bid, Price ask, Price index) {
  CHECK(index.units > 0, "premium over a known index");
  int128 over = 0;
  if (bid.units != 0 && bid > index) over += bid.units - index.units;
  if (ask.units != 0 && ask < index) over -= index.units - ask.units;
  return Ratio{static_cast<std::int64_t>(divide_half_even(over * decimal_one, index.units))};
}

Ratio funding_rate(Ratio average, const FundingRule& rule) {
  const auto pull = rule.interest - average;
  return average + max(-rule.clamp, min(rule.clamp, pull));
}

void Funding::take_sample(Price bid, Price ask) {
  if (index.units <= 0) return;
  ++samples_;
  weighted_ += static_cast<int128>(premium(bid, ask, index).units) * static_cast<std::int64_t>(samples_);
  if (bid.units == 0 || ask.units == 0) return;
  if (basis_.size() == basis_samples) basis_.erase(basis_.begin());
  basis_.push_back(bid.units + (ask.units - bid.units) / 2 - index.units);
}

std::optional<Ratio> Funding::end_interval(const FundingRule& rule) {
  if (samples_ == 0) return std::nullopt;
  const auto weights = static_cast<int128>(samples_) * static_cast<std::int64_t>(samples_ + 1) / 2;
  last_ = funding_rate(Ratio{static_cast<std::int64_t>(divide_half_even(weighted_, weights))}, rule);
  weighted_ = 0;
  samples_ = 0;
  return last_;
}

Price Funding::mark(Price last_trade, Duration left, const FundingRule& rule) const {
  std::vector<std::int64_t> known;
  if (index.units > 0) {
    const int128 carried = static_cast<int128>(index.units) * last_.units;
    known.push_back(index.units + static_cast<std::int64_t>(divide_half_even(carried * left.ns / rule.interval.ns, decimal_one)));
  }
  if (index.units > 0 && !basis_.empty()) {
    int128 sum = 0;
    for (const auto b : basis_) sum += b;
    known.push_back(index.units + static_cast<std::int64_t>(divide_half_even(sum, static_cast<int128>(basis_.size()))));
  }
  if (last_trade.units > 0) known.push_back(last_trade.units);
  if (known.empty()) return {};
  std::stable_sort(known.begin(), known.end());
  if (known.size() == 2) return Price{known[0] + (known[1] - known[0]) / 2};
  return Price{known[known.size() / 2]};
}

}  // namespace trade::matching
