#include "app/adjusted.h"

#include <algorithm>
#include <limits>

#include "adapters/system/file.h"
#include "adapters/venues/open_feed.h"
#include "core/zone.h"

namespace trade {
namespace {

using Take = std::function<Result<void>(Date, const Candle&)>;

// The rows of one daily file in order; the first that cannot be read is an error that names its line.
Result<void> each_bar(const std::string& path, const Take& take) {
  FeedSource source;
  source.format = FeedFormat::lean;
  source.path = path;
  source.venue = VenueId{1};
  source.instrument = InstrumentId{1};
  Instrument instrument;
  instrument.id = source.instrument;
  instrument.symbol = "X";
  auto feed = open_feed(source, std::span(&instrument, 1));
  if (!feed) return feed.error();
  FeedRow row;
  for (;;) {
    const auto more = (*feed)->next(row);
    if (!more) return more.error();
    if (!*more) return {};
    if (const auto* fault = std::get_if<VenueFault>(&row.fact))
      return Error{Failure::data, path + ":" + std::to_string(fault->line), std::string(fault->what.view()), {}};
    const auto& b = std::get<VenueBar>(row.fact);
    const auto day = wall_clock(Zone::new_york, b.open_time).date;
    if (auto taken = take(day, {b.open, b.high, b.low, b.close, b.volume, 0}); !taken) return taken;
  }
}

}  // namespace

Result<LeanSecurities> LeanSecurities::open(const std::string& folder) {
  LeanSecurities all;
  all.folder_ = folder;
  const auto files = posix_files();
  const auto names = files->list(folder + "/map_files");
  if (!names) return names.error();
  for (const auto& name : *names) {
    if (!name.ends_with(".csv")) continue;
    const auto text = files->read_all(folder + "/map_files/" + name);
    if (!text) return text.error();
    auto map = parse_map_file(*text, folder + "/map_files/" + name);
    if (!map) return map.error();
    map->name = name.substr(0, name.size() - 4);
    all.maps_.push_back(std::move(*map));
  }
  return all;
}

Result<void> LeanSecurities::daily(const std::string& name, Date as_of, Adjustment how,
                                   const std::function<void(Date, const std::string& ticker, const Candle&)>& take) const {
  const auto files = posix_files();
  const auto named = std::ranges::find(maps_, name, &MapFile::name);
  const MapFile* map = named != maps_.end() ? &*named : find_security(maps_, name, as_of);
  FactorFile factors;
  const auto factor_path = folder_ + "/factor_files/" + (map == nullptr ? name : map->name) + ".csv";
  if (files->exists(factor_path)) {
    const auto text = files->read_all(factor_path);
    if (!text) return text.error();
    auto read = parse_factor_file(*text, factor_path);
    if (!read) return read.error();
    factors = std::move(*read);
  }
  // The stretches of one ticker each, in order of time: a ticker may come back.
  const auto last = Date{std::numeric_limits<std::int32_t>::max()};
  std::vector<TickerUntil> stretches;
  if (map == nullptr) stretches = {{last, name}};
  else
    for (const auto& row : map->rows) {
      if (!stretches.empty() && stretches.back().ticker == row.ticker) stretches.back().date = row.date;
      else stretches.push_back(row);
    }
  bool any = false;
  Date from = map == nullptr ? Date{std::numeric_limits<std::int32_t>::min()} : map->rows.front().date;
  for (const auto& stretch : stretches) {
    const auto path = folder_ + "/daily/" + stretch.ticker + ".zip";
    const bool there = files->exists(path);
    any = any || there;
    auto read = !there ? Result<void>{} : each_bar(path, [&](Date day, const Candle& c) -> Result<void> {
      if (day < from || day > stretch.date) return {};
      const auto adjusted = factors.adjusted(c, day, how);
      if (!adjusted) return adjusted.error();
      take(day, stretch.ticker, *adjusted);
      return {};
    });
    if (!read) return read;
    if (stretch.date != last) from = stretch.date + 1;
  }
  if (!any) return Error{Failure::not_found, folder_ + "/daily", "holds no bars of " + name, "name a map file or a ticker"};
  return {};
}

}  // namespace trade
