#pragma once
#include <optional>

#include "app/settings.h"

namespace trade {

// One setting and the values it takes in turn: "key=a,b,c"; a comma inside quotes or brackets belongs to the value.
struct Axis {
  std::string key;
  std::vector<std::string> values;
};
Result<Axis> parse_axis(const std::string& text);

// One choice of a value per axis, and the whole configuration with it.
struct Variant {
  std::vector<std::string> values;  // by axis
  Settings settings;
};
// Every combination, the last axis changing fastest.
Result<std::vector<Variant>> make_variants(const Catalogue& catalogue, const std::string& config, const std::vector<std::string>& overrides,
                                           const std::vector<Axis>& axes);

// Ids of variant n in a configuration that holds several side by side: those of its own configuration plus this, times n + 1.
inline constexpr std::uint32_t account_stride = 1'000'000;
inline constexpr std::uint32_t venue_stride = 256;
inline constexpr std::size_t most_side_by_side = 64;

// The variants as one configuration: every variant has its own accounts, strategies and simulated venues, which all follow the same
// recorded market, so that one pass over the data runs them all and none can meet another's orders. nullopt when they differ in anything
// else than strategies, accounts and venues, or when a strategy leaves the choice of its venue open.
std::optional<Document> side_by_side(const std::vector<const Settings*>& variants);

}  // namespace trade
