#include "domain/risk/governance.h"

#include <algorithm>
#include <array>
#include <limits>

#include "core/check.h"

namespace trade {
namespace {

// Larger is tighter, 0 the loosest.
constexpr auto larger_tighter = std::to_array<std::string_view>(
    {"duplicate_window", "initial_margin", "market_slippage", "execution_window", "band_low", "needs_locate", "move_window",
     "cancel_reserve", "ramp_from", "ramp_over", "forbid_self_match", "needs_live_market"});
// Smaller is tighter, 0 the tightest.
constexpr auto zero_tightest = std::to_array<std::string_view>({"allow_short", "burst", "ramp_first", "canary_value"});
constexpr auto incomparable = std::to_array<std::string_view>({"collar_ticks", "margin_model", "mode"});

bool among(const auto& list, std::string_view name) { return std::find(list.begin(), list.end(), name) != list.end(); }

template <class T>
LimitValueUnits units_of(const T& v) {
  if constexpr (requires { v.units; }) return v.units;
  else if constexpr (requires { v.ns; }) return v.ns / 10;
  else return static_cast<LimitValueUnits>(v) * decimal_one;
}

template <class T>
bool from_units(T& v, LimitValueUnits units) {
  if (units < 0) return false;
  if constexpr (requires { v.units; }) {
    v.units = units;
  } else if constexpr (requires { v.ns; }) {
    if (units > std::numeric_limits<std::int64_t>::max() / 10) return false;
    v.ns = units * 10;
  } else {
    const std::int64_t whole = units / decimal_one;
    if (units % decimal_one != 0) return false;
    if constexpr (std::is_same_v<T, bool>) {
      if (whole > 1) return false;
    } else if constexpr (std::is_enum_v<T>) {
      if (static_cast<std::size_t>(whole) >= enum_names(T{}).size()) return false;
    } else if (whole > std::numeric_limits<T>::max()) {
      return false;
    }
    v = static_cast<T>(whole);
  }
  return true;
}

template <class L>
std::optional<LimitValueUnits> read(const L& l, std::string_view name) {
  std::optional<LimitValueUnits> found;
  L::each_field([&](std::string_view field, auto member) {
    if (field == name) found = units_of(l.*member);
  });
  return found;
}
template <class L>
bool write(L& l, std::string_view name, LimitValueUnits value) {
  bool done = false;
  L::each_field([&](std::string_view field, auto member) {
    if (field == name) done = from_units(l.*member, value);
  });
  return done;
}

}  // namespace

std::optional<LimitValueUnits> limit_value(const Limits& l, std::string_view name) { return read(l, name); }
std::optional<LimitValueUnits> limit_value(const GroupLimits& l, std::string_view name) { return read(l, name); }
bool set_limit(Limits& l, std::string_view name, LimitValueUnits value) {
  return write(l, name, value) && l.market_slippage.units < decimal_one && l.market_limit.units < decimal_one;
}
bool set_limit(GroupLimits& l, std::string_view name, LimitValueUnits value) { return write(l, name, value); }

bool loosens(std::string_view name, LimitValueUnits from, LimitValueUnits to) {
  if (from == to) return false;
  if (among(incomparable, name)) return true;
  if (among(larger_tighter, name)) return to < from;
  if (among(zero_tightest, name)) return to > from;
  if (from == 0) return false;  // nothing limited before
  return to == 0 || to > from;
}

LimitChange* LimitBook::change(std::uint64_t number) {
  const auto at = std::find_if(changes_.begin(), changes_.end(), [&](const LimitChange& c) { return c.number == number; });
  return at == changes_.end() ? nullptr : &*at;
}
const LimitChange* LimitBook::find(std::uint64_t number) const { return const_cast<LimitBook*>(this)->change(number); }

LimitBook::Answer LimitBook::propose(LimitChange c, LimitValueUnits current, Time now) {
  std::erase_if(changes_, [](const LimitChange& old) { return old.state == ChangeState::ended; });
  if (c.to.ns != 0 && c.to <= std::max(now, c.from)) return {Reason::limit_expired, 0, false, false};
  if (c.proposer.empty() || c.owner.empty() || changes_.size() >= most) return {Reason::limit_bad_value, 0, false, false};
  c.number = ++last_;
  const bool later = c.from > now;
  const bool asks = loosens(c.limit.view(), current, c.value);
  c.state = asks ? ChangeState::proposed : later ? ChangeState::scheduled : ChangeState::in_force;
  changes_.push_back(c);
  return {Reason::none, c.number, c.state == ChangeState::in_force, asks};
}

LimitBook::Answer LimitBook::approve(std::uint64_t number, std::string_view by, Time now) {
  LimitChange* c = change(number);
  if (c == nullptr || c->state != ChangeState::proposed) return {Reason::limit_not_found, number, false, false};
  if (c->to.ns != 0 && c->to <= now) return {Reason::limit_expired, number, false, false};
  if (by.empty()) return {Reason::limit_needs_approver, number, false, false};
  if (c->proposer.view() == by) return {Reason::limit_same_person, number, false, false};
  c->approver = by;
  c->state = c->from > now ? ChangeState::scheduled : ChangeState::in_force;
  return {Reason::none, number, c->state == ChangeState::in_force, false};
}

LimitBook::Answer LimitBook::revoke(std::uint64_t number, std::string_view by, LimitValueUnits without, Time) {
  LimitChange* c = change(number);
  if (c == nullptr || c->state == ChangeState::ended) return {Reason::limit_not_found, number, false, false};
  if (by.empty()) return {Reason::limit_needs_approver, number, false, false};
  const bool was = c->state == ChangeState::in_force;
  if (was && loosens(c->limit.view(), c->value, without)) {
    if (c->revoker.empty()) {
      c->revoker = by;
      return {Reason::none, number, false, true};
    }
    if (c->revoker.view() == by) return {Reason::limit_same_person, number, false, true};
  }
  c->state = ChangeState::ended;
  return {Reason::none, number, was, false};
}

LimitBook::Due LimitBook::advance(Time now) {
  Due due;
  for (auto& c : changes_) {
    if (c.state == ChangeState::ended) continue;
    if (c.to.ns != 0 && c.to <= now) {
      if (c.state == ChangeState::in_force) due.expired.push_back(c.number);
      c.state = ChangeState::ended;
    } else if (c.state == ChangeState::scheduled && c.from <= now) {
      c.state = ChangeState::in_force;
      due.applied.push_back(c.number);
    }
  }
  return due;
}

void LimitBook::apply(Limits& l, AccountId account, InstrumentId instrument, std::uint64_t but) const {
  for (const auto& c : changes_) {
    const LimitScope& s = c.scope;
    if (c.state != ChangeState::in_force || c.number == but || s.strategy || s.firm) continue;
    if ((s.account && s.account != account) || (s.instrument && s.instrument != instrument)) continue;
    CHECK(set_limit(l, c.limit.view(), c.value), "a limit in force was checked when it was proposed");
  }
}

void LimitBook::apply(GroupLimits& l, StrategyId strategy, bool firm, std::uint64_t but) const {
  for (const auto& c : changes_) {
    const bool meant = firm ? c.scope.firm : (c.scope.strategy && c.scope.strategy == strategy);
    if (c.state != ChangeState::in_force || c.number == but || !meant) continue;
    CHECK(set_limit(l, c.limit.view(), c.value), "a limit in force was checked when it was proposed");
  }
}

}  // namespace trade
