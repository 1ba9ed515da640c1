#include "bench/end_to_end/rows_in_memory.h"

#include "app/platform.h"
#include "messages/facts.h"
#include "messages/market.h"

namespace trade::bench {

void RowsInMemory::add(const MessageType& type, const void* message, Time time, Duration later) {
  const std::size_t need = type.flat_size(message);
  if (chunks_.empty() || used_ + need > chunks_.back()->size()) {
    chunks_.push_back(std::make_unique<FlatMessage>(std::max<std::size_t>(need, 1u << 20)));
    used_ = 0;
  }
  void* to = static_cast<std::byte*>(chunks_.back()->data()) + used_;
  type.flatten(message, to);
  if (&type == &describe<VenueBar>()) {
    auto& bar = *static_cast<VenueBar*>(to);
    bar.open_time = bar.open_time + later;
  }
  used_ += need;
  rows_.push_back({rows_.size(), time + later, &type, to});
}

Result<RowsInMemory> RowsInMemory::read(const Settings& settings, unsigned copies, Duration shift, std::string_view only) {
  RowsInMemory all;
  for (unsigned copy = 0; copy < copies; ++copy) {
    auto sources = open_sources(settings);
    if (!sources) return sources.error();
    auto& source = *sources->front();
    all.name_ = source.name();
    all.digest_ = source.digest();
    Row row;
    for (;;) {
      auto more = source.next(row);
      if (!more) return more.error();
      if (!*more) break;
      const bool end = row.type == &describe<FeedEnded>();
      const bool kept = only.starts_with('-') ? row.type->name != only.substr(1) : only.empty() || row.type->name == only;
      if (end ? copy + 1 == copies : kept)
        all.add(*row.type, row.message, row.time, {shift.ns * static_cast<std::int64_t>(copy)});
    }
  }
  return all;
}

std::uint64_t RowsInMemory::l2_count() const {
  std::uint64_t n = 0;
  for (const auto& r : rows_) {
    if (r.type == &describe<VenueTrade>()) ++n;
    if (r.type == &describe<VenueDepth>()) {
      const auto& m = *static_cast<const VenueDepth*>(r.message);
      n += m.bids.count + m.asks.count;
    }
    if (r.type == &describe<VenueSnapshot>()) {
      const auto& m = *static_cast<const VenueSnapshot*>(r.message);
      n += m.bids.count + m.asks.count;
    }
  }
  return n;
}

}  // namespace trade::bench
