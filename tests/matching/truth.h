#pragma once
#include <map>
#include <set>
#include <string>
#include <vector>

#include "matching/flow.h"

namespace trade::matching_test {

// How often what the page tells of was met.
class Coverage {
 public:
  Coverage();
  void met(const std::string& what) { ++counts_[what]; }
  std::string text() const;
  // What was never met, comma separated.
  std::string missing() const;

 private:
  std::map<std::string, std::uint64_t> counts_;
};

// Believes nothing but the inputs and the events: what was ordered is filled, taken away or open, trades have a willing buyer and a willing
// seller, and cash and shares only change hands.
class Truth {
 public:
  explicit Truth(Coverage& coverage) : coverage_(coverage) {}
  // Empty, or what is wrong.
  std::string took(const Input& in, const std::vector<Event>& events);

 private:
  struct Open {
    Terms terms;
    std::int64_t open{};
    bool by_market{}, limit_now{}, replaced{};
  };
  std::string trade(const Event& e);
  std::string ended(const Event& e);
  void count(const Event& e);

  Coverage& coverage_;
  std::map<std::uint64_t, Open> orders_;
  std::map<std::uint32_t, std::int64_t> cash_, shares_;  // by owner
  std::set<std::uint64_t> triggered_;
  TradingPhase phase_ = TradingPhase::continuous;
  std::uint64_t placing_ = 0;  // the order this input places
  std::int64_t placed_traded_ = 0;
};

}  // namespace trade::matching_test
