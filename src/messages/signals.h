#pragma once
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
  GroupKind kind{};         // oco, oto or bracket: the order belongs to the group that signal `group` of the strategy opened (its own
  std::uint64_t group{};    // number: it opens one)
  FIELDS(SignalRaised, strategy, signal, action, terms, kind, group)
};

}  // namespace trade
