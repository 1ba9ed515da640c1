#pragma once
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
    std::uint32_t loop = 0, index = 0;  // producer or source
    const Origin* request = nullptr;    // of answer
    From from = From::none;
  };
  struct Source {
    RowSource* rows;
    Row row;
    bool has = false;
    int loop = -1;
  };
  // What the scheduler looks at of one loop.
  struct View {
    std::uint32_t index;
    const Loop* loop;
    const std::vector<Machine::Incoming>*urgent, *normal;
    const std::map<Origin, Outstanding>* outstanding;
    bool serves;
  };
  void pick();  // sets next_
  // Member by member: an aggregate made on the stack and copied wide stalls on its own stores.
  void set_next(Time at, std::uint32_t loop, std::uint32_t index, const Origin* request, From from) {
    next_.at = at;
    next_.loop = loop;
    next_.index = index;
    next_.request = request;
    next_.from = from;
  }
  bool find_now(const View& v, bool posted);
  void find_later(const View& v);
  Result<void> perform(const Next& next);
  Result<void> take_row(Source& s, std::uint32_t index);
  void take_answer(const Next& next);
  Result<void> advance(Source& s);
  void let_leave(std::size_t loop);

  Process& process_;
  Machine& machine_;
  Outside& outside_;
  DurableMark* mark_;
  bool async_;
  std::vector<View> views_;
  std::vector<Source> sources_;
  std::size_t open_sources_ = 0;
  Time clock_{INT64_MIN};
  Next next_;
  std::uint64_t rows_ = 0, steps_ = 0;
  std::vector<Effect> leaving_;
};

}  // namespace trade
