#include "services/market_data/config/config.h"

#include <algorithm>

#include "runtime/define_service.h"

namespace trade {
namespace {

constexpr Quantity largest_multiplier = quantity_of(1'000'000);  // values of real contracts stay far from what Money holds
constexpr Ratio whole{decimal_one};

// Where a list's item and one of its fields stand, for errors.
struct Item {
  std::string_view list;
  std::size_t index;
  Error refuse(std::string_view field, std::string what, std::string mend) const {
    std::string where = std::string(list) + "[" + std::to_string(index) + "]";
    if (!field.empty()) where.append(".").append(field);
    return {Failure::config, std::move(where), std::move(what), std::move(mend)};
  }
};

// The first earlier item with the same value of `key`, or the list's size.
template <class T, class Key>
std::size_t same_before(const std::vector<T>& list, std::size_t i, Key key) {
  for (std::size_t k = 0; k < i; ++k)
    if (key(list[k]) == key(list[i])) return k;
  return list.size();
}

// Every item's id is there and unique, and so is its name.
template <class T, class Name>
Result<void> identified(std::string_view list, const std::vector<T>& items, std::string_view name_field, Name name) {
  for (std::size_t i = 0; i < items.size(); ++i) {
    const Item at{list, i};
    if (!items[i].id) return at.refuse("id", "is missing or 0, which names nothing", "number the list from 1");
    if (name(items[i]).empty()) return at.refuse(name_field, "is missing", "give it a name of its own");
    if (const auto k = same_before(items, i, [](const T& t) { return t.id; }); k < items.size())
      return at.refuse("id", "is also the id of " + std::string(list) + "[" + std::to_string(k) + "]", "ids are unique in their list");
    if (const auto k = same_before(items, i, name); k < items.size())
      return at.refuse(name_field, "is also the " + std::string(name_field) + " of " + std::string(list) + "[" + std::to_string(k) + "]",
                       "names are unique in their list");
  }
  return {};
}

Result<void> valid_currencies(const Item& at, const Instrument& v) {
  for (const auto& [field, currency] : {std::pair{"base", v.base}, {"quote", v.quote}, {"settle", v.settle}})
    if (currency.empty()) return at.refuse(field, "is missing", "name the currency, as in base: BTC, quote: USDT");
  const bool inverse = v.contract == Contract::inverse;
  if (v.settle != (inverse ? v.base : v.quote))
    return at.refuse("settle", "must be the " + std::string(inverse ? "base" : "quote") + " currency of a contract of kind " +
                                   std::string(name_of(v.contract)),
                     "settle: " + std::string((inverse ? v.base : v.quote).view()));
  if (v.base == v.quote) return at.refuse("quote", "is the base currency too", "an instrument exchanges two currencies");
  return {};
}

Result<void> valid_steps(const Item& at, const Instrument& v) {
  if (v.tick.units <= 0) return at.refuse("tick", "must be greater than 0", "the smallest step of its price");
  if (v.lot.units <= 0) return at.refuse("lot", "must be greater than 0", "the smallest step of its quantity");
  if (v.min_quantity.units < 0) return at.refuse("min_quantity", "must not be negative", "0 for none");
  if (v.min_quantity.units % v.lot.units != 0) return at.refuse("min_quantity", "is not a multiple of the lot", "lot: " + print(v.lot));
  if (v.min_notional.units < 0) return at.refuse("min_notional", "must not be negative", "0 for none");
  if (v.multiplier.units <= 0) return at.refuse("multiplier", "must be greater than 0", "1 unless a contract is for more");
  if (v.multiplier > largest_multiplier) return at.refuse("multiplier", "must be at most " + print(largest_multiplier), "");
  if (v.settlement_days > 10) return at.refuse("settlement_days", "must be at most 10", "2 for T+2");
  if (v.settlement_days > 0 && v.contract != Contract::spot)
    return at.refuse("settlement_days", "is for spot; a derivative's gains are cash at once", "leave it out");
  if (v.contract == Contract::spot && v.multiplier != quantity_of(1)) return at.refuse("multiplier", "must be 1 for spot", "leave it out");
  return {};
}

Result<void> valid_venue(const Item& at, const Venue& v) {
  for (const auto& [field, fee] : {std::pair{"maker_fee", v.maker_fee}, {"taker_fee", v.taker_fee}})
    if (fee <= -whole || fee >= whole) return at.refuse(field, "must lie between -1 and 1", "0.0004 is 4 basis points");
  if (v.order_latency.ns < 0) return at.refuse("order_latency", "must not be negative", "nothing arrives before it is sent");
  if (v.report_latency.ns < 0) return at.refuse("report_latency", "must not be negative", "nothing arrives before it is sent");
  return {};
}

Result<void> valid_account(const Item& at, const Account& a, const std::vector<Instrument>& instruments) {
  if (a.cash.currency.empty()) return at.refuse("cash", "has no currency", "write it as in cash: 1000000 USDT");
  if (a.cash.units < 0) return at.refuse("cash", "must not be negative", "0 at least");
  if (a.cash.units % booked_unit != 0) return at.refuse("cash", "has more than 8 decimals", "booked amounts have 8");
  for (const auto& i : instruments)
    if (i.settle == a.cash.currency || i.quote == a.cash.currency || i.base == a.cash.currency) return {};
  if (instruments.empty()) return {};
  return at.refuse("cash", "is in " + std::string(a.cash.currency.view()) + ", a currency no instrument knows", "use one of an instrument");
}

Result<void> valid_calendars(const ConfigService::Config& config) {
  const auto& all = config.calendars;
  const auto name = [](const Calendar& c) { return c.name; };
  std::vector<std::string_view> names;
  for (std::size_t i = 0; i < all.size(); ++i) {
    const Item at{"calendars", i};
    if (all[i].name.empty()) return at.refuse("name", "is missing", "give it a name of its own");
    if (const auto k = same_before(all, i, name); k < all.size())
      return at.refuse("name", "is also the name of calendars[" + std::to_string(k) + "]", "names are unique in their list");
    if (auto good = check_calendar(all[i]); !good) return at.refuse(good.error().where, good.error().what, good.error().mend);
    names.push_back(all[i].name.view());
  }
  for (std::size_t i = 0; i < config.instruments.size(); ++i) {
    const auto& named = config.instruments[i].calendar;
    if (named.empty() || std::ranges::find(names, named.view()) != names.end()) continue;
    const auto near = nearest(named.view(), names);
    return Item{"instruments", i}.refuse("calendar", "\"" + std::string(named.view()) + "\" is not listed",
                                         near.empty() ? "list it under config.calendars" : "nearest: " + std::string(near));
  }
  return {};
}

// Corporate actions fit the instruments they name. `instruments` are completed.
Result<void> valid_actions(const std::vector<CorporateAction>& actions, const std::vector<Instrument>& instruments) {
  const auto listed = [&](InstrumentId id) {
    const auto at = std::ranges::find(instruments, id, &Instrument::id);
    return at == instruments.end() ? nullptr : &*at;
  };
  for (std::size_t n = 0; n < actions.size(); ++n) {
    const CorporateAction& a = actions[n];
    const Item at{"corporate_actions", n};
    if (const auto k = same_before(actions, n, [](const CorporateAction& c) { return c.id; }); k < actions.size())
      return at.refuse("id", "is also the id of corporate_actions[" + std::to_string(k) + "]", "an action is applied once");
    const Instrument* i = listed(a.instrument);
    if (i == nullptr) return at.refuse("instrument", "is not listed", "list it under config.instruments");
    if (const auto field = unsound_field(a, *i, listed(a.into)); !field.empty())
      return at.refuse(field, "makes no sense for a " + std::string(name_of(a.kind)) + " of " + std::string(i->symbol.view()),
                       "what each kind needs: services/market_data/config/README.md");
  }
  return {};
}

// Reference data left out that has one sensible value: the multiplier is 1, what a contract settles in follows from its kind.
Instrument completed(Instrument v) {
  if (v.multiplier.units == 0) v.multiplier = quantity_of(1);
  if (v.settle.empty()) v.settle = v.contract == Contract::inverse ? v.base : v.quote;
  return v;
}

}  // namespace

ConfigService::ConfigService(const Config& config) : config_(config) {
  for (auto& i : config_.instruments) i = completed(i);
}

Result<void> ConfigService::validate(const Config& config) {
  auto named = identified("instruments", config.instruments, "symbol", [](const Instrument& i) { return i.symbol; });
  if (named) named = identified("venues", config.venues, "name", [](const Venue& v) { return v.name; });
  if (named) named = identified("accounts", config.accounts, "name", [](const Account& a) { return a.name; });
  if (!named) return named;
  if (auto valid = valid_calendars(config); !valid) return valid;
  for (std::size_t i = 0; i < config.instruments.size(); ++i) {
    const Item at{"instruments", i};
    const Instrument instrument = completed(config.instruments[i]);
    auto valid = valid_currencies(at, instrument);
    if (valid) valid = valid_steps(at, instrument);
    if (!valid) return valid;
  }
  for (std::size_t i = 0; i < config.venues.size(); ++i)
    if (auto valid = valid_venue({"venues", i}, config.venues[i]); !valid) return valid;
  for (std::size_t i = 0; i < config.accounts.size(); ++i)
    if (auto valid = valid_account({"accounts", i}, config.accounts[i], config.instruments); !valid) return valid;
  auto instruments = config.instruments;
  for (auto& i : instruments) i = completed(i);
  return valid_actions(config.corporate_actions, instruments);
}

void ConfigService::on(const ConfigChanged& m, Context<Out>& context) {
  const bool begins = state.version == 0;
  state.version = m.version;
  state.digest = m.digest;
  for (const auto& c : config_.calendars) context.publish(listing_of(c));
  for (const auto& i : config_.instruments) context.publish(InstrumentListed{i});
  for (const auto& v : config_.venues) context.publish(VenueListed{v});
  for (const auto& a : config_.accounts) context.publish(AccountOpened{a});
  for (const auto& a : config_.corporate_actions) {
    if (std::ranges::find(state.acted, a.id) != state.acted.end()) continue;
    if (begins && a.effective < context.now()) state.acted.push_back(a.id);  // the prices of the run have it in them
    else context.set_timer(a.effective, a.id.value);
  }
}

void ConfigService::on(const TimerFired& m, Context<Out>& context) {
  const auto due = std::ranges::find(config_.corporate_actions, m.token, [](const CorporateAction& a) { return a.id.value; });
  if (due == config_.corporate_actions.end() || due->effective > context.now()) return;
  if (std::ranges::find(state.acted, due->id) != state.acted.end()) return;
  state.acted.push_back(due->id);
  context.publish(CorporateActionDue{*due});
}

extern const ServiceType config_service;
const ServiceType config_service = service_type<ConfigService>();

}  // namespace trade
