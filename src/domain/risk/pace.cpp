#include "domain/risk/pace.h"

#include <algorithm>
#include <bit>

#include "core/digest.h"

namespace trade {
namespace {

constexpr Duration day = seconds(86'400);

}  // namespace

std::size_t RecentOrders::slot_of(const OrderTerms& t) {
  const auto side = static_cast<std::uint64_t>(t.side);
  const auto plain = static_cast<std::uint64_t>(t.quantity.units) * 0x9E3779B97F4A7C15ull +
                     static_cast<std::uint64_t>(t.limit.units) + static_cast<std::uint64_t>(t.stop.units);
  return mix64(plain ^ (t.instrument.value * 2 + side)) % slots;
}

Reason RecentOrders::check(const OrderTerms& t, Time now, const Limits& l) {
  if (l.duplicates == 0 || passed_.empty()) return Reason::none;
  auto& slot = passed_[slot_of(t)];
  std::erase_if(slot, [now](const Passed& p) { return p.until <= now; });
  if (slot.size() >= most) return Reason::risk_rate;
  const auto alike = std::count_if(slot.begin(), slot.end(), [&t](const Passed& p) {
    return p.instrument == t.instrument && p.side == t.side && p.quantity == t.quantity && p.limit == t.limit && p.stop == t.stop;
  });
  return alike >= l.duplicates ? Reason::risk_duplicate : Reason::none;
}

void RecentOrders::add(const OrderTerms& t, Time now, const Limits& l) {
  if (l.duplicates == 0) return;
  if (passed_.empty()) passed_.resize(slots);
  passed_[slot_of(t)].push_back({t.instrument, t.side, t.quantity, t.limit, t.stop, now + l.duplicate_window});
}

MoveWindow::Step MoveWindow::over(std::int64_t number) const {
  Step all{number, {}, {}};
  for (const Step& s : steps_) {
    if (s.high.units == 0 || s.number <= number - steps) continue;
    all.low = all.low.units == 0 ? s.low : min(all.low, s.low);
    all.high = max(all.high, s.high);
  }
  return all;
}

void MoveWindow::see(Price p, Time now, Duration window) {
  const std::int64_t number = now.ns / std::max<std::int64_t>(window.ns / steps, 1);
  if (steps_.empty()) steps_.resize(static_cast<std::size_t>(steps));
  Step& s = steps_[static_cast<std::size_t>(number % steps)];
  if (s.number != number || s.high.units == 0) s = {number, p, p};
  s.low = min(s.low, p);
  s.high = max(s.high, p);
  if (all_.number != number || all_.high.units == 0) all_ = over(number);
  all_.low = min(all_.low, p);
  all_.high = max(all_.high, p);
}

bool MoveWindow::beyond(Price p, Ratio move, Time now, Duration window) const {
  const std::int64_t number = now.ns / std::max<std::int64_t>(window.ns / steps, 1);
  const Step s = number == all_.number ? all_ : over(number);
  if (s.high.units == 0) return false;
  const int128 above = static_cast<int128>(p.units - s.low.units) * decimal_one;
  const int128 below = static_cast<int128>(s.high.units - p.units) * decimal_one;
  return above > static_cast<int128>(s.low.units) * move.units || below > static_cast<int128>(s.high.units) * move.units;
}

void VolumeDays::see(Duration interval, Time open_time, Quantity volume) {
  if (interval_.ns == 0) interval_ = interval;
  if (interval != interval_ || volume.units < 0) return;
  const std::int64_t d = open_time.ns / day.ns;
  if (d < day_) return;
  if (d != day_ && day_ >= 0) {
    if (days_.size() == most) days_.erase(days_.begin());
    days_.push_back(today_);
    today_ = {};
  }
  day_ = d;
  const int128 sum = static_cast<int128>(today_.units) + volume.units;
  today_ = {static_cast<std::int64_t>(std::min<int128>(sum, INT64_MAX))};
}

Quantity VolumeDays::average() const {
  if (days_.empty()) return {};
  int128 sum = 0;
  for (const Quantity q : days_) sum += q.units;
  return {static_cast<std::int64_t>(sum / static_cast<int128>(days_.size()))};
}

std::size_t SizeHistory::bin_of(Quantity q) {
  const auto units = static_cast<std::uint64_t>(std::max<std::int64_t>(q.units, 4));
  const auto width = static_cast<std::size_t>(std::bit_width(units));  // 3..63
  return (width - 3) * 4 + ((units >> (width - 3)) & 3);
}

Quantity SizeHistory::end_of(std::size_t bin) {
  const std::size_t shift = bin / 4;
  const std::uint64_t first = (4 + bin % 4) << shift, last = first + ((std::uint64_t{1} << shift) - 1);
  return {static_cast<std::int64_t>(std::min<std::uint64_t>(last, INT64_MAX))};
}

void SizeHistory::add(Quantity q, Time now) {
  constexpr std::size_t bins = 61 * 4;
  const std::int64_t period = now.ns / (15 * day.ns);
  const bool turned = period != period_;
  if (turned) {
    before_ = period == period_ + 1 ? std::move(now_) : std::vector<std::uint32_t>();
    now_.assign(bins, 0);
    period_ = period;
  }
  ++now_[bin_of(q)];
  ++added_;
  if (turned || added_ % 32 == 0 || added_ == least) recount();
}

void SizeHistory::recount() {
  std::uint64_t total = 0, below = 0;
  for (const auto& bins : {&now_, &before_})
    for (const std::uint32_t n : *bins) total += n;
  p99_ = {};
  if (total < least) return;
  for (std::size_t b = 0; b < now_.size(); ++b) {
    below += now_[b] + (before_.empty() ? 0 : before_[b]);
    if (below * 100 >= total * 99) {
      p99_ = end_of(b);
      return;
    }
  }
}

bool Throttle::note(Time now, std::uint32_t most, Duration window) {
  if (most == 0) return false;
  if (at_.size() > most) clear();
  if (at_.size() < most) {
    std::rotate(at_.begin(), at_.begin() + next_, at_.end());  // the limit was raised: the oldest first again
    next_ = 0;
    at_.push_back(now);
    return false;
  }
  const bool trips = now - at_[next_] < window;
  at_[next_] = now;
  next_ = (next_ + 1) % most;
  return trips;
}

void PeakUse::begin_day(int128 value, Time now) {
  until_ = floor_to(now, day) + day;
  while (!ends_.empty() && ends_.front() <= until_ - seconds(86'400 * static_cast<std::int64_t>(days))) {
    ends_.erase(ends_.begin());
    peaks_.erase(peaks_.begin());
  }
  ends_.push_back(until_);
  peaks_.push_back(value);
}

int128 PeakUse::highest() const { return peaks_.empty() ? 0 : *std::max_element(peaks_.begin(), peaks_.end()); }

}  // namespace trade
