#pragma once
#include <memory>
#include <vector>

#include "app/settings.h"
#include "runtime/outside.h"

namespace trade::bench {

// Rows of a settings' first feed, parsed once and kept flat in memory, so that a run over them times no parsing.
class RowsInMemory final : public RowSource {
 public:
  // Keeps rows of `only`, or with a '-' before it all but those (empty: all). `copies` of them follow each other, each with its bars
  // `shift` later; FeedEnded comes last.
  static Result<RowsInMemory> read(const Settings& settings, unsigned copies, Duration shift, std::string_view only = {});

  std::uint64_t count() const { return rows_.size() - 1; }  // without FeedEnded
  // What backtesters on L2 data count as a row: each level of a depth message or snapshot, each trade.
  std::uint64_t l2_count() const;
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
  void add(const MessageType& type, const void* message, Time time, Duration later);

  std::vector<std::unique_ptr<FlatMessage>> chunks_;
  std::size_t used_ = 0;  // of the last chunk
  std::vector<Row> rows_;
  std::size_t at_ = 0;
  std::string name_;
  Digest digest_;
};

}  // namespace trade::bench
