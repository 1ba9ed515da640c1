#include "domain/matching/fees.h"

namespace trade::matching {
namespace {

std::int64_t day_of(Time t) { return floor_to(t, seconds(86'400)).ns / seconds(86'400).ns; }

}  // namespace

void RollingVolume::add(Time now, const Money& value) {
  const auto today = day_of(now);
  if (days_.empty() || days_.back().day != today) days_.push_back({today, {}});
  days_.back().value += value;
  std::erase_if(days_, [&](const Day& d) { return d.day <= today - days; });
}

Money RollingVolume::of(Time now) const {
  Money sum;
  for (const auto& d : days_)
    if (d.day > day_of(now) - days) sum += d.value;
  return sum;
}

const FeeTier& tier_of(const std::vector<FeeTier>& tiers, const Money& volume) {
  CHECK(!tiers.empty(), "a venue with tiers");
  const FeeTier* found = &tiers.front();
  for (const auto& t : tiers)
    if (volume.units >= static_cast<int128>(t.volume.units) * decimal_one) found = &t;
  return *found;
}

}  // namespace trade::matching
