#pragma once
#include <string>
#include <vector>

#include "messages/reference.h"
#include "runtime/service.h"

namespace trade {

// The reference data of a run, typed and checked: publishes what may be traded, where and by whom as soon as a configuration is in force.
class ConfigService {
 public:
  struct Config {
    std::vector<Instrument> instruments;
    std::vector<Venue> venues;
    std::vector<Account> accounts;
    std::vector<Calendar> calendars;
    FIELDS(Config, instruments, venues, accounts, calendars)
  };
  // Which configuration is in force. The lists themselves come from it again at every start.
  struct State {
    std::uint64_t version{};
    Digest digest;
    FIELDS(State, version, digest)
  };
  using In = Consumes<ConfigChanged>;
  using Out = Emits<CalendarListed, InstrumentListed, VenueListed, AccountOpened>;

  explicit ConfigService(const Config& config);
  // Refuses what could not be traded on; the error's `where` is the field's path: "accounts[1].cash".
  static Result<void> validate(const Config& config);

  void on(const ConfigChanged& m, Context<Out>& context);

  State state;

 private:
  Config config_;
};

}  // namespace trade
