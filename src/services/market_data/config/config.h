#pragma once
#include <string>
#include <vector>

#include "domain/positions/corporate_action.h"
#include "messages/reference.h"
#include "runtime/service.h"

namespace trade {

// The reference data of a run, typed and checked: publishes what may be traded, where and by whom as soon as a configuration is in force,
// and each corporate action when it takes effect.
class ConfigService {
 public:
  struct Config {
    std::vector<Instrument> instruments;
    std::vector<Venue> venues;
    std::vector<Account> accounts;
    std::vector<Calendar> calendars;
    std::vector<CorporateAction> corporate_actions;
    FIELDS(Config, instruments, venues, accounts, calendars, corporate_actions)
  };
  // Which configuration is in force. The lists themselves come from it again at every start.
  struct State {
    std::uint64_t version{};
    Digest digest;
    std::vector<CorporateActionId> acted;  // corporate actions that have been told, or were past when the run began
    FIELDS(State, version, digest, acted)
  };
  using In = Consumes<ConfigChanged, TimerFired>;
  using Out = Emits<CalendarListed, InstrumentListed, VenueListed, AccountOpened, CorporateActionDue>;

  explicit ConfigService(const Config& config);
  // Refuses what could not be traded on; the error's `where` is the field's path: "accounts[1].cash".
  static Result<void> validate(const Config& config);

  void on(const ConfigChanged& m, Context<Out>& context);
  // The token is a corporate action's id.
  void on(const TimerFired& m, Context<Out>& context);

  State state;

 private:
  Config config_;
};

}  // namespace trade
