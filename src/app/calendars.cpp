#include "app/calendars.h"

#include <map>

#include "adapters/system/file.h"
#include "domain/calendar/market_hours.h"
#include "wire/config.h"

namespace trade {
namespace {

struct CalendarFile {
  CalendarName name;
  std::string file, entry;
  FIELDS(CalendarFile, name, file, entry)
};

Result<Document> read_database(const std::string& path) {
  const auto text = posix_files()->read_all(path);
  if (!text) return text.error();
  return parse_json(*text, path);
}

Result<Document> spelled_out(const Calendar& c) {
  std::string json;
  wire::write_json(json, c);
  auto d = parse_json(json, "calendar");
  if (d) d->forget_lines();
  return d;
}

}  // namespace

Result<void> read_calendar_files(Document& root) {
  auto* config = root.find("config");
  auto* calendars = config == nullptr ? nullptr : config->find("calendars");
  if (calendars == nullptr) return {};
  std::map<std::string, Document> databases;
  for (std::size_t i = 0; i < calendars->items().size(); ++i) {
    auto& item = calendars->items()[i];
    if (item.find("file") == nullptr) continue;
    const auto where = "config.calendars[" + std::to_string(i) + "]";
    CalendarFile named;
    if (auto read = wire::read_config(&item, named, where); !read) return read.error();
    if (!databases.contains(named.file)) {
      auto database = read_database(named.file);
      if (!database) return Error{Failure::config, where + ".file", database.error().text(), "a market-hours file in Lean's format"};
      databases.emplace(named.file, std::move(*database));
    }
    const auto calendar = read_market_hours(databases.at(named.file), named.entry, named.name);
    if (!calendar) return Error{Failure::config, where + ".entry", named.file + ": " + calendar.error().text(), {}};
    auto d = spelled_out(*calendar);
    if (!d) return d.error();
    item = std::move(*d);
  }
  return {};
}

}  // namespace trade
