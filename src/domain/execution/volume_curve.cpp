#include "domain/execution/volume_curve.h"

#include <algorithm>

#include "core/int128.h"
#include "domain/bars/bar_series.h"

namespace trade {
namespace {

// Volumes as weights of at most 2^30, so that weight x time x share fits 128 bits.
std::array<std::int64_t, 96> weights(const VolumeCurve& c) {
  std::int64_t most = 0;
  for (const auto q : c.traded) most = std::max(most, q.units);
  std::array<std::int64_t, 96> w{};
  if (most == 0) return w;
  for (std::size_t i = 0; i < w.size(); ++i) w[i] = static_cast<std::int64_t>((static_cast<int128>(c.traded[i].units) << 30) / most);
  return w;
}

// Weight x nanoseconds from the epoch's day of `start` up to t.
int128 area(const std::array<std::int64_t, 96>& w, Time start, Time t) {
  int128 sum = 0;
  for (Time from = start; from < t;) {
    const Time next = std::min(floor_to(from, curve_bin) + curve_bin, t);
    const auto bin = static_cast<std::size_t>((floor_to(from, curve_bin) - floor_to(from, day_length)).ns / curve_bin.ns);
    sum += static_cast<int128>(w[bin]) * (next - from).ns;
    from = next;
  }
  return sum;
}

}  // namespace

void add_bar(VolumeCurve& c, Time open_time, Duration interval, Quantity volume) {
  if (volume.units <= 0) return;
  const auto first = (open_time - floor_to(open_time, day_length)).ns / curve_bin.ns;
  const auto add = [&](std::int64_t bin, std::int64_t part) {
    auto& q = c.traded[static_cast<std::size_t>(bin % 96)];
    q = add_volume(q, Quantity{part});
  };
  if (interval.ns < 2 * curve_bin.ns) return add(first, volume.units);
  const std::int64_t bins = std::min<std::int64_t>(interval.ns / curve_bin.ns, 96);
  for (std::int64_t i = 0; i < bins; ++i) add(first + i, volume.units / bins + (i < volume.units % bins ? 1 : 0));
}

void add_curve(VolumeCurve& into, const VolumeCurve& c) {
  for (std::size_t i = 0; i < into.traded.size(); ++i) into.traded[i] = add_volume(into.traded[i], c.traded[i]);
}

std::vector<std::int64_t> shares(const VolumeCurve& c, Time start, Time end, int slices) {
  const auto w = weights(c);
  std::vector<std::int64_t> done(static_cast<std::size_t>(slices), whole_share);
  std::vector<int128> areas;
  Time from = start;
  int128 sum = 0;
  for (int k = 1; k <= slices; ++k) {
    const Time to = start + Duration{static_cast<std::int64_t>(static_cast<int128>((end - start).ns) * k / slices)};
    sum += area(w, from, to);
    areas.push_back(sum);
    from = to;
  }
  for (std::size_t k = 0; k + 1 < done.size(); ++k) {
    if (sum == 0) {
      done[k] = static_cast<std::int64_t>(static_cast<int128>(whole_share) * static_cast<std::int64_t>(k + 1) / slices);
      continue;
    }
    const int128 high = areas[k] / sum, rest = areas[k] % sum;  // rest x 1e16 may not fit: two halves of 1e8
    const int128 first = rest * decimal_one / sum, second = rest * decimal_one % sum * decimal_one / sum;
    done[k] = static_cast<std::int64_t>(high * whole_share + first * decimal_one + second);
  }
  return done;
}

std::vector<std::int64_t> almgren_chriss(Ratio urgency, int slices) {
  const int128 one = whole_share, u = urgency.units;
  const int128 sum = 2 * one + 100 * u * u / (static_cast<int128>(slices) * slices);
  // With y(j) what is left j steps before the end: y(j+1) / y(j) = sum - y(j-1) / y(j), which needs no power that could overflow.
  std::vector<int128> growth{sum};  // y(2) / y(1)
  for (int j = 2; j < slices; ++j) growth.push_back(sum - one * one / growth.back());
  std::vector<std::int64_t> done;
  int128 left = one;
  for (int k = 1; k < slices; ++k) {
    left = left * one / growth[static_cast<std::size_t>(slices - k - 1)];
    done.push_back(static_cast<std::int64_t>(one - left));
  }
  done.push_back(whole_share);
  return done;
}

}  // namespace trade
