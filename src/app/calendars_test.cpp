#include "app/calendars.h"

#include <gtest/gtest.h>

#include "domain/calendar/calendar.h"
#include "wire/config.h"

namespace trade {
namespace {

Document root_with(const std::string& item) {
  auto d = parse_json(R"({"config": {"calendars": [)" + item + "]}}", "test");
  CHECK(d.ok(), d.ok() ? "" : d.error().text());
  return *d;
}
std::string item(const std::string& file, const std::string& entry) {
  return R"({"name": "us", "file": ")" + file + R"(", "entry": ")" + entry + "\"}";
}
const std::string bundled = TRADE_SOURCE_DIR "/examples/calendars/market_hours.json";

TEST(calendar_files, are_spelled_out) {
  auto root = root_with(item(bundled, "Equity-usa-[*]"));
  ASSERT_TRUE(read_calendar_files(root).ok());
  Calendar c;
  const auto read = wire::read_config(&root.find("config")->find("calendars")->items()[0], c);
  ASSERT_TRUE(read.ok()) << read.error().text();
  EXPECT_EQ(c.name.view(), "us");
  EXPECT_EQ(c.zone, Zone::new_york);
  EXPECT_TRUE(check_calendar(c).ok());
  EXPECT_EQ(c.whole_day(*parse_date("2013-11-29"), Hours::regular)->close, parse_time("2013-11-29T18:00:00"));
  const auto before = root.find("config")->find("calendars")->items()[0].members().size();
  ASSERT_TRUE(read_calendar_files(root).ok());  // what is spelled out stays
  EXPECT_EQ(root.find("config")->find("calendars")->items()[0].members().size(), before);
}

TEST(calendar_files, errors_name_the_item) {
  const auto fails = [](const std::string& text, const std::string& where, const std::string& what) {
    auto root = root_with(text);
    const auto read = read_calendar_files(root);
    ASSERT_FALSE(read.ok());
    EXPECT_TRUE(read.error().where.starts_with(where)) << read.error().text();
    EXPECT_NE(read.error().text().find(what), std::string::npos) << read.error().text();
    EXPECT_EQ(read.error().kind, Failure::config);
  };
  fails(item(bundled, "Equity-usa-[x]"), "config.calendars[0].entry", "nearest: Equity-usa-[*]");
  fails(item("/nowhere.json", "x"), "config.calendars[0].file", "/nowhere.json");
  fails(item(TRADE_SOURCE_DIR "/README.md", "x"), "config.calendars[0].file", "README.md:1");
  fails(R"({"name": "us", "file": "x", "entry": "y", "zone": "UTC"})", "config.calendars[0].zone", "zone");
}

}  // namespace
}  // namespace trade
