#pragma once
#include "core/decimal.h"
#include "core/fields.h"
#include "core/time.h"

// What a venue, and an instrument at it, has been like so far: the measured side of the router's costs. Integers only; every mean is
// exponentially weighted and rounds toward the older value.
namespace trade {

// How a venue answers. The mean latency takes 1/8 of each new one (as RFC 6298 smooths round trips), the reject rate 1/16 of each answer.
struct VenueRecord {
  std::uint64_t sent{}, accepted{}, rejected{}, silent{};  // silent: no word within the time-out
  Duration latency;                                        // 0: none measured yet
  Ratio reject_rate;
  FIELDS(VenueRecord, sent, accepted, rejected, silent, latency, reject_rate)
};
void note_latency(VenueRecord& r, Duration took);  // took >= 0
void note_accepted(VenueRecord& r);
void note_rejected(VenueRecord& r);
// Silence counts like a refusal.
void note_silent(VenueRecord& r);

// What is traded of an instrument at a venue in a second: whole seconds, of which each new one counts 1/8.
struct TradeFlow {
  Quantity per_second;
  Quantity current;  // of the second that begins at `second`
  Time second;
  FIELDS(TradeFlow, per_second, current, second)
};
// `now` must not go back; quantities add up to the largest there is and no further.
void note_trade(TradeFlow& f, Quantity quantity, Time now);
// The mean as of now, empty seconds since the last trade included.
Quantity flow_at(const TradeFlow& f, Time now);

// How far a price moves in a second: the mean absolute change, sampled at least `movement_sample` apart and scaled to a second, 1/16 new.
struct PriceMovement {
  Price per_second;
  Price last;  // 0: none yet
  Time at;
  FIELDS(PriceMovement, per_second, last, at)
};
inline constexpr Duration movement_sample = milliseconds(100);
void note_price(PriceMovement& m, Price price, Time now);

}  // namespace trade
