#pragma once
#include <memory>
#include <vector>

#include "app/settings.h"
#include "runtime/outside.h"

namespace trade {

// Rows of a source, parsed once and kept flat in memory, for those who go over them many times. Copies share what is kept.
class RowsInMemory final : public RowSource {
 public:
  // The whole source; an error it meets is given.
  static Result<RowsInMemory> read(RowSource& source);
  // Those of [from, to) and the source's end, numbered anew.
  RowsInMemory between(Time from, Time to) const;

  // For whoever makes rows of his own: name and digest of where they come from, then row by row. A row's time is stated with it.
  RowsInMemory(std::string name, const Digest& digest) : name_(std::move(name)), digest_(digest) {}
  void* add(const MessageType& type, const void* message, Time time);

  std::uint64_t count() const { return rows_.size() - 1; }  // without the end
  const std::vector<Row>& rows() const { return rows_; }

  Result<bool> next(Row& row) override {
    if (at_ == rows_.size()) return false;
    row = rows_[at_++];
    return true;
  }
  Result<void> seek(std::uint64_t row) override {
    at_ = static_cast<std::size_t>(row);
    return {};
  }
  std::string name() const override { return name_; }
  Digest digest() const override { return digest_; }

 private:
  std::vector<std::shared_ptr<FlatMessage>> chunks_;
  std::size_t used_ = 0;  // of the last chunk
  std::vector<Row> rows_;
  std::size_t at_ = 0;
  std::string name_;
  Digest digest_;
};

}  // namespace trade
