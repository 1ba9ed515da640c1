// Answers questions about time zones and calendars, a line each, for the script beside it:
//   offset ZONE SECOND            -> seconds ahead of UTC
//   wall ZONE DAYS SECONDS        -> the second (UTC) at which that clock shows it
//   load FILE ENTRY               -> ok
//   session SECOND                -> kind day open close (seconds; of the entry loaded last)
//   next SECOND regular|extended  -> next_open next_close
//   settle DAYS N                 -> days
#include <algorithm>
#include <fstream>
#include <iostream>
#include <map>
#include <sstream>

#include "domain/calendar/market_hours.h"
#include "wire/json.h"

using namespace trade;

namespace {

Zone zone_of(const std::string& name) {
  constexpr auto names = enum_names(Zone{});
  const auto at = std::find(names.begin(), names.end(), name);
  CHECK(at != names.end(), name);
  return static_cast<Zone>(at - names.begin());
}

std::int64_t in_seconds(Time t) { return t.ns / 1'000'000'000; }

}  // namespace

int main() {
  std::map<std::string, Document> files;
  Calendar calendar;
  for (std::string line; std::getline(std::cin, line);) {
    std::istringstream in(line);
    std::string what, name;
    std::int64_t a = 0, b = 0;
    in >> what;
    if (what == "offset") {
      in >> name >> a;
      std::cout << offset_at(zone_of(name), Time{} + seconds(a)).ns / 1'000'000'000 << "\n";
    } else if (what == "wall") {
      in >> name >> a >> b;
      std::cout << in_seconds(from_wall_clock(zone_of(name), Date{static_cast<std::int32_t>(a)}, seconds(b)).value()) << "\n";
    } else if (what == "load") {
      std::string entry;
      in >> name >> entry;
      if (!files.contains(name)) {
        std::ifstream file(name);
        std::ostringstream text;
        text << file.rdbuf();
        auto d = parse_json(text.str(), name);
        CHECK(d.ok(), d.ok() ? "" : d.error().text());
        files.emplace(name, *d);
      }
      const auto c = read_market_hours(files.at(name), entry, "probed");
      if (c) calendar = *c;
      std::cout << (c ? "ok" : c.error().text()) << "\n";
    } else if (what == "session") {
      in >> a;
      const auto s = calendar.session_at(Time{} + seconds(a));
      std::cout << name_of(s.kind) << " " << s.day.days << " " << in_seconds(s.open) << " " << in_seconds(s.close) << "\n";
    } else if (what == "next") {
      in >> a >> name;
      const auto hours = name == "regular" ? Hours::regular : Hours::extended;
      const auto t = Time{} + seconds(a);
      std::cout << in_seconds(calendar.next_open(t, hours)) << " " << in_seconds(calendar.next_close(t, hours)) << "\n";
    } else if (what == "settle") {
      in >> a >> b;
      std::cout << calendar.settlement_day(Date{static_cast<std::int32_t>(a)}, static_cast<int>(b)).days << "\n";
    } else {
      std::cout << "unknown question\n";
    }
  }
}
