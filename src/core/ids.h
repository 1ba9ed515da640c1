#pragma once
#include <compare>
#include <cstdint>

#include "core/text.h"

namespace trade {

// A number that names a thing of kind Tag; 0 names none.
template <class Tag, class Number = std::uint64_t>
struct Id {
  using tag_type = Tag;
  using number_type = Number;
  Number value{};
  auto operator<=>(const Id&) const = default;
  explicit operator bool() const { return value != 0; }
};

using InstrumentId = Id<struct InstrumentTag, std::uint32_t>;
using VenueId = Id<struct VenueTag, std::uint16_t>;
using AccountId = Id<struct AccountTag, std::uint32_t>;
using StrategyId = Id<struct StrategyTag, std::uint32_t>;
using OrderId = Id<struct OrderTag>;       // oms, dense from 1
using ChildId = Id<struct ChildTag>;       // exeq, dense from 1; the id a venue sees
using ExecutionId = Id<struct ExecutionTag>;  // venue's, unique per venue
using FillId = Id<struct FillTag>;         // oms, dense from 1

using ClientId = Text<36>;  // the caller's own id of a command; unique per account
using Symbol = Text<23>;
using Currency = Text<7>;

}  // namespace trade
