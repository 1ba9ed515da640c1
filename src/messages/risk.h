#pragma once
#include "domain/facts/order.h"
#include "messages/limits.h"

// Conversation: what people and other parts tell risk, and what risk says beside its verdicts.
namespace trade {

// What a person says of an account, an instrument or a venue; `on` takes effect until it is said to be off.
enum class Condition : std::uint8_t { account_hold, unreconciled, venue_down, restricted };
NAMES(Condition, account_hold, unreconciled, venue_down, restricted)
// account_hold and unreconciled: of the account. venue_down: of the venue. restricted: of the instrument, for the account (0: for all);
// `version` is the restricted list's.
struct SetCondition {
  static constexpr std::string_view subject = "risk.condition";
  static constexpr Role role = Role::command;
  ClientId id;
  AccountId account;
  Condition condition{};
  InstrumentId instrument;
  VenueId venue;
  bool on{};
  std::uint32_t version{};
  Person by;
  FIELDS(SetCondition, id, account, condition, instrument, venue, on, version, by)
};
// So much of the instrument was located for the account to sell short; replaces what was located before.
struct GrantLocate {
  static constexpr std::string_view subject = "risk.locate";
  static constexpr Role role = Role::command;
  ClientId id;
  AccountId account;
  InstrumentId instrument;
  Quantity quantity;
  Person by;
  FIELDS(GrantLocate, id, account, instrument, quantity, by)
};
// The build of a strategy that is running now, hexadecimal.
struct AttestBuild {
  static constexpr std::string_view subject = "risk.attest";
  static constexpr Role role = Role::command;
  ClientId id;
  AccountId account;
  StrategyId strategy;
  Text<64> build;
  FIELDS(AttestBuild, id, account, strategy, build)
};
// The next order alike, until `until`, may pass the soft check that would refuse it for `check`. Used once.
struct OverrideCheck {
  static constexpr std::string_view subject = "risk.override";
  static constexpr Role role = Role::command;
  ClientId id;
  AccountId account;
  InstrumentId instrument;
  Side side{};
  Quantity quantity;
  Reason check{};
  Time until;
  Person by;
  Text<95> reason;
  FIELDS(OverrideCheck, id, account, instrument, side, quantity, check, until, by, reason)
};

// What a unit of value of an instrument adds to an account's value at risk.
struct MarginalVar {
  InstrumentId instrument;
  Ratio var;  // signed: of a long unit
  FIELDS(MarginalVar, instrument, var)
};
// An account's value at risk as of now, and its marginal vector: what check 21 reckons with until it is too old.
struct SetValueAtRisk {
  static constexpr std::string_view subject = "risk.var";
  static constexpr Role role = Role::command;
  ClientId id;
  AccountId account;
  Money amount;
  Many<MarginalVar> marginals;
  FIELDS(SetValueAtRisk, id, account, amount, marginals)
};

// soft_passed: a person's word let an order pass. stopped: a loss or drawdown stop latched. strategy_off: executed too often.
// over_limit: open orders stand over a limit that was tightened.
enum class AlertKind : std::uint8_t { soft_passed, stopped, strategy_off, over_limit };
NAMES(AlertKind, soft_passed, stopped, strategy_off, over_limit)
struct RiskAlert {
  static constexpr std::string_view subject = "risk.alert";
  Time time;
  AlertKind kind{};
  AccountId account;
  StrategyId strategy;
  InstrumentId instrument;
  OrderId order;
  std::uint8_t check{};  // its number; 0: none
  Reason reason{};
  FIELDS(RiskAlert, time, kind, account, strategy, instrument, order, check, reason)
};

}  // namespace trade
