#include "domain/risk/pace.h"

#include <algorithm>

namespace trade {

bool Bucket::take(Time now, std::uint32_t rate, std::uint32_t burst) {
  if (rate == 0) return true;
  constexpr int128 token = 1'000'000'000;
  used_ = std::max<int128>(0, used_ - static_cast<int128>((now - at_).ns) * rate);
  at_ = now;
  if (used_ + token > std::max<int128>(burst, 1) * token) return false;
  used_ += token;
  return true;
}

Reason RecentOrders::check(const OrderTerms& t, Time now, const Limits& l) {
  if (l.duplicates == 0) return Reason::none;
  std::erase_if(passed_, [now](const Passed& p) { return p.until <= now; });
  if (passed_.size() >= most) return Reason::risk_rate;
  const auto alike = std::count_if(passed_.begin(), passed_.end(), [&t](const Passed& p) {
    return p.instrument == t.instrument && p.side == t.side && p.quantity == t.quantity && p.limit == t.limit && p.stop == t.stop;
  });
  return alike >= l.duplicates ? Reason::risk_duplicate : Reason::none;
}

void RecentOrders::add(const OrderTerms& t, Time now, const Limits& l) {
  if (l.duplicates != 0) passed_.push_back({t.instrument, t.side, t.quantity, t.limit, t.stop, now + l.duplicate_window});
}

}  // namespace trade
