#include "domain/calendar/market_hours.h"

#include <algorithm>
#include <charconv>

namespace trade {
namespace {

using Kind = Document::Kind;

// Where in the database reading stands, for errors.
struct Place {
  std::string_view entry;
  std::string member;
  Error wrong(const Document& d, std::string what, std::string mend) const {
    auto where = std::string(entry) + "." + member;
    if (d.line() > 0) where += ", line " + std::to_string(d.line());
    return {Failure::config, std::move(where), std::move(what), std::move(mend)};
  }
};

// Takes a whole number and what must stand behind it ('\0': nothing is asked) off the front; -1 when they are not there.
std::int64_t take_number(std::string_view& s, char behind) {
  std::int64_t v = 0;
  const auto [end, error] = std::from_chars(s.data(), s.data() + s.size(), v);
  if (error != std::errc{} || v < 0 || s.front() == '-') return -1;
  s.remove_prefix(static_cast<std::size_t>(end - s.data()));
  if (behind == '\0') return v;
  if (s.empty() || s.front() != behind) return -1;
  s.remove_prefix(1);
  return v;
}

// "7/3/2013".
std::optional<Date> parse_american(std::string_view s) {
  const auto month = take_number(s, '/');
  const auto day = take_number(s, '/');
  const auto year = take_number(s, '\0');
  if (!s.empty()) return std::nullopt;
  return make_date(year, month, day);
}

std::string found(const Document& d) { return d.kind() == Kind::text ? "\"" + d.text() + "\"" : "a value that is no text"; }

Result<Date> read_date(const Place& at, const Document& d, std::string_view text) {
  const auto date = parse_american(text);
  if (!date) return at.wrong(d, "\"" + std::string(text) + "\" is not a date", "month/day/year, as in 7/3/2013");
  return *date;
}
Result<Duration> read_clock(const Place& at, const Document& d) {
  const auto t = d.kind() == Kind::text ? parse_time_of_day(d.text()) : std::nullopt;
  if (!t) return at.wrong(d, found(d) + " is not a time of day", "as in 09:30:00, midnight at its end 1.00:00:00");
  return *t;
}

Result<void> read_sessions(const Place& at, const Document& list, Weekday weekday, Calendar& c) {
  if (list.kind() != Kind::list) return at.wrong(list, "is not a list", "a list of start, end, state");
  static constexpr std::pair<std::string_view, SessionKind> states[] = {
      {"premarket", SessionKind::pre}, {"market", SessionKind::regular}, {"postmarket", SessionKind::post}};
  for (const auto& item : list.items()) {
    const auto *start = item.find("start"), *end = item.find("end"), *state = item.find("state");
    if (start == nullptr || end == nullptr || state == nullptr) return at.wrong(item, "lacks start, end or state", "give all three");
    const auto from = read_clock(at, *start), to = read_clock(at, *end);
    if (!from) return from.error();
    if (!to) return to.error();
    const auto known = std::ranges::find(states, std::string_view(state->text()), [](const auto& s) { return s.first; });
    if (known == std::end(states)) return at.wrong(*state, found(*state) + " is no state", "premarket, market or postmarket");
    c.sessions.push_back({weekday, known->second, *from, *to});
  }
  return {};
}

Result<void> read_dates(const Place& at, const Document* list, std::vector<Date>& dates) {
  if (list == nullptr) return {};
  if (list->kind() != Kind::list) return at.wrong(*list, "is not a list", "a list of dates");
  for (const auto& item : list->items()) {
    const auto date = read_date(at, item, item.text());
    if (!date) return date.error();
    dates.push_back(*date);
  }
  std::ranges::stable_sort(dates);
  dates.erase(std::unique(dates.begin(), dates.end()), dates.end());
  return {};
}

Result<void> read_changes(const Place& at, const Document* table, std::vector<SessionChange>& changes) {
  if (table == nullptr) return {};
  if (table->kind() != Kind::table) return at.wrong(*table, "is not a table", "dates and their times");
  for (const auto& [key, value] : table->members()) {
    const auto date = read_date(at, value, key);
    if (!date) return date.error();
    const auto clock = read_clock(at, value);
    if (!clock) return clock.error();
    changes.push_back({*date, *clock});
  }
  std::ranges::stable_sort(changes, {}, &SessionChange::date);
  return {};
}

Result<Zone> read_zone(const Place& at, const Document& entry) {
  const auto* d = entry.find("exchangeTimeZone");
  if (d == nullptr || d->kind() != Kind::text) return at.wrong(entry, "is missing", "name the zone, as in America/New_York");
  static constexpr auto names = enum_names(Zone{});
  const auto known = std::ranges::find(names, std::string_view(d->text()));
  if (known != names.end()) return static_cast<Zone>(known - names.begin());
  const auto near = nearest(d->text(), {names.begin(), names.end()});
  return at.wrong(*d, found(*d) + " is no zone that is known", near.empty() ? "see src/core/zone.h" : "nearest: " + std::string(near));
}

}  // namespace

std::optional<Duration> parse_time_of_day(std::string_view s) {
  std::int64_t days = 0;
  const auto colon = s.find(':');
  if (const auto dot = s.find('.'); dot < colon || std::ranges::count(s, ':') == 3) {
    days = take_number(s, dot < colon ? '.' : ':');
    if (days < 0 || days > 1) return std::nullopt;
  }
  const auto hours = take_number(s, ':');
  const auto minutes = take_number(s, ':');
  const auto dot = std::min(s.find('.'), s.size());
  auto whole = s.substr(0, dot), part = s.substr(dot);
  const auto secs = take_number(whole, '\0');
  if (std::min({hours, minutes, secs}) < 0 || !whole.empty() || hours > 24 || minutes > 59 || secs > 59) return std::nullopt;
  std::int64_t fraction = 0, scale = 100'000'000;
  for (std::size_t i = 1; i < part.size(); ++i, scale /= 10) {
    if (part[i] < '0' || part[i] > '9' || scale == 0) return std::nullopt;
    fraction += (part[i] - '0') * scale;
  }
  const auto t = seconds(((days * 24 + hours) * 60 + minutes) * 60 + secs);
  const Duration all{t.ns + fraction};
  if (part.size() == 1 || all > seconds(86'400)) return std::nullopt;
  return all;
}

Result<Calendar> read_market_hours(const Document& database, std::string_view entry, const CalendarName& name) {
  const auto* entries = database.find("entries");
  if (entries == nullptr || entries->kind() != Kind::table)
    return Error{Failure::config, "entries", "is missing", "a market-hours database has a table of entries"};
  const auto* e = entries->find(entry);
  if (e == nullptr) {
    std::vector<std::string_view> known;
    for (const auto& m : entries->members()) known.push_back(m.first);
    const auto near = nearest(entry, known);
    return Error{Failure::config, std::string(entry), "no such entry", near.empty() ? "" : "nearest: " + std::string(near)};
  }
  Calendar c;
  c.name = name;
  const auto zone = read_zone({entry, "exchangeTimeZone"}, *e);
  if (!zone) return zone.error();
  c.zone = *zone;
  for (int d = 0; d < 7; ++d) {
    const auto weekday = static_cast<Weekday>(d);
    const Place at{entry, std::string(name_of(weekday))};
    if (const auto* list = e->find(at.member))
      if (auto read = read_sessions(at, *list, weekday, c); !read) return read.error();
  }
  auto read = read_dates({entry, "holidays"}, e->find("holidays"), c.holidays);
  if (read) read = read_dates({entry, "bankHolidays"}, e->find("bankHolidays"), c.bank_holidays);
  if (read) read = read_changes({entry, "earlyCloses"}, e->find("earlyCloses"), c.early_closes);
  if (read) read = read_changes({entry, "lateOpens"}, e->find("lateOpens"), c.late_opens);
  if (read) read = check_calendar(c);
  if (!read) {
    auto error = read.error();
    if (!error.where.starts_with(entry)) error.where = std::string(entry) + ": " + error.where;
    return error;
  }
  return c;
}

}  // namespace trade
