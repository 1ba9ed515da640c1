#pragma once
#include <deque>
#include <optional>
#include <set>
#include <variant>

#include "sim/trading_truth.h"
#include "sim/trading_world.h"

namespace trade::sim {

// In percent; the seed draws which faults a run has and how often.
struct WireFaults {
  std::uint64_t lose = 0, duplicate = 0, stall = 0;
  std::uint64_t amend = 0;  // in a thousand
};

// The session with one venue: both ways in order, with delays. A broken session loses what is under way, but for the words that the venue
// keeps (fills, ends nobody asked for): those come again until they are safe here. Fills, acceptances and ends may also come twice, the
// second time seconds later and past a restart.
class Wire {
 public:
  using Message = std::variant<VenuePlace, VenueCancel, VenueReplace, VenueQuery>;
  Wire(ModelVenue& venue, Truth& truth, Draw& draw, TradingReach& reach) : venue_(venue), truth_(truth), draw_(draw), reach_(reach) {}

  void send(const Message& m, Time now);
  // The venue hears what is due, and lives on; what it says goes on the way back.
  void step_venue(Time now, const WireFaults& faults, bool quiet);
  // What reaches the process now, if anything is due.
  std::optional<VenueReport> receive(Time now, std::uint32_t boots);
  void disconnect();
  // The process died: the session too. What was not safe in its journal comes again.
  void process_died();
  // All that has arrived is safe.
  void settled() { unsettled_.clear(); }
  bool idle() const { return out_.empty() && in_.empty() && late_.empty(); }

 private:
  struct Out {
    Message message;
    Time due;
  };
  struct In {
    ModelVenue::Word word;
    Time due;
  };
  struct Late {
    VenueReport report;
    Time due;
    std::uint32_t boots = 0;  // 0: the first copy has not arrived yet
  };
  Time due_after(Time now, const WireFaults& faults);
  void hear(const Message& m, Time now);
  void lose(const Message& m);
  void collect(Time now, const WireFaults& faults);

  ModelVenue& venue_;
  Truth& truth_;
  Draw& draw_;
  TradingReach& reach_;
  WireFaults faults_;
  Time last_out_{}, last_in_{};
  std::deque<Out> out_;
  std::deque<In> in_;
  std::vector<Late> late_;
  std::set<ChildId> ended_;      // whose end arrived by a copy that overtook
  std::set<ExecutionId> told_;   // that arrived
  std::vector<ModelVenue::Word> unsettled_;  // kept words that arrived in this life of the process
};

}  // namespace trade::sim
