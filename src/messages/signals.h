#pragma once
#include <string>
#include <vector>

#include "domain/facts/order.h"

// Conversation: strategies and oms.
namespace trade {

// A strategy wants this order, or wants its open order gone. oms turns it into an order like any other.
enum class SignalAction : std::uint8_t { place, cancel };
NAMES(SignalAction, place, cancel)
struct SignalRaised {
  static constexpr std::string_view subject = "trading.signals";
  StrategyId strategy;
  std::uint64_t signal{};  // the strategy's own running number; of cancel: of the signal whose order is to go
  SignalAction action{};
  OrderTerms terms;
  GroupKind kind{};       // oco, oto or bracket: the order belongs to the group that signal `group` of the strategy opened (its own
  std::uint64_t group{};  // number: it opens one)
  FIELDS(SignalRaised, strategy, signal, action, terms, kind, group)
};

// What the strategies stand at, asked by the edge; the values are those after the last own bar.
struct StrategyView {
  StrategyId strategy;
  std::string name;
  bool ready{};           // everything its rules remember is known
  std::int32_t stance{};  // -1, 0, 1
  Quantity held;          // signed
  std::uint64_t signals{}, working{}, bars{};
  FIELDS(StrategyView, strategy, name, ready, stance, held, signals, working, bars)
};
struct StrategyList {
  std::vector<StrategyView> strategies;
  FIELDS(StrategyList, strategies)
};
struct StrategiesQuery {
  static constexpr std::string_view name = "StrategiesQuery";
  using Answer = StrategyList;
  FIELDS(StrategiesQuery)
};

// Why a strategy raised a signal: the rule, its text, and the values its text names as they were. `found` false: forgotten, or never was.
struct SignalExplanation {
  bool found{};
  std::uint64_t signal{};  // the last of those raised together
  Time time;
  std::string rule, text;
  std::vector<std::pair<std::string, double>> values;
  FIELDS(SignalExplanation, found, signal, time, rule, text, values)
};
// The explanation of `signal`, 0: of the newest.
struct ExplainSignalQuery {
  static constexpr std::string_view name = "ExplainSignalQuery";
  using Answer = SignalExplanation;
  StrategyId strategy;
  std::uint64_t signal{};
  FIELDS(ExplainSignalQuery, strategy, signal)
};

}  // namespace trade
