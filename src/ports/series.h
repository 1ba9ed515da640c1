#pragma once
#include <functional>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/digest.h"
#include "core/result.h"
#include "core/time.h"
#include "wire/message_type.h"

// Port: time series. A store holds projections and imports, never the only copy of anything.
namespace trade {

// One row as its writer hands it in.
struct SeriesRow {
  std::uint64_t sequence{};  // from 1, increasing within its stream
  Time time;
  std::string_view bytes;  // a message of the table, canonical; not looked into
};

// One row as it is read back; the texts are valid until the visitor returns.
struct StoredRow {
  std::string_view stream;
  SeriesRow row;
};

// What became of the rows of one append.
struct Appended {
  std::uint64_t stored{};
  std::uint64_t known{};  // not above the stream's last sequence: there already
};

// The rows of one UTC day of a table.
struct DayDigest {
  Time day;
  std::uint64_t rows{};
  Digest digest;
  bool operator==(const DayDigest&) const = default;
};

// The digests of a table, whoever holds the rows: rows in any order between streams, in order of sequence within one.
class SeriesDigests {
 public:
  void add(std::string_view stream, const SeriesRow& row);
  // By day: SHA-256 over (stream, SHA-256 over its rows) of every stream, by name. Starts anew.
  std::vector<DayDigest> finish();

 private:
  struct Part {
    std::uint64_t rows{};
    Sha256 hash;
  };
  std::map<std::int64_t, std::map<std::string, Part, std::less<>>> days_;
};

// Tables of rows keyed by (stream, sequence). Not for sharing between threads. Names of tables: [a-z0-9_.], at most 64.
// Errors: not_found for a table that is not there; usage for a bad name or rows out of order; resource when the store cannot be written.
class Series {
 public:
  virtual ~Series() = default;
  // Makes `table` for rows of `type`; nothing when it is there with the same columns, a config Error when with others.
  virtual Result<void> make_table(const std::string& table, const MessageType& type) = 0;
  // Stores those of `rows` whose sequence is above the last one of the stream, all or none, durably. A stream is text of at most 128 bytes.
  // After a failure the store takes no more rows until it is opened again.
  virtual Result<Appended> append(const std::string& table, std::string_view stream, std::span<const SeriesRow> rows) = 0;
  // 0: none.
  virtual Result<std::uint64_t> last_sequence(const std::string& table, std::string_view stream) = 0;
  // The rows with from <= time < to, by time, then stream, then sequence.
  virtual Result<void> read(const std::string& table, Time from, Time to, const std::function<void(const StoredRow&)>& visit) = 0;
  virtual Result<std::uint64_t> count(const std::string& table) = 0;
  virtual Result<std::vector<DayDigest>> digests(const std::string& table) = 0;
  // Sorted.
  virtual Result<std::vector<std::string>> tables() = 0;
  // not_found when there is none.
  virtual Result<void> drop(const std::string& table) = 0;
};

}  // namespace trade
