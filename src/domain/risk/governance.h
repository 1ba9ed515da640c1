#pragma once
#include <optional>
#include <string_view>
#include <vector>

#include "core/text.h"
#include "domain/risk/limits.h"

// Who changes limits, how, and since when: loosening takes two people, tightening one, and a change may be for a time.
namespace trade {

// In 1e-8: quantities, amounts, shares and counts as they are, times in seconds, flags 0 or 1, choices by their number.
using LimitValueUnits = std::int64_t;

// Reads and writes a limit by its name; nothing and false: no such limit, or a value it cannot have.
std::optional<LimitValueUnits> limit_value(const Limits& l, std::string_view name);
std::optional<LimitValueUnits> limit_value(const GroupLimits& l, std::string_view name);
bool set_limit(Limits& l, std::string_view name, LimitValueUnits value);
bool set_limit(GroupLimits& l, std::string_view name, LimitValueUnits value);

// Whether `to` admits what `from` did not. What cannot be compared (a choice, a collar's least) loosens unless it is equal.
bool loosens(std::string_view name, LimitValueUnits from, LimitValueUnits to);

// Whom a change is for: an account, an instrument or both (0: any), a strategy, or the firm.
struct LimitScope {
  AccountId account;
  InstrumentId instrument;
  StrategyId strategy;
  bool firm{};
  bool operator==(const LimitScope&) const = default;
  FIELDS(LimitScope, account, instrument, strategy, firm)
};

enum class ChangeState : std::uint8_t { proposed, scheduled, in_force, ended };
NAMES(ChangeState, proposed, scheduled, in_force, ended)

struct LimitChange {
  std::uint64_t number{};
  LimitScope scope;
  Text<31> limit;
  LimitValueUnits value{};
  Text<31> owner, proposer, approver, revoker;
  Text<95> reason;
  Time from, to;  // to 0: for good
  ChangeState state{};
  FIELDS(LimitChange, number, scope, limit, value, owner, proposer, approver, revoker, reason, from, to, state)
};

// All changes that have not ended, in the order they were proposed; of two in force for one limit the later counts.
class LimitBook {
 public:
  static constexpr std::size_t most = 10'000;

  struct Answer {
    Reason reason{};
    std::uint64_t number{};
    bool in_force{};   // it took effect, or ceased to
    bool asked{};      // another person must say so too
  };
  // `current`: the limit's value in force for the scope. A change that tightens takes effect at once, unless it begins later.
  Answer propose(LimitChange c, LimitValueUnits current, Time now);
  Answer approve(std::uint64_t number, std::string_view by, Time now);
  // `without`: what the limit would be without the change.
  Answer revoke(std::uint64_t number, std::string_view by, LimitValueUnits without, Time now);
  // Brings into force what is due, and ends what has run out: the numbers of both.
  struct Due {
    std::vector<std::uint64_t> applied, expired;
  };
  Due advance(Time now);

  const LimitChange* find(std::uint64_t number) const;
  const std::vector<LimitChange>& changes() const { return changes_; }
  // Puts every change in force for the scope on top of l; `but` is left out. The account's own limits are those with instrument 0.
  void apply(Limits& l, AccountId account, InstrumentId instrument, std::uint64_t but = 0) const;
  void apply(GroupLimits& l, StrategyId strategy, bool firm, std::uint64_t but = 0) const;

 private:
  LimitChange* change(std::uint64_t number);
  std::vector<LimitChange> changes_;
  std::uint64_t last_ = 0;

 public:
  FIELDS(LimitBook, changes_, last_)
};

}  // namespace trade
