#pragma once
#include "domain/facts/order.h"
#include "wire/message_type.h"

// Conversation: people and risk's limits. Loosening a limit takes two people, tightening it one.
namespace trade {

using Person = Text<31>;
using LimitName = Text<31>;  // a member of Limits or GroupLimits: "max_position"
// A limit's value as people write it: quantities, amounts, shares and counts as they are, times in seconds, flags as 0 or 1, choices by
// their number.
using LimitValue = Scaled<struct LimitValueTag>;

// Proposes another value from `from` (0: now) to `to` (0: for good), for an account, an instrument or both (0: any), a strategy, or the
// firm. In force at once when it tightens; else when another person has approved it. At `to` what was in force before is again.
struct ProposeLimit {
  static constexpr std::string_view subject = "risk.limit.propose";
  static constexpr Role role = Role::command;
  ClientId id;
  AccountId account;
  InstrumentId instrument;
  StrategyId strategy;
  bool firm{};
  LimitName limit;
  LimitValue value;
  Person owner, by;
  Text<95> reason;
  Time from, to;
  FIELDS(ProposeLimit, id, account, instrument, strategy, firm, limit, value, owner, by, reason, from, to)
};
// Approves the proposal of this number; `account` as in the proposal.
struct ApproveLimit {
  static constexpr std::string_view subject = "risk.limit.approve";
  static constexpr Role role = Role::command;
  ClientId id;
  AccountId account;
  std::uint64_t number{};
  Person by;
  FIELDS(ApproveLimit, id, account, number, by)
};
// Takes a proposal or a change in force back. What tightened takes two people: the first asks, the second does.
struct RevokeLimit {
  static constexpr std::string_view subject = "risk.limit.revoke";
  static constexpr Role role = Role::command;
  ClientId id;
  AccountId account;
  std::uint64_t number{};
  Person by;
  Text<95> reason;
  FIELDS(RevokeLimit, id, account, number, by, reason)
};

enum class LimitStep : std::uint8_t { proposed, approved, applied, expired, revoked };
NAMES(LimitStep, proposed, approved, applied, expired, revoked)

// A change of a limit went a step further. Before and after: what was and is in force for its scope; equal but for applied, expired and
// revoked.
struct RiskLimitChanged {
  static constexpr std::string_view subject = "risk.limit";
  Time time;
  std::uint64_t number{};
  LimitStep step{};
  AccountId account;
  InstrumentId instrument;
  StrategyId strategy;
  bool firm{};
  LimitName limit;
  LimitValue before, after;
  Person owner, by;
  FIELDS(RiskLimitChanged, time, number, step, account, instrument, strategy, firm, limit, before, after, owner, by)
};

}  // namespace trade
