#include "adapters/venues/lean_path.h"

#include <algorithm>
#include <array>
#include <vector>

namespace trade::venues {
namespace {

struct Type {
  std::string_view name;
  Zone zone;  // data time zone by QuantConnect's market-hours-database.json
  std::int64_t divisor;
};
constexpr std::array<Type, 9> types{{{"equity", Zone::new_york, 10'000},
                                     {"option", Zone::new_york, 10'000},
                                     {"indexoption", Zone::new_york, 10'000},
                                     {"index", Zone::chicago, 1},
                                     {"crypto", Zone::utc, 1},
                                     {"cryptofuture", Zone::utc, 1},
                                     {"forex", Zone::utc, 1},
                                     {"cfd", Zone::utc, 1},
                                     {"future", Zone::utc, 1}}};
struct Resolution {
  std::string_view name;
  Duration interval;
  bool own_dates;
};
constexpr std::array<Resolution, 5> resolutions{{{"tick", {}, false},
                                                 {"second", seconds(1), false},
                                                 {"minute", seconds(60), false},
                                                 {"hour", seconds(3600), true},
                                                 {"daily", seconds(86'400), true}}};

Error wrong(const std::string& path, std::string what) {
  return {Failure::usage, path, std::move(what), "keep Lean's folders: equity/usa/minute/spy/20131007_trade.zip"};
}

std::vector<std::string> parts_of(const std::string& path) {
  std::vector<std::string> parts;
  std::size_t from = 0;
  while (from <= path.size()) {
    const auto to = std::min(path.find('/', from), path.size());
    if (to > from) parts.push_back(path.substr(from, to - from));
    from = to + 1;
  }
  return parts;
}

// "20131007" as wall-clock midnight; -1 when it is none.
std::int64_t midnight_of(std::string_view text) {
  if (text.size() != 8) return -1;
  const std::string iso = std::string(text.substr(0, 4)) + "-" + std::string(text.substr(4, 2)) + "-" + std::string(text.substr(6, 2));
  const auto day = parse_time(iso);
  return day ? day->ns : -1;
}

}  // namespace

Result<LeanPath> parse_lean_path(const std::string& path) {
  const auto parts = parts_of(path);
  if (!path.ends_with(".zip")) return wrong(path, "is not a Lean zip file");
  const auto named = [&](std::size_t from_end) { return parts.size() >= from_end ? parts[parts.size() - from_end] : std::string(); };
  const auto stem = parts.back().substr(0, parts.back().size() - 4);
  const auto find_resolution = [&](std::size_t from_end, bool own_dates) {
    return std::ranges::find_if(resolutions, [&](const Resolution& r) { return r.name == named(from_end) && r.own_dates == own_dates; });
  };
  auto resolution = find_resolution(3, false);
  const bool dated = resolution != resolutions.end();
  if (!dated) resolution = find_resolution(2, true);
  if (resolution == resolutions.end()) return wrong(path, "its folders name no resolution (tick, second, minute, hour, daily)");
  const auto type_name = named(dated ? 5 : 4);
  const auto type = std::ranges::find_if(types, [&](const Type& t) { return t.name == type_name; });
  if (type == types.end()) return wrong(path, "its folders name no known security type (found \"" + type_name + "\")");

  LeanPath p{type_name, {}, {}, resolution->interval, type->zone, type->divisor, 0, resolution->own_dates};
  const auto score = stem.find('_');
  p.symbol = dated ? named(2) : stem.substr(0, score);
  // "20140606_trade_american": the kind follows the day; "aapl_2014_trade_american": of undated files it may follow a year
  auto kind_from = score == std::string::npos ? std::string_view{} : std::string_view(stem).substr(score + 1);
  if (!dated && kind_from.size() > 5 && kind_from[4] == '_' && kind_from.find_first_not_of("0123456789") == 4) kind_from.remove_prefix(5);
  const auto kind = kind_from.substr(0, kind_from.find('_'));
  const bool quotes = kind == "quote" || (kind.empty() && (type_name == "forex" || type_name == "cfd"));
  if (!quotes && kind != "trade" && !(kind.empty() && !dated))
    return wrong(path, "holds \"" + std::string(kind) + "\": only trade and quote are read");
  if (dated && (p.midnight = midnight_of(stem.substr(0, score))) < 0) return wrong(path, "its name does not begin with yyyymmdd");
  if (p.interval.ns == 0) p.rows = quotes ? LeanRows::quote_tick : LeanRows::trade_tick;
  else p.rows = quotes ? LeanRows::quote_bar : LeanRows::trade_bar;
  return p;
}

}  // namespace trade::venues
