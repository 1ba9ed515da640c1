#pragma once
#include <functional>
#include <string>
#include <vector>

#include "core/bytes.h"
#include "ports/series.h"

namespace trade {

// Where rows of one kind go.
struct SeriesPart {
  std::string table, stream;
};

// Rows on their way to a store, of several parts. Adding allocates nothing once it has grown.
class SeriesBatch {
 public:
  // `part` is an index into what store() is given; sequences of a part increase.
  void add(std::size_t part, std::uint64_t sequence, Time time, const MessageType& type, const void* message);
  std::size_t rows() const { return entries_.size(); }
  std::size_t bytes() const { return bytes_.size() + entries_.size() * sizeof(Entry); }
  // Gives all rows as they were added, and is empty afterwards.
  void take(const std::function<void(std::size_t part, const SeriesRow& row)>& visit);
  // Appends all, part by part, and is empty afterwards.
  Result<Appended> store(Series& series, const std::vector<SeriesPart>& parts);

 private:
  struct Entry {
    std::size_t part;
    std::uint64_t sequence;
    Time time;
    std::size_t offset, length;
  };
  std::vector<Entry> entries_;
  ByteWriter bytes_;
};

}  // namespace trade
