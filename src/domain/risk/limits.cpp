#include "domain/risk/limits.h"

#include <algorithm>
#include <array>

namespace trade {
namespace {

constexpr auto account_limits = std::to_array<std::string_view>(
    {"rate", "burst", "max_exposure", "max_loss", "max_basket", "cancel_reserve", "order_to_trade", "max_open_value", "margin_model",
     "max_sector", "max_currency", "max_leverage", "max_var", "var_age", "max_drawdown", "max_turnover", "ramp_first", "ramp_from",
     "ramp_over", "max_unknown"});

// Calls f(name, what the override says, the limit of that name) for each limit that it says something of.
template <class F>
void each_said(const LimitOverride& o, Limits& l, F&& f) {
  LimitOverride::each_field([&](std::string_view name, auto said) {
    if constexpr (requires { (o.*said).has_value(); }) {
      if (!(o.*said).has_value()) return;
      Limits::each_field([&](std::string_view limit, auto field) {
        if constexpr (std::is_same_v<decltype(*(o.*said)), decltype((std::as_const(l).*field))>)
          if (name == limit) f(name, *(o.*said), l.*field);
      });
    }
  });
}

}  // namespace

bool of_account(std::string_view limit) { return std::find(account_limits.begin(), account_limits.end(), limit) != account_limits.end(); }

std::string_view misplaced_limit(const LimitOverride& o) {
  std::string_view found;
  Limits ignored;
  if (o.instrument)
    each_said(o, ignored, [&](std::string_view name, const auto&, auto&) {
      if (found.empty() && of_account(name)) found = name;
    });
  return found;
}

Limits resolve(const Limits& defaults, const std::vector<LimitOverride>& overrides, AccountId account, InstrumentId instrument) {
  Limits l = defaults;
  for (const auto& o : overrides) {
    if ((o.account && o.account != account) || (o.instrument && o.instrument != instrument)) continue;
    each_said(o, l, [&](std::string_view name, const auto& said, auto& limit) {
      if (!o.instrument || !of_account(name)) limit = said;
    });
  }
  return l;
}

}  // namespace trade
