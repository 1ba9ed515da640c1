#pragma once
#include <cstdint>
#include <vector>

#include "core/fields.h"
#include "core/money.h"
#include "core/time.h"

namespace trade::matching {

// The rates of an account that has traded at least `volume` in the last 30 days (whole units of the currency its trades are valued in).
struct FeeTier {
  Price volume;
  Ratio maker, taker;
  bool operator==(const FeeTier&) const = default;
  FIELDS(FeeTier, volume, maker, taker)
};

// What one account has traded on each of the last 30 UTC days, today included; in one currency.
class RollingVolume {
 public:
  static constexpr std::int64_t days = 30;
  void add(Time now, const Money& value);
  Money of(Time now) const;
  FIELDS(RollingVolume, days_)

 private:
  struct Day {
    std::int64_t day{};  // since the epoch
    Money value;
    FIELDS(Day, day, value)
  };
  std::vector<Day> days_;  // ascending
};

// The last tier the volume reaches, the first when it reaches none. Tiers ascend by volume; one at least.
const FeeTier& tier_of(const std::vector<FeeTier>& tiers, const Money& volume);

}  // namespace trade::matching
