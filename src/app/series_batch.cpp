#include "app/series_batch.h"

namespace trade {

void SeriesBatch::add(std::size_t part, std::uint64_t sequence, Time time, const MessageType& type, const void* message) {
  const auto offset = bytes_.size();
  type.encode(bytes_, message);
  entries_.push_back({part, sequence, time, offset, bytes_.size() - offset});
}

void SeriesBatch::take(const std::function<void(std::size_t part, const SeriesRow& row)>& visit) {
  const std::string_view all = bytes_.bytes();
  for (const auto& e : entries_) visit(e.part, {e.sequence, e.time, all.substr(e.offset, e.length)});
  entries_.clear();
  bytes_.clear();
}

Result<Appended> SeriesBatch::store(Series& series, const std::vector<SeriesPart>& parts) {
  std::vector<std::vector<SeriesRow>> rows(parts.size());
  const std::string_view all = bytes_.bytes();
  for (const auto& e : entries_) rows[e.part].push_back({e.sequence, e.time, all.substr(e.offset, e.length)});
  Appended sum;
  for (std::size_t p = 0; p < parts.size(); ++p) {
    if (rows[p].empty()) continue;
    const auto done = series.append(parts[p].table, parts[p].stream, rows[p]);
    if (!done) return done.error();
    sum.stored += done->stored;
    sum.known += done->known;
  }
  entries_.clear();
  bytes_.clear();
  return sum;
}

}  // namespace trade
