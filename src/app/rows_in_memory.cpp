#include "app/rows_in_memory.h"

#include <algorithm>

#include "messages/market.h"

namespace trade {

void* RowsInMemory::add(const MessageType& type, const void* message, Time time) {
  const std::size_t need = type.flat_size(message);
  if (chunks_.empty() || used_ + need > chunks_.back()->size()) {
    chunks_.push_back(std::make_shared<FlatMessage>(std::max<std::size_t>(need, 1u << 20)));
    used_ = 0;
  }
  void* to = static_cast<std::byte*>(chunks_.back()->data()) + used_;
  type.flatten(message, to);
  used_ += need;
  rows_.push_back({rows_.size(), time, &type, to});
  return to;
}

Result<RowsInMemory> RowsInMemory::read(RowSource& source) {
  RowsInMemory all(source.name(), source.digest());
  Row row;
  for (;;) {
    auto more = source.next(row);
    if (!more) return more.error();
    if (!*more) return all;
    all.add(*row.type, row.message, row.time);
  }
}

RowsInMemory RowsInMemory::between(Time from, Time to) const {
  RowsInMemory part(name_, digest_);
  part.chunks_ = chunks_;
  part.used_ = chunks_.empty() ? 0 : chunks_.back()->size();
  for (const auto& r : rows_) {
    const bool end = r.type == &describe<FeedEnded>();
    if (!end && (r.time < from || r.time >= to)) continue;
    part.rows_.push_back({part.rows_.size(), end ? std::min(r.time, to) : r.time, r.type, r.message});
  }
  return part;
}

}  // namespace trade
