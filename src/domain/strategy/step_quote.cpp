#include "domain/strategy/step_quote.h"

namespace trade {

bool off_touch(const StepQuoteState& s, Side side, Price limit) {
  const Price touch = touch_of(s, side);
  return touch.units > 0 && limit != touch;
}

bool wants_quote(const StrategyConfig& config, const StepQuoteState& s, Side side, Quantity held) {
  if (touch_of(s, side).units <= 0 || s.bid >= s.ask) return false;
  return config.max_position.units == 0 || held * sign(side) < config.max_position;
}

}  // namespace trade
