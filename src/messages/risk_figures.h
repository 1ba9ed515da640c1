#pragma once
#include <array>

#include "core/many.h"
#include "messages/risk.h"

// Conversation: risk and the computation of an account's risk figures, done outside its loop.
namespace trade {

// A position as it is valued now; `value` in the account's currency, signed, of an inverse contract in coin.
struct ValuedPosition {
  InstrumentId instrument;
  Money value;
  bool inverse{};
  FIELDS(ValuedPosition, instrument, value, inverse)
};

// Why there are no figures.
enum class FiguresFault : std::uint8_t { none, too_many_positions, too_few_closes, no_definite_covariance };
NAMES(FiguresFault, none, too_many_positions, too_few_closes, no_definite_covariance)

// Value at risk and expected shortfall over one interval of the closes, three ways, in the account's currency; the vector is that of the
// parametric one under a Ledoit-Wolf covariance (domain/portfolio).
struct RiskFigured {
  static constexpr std::string_view subject = "risk.figured";
  static constexpr Role role = Role::answer;
  static constexpr std::size_t most = 32;  // instruments
  AccountId account;
  Time asked;
  FiguresFault fault{};
  Money value;  // of the positions
  Money parametric_var, parametric_shortfall, historical_var, historical_shortfall, simulated_var, simulated_shortfall;
  std::uint32_t count{};
  std::array<MarginalVar, most> marginals{};
  FIELDS(RiskFigured, account, asked, fault, value, parametric_var, parametric_shortfall, historical_var, historical_shortfall,
         simulated_var, simulated_shortfall, count, marginals)
};

// `closes`: of each position's instrument in turn, oldest first, `window` + 1 each.
struct FigureRisk {
  static constexpr std::string_view subject = "risk.figure";
  static constexpr Role role = Role::request;
  static constexpr Duration cost = milliseconds(20);
  using Answer = RiskFigured;
  AccountId account;
  Time asked;
  Currency currency;
  Ratio confidence;
  std::uint32_t window{}, draws{};
  std::uint64_t seed{};
  Many<ValuedPosition> positions;
  Many<Price> closes;
  RiskFigured compute() const;
  FIELDS(FigureRisk, account, asked, currency, confidence, window, draws, seed, positions, closes)
};

// The last figures of every account that has any.
struct RiskFiguresView {
  std::vector<RiskFigured> accounts;
  FIELDS(RiskFiguresView, accounts)
};
struct RiskFiguresQuery {
  static constexpr std::string_view name = "RiskFiguresQuery";
  using Answer = RiskFiguresView;
  FIELDS(RiskFiguresQuery)
};

}  // namespace trade
