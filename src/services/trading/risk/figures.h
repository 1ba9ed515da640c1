#pragma once
#include <span>
#include <vector>

#include "core/map.h"
#include "messages/market.h"
#include "messages/risk_figures.h"

namespace trade {

// How an account's risk figures are worked out; every 0: they are not, and check 21 has what SetValueAtRisk says.
struct FigureRule {
  Duration every{};
  Duration interval = seconds(60);  // of the bars whose closes count; figures are over one of it
  std::uint32_t window = 250;       // returns
  Ratio confidence{decimal_one * 99 / 100};
  std::uint32_t draws = 10'000;
  std::uint64_t seed = 1;
  FIELDS(FigureRule, every, interval, window, confidence, draws, seed)
};
Result<void> check_figures(const FigureRule& rule);

inline constexpr std::uint64_t figures_timer = ~std::uint64_t{0};  // numbers of limit changes count up from 1

// The closes of the last window + 1 bars of an instrument, at the first venue that had one.
struct Closes {
  VenueId venue;
  std::vector<Price> prices;
  FIELDS(Closes, venue, prices)
};
// And the figures last worked out.
struct FigureState {
  Map<InstrumentId, Closes> closes;
  Map<AccountId, RiskFigured> last;
  std::uint64_t asked{};
  bool armed{};
  FIELDS(FigureState, closes, last, asked, armed)
};

// Keeps the close of a bar of the rule's interval.
void keep_close(FigureState& s, const FigureRule& rule, const Bar& bar);
// The question about these positions; its lists live in `closes` and `positions`. Positions whose instrument has too few closes make the
// answer say so: a part is not passed off as the whole.
FigureRisk figures_question(const FigureState& s, const FigureRule& rule, const Account& account, Time now,
                            std::span<const ValuedPosition> positions, std::vector<Price>& closes);

}  // namespace trade
