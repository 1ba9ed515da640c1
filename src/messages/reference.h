#pragma once
#include "core/digest.h"
#include "domain/calendar/calendar.h"
#include "domain/facts/corporate_action.h"
#include "wire/message_type.h"

// Conversation: reference data and the run itself (published by config).
namespace trade {

struct InstrumentListed {
  static constexpr std::string_view subject = "reference.instrument";
  Instrument instrument;
  FIELDS(InstrumentListed, instrument)
};
struct VenueListed {
  static constexpr std::string_view subject = "reference.venue";
  Venue venue;
  FIELDS(VenueListed, venue)
};
struct AccountOpened {
  static constexpr std::string_view subject = "reference.account";
  Account account;
  FIELDS(AccountOpened, account)
};

// A trading calendar that instruments name; listed before them. Members as in Calendar.
struct CalendarListed {
  static constexpr std::string_view subject = "reference.calendar";
  CalendarName name;
  Zone zone{};
  Many<SessionRule> sessions;
  Many<Date> holidays, bank_holidays;
  Many<SessionChange> early_closes, late_opens;
  FIELDS(CalendarListed, name, zone, sessions, holidays, bank_holidays, early_closes, late_opens)
};
// A message that points into `c`, and the calendar that a message tells.
CalendarListed listing_of(const Calendar& c);
Calendar calendar_of(const CalendarListed& m);

// A corporate action takes effect now; prices, positions, lots and open orders change with it.
struct CorporateActionDue {
  static constexpr std::string_view subject = "reference.corporate_action";
  CorporateAction action;
  FIELDS(CorporateActionDue, action)
};

// The first input of a process: its effective configuration is in force. config answers with the reference data above.
struct ConfigChanged {
  static constexpr std::string_view subject = "config.changed";
  static constexpr Role role = Role::command;
  std::uint64_t version{};
  Digest digest;  // SHA-256 of the effective configuration as canonical JSON
  FIELDS(ConfigChanged, version, digest)
};

}  // namespace trade
