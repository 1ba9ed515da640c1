#pragma once
#include <span>
#include <vector>

#include "core/ids.h"
#include "core/result.h"
#include "core/zone.h"
#include "domain/facts/calendar.h"

// The trading calendar of an exchange: sessions, trading days, settlement days. Pure; rules by wall clock, answers in UTC.
namespace trade {

using CalendarName = Text<23>;

// [open, close) of one trading day. Of kind closed: the time between two sessions, `day` being that of the later one.
struct Session {
  SessionKind kind{};
  Date day;
  Time open, close;
  bool operator==(const Session&) const = default;
  FIELDS(Session, kind, day, open, close)
};

// regular: the main sessions alone. extended: what is traded before and after them as well.
enum class Hours : std::uint8_t { regular, extended };
NAMES(Hours, regular, extended)

// A date is a trading day when sessions of its own are left on it after holidays, early closes and late opens. A session that runs up to
// midnight and goes on after it belongs to the next trading day (as in futures and FX, whose Monday begins on Sunday evening), where an
// after-hours session counts as pre; sessions of a day that are of one kind and touch are one. Sessions from midnight to midnight
// belong to their own date. An early close that lies before a late open of the same date is a break between the two.
struct Calendar {
  CalendarName name;
  Zone zone{};
  std::vector<SessionRule> sessions;         // by weekday and start, apart from each other
  std::vector<Date> holidays;                // ascending: no sessions
  std::vector<Date> bank_holidays;           // ascending: trading days on which nothing settles
  std::vector<SessionChange> early_closes;   // by date
  std::vector<SessionChange> late_opens;     // by date
  bool operator==(const Calendar&) const = default;
  FIELDS(Calendar, name, zone, sessions, holidays, bank_holidays, early_closes, late_opens)

  // One regular session every UTC day: of what never closes.
  static Calendar always_open();

  bool is_trading_day(Date d) const;
  // The sessions of a trading day in order of time; empty for other dates.
  std::vector<Session> sessions_of(Date day) const;
  // From its first open to its last close (kind regular); nullopt when it has none of these hours.
  std::optional<Session> whole_day(Date day, Hours hours) const;

  // The session, or the closed time, that holds t.
  Session session_at(Time t) const;
  // The trading day of that.
  Date trading_day(Time t) const { return session_at(t).day; }
  bool is_open(Time t, Hours hours) const;
  // The first open, or close, after t; sessions that touch are one when all hours count. The largest Time when there is none.
  Time next_open(Time t, Hours hours) const;
  Time next_close(Time t, Hours hours) const;

  // n > 0: the n-th trading day after d; n < 0: before; 0: d, or the next when d is none.
  Date add_trading_days(Date d, int n) const;
  // A trading day that is no bank holiday.
  bool is_settlement_day(Date d) const;
  // T + n: the n-th settlement day after the trade date; 0: the trade date, or the next when nothing settles on it.
  Date settlement_day(Date trade_date, int n) const;
};

// What the members' comments say, at most 7 sessions a weekday, and one at least in the week that makes a trading day. Errors name
// the field.
Result<void> check_calendar(const Calendar& c);

// The calendars that instruments name; an empty name means always open. What is not there may not be asked for.
class Calendars {
 public:
  // Replaces the one of the same name.
  void add(Calendar c);
  bool has(const CalendarName& name) const { return place_of(name) < list_.size(); }
  const Calendar& of(const CalendarName& name) const { return (*this)[place_of(name)]; }
  // Where it stands, for as long as these calendars last; 0: always open. The number of calendars when it is not there.
  std::size_t place_of(const CalendarName& name) const;
  const Calendar& operator[](std::size_t place) const;
  FIELDS(Calendars, list_)

 private:
  std::vector<Calendar> list_{Calendar::always_open()};
};

}  // namespace trade
