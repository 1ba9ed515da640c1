#include "domain/calendar/calendar.h"

#include <algorithm>
#include <limits>

namespace trade {
namespace {

constexpr Duration whole_date = seconds(86'400);
constexpr Time last_time{std::numeric_limits<std::int64_t>::max()}, first_time{std::numeric_limits<std::int64_t>::min()};

constexpr Weekday day_after(Weekday d) { return static_cast<Weekday>((static_cast<int>(d) + 1) % 7); }

// Runs up to midnight and goes on behind it: part of the next trading day.
bool runs_over(const Calendar& c, const SessionRule& r) {
  if (r.end != whole_date || r.start.ns == 0) return false;
  return std::ranges::any_of(c.sessions, [&](const SessionRule& n) { return n.weekday == day_after(r.weekday) && n.start.ns == 0; });
}

const SessionChange* change_on(const std::vector<SessionChange>& changes, Date d) {
  const auto at = std::ranges::lower_bound(changes, d, {}, &SessionChange::date);
  return at != changes.end() && at->date == d ? &*at : nullptr;
}
bool listed(const std::vector<Date>& dates, Date d) { return std::ranges::binary_search(dates, d); }

struct Part {
  SessionKind kind;
  bool over;  // belongs to the next trading day
  Duration start, end;
};

// Calls take(Part) for what is left of the week's sessions on this date, in order.
template <class Take>
void each_part(const Calendar& c, Date d, Take&& take) {
  if (listed(c.holidays, d)) return;
  const auto* early = change_on(c.early_closes, d);
  const auto* late = change_on(c.late_opens, d);
  const bool a_break = early != nullptr && late != nullptr && early->at < late->at;
  const auto cut = [&](Part p, Duration from, Duration to) {
    p.start = std::max(p.start, from);
    p.end = std::min(p.end, to);
    if (p.start < p.end) take(p);
  };
  for (const auto& r : c.sessions) {
    if (r.weekday != weekday_of(d)) continue;
    const Part p{r.kind, runs_over(c, r), r.start, r.end};
    if (a_break) {
      cut(p, {}, early->at);
      cut(p, late->at, whole_date);
    } else {
      cut(p, late != nullptr ? late->at : Duration{}, early != nullptr ? early->at : whole_date);
    }
  }
}

Time at_wall(const Calendar& c, Date d, Duration since_midnight) {
  const auto t = from_wall_clock(c.zone, d, since_midnight);
  return t ? *t : d.days < 0 ? first_time : last_time;
}

// Joins sessions that touch when `same(kind, kind)` says so.
template <class Same>
void add_joined(std::vector<Session>& to, const Session& s, Same same) {
  if (s.open >= s.close) return;
  if (!to.empty() && to.back().close == s.open && same(to.back().kind, s.kind)) to.back().close = s.close;
  else to.push_back(s);
}

// The trading day that is nearest to d in steps of `step`, d included.
template <class Good>
Date nearest(Date d, int step, Good good) {
  while (!good(d)) d = d + step;
  return d;
}

template <class Good>
Date count_days(Date d, int n, Good good) {
  if (n == 0) return nearest(d, 1, good);
  for (const int step = n > 0 ? 1 : -1; n != 0; n -= step) d = nearest(d + step, step, good);
  return d;
}

// The stretches of one trading day during which these hours are open.
std::vector<Session> stretches(const Calendar& c, Date day, Hours hours) {
  std::vector<Session> joined;
  for (const auto& s : c.sessions_of(day))
    if (hours == Hours::extended || s.kind == SessionKind::regular) add_joined(joined, s, [](auto, auto) { return true; });
  return joined;
}

template <class Edge>
Time next_edge(const Calendar& c, Time t, Hours hours, Edge edge) {
  Date day = c.trading_day(t);
  for (int days = 0; days < 1000; ++days, day = c.add_trading_days(day, 1))
    for (const auto& s : stretches(c, day, hours))
      if (edge(s) > t) return edge(s);
  return last_time;
}

}  // namespace

Calendar Calendar::always_open() {
  Calendar c;
  for (int d = 0; d < 7; ++d) c.sessions.push_back({static_cast<Weekday>(d), SessionKind::regular, {}, whole_date});
  return c;
}

bool Calendar::is_trading_day(Date d) const {
  bool any = false;
  each_part(*this, d, [&](const Part& p) { any = any || !p.over; });
  return any;
}

std::vector<Session> Calendar::sessions_of(Date day) const {
  std::vector<Session> found;
  if (!is_trading_day(day)) return found;
  const auto put = [&](Date d, bool over) {
    each_part(*this, d, [&](const Part& p) {
      if (p.over != over) return;
      const auto kind = over && p.kind == SessionKind::post ? SessionKind::pre : p.kind;
      add_joined(found, {kind, day, at_wall(*this, d, p.start), at_wall(*this, d, p.end)}, [](auto a, auto b) { return a == b; });
    });
  };
  const Date before = nearest(day - 1, -1, [&](Date d) { return is_trading_day(d); });
  for (Date d = before; d < day; d = d + 1) put(d, true);
  put(day, false);
  return found;
}

std::optional<Session> Calendar::whole_day(Date day, Hours hours) const {
  const auto open = stretches(*this, day, hours);
  if (open.empty()) return std::nullopt;
  return Session{SessionKind::regular, day, open.front().open, open.back().close};
}

Session Calendar::session_at(Time t) const {
  Date day = add_trading_days(wall_clock(zone, t).date, 0);
  for (Time closed_since = first_time;; day = add_trading_days(day, 1)) {
    const auto today = sessions_of(day);
    if (today.empty() || (closed_since == first_time && t < today.front().open)) {
      const auto before = sessions_of(add_trading_days(day, -1));
      if (!before.empty()) closed_since = before.back().close;
    }
    for (const auto& s : today) {
      if (t < s.open) return {SessionKind::closed, day, closed_since, s.open};
      if (t < s.close) return s;
      closed_since = s.close;
    }
    if (today.empty()) return {SessionKind::closed, day, closed_since, last_time};
  }
}

bool Calendar::is_open(Time t, Hours hours) const {
  const auto kind = session_at(t).kind;
  return kind == SessionKind::regular || (hours == Hours::extended && kind != SessionKind::closed);
}

Time Calendar::next_open(Time t, Hours hours) const {
  return next_edge(*this, t, hours, [](const Session& s) { return s.open; });
}
Time Calendar::next_close(Time t, Hours hours) const {
  return next_edge(*this, t, hours, [](const Session& s) { return s.close; });
}

Date Calendar::add_trading_days(Date d, int n) const {
  return count_days(d, n, [this](Date x) { return is_trading_day(x); });
}
bool Calendar::is_settlement_day(Date d) const { return is_trading_day(d) && !listed(bank_holidays, d); }
Date Calendar::settlement_day(Date trade_date, int n) const {
  CHECK(n >= 0, "nothing settles before it is traded");
  return count_days(trade_date, n, [this](Date x) { return is_settlement_day(x); });
}

Result<void> check_calendar(const Calendar& c) {
  const auto bad = [](std::string field, std::string what, std::string mend) {
    return Error{Failure::config, std::move(field), std::move(what), std::move(mend)};
  };
  bool any_day = false;
  std::array<int, 7> count{};
  for (std::size_t i = 0; i < c.sessions.size(); ++i) {
    const auto& s = c.sessions[i];
    const auto where = "sessions[" + std::to_string(i) + "]";
    if (s.kind == SessionKind::closed) return bad(where + ".kind", "is closed", "list what is open: pre, regular, post");
    if (s.start.ns < 0 || s.end > whole_date || s.start >= s.end)
      return bad(where, print(s.start) + " to " + print(s.end) + " is no stretch of a date", "0s <= start < end <= 1d");
    if (i > 0 && c.sessions[i - 1].weekday > s.weekday) return bad(where + ".weekday", "comes after a later one", "order them from sunday");
    if (i > 0 && c.sessions[i - 1].weekday == s.weekday && c.sessions[i - 1].end > s.start)
      return bad(where + ".start", "lies before the end of the session before", "sessions do not overlap");
    if (++count[static_cast<std::size_t>(s.weekday)] > 7) return bad(where, "is the eighth of its weekday", "at most 7");
    any_day = any_day || !runs_over(c, s);
  }
  if (!any_day) return bad("sessions", "no weekday has a session of its own", "list the sessions of the week");
  for (const auto& [field, dates] : {std::pair{"holidays", &c.holidays}, {"bank_holidays", &c.bank_holidays}})
    for (std::size_t i = 1; i < dates->size(); ++i)
      if ((*dates)[i - 1] >= (*dates)[i])
        return bad(std::string(field) + "[" + std::to_string(i) + "]", print((*dates)[i]) + " does not ascend", "order them, each once");
  for (const auto& [field, changes] : {std::pair{"early_closes", &c.early_closes}, {"late_opens", &c.late_opens}})
    for (std::size_t i = 0; i < changes->size(); ++i) {
      const auto where = std::string(field) + "[" + std::to_string(i) + "]";
      if (i > 0 && (*changes)[i - 1].date >= (*changes)[i].date)
        return bad(where + ".date", "does not ascend", "order them, each date once");
      if ((*changes)[i].at.ns < 0 || (*changes)[i].at > whole_date) return bad(where + ".at", "is no time of a date", "0s to 1d");
    }
  return {};
}

void Calendars::add(Calendar c) {
  for (auto& listed : list_)
    if (listed.name == c.name) {
      listed = std::move(c);
      return;
    }
  list_.push_back(std::move(c));
}
std::size_t Calendars::place_of(const CalendarName& name) const {
  return static_cast<std::size_t>(std::ranges::find(list_, name, &Calendar::name) - list_.begin());
}
const Calendar& Calendars::operator[](std::size_t place) const {
  CHECK(place < list_.size(), "no such calendar is listed");
  return list_[place];
}

}  // namespace trade
