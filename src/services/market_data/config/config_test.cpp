#include "services/market_data/config/config.h"

#include <gtest/gtest.h>

#include <functional>

#include "runtime/testing.h"
#include "wire/json.h"

namespace trade {

extern const ServiceType config_service;

namespace {

constexpr const char* good = R"({"config": {
  "instruments": [
    {"id": 1, "symbol": "BTCUSDT", "contract": "linear", "base": "BTC", "quote": "USDT", "tick": 0.1, "lot": 0.001, "min_notional": 5,
     "calendar": "round"},
    {"id": 2, "symbol": "BTCUSD_PERP", "contract": "inverse", "base": "BTC", "quote": "USD", "tick": 0.1, "lot": 1, "multiplier": 100}],
  "venues": [{"id": 1, "name": "binance", "maker_fee": 0.0002, "taker_fee": 0.0004, "order_latency": "10ms"}],
  "accounts": [{"id": 1, "name": "desk", "cash": "1000000 USDT"}, {"id": 2, "name": "coin", "cash": "10 BTC"}],
  "calendars": [{"name": "round", "sessions": [{"weekday": "monday", "kind": "regular", "start": "9h", "end": "17h"}],
                 "holidays": ["2024-12-30"]}]}})";

ConfigService::Config good_config() {
  const auto document = parse_json(good, "good");
  ConfigService::Config config;
  EXPECT_TRUE(wire::read_document(*document->find("config"), config, {}).ok());
  return config;
}

CorporateAction split(std::uint32_t id, Time effective = Time{}) {
  CorporateAction a;
  a.id = {id};
  a.instrument = {1};
  a.effective = effective;
  a.shares_new = quantity_of(2);
  a.shares_old = quantity_of(1);
  return a;
}

TEST(config, tells_a_corporate_action_once_at_its_time) {
  const auto document = parse_json(good, "good");
  const std::string list = R"("corporate_actions": [
    {"id": 7, "kind": "split", "instrument": 1, "effective": "1970-01-01T00:00:05Z", "shares_new": 2, "shares_old": 1},
    {"id": 8, "kind": "split", "instrument": 1, "effective": "1969-12-31T00:00:00Z", "shares_new": 3, "shares_old": 1}], "calendars")";
  std::string text = good;
  text.replace(text.find("\"calendars\""), 11, list);
  const auto with_actions = parse_json(text, "actions");
  TestBench bench({{"config", &config_service}}, *with_actions);
  bench.send(ConfigChanged{1, {}}, Time{1});
  bench.run_timers(Time{4'999'999'999});
  EXPECT_TRUE(bench.take<CorporateActionDue>().empty());
  bench.send(ConfigChanged{2, {}}, Time{4'999'999'999});
  bench.run_timers(Time{6'000'000'000});
  const auto due = bench.take<CorporateActionDue>();
  ASSERT_EQ(due.size(), 1u);
  EXPECT_EQ(due[0].action.id, CorporateActionId{7});
  bench.send(ConfigChanged{3, {}}, Time{7'000'000'000});
  bench.run_timers(Time{9'000'000'000});
  EXPECT_TRUE(bench.take<CorporateActionDue>().empty());
  // One that a later configuration adds when its time has passed is due at once.
  TestBench late({{"config", &config_service}}, *with_actions);
  TestBench before({{"config", &config_service}}, *document);
  before.send(ConfigChanged{1, {}}, Time{1});
  late.restore(0, before.save(0));
  late.send(ConfigChanged{2, {}}, Time{8'000'000'000});
  late.run_timers(Time{8'000'000'000});
  EXPECT_EQ(late.take<CorporateActionDue>().size(), 2u);
}

TEST(config, publishes_what_is_listed) {
  const auto document = parse_json(good, "good");
  TestBench bench({{"config", &config_service}}, *document);
  ConfigChanged changed{3, {}};
  changed.digest.bytes[0] = 9;
  bench.send(changed, Time{1});
  const auto calendars = bench.take<CalendarListed>();
  ASSERT_EQ(calendars.size(), 1u);
  EXPECT_EQ(calendar_of(calendars[0]), good_config().calendars[0]);
  EXPECT_EQ(calendar_of(calendars[0]).holidays.at(0), parse_date("2024-12-30"));
  const auto instruments = bench.take<InstrumentListed>();
  ASSERT_EQ(instruments.size(), 2u);
  EXPECT_EQ(instruments[0].instrument.multiplier, quantity_of(1));
  EXPECT_EQ(instruments[0].instrument.settle, Currency("USDT"));
  EXPECT_EQ(instruments[1].instrument.settle, Currency("BTC"));
  ASSERT_EQ(bench.take<VenueListed>().size(), 1u);
  const auto accounts = bench.take<AccountOpened>();
  ASSERT_EQ(accounts.size(), 2u);
  EXPECT_EQ(print(accounts[0].account.cash), "1000000 USDT");

  TestBench again({{"config", &config_service}}, *document);
  again.restore(0, bench.save(0));
  EXPECT_EQ(again.save(0), bench.save(0));
}

struct Bad {
  std::string where;
  std::function<void(ConfigService::Config&)> spoil;
};

TEST(config, names_what_is_wrong) {
  ASSERT_TRUE(ConfigService::validate(good_config()).ok());
  ASSERT_TRUE(ConfigService::validate({}).ok());
  using C = ConfigService::Config;
  const Bad cases[] = {
      {"instruments[1].id", [](C& c) { c.instruments[1].id = {1}; }},
      {"instruments[0].id", [](C& c) { c.instruments[0].id = {}; }},
      {"instruments[1].symbol", [](C& c) { c.instruments[1].symbol = "BTCUSDT"; }},
      {"instruments[0].symbol", [](C& c) { c.instruments[0].symbol = ""; }},
      {"instruments[0].tick", [](C& c) { c.instruments[0].tick = {}; }},
      {"instruments[0].tick", [](C& c) { c.instruments[0].tick = {-1}; }},
      {"instruments[1].lot", [](C& c) { c.instruments[1].lot = {}; }},
      {"instruments[1].min_quantity", [](C& c) { c.instruments[1].min_quantity = {150'000'000}; }},
      {"instruments[0].min_quantity", [](C& c) { c.instruments[0].min_quantity = {-100'000}; }},
      {"instruments[0].min_notional", [](C& c) { c.instruments[0].min_notional = {-1}; }},
      {"instruments[0].multiplier", [](C& c) { c.instruments[0].multiplier = {-1}; }},
      {"instruments[0].multiplier", [](C& c) { c.instruments[0].multiplier = {quantity_of(1'000'000).units + 1}; }},
      {"instruments[0].multiplier", [](C& c) { c.instruments[0].contract = Contract::spot, c.instruments[0].multiplier = quantity_of(2); }},
      {"instruments[0].base", [](C& c) { c.instruments[0].base = ""; }},
      {"instruments[0].quote", [](C& c) { c.instruments[0].quote = ""; }},
      {"instruments[0].quote", [](C& c) { c.instruments[0].quote = "BTC"; }},
      {"instruments[0].settle", [](C& c) { c.instruments[0].settle = "BTC"; }},
      {"instruments[1].settle", [](C& c) { c.instruments[1].settle = "USD"; }},
      {"venues[0].id", [](C& c) { c.venues[0].id = {}; }},
      {"venues[1].name", [](C& c) { c.venues.push_back(c.venues[0]), c.venues[1].id = {2}; }},
      {"venues[0].maker_fee", [](C& c) { c.venues[0].maker_fee = {decimal_one}; }},
      {"venues[0].taker_fee", [](C& c) { c.venues[0].taker_fee = {-decimal_one}; }},
      {"venues[0].order_latency", [](C& c) { c.venues[0].order_latency = {-1}; }},
      {"venues[0].report_latency", [](C& c) { c.venues[0].report_latency = {-1}; }},
      {"instruments[1].calendar", [](C& c) { c.instruments[1].calendar = "rond"; }},
      {"calendars[0].name", [](C& c) { c.calendars[0].name = ""; }},
      {"calendars[1].name", [](C& c) { c.calendars.push_back(c.calendars[0]); }},
      {"calendars[0].sessions", [](C& c) { c.calendars[0].sessions.clear(); }},
      {"calendars[0].holidays[1]", [](C& c) { c.calendars[0].holidays = {Date{5}, Date{5}}; }},
      {"instruments[1].settlement_days", [](C& c) { c.instruments[1].settlement_days = 2; }},
      {"instruments[0].settlement_days", [](C& c) { c.instruments[0].contract = Contract::spot, c.instruments[0].settlement_days = 11; }},
      {"corporate_actions[0].id", [](C& c) { c.corporate_actions = {split(0)}; }},
      {"corporate_actions[1].id", [](C& c) { c.corporate_actions = {split(4), split(4)}; }},
      {"corporate_actions[0].instrument", [](C& c) { c.corporate_actions = {split(4)}, c.corporate_actions[0].instrument = {9}; }},
      {"corporate_actions[0].instrument", [](C& c) { c.corporate_actions = {split(4)}, c.corporate_actions[0].instrument = {2}; }},
      {"corporate_actions[0].shares_new", [](C& c) { c.corporate_actions = {split(4)}, c.corporate_actions[0].shares_new = {}; }},
      {"corporate_actions[0].shares_old", [](C& c) { c.corporate_actions = {split(4)}, c.corporate_actions[0].shares_old = {}; }},
      {"corporate_actions[0].into", [](C& c) { c.corporate_actions = {split(4)}, c.corporate_actions[0].kind = ActionKind::merger; }},
      {"accounts[1].id", [](C& c) { c.accounts[1].id = {1}; }},
      {"accounts[1].name", [](C& c) { c.accounts[1].name = "desk"; }},
      {"accounts[0].cash", [](C& c) { c.accounts[0].cash.currency = ""; }},
      {"accounts[0].cash", [](C& c) { c.accounts[0].cash.currency = "EUR"; }},
      {"accounts[0].cash", [](C& c) { c.accounts[0].cash.units = -booked_unit; }},
      {"accounts[0].cash", [](C& c) { c.accounts[0].cash.units = 1; }},
  };
  for (const auto& bad : cases) {
    auto config = good_config();
    bad.spoil(config);
    const auto valid = ConfigService::validate(config);
    ASSERT_FALSE(valid.ok()) << bad.where;
    EXPECT_EQ(valid.error().where, bad.where) << valid.error().text();
    EXPECT_EQ(valid.error().kind, Failure::config);
    EXPECT_FALSE(valid.error().what.empty());
  }
}

TEST(config, is_validated_when_made) {
  const auto document = parse_json(R"({"accounts": [{"id": 1, "name": "desk", "cash": "5"}]})", "bad");
  const auto made = config_service.make(&*document);
  ASSERT_FALSE(made.ok());
  EXPECT_EQ(made.error().where, "accounts[0].cash, line 1");
}

}  // namespace
}  // namespace trade
