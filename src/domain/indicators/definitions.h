#pragma once
#include <span>
#include <string_view>

#include "domain/indicators/program.h"

// The words of the language of rules (domain/strategy/expression.h) that stand for values over bars.
namespace trade {

// An operation by name. `parameters`: separated by spaces, in the order they are written in a rule; "n" is a period, a whole number;
// a trailing '?' marks a condition; "x=close" may be left out, a trailing "k=2" too. Operands go to the operation in their order.
struct NamedOperation {
  std::string_view name, parameters;
  Op op;
  std::string_view says;
};
std::span<const NamedOperation> named_operations();

// An indicator told in the language itself: `is` may use its parameters and everything else. `source`: who defined it, or which
// convention is followed where there are several.
struct NamedIndicator {
  std::string_view name, parameters, is, source;
};
std::span<const NamedIndicator> named_indicators();

}  // namespace trade
