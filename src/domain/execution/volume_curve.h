#pragma once
#include <array>
#include <vector>

#include "core/decimal.h"
#include "core/fields.h"
#include "core/time.h"

// How an instrument's trading is spread over the day, learnt from its bars.
namespace trade {

inline constexpr Duration curve_bin = seconds(15 * 60);
inline constexpr Duration day_length = seconds(24 * 3600);

// What was traded in each quarter of an hour of the UTC day, summed over the days seen.
struct VolumeCurve {
  std::array<Quantity, 96> traded{};
  FIELDS(VolumeCurve, traded)
};
// Adds a bar's volume, spread evenly over the bins it covers when it is longer than one. Sums stop at the largest quantity.
void add_bar(VolumeCurve& c, Time open_time, Duration interval, Quantity volume);
void add_curve(VolumeCurve& into, const VolumeCurve& c);

// A share of a whole in units of 1e-16.
inline constexpr std::int64_t whole_share = 10'000'000'000'000'000;

// The cumulative shares of the curve's volume at the ends of `slices` equal parts of [start, end), the last exactly whole; within a bin
// trading is taken to be even. A curve that is empty there is taken to be flat. slices >= 1, end > start.
std::vector<std::int64_t> shares(const VolumeCurve& c, Time start, Time end, int slices);

// The cumulative shares of a sale over `slices` equal steps by Almgren and Chriss, "Optimal execution of portfolio transactions", Journal
// of Risk 3 (2001), section 2.2: what is left obeys x(j-1) + x(j+1) = (2 + k^2 t^2) x(j) with x(0) = all, x(n) = 0, where k is their kappa~
// and t a step. `urgency` (0 to 1) sets k T = 10 x urgency; 0 is even trading. Exact to about 1e-12 of the whole.
std::vector<std::int64_t> almgren_chriss(Ratio urgency, int slices);

}  // namespace trade
