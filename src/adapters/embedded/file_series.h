#pragma once
#include <map>
#include <memory>
#include <optional>

#include "ports/file.h"
#include "ports/series.h"

namespace trade {

// Time series in append-only files, one a table: ROOT/TABLE.series, records of
//   length u32 (of the body), CRC-32C u32 (over length and body), body
// The first body is the table's head: 'H', version u8, text of message name and columns. Every other is one append:
//   'B', stream (text), n u32, least and greatest time, n sequences u64, n times i64, n lengths u32, the rows' bytes one after another
// An append is synced before the next begins, so only the last record can be torn: it is cut when the store is opened. A bad record with a
// good one behind it is damage. Opening reads every byte once; an index of the records stays in memory.
class FileSeries final : public Series {
 public:
  // Holds `root`, made when missing, until destroyed; busy names who holds it. A damaged table does not keep the others from being used:
  // every call about it gives a corruption Error that names file and offset; it can be dropped.
  static Result<std::unique_ptr<FileSeries>> open(std::shared_ptr<Files> files, const std::string& root);

  Result<void> make_table(const std::string& table, const MessageType& type) override;
  Result<Appended> append(const std::string& table, std::string_view stream, std::span<const SeriesRow> rows) override;
  Result<std::uint64_t> last_sequence(const std::string& table, std::string_view stream) override;
  Result<void> read(const std::string& table, Time from, Time to, const std::function<void(const StoredRow&)>& visit) override;
  Result<std::uint64_t> count(const std::string& table) override;
  Result<std::vector<DayDigest>> digests(const std::string& table) override;
  Result<std::vector<std::string>> tables() override;
  Result<void> drop(const std::string& table) override;

  // What opening cut: one line a file.
  const std::vector<std::string>& warnings() const { return warnings_; }

 private:
  struct Batch {
    std::uint64_t offset{};  // of its record
    std::uint32_t bytes{};   // of its body
    Time first, last;
  };
  struct Table {
    std::string head;  // message name and columns
    std::string path;
    std::unique_ptr<File> file;
    std::uint64_t end{}, rows{};
    std::vector<Batch> batches;
    std::map<std::string, std::uint64_t, std::less<>> last;  // by stream
    std::optional<Error> damage;  // found when it was opened
    std::optional<Error> failed;  // of an append since
  };
  FileSeries(std::shared_ptr<Files> files, std::string root) : files_(std::move(files)), root_(std::move(root)) {}
  std::string path(const std::string& table) const { return root_ + "/" + table + ".series"; }
  Result<Table*> find(const std::string& table);
  Result<void> load(const std::string& name);
  Result<bool> load_record(Table& t, std::uint64_t size);
  Result<void> cut(Table& t, std::uint64_t size);
  Result<void> write(Table& t, const Batch& batch, std::string_view record);
  Result<void> read_body(Table& t, const Batch& batch, std::string& body);

  std::shared_ptr<Files> files_;
  std::string root_;
  std::unique_ptr<DirectoryLock> lock_;
  std::map<std::string, Table> tables_;
  std::vector<std::string> warnings_;
};

}  // namespace trade
