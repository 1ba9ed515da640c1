#pragma once
#include <string>
#include <string_view>

#include "domain/facts/market.h"

namespace trade::venues {

// Why a line is not a fact: the kind of fault and the field and rule it broke, short enough for a VenueFault.
struct Refusal {
  FeedFault fault{};
  std::string what;
};

// "field "value" rule" with the value cut to what fits and unprintable bytes shown as '?'.
inline Refusal refuse_value(FeedFault fault, std::string_view field, std::string_view value, std::string_view rule) {
  std::string what(field);
  what += " \"";
  for (const char c : value.substr(0, 32)) what += c >= ' ' && c <= '~' ? c : '?';
  what += value.size() > 32 ? "...\" " : "\" ";
  what += rule;
  return {fault, what};
}

inline VenueFault fault_of(VenueId venue, std::uint64_t line, const Refusal& r) {
  return {venue, r.fault, line, Text<95>(std::string_view(r.what).substr(0, 95))};
}

}  // namespace trade::venues
