#pragma once
#include <limits>
#include <vector>

#include "domain/execution/volume_curve.h"
#include "domain/facts/market.h"
#include "domain/facts/order.h"

// Execution algorithms: how a parent order is worked off by children. Each is a pure function of what was decided at the start
// (WorkSchedule), of what has become of the children and the market since (WorkProgress), and of the time; so a restart needs no more.
//   twap       even over [start, end]
//   vwap       by the volume curve of the hours between, so that the average price comes near the market's
//   shortfall  front-loaded by Almgren and Chriss: less risk against the arrival price for more impact
//   pov        a share of the volume the market trades
//   iceberg    one piece of `display` at the limit at a time, the next when it has filled
//   sniper     nothing until the other side shows a price within the limit, then what is shown there
namespace trade {

struct WorkSchedule {
  Algo algo{};
  Side side{};
  Time start, end;                    // end never: as long as the order lives
  std::vector<std::int64_t> done_by;  // of timed ones: cumulative shares (1e-16) at the ends of equal slices of [start, end]
  Duration look;                      // of pov: how often to look
  Ratio participation;
  Quantity lot, least_piece, display;
  FIELDS(WorkSchedule, algo, side, start, end, done_by, look, participation, lot, least_piece, display)
};
inline constexpr Time no_end{std::numeric_limits<std::int64_t>::max()};
inline constexpr int most_slices = 1000;

// Why these terms cannot be worked off, from `now` on; none when they can, and for terms without an algo. Timed ones need an end after now
// and start (`end`, else a gtd order's `expire`, else a day order's UTC midnight); pov a share above 0 and at most 1; shortfall an urgency
// of 0 to 1; iceberg and sniper a limit, iceberg a display. Only market and limit orders that may stay alive can be worked.
Reason check_algo(const OrderTerms& terms, Time now);

// Decides the schedule; the terms must pass check_algo. Slices are about `slice` long, at most most_slices, and none so short that its part
// would be below `least_piece`. `curve` may be null where it does not matter.
WorkSchedule make_schedule(const OrderTerms& terms, Quantity lot, Quantity least_piece, Duration slice, const VolumeCurve* curve, Time now);

struct WorkProgress {
  Quantity total;  // the parent's, which a replace may change
  Quantity filled;
  Quantity open;    // unfilled parts of children that may still fill
  Quantity volume;  // traded in the market since the start
  Level touch;      // what the other side shows best; price 0: nothing
  Price limit;      // the parent's; 0: none
};

struct WorkStep {
  Quantity send;       // as a new child; 0: nothing now
  Price limit;         // of that child; 0: none
  bool ended = false;  // the schedule is over: nothing will be sent any more
  Time next = no_end;  // when to look again if nothing happens before
};

// What to do now. Sent and filled never pass the total, nor what the schedule wants by the end of the slice of `now` by more than one least
// piece; pieces are whole lots no smaller than the least piece, but for the last, and the total itself. Over at the end, when all is
// filled, and when what is left is less than venues take.
WorkStep step(const WorkSchedule& schedule, const WorkProgress& progress, Time now);

// What the schedule wants done by the end of the slice of `now`; for those without slices what the market allows so far.
Quantity target(const WorkSchedule& schedule, const WorkProgress& progress, Time now);

}  // namespace trade
