#pragma once
#include <string>
#include <vector>

#include "core/decimal.h"
#include "core/ids.h"
#include "core/time.h"
#include "messages/limits.h"
#include "messages/risk.h"

// Questions about limits and overrides; risk answers them.
namespace trade {

// A limit in force and the most it was used up to on the last 30 days on which there was anything; `measured` false: nobody measures it.
struct LimitLine {
  AccountId account;
  InstrumentId instrument;
  LimitName limit;
  LimitValue value, peak;
  bool measured{};
  FIELDS(LimitLine, account, instrument, limit, value, peak, measured)
};
// A change of a limit that has not ended.
struct LimitChangeLine {
  std::uint64_t number{};
  AccountId account;
  InstrumentId instrument;
  StrategyId strategy;
  bool firm{}, in_force{};
  LimitName limit;
  LimitValue value;
  Person owner, proposer, approver;
  Text<95> reason;
  Time from, to;
  FIELDS(LimitChangeLine, number, account, instrument, strategy, firm, in_force, limit, value, owner, proposer, approver, reason, from, to)
};
struct LimitsInForce {
  std::vector<LimitLine> limits;
  std::vector<LimitChangeLine> changes;
  FIELDS(LimitsInForce, limits, changes)
};
// account 0: every account that has one line at least.
struct LimitsQuery {
  static constexpr std::string_view name = "LimitsQuery";
  using Answer = LimitsInForce;
  AccountId account;
  FIELDS(LimitsQuery, account)
};

// Words given for soft checks and not used yet.
struct OverrideLine {
  AccountId account;
  InstrumentId instrument;
  Side side{};
  Quantity quantity;
  Reason check{};
  Time until;
  FIELDS(OverrideLine, account, instrument, side, quantity, check, until)
};
struct OverridesGiven {
  std::uint64_t used{};
  std::vector<OverrideLine> given;
  FIELDS(OverridesGiven, used, given)
};
struct OverridesQuery {
  static constexpr std::string_view name = "OverridesQuery";
  using Answer = OverridesGiven;
  FIELDS(OverridesQuery)
};

}  // namespace trade
