#include "bench/end_to_end/repeated_rows.h"

#include "app/platform.h"
#include "messages/facts.h"
#include "messages/market.h"

namespace trade::bench {

Result<RowsInMemory> repeated_rows(const Settings& settings, unsigned copies, Duration shift, std::string_view only) {
  RowsInMemory all({}, {});
  for (unsigned copy = 0; copy < copies; ++copy) {
    auto sources = open_sources(settings);
    if (!sources) return sources.error();
    auto& source = *sources->front();
    if (copy == 0) all = RowsInMemory(source.name(), source.digest());
    const Duration later{shift.ns * static_cast<std::int64_t>(copy)};
    Row row;
    for (;;) {
      auto more = source.next(row);
      if (!more) return more.error();
      if (!*more) break;
      const bool end = row.type == &describe<FeedEnded>();
      const bool wanted = only.starts_with('-') ? row.type->name != only.substr(1) : only.empty() || row.type->name == only;
      if (end ? copy + 1 != copies : !wanted) continue;
      void* kept = all.add(*row.type, row.message, row.time + later);
      if (row.type == &describe<VenueBar>()) {
        auto& bar = *static_cast<VenueBar*>(kept);
        bar.open_time = bar.open_time + later;
      }
    }
  }
  return all;
}

std::uint64_t message_count(const RowsInMemory& rows) { return rows.count(); }

std::uint64_t l2_count(const RowsInMemory& rows) {
  std::uint64_t n = 0;
  const auto levels = [&n](const auto& m) { n += m.bids.count + m.asks.count; };
  for (const auto& r : rows.rows()) {
    if (r.type == &describe<VenueTrade>()) ++n;
    if (r.type == &describe<VenueDepth>()) levels(*static_cast<const VenueDepth*>(r.message));
    if (r.type == &describe<VenueSnapshot>()) levels(*static_cast<const VenueSnapshot*>(r.message));
  }
  return n;
}

}  // namespace trade::bench
