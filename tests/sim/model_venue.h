#pragma once
#include <map>
#include <vector>

#include "messages/venue.h"
#include "sim/draw.h"

namespace trade::sim {

// An honest exchange with its own truth, in plain maps. It executes what it is sent in the order it is sent; whether a resting order
// trades is the seed's choice. Orders trade at their limit, all others anywhere from 98 to 102.
class ModelVenue {
 public:
  struct Held {
    VenuePlace order;    // its terms as in force
    Quantity filled;
    bool open = false;
    bool waiting = false;  // a stop that has not been triggered
    Reason reason{};       // why it ended
  };
  struct Execution {
    ChildId child;
    Price price;
    Quantity quantity;
    Liquidity liquidity{};
    Time time;
    Quantity first{};      // as it was when it happened: so it is said, also again
    Price first_price{};
    bool stands = true;    // false: it was taken back
    Time changed{};        // when the venue last changed its word
  };
  // `kept`: the session repeats it until it has arrived (fills, and ends nobody asked for); other words may be lost for good.
  struct Word {
    VenueReport report;
    bool kept = false;
  };

  explicit ModelVenue(VenueId id) : id_(id) {}

  void hear(const VenuePlace& m, Time now, Draw& draw);
  void hear(const VenueCancel& m, Time now);
  void hear(const VenueReplace& m, Time now, Draw& draw);
  void hear(const VenueQuery& m, Time now);
  // Something happens by itself: a resting order trades, a stop is triggered, an order expires or is thrown out.
  void live(Time now, Draw& draw);
  // The venue thinks again of an execution: it never happened, or was smaller or at another price.
  void think_again(Time now, Draw& draw);
  // Every expiry that is due.
  void expire(Time now);

  std::vector<Word> take_words() { return std::move(words_); }
  VenueId id() const { return id_; }
  const std::map<ChildId, Held>& held() const { return held_; }
  const std::map<ExecutionId, Execution>& executions() const { return executions_; }

 private:
  void say(ReportKind kind, ChildId child, Time now, Reason reason = Reason::none, bool kept = false, RequestNumber request = {});
  void say_fill(ExecutionId id, const Execution& e);
  void fill(ChildId child, Quantity quantity, Price price, Liquidity liquidity, Time now);
  void end(ChildId child, ReportKind kind, Reason reason, Time now);
  void trade_at_once(ChildId child, Time now, Draw& draw);

  VenueId id_;
  std::map<ChildId, Held> held_;
  std::map<ExecutionId, Execution> executions_;
  std::vector<Word> words_;
};

}  // namespace trade::sim
