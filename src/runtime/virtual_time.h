#pragma once
#include <array>
#include <optional>
#include <vector>

#include "runtime/process.h"

namespace trade {

// Virtual time: one scheduler steps the loops by (time, loop index, arrival), whatever the threads, so equal inputs give equal journals.
// Backtest runs it as fast as it goes; paced `up` waits for the wall clock between steps.
// Within one loop and instant: urgent lane, edge inputs, timers, other loops' messages by origin, answers, rows by source.
class VirtualTime {
 public:
  // `mark` null: nothing is journaled and effects leave at once. Sources must stand at the machine's cursors.
  VirtualTime(Process& process, std::vector<RowSource*> sources, Outside& outside, DurableMark* mark, bool async = false);

  // Reads the first row of every source.
  Result<void> open();
  // Time of the next input; nullopt when all sources have ended and nothing caused by them waits. Timers do not keep a run alive.
  std::optional<Time> next_time();
  // Takes exactly one input. Call after next_time() gave a time.
  Result<void> step();
  // Until the end, `threads` loops' threads passing one baton.
  Result<void> run(unsigned threads = 1);

  // Lets every effect leave that the mark covers by now; step() does it for its own loop.
  void let_leave();
  // Something waits for the mark.
  bool holds_effects() const;

  Time now() const { return clock_; }
  std::uint64_t rows() const { return rows_; }
  std::uint64_t steps() const { return steps_; }

 private:
  enum class From : std::uint8_t { urgent_inbox, urgent_ring, inbox, timer, ring, answer, row, none };
  struct Next {
    Time at{INT64_MAX};
    std::uint32_t loop = 0, index = 0;         // source
    const Origin* request = nullptr;           // of answer
    const Machine::Incoming* ring = nullptr;   // of ring and urgent_ring
    From from = From::none;
  };
  struct Source {
    RowSource* rows;
    Row row;
    bool has = false;
    int loop = -1;
  };
  // What the scheduler knows of one loop. It changes only when the loop takes an input, is sent a message or one of its sources goes on.
  struct View {
    std::uint32_t index = 0;
    const Loop* loop = nullptr;
    const std::vector<Machine::Incoming>*urgent = nullptr, *normal = nullptr;
    const std::map<Origin, Outstanding>* outstanding = nullptr;
    bool serves = false;
    bool reads = false;                              // rows come to it
    std::uint64_t handled = 0;                       // of the loop, when its emissions were counted last
    std::array<std::uint32_t, lane_count> queued{};  // messages in its rings
    Time timer{INT64_MAX};                           // of its next timer
    Next later;                                      // its next timer, answer or row, when nothing waits for it now
    bool waits() const { return (queued[normal_lane] | queued[urgent_lane]) != 0; }
  };
  void pick();  // sets next_
  void pick_any();
  // Takes up what a step of this loop has changed: its next timer, row and answer; whom it has sent messages.
  void look(View& v);
  void look_at_all();
  void count_sent(View& v);
  // Member by member: an aggregate made on the stack and copied wide stalls on its own stores.
  static void set(Next& next, Time at, std::uint32_t loop, std::uint32_t index, const Origin* request, From from) {
    next.at = at;
    next.loop = loop;
    next.index = index;
    next.request = request;
    next.from = from;
  }
  bool find_now(const View& v, bool posted);
  void find_later(const View& v, Next& found) const;
  // False: a source failed, as failure_ says.
  bool perform(const Next& next);
  bool take_row(Source& s, std::uint32_t index);
  void take_answer(const Next& next);
  bool advance(Source& s);
  void let_leave(std::size_t loop);

  Process& process_;
  Machine& machine_;
  Outside& outside_;
  DurableMark* mark_;
  bool async_;
  std::vector<View> views_;
  std::vector<View*> serving_;  // of views_: where anything but what is posted can wait
  std::vector<Source> sources_;
  std::size_t open_sources_ = 0;
  Time clock_{INT64_MIN};
  Next next_;
  Result<void> failure_;
  std::uint64_t rows_ = 0, steps_ = 0;
  std::vector<Effect> leaving_;
};

}  // namespace trade
