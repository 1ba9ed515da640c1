#include "ports/series.h"

#include "core/bytes.h"

namespace trade {

void SeriesDigests::add(std::string_view stream, const SeriesRow& row) {
  auto& streams = days_[floor_to(row.time, seconds(86'400)).ns];
  auto at = streams.find(stream);
  if (at == streams.end()) at = streams.emplace(std::string(stream), Part{}).first;
  ByteWriter head;
  head.put(row.sequence);
  head.put(row.time.ns);
  head.put(static_cast<std::uint32_t>(row.bytes.size()));
  at->second.hash.add(head.bytes());
  at->second.hash.add(row.bytes);
  ++at->second.rows;
}

std::vector<DayDigest> SeriesDigests::finish() {
  std::vector<DayDigest> out;
  for (auto& [day, streams] : days_) {
    DayDigest d{{day}, 0, {}};
    ByteWriter all;
    for (auto& [name, part] : streams) {
      const auto digest = part.hash.finish();
      all.put_text(name);
      all.raw(digest.bytes.data(), digest.bytes.size());
      d.rows += part.rows;
    }
    d.digest = sha256(all.bytes());
    out.push_back(d);
  }
  days_.clear();
  return out;
}

}  // namespace trade
