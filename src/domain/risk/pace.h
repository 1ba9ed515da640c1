#pragma once
#include <vector>

#include "domain/risk/limits.h"

// What checks remember of the recent past: memories are bounded, and equal histories give equal memories.
namespace trade {

// Orders let through lately, to tell when too many are alike (same instrument, side, quantity and prices).
class RecentOrders {
 public:
  static constexpr std::size_t most = 64;     // remembered in a slot; beyond that orders come too fast to be judged
  static constexpr std::size_t slots = 64;

  // none, risk_duplicate when `duplicates` alike ones passed within the window, risk_rate when the memory is full. Changes nothing
  // but to forget what is older than its window.
  Reason check(const OrderTerms& t, Time now, const Limits& l);
  // Remembers an order that passed.
  void add(const OrderTerms& t, Time now, const Limits& l);

 private:
  struct Passed {
    InstrumentId instrument;
    Side side{};
    Quantity quantity;
    Price limit, stop;
    Time until;
    FIELDS(Passed, instrument, side, quantity, limit, stop, until)
  };
  static std::size_t slot_of(const OrderTerms& t);
  std::vector<std::vector<Passed>> passed_;  // by slot; none until the first order

 public:
  FIELDS(RecentOrders, passed_)
};

// The lowest and highest price of a window, in eight steps of it: what it tells is of the last 7/8 to all of the window.
class MoveWindow {
 public:
  void see(Price p, Time now, Duration window);
  // Whether `p` lies further than `move` of it above the lowest or below the highest.
  bool beyond(Price p, Ratio move, Time now, Duration window) const;

 private:
  static constexpr std::int64_t steps = 8;
  struct Step {
    std::int64_t number{};  // of the step since the epoch
    Price low, high;
    FIELDS(Step, number, low, high)
  };
  // The lowest and highest of the steps that count for step `number`.
  Step over(std::int64_t number) const;
  std::vector<Step> steps_;
  Step all_;  // over() of the last step seen

 public:
  FIELDS(MoveWindow, steps_, all_)
};

// Traded volume by UTC day; bars of one interval are counted, the first seen.
class VolumeDays {
 public:
  static constexpr std::size_t most = 20;  // trading days averaged
  void see(Duration interval, Time open_time, Quantity volume);
  // Of the days that are over; 0: none is.
  Quantity average() const;

 private:
  Duration interval_{};
  std::int64_t day_ = -1;
  Quantity today_;
  std::vector<Quantity> days_;  // the oldest first

 public:
  FIELDS(VolumeDays, interval_, day_, today_, days_)
};

// Sizes of orders that passed in the last 15 to 30 days, counted in bins a quarter of an octave wide.
class SizeHistory {
 public:
  static constexpr std::uint32_t least = 100;  // orders before anything is told
  void add(Quantity q, Time now);
  // The upper end of the bin that holds the 99th percentile; 0: too few orders yet.
  Quantity percentile_99() const { return p99_; }
  static std::size_t bin_of(Quantity q);
  static Quantity end_of(std::size_t bin);

 private:
  void recount();
  std::int64_t period_ = -1;
  std::vector<std::uint32_t> now_, before_;
  std::uint32_t added_ = 0;
  Quantity p99_;

 public:
  FIELDS(SizeHistory, period_, now_, before_, added_, p99_)
};

// Trips when more than `most` events fall within a window; exact.
class Throttle {
 public:
  // Notes an event; true: with it there are more than `most` in (now - window, now].
  bool note(Time now, std::uint32_t most, Duration window);
  void clear() { at_.clear(), next_ = 0; }

 private:
  std::vector<Time> at_;  // the last `most`, a ring
  std::uint32_t next_ = 0;

 public:
  FIELDS(Throttle, at_, next_)
};

// The largest value of each of the last 30 UTC days on which there was one.
class PeakUse {
 public:
  static constexpr std::size_t days = 30;
  void see(int128 value, Time now) {
    if (now < until_) {
      if (value > peaks_.back()) peaks_.back() = value;
    } else {
      begin_day(value, now);
    }
  }
  int128 highest() const;

 private:
  void begin_day(int128 value, Time now);
  Time until_{};
  std::vector<int128> peaks_;
  std::vector<Time> ends_;

 public:
  FIELDS(PeakUse, until_, peaks_, ends_)
};

}  // namespace trade
